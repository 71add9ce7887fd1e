package jtorch.nn;

import jtorch.Tensor;
import jtorch.nn.functional.F;

/// The margins of each target's score to the scores of classes that are no targets:
/// `sum of max(0, 1 - (input[target_j] - input[i])) / C`.
///
/// **Shapes**: input `[N, C]` or `[C]`, target alike: class indices, up to the first negative one. **As**
/// `torch.nn.MultiLabelMarginLoss`.
public final class MultiLabelMarginLoss extends Module {
  private final Reduction reduction;

  public MultiLabelMarginLoss() {
    this(Reduction.MEAN);
  }

  public MultiLabelMarginLoss(Reduction reduction) {
    this.reduction = reduction;
  }

  public Tensor forward(Tensor input, Tensor target) {
    return F.multilabelMarginLoss(input, target, reduction);
  }
}
