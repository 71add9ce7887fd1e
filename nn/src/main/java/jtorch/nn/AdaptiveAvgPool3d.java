package jtorch.nn;

import java.util.List;
import jtorch.Tensor;
import jtorch.nn.functional.F;
import org.jspecify.annotations.Nullable;

/// The mean over windows that divide the space of `[N, C, D, H, W]` evenly.
///
/// **As** `torch.nn.AdaptiveAvgPool3d`.
public final class AdaptiveAvgPool3d extends Module {
  private final AdaptiveSize outputSize;

  public AdaptiveAvgPool3d(long... outputSize) {
    this.outputSize = AdaptiveSize.of(outputSize);
  }

  /// @param outputSize one number a dimension; null leaves a dimension as it is
  public AdaptiveAvgPool3d(List<@Nullable Long> outputSize) {
    this.outputSize = new AdaptiveSize(outputSize);
  }

  @Override
  public Tensor forward(Tensor x) {
    return F.adaptiveAvgPool3d(x, outputSize.in(x));
  }

  @Override
  protected String extraRepresentation() {
    return "output_size=" + outputSize;
  }
}
