package jtorch.op;

import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;

/// `A = L L^H` of symmetric or Hermitian positive-definite matrices, and what follows from it.
public final class Cholesky {
  /// L (or, if `upper`, its adjoint), and for each matrix 0 or the order of the first minor that is not positive.
  public static final Operator LINALG_CHOLESKY_EX = Operator.declare(
      "aten::linalg_cholesky_ex(Tensor self, *, bool upper=False, bool check_errors=False) -> (Tensor L, Tensor info)")
      .shape(c -> {
        Tensor self = c.tensor("self");
        Matrices.checkSquare("linalg.cholesky", self);
        Matrices.checkPrecise("linalg.cholesky", self);
        // The factor lies as the matrix does: then none of the two is transposed.
        if (self.dim() >= 2 && self.mT().isContiguous() && !self.isContiguous())
          c.result(Matrices.columnMajor(self.sizes(), self.dtype(), self.device()));
        else c.result(self.sizes(), self.dtype());
        c.result(Matrices.batch(self), DType.INT32);
      })
      .kernel("cholesky")
      .gradient("self", b -> back(b.grad(0), b.result(0), b.bool("upper")), Operator.RESULT);

  /// As `torch.linalg.cholesky`: throws where a matrix is not positive-definite.
  public static final Operator LINALG_CHOLESKY =
      Operator.declare("aten::linalg_cholesky(Tensor self, *, bool upper=False) -> Tensor")
          .composition(c -> factor("linalg.cholesky", c));

  public static final Operator CHOLESKY = Operator.declare("aten::cholesky(Tensor self, bool upper=False) -> Tensor")
      .composition(c -> {
        Matrices.checkSquare("cholesky", c.tensor("self"));
        return factor("cholesky", c);
      });

  /// `(L L^H)^-1` from the factor.
  public static final Operator CHOLESKY_INVERSE =
      Operator.declare("aten::cholesky_inverse(Tensor self, bool upper=False) -> Tensor")
          .shape(c -> {
            Tensor self = c.tensor("self");
            Matrices.checkSquare("cholesky_inverse", self);
            Matrices.checkPrecise("cholesky_inverse", self);
            c.result(Matrices.columnMajor(self.sizes(), self.dtype(), self.device()));
          })
          .kernel("cholesky_inverse")
          .gradient("self", b -> {
            Tensor inverse = b.result();
            Tensor both = b.grad().add(b.grad().mH());
            Tensor inner = inverse.matmul(both.matmul(inverse));
            return (b.bool("upper") ? b.tensor("self").matmul(inner) : inner.matmul(b.tensor("self"))).neg();
          }, "self", Operator.RESULT);

  /// `(L L^H)^-1 self` from the factor `input2`.
  public static final Operator CHOLESKY_SOLVE =
      Operator.declare("aten::cholesky_solve(Tensor self, Tensor input2, bool upper=False) -> Tensor")
          .shape(c -> {
            Tensor b = c.tensor("self");
            Tensor a = c.tensor("input2");
            if (b.dim() < 2) throw c.check()
                .because("b should have at least 2 dimensions, but has %d dimensions instead", b.dim())
                .tensor("self", b).shapeFailure();
            if (a.dim() < 2) throw c.check()
                .because("u should have at least 2 dimensions, but has %d dimensions instead", a.dim())
                .tensor("input2", a).shapeFailure();
            Matrices.checkSquare("cholesky_solve", a);
            Matrices.checkPrecise("cholesky_solve", a);
            Matrices.checkSameDType("cholesky_solve", "b", b, "A", a);
            if (a.size(-1) != b.size(-2)) throw c.check().because(
                "Incompatible matrix sizes for cholesky_solve: each A matrix is %d by %d but each b matrix is %d by %d",
                a.size(-1), a.size(-1), b.size(-2), b.size(-1)).tensor("self", b).tensor("input2", a).shapeFailure();
            long[] batch = Matrices.broadcast("cholesky_solve", a, b);
            c.result(Matrices.columnMajor(Matrices.sizes(batch, b.size(-2), b.size(-1)), b.dtype(), b.device()));
          })
          .kernel("cholesky_solve")
          .gradient("self", b -> solve(b.grad(), b.tensor("input2"), b.bool("upper")), "input2")
          .gradient("input2", b -> {
            Tensor factor = b.tensor("input2");
            Tensor common =
                solve(b.grad(), factor, b.bool("upper")).matmul(b.result().mH());
            common = common.add(common.mH());
            return (b.bool("upper") ? factor.matmul(common) : common.matmul(factor)).neg();
          }, "input2", Operator.RESULT);

  private Cholesky() {}

  private static Tensor solve(Tensor b, Tensor factor, boolean upper) {
    return CHOLESKY_SOLVE.tensor(b, factor, upper);
  }

  private static Tensor factor(String name, Call c) {
    Tensor self = c.tensor("self");
    Tensor[] results = LINALG_CHOLESKY_EX.tensors(self, c.bool("upper"), false);
    Torch.noGrad(() -> Matrices.checkInfo(name, results[1], self.dim() == 2));
    return results[0];
  }

  /// With P(X) = tril(X) - diag(X) / 2, `dL = L P(L^-1 dA L^-H)`; this is its adjoint, symmetric as A is.
  private static Tensor back(Tensor grad, Tensor factor, boolean upper) {
    Tensor l = upper ? factor.mH() : factor;
    Tensor inner = l.mH().matmul(upper ? grad.mH() : grad).tril();
    inner = inner.add(inner.tril(-1).mH()).mul(0.5);
    inner = LinearSolving.LINALG_SOLVE_TRIANGULAR.tensor(l.mH(), inner, true, true, false);
    return LinearSolving.LINALG_SOLVE_TRIANGULAR.tensor(l, inner, false, false, false);
  }
}
