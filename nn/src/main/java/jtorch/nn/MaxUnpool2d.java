package jtorch.nn;

import java.util.function.UnaryOperator;
import jtorch.Tensor;
import jtorch.nn.functional.F;
import org.jspecify.annotations.Nullable;

/// What [MaxPool2d] took away: maxima of `[N, C, H, W]` back at their places among zeros.
///
/// The size is `(in - 1) stride - 2 padding + kernel` unless given; the stride is the kernel's size unless given. **As**
/// `torch.nn.MaxUnpool2d`.
///
/// ```java
/// Tensor[] pooled = new MaxPool2d(2).forwardWithIndices(x);
/// Tensor y = new MaxUnpool2d(2).forward(pooled[0], pooled[1]);
/// ```
public final class MaxUnpool2d extends Module {
  private final long[] kernelSize;
  private final PoolOptions options;

  public MaxUnpool2d(long... kernelSize) {
    this(kernelSize, o -> o);
  }

  public MaxUnpool2d(long kernelSize, UnaryOperator<PoolOptions> options) {
    this(new long[] {kernelSize}, options);
  }

  public MaxUnpool2d(long[] kernelSize, UnaryOperator<PoolOptions> options) {
    this.kernelSize = kernelSize.clone();
    this.options = options.apply(PoolOptions.DEFAULT);
  }

  /// @param indices as [F#maxPool2dWithIndices] gives them
  public Tensor forward(Tensor input, Tensor indices) {
    return F.maxUnpool2d(input, indices, kernelSize, options, null);
  }

  /// @param outputSize the size of the space, as pooling may have come from several
  public Tensor forward(Tensor input, Tensor indices, long @Nullable [] outputSize) {
    return F.maxUnpool2d(input, indices, kernelSize, options, outputSize);
  }

  @Override
  protected String extraRepresentation() {
    return options.describeUnpooling(kernelSize, 2);
  }
}
