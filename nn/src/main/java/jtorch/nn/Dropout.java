package jtorch.nn;

import jtorch.Tensor;
import jtorch.nn.functional.F;

/// Zeroes elements with probability p in training and scales the others by 1 / (1 - p).
///
/// Draws from the default generator, number for number as PyTorch does. **As** `torch.nn.Dropout`.
public final class Dropout extends Module {
  private final double p;

  public Dropout() {
    this(0.5);
  }

  /// @throws IllegalArgumentException if p is no probability
  public Dropout(double p) {
    if (!(p >= 0 && p <= 1))
      throw new IllegalArgumentException("dropout probability has to be between 0 and 1, but got " + p);
    this.p = p;
  }

  @Override
  public Tensor forward(Tensor x) {
    return F.dropout(x, p, isTraining());
  }

  @Override
  protected String extraRepresentation() {
    return "p=" + p + ", inplace=False";
  }
}
