package jtorch.nn;

import jtorch.Tensor;
import jtorch.nn.functional.F;

/// Channels of `[N, C, *]` in another order: `[groups, C / groups]` transposed.
///
/// **As** `torch.nn.ChannelShuffle`. **Source**: Zhang et al., *ShuffleNet*, 2017, arXiv:1707.01083.
public final class ChannelShuffle extends Module {
  private final long groups;

  public ChannelShuffle(long groups) {
    this.groups = groups;
  }

  @Override
  public Tensor forward(Tensor x) {
    return F.channelShuffle(x, groups);
  }

  @Override
  protected String extraRepresentation() {
    return "groups=" + groups;
  }
}
