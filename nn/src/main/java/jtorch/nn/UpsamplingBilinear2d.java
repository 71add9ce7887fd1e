package jtorch.nn;

import java.util.function.UnaryOperator;

/// [Upsample] of `[N, C, H, W]` by linear interpolation in both dimensions, corners on corners.
///
/// **As** `torch.nn.UpsamplingBilinear2d`.
public final class UpsamplingBilinear2d extends Upsample {
  /// @param options size or scaleFactor
  public UpsamplingBilinear2d(UnaryOperator<InterpolateOptions> options) {
    super(o -> options.apply(o).mode("bilinear").alignCorners(true));
  }
}
