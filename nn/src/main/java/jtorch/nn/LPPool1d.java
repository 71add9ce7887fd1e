package jtorch.nn;

import java.util.function.UnaryOperator;
import jtorch.Tensor;
import jtorch.nn.functional.F;

/// The p-norm of each window of `[N, C, W]`: `(sum of x^p)^(1/p)`.
///
/// **As** `torch.nn.LPPool1d`; of the options stride and ceilMode count, the stride is the kernel's size unless given.
public final class LPPool1d extends Module {
  private final Number normType;
  private final long[] kernelSize;
  private final PoolOptions options;

  public LPPool1d(Number normType, long... kernelSize) {
    this(normType, kernelSize, o -> o);
  }

  public LPPool1d(Number normType, long kernelSize, UnaryOperator<PoolOptions> options) {
    this(normType, new long[] {kernelSize}, options);
  }

  public LPPool1d(Number normType, long[] kernelSize, UnaryOperator<PoolOptions> options) {
    this.normType = normType;
    this.kernelSize = kernelSize.clone();
    this.options = options.apply(PoolOptions.DEFAULT);
  }

  @Override
  public Tensor forward(Tensor x) {
    return F.lpPool1d(x, normType.doubleValue(), kernelSize, options);
  }

  @Override
  protected String extraRepresentation() {
    return "norm_type=" + Numbers.python(normType) + ", kernel_size=" + PoolOptions.tuple(kernelSize) + ", stride="
        + (options.stride().length == 0 ? "None" : PoolOptions.tuple(options.stride())) + ", ceil_mode="
        + (options.ceilMode() ? "True" : "False");
  }
}
