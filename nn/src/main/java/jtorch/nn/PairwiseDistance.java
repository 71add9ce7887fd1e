package jtorch.nn;

import jtorch.Tensor;
import jtorch.nn.functional.F;

/// The p-norm of `x1 - x2 + eps` along the last dimension.
///
/// **Shapes**: inputs `[N, D]` or `[D]`; the result `[N]` or one number, with `keepdim` a last dimension of 1. **As**
/// `torch.nn.PairwiseDistance`.
public final class PairwiseDistance extends Module {
  private final double p;
  private final double eps;
  private final boolean keepdim;

  public PairwiseDistance() {
    this(2, 1e-6, false);
  }

  public PairwiseDistance(double p) {
    this(p, 1e-6, false);
  }

  public PairwiseDistance(double p, double eps, boolean keepdim) {
    this.p = p;
    this.eps = eps;
    this.keepdim = keepdim;
  }

  public Tensor forward(Tensor x1, Tensor x2) {
    return F.pairwiseDistance(x1, x2, p, eps, keepdim);
  }
}
