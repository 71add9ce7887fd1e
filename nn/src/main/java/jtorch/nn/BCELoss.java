package jtorch.nn;

import jtorch.Tensor;
import jtorch.nn.functional.F;

/// `-(t log(x) + (1 - t) log(1 - x))`
///
/// **As** `torch.nn.BCELoss`.
public final class BCELoss extends Module {
  private final Reduction reduction;

  public BCELoss() {
    this(Reduction.MEAN);
  }

  public BCELoss(Reduction reduction) {
    this.reduction = reduction;
  }

  public Tensor forward(Tensor input, Tensor target) {
    return F.binaryCrossEntropy(input, target, reduction);
  }
}
