package jtorch.nn;

import java.util.function.UnaryOperator;
import jtorch.Tensor;

/// [Conv3d] of `[N, C, D, H, W]` whose number of input channels is that of its first input.
///
/// Until then its parameters have no shape; they are drawn at the first call. [#toString] and the state then are those of
/// [Conv3d]. **As** `torch.nn.LazyConv3d`.
public final class LazyConv3d extends Convolution {
  public LazyConv3d(long outChannels, long kernelSize) {
    this(outChannels, kernelSize, o -> o);
  }

  public LazyConv3d(long outChannels, long kernelSize, UnaryOperator<ConvOptions> options) {
    this(outChannels, new long[] {kernelSize}, options);
  }

  public LazyConv3d(long outChannels, long[] kernelSize, UnaryOperator<ConvOptions> options) {
    super(3, false, outChannels, kernelSize, options.apply(ConvOptions.DEFAULT));
  }

  @Override
  public Tensor forward(Tensor x) {
    return convolve(x);
  }

  @Override
  protected String name() {
    return lazyName();
  }
}
