package jtorch.nn;

import java.util.function.UnaryOperator;
import jtorch.Tensor;
import jtorch.nn.functional.F;

/// The mean of each window of `[N, C, L]`.
///
/// **As** `torch.nn.AvgPool1d`; the stride is the kernel's size unless given.
public final class AvgPool1d extends Module {
  private final long[] kernelSize;
  private final PoolOptions options;

  public AvgPool1d(long... kernelSize) {
    this(kernelSize, o -> o);
  }

  public AvgPool1d(long kernelSize, UnaryOperator<PoolOptions> options) {
    this(new long[] {kernelSize}, options);
  }

  public AvgPool1d(long[] kernelSize, UnaryOperator<PoolOptions> options) {
    this.kernelSize = kernelSize.clone();
    this.options = options.apply(PoolOptions.DEFAULT);
  }

  @Override
  public Tensor forward(Tensor x) {
    return F.avgPool1d(x, kernelSize, options);
  }

  @Override
  protected String extraRepresentation() {
    return options.describeUnpooling(kernelSize, 1);
  }
}
