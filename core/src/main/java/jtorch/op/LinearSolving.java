package jtorch.op;

import java.util.Arrays;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.autograd.Backward;
import org.jspecify.annotations.Nullable;

/// Linear equations: with any square matrix, with a triangle, with factors found before, with tensors; inverses.
public final class LinearSolving {
  /// X of `A X = B` (or `X A = B`), and the factors of A or, as [Matrices#factorsTransposed] says, of its transpose.
  private static final Operator SOLVE_MATRICES = Operator.declare(
      "jtorch::solve(Tensor A, Tensor B, bool left) -> (Tensor result, Tensor LU, Tensor pivots, Tensor info)")
      .shape(c -> {
        Tensor a = c.tensor("A");
        Tensor b = c.tensor("B");
        long[] batch = Matrices.broadcast("linalg.solve", a, b);
        long[] sizes = Matrices.sizes(batch, b.size(-2), b.size(-1));
        if (c.bool("left")) c.result(Matrices.columnMajor(sizes, b.dtype(), b.device()));
        else c.result(sizes, b.dtype());
        c.result(Matrices.columnMajor(a.sizes(), a.dtype(), a.device()));
        c.result(Matrices.batch(a, 1), DType.INT32);
        c.result(Matrices.batch(a), DType.INT32);
      })
      .kernel("linear_solve")
      .gradients(new String[] {"A", "B"}, LinearSolving::solveBack, "A", Operator.RESULT);

  public static final Operator LINALG_SOLVE_EX_ALL = Operator.declare(
      "aten::_linalg_solve_ex(Tensor A, Tensor B, *, bool left=True, bool check_errors=False) -> (Tensor result, Tensor LU, Tensor pivots, Tensor info)")
      .composition(c -> {
        Tensor a = c.tensor("A");
        Tensor b = c.tensor("B");
        boolean left = c.bool("left");
        Matrices.checkSquare("linalg.solve", a);
        Matrices.checkPrecise("linalg.solve", a);
        Matrices.checkSameDType("linalg.solve", "A", a, "B", b);
        boolean vector = isVector(a, b);
        if (vector && !left) throw Check.of("linalg.solve")
            .because("Vector broadcasting of the left hand side is not supported for left=False").failure();
        Tensor columns = vector ? b.unsqueeze(-1) : b;
        Matrices.checkEquation("linalg.solve", a, columns, left);
        Tensor[] all = SOLVE_MATRICES.tensors(a, columns, left);
        if (c.bool("check_errors")) {
          Torch.noGrad(() -> Matrices.checkInfo("torch.linalg.solve_ex", all[3], a.dim() == 2));
        }
        long[] batch = Matrices.broadcast("linalg.solve", a, columns);
        Tensor info = Arrays.equals(all[3].sizes(), batch) ? all[3] : all[3].expand(batch);
        return new Tensor[] {vector ? all[0].squeeze(-1) : all[0], all[1], all[2], info};
      });

  /// X, and for each matrix 0 or where its U has a zero.
  public static final Operator LINALG_SOLVE_EX = Operator.declare(
      "aten::linalg_solve_ex(Tensor A, Tensor B, *, bool left=True, bool check_errors=False) -> (Tensor result, Tensor info)")
      .composition(c -> {
        Tensor[] all =
            LINALG_SOLVE_EX_ALL.tensors(c.tensor("A"), c.tensor("B"), c.bool("left"), c.bool("check_errors"));
        return new Tensor[] {all[0], all[3]};
      });

  /// As `torch.linalg.solve`: throws where a matrix is singular.
  public static final Operator LINALG_SOLVE =
      Operator.declare("aten::linalg_solve(Tensor A, Tensor B, *, bool left=True) -> Tensor")
          .composition(c -> {
            Tensor a = c.tensor("A");
            Tensor[] all = LINALG_SOLVE_EX_ALL.tensors(a, c.tensor("B"), c.bool("left"), false);
            Torch.noGrad(() -> Matrices.checkInfo("torch.linalg.solve", all[3], a.dim() == 2));
            return all[0];
          });

  // ---- inverses --------------------------------------------------------------------------------------------------

