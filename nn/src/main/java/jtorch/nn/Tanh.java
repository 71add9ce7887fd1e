package jtorch.nn;

import jtorch.Tensor;

/// `tanh(x)`, element by element.
///
/// **As** `torch.nn.Tanh`.
public final class Tanh extends Module {
  @Override
  public Tensor forward(Tensor x) {
    return x.tanh();
  }
}
