package jtorch.nn;

import jtorch.Tensor;
import jtorch.nn.functional.F;

/// `exp(x) / sum(exp(x)) along a dimension`
///
/// **As** `torch.nn.Softmax`.
public final class Softmax extends Module {
  private final long dim;

  /// @param dim the dimension whose values sum to one
  public Softmax(long dim) {
    this.dim = dim;
  }

  @Override
  public Tensor forward(Tensor x) {
    return F.softmax(x, dim);
  }

  @Override
  protected String extraRepresentation() {
    return "dim=" + dim;
  }
}
