package jtorch.nn;

import jtorch.Tensor;
import jtorch.nn.functional.F;

/// The input, a distance, for target 1; `max(0, margin - input)` for target -1.
///
/// **Shapes**: all alike. **As** `torch.nn.HingeEmbeddingLoss`.
public final class HingeEmbeddingLoss extends Module {
  private final double margin;
  private final Reduction reduction;

  public HingeEmbeddingLoss() {
    this(1, Reduction.MEAN);
  }

  public HingeEmbeddingLoss(double margin) {
    this(margin, Reduction.MEAN);
  }

  public HingeEmbeddingLoss(double margin, Reduction reduction) {
    this.margin = margin;
    this.reduction = reduction;
  }

  public Tensor forward(Tensor input, Tensor target) {
    return F.hingeEmbeddingLoss(input, target, margin, reduction);
  }
}
