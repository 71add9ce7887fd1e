package jtorch.nn;

import jtorch.Tensor;
import jtorch.nn.functional.F;

/// `max(0, x) + min(0, alpha * (exp(x / alpha) - 1))`
///
/// **As** `torch.nn.CELU`.
public final class CELU extends Module {
  private final double alpha;
  private final boolean inplace;

  public CELU() {
    this(1.0);
  }

  /// @param alpha the limit far below 0, negated
  public CELU(double alpha) {
    this(alpha, false);
  }

  /// @param inplace whether the input itself is changed
  public CELU(double alpha, boolean inplace) {
    this.alpha = alpha;
    this.inplace = inplace;
  }

  @Override
  public Tensor forward(Tensor x) {
    return inplace ? F.celu_(x, alpha) : F.celu(x, alpha);
  }

  @Override
  protected String extraRepresentation() {
    return "alpha=" + Numbers.python(alpha) + (inplace ? ", inplace=True" : "");
  }
}
