package jtorch.nn;

import jtorch.Tensor;
import jtorch.nn.functional.F;

/// `target (log(target) - input)`: how far the distribution `exp(input)` is from the target.
///
/// **Shapes**: input, of log-probabilities, and target alike. The mean over all elements is not the divergence;
/// `Reduction.BATCHMEAN` is. **As** `torch.nn.KLDivLoss`.
///
/// ```java
/// var loss = new KLDivLoss(Reduction.BATCHMEAN);
/// Tensor distance = loss.forward(F.logSoftmax(logits, 1), F.softmax(wanted, 1));
/// ```
public final class KLDivLoss extends Module {
  private final Reduction reduction;
  private final boolean logTarget;

  public KLDivLoss() {
    this(Reduction.MEAN, false);
  }

  public KLDivLoss(Reduction reduction) {
    this(reduction, false);
  }

  /// @param logTarget whether targets are log-probabilities too
  public KLDivLoss(Reduction reduction, boolean logTarget) {
    this.reduction = reduction;
    this.logTarget = logTarget;
  }

  public Tensor forward(Tensor input, Tensor target) {
    return F.klDiv(input, target, reduction, logTarget);
  }
}