  /// The inverse, and for each matrix 0 or where its U has a zero.
  public static final Operator LINALG_INV_EX =
      Operator.declare("aten::linalg_inv_ex(Tensor A, *, bool check_errors=False) -> (Tensor inverse, Tensor info)")
          .composition(c -> {
            Tensor a = c.tensor("A");
            Matrices.checkSquare("linalg.inv", a);
            Matrices.checkPrecise("linalg.inv", a);
            Tensor[] all = SOLVE_MATRICES.tensors(a, Matrices.eye(a, a.size(-1)), true);
            if (c.bool("check_errors")) Matrices.checkInfo("linalg.inv_ex", all[3], a.dim() == 2);
            return new Tensor[] {all[0], all[3]};
          })
          .gradient("A", b -> {
            Tensor adjoint = b.result(0).mH();
            return adjoint.matmul(b.grad(0).matmul(adjoint)).neg();
          }, Operator.RESULT);

  /// As `torch.linalg.inv`: throws where a matrix is singular.
  public static final Operator LINALG_INV = Operator.declare("aten::linalg_inv(Tensor A) -> Tensor")
      .composition(c -> inverse("linalg.inv", c.tensor("A")));

  public static final Operator INVERSE = Operator.declare("aten::inverse(Tensor self) -> Tensor")
      .composition(c -> inverse("linalg.inv", c.tensor("self")));

  // ---- triangles -------------------------------------------------------------------------------------------------

  /// X of `A X = B` (or `X A = B`) with a triangle A; the other triangle is not read, nor with `unitriangular` the
  /// diagonal.
  public static final Operator LINALG_SOLVE_TRIANGULAR = Operator.declare(
      "aten::linalg_solve_triangular(Tensor self, Tensor B, *, bool upper, bool left=True, bool unitriangular=False) -> Tensor")
      .shape(c -> {
        String name = "linalg.solve_triangular";
        Tensor a = c.tensor("self");
        Tensor b = c.tensor("B");
        Matrices.checkEquation(name, a, b, c.bool("left"));
        Matrices.checkPrecise(name, a);
        Matrices.checkSameDType(name, "A", a, "B", b);
        long[] sizes = Matrices.sizes(Matrices.broadcast(name, a, b), b.size(-2), b.size(-1));
        if (b.isContiguous() && b.size(-1) > 1) c.result(sizes, b.dtype());
        else c.result(Matrices.columnMajor(sizes, b.dtype(), b.device()));
      })
      .kernel("solve_triangular")
      .gradients(new String[] {"self", "B"}, LinearSolving::triangularBack, "self", Operator.RESULT);

  /// The older form, with the transpose (not the adjoint) on demand, and a copy of the matrix.
  public static final Operator TRIANGULAR_SOLVE = Operator.declare(
      "aten::triangular_solve(Tensor self, Tensor A, bool upper=True, bool transpose=False, bool unitriangular=False) -> (Tensor solution, Tensor cloned_coefficient)")
      .composition(c -> {
        String name = "torch.triangular_solve";
        Tensor b = c.tensor("self");
        Tensor a = c.tensor("A");
        if (b.dim() < 2) throw Check.of(name)
            .because("Expected b to have at least 2 dimensions, but it has %d dimensions instead", b.dim())
            .shapeFailure();
        if (a.dim() < 2) throw Check.of(name)
            .because("Expected A to have at least 2 dimensions, but it has %d dimensions instead", a.dim())
            .shapeFailure();
        Matrices.checkSquare(name, a);
        if (a.size(-1) != b.size(-2)) throw Check.of(name).because(
            "Incompatible matrix sizes for triangular_solve: each A matrix is %d by %d but each b matrix is %d by %d",
            a.size(-1), a.size(-1), b.size(-2), b.size(-1)).tensor("self", b).tensor("A", a).shapeFailure();
        boolean transpose = c.bool("transpose");
        Tensor x = LINALG_SOLVE_TRIANGULAR.tensor(transpose ? a.mT() : a, b, c.bool("upper") != transpose, true,
            c.bool("unitriangular"));
        return new Tensor[] {x, Matrices.expand(a, Matrices.batch(x)).clone()};
      });

