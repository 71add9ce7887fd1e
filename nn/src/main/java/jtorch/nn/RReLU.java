package jtorch.nn;

import jtorch.Tensor;
import jtorch.nn.functional.F;

/// x where it is positive, else `slope x` with a slope for each element, drawn from `[lower, upper)` in training and their
/// middle in evaluation.
///
/// Draws from the default generator, number for number as PyTorch does. **As** `torch.nn.RReLU`. **Source**: Xu et al., 2015,
/// arXiv:1505.00853.
public final class RReLU extends Module {
  private final double lower;
  private final double upper;
  private final boolean inplace;

  public RReLU() {
    this(1.0 / 8, 1.0 / 3, false);
  }

  public RReLU(double lower, double upper) {
    this(lower, upper, false);
  }

  /// @param inplace whether the input itself is changed
  public RReLU(double lower, double upper, boolean inplace) {
    this.lower = lower;
    this.upper = upper;
    this.inplace = inplace;
  }

  @Override
  public Tensor forward(Tensor x) {
    return inplace ? F.rrelu_(x, lower, upper, isTraining()) : F.rrelu(x, lower, upper, isTraining());
  }

  @Override
  protected String extraRepresentation() {
    return "lower=" + Numbers.python(lower) + ", upper=" + Numbers.python(upper) + (inplace ? ", inplace=True" : "");
  }
}
