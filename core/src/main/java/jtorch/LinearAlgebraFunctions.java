package jtorch;

import java.util.function.UnaryOperator;
import jtorch.op.ConjugateEigenpairs;
import jtorch.op.LuFactors;
import jtorch.op.MatrixFunctions;
import jtorch.op.MatrixNorms;
import org.jspecify.annotations.Nullable;

/// Linear algebra of the `torch` module itself; [Torch] inherits it. The newer forms stand in [Linalg].
public abstract class LinearAlgebraFunctions extends SettingFunctions {
  LinearAlgebraFunctions() {}

  /// See [Linalg#multiDot].
  public static Tensor chainMatmul(Tensor... matrices) {
    return MatrixFunctions.CHAIN_MATMUL.tensor((Object) matrices);
  }

  public static Tensor cholesky(Tensor input) {
    return input.cholesky();
  }

  public static Tensor choleskyInverse(Tensor l) {
    return l.choleskyInverse();
  }

  /// X of `L L^H X = B`.
  public static Tensor choleskySolve(Tensor b, Tensor l) {
    return b.choleskySolve(l);
  }

  public static Tensor cross(Tensor input, Tensor other) {
    return input.cross(other);
  }

  public static Tensor det(Tensor input) {
    return input.det();
  }

  public static Tensor logdet(Tensor input) {
    return input.logdet();
  }

  public static Linalg.Slogdet slogdet(Tensor input) {
    return input.slogdet();
  }

  public static Tensor inverse(Tensor input) {
    return input.inverse();
  }

  public static Tensor pinverse(Tensor input) {
    return input.pinverse();
  }

  public static LinearAlgebraMethods.Geqrf geqrf(Tensor input) {
    return input.geqrf();
  }

  public static Tensor orgqr(Tensor input, Tensor tau) {
    return input.orgqr(tau);
  }

  public static Tensor ormqr(Tensor input, Tensor tau, Tensor other) {
    return input.ormqr(tau, other);
  }

  public static Linalg.LuFactor lu(Tensor input) {
    return input.lu();
  }

  public static Tensor luSolve(Tensor b, Tensor luData, Tensor luPivots) {
    return b.luSolve(luData, luPivots);
  }

  /// P, L and U from what `lu` gives.
  public static Linalg.Lu luUnpack(Tensor luData, Tensor luPivots) {
    Tensor[] all = LuFactors.LU_UNPACK.tensors(luData, luPivots, true, true);
    return new Linalg.Lu(all[0], all[1], all[2]);
  }

  public static Linalg.Qr qr(Tensor input) {
    return input.qr();
  }

  public static LinearAlgebraMethods.Svd svd(Tensor input) {
    return input.svd();
  }

  public static LinearAlgebraMethods.TriangularSolve triangularSolve(Tensor b, Tensor a) {
    return b.triangularSolve(a);
  }

  public static Tensor matrixExp(Tensor input) {
    return input.matrixExp();
  }

  public static Tensor matrixPower(Tensor input, long n) {
    return input.matrixPower(n);
  }

  /// The root of the sum of squares over one or two dimensions.
  public static Tensor frobeniusNorm(Tensor input, long[] dim, boolean keepdim) {
    return MatrixNorms.FROBENIUS_NORM.tensor(input, dim, keepdim);
  }

  /// The sum of singular values.
  public static Tensor nuclearNorm(Tensor input) {
    return MatrixNorms.NUCLEAR_NORM.tensor(input, false);
  }

  /// The largest q singular values and their vectors, nearly: of the matrix on a random subspace that `niter` products with it
  /// have turned to where it is large. As PyTorch's, number for number with the same seed. **Source**: Halko, Martinsson and
  /// Tropp, arXiv:0909.4061, algorithm 5.1.
  public static LinearAlgebraMethods.Svd svdLowrank(Tensor a, long q, long niter, @Nullable Tensor m) {
    Tensor matrix = m == null ? a : a.sub(m.expand(a.sizes()));
    boolean wide = a.size(-2) < a.size(-1);
    Tensor tall = wide ? matrix.mH() : matrix;
    Tensor basis = basis(tall, q, niter);
    Linalg.Svd small = Linalg.svd(basis.mH().matmul(tall), false);
    Tensor u = basis.matmul(small.u());
    Tensor v = small.vh().mH();
    return wide ? new LinearAlgebraMethods.Svd(v, small.s(), u) : new LinearAlgebraMethods.Svd(u, small.s(), v);
  }

  public static LinearAlgebraMethods.Svd svdLowrank(Tensor a) {
    return svdLowrank(a, 6, 2, null);
  }

  /// The principal components: [#svdLowrank] of the matrix without its columns' means, if `center`.
  ///
  /// @throws IllegalArgumentException if q or niter do not fit
  public static LinearAlgebraMethods.Svd pcaLowrank(Tensor a, long q, boolean center, long niter) {
    long least = Math.min(a.size(-2), a.size(-1));
    if (q < 0 || q > least) throw new IllegalArgumentException(
        "pcaLowrank: q(=" + q + ") must be non-negative integer and not greater than min(m, n)=" + least);
    if (niter < 0)
      throw new IllegalArgumentException("pcaLowrank: niter(=" + niter + ") must be non-negative integer");
    return svdLowrank(center ? a.sub(a.mean(-2, true)) : a, q, niter, null);
  }

  public static LinearAlgebraMethods.Svd pcaLowrank(Tensor a) {
    return pcaLowrank(a, Math.min(6, Math.min(a.size(-2), a.size(-1))), true, 2);
  }

  private static Tensor basis(Tensor a, long q, long niter) {
    Tensor random = Torch.randn(new long[] {a.size(-1), q}, o -> o.dtype(a.dtype()).device(a.device()));
    Tensor basis = Linalg.qr(a.matmul(random)).q();
    for (long i = 0; i < niter; i++) {
      basis = Linalg.qr(a.mH().matmul(basis)).q();
      basis = Linalg.qr(a.matmul(basis)).q();
    }
    return basis;
  }

  /// The k largest (or smallest) eigenpairs of large Hermitian matrices `[*, m, m]`, `A x = e B x`, by block conjugate
  /// gradients: eigenvalues `[*, k]` and eigenvectors `[*, m, k]`.
  ///
  /// `lobpcg(a, 3, o -> o.largest(false))`. The first guesses come from the default generator unless `x` is given.
  /// @throws IllegalArgumentException if m is smaller than three times the number of eigenpairs
  public static Linalg.Eig lobpcg(Tensor a, long k, UnaryOperator<LobpcgOptions> options) {
    LobpcgOptions o = options.apply(LobpcgOptions.DEFAULT);
    long[] sizes = a.sizes().clone();
    sizes[sizes.length - 1] = o.n() > 0 ? o.n() : k;
    DType dtype = a.dtype();
    Tensor x = o.x();
    Tensor guess = x != null ? x : Torch.randn(sizes, t -> t.dtype(dtype));
    double tolerance = o.tol() > 0 ? o.tol() : Math.sqrt(dtype.toReal() == DType.FLOAT64 ? 2.23e-16 : 1.2e-7);
    Tensor[] found = ConjugateEigenpairs.LOBPCG.tensors(a, k, o.b(), guess, o.iK(), o.niter(), tolerance, o.largest());
    return new Linalg.Eig(found[0], found[1]);
  }

  public static Linalg.Eig lobpcg(Tensor a, long k) {
    return lobpcg(a, k, o -> o);
  }
}
