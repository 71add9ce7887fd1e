package jtorch.nn;

import jtorch.ShapeException;
import jtorch.Tensor;
import jtorch.nn.functional.F;

/// Pads `[N, C, W]` or `[C, W]` with its own values from the other end.
///
/// **As** `torch.nn.CircularPad1d`.
public final class CircularPad1d extends PaddingModule {
  /// @param padding one number for all sides, or before and after
  public CircularPad1d(long... padding) {
    super(1, padding);
  }

  @Override
  public Tensor forward(Tensor x) {
    if (x.dim() != 2 && x.dim() != 3) throw new ShapeException(
        "CircularPad1d: expected 2D or 3D input (got " + x.dim() + "D input) | input " + x.describe());
    return F.pad(x, padding, "circular", null);
  }
}
