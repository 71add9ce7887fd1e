package jtorch;

import jtorch.op.Cholesky;
import jtorch.op.Determinants;
import jtorch.op.Eigenvalues;
import jtorch.op.LeastSquares;
import jtorch.op.LinearSolving;
import jtorch.op.LuFactors;
import jtorch.op.MatrixFunctions;
import jtorch.op.MatrixNorms;
import jtorch.op.OrthogonalFactors;
import jtorch.op.Pieces;
import jtorch.op.Reductions;
import jtorch.op.SingularValues;
import org.jspecify.annotations.Nullable;

/// Linear algebra, as `torch.linalg`: matrices are the last two dimensions, the others are a batch. float32, float64, complex64
/// and complex128; differentiable unless said otherwise, complex ones too.
///
/// Where LAPACK does the work and is not there, an `UnsupportedOperationException` names the operator and the missing library.
/// A matrix that cannot be factored, or an algorithm that does not converge, gives a [LinAlgException]; the functions ending in
/// `Ex` give an `info` in place of it.
///
/// ```java
/// var svd = Linalg.svd(a, false);
/// Tensor same = svd.u().matmul(svd.s().diagEmbed()).matmul(svd.vh());
/// ```
public final class Linalg {
  private Linalg() {}

  // ---- results ---------------------------------------------------------------------------------------------------

  /// `A = L L^H`, and for each matrix 0 or the order of the first minor that is not positive.
  public record CholeskyEx(Tensor l, Tensor info) {}

  /// L and U in one matrix, and the row exchanges from 1 on.
  public record LuFactor(Tensor lu, Tensor pivots) {}

  /// The same, and for each matrix 0 or where U has its first zero.
  public record LuFactorEx(Tensor lu, Tensor pivots, Tensor info) {}

  /// `A = P L U`
  public record Lu(Tensor p, Tensor l, Tensor u) {}

  /// L and D in one matrix, and LAPACK's exchanges.
  public record LdlFactor(Tensor ld, Tensor pivots) {}

  /// The same, and for each matrix 0 or where D has its first zero.
  public record LdlFactorEx(Tensor ld, Tensor pivots, Tensor info) {}

  /// `A = Q R`
  public record Qr(Tensor q, Tensor r) {}

  /// `A = V diag(L) V^-1`
  public record Eig(Tensor eigenvalues, Tensor eigenvectors) {}

  /// `A = U diag(S) V^H`
  public record Svd(Tensor u, Tensor s, Tensor vh) {}

  /// `det A = sign exp(logabsdet)`
  public record Slogdet(Tensor sign, Tensor logabsdet) {}

  /// The solution, and for each matrix 0 or where U has its first zero.
  public record SolveEx(Tensor result, Tensor info) {}

  /// The inverse, and for each matrix 0 or where U has its first zero.
  public record InvEx(Tensor inverse, Tensor info) {}

  /// What is not defined, or not found by the algorithm, is empty.
  public record Lstsq(Tensor solution, Tensor residuals, Tensor rank, Tensor singularValues) {}

  // ---- norms and numbers -----------------------------------------------------------------------------------------

  /// The 2-norm of all elements.
  public static Tensor norm(Tensor a) {
    return norm(a, (Number) null, null, false);
  }

  /// A norm of vectors (one dimension), or of matrices (two dimensions and an order); see [#vectorNorm] and [#matrixNorm].
  public static Tensor norm(Tensor a, @Nullable Number ord, long @Nullable [] dim, boolean keepdim) {
    return MatrixNorms.LINALG_NORM.tensor(a, ord, dim, keepdim, null);
  }

  /// A norm by name: `fro` or `nuc`.
  public static Tensor norm(Tensor a, String ord, long @Nullable [] dim, boolean keepdim) {
    return MatrixNorms.LINALG_NORM_STR.tensor(a, ord, dim, keepdim, null);
  }

  /// `(sum |x|^ord)^(1 / ord)`; 0 counts what is not 0, infinities are extremes.
  public static Tensor vectorNorm(Tensor x, Number ord, long @Nullable [] dim, boolean keepdim) {
    return Reductions.VECTOR_NORM.tensor(x, ord, dim, keepdim, null);
  }

  /// The Frobenius norm.
  public static Tensor matrixNorm(Tensor a) {
    return matrixNorm(a, "fro", new long[] {-2, -1}, false);
  }

