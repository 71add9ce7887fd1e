package jtorch;

import jtorch.op.Activations;

/// Activation functions that PyTorch has as methods of tensors.
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
}
