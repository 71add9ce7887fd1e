package jtorch.nn;

import jtorch.Tensor;
import jtorch.nn.functional.F;

/// Alpha dropout of whole channels of `[N, C, *]` with probability p in training: mean and variance of what [SELU] gives stay.
///
/// Draws from the default generator, number for number as PyTorch does. **As** `torch.nn.FeatureAlphaDropout`. **Source**:
/// Klambauer et al., 2017, arXiv:1706.02515.
public final class FeatureAlphaDropout extends Module {
  private final double p;

  public FeatureAlphaDropout() {
    this(0.5);
  }

  /// @throws IllegalArgumentException if p is no probability
  public FeatureAlphaDropout(double p) {
    if (!(p >= 0 && p <= 1))
      throw new IllegalArgumentException("dropout probability has to be between 0 and 1, but got " + p);
    this.p = p;
  }

  @Override
  public Tensor forward(Tensor x) {
    return F.featureAlphaDropout(x, p, isTraining());
  }

  @Override
  protected String extraRepresentation() {
    return "p=" + Numbers.python(p) + ", inplace=False";
  }
}
