package jtorch.nn;

import jtorch.Tensor;
import jtorch.nn.functional.F;

/// `max(0, x) + negativeSlope * min(0, x)`
///
/// **As** `torch.nn.LeakyReLU`.
public final class LeakyReLU extends Module {
  private final double negativeSlope;

  public LeakyReLU() {
    this(0.01);
  }

  /// @param negativeSlope the slope below 0
  public LeakyReLU(double negativeSlope) {
    this.negativeSlope = negativeSlope;
  }

  @Override
  public Tensor forward(Tensor x) {
    return F.leakyRelu(x, negativeSlope);
  }

  @Override
  protected String extraRepresentation() {
    return "negative_slope=" + negativeSlope;
  }
}
