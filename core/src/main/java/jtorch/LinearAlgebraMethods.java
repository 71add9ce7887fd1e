package jtorch;

import jtorch.op.Cholesky;
import jtorch.op.Determinants;
import jtorch.op.LeastSquares;
import jtorch.op.LinearSolving;
import jtorch.op.LuFactors;
import jtorch.op.MatrixFunctions;
import jtorch.op.OrthogonalFactors;
import jtorch.op.SingularValues;

/// Linear algebra in the forms that tensors have themselves; all of it, and the newer forms, in [Linalg].
public sealed interface LinearAlgebraMethods permits Tensor {
  private Tensor self() {
    return (Tensor) this;
  }

  /// `U, S, V` with `A = U diag(S) V^H`: the older form of [Linalg#svd], with V itself.
  record Svd(Tensor u, Tensor s, Tensor v) {}

  /// R and below it the vectors of Householder reflectors, and their factors.
  record Geqrf(Tensor a, Tensor tau) {}

  /// The solution, and a copy of the matrix.
  record TriangularSolve(Tensor solution, Tensor clonedCoefficient) {}

  /// See [Linalg#inv].
  default Tensor inverse() {
    return LinearSolving.INVERSE.tensor(self());
  }

  /// The pseudoinverse; singular values up to `rcond` times the largest count as 0.
  default Tensor pinverse(double rcond) {
    return LeastSquares.PINVERSE.tensor(self(), rcond);
  }

  default Tensor pinverse() {
    return pinverse(1e-15);
  }

  default Tensor det() {
    return Determinants.DET.tensor(self());
  }

  /// The logarithm of the determinant: NaN where it is negative.
  default Tensor logdet() {
    return Determinants.LOGDET.tensor(self());
  }

  /// See [Linalg#slogdet].
  default Linalg.Slogdet slogdet() {
    Tensor[] all = Determinants.SLOGDET.tensors(self());
    return new Linalg.Slogdet(all[0], all[1]);
  }

  /// See [Linalg#cholesky].
  default Tensor cholesky(boolean upper) {
    return Cholesky.CHOLESKY.tensor(self(), upper);
  }

  default Tensor cholesky() {
    return cholesky(false);
  }

  /// `(L L^H)^-1` of this factor, or of `U^H U` if `upper`.
  default Tensor choleskyInverse(boolean upper) {
    return Cholesky.CHOLESKY_INVERSE.tensor(self(), upper);
  }

  default Tensor choleskyInverse() {
    return choleskyInverse(false);
  }

  /// X of `L L^H X = self`, or of `U^H U X = self` if `upper`.
  default Tensor choleskySolve(Tensor factor, boolean upper) {
    return Cholesky.CHOLESKY_SOLVE.tensor(self(), factor, upper);
  }

  default Tensor choleskySolve(Tensor factor) {
    return choleskySolve(factor, false);
  }

  /// LU factors and row exchanges.
  default Linalg.LuFactor lu() {
    Tensor[] all = LuFactors.LU_WITH_INFO.tensors(self(), true, true);
    return new Linalg.LuFactor(all[0], all[1]);
  }

  /// X of `A X = self` with the factors of A.
  default Tensor luSolve(Tensor luData, Tensor luPivots) {
    return LinearSolving.LU_SOLVE.tensor(self(), luData, luPivots);
  }

  /// X of `A X = self` with a triangle A, or with its transpose.
  default TriangularSolve triangularSolve(Tensor a, boolean upper, boolean transpose, boolean unitriangular) {
    Tensor[] all = LinearSolving.TRIANGULAR_SOLVE.tensors(self(), a, upper, transpose, unitriangular);
    return new TriangularSolve(all[0], all[1]);
  }

  default TriangularSolve triangularSolve(Tensor a) {
    return triangularSolve(a, true, false, false);
  }

  /// See [Linalg#qr]; a square Q unless `some`.
  default Linalg.Qr qr(boolean some) {
    Tensor[] all = OrthogonalFactors.QR.tensors(self(), some);
    return new Linalg.Qr(all[0], all[1]);
  }

  default Linalg.Qr qr() {
    return qr(true);
  }

  default Geqrf geqrf() {
    Tensor[] all = OrthogonalFactors.GEQRF.tensors(self());
    return new Geqrf(all[0], all[1]);
  }

  /// See [Linalg#householderProduct].
  default Tensor orgqr(Tensor tau) {
    return OrthogonalFactors.ORGQR.tensor(self(), tau);
  }

  /// `Q other`, with `transpose` `Q^H other`, or from the right, with the Q of these reflectors.
  default Tensor ormqr(Tensor tau, Tensor other, boolean left, boolean transpose) {
    return OrthogonalFactors.ORMQR.tensor(self(), tau, other, left, transpose);
  }

  default Tensor ormqr(Tensor tau, Tensor other) {
    return ormqr(tau, other, true, false);
  }

  /// The first `min(m, n)` singular vectors if `some`, else all; without `computeUv` zeros.
  default Svd svd(boolean some, boolean computeUv) {
    Tensor[] all = SingularValues.SVD.tensors(self(), some, computeUv);
    return new Svd(all[0], all[1], all[2]);
  }

  default Svd svd() {
    return svd(true, true);
  }

  /// See [Linalg#matrixExp].
  default Tensor matrixExp() {
    return MatrixFunctions.MATRIX_EXP.tensor(self());
  }

  /// See [Linalg#matrixPower].
  default Tensor matrixPower(long n) {
    return MatrixFunctions.MATRIX_POWER.tensor(self(), n);
  }

  /// The vector product along a dimension of size 3.
  default Tensor cross(Tensor other, long dim) {
    return MatrixFunctions.CROSS.tensor(self(), other, dim);
  }

  /// Along the first dimension of size 3.
  default Tensor cross(Tensor other) {
    return MatrixFunctions.CROSS.tensor(self(), other, null);
  }
}
