package jtorch.nn;

import jtorch.ShapeException;
import jtorch.Tensor;
import jtorch.nn.functional.F;

/// `x / (k + alpha / size * sum of x^2)^beta` over neighbouring channels of `[N, C, H, W]`, as Torch's first version had it.
///
/// **As** `torch.nn.CrossMapLRN2d`.
public final class CrossMapLRN2d extends Module {
  private final long size;
  private final double alpha;
  private final double beta;
  private final Number k;

  public CrossMapLRN2d(long size) {
    this(size, 1e-4, 0.75, 1);
  }

  public CrossMapLRN2d(long size, double alpha, double beta, Number k) {
    this.size = size;
    this.alpha = alpha;
    this.beta = beta;
    this.k = k;
  }

  /// PyTorch's module sums the squares of one channel after the other into a running window, from which the first channel is never
  /// taken away, and its gradient sums over a window of its own. Both are done here as there.
  @Override
  public Tensor forward(Tensor x) {
    if (x.dim() != 4) throw new ShapeException(
        "CrossMapLRN2d: Expected input to be 4D, got " + x.dim() + "D instead. | input " + x.describe());
    int reach = (int) ((size + 1) / 2);
    Tensor plain = x.detach();
    Tensor sums = windows(plain.square(), reach - 1, reach - 1);
    long behind = x.size(1) - reach;
    if (behind > 0) sums.narrow(1, reach, behind).add_(plain.square().narrow(1, 0, 1));
    Tensor scale = sums.mul(alpha / size).add(k.doubleValue());
    Tensor power = scale.pow(-beta);
    Tensor y = power.mul(plain);
    if (!x.requiresGrad()) return y;
    int before = (int) (size - (size - 1) / 2.0);
    // A linear function of x with PyTorch's gradient, which is 0 here.
    Tensor zero = x.sub(plain);
    Tensor others = windows(zero.mul(plain), (int) size - 1 - before, before).mul(2 * alpha * beta / size);
    return y.add(zero.mul(power)).sub(y.div(scale).mul(others));
  }

  /// Sums over channels from so many before each to so many after it.
  private static Tensor windows(Tensor x, int before, int after) {
    Tensor padded = F.pad(x, new long[] {0, 0, 0, 0, before, after}, "constant", null);
    Tensor sum = padded.narrow(1, 0, x.size(1));
    for (int i = 1; i <= before + after; i++) sum = sum.add(padded.narrow(1, i, x.size(1)));
    return sum;
  }

  @Override
  protected String extraRepresentation() {
    return size + ", alpha=" + Numbers.python(alpha) + ", beta=" + Numbers.python(beta) + ", k=" + Numbers.python(k);
  }
}
