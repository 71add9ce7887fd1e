package jtorch.nn;

import jtorch.Tensor;

/// `1 / (1 + exp(-x))`, element by element.
///
/// **As** `torch.nn.Sigmoid`.
public final class Sigmoid extends Module {
  @Override
  public Tensor forward(Tensor x) {
    return x.sigmoid();
  }
}
