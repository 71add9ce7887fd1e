package jtorch.nn;

import jtorch.Tensor;
import jtorch.nn.functional.F;

/// Pads `[N, C, D, H, W]` or `[C, D, H, W]` with zeros; negative numbers cut off.
///
/// **As** `torch.nn.ZeroPad3d`.
public final class ZeroPad3d extends PaddingModule {
  /// @param padding one number for all sides, or left, right, top, bottom, front, back
  public ZeroPad3d(long... padding) {
    super(3, padding);
  }

  @Override
  public Tensor forward(Tensor x) {
    return F.pad(x, padding, "constant", null);
  }
}
