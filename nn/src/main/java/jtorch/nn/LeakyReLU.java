package jtorch.nn;

import jtorch.Tensor;
import jtorch.nn.functional.F;

/// `max(0, x) + negativeSlope * min(0, x)`
///
/// **As** `torch.nn.LeakyReLU`.
public final class LeakyReLU extends Module {
  private final double negativeSlope;
  private final boolean inplace;

  public LeakyReLU() {
    this(0.01);
  }

  /// @param negativeSlope the slope below 0
  public LeakyReLU(double negativeSlope) {
    this(negativeSlope, false);
  }

  /// @param inplace whether the input itself is changed
  public LeakyReLU(double negativeSlope, boolean inplace) {
    this.negativeSlope = negativeSlope;
    this.inplace = inplace;
  }

  @Override
  public Tensor forward(Tensor x) {
    return inplace ? F.leakyRelu_(x, negativeSlope) : F.leakyRelu(x, negativeSlope);
  }

  @Override
  protected String extraRepresentation() {
    return "negative_slope=" + Numbers.python(negativeSlope) + (inplace ? ", inplace=True" : "");
  }
}
