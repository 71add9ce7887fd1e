package jtorch.nn;

import jtorch.Tensor;
import jtorch.nn.functional.F;

/// `log(1 / (1 + exp(-x)))`, element by element.
///
/// **As** `torch.nn.LogSigmoid`.
public final class LogSigmoid extends Module {
  @Override
  public Tensor forward(Tensor x) {
    return F.logsigmoid(x);
  }
}
