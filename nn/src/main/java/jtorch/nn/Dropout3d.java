package jtorch.nn;

import jtorch.Tensor;
import jtorch.nn.functional.F;

/// Zeroes whole channels of `[N, C, D, H, W]` with probability p in training.
///
/// Draws from the default generator, number for number as PyTorch does. **As** `torch.nn.Dropout3d`.
public final class Dropout3d extends Module {
  private final double p;

  public Dropout3d() {
    this(0.5);
  }

  /// @throws IllegalArgumentException if p is no probability
  public Dropout3d(double p) {
    if (!(p >= 0 && p <= 1))
      throw new IllegalArgumentException("dropout probability has to be between 0 and 1, but got " + p);
    this.p = p;
  }

  @Override
  public Tensor forward(Tensor x) {
    return F.dropout3d(x, p, isTraining());
  }

  @Override
  protected String extraRepresentation() {
    return "p=" + p + ", inplace=False";
  }
}
