package jtorch.nn;

import jtorch.Tensor;
import jtorch.nn.functional.F;

/// Pads `[N, C, D, H, W]` or `[C, D, H, W]` with a number; negative paddings cut off.
///
/// **As** `torch.nn.ConstantPad3d`.
public final class ConstantPad3d extends PaddingModule {
  private final Number value;

  public ConstantPad3d(long padding, Number value) {
    this(new long[] {padding}, value);
  }

  /// @param padding left, right, top, bottom, front, back
  public ConstantPad3d(long[] padding, Number value) {
    super(3, padding);
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
