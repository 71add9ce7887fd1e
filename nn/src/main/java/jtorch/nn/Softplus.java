package jtorch.nn;

import jtorch.Tensor;
import jtorch.nn.functional.F;

/// `log(1 + exp(beta x)) / beta, linear where beta x is above the threshold`
///
/// **As** `torch.nn.Softplus`.
public final class Softplus extends Module {
  private final double beta;
  private final double threshold;

  public Softplus() {
    this(1.0, 20.0);
  }

  /// @param beta how sharp the bend is
  /// @param threshold where it becomes linear
  public Softplus(double beta, double threshold) {
    this.beta = beta;
    this.threshold = threshold;
  }

  @Override
  public Tensor forward(Tensor x) {
    return F.softplus(x, beta, threshold);
  }

  @Override
  protected String extraRepresentation() {
    return "beta=" + beta + ", threshold=" + threshold;
  }
}
