package jtorch.nn;

import jtorch.Tensor;
import jtorch.nn.functional.F;

/// `(input - target)^2`
///
/// **As** `torch.nn.MSELoss`.
public final class MSELoss extends Module {
  private final Reduction reduction;

  public MSELoss() {
    this(Reduction.MEAN);
  }

  public MSELoss(Reduction reduction) {
    this.reduction = reduction;
  }

  public Tensor forward(Tensor input, Tensor target) {
    return F.mseLoss(input, target, reduction);
  }
}
