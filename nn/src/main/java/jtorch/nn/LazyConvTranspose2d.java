package jtorch.nn;

import java.util.function.UnaryOperator;
import jtorch.Tensor;
import org.jspecify.annotations.Nullable;

/// [ConvTranspose2d] of `[N, C, H, W]` whose number of input channels is that of its first input.
///
/// Until then its parameters have no shape; they are drawn at the first call. [#toString] and the state then are those of
/// [ConvTranspose2d]. **As** `torch.nn.LazyConvTranspose2d`.
public final class LazyConvTranspose2d extends Convolution {
  public LazyConvTranspose2d(long outChannels, long kernelSize) {
    this(outChannels, kernelSize, o -> o);
  }

  public LazyConvTranspose2d(long outChannels, long kernelSize, UnaryOperator<ConvOptions> options) {
    this(outChannels, new long[] {kernelSize}, options);
  }

  public LazyConvTranspose2d(long outChannels, long[] kernelSize, UnaryOperator<ConvOptions> options) {
    super(2, true, outChannels, kernelSize, options.apply(ConvOptions.DEFAULT));
  }

  @Override
  public Tensor forward(Tensor x) {
    return convolve(x);
  }

  /// @param outputSize which of the sizes of the space that the input can have come from, instead of the output padding
  public Tensor forward(Tensor x, long @Nullable [] outputSize) {
    return convolve(x, outputSize);
  }

  @Override
  protected String name() {
    return lazyName();
  }
}
