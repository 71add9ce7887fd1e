package jtorch.nn;

import jtorch.Tensor;
import jtorch.nn.functional.F;

/// `log(softmax(x)) along a dimension`
///
/// **As** `torch.nn.LogSoftmax`.
public final class LogSoftmax extends Module {
  private final long dim;

  /// @param dim the dimension whose values sum to one
  public LogSoftmax(long dim) {
    this.dim = dim;
  }

  @Override
  public Tensor forward(Tensor x) {
    return F.logSoftmax(x, dim);
  }

  @Override
  protected String extraRepresentation() {
    return "dim=" + dim;
  }
}
