package jtorch.nn;

import jtorch.Tensor;
import jtorch.nn.functional.F;

/// Pads `[N, C, H, W]` or `[C, H, W]` with its own values, mirrored at the edges, which are not repeated.
///
/// **As** `torch.nn.ReflectionPad2d`.
public final class ReflectionPad2d extends PaddingModule {
  /// @param padding one number for all sides, or left, right, top, bottom
  public ReflectionPad2d(long... padding) {
    super(2, padding);
  }

  @Override
  public Tensor forward(Tensor x) {
    return F.pad(x, padding, "reflect", null);
  }
}
