package jtorch.nn;

import jtorch.Tensor;
import jtorch.nn.functional.F;

/// Dropout that keeps mean and variance, for networks with SELU.
///
/// Draws from the default generator, number for number as PyTorch does. **As** `torch.nn.AlphaDropout`.
public final class AlphaDropout extends DropoutModule {
  public AlphaDropout() {
    this(0.5, false);
  }

  /// @throws IllegalArgumentException if p is no probability
  public AlphaDropout(double p) {
    this(p, false);
  }

  /// @param inplace whether the input itself is changed
  public AlphaDropout(double p, boolean inplace) {
    super(p, inplace);
  }

  @Override
  public Tensor forward(Tensor x) {
    return inplace ? F.alphaDropout_(x, p, isTraining()) : F.alphaDropout(x, p, isTraining());
  }
}