  // ---- with factors ----------------------------------------------------------------------------------------------

  /// X of `A X = B`, `A^H X = B` if `adjoint`, or the same from the right, with the factors of A.
  public static final Operator LINALG_LU_SOLVE = Operator.declare(
      "aten::linalg_lu_solve(Tensor LU, Tensor pivots, Tensor B, *, bool left=True, bool adjoint=False) -> Tensor")
      .shape(c -> {
        String name = "linalg.lu_solve";
        Tensor lu = c.tensor("LU");
        Tensor pivots = c.tensor("pivots");
        Tensor b = c.tensor("B");
        Matrices.checkPrecise(name, lu);
        Matrices.checkSameDType(name, "LU", lu, "B", b);
        if (pivots.dtype() != DType.INT32) throw Check.of(name)
            .because("pivots should be a Tensor of scalar type torch.int32").tensor("pivots", pivots).failure();
        Matrices.checkEquation(name, lu, b, c.bool("left"));
        if (pivots.dim() == 0 || pivots.size(-1) != lu.size(-1)) throw Check.of(name)
            .because("Number of pivots per batch should be same as the dimension of the matrix")
            .tensor("LU", lu).tensor("pivots", pivots).shapeFailure();
        if (!Arrays.equals(Matrices.batch(lu, 1), pivots.sizes())) throw Check.of(name).because(
            "Expected LU.shape[:-1] and pivots.shape to be the same, but got pivots with shape %s instead",
            Arrays.toString(pivots.sizes())).shapeFailure();
        long[] sizes = Matrices.sizes(Matrices.broadcast(name, lu, b), b.size(-2), b.size(-1));
        if (c.bool("left")) c.result(Matrices.columnMajor(sizes, b.dtype(), b.device()));
        else c.result(sizes, b.dtype());
      })
      .kernel("lu_solve")
      .gradients(new String[] {"LU", "B"}, LinearSolving::luSolveBack, "LU", "pivots", Operator.RESULT);

  public static final Operator LU_SOLVE =
      Operator.declare("aten::lu_solve(Tensor self, Tensor LU_data, Tensor LU_pivots) -> Tensor")
          .composition(c -> LINALG_LU_SOLVE.call(c.tensor("LU_data"), c.tensor("LU_pivots"), c.tensor("self"), true,
              false));

  // ---- tensors ---------------------------------------------------------------------------------------------------

  /// The inverse of the linear map from the last to the first `ind` dimensions.
  public static final Operator LINALG_TENSORINV =
      Operator.declare("aten::linalg_tensorinv(Tensor self, int ind=2) -> Tensor").composition(c -> {
        Tensor self = c.tensor("self");
        int ind = (int) c.integer("ind");
        if (ind <= 0)
          throw c.check().because("Expected a strictly positive integer for 'ind', but got %d", ind).failure();
        long[] first = Arrays.copyOf(self.sizes(), Math.min(ind, self.dim()));
        long[] last = Arrays.copyOfRange(self.sizes(), Math.min(ind, self.dim()), self.dim());
        long rows = product(first);
        long columns = product(last);
        if (rows != columns) throw c.check().because(
            "Expected self to satisfy the requirement prod(self.shape[ind:]) == prod(self.shape[:ind]), but got %d != %d",
            columns, rows).tensor("self", self).shapeFailure();
        return inverse("inv", self.reshape(columns, rows)).reshape(Matrices.sizes(last, first));
      });

  /// X with `tensordot(self, X, X.dim()) = other`; the dimensions `dims` of self go last first.
  public static final Operator LINALG_TENSORSOLVE =
      Operator.declare("aten::linalg_tensorsolve(Tensor self, Tensor other, int[]? dims=None) -> Tensor")
          .composition(c -> {
            Tensor self = c.tensor("self");
            Tensor other = c.tensor("other");
            long[] dims = c.longsOrNull("dims");
            if (dims != null) {
              long[] targets = new long[dims.length];
              for (int i = 0; i < dims.length; i++) targets[i] = self.dim() - dims.length + i;
              self = self.movedim(dims, targets);
            }
            long[] result = Arrays.copyOfRange(self.sizes(), Math.min(other.dim(), self.dim()), self.dim());
            long unknowns = product(result);
            long equations = product(Arrays.copyOf(self.sizes(), Math.min(other.dim(), self.dim())));
            if (unknowns != equations) throw c.check().because(
                "Expected self to satisfy the requirement prod(self.shape[other.ndim:]) == prod(self.shape[:other.ndim]), but got %d != %d",
                unknowns, equations).tensor("self", self).tensor("other", other).shapeFailure();
            return LINALG_SOLVE.tensor(self.reshape(unknowns, unknowns), other.reshape(-1), true).reshape(result);
          });

