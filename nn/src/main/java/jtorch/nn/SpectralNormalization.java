package jtorch.nn;

import jtorch.Tensor;
import jtorch.Torch;
import jtorch.nn.functional.F;
import org.jspecify.annotations.Nullable;

/// A weight over its largest singular value, which is found by power iterations: one a call in training.
///
/// **Source**: Miyato et al., *Spectral Normalization for GANs*, 2018, arXiv:1802.05957.
final class SpectralNormalization extends Parametrization {
  @StateName("_u")
  final @Nullable Buffer u;
  @StateName("_v")
  final @Nullable Buffer v;
  private final int dim;
  private final long iterations;
  private final double eps;

  SpectralNormalization(Tensor weight, long iterations, int dim, double eps) {
    if (dim >= weight.dim() || dim < -weight.dim()) throw new IndexOutOfBoundsException(
        "Dimension out of range (expected to be in range of [" + -weight.dim() + ", " + (weight.dim() - 1)
            + "] but got " + dim + ")");
    if (iterations <= 0) throw new IllegalArgumentException(
        "Expected n_power_iterations to be positive, but got n_power_iterations=" + iterations);
    this.dim = dim < 0 ? dim + weight.dim() : dim;
    this.iterations = iterations;
    this.eps = eps;
    if (weight.dim() == 1) {
      u = null;
      v = null;
      return;
    }
    try (var off = Torch.noGrad()) {
      Tensor matrix = matrix(weight.detach(), this.dim);
      u = new Buffer(start(matrix.size(0), weight, eps));
      v = new Buffer(start(matrix.size(1), weight, eps));
      iterate(matrix, u, v, 15);
    }
  }

  /// A random direction.
  static Tensor start(long size, Tensor like, double eps) {
    return F.normalize(Torch.empty(new long[] {size}, like.dtype()).normal_(0, 1), 2, 0, eps);
  }

  /// The weight as a matrix with that dimension first.
  static Tensor matrix(Tensor weight, int dim) {
    Tensor first = dim == 0 ? weight : weight.movedim(dim, 0);
    return first.reshape(first.size(0), -1);
  }

  private void iterate(Tensor matrix, Buffer left, Buffer right, long count) {
    for (long i = 0; i < count; i++) {
      left.copy_(F.normalize(matrix.mv(right), 2, 0, eps));
      right.copy_(F.normalize(matrix.mH().mv(left), 2, 0, eps));
    }
  }

  @Override
  public Tensor forward(Tensor weight) {
    if (u == null || v == null) return F.normalize(weight, 2, 0, eps);
    Tensor matrix = matrix(weight, dim);
    if (isTraining()) {
      try (var off = Torch.noGrad()) {
        iterate(matrix.detach(), u, v, iterations);
      }
    }
    // Copies, for the next call changes both while this one's gradient still reads them.
    Tensor left = u.detach().clone();
    Tensor right = v.detach().clone();
    return weight.div(left.vdot(matrix.mv(right)));
  }

  @Override
  protected String name() {
    return "_SpectralNorm";
  }
}
