package jtorch.nn;

import jtorch.Tensor;
import jtorch.nn.functional.F;

/// Dropout that keeps mean and variance, for networks with SELU.
///
/// Draws from the default generator, number for number as PyTorch does. **As** `torch.nn.AlphaDropout`.
public final class AlphaDropout extends Module {
  private final double p;

  public AlphaDropout() {
    this(0.5);
  }

  /// @throws IllegalArgumentException if p is no probability
  public AlphaDropout(double p) {
    if (!(p >= 0 && p <= 1))
      throw new IllegalArgumentException("dropout probability has to be between 0 and 1, but got " + p);
    this.p = p;
  }

  @Override
  public Tensor forward(Tensor x) {
    return F.alphaDropout(x, p, isTraining());
  }

  @Override
  protected String extraRepresentation() {
    return "p=" + p + ", inplace=False";
  }
}
