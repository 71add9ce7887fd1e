package jtorch.nn;

import jtorch.Tensor;
import jtorch.nn.functional.F;

/// Space becomes channels: `[*, C, H r, W r] -> [*, C r^2, H, W]`; undoes [PixelShuffle].
///
/// **As** `torch.nn.PixelUnshuffle`.
public final class PixelUnshuffle extends Module {
  private final long downscaleFactor;

  public PixelUnshuffle(long downscaleFactor) {
    this.downscaleFactor = downscaleFactor;
  }

  @Override
  public Tensor forward(Tensor x) {
    return F.pixelUnshuffle(x, downscaleFactor);
  }

  @Override
  protected String extraRepresentation() {
    return "downscale_factor=" + downscaleFactor;
  }
}
