package jtorch.nn;

import jtorch.Tensor;
import jtorch.nn.functional.F;

/// `x * relu6(x + 3) / 6`, element by element.
///
/// **As** `torch.nn.Hardswish`.
public final class Hardswish extends Module {
  private final boolean inplace;

  public Hardswish() {
    this(false);
  }

  /// @param inplace whether the input itself is changed
  public Hardswish(boolean inplace) {
    this.inplace = inplace;
  }

  @Override
  public Tensor forward(Tensor x) {
    return inplace ? F.hardswish_(x) : F.hardswish(x);
  }
}
