package jtorch.nn;

import jtorch.Tensor;
import jtorch.nn.functional.F;

/// Pads `[N, C, W]` or `[C, W]` with a number; negative paddings cut off.
///
/// **As** `torch.nn.ConstantPad1d`.
public final class ConstantPad1d extends PaddingModule {
  private final Number value;

  public ConstantPad1d(long padding, Number value) {
    this(new long[] {padding}, value);
  }

  /// @param padding before and after
  public ConstantPad1d(long[] padding, Number value) {
    super(1, padding);
    this.value = value;
  }

  @Override
  public Tensor forward(Tensor x) {
    return F.pad(x, padding, "constant", value.doubleValue());
  }

  @Override
  protected String extraRepresentation() {
    return "padding=" + tuple() + ", value=" + Numbers.python(value);
  }
}
