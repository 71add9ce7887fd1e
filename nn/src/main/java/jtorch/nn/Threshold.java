package jtorch.nn;

import jtorch.Tensor;
import jtorch.nn.functional.F;

/// x where it is above the threshold, else the value.
///
/// **As** `torch.nn.Threshold`.
public final class Threshold extends Module {
  private final Number threshold;
  private final Number value;
  private final boolean inplace;

  public Threshold(Number threshold, Number value) {
    this(threshold, value, false);
  }

  /// @param inplace whether the input itself is changed
  public Threshold(Number threshold, Number value, boolean inplace) {
    this.threshold = threshold;
    this.value = value;
    this.inplace = inplace;
  }

  @Override
  public Tensor forward(Tensor x) {
    return inplace ? F.threshold_(x, threshold, value) : F.threshold(x, threshold, value);
  }

  @Override
  protected String extraRepresentation() {
    return "threshold=" + Numbers.python(threshold) + ", value=" + Numbers.python(value)
        + (inplace ? ", inplace=True" : "");
  }
}
