package jtorch.nn;

import jtorch.Tensor;
import jtorch.nn.functional.F;

/// `x where |x| > lambda, else 0`
///
/// **As** `torch.nn.Hardshrink`.
public final class Hardshrink extends Module {
  private final double lambda;

  public Hardshrink() {
    this(0.5);
  }

  /// @param lambda the width of the dead zone
  public Hardshrink(double lambda) {
    this.lambda = lambda;
  }

  @Override
  public Tensor forward(Tensor x) {
    return F.hardshrink(x, lambda);
  }

  @Override
  protected String extraRepresentation() {
    return "" + lambda;
  }
}
