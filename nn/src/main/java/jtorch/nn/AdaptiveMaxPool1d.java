package jtorch.nn;

import java.util.Arrays;
import jtorch.Tensor;
import jtorch.nn.functional.F;

/// The maximum over windows that divide the space of `[N, C, L]` evenly.
///
/// **As** `torch.nn.AdaptiveMaxPool1d`.
public final class AdaptiveMaxPool1d extends Module {
  private final long[] outputSize;

  public AdaptiveMaxPool1d(long... outputSize) {
    this.outputSize = outputSize.clone();
  }

  @Override
  public Tensor forward(Tensor x) {
    return F.adaptiveMaxPool1d(x, outputSize);
  }

  @Override
  protected String extraRepresentation() {
    return "output_size=" + (outputSize.length == 1 ? "" + outputSize[0]
        : Arrays.toString(outputSize).replace('[', '(').replace(']', ')'));
  }
}
