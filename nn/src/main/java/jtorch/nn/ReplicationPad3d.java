package jtorch.nn;

import jtorch.Tensor;
import jtorch.nn.functional.F;

/// Pads `[N, C, D, H, W]` or `[C, D, H, W]` with copies of the edges.
///
/// **As** `torch.nn.ReplicationPad3d`.
public final class ReplicationPad3d extends PaddingModule {
  /// @param padding one number for all sides, or left, right, top, bottom, front, back
  public ReplicationPad3d(long... padding) {
    super(3, padding);
  }

  @Override
  public Tensor forward(Tensor x) {
    return F.pad(x, padding, "replicate", null);
  }
}
