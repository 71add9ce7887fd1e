package jtorch.nn;

import jtorch.Tensor;
import jtorch.nn.functional.F;

/// Pads `[N, C, W]` or `[C, W]` with copies of the edges.
///
/// **As** `torch.nn.ReplicationPad1d`.
public final class ReplicationPad1d extends PaddingModule {
  /// @param padding one number for all sides, or before and after
  public ReplicationPad1d(long... padding) {
    super(1, padding);
  }

  @Override
  public Tensor forward(Tensor x) {
    return F.pad(x, padding, "replicate", null);
  }
}
