package jtorch.nn;

import jtorch.Tensor;
import jtorch.nn.functional.F;

/// `[BCELoss] of the sigmoid, without overflow`
///
/// **As** `torch.nn.BCEWithLogitsLoss`.
public final class BCEWithLogitsLoss extends Module {
  private final Reduction reduction;

  public BCEWithLogitsLoss() {
    this(Reduction.MEAN);
  }

  public BCEWithLogitsLoss(Reduction reduction) {
    this.reduction = reduction;
  }

  public Tensor forward(Tensor input, Tensor target) {
    return F.binaryCrossEntropyWithLogits(input, target, reduction);
  }
}
