package jtorch.op;

import java.util.Arrays;
import jtorch.Complex;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.autograd.Backward;
import org.jspecify.annotations.Nullable;

/// Determinants, from the LU factors.
public final class Determinants {
  private static final Operator OF_FACTORS =
      Operator.declare("jtorch::lu_determinant(Tensor LU, Tensor pivots) -> Tensor")
          .shape(c -> {
            Tensor lu = c.tensor("LU");
            c.result(Arrays.copyOf(lu.sizes(), lu.dim() - 2), lu.dtype());
          })
          .kernel("lu_determinant")
          .notDifferentiable();

  /// The determinant, and the factors it came from: of the transpose where [Matrices#factorsTransposed] says so.
  public static final Operator LINALG_DET_ALL =
      Operator.declare("aten::_linalg_det(Tensor A) -> (Tensor result, Tensor LU, Tensor pivots)")
          .composition(c -> {
            Tensor a = c.tensor("A");
            Matrices.checkSquare("linalg.det", a);
            Matrices.checkPrecise("linalg.det", a);
            Tensor[] factors = factors(a);
            return new Tensor[] {OF_FACTORS.tensor(factors[0], factors[1]), factors[0], factors[1]};
          })
          .gradient("A", Determinants::detBack, "A", Operator.RESULT);

  public static final Operator LINALG_DET = Operator.declare("aten::linalg_det(Tensor A) -> Tensor")
      .composition(c -> LINALG_DET_ALL.tensors(c.tensor("A"))[0]);

  public static final Operator DET = Operator.declare("aten::det(Tensor self) -> Tensor")
      .composition(c -> LINALG_DET_ALL.tensors(c.tensor("self"))[0]);

  /// Sign (or phase) and logarithm of the absolute value of the determinant, which may be far out of range itself.
  public static final Operator LINALG_SLOGDET_ALL = Operator
      .declare("aten::_linalg_slogdet(Tensor A) -> (Tensor sign, Tensor logabsdet, Tensor LU, Tensor pivots)")
      .composition(c -> {
        Tensor a = c.tensor("A");
        Matrices.checkSquare("linalg.slogdet", a);
        Matrices.checkPrecise("linalg.slogdet", a);
        Tensor[] factors = factors(a);
        Tensor diagonal = factors[0].diagonal(0, -2, -1);
        Tensor sign = Reductions.PROD_DIM.tensor(diagonal.sgn(), -1L, false, null).mul(parity(factors[1]));
        Tensor logabsdet = diagonal.abs().log().sum(-1);
        return new Tensor[] {sign, logabsdet, factors[0], factors[1]};
      })
      .gradient("A", Determinants::slogdetBack, "A", Operator.RESULT);

  public static final Operator LINALG_SLOGDET =
      Operator.declare("aten::linalg_slogdet(Tensor A) -> (Tensor sign, Tensor logabsdet)")
          .composition(c -> slogdet(c.tensor("A")));

  public static final Operator SLOGDET =
      Operator.declare("aten::slogdet(Tensor self) -> (Tensor sign, Tensor logabsdet)")
          .composition(c -> slogdet(c.tensor("self")));

  /// NaN where a real determinant is negative.
  public static final Operator LOGDET = Operator.declare("aten::logdet(Tensor self) -> Tensor").composition(c -> {
    Tensor self = c.tensor("self");
    Matrices.checkSquare("logdet", self);
    Matrices.checkPrecise("logdet", self);
    Tensor[] all = slogdet(self);
    return self.dtype().isComplex() ? all[0].log().add(all[1]) : all[1].maskedFill(all[0].eq(-1), Double.NaN);
  });

  private Determinants() {}

  private static Tensor[] slogdet(Tensor a) {
    Tensor[] all = LINALG_SLOGDET_ALL.tensors(a);
    return new Tensor[] {all[0], all[1]};
  }

  private static Tensor[] factors(Tensor a) {
    return LuFactors.LINALG_LU_FACTOR_EX.tensors(Matrices.factorsTransposed(a) ? a.mT() : a, true, false);
  }

