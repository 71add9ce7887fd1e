package jtorch.nn;

import java.util.function.UnaryOperator;

/// [Upsample] of `[N, C, H, W]` to the nearest values.
///
/// **As** `torch.nn.UpsamplingNearest2d`.
public final class UpsamplingNearest2d extends Upsample {
  /// @param options size or scaleFactor
  public UpsamplingNearest2d(UnaryOperator<InterpolateOptions> options) {
    super(o -> options.apply(o).mode("nearest"));
  }
}
