package jtorch.nn;

import jtorch.Tensor;
import jtorch.nn.functional.F;

/// `x * sigmoid(x)`, element by element.
///
/// **As** `torch.nn.SiLU`.
public final class SiLU extends Module {
  private final boolean inplace;

  public SiLU() {
    this(false);
  }

  /// @param inplace whether the input itself is changed
  public SiLU(boolean inplace) {
    this.inplace = inplace;
  }

  @Override
  public Tensor forward(Tensor x) {
    return inplace ? F.silu_(x) : F.silu(x);
  }

  @Override
  protected String extraRepresentation() {
    return inplace ? "inplace=True" : "";
  }
}
