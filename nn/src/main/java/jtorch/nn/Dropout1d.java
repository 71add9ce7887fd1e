package jtorch.nn;

import jtorch.Tensor;
import jtorch.nn.functional.F;

/// Zeroes whole channels of `[N, C, L]` with probability p in training.
///
/// Draws from the default generator, number for number as PyTorch does. **As** `torch.nn.Dropout1d`.
public final class Dropout1d extends DropoutModule {
  public Dropout1d() {
    this(0.5, false);
  }

  /// @throws IllegalArgumentException if p is no probability
  public Dropout1d(double p) {
    this(p, false);
  }

  /// @param inplace whether the input itself is changed
  public Dropout1d(double p, boolean inplace) {
    super(p, inplace);
  }

  @Override
  public Tensor forward(Tensor x) {
    return inplace ? F.dropout1d_(x, p, isTraining()) : F.dropout1d(x, p, isTraining());
  }
}
