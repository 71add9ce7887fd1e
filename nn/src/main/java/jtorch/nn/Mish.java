package jtorch.nn;

import jtorch.Tensor;
import jtorch.nn.functional.F;

/// `x * tanh(softplus(x))`, element by element.
///
/// **As** `torch.nn.Mish`.
public final class Mish extends Module {
  private final boolean inplace;

  public Mish() {
    this(false);
  }

  /// @param inplace whether the input itself is changed
  public Mish(boolean inplace) {
    this.inplace = inplace;
  }

  @Override
  public Tensor forward(Tensor x) {
    return inplace ? F.mish_(x) : F.mish(x);
  }

  @Override
  protected String extraRepresentation() {
    return inplace ? "inplace=True" : "";
  }
}
