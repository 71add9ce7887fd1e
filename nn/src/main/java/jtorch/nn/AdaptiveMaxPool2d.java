package jtorch.nn;

import java.util.List;
import jtorch.Tensor;
import jtorch.nn.functional.F;
import org.jspecify.annotations.Nullable;

/// The maximum over windows that divide the space of `[N, C, H, W]` evenly.
///
/// **As** `torch.nn.AdaptiveMaxPool2d`.
public final class AdaptiveMaxPool2d extends Module {
  private final AdaptiveSize outputSize;

  public AdaptiveMaxPool2d(long... outputSize) {
    this.outputSize = AdaptiveSize.of(outputSize);
  }

  /// @param outputSize one number a dimension; null leaves a dimension as it is
  public AdaptiveMaxPool2d(List<@Nullable Long> outputSize) {
    this.outputSize = new AdaptiveSize(outputSize);
  }

  @Override
  public Tensor forward(Tensor x) {
    return F.adaptiveMaxPool2d(x, outputSize.in(x));
  }

  /// The maxima and their places: `return_indices=True`.
  public Tensor[] forwardWithIndices(Tensor x) {
    return F.adaptiveMaxPool2dWithIndices(x, outputSize.in(x));
  }

  @Override
  protected String extraRepresentation() {
    return "output_size=" + outputSize;
  }
}
