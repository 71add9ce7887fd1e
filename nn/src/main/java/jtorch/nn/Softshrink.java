package jtorch.nn;

import jtorch.Tensor;
import jtorch.nn.functional.F;

/// `x moved towards 0 by lambda, 0 in between`
///
/// **As** `torch.nn.Softshrink`.
public final class Softshrink extends Module {
  private final double lambda;

  public Softshrink() {
    this(0.5);
  }

  /// @param lambda the width of the dead zone
  public Softshrink(double lambda) {
    this.lambda = lambda;
  }

  @Override
  public Tensor forward(Tensor x) {
    return F.softshrink(x, lambda);
  }

  @Override
  protected String extraRepresentation() {
    return "" + lambda;
  }
}
