package jtorch.nn;

import jtorch.Tensor;
import jtorch.nn.functional.F;

/// The mean over windows that divide the space of `[N, C, L]` evenly.
///
/// **As** `torch.nn.AdaptiveAvgPool1d`.
public final class AdaptiveAvgPool1d extends Module {
  private final AdaptiveSize outputSize;

  public AdaptiveAvgPool1d(long... outputSize) {
    this.outputSize = AdaptiveSize.of(outputSize);
  }

  @Override
  public Tensor forward(Tensor x) {
    return F.adaptiveAvgPool1d(x, outputSize.in(x));
  }

  @Override
  protected String extraRepresentation() {
    return "output_size=" + outputSize;
  }
}
