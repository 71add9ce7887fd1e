package jtorch.nn;

import jtorch.Tensor;
import jtorch.nn.functional.F;

/// `x - tanh(x)`, element by element.
///
/// **As** `torch.nn.Tanhshrink`.
public final class Tanhshrink extends Module {
  @Override
  public Tensor forward(Tensor x) {
    return F.tanhshrink(x);
  }
}
