package jtorch.nn;

import jtorch.Tensor;
import jtorch.nn.functional.F;

/// Squares below `beta`, distances above: `d^2 / (2 beta)` where `d = |input - target| < beta`, else `d - beta / 2`.
///
/// **Shapes**: input and target alike; the result is one number, or `[*]` with `Reduction.NONE`. With beta 0 it is [L1Loss].
/// **As** `torch.nn.SmoothL1Loss`. **Source**: Girshick, *Fast R-CNN*, 2015, arXiv:1504.08083.
public final class SmoothL1Loss extends Module {
  private final Reduction reduction;
  private final double beta;

  public SmoothL1Loss() {
    this(Reduction.MEAN, 1);
  }

  public SmoothL1Loss(Reduction reduction) {
    this(reduction, 1);
  }

  public SmoothL1Loss(Reduction reduction, double beta) {
    this.reduction = reduction;
    this.beta = beta;
  }

  public Tensor forward(Tensor input, Tensor target) {
    return F.smoothL1Loss(input, target, reduction, beta);
  }
}