  /// 1 and -1: the largest and smallest sum of a column; infinities: of a row; 2 and -2: the largest and smallest singular value.
  public static Tensor matrixNorm(Tensor a, Number ord, long[] dim, boolean keepdim) {
    return MatrixNorms.LINALG_MATRIX_NORM.tensor(a, ord, dim, keepdim, null);
  }

  /// `fro`: the root of the sum of squares; `nuc`: the sum of singular values.
  public static Tensor matrixNorm(Tensor a, String ord, long[] dim, boolean keepdim) {
    return MatrixNorms.LINALG_MATRIX_NORM_STR.tensor(a, ord, dim, keepdim, null);
  }

  public static Tensor det(Tensor a) {
    return Determinants.LINALG_DET.tensor(a);
  }

  /// Sign (or phase) and logarithm of the absolute value of the determinant.
  public static Slogdet slogdet(Tensor a) {
    Tensor[] all = Determinants.LINALG_SLOGDET.tensors(a);
    return new Slogdet(all[0], all[1]);
  }

  /// The condition number in the 2-norm.
  public static Tensor cond(Tensor a) {
    return MatrixNorms.LINALG_COND.tensor(a, null);
  }

  /// `|A|_p |A^-1|_p`; infinite for singular matrices.
  public static Tensor cond(Tensor a, Number p) {
    return MatrixNorms.LINALG_COND.tensor(a, p);
  }

  public static Tensor cond(Tensor a, String p) {
    return MatrixNorms.LINALG_COND_STR.tensor(a, p);
  }

  /// How many singular values are above `max(rows, columns) * epsilon * largest`. Not differentiable.
  public static Tensor matrixRank(Tensor a) {
    return matrixRank(a, null, null, false);
  }

  /// How many singular values, or with `hermitian` absolute eigenvalues, are above `max(atol, rtol * largest)`.
  public static Tensor matrixRank(Tensor a, @Nullable Number atol, @Nullable Number rtol, boolean hermitian) {
    return MatrixNorms.LINALG_MATRIX_RANK_FLOATS.tensor(a, number(atol), number(rtol), hermitian);
  }

  // ---- decompositions --------------------------------------------------------------------------------------------

  /// L of `A = L L^H`, for Hermitian positive-definite matrices.
  public static Tensor cholesky(Tensor a) {
    return cholesky(a, false);
  }

  /// L, or if `upper` its adjoint.
  public static Tensor cholesky(Tensor a, boolean upper) {
    return Cholesky.LINALG_CHOLESKY.tensor(a, upper);
  }

  public static CholeskyEx choleskyEx(Tensor a, boolean upper, boolean checkErrors) {
    Tensor[] all = Cholesky.LINALG_CHOLESKY_EX.tensors(a, upper, checkErrors);
    return new CholeskyEx(all[0], all[1]);
  }

  /// Q with orthonormal columns and R upper triangular, `min(m, n)` columns and rows.
  public static Qr qr(Tensor a) {
    return qr(a, "reduced");
  }

  /// `reduced`; `complete`: a square Q; `r`: Q is left out.
  public static Qr qr(Tensor a, String mode) {
    Tensor[] all = OrthogonalFactors.LINALG_QR.tensors(a, mode);
    return new Qr(all[0], all[1]);
  }

  public static Lu lu(Tensor a) {
    Tensor[] all = LuFactors.LINALG_LU.tensors(a, true);
    return new Lu(all[0], all[1], all[2]);
  }

  /// The factors in the form that [#luSolve] takes.
  public static LuFactor luFactor(Tensor a) {
    Tensor[] all = LuFactors.LINALG_LU_FACTOR.tensors(a, true);
    return new LuFactor(all[0], all[1]);
  }

  public static LuFactorEx luFactorEx(Tensor a, boolean checkErrors) {
    Tensor[] all = LuFactors.LINALG_LU_FACTOR_EX.tensors(a, true, checkErrors);
    return new LuFactorEx(all[0], all[1], all[2]);
  }

  /// `A = L D L^T`, or with `hermitian` `L D L^H`, from the lower triangle. Not differentiable.
  public static LdlFactor ldlFactor(Tensor a, boolean hermitian) {
    Tensor[] all = LuFactors.LINALG_LDL_FACTOR.tensors(a, hermitian);
    return new LdlFactor(all[0], all[1]);
  }

