package jtorch.nn;

import jtorch.Tensor;
import jtorch.nn.functional.F;

/// `|input - target|`
///
/// **As** `torch.nn.L1Loss`.
public final class L1Loss extends Module {
  private final Reduction reduction;

  public L1Loss() {
    this(Reduction.MEAN);
  }

  public L1Loss(Reduction reduction) {
    this.reduction = reduction;
  }

  public Tensor forward(Tensor input, Tensor target) {
    return F.l1Loss(input, target, reduction);
  }
}
