package jtorch.nn;

import jtorch.Tensor;
import jtorch.nn.functional.F;

/// `relu6(x + 3) / 6`, element by element.
///
/// **As** `torch.nn.Hardsigmoid`.
public final class Hardsigmoid extends Module {
  private final boolean inplace;

  public Hardsigmoid() {
    this(false);
  }

  /// @param inplace whether the input itself is changed
  public Hardsigmoid(boolean inplace) {
    this.inplace = inplace;
  }

  @Override
  public Tensor forward(Tensor x) {
    return inplace ? F.hardsigmoid_(x) : F.hardsigmoid(x);
  }
}
