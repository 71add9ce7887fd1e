package jtorch.nn;

import jtorch.Tensor;
import jtorch.nn.functional.F;

/// `min(max(x, minVal), maxVal)`
///
/// **As** `torch.nn.Hardtanh`.
public final class Hardtanh extends Module {
  private final double minVal;
  private final double maxVal;

  public Hardtanh() {
    this(-1.0, 1.0);
  }

  /// @param minVal the least value
  /// @param maxVal the greatest value
  /// @throws IllegalArgumentException if the greatest is not above the least
  public Hardtanh(double minVal, double maxVal) {
    if (!(maxVal > minVal))
      throw new IllegalArgumentException("max_val (" + maxVal + ") must be greater than min_val (" + minVal + ")");
    this.minVal = minVal;
    this.maxVal = maxVal;
  }

  @Override
  public Tensor forward(Tensor x) {
    return F.hardtanh(x, minVal, maxVal);
  }

  @Override
  protected String extraRepresentation() {
    return "min_val=" + minVal + ", max_val=" + maxVal;
  }
}
