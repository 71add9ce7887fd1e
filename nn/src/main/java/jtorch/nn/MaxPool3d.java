package jtorch.nn;

import java.util.function.UnaryOperator;
import jtorch.Tensor;
import jtorch.nn.functional.F;

/// The maximum of each window of `[N, C, D, H, W]`.
///
/// **As** `torch.nn.MaxPool3d`; the stride is the kernel's size unless given.
public final class MaxPool3d extends Module {
  private final long[] kernelSize;
  private final PoolOptions options;

  public MaxPool3d(long... kernelSize) {
    this(kernelSize, o -> o);
  }

  public MaxPool3d(long kernelSize, UnaryOperator<PoolOptions> options) {
    this(new long[] {kernelSize}, options);
  }

  public MaxPool3d(long[] kernelSize, UnaryOperator<PoolOptions> options) {
    this.kernelSize = kernelSize.clone();
    this.options = options.apply(PoolOptions.DEFAULT);
  }

  @Override
  public Tensor forward(Tensor x) {
    return F.maxPool3d(x, kernelSize, options);
  }

  /// The maxima and their places, which [MaxUnpool3d] takes: `return_indices=True`.
  public Tensor[] forwardWithIndices(Tensor x) {
    return F.maxPool3dWithIndices(x, kernelSize, options);
  }

  @Override
  protected String extraRepresentation() {
    return options.describe(kernelSize, true);
  }
}
