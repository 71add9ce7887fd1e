package jtorch.nn;

import jtorch.Tensor;
import jtorch.nn.functional.F;

/// Zeroes elements with probability p in training and scales the others by 1 / (1 - p).
///
/// Draws from the default generator, number for number as PyTorch does. **As** `torch.nn.Dropout`.
public final class Dropout extends DropoutModule {
  public Dropout() {
    this(0.5, false);
  }

  /// @throws IllegalArgumentException if p is no probability
  public Dropout(double p) {
    this(p, false);
  }

  /// @param inplace whether the input itself is changed
  public Dropout(double p, boolean inplace) {
    super(p, inplace);
  }

  @Override
  public Tensor forward(Tensor x) {
    return inplace ? F.dropout_(x, p, isTraining()) : F.dropout(x, p, isTraining());
  }
}
