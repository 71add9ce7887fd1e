package jtorch.nn;

import jtorch.Tensor;
import jtorch.nn.functional.F;

/// Pads `[N, C, H, W]` or `[C, H, W]` with copies of the edges.
///
/// **As** `torch.nn.ReplicationPad2d`.
public final class ReplicationPad2d extends PaddingModule {
  /// @param padding one number for all sides, or left, right, top, bottom
  public ReplicationPad2d(long... padding) {
    super(2, padding);
  }

  @Override
  public Tensor forward(Tensor x) {
    return F.pad(x, padding, "replicate", null);
  }
}
