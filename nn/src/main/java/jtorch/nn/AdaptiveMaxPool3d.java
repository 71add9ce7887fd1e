package jtorch.nn;

import java.util.List;
import jtorch.Tensor;
import jtorch.nn.functional.F;
import org.jspecify.annotations.Nullable;

/// The maximum over windows that divide the space of `[N, C, D, H, W]` evenly.
///
/// **As** `torch.nn.AdaptiveMaxPool3d`.
public final class AdaptiveMaxPool3d extends Module {
  private final AdaptiveSize outputSize;

  public AdaptiveMaxPool3d(long... outputSize) {
    this.outputSize = AdaptiveSize.of(outputSize);
  }

  /// @param outputSize one number a dimension; null leaves a dimension as it is
  public AdaptiveMaxPool3d(List<@Nullable Long> outputSize) {
    this.outputSize = new AdaptiveSize(outputSize);
  }

  @Override
  public Tensor forward(Tensor x) {
    return F.adaptiveMaxPool3d(x, outputSize.in(x));
  }

  /// The maxima and their places: `return_indices=True`.
  public Tensor[] forwardWithIndices(Tensor x) {
    return F.adaptiveMaxPool3dWithIndices(x, outputSize.in(x));
  }

  @Override
  protected String extraRepresentation() {
    return "output_size=" + outputSize;
  }
}
