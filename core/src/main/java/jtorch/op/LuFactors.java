package jtorch.op;

import java.util.Arrays;
import jtorch.DType;
import jtorch.Device;
import jtorch.Tensor;
import jtorch.Torch;
import org.jspecify.annotations.Nullable;

/// `A = P L U` with partial pivoting, and `A = L D L^T` of symmetric matrices.
public final class LuFactors {
  /// L below and U on and above the diagonal of one matrix, the row exchanges (from 1), and 0 or the first zero of U.
  public static final Operator LINALG_LU_FACTOR_EX = Operator.declare(
      "aten::linalg_lu_factor_ex(Tensor A, *, bool pivot=True, bool check_errors=False) -> (Tensor LU, Tensor pivots, Tensor info)")
      .shape(c -> {
        Tensor a = c.tensor("A");
        if (a.dim() < 2) throw Check.of("torch.lu_factor").because(
            "Expected tensor with 2 or more dimensions. Got size: %s instead", Arrays.toString(a.sizes()))
            .shapeFailure();
        Matrices.checkPrecise("torch.lu_factor", a);
        if (!c.bool("pivot") && a.device().type() != Device.Type.CUDA) throw Check.of("linalg.lu_factor")
            .because("LU without pivoting is not implemented on the CPU").failure();
        c.result(Matrices.columnMajor(a.sizes(), a.dtype(), a.device()));
        c.result(Matrices.sizes(Matrices.batch(a), Math.min(a.size(-1), a.size(-2))), DType.INT32);
        c.result(Matrices.batch(a), DType.INT32);
      })
      .kernel("lu_factor")
      .gradient("A", b -> {
        Tensor grad = b.grad(0);
        Tensor[] factors = LuFactors.LU_UNPACK.tensors(b.result(0), b.result(1), true, true);
        long k = Math.min(grad.size(-1), grad.size(-2));
        return back(grad.narrow(-1, 0, k).tril(-1), grad.narrow(-2, 0, k).triu(), factors);
      }, Operator.RESULT);

  public static final Operator LINALG_LU_FACTOR =
      Operator.declare("aten::linalg_lu_factor(Tensor A, *, bool pivot=True) -> (Tensor LU, Tensor pivots)")
          .composition(c -> {
            Tensor a = c.tensor("A");
            Tensor[] all = LINALG_LU_FACTOR_EX.tensors(a, c.bool("pivot"), false);
            Torch.noGrad(() -> Matrices.checkInfo("torch.linalg.lu_factor", all[2], a.dim() == 2));
            return new Tensor[] {all[0], all[1]};
          });

  public static final Operator LU_WITH_INFO = Operator.declare(
      "aten::_lu_with_info(Tensor self, bool pivot=True, bool check_errors=True) -> (Tensor LU, Tensor pivots, Tensor info)")
      .composition(c -> LINALG_LU_FACTOR_EX.call(c.tensor("self"), c.bool("pivot"), c.bool("check_errors")));

  /// The permutation matrix of row exchanges.
  private static final Operator PERMUTATION =
      Operator.declare("jtorch::lu_permutation(Tensor LU, Tensor pivots) -> Tensor")
          .shape(c -> {
            Tensor lu = c.tensor("LU");
            long m = lu.size(-2);
            c.result(Matrices.sizes(Matrices.batch(c.tensor("pivots"), 1), m, m), lu.dtype());
          })
          .kernel("lu_permutation")
          .notDifferentiable();

  /// P, L and U apart; what is not asked for is empty.
  public static final Operator LU_UNPACK = Operator.declare(
      "aten::lu_unpack(Tensor LU_data, Tensor LU_pivots, bool unpack_data=True, bool unpack_pivots=True) -> (Tensor P, Tensor L, Tensor U)")
      .composition(c -> {
        Tensor lu = c.tensor("LU_data");
        Tensor pivots = c.tensor("LU_pivots");
        if (lu.dim() < 2) throw Check.of("torch.lu_unpack")
            .because("The input tensor LU_data must have at least 2 dimensions.").shapeFailure();
        if (c.bool("unpack_pivots") && pivots.dtype() != DType.INT32) throw Check.of("torch.lu_unpack").because(
            "LU_pivots is expected to be a contiguous tensor of torch.int32 dtype.").tensor("LU_pivots", pivots)
            .hint("it is what lu_factor gives").failure();
        long k = Math.min(lu.size(-1), lu.size(-2));
        Tensor none = Torch.empty(new long[] {0}, lu.dtype(), lu.device());
        Tensor l = none;
        Tensor u = none;
        if (c.bool("unpack_data")) {
          l = lu.narrow(-1, 0, k).tril(-1).add(Matrices.eye(lu, lu.size(-2), k));
          u = lu.narrow(-2, 0, k).triu();
        }
        return new Tensor[] {c.bool("unpack_pivots") ? PERMUTATION.tensor(lu, pivots) : none, l, u};
      });

  /// P, L and U with `A = P L U`.
  public static final Operator LINALG_LU =
      Operator.declare("aten::linalg_lu(Tensor A, *, bool pivot=True) -> (Tensor P, Tensor L, Tensor U)")
          .composition(c -> {
            Tensor a = c.tensor("A");
            if (a.dim() < 2) throw Check.of("linalg.lu").because(
                "Expected tensor with 2 or more dimensions. Got size: %s instead", Arrays.toString(a.sizes()))
                .shapeFailure();
            Tensor[] all = LINALG_LU_FACTOR_EX.tensors(a, c.bool("pivot"), false);
            return LU_UNPACK.tensors(all[0], all[1], true, true);
          });

