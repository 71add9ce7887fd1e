package jtorch.nn;

import jtorch.Tensor;
import jtorch.nn.functional.F;

/// Zeroes whole channels of `[N, C, D, H, W]` with probability p in training.
///
/// Draws from the default generator, number for number as PyTorch does. **As** `torch.nn.Dropout3d`.
public final class Dropout3d extends DropoutModule {
  public Dropout3d() {
    this(0.5, false);
  }

  /// @throws IllegalArgumentException if p is no probability
  public Dropout3d(double p) {
    this(p, false);
  }

  /// @param inplace whether the input itself is changed
  public Dropout3d(double p, boolean inplace) {
    super(p, inplace);
  }

  @Override
  public Tensor forward(Tensor x) {
    return inplace ? F.dropout3d_(x, p, isTraining()) : F.dropout3d(x, p, isTraining());
  }
}
