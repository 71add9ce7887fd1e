package jtorch.nn;

import java.util.function.UnaryOperator;
import jtorch.Tensor;
import jtorch.nn.functional.F;
import org.jspecify.annotations.Nullable;

/// What [MaxPool3d] took away: maxima of `[N, C, D, H, W]` back at their places among zeros.
///
/// The size is `(in - 1) stride - 2 padding + kernel` unless given; the stride is the kernel's size unless given. **As**
/// `torch.nn.MaxUnpool3d`.
///
/// ```java
/// Tensor[] pooled = new MaxPool3d(2).forwardWithIndices(x);
/// Tensor y = new MaxUnpool3d(2).forward(pooled[0], pooled[1]);
/// ```
public final class MaxUnpool3d extends Module {
  private final long[] kernelSize;
  private final PoolOptions options;

  public MaxUnpool3d(long... kernelSize) {
    this(kernelSize, o -> o);
  }

  public MaxUnpool3d(long kernelSize, UnaryOperator<PoolOptions> options) {
    this(new long[] {kernelSize}, options);
  }

  public MaxUnpool3d(long[] kernelSize, UnaryOperator<PoolOptions> options) {
    this.kernelSize = kernelSize.clone();
    this.options = options.apply(PoolOptions.DEFAULT);
  }

  /// @param indices as [F#maxPool3dWithIndices] gives them
  public Tensor forward(Tensor input, Tensor indices) {
    return F.maxUnpool3d(input, indices, kernelSize, options, null);
  }

  /// @param outputSize the size of the space, as pooling may have come from several
  public Tensor forward(Tensor input, Tensor indices, long @Nullable [] outputSize) {
    return F.maxUnpool3d(input, indices, kernelSize, options, outputSize);
  }

  @Override
  protected String extraRepresentation() {
    return options.describeUnpooling(kernelSize, 3);
  }
}
