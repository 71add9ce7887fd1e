package jtorch.op;

import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.autograd.Backward;
import org.jspecify.annotations.Nullable;

/// Eigenvalues and eigenvectors of Hermitian and of any square matrices.
public final class Eigenvalues {
  /// Of Hermitian matrices, of which one triangle is read: real values, ascending, and if asked orthonormal vectors.
  public static final Operator LINALG_EIGH_ALL = Operator.declare(
      "aten::_linalg_eigh(Tensor A, str UPLO=\"L\", bool compute_v=True) -> (Tensor eigenvalues, Tensor eigenvectors)")
      .shape(c -> {
        Tensor a = c.tensor("A");
        Matrices.checkSquare("linalg.eigh", a);
        String uplo = c.string("UPLO");
        if (!uplo.equalsIgnoreCase("L") && !uplo.equalsIgnoreCase("U")) throw Check.of("linalg.eigh")
            .because("Expected UPLO argument to be 'L' or 'U', but got %s", uplo).failure();
        Matrices.checkPrecise("linalg.eigh", a);
        c.result(Matrices.batch(a, 1), a.dtype().toReal());
        if (c.bool("compute_v")) c.result(Matrices.columnMajor(a.sizes(), a.dtype(), a.device()));
        else c.result(new long[] {0}, a.dtype());
      })
      .kernel("eigh")
      .gradient("A", b -> back(b, true, "linalg_eigh_backward"), Operator.RESULT);

  public static final Operator LINALG_EIGH = Operator
      .declare("aten::linalg_eigh(Tensor self, str UPLO=\"L\") -> (Tensor eigenvalues, Tensor eigenvectors)")
      .composition(c -> LINALG_EIGH_ALL.call(c.tensor("self"), c.string("UPLO"), true));

  /// The values alone; vectors are found too where a gradient will need them.
  public static final Operator LINALG_EIGVALSH =
      Operator.declare("aten::linalg_eigvalsh(Tensor self, str UPLO=\"L\") -> Tensor").composition(c -> {
        Tensor self = c.tensor("self");
        return LINALG_EIGH_ALL.tensors(self, c.string("UPLO"), recorded(self))[0];
      });

  /// Complex values in no order, and vectors of length 1.
  public static final Operator LINALG_EIG =
      Operator.declare("aten::linalg_eig(Tensor self) -> (Tensor eigenvalues, Tensor eigenvectors)")
          .shape(c -> {
            Tensor self = checkGeneral(c);
            DType complex = self.dtype().toComplex();
            c.result(Matrices.batch(self, 1), complex);
            c.result(Matrices.columnMajor(self.sizes(), complex, self.device()));
          })
          .kernel("eig")
          .gradient("self", b -> {
            Tensor grad = back(b, false, "linalg_eig_backward");
            return grad == null || b.dtypeOf("self").isComplex() ? grad : grad.real();
          }, Operator.RESULT);

  private static final Operator EIGENVALUES_ALONE =
      Operator.declare("aten::_linalg_eigvals(Tensor self) -> Tensor")
          .shape(c -> {
            Tensor self = checkGeneral(c);
            c.result(Matrices.batch(self, 1), self.dtype().toComplex());
          })
          .kernel("eigvals")
          .notDifferentiable();

  /// The values alone; vectors are found too where a gradient will need them.
  public static final Operator LINALG_EIGVALS =
      Operator.declare("aten::linalg_eigvals(Tensor self) -> Tensor").composition(c -> {
        Tensor self = c.tensor("self");
        return recorded(self) ? LINALG_EIG.tensors(self)[0] : EIGENVALUES_ALONE.tensor(self);
      });

  private Eigenvalues() {}

  private static boolean recorded(Tensor t) {
    return Torch.isGradEnabled() && t.requiresGrad();
  }

  private static Tensor checkGeneral(Call c) {
    Tensor self = c.tensor("self");
    Matrices.checkSquare("linalg.eig", self);
    Matrices.checkPrecise("linalg.eig", self);
    if (!self.isfinite().all().itemBoolean()) throw Check.of("torch.linalg.eig")
        .because("input tensor should not contain infs or NaNs.").tensor("self", self).failure();
    return self;
  }

  /// `V^-H (diag(gL) + (V^H gV - V^H V diag(Re(V^H gV))) / E*) V^H` with `E_ij = L_j - L_i`, which for Hermitian matrices
  /// is `V (diag(gL) + skew(V^H gV) / E) V^H`.
  private static @Nullable Tensor back(Backward b, boolean hermitian, String name) {
    Tensor values = b.result(0);
    Tensor v = b.result(1);
    Tensor adjoint = v.mH();
    if (!b.hasGrad(1)) {
      Tensor grad = b.grad(0);
      return hermitian ? v.mul(grad.unsqueeze(-2)).matmul(adjoint)
          : LinearSolving.LINALG_SOLVE.tensor(adjoint, grad.unsqueeze(-1).mul(adjoint), true);
    }
    Tensor inner = adjoint.matmul(b.grad(1));
    Tensor diagonal = inner.diagonal(0, -2, -1);
    if (v.dtype().isComplex()) {
      Tensor turn = diagonal.detach().imag();
      if (!turn.allclose(turn.zerosLike(), 1e-2, 1e-2, false)) throw new IllegalStateException(name
          + ": The eigenvectors in the complex case are specified up to multiplication by e^{i phi}. The specified loss function depends on this quantity, so it is ill-defined.");
    }
    if (hermitian) {
      inner = inner.sub(inner.mH()).mul(0.5);
    } else {
      inner = inner.sub(adjoint.matmul(v.mul(diagonal.real().unsqueeze(-2))));
    }
    Tensor apart = values.conj().unsqueeze(-2).sub(values.conj().unsqueeze(-1));
    Tensor own = Matrices.eye(values, values.size(-1));
    // On the diagonal 0 / 1, and then the values' own gradient.
    inner = inner.div(apart.add(own)).mul(own.rsub(1));
    if (b.hasGrad(0)) inner = inner.add(b.grad(0).diagEmbed());
    return hermitian ? v.matmul(inner.matmul(adjoint))
        : LinearSolving.LINALG_SOLVE.tensor(adjoint, inner.matmul(adjoint), true);
  }
}
