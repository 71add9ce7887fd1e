package jtorch.nn;

import jtorch.Tensor;
import jtorch.nn.functional.F;

/// Channels become space: `[*, C r^2, H, W] -> [*, C, H r, W r]`.
///
/// **As** `torch.nn.PixelShuffle`. **Source**: Shi et al., 2016, arXiv:1609.05158.
public final class PixelShuffle extends Module {
  private final long upscaleFactor;

  public PixelShuffle(long upscaleFactor) {
    this.upscaleFactor = upscaleFactor;
  }

  @Override
  public Tensor forward(Tensor x) {
    return F.pixelShuffle(x, upscaleFactor);
  }

  @Override
  protected String extraRepresentation() {
    return "upscale_factor=" + upscaleFactor;
  }
}
