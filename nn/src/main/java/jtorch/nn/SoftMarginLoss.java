package jtorch.nn;

import jtorch.Tensor;
import jtorch.nn.functional.F;

/// `log(1 + exp(-target input))` for targets 1 and -1.
///
/// **Shapes**: input and target alike. **As** `torch.nn.SoftMarginLoss`.
public final class SoftMarginLoss extends Module {
  private final Reduction reduction;

  public SoftMarginLoss() {
    this(Reduction.MEAN);
  }

  public SoftMarginLoss(Reduction reduction) {
    this.reduction = reduction;
  }

  public Tensor forward(Tensor input, Tensor target) {
    return F.softMarginLoss(input, target, reduction);
  }
}
