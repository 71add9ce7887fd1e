package jtorch.nn;

import jtorch.Tensor;
import jtorch.nn.functional.F;

/// `max(0, x) + min(0, alpha * (exp(x) - 1))`
///
/// **As** `torch.nn.ELU`.
public final class ELU extends Module {
  private final double alpha;
  private final boolean inplace;

  public ELU() {
    this(1.0);
  }

  /// @param alpha the limit far below 0, negated
  public ELU(double alpha) {
    this(alpha, false);
  }

  /// @param inplace whether the input itself is changed
  public ELU(double alpha, boolean inplace) {
    this.alpha = alpha;
    this.inplace = inplace;
  }

  @Override
  public Tensor forward(Tensor x) {
    return inplace ? F.elu_(x, alpha) : F.elu(x, alpha);
  }

  @Override
  protected String extraRepresentation() {
    return "alpha=" + Numbers.python(alpha) + (inplace ? ", inplace=True" : "");
  }
}
