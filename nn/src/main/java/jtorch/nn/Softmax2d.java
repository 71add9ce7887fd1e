package jtorch.nn;

import jtorch.ShapeException;
import jtorch.Tensor;
import jtorch.nn.functional.F;

/// Softmax over the channels at each place of `[N, C, H, W]` or `[C, H, W]`.
///
/// **As** `torch.nn.Softmax2d`.
public final class Softmax2d extends Module {

  @Override
  public Tensor forward(Tensor x) {
    if (x.dim() != 3 && x.dim() != 4) throw new ShapeException(
        "Softmax2d: expected input to be 3D or 4D, got " + x.dim() + "D instead | input " + x.describe());
    return F.softmax(x, -3);
  }
}
