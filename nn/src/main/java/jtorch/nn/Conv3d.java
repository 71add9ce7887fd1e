package jtorch.nn;

import java.util.function.UnaryOperator;
import jtorch.Tensor;

/// Convolution of `[N, C, D, H, W]`: `out = (in + 2 padding - dilation (kernel - 1) - 1) / stride + 1`.
///
/// **Starts** with weight and bias uniform in `+-1 / sqrt(fan_in)`. **As** `torch.nn.Conv3d`.
///
/// ```java
/// var conv = new Conv3d(3, 64, 7, o -> o.stride(2).padding(3).bias(false));
/// ```
public final class Conv3d extends Convolution {
  public Conv3d(long inChannels, long outChannels, long kernelSize) {
    this(inChannels, outChannels, kernelSize, o -> o);
  }

  public Conv3d(long inChannels, long outChannels, long kernelSize, UnaryOperator<ConvOptions> options) {
    this(inChannels, outChannels, new long[] {kernelSize}, options);
  }

  public Conv3d(long inChannels, long outChannels, long[] kernelSize, UnaryOperator<ConvOptions> options) {
    super(3, false, inChannels, outChannels, kernelSize, options.apply(ConvOptions.DEFAULT));
  }

  @Override
  public Tensor forward(Tensor x) {
    return convolve(x);
  }
}
