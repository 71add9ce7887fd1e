package jtorch.nn;

import jtorch.Tensor;
import jtorch.nn.functional.F;

/// Pads `[N, C, W]` or `[C, W]` with its own values, mirrored at the edges, which are not repeated.
///
/// **As** `torch.nn.ReflectionPad1d`.
public final class ReflectionPad1d extends PaddingModule {
  /// @param padding one number for all sides, or before and after
  public ReflectionPad1d(long... padding) {
    super(1, padding);
  }

  @Override
  public Tensor forward(Tensor x) {
    return F.pad(x, padding, "reflect", null);
  }
}
