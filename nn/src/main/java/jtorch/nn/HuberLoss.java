package jtorch.nn;

import jtorch.Tensor;
import jtorch.nn.functional.F;

/// Squares below `delta`, distances above: `d^2 / 2` where `d = |input - target| < delta`, else `delta (d - delta / 2)`.
///
/// **Shapes**: input and target alike; the result is one number, or `[*]` with `Reduction.NONE`. **As** `torch.nn.HuberLoss`.
/// **Source**: Huber, *Robust Estimation of a Location Parameter*, 1964.
public final class HuberLoss extends Module {
  private final Reduction reduction;
  private final double delta;

  public HuberLoss() {
    this(Reduction.MEAN, 1);
  }

  public HuberLoss(Reduction reduction) {
    this(reduction, 1);
  }

  public HuberLoss(Reduction reduction, double delta) {
    this.reduction = reduction;
    this.delta = delta;
  }

  public Tensor forward(Tensor input, Tensor target) {
    return F.huberLoss(input, target, reduction, delta, null);
  }
}
