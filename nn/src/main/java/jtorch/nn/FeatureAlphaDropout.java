package jtorch.nn;

import jtorch.Tensor;
import jtorch.nn.functional.F;

/// Alpha dropout of whole channels of `[N, C, *]` with probability p in training: mean and variance of what [SELU] gives stay.
///
/// Draws from the default generator, number for number as PyTorch does. **As** `torch.nn.FeatureAlphaDropout`. **Source**:
/// Klambauer et al., 2017, arXiv:1706.02515.
public final class FeatureAlphaDropout extends DropoutModule {
  public FeatureAlphaDropout() {
    this(0.5, false);
  }

  /// @throws IllegalArgumentException if p is no probability
  public FeatureAlphaDropout(double p) {
    this(p, false);
  }

  /// @param inplace whether the input itself is changed
  public FeatureAlphaDropout(double p, boolean inplace) {
    super(p, inplace);
  }

  @Override
  public Tensor forward(Tensor x) {
    return inplace ? F.featureAlphaDropout_(x, p, isTraining()) : F.featureAlphaDropout(x, p, isTraining());
  }
}
