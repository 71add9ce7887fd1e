package jtorch.nn;

import jtorch.Tensor;
import jtorch.nn.functional.F;

/// `max(x, 0)`, element by element.
///
/// **As** `torch.nn.ReLU`.
public final class ReLU extends Module {
  private final boolean inplace;

  public ReLU() {
    this(false);
  }

  /// @param inplace whether the input itself is changed
  public ReLU(boolean inplace) {
    this.inplace = inplace;
  }

  @Override
  public Tensor forward(Tensor x) {
    return inplace ? F.relu_(x) : F.relu(x);
  }

  @Override
  protected String extraRepresentation() {
    return inplace ? "inplace=True" : "";
  }
}