  private LinearSolving() {}

  /// Whether the right side is a vector, or a batch of them.
  static boolean isVector(Tensor a, Tensor b) {
    return b.dim() == 1 || a.dim() - 1 == b.dim() && Arrays.equals(Matrices.batch(a, 1), b.sizes());
  }

  private static long product(long[] sizes) {
    long product = 1;
    for (long size : sizes) product *= size;
    return product;
  }

  static Tensor inverse(String name, Tensor a) {
    Tensor[] all = LINALG_INV_EX.tensors(a, false);
    Torch.noGrad(() -> Matrices.checkInfo(name, all[1], a.dim() == 2));
    return all[0];
  }

  /// `gB = A^-H g`, `gA = -gB X^H`. The factors serve again, unless this gradient is itself to be differentiated.
  private static @Nullable Tensor[] solveBack(Backward b) {
    Tensor a = b.tensor("A");
    boolean left = b.bool("left");
    Tensor grad = b.grad(0);
    Tensor gradB = Torch.isGradEnabled() ? LINALG_SOLVE.tensor(a.mH(), grad, left)
        : LINALG_LU_SOLVE.tensor(b.result(1), b.result(2), grad, left, !Matrices.factorsTransposed(a));
    Tensor gradA = null;
    if (b.needs("A")) {
      Tensor x = b.result(0).mH();
      gradA = (left ? gradB.matmul(x) : x.matmul(gradB)).neg();
    }
    return new @Nullable Tensor[] {gradA, gradB};
  }

  /// As for any solver; the gradient of the triangle is a triangle.
  private static @Nullable Tensor[] triangularBack(Backward b) {
    boolean upper = b.bool("upper");
    boolean left = b.bool("left");
    boolean unit = b.bool("unitriangular");
    Tensor adjoint = b.tensor("self").mH();
    Tensor gradB = LINALG_SOLVE_TRIANGULAR.tensor(adjoint, b.grad(), !upper, left, unit);
    Tensor gradA = null;
    if (b.needs("self")) {
      Tensor x = b.result().mH();
      Tensor whole = (left ? gradB.matmul(x) : x.matmul(gradB)).neg();
      gradA = upper ? whole.triu(unit ? 1 : 0) : whole.tril(unit ? -1 : 0);
    }
    return new @Nullable Tensor[] {gradA, gradB};
  }

  /// The gradient of A as [#solveBack] has it; with `A = P L U`, `gL = P^T gA U^H` and `gU = L^H P^T gA`.
  private static @Nullable Tensor[] luSolveBack(Backward b) {
    Tensor lu = b.tensor("LU");
    Tensor pivots = b.tensor("pivots");
    boolean left = b.bool("left");
    boolean adjoint = b.bool("adjoint");
    Tensor gradB = LINALG_LU_SOLVE.tensor(lu, pivots, b.grad(), left, !adjoint);
    Tensor gradLu = null;
    if (b.needs("LU")) {
      Tensor x = b.result();
      Tensor gradA = left ? (adjoint ? x.matmul(gradB.mH()) : gradB.matmul(x.mH()))
          : adjoint ? gradB.mH().matmul(x) : x.mH().matmul(gradB);
      Tensor[] factors = LuFactors.LU_UNPACK.tensors(lu, pivots, true, true);
      Tensor permuted = factors[0].mT().matmul(gradA.neg());
      gradLu = permuted.matmul(factors[2].mH()).tril(-1).add(factors[1].mH().matmul(permuted).triu());
    }
    return new @Nullable Tensor[] {gradLu, gradB};
  }
}