  // ---- LDL -------------------------------------------------------------------------------------------------------

  /// L and D in one matrix, from the lower triangle; the exchanges as LAPACK's `sytrf` and `hetrf` give them.
  public static final Operator LINALG_LDL_FACTOR_EX = Operator.declare(
      "aten::linalg_ldl_factor_ex(Tensor self, *, bool hermitian=False, bool check_errors=False) -> (Tensor LD, Tensor pivots, Tensor info)")
      .shape(c -> {
        Tensor self = c.tensor("self");
        Matrices.checkSquare("torch.linalg.ldl_factor_ex", self);
        Matrices.checkPrecise("torch.linalg.ldl_factor_ex", self);
        c.result(Matrices.columnMajor(self.sizes(), self.dtype(), self.device()));
        c.result(Matrices.batch(self, 1), DType.INT32);
        c.result(Matrices.batch(self), DType.INT32);
      })
      .kernel("ldl_factor")
      .notDifferentiable();

  public static final Operator LINALG_LDL_FACTOR =
      Operator.declare("aten::linalg_ldl_factor(Tensor self, *, bool hermitian=False) -> (Tensor LD, Tensor pivots)")
          .composition(c -> {
            Tensor self = c.tensor("self");
            Tensor[] all = LINALG_LDL_FACTOR_EX.tensors(self, c.bool("hermitian"), false);
            Matrices.checkInfo("torch.linalg.ldl_factor", all[2], self.dim() == 2);
            return new Tensor[] {all[0], all[1]};
          })
          .notDifferentiable();

  /// Solves `A X = B` with the factors of A.
  public static final Operator LINALG_LDL_SOLVE = Operator.declare(
      "aten::linalg_ldl_solve(Tensor LD, Tensor pivots, Tensor B, *, bool hermitian=False) -> Tensor")
      .shape(c -> {
        String name = "torch.linalg.ldl_solve";
        Tensor ld = c.tensor("LD");
        Tensor pivots = c.tensor("pivots");
        Tensor b = c.tensor("B");
        Matrices.checkSquare(name, ld);
        Matrices.checkPrecise(name, ld);
        Matrices.check(name, b, "B");
        if (ld.size(-1) != b.size(-2)) throw c.check()
            .because("Incompatible matrix sizes for %s: each A matrix is %d by %d but each b matrix is %d by %d", name,
                ld.size(-1), ld.size(-1), b.size(-2), b.size(-1))
            .tensor("LD", ld).tensor("B", b).shapeFailure();
        if (!Arrays.equals(Matrices.batch(ld, 1), pivots.sizes())) throw Check.of(name).because(
            "Expected LD.shape[:-1] and pivots.shape to be the same, but got pivots with shape %s instead",
            Arrays.toString(pivots.sizes())).shapeFailure();
        if (pivots.dtype() != DType.INT32) throw Check.of(name)
            .because("Expected pivots to be integers. Got %s", pivots.dtype()).hint("int32 is wanted").failure();
        Matrices.checkSameDType(name, "LD", ld, "B", b);
        long[] batch = Matrices.broadcast(name, ld, b);
        c.result(Matrices.columnMajor(Matrices.sizes(batch, b.size(-2), b.size(-1)), b.dtype(), b.device()));
      })
      .kernel("ldl_solve")
      .notDifferentiable();

  private LuFactors() {}

  /// The gradient of A = P L U from those of L (strictly lower) and U (upper), for m x n matrices with k = min(m, n).
  private static @Nullable Tensor back(Tensor gradL, Tensor gradU, Tensor[] factors) {
    Tensor l = factors[1];
    Tensor u = factors[2];
    long m = l.size(-2);
    long n = u.size(-1);
    long k = l.size(-1);
    Tensor left = l.mH().matmul(gradL);
    Tensor right = gradU.matmul(u.mH());
    Tensor made;
    if (m == n) {
      made = solve(u.mH(), left.tril(-1).add(right.triu()), false, false);
      made = solve(l.mH(), made, true, true);
    } else if (m < n) {
      // The first k columns take part in both factors, the others only in U.
      Tensor square = solve(u.narrow(-1, 0, k).mH(), left.sub(right).tril(-1), false, false);
      made = Torch.cat(
          new Tensor[] {square.add(gradU.narrow(-1, 0, k).triu()), gradU.narrow(-1, k, n - k)}, -1);
      made = solve(l.mH(), made, true, true);
    } else {
      // The first k rows take part in both factors, the others only in L.
      Tensor square = solve(l.narrow(-2, 0, k).mH(), right.sub(left).triu(), true, true);
      made = Torch.cat(
          new Tensor[] {square.add(gradL.narrow(-2, 0, k).tril(-1)), gradL.narrow(-2, k, m - k)}, -2);
      made = solve(u.mH(), made, false, false);
    }
    return factors[0].matmul(made);
  }

  private static Tensor solve(Tensor triangle, Tensor b, boolean upper, boolean left) {
    return LinearSolving.LINALG_SOLVE_TRIANGULAR.tensor(triangle, b, upper, left, false);
  }
}
