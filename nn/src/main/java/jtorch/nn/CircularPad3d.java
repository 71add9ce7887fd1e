package jtorch.nn;

import jtorch.ShapeException;
import jtorch.Tensor;
import jtorch.nn.functional.F;

/// Pads `[N, C, D, H, W]` or `[C, D, H, W]` with its own values from the other end.
///
/// **As** `torch.nn.CircularPad3d`.
public final class CircularPad3d extends PaddingModule {
  /// @param padding one number for all sides, or left, right, top, bottom, front, back
  public CircularPad3d(long... padding) {
    super(3, padding);
  }

  @Override
  public Tensor forward(Tensor x) {
    if (x.dim() != 4 && x.dim() != 5) throw new ShapeException(
        "CircularPad3d: expected 4D or 5D input (got " + x.dim() + "D input) | input " + x.describe());
    return F.pad(x, padding, "circular", null);
  }
}
