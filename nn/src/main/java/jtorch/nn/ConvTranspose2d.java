package jtorch.nn;

import java.util.function.UnaryOperator;
import jtorch.ShapeException;
import jtorch.Tensor;
import org.jspecify.annotations.Nullable;

/// Transposed convolution of `[N, C, H, W]`, the gradient of a convolution for its input:
/// `out = (in - 1) stride - 2 padding + dilation (kernel - 1) + outputPadding + 1`.
///
/// **As** `torch.nn.ConvTranspose2d`.
public final class ConvTranspose2d extends Convolution {
  public ConvTranspose2d(long inChannels, long outChannels, long kernelSize) {
    this(inChannels, outChannels, kernelSize, o -> o);
  }

  public ConvTranspose2d(long inChannels, long outChannels, long kernelSize, UnaryOperator<ConvOptions> options) {
    this(inChannels, outChannels, new long[] {kernelSize}, options);
  }

  public ConvTranspose2d(long inChannels, long outChannels, long[] kernelSize, UnaryOperator<ConvOptions> options) {
    super(2, true, inChannels, outChannels, kernelSize, options.apply(ConvOptions.DEFAULT));
  }

  @Override
  public Tensor forward(Tensor x) {
    return convolve(x);
  }

  /// @param outputSize which of the sizes of the space that the input can have come from, instead of the output padding
  /// @throws ShapeException if the input cannot have come from it
  public Tensor forward(Tensor x, long @Nullable [] outputSize) {
    return convolve(x, outputSize);
  }
}
