package jtorch.nn;

import jtorch.Tensor;

/// Joins dimensions into one: `[N, C, H, W] -> [N, C H W]`.
///
/// **As** `torch.nn.Flatten`.
public final class Flatten extends Module {
  private final long startDim;
  private final long endDim;

  public Flatten() {
    this(1, -1);
  }

  /// @param startDim the first dimension joined
  /// @param endDim the last dimension joined
  public Flatten(long startDim, long endDim) {
    this.startDim = startDim;
    this.endDim = endDim;
  }

  @Override
  public Tensor forward(Tensor x) {
    return x.flatten(startDim, endDim);
  }

  @Override
  protected String extraRepresentation() {
    return "start_dim=" + startDim + ", end_dim=" + endDim;
  }
}
