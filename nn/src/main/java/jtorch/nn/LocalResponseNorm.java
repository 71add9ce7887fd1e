package jtorch.nn;

import jtorch.Tensor;
import jtorch.nn.functional.F;

/// Each element over a power of the mean square of its neighbours among the channels:
/// `x / (k + alpha mean(x^2))^beta` over `size` channels of `[N, C, *]`.
///
/// **As** `torch.nn.LocalResponseNorm`. **Source**: Krizhevsky et al., 2012.
public final class LocalResponseNorm extends Module {
  private final long size;
  private final double alpha;
  private final double beta;
  private final double k;

  public LocalResponseNorm(long size) {
    this(size, 1e-4, 0.75, 1);
  }

  public LocalResponseNorm(long size, double alpha, double beta, double k) {
    this.size = size;
    this.alpha = alpha;
    this.beta = beta;
    this.k = k;
  }

  @Override
  public Tensor forward(Tensor x) {
    return F.localResponseNorm(x, size, alpha, beta, k);
  }

  @Override
  protected String extraRepresentation() {
    return size + ", alpha=" + Numbers.python(alpha) + ", beta=" + Numbers.python(beta) + ", k=" + Numbers.python(k);
  }
}
