package jtorch.nn;

import java.util.function.UnaryOperator;
import jtorch.Tensor;
import jtorch.nn.functional.F;

/// Columns summed into the windows they stand for: `[N, C kH kW, L] -> [N, C, H, W]`.
///
/// **As** `torch.nn.Fold`.
///
/// ```java
/// var fold = new Fold(new long[] {4, 5}, new long[] {2, 2}, o -> o.stride(1));
/// ```
public final class Fold extends Module {
  private final long[] outputSize;
  private final long[] kernelSize;
  private final UnfoldOptions options;

  public Fold(long[] outputSize, long... kernelSize) {
    this(outputSize, kernelSize, o -> o);
  }

  public Fold(long[] outputSize, long[] kernelSize, UnaryOperator<UnfoldOptions> options) {
    this.outputSize = outputSize.clone();
    this.kernelSize = kernelSize.clone();
    this.options = options.apply(UnfoldOptions.DEFAULT);
  }

  @Override
  public Tensor forward(Tensor x) {
    return F.fold(x, outputSize, kernelSize, options.dilation(), options.padding(), options.stride());
  }

  @Override
  protected String extraRepresentation() {
    return "output_size=" + PoolOptions.tuple(outputSize) + ", " + options.describe(kernelSize);
  }
}
