package jtorch.nn;

import jtorch.Tensor;
import jtorch.nn.functional.F;

/// `min(max(x, 0), 6)`, element by element.
///
/// **As** `torch.nn.ReLU6`.
public final class ReLU6 extends Module {
  private final boolean inplace;

  public ReLU6() {
    this(false);
  }

  /// @param inplace whether the input itself is changed
  public ReLU6(boolean inplace) {
    this.inplace = inplace;
  }

  @Override
  public Tensor forward(Tensor x) {
    return inplace ? F.relu6_(x) : F.relu6(x);
  }

  @Override
  protected String extraRepresentation() {
    return inplace ? "inplace=True" : "";
  }
}