  /// 1 or -1 as the number of row exchanges is even or odd.
  private static Tensor parity(Tensor pivots) {
    Tensor own = Torch.arange(1, pivots.size(-1) + 1, o -> o.dtype(DType.INT32).device(pivots.device()));
    return own.ne(pivots).sum(-1).fmod(2).mul(-2).add(1);
  }

  /// G of `A^H G = det(A)* g I`. Where A is singular the factors are moved a little, for the determinant's slope is
  /// continuous; for higher derivatives the adjugate is made of the singular values instead.
  private static @Nullable Tensor detBack(Backward b) {
    Tensor a = b.tensor("A");
    if (a.numel() == 0) return a.zerosLike();
    Tensor det = b.result(0);
    double epsilon = Matrices.epsilon(a.dtype());
    Tensor wanted = scaledIdentity(b.grad(0).mul(det.conj()), a);
    if (!Torch.isGradEnabled()) {
      Tensor lu = b.result(1);
      Tensor diagonal = lu.diagonal(0, -2, -1);
      Tensor moved = lu.add(diagonal.zerosLike().maskedFill(diagonal.eq(0), epsilon).diagEmbed());
      return LinearSolving.LINALG_LU_SOLVE.tensor(moved, b.result(2), wanted, true, !Matrices.factorsTransposed(a));
    }
    Tensor singular = det.detach().abs().lt(100 * epsilon);
    if (!singular.any().itemBoolean()) return LinearSolving.LINALG_SOLVE.tensor(a.mH(), wanted, true);
    Tensor byAdjugate = adjugate(a, b.grad(0));
    if (singular.all().itemBoolean()) return byAdjugate;
    // Singular matrices are replaced before they are solved with, so that nothing infinite enters the other part.
    Tensor mask = singular.unsqueeze(-1).unsqueeze(-1);
    Tensor regular = Torch.where(mask, Matrices.eye(a, a.size(-1)), a);
    return Torch.where(mask, byAdjugate, LinearSolving.LINALG_SOLVE.tensor(regular.mH(), wanted, true));
  }

  /// The gradient from `A = U S V^H`: `det(U)* det(V^H)* g U diag(products of the other singular values) V^H`.
  private static Tensor adjugate(Tensor a, Tensor grad) {
    Tensor[] svd = SingularValues.LINALG_SVD.tensors(a, false, null);
    Tensor factor =
        LINALG_DET.tensor(svd[0]).mul(LINALG_DET.tensor(svd[2])).conj().mul(grad).unsqueeze(-1);
    Tensor others = Reductions.productOfOthers(svd[1], svd[1].dim() - 1);
    return svd[0].mul(factor.mul(others).unsqueeze(-2)).matmul(svd[2]);
  }

  /// `(g_abs - i Im(g_sign* sign)) A^-H`
  private static @Nullable Tensor slogdetBack(Backward b) {
    Tensor a = b.tensor("A");
    boolean complex = a.dtype().isComplex();
    if (!complex && !b.hasGrad(1)) return null;
    Tensor g = b.grad(1);
    if (complex) {
      g = g.to(a.dtype());
      if (b.hasGrad(0)) {
        Tensor turn = b.grad(0).conj().mul(b.result(0)).imag();
        g = g.sub(turn.to(a.dtype()).mul(Complex.of(0, 1)));
      }
    }
    Tensor wanted = scaledIdentity(g, a);
    if (Torch.isGradEnabled()) return LinearSolving.LINALG_SOLVE.tensor(a.mH(), wanted, true);
    return LinearSolving.LINALG_LU_SOLVE.tensor(b.result(2), b.result(3), wanted, true,
        !Matrices.factorsTransposed(a));
  }

  private static Tensor scaledIdentity(Tensor factors, Tensor like) {
    return factors.unsqueeze(-1).expand(Matrices.batch(like, 1)).diagEmbed();
  }
}
