package jtorch.nn;

import java.util.List;
import jtorch.Tensor;
import jtorch.nn.functional.F;
import org.jspecify.annotations.Nullable;

/// The mean over windows that divide the space of `[N, C, H, W]` evenly.
///
/// **As** `torch.nn.AdaptiveAvgPool2d`.
public final class AdaptiveAvgPool2d extends Module {
  private final AdaptiveSize outputSize;

  public AdaptiveAvgPool2d(long... outputSize) {
    this.outputSize = AdaptiveSize.of(outputSize);
  }

  /// @param outputSize one number a dimension; null leaves a dimension as it is
  public AdaptiveAvgPool2d(List<@Nullable Long> outputSize) {
    this.outputSize = new AdaptiveSize(outputSize);
  }

  @Override
  public Tensor forward(Tensor x) {
    return F.adaptiveAvgPool2d(x, outputSize.in(x));
  }

  @Override
  protected String extraRepresentation() {
    return "output_size=" + outputSize;
  }
}
