package jtorch;

import jtorch.op.Activations;

/// Activation functions that PyTorch has as methods of tensors; all are in `jtorch.nn.functional.F`.
public sealed interface ActivationMethods permits Tensor {
  private Tensor self() {
    return (Tensor) this;
  }

  /// `max(self, 0)`
  default Tensor relu() {
    return Activations.RELU.tensor(self());
  }

  default Tensor relu_() {
    return Activations.RELU.mutating().tensor(self());
  }

  /// This above 0, else `weight * self`; one weight for all or one a channel (dimension 1).
  default Tensor prelu(Tensor weight) {
    return Activations.PRELU.tensor(self(), weight);
  }

  /// 0 within `lambd` of 0, else this.
  default Tensor hardshrink(double lambd) {
    return Activations.HARDSHRINK.tensor(self(), lambd);
  }
}
