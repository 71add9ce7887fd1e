package jtorch.nn;

import jtorch.Tensor;
import jtorch.nn.functional.F;

/// `1 - cos(input1, input2)` for target 1, `max(0, cos(input1, input2) - margin)` for target -1.
///
/// **Shapes**: inputs `[N, D]` or `[D]`, target `[N]` or one number. **As** `torch.nn.CosineEmbeddingLoss`.
public final class CosineEmbeddingLoss extends Module {
  private final double margin;
  private final Reduction reduction;

  public CosineEmbeddingLoss() {
    this(0, Reduction.MEAN);
  }

  public CosineEmbeddingLoss(double margin) {
    this(margin, Reduction.MEAN);
  }

  public CosineEmbeddingLoss(double margin, Reduction reduction) {
    this.margin = margin;
    this.reduction = reduction;
  }

  public Tensor forward(Tensor input1, Tensor input2, Tensor target) {
    return F.cosineEmbeddingLoss(input1, input2, target, margin, reduction);
  }
}
