package jtorch.nn;

import jtorch.Tensor;
import jtorch.nn.functional.F;

/// `max(0, -target (input1 - input2) + margin)`: the first is to be larger for target 1, the second for target -1.
///
/// **Shapes**: all alike. **As** `torch.nn.MarginRankingLoss`.
public final class MarginRankingLoss extends Module {
  private final double margin;
  private final Reduction reduction;

  public MarginRankingLoss() {
    this(0, Reduction.MEAN);
  }

  public MarginRankingLoss(double margin) {
    this(margin, Reduction.MEAN);
  }

  public MarginRankingLoss(double margin, Reduction reduction) {
    this.margin = margin;
    this.reduction = reduction;
  }

  public Tensor forward(Tensor input1, Tensor input2, Tensor target) {
    return F.marginRankingLoss(input1, input2, target, margin, reduction);
  }
}
