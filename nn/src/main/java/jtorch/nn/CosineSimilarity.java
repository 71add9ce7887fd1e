package jtorch.nn;

import jtorch.Tensor;
import jtorch.nn.functional.F;

/// The cosine of the angle between vectors: `x1 . x2 / max(|x1| |x2|, eps)` along a dimension.
///
/// **Shapes**: inputs alike or broadcastable; the dimension vanishes. **As** `torch.nn.CosineSimilarity`.
public final class CosineSimilarity extends Module {
  private final long dim;
  private final double eps;

  public CosineSimilarity() {
    this(1, 1e-8);
  }

  public CosineSimilarity(long dim) {
    this(dim, 1e-8);
  }

  public CosineSimilarity(long dim, double eps) {
    this.dim = dim;
    this.eps = eps;
  }

  public Tensor forward(Tensor x1, Tensor x2) {
    return F.cosineSimilarity(x1, x2, dim, eps);
  }
}
