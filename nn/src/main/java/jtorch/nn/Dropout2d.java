package jtorch.nn;

import jtorch.Tensor;
import jtorch.nn.functional.F;

/// Zeroes whole channels of `[N, C, H, W]` with probability p in training.
///
/// Draws from the default generator, number for number as PyTorch does. **As** `torch.nn.Dropout2d`.
public final class Dropout2d extends DropoutModule {
  public Dropout2d() {
    this(0.5, false);
  }

  /// @throws IllegalArgumentException if p is no probability
  public Dropout2d(double p) {
    this(p, false);
  }

  /// @param inplace whether the input itself is changed
  public Dropout2d(double p, boolean inplace) {
    super(p, inplace);
  }

  @Override
  public Tensor forward(Tensor x) {
    return inplace ? F.dropout2d_(x, p, isTraining()) : F.dropout2d(x, p, isTraining());
  }
}
