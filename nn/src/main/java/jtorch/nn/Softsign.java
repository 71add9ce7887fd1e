package jtorch.nn;

import jtorch.Tensor;
import jtorch.nn.functional.F;

/// `x / (1 + |x|)`, element by element.
///
/// **As** `torch.nn.Softsign`.
public final class Softsign extends Module {
  @Override
  public Tensor forward(Tensor x) {
    return F.softsign(x);
  }
}
