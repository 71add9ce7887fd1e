package jtorch.nn;

import java.util.Arrays;
import jtorch.Tensor;
import jtorch.nn.functional.F;

/// The maximum over windows that divide the space of `[N, C, D, H, W]` evenly.
///
/// **As** `torch.nn.AdaptiveMaxPool3d`.
public final class AdaptiveMaxPool3d extends Module {
  private final long[] outputSize;

  public AdaptiveMaxPool3d(long... outputSize) {
    this.outputSize = outputSize.clone();
  }

  @Override
  public Tensor forward(Tensor x) {
    return F.adaptiveMaxPool3d(x, outputSize);
  }

  @Override
  protected String extraRepresentation() {
    return "output_size=" + (outputSize.length == 1 ? "" + outputSize[0]
        : Arrays.toString(outputSize).replace('[', '(').replace(']', ')'));
  }
}
