package jtorch.nn;

import java.util.function.UnaryOperator;
import jtorch.Tensor;
import jtorch.nn.functional.F;

/// The windows of `[N, C, H, W]` as columns: `[N, C kH kW, L]`, one for each of the L places.
///
/// **As** `torch.nn.Unfold`.
///
/// ```java
/// var unfold = new Unfold(new long[] {2, 3}, o -> o.padding(1).stride(2));
/// ```
public final class Unfold extends Module {
  private final long[] kernelSize;
  private final UnfoldOptions options;

  public Unfold(long... kernelSize) {
    this(kernelSize, o -> o);
  }

  public Unfold(long[] kernelSize, UnaryOperator<UnfoldOptions> options) {
    this.kernelSize = kernelSize.clone();
    this.options = options.apply(UnfoldOptions.DEFAULT);
  }

  @Override
  public Tensor forward(Tensor x) {
    return F.unfold(x, kernelSize, options.dilation(), options.padding(), options.stride());
  }

  @Override
  protected String extraRepresentation() {
    return options.describe(kernelSize);
  }
}
