package jtorch.nn;

import jtorch.Tensor;
import jtorch.nn.functional.F;

/// Pads `[N, C, H, W]` or `[C, H, W]` with zeros; negative numbers cut off.
///
/// **As** `torch.nn.ZeroPad2d`.
public final class ZeroPad2d extends PaddingModule {
  /// @param padding one number for all sides, or left, right, top, bottom
  public ZeroPad2d(long... padding) {
    super(2, padding);
  }

  @Override
  public Tensor forward(Tensor x) {
    return F.pad(x, padding, "constant", null);
  }
}
