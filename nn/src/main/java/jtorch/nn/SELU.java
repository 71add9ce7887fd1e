package jtorch.nn;

import jtorch.Tensor;
import jtorch.nn.functional.F;

/// `scale * (max(0, x) + min(0, alpha * (exp(x) - 1)))`, element by element.
///
/// **As** `torch.nn.SELU`.
public final class SELU extends Module {
  private final boolean inplace;

  public SELU() {
    this(false);
  }

  /// @param inplace whether the input itself is changed
  public SELU(boolean inplace) {
    this.inplace = inplace;
  }

  @Override
  public Tensor forward(Tensor x) {
    return inplace ? F.selu_(x) : F.selu(x);
  }

  @Override
  protected String extraRepresentation() {
    return inplace ? "inplace=True" : "";
  }
}