  public static LdlFactorEx ldlFactorEx(Tensor a, boolean hermitian, boolean checkErrors) {
    Tensor[] all = LuFactors.LINALG_LDL_FACTOR_EX.tensors(a, hermitian, checkErrors);
    return new LdlFactorEx(all[0], all[1], all[2]);
  }

  /// Complex eigenvalues and vectors of length 1 of any square matrices.
  public static Eig eig(Tensor a) {
    Tensor[] all = Eigenvalues.LINALG_EIG.tensors(a);
    return new Eig(all[0], all[1]);
  }

  public static Tensor eigvals(Tensor a) {
    return Eigenvalues.LINALG_EIGVALS.tensor(a);
  }

  /// Real eigenvalues, ascending, and orthonormal vectors of Hermitian matrices, from their lower triangle.
  public static Eig eigh(Tensor a) {
    return eigh(a, "L");
  }

  /// From the lower (`L`) or upper (`U`) triangle.
  public static Eig eigh(Tensor a, String uplo) {
    Tensor[] all = Eigenvalues.LINALG_EIGH.tensors(a, uplo);
    return new Eig(all[0], all[1]);
  }

  public static Tensor eigvalsh(Tensor a) {
    return eigvalsh(a, "L");
  }

  public static Tensor eigvalsh(Tensor a, String uplo) {
    return Eigenvalues.LINALG_EIGVALSH.tensor(a, uplo);
  }

  /// The whole decomposition: U and V square.
  public static Svd svd(Tensor a) {
    return svd(a, true);
  }

  /// With square U and V, or with `min(m, n)` columns and rows.
  public static Svd svd(Tensor a, boolean fullMatrices) {
    Tensor[] all = SingularValues.LINALG_SVD.tensors(a, fullMatrices, null);
    return new Svd(all[0], all[1], all[2]);
  }

  /// Singular values, descending.
  public static Tensor svdvals(Tensor a) {
    return SingularValues.LINALG_SVDVALS.tensor(a, null);
  }

  /// The first n columns of a product of Householder reflectors.
  public static Tensor householderProduct(Tensor input, Tensor tau) {
    return OrthogonalFactors.LINALG_HOUSEHOLDER_PRODUCT.tensor(input, tau);
  }

  // ---- solving ---------------------------------------------------------------------------------------------------

  /// X of `A X = B`; B has vectors or matrices.
  public static Tensor solve(Tensor a, Tensor b) {
    return solve(a, b, true);
  }

  /// X of `A X = B`, or of `X A = B`.
  public static Tensor solve(Tensor a, Tensor b, boolean left) {
    return LinearSolving.LINALG_SOLVE.tensor(a, b, left);
  }

  public static SolveEx solveEx(Tensor a, Tensor b, boolean left, boolean checkErrors) {
    Tensor[] all = LinearSolving.LINALG_SOLVE_EX.tensors(a, b, left, checkErrors);
    return new SolveEx(all[0], all[1]);
  }

  /// X of `A X = B` with a triangle A; the other triangle is not read.
  public static Tensor solveTriangular(Tensor a, Tensor b, boolean upper) {
    return solveTriangular(a, b, upper, true, false);
  }

  /// The same, or `X A = B`; with `unitriangular` the diagonal counts as ones.
  public static Tensor solveTriangular(Tensor a, Tensor b, boolean upper, boolean left, boolean unitriangular) {
    return LinearSolving.LINALG_SOLVE_TRIANGULAR.tensor(a, b, upper, left, unitriangular);
  }

  /// X of `A X = B` with the factors of A.
  public static Tensor luSolve(Tensor lu, Tensor pivots, Tensor b) {
    return luSolve(lu, pivots, b, true, false);
  }

  /// The same, or `X A = B`; with `adjoint` for the adjoint of A.
  public static Tensor luSolve(Tensor lu, Tensor pivots, Tensor b, boolean left, boolean adjoint) {
    return LinearSolving.LINALG_LU_SOLVE.tensor(lu, pivots, b, left, adjoint);
  }

  /// X of `A X = B` with the factors of [#ldlFactor]. Not differentiable.
  public static Tensor ldlSolve(Tensor ld, Tensor pivots, Tensor b, boolean hermitian) {
    return LuFactors.LINALG_LDL_SOLVE.tensor(ld, pivots, b, hermitian);
  }

  /// X of smallest `|A X - B|`.
  public static Lstsq lstsq(Tensor a, Tensor b) {
    return lstsq(a, b, null, null);
  }

