package jtorch.nn;

import jtorch.Tensor;
import jtorch.nn.functional.F;

/// `softmax(-x) along a dimension`
///
/// **As** `torch.nn.Softmin`.
public final class Softmin extends Module {
  private final long dim;

  /// @param dim the dimension whose values sum to one
  public Softmin(long dim) {
    this.dim = dim;
  }

  @Override
  public Tensor forward(Tensor x) {
    return F.softmin(x, dim);
  }

  @Override
  protected String extraRepresentation() {
    return "dim=" + dim;
  }
}
