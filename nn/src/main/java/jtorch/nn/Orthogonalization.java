package jtorch.nn;

import java.util.Arrays;
import jtorch.DType;
import jtorch.FInfo;
import jtorch.Linalg;
import jtorch.ShapeException;
import jtorch.Tensor;
import jtorch.Torch;
import org.jspecify.annotations.Nullable;

/// A matrix with orthonormal rows or columns, from any matrix, by one of three maps.
///
/// **Source**: Lezcano Casado, *Trivializations for Gradient-Based Optimization on Manifolds*, 2019, arXiv:1909.09501.
final class Orthogonalization extends Parametrization {
  enum Map {
    MATRIX_EXP,
    CAYLEY,
    HOUSEHOLDER
  }

  private final Map map;
  private final boolean trivialize;
  private final long[] shape;
  private @Nullable Buffer base;

  Orthogonalization(Tensor weight, Map map, boolean trivialize) {
    if (weight.dtype().isComplex() && map == Map.HOUSEHOLDER)
      throw new IllegalArgumentException("The householder parametrization does not support complex tensors.");
    this.map = map;
    this.trivialize = trivialize;
    shape = weight.sizes();
  }

  @Override
  public Tensor forward(Tensor original) {
    boolean wide = original.size(-2) < original.size(-1);
    Tensor x = wide ? original.mT() : original;
    long n = x.size(-2);
    long k = x.size(-1);
    Tensor q;
    if (map == Map.HOUSEHOLDER) {
      Tensor below = x.tril(-1);
      Tensor tau = below.mul(below).sum(-2, false).add(1).reciprocal().mul(2);
      Tensor signs = x.diagonal(0, -2, -1).to(DType.INT32).unsqueeze(-2);
      q = Linalg.householderProduct(below, tau).mul(signs);
    } else {
      Tensor lower = x.tril();
      if (n != k) {
        long[] sizes = lower.sizes().clone();
        sizes[sizes.length - 1] = n - k;
        lower = Torch.cat(new Tensor[] {lower, Torch.zeros(sizes, lower.dtype())}, -1);
      }
      Tensor skew = lower.sub(lower.mH());
      if (map == Map.MATRIX_EXP) {
        q = Linalg.matrixExp(skew);
      } else {
        Tensor one = Torch.eye(n).to(skew.dtype());
        q = Linalg.solve(one.sub(skew.mul(0.5)), one.add(skew.mul(0.5)));
      }
      if (n != k) q = q.narrow(-1, 0, k);
    }
    if (base != null) q = base.matmul(q);
    return wide ? q.mT() : q;
  }

  @Override
  public Tensor[] rightInverse(Tensor value) {
    if (!Arrays.equals(value.sizes(), shape))
      throw new ShapeException("Expected a matrix or batch of matrices of shape "
          + Arrays.toString(shape) + ". Got a tensor of shape " + Arrays.toString(value.sizes()) + ".");
    boolean wide = value.size(-2) < value.size(-1);
    Tensor q = wide ? value.mT() : value;
    long n = q.size(-2);
    long k = q.size(-1);
    if (!trivialize) return new Tensor[] {reflectors(q, wide)};
    if (n != k) {
      long[] sizes = q.sizes().clone();
      sizes[sizes.length - 1] = n - k;
      q = orthogonal(Torch.cat(new Tensor[] {q, Torch.randn(sizes, o -> o.dtype(value.dtype()))}, -1));
    } else {
      q = isOrthogonal(q) ? q.clone() : orthogonal(q);
    }
    if (base == null) base = register("base", new Buffer(q));
    else base.copy_(q);
    Tensor start = value.zerosLike();
    start.diagonal(0, -2, -1).fill_(-1.0);
    return new Tensor[] {start};
  }

  private Tensor reflectors(Tensor q, boolean wide) {
    if (map != Map.HOUSEHOLDER) throw new UnsupportedOperationException("It is not possible to assign to the matrix "
        + "exponential or the Cayley parametrizations when use_trivialization=False.");
    var factors = q.geqrf();
    Tensor a = factors.a().clone();
    Tensor diagonal = a.diagonal(0, -2, -1);
    Tensor signs = diagonal.sign();
    diagonal.copy_(Torch.where(factors.tau().eq(0), signs.neg(), signs));
    return wide ? a.mT() : a;
  }

  private static boolean isOrthogonal(Tensor q) {
    long k = q.size(-1);
    double eps = 10 * q.size(-2) * FInfo.of(q.dtype()).eps();
    Tensor one = Torch.eye(k).to(q.dtype());
    return Torch.allclose(q.mH().matmul(q), one.expandAs(q.mH().matmul(q)), 1e-5, eps, false);
  }

  /// Q of the QR decomposition whose R has no negative diagonal.
  private static Tensor orthogonal(Tensor a) {
    var factors = a.geqrf();
    Tensor q = Linalg.householderProduct(factors.a(), factors.tau());
    return q.mul(factors.a().diagonal(0, -2, -1).sgn().unsqueeze(-2));
  }

  @Override
  protected String name() {
    return "_Orthogonal";
  }
}
