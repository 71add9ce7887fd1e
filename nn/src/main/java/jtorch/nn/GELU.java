package jtorch.nn;

import jtorch.Tensor;
import jtorch.nn.functional.F;

/// `x * Phi(x), or its tanh approximation`
///
/// **As** `torch.nn.GELU`.
public final class GELU extends Module {
  private final String approximate;

  public GELU() {
    this("none");
  }

  /// @param approximate `none` or `tanh`
  public GELU(String approximate) {
    this.approximate = approximate;
  }

  @Override
  public Tensor forward(Tensor x) {
    return F.gelu(x, approximate);
  }

  @Override
  protected String extraRepresentation() {
    return "approximate='" + approximate + "'";
  }
}
