package jtorch.nn;

import jtorch.Tensor;
import jtorch.nn.functional.F;

/// The maximum over windows that divide the space of `[N, C, L]` evenly.
///
/// **As** `torch.nn.AdaptiveMaxPool1d`.
public final class AdaptiveMaxPool1d extends Module {
  private final AdaptiveSize outputSize;

  public AdaptiveMaxPool1d(long... outputSize) {
    this.outputSize = AdaptiveSize.of(outputSize);
  }

  @Override
  public Tensor forward(Tensor x) {
    return F.adaptiveMaxPool1d(x, outputSize.in(x));
  }

  /// The maxima and their places: `return_indices=True`.
  public Tensor[] forwardWithIndices(Tensor x) {
    return F.adaptiveMaxPool1dWithIndices(x, outputSize.in(x));
  }

  @Override
  protected String extraRepresentation() {
    return "output_size=" + outputSize;
  }
}
