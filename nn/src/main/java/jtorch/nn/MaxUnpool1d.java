package jtorch.nn;

import java.util.function.UnaryOperator;
import jtorch.Tensor;
import jtorch.nn.functional.F;
import org.jspecify.annotations.Nullable;

/// What [MaxPool1d] took away: maxima of `[N, C, W]` back at their places among zeros.
///
/// The size is `(in - 1) stride - 2 padding + kernel` unless given; the stride is the kernel's size unless given. **As**
/// `torch.nn.MaxUnpool1d`.
///
/// ```java
/// Tensor[] pooled = new MaxPool1d(2).forwardWithIndices(x);
/// Tensor y = new MaxUnpool1d(2).forward(pooled[0], pooled[1]);
/// ```
public final class MaxUnpool1d extends Module {
  private final long[] kernelSize;
  private final PoolOptions options;

  public MaxUnpool1d(long... kernelSize) {
    this(kernelSize, o -> o);
  }

  public MaxUnpool1d(long kernelSize, UnaryOperator<PoolOptions> options) {
    this(new long[] {kernelSize}, options);
  }

  public MaxUnpool1d(long[] kernelSize, UnaryOperator<PoolOptions> options) {
    this.kernelSize = kernelSize.clone();
    this.options = options.apply(PoolOptions.DEFAULT);
  }

  /// @param indices as [F#maxPool1dWithIndices] gives them
  public Tensor forward(Tensor input, Tensor indices) {
    return F.maxUnpool1d(input, indices, kernelSize, options, null);
  }

  /// @param outputSize the size of the space, as pooling may have come from several
  public Tensor forward(Tensor input, Tensor indices, long @Nullable [] outputSize) {
    return F.maxUnpool1d(input, indices, kernelSize, options, outputSize);
  }

  @Override
  protected String extraRepresentation() {
    return options.describeUnpooling(kernelSize, 1);
  }
}
