package jtorch.nn;

import jtorch.ShapeException;
import jtorch.Tensor;
import jtorch.nn.functional.F;

/// Pads `[N, C, H, W]` or `[C, H, W]` with its own values from the other end.
///
/// **As** `torch.nn.CircularPad2d`.
public final class CircularPad2d extends PaddingModule {
  /// @param padding one number for all sides, or left, right, top, bottom
  public CircularPad2d(long... padding) {
    super(2, padding);
  }

  @Override
  public Tensor forward(Tensor x) {
    if (x.dim() != 3 && x.dim() != 4) throw new ShapeException(
        "CircularPad2d: expected 3D or 4D input (got " + x.dim() + "D input) | input " + x.describe());
    return F.pad(x, padding, "circular", null);
  }
}
