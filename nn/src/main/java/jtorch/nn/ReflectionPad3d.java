package jtorch.nn;

import jtorch.Tensor;
import jtorch.nn.functional.F;

/// Pads `[N, C, D, H, W]` or `[C, D, H, W]` with its own values, mirrored at the edges, which are not repeated.
///
/// **As** `torch.nn.ReflectionPad3d`.
public final class ReflectionPad3d extends PaddingModule {
  /// @param padding one number for all sides, or left, right, top, bottom, front, back
  public ReflectionPad3d(long... padding) {
    super(3, padding);
  }

  @Override
  public Tensor forward(Tensor x) {
    return F.pad(x, padding, "reflect", null);
  }
}