  /// With LAPACK's `gels` (full rank), `gelsy` (the default), `gelsd` or `gelss`; singular values up to `rcond` times the
  /// largest count as 0.
  public static Lstsq lstsq(Tensor a, Tensor b, @Nullable Number rcond, @Nullable String driver) {
    Tensor[] all = LeastSquares.LINALG_LSTSQ.tensors(a, b, number(rcond), driver);
    return new Lstsq(all[0], all[1], all[2], all[3]);
  }

  /// X with `tensordot(A, X, X.dim()) = B`.
  public static Tensor tensorsolve(Tensor a, Tensor b) {
    return tensorsolve(a, b, null);
  }

  /// The dimensions `dims` of A go last first.
  public static Tensor tensorsolve(Tensor a, Tensor b, long @Nullable [] dims) {
    return LinearSolving.LINALG_TENSORSOLVE.tensor(a, b, dims);
  }

  // ---- inverses --------------------------------------------------------------------------------------------------

  /// The inverse; [#solve] is faster and more exact where it is only multiplied with.
  public static Tensor inv(Tensor a) {
    return LinearSolving.LINALG_INV.tensor(a);
  }

  public static InvEx invEx(Tensor a, boolean checkErrors) {
    Tensor[] all = LinearSolving.LINALG_INV_EX.tensors(a, checkErrors);
    return new InvEx(all[0], all[1]);
  }

  /// The pseudoinverse.
  public static Tensor pinv(Tensor a) {
    return pinv(a, null, null, false);
  }

  /// Singular values, or with `hermitian` eigenvalues, up to `max(atol, rtol * largest)` count as 0.
  public static Tensor pinv(Tensor a, @Nullable Number atol, @Nullable Number rtol, boolean hermitian) {
    return LeastSquares.LINALG_PINV_FLOATS.tensor(a, number(atol), number(rtol), hermitian);
  }

  /// The inverse of the map from the last to the first `ind` dimensions.
  public static Tensor tensorinv(Tensor a, int ind) {
    return LinearSolving.LINALG_TENSORINV.tensor(a, (long) ind);
  }

  // ---- functions and products ------------------------------------------------------------------------------------

  /// `sum A^k / k!`
  public static Tensor matrixExp(Tensor a) {
    return MatrixFunctions.LINALG_MATRIX_EXP.tensor(a);
  }

  /// `A^n`; negative powers are those of the inverse.
  public static Tensor matrixPower(Tensor a, long n) {
    return MatrixFunctions.LINALG_MATRIX_POWER.tensor(a, n);
  }

  public static Tensor matmul(Tensor a, Tensor b) {
    return MatrixFunctions.LINALG_MATMUL.tensor(a, b);
  }

  /// The product of matrices in the cheapest order; the first and the last may be vectors.
  public static Tensor multiDot(Tensor... tensors) {
    return MatrixFunctions.LINALG_MULTI_DOT.tensor((Object) tensors);
  }

  /// The vector product along a dimension of size 3.
  public static Tensor cross(Tensor a, Tensor b, long dim) {
    return MatrixFunctions.LINALG_CROSS.tensor(a, b, dim);
  }

  /// Along the last dimension.
  public static Tensor cross(Tensor a, Tensor b) {
    return cross(a, b, -1);
  }

  /// `sum(conj(x) * y)` along a dimension.
  public static Tensor vecdot(Tensor x, Tensor y, long dim) {
    return MatrixFunctions.LINALG_VECDOT.tensor(x, y, dim);
  }

  /// Along the last dimension.
  public static Tensor vecdot(Tensor x, Tensor y) {
    return vecdot(x, y, -1);
  }

  /// The powers 0 to n - 1 of each element.
  public static Tensor vander(Tensor x, long n) {
    return MatrixFunctions.LINALG_VANDER.tensor(x, n);
  }

  /// As many powers as there are elements.
  public static Tensor vander(Tensor x) {
    return MatrixFunctions.LINALG_VANDER.tensor(x, null);
  }

  /// The diagonals of matrices: a view.
  public static Tensor diagonal(Tensor a, long offset, long dim1, long dim2) {
    return Pieces.LINALG_DIAGONAL.tensor(a, offset, dim1, dim2);
  }

  public static Tensor diagonal(Tensor a) {
    return diagonal(a, 0, -2, -1);
  }

  private static @Nullable Double number(@Nullable Number value) {
    return value == null ? null : value.doubleValue();
  }
}
