package jtorch.nn;

import java.util.Arrays;
import jtorch.Tensor;
import jtorch.nn.functional.F;

/// The mean over windows that divide the space of `[N, C, L]` evenly.
///
/// **As** `torch.nn.AdaptiveAvgPool1d`.
public final class AdaptiveAvgPool1d extends Module {
  private final long[] outputSize;

  public AdaptiveAvgPool1d(long... outputSize) {
    this.outputSize = outputSize.clone();
  }

  @Override
  public Tensor forward(Tensor x) {
    return F.adaptiveAvgPool1d(x, outputSize);
  }

  @Override
  protected String extraRepresentation() {
    return "output_size=" + (outputSize.length == 1 ? "" + outputSize[0]
        : Arrays.toString(outputSize).replace('[', '(').replace(']', ')'));
  }
}
