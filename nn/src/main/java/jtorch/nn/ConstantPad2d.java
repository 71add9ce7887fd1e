package jtorch.nn;

import jtorch.Tensor;
import jtorch.nn.functional.F;

/// Pads `[N, C, H, W]` or `[C, H, W]` with a number; negative paddings cut off.
///
/// **As** `torch.nn.ConstantPad2d`.
public final class ConstantPad2d extends PaddingModule {
  private final Number value;

  public ConstantPad2d(long padding, Number value) {
    this(new long[] {padding}, value);
  }

  /// @param padding left, right, top, bottom
  public ConstantPad2d(long[] padding, Number value) {
    super(2, padding);
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
