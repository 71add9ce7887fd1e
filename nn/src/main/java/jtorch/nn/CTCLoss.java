package jtorch.nn;

import jtorch.Tensor;
import jtorch.nn.functional.F;

/// The loss of label sequences that are not aligned with the steps: `-log` of the sum over all alignments.
///
/// **Shapes**: log-probabilities `[T, N, C]` or `[T, C]`, targets `[N, S]` or all of them one after the other, lengths `[N]`.
/// **As** `torch.nn.CTCLoss`. **Source**: Graves et al., *Connectionist Temporal Classification*, 2006.
///
/// ```java
/// var loss = new CTCLoss();
/// Tensor value = loss.forward(logProbs, targets, new long[] {50, 40}, new long[] {12, 9});
/// ```
public final class CTCLoss extends Module {
  private final long blank;
  private final Reduction reduction;
  private final boolean zeroInfinity;

  public CTCLoss() {
    this(0, Reduction.MEAN, false);
  }

  /// @param blank the class that is no label
  /// @param zeroInfinity whether sequences that cannot be aligned count nothing
  public CTCLoss(long blank, Reduction reduction, boolean zeroInfinity) {
    this.blank = blank;
    this.reduction = reduction;
    this.zeroInfinity = zeroInfinity;
  }

  public Tensor forward(Tensor logProbs, Tensor targets, Tensor inputLengths, Tensor targetLengths) {
    return F.ctcLoss(logProbs, targets, inputLengths, targetLengths, blank, reduction, zeroInfinity);
  }

  public Tensor forward(Tensor logProbs, Tensor targets, long[] inputLengths, long[] targetLengths) {
    return F.ctcLoss(logProbs, targets, inputLengths, targetLengths, blank, reduction, zeroInfinity);
  }
}
