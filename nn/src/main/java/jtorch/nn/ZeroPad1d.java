package jtorch.nn;

import jtorch.Tensor;
import jtorch.nn.functional.F;

/// Pads `[N, C, W]` or `[C, W]` with zeros; negative numbers cut off.
///
/// **As** `torch.nn.ZeroPad1d`.
public final class ZeroPad1d extends PaddingModule {
  /// @param padding one number for all sides, or before and after
  public ZeroPad1d(long... padding) {
    super(1, padding);
  }

  @Override
  public Tensor forward(Tensor x) {
    return F.pad(x, padding, "constant", null);
  }
}
