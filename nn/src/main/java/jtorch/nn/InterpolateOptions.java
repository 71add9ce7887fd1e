package jtorch.nn;

import org.jspecify.annotations.Nullable;

/// The keyword arguments of `F.interpolate`; exactly one of size and scale factor is given, one number for all
/// dimensions or one for each.
///
/// @param mode `nearest`, `nearest-exact`, `linear`, `bilinear`, `bicubic`, `trilinear`, `lanczos` or `area`
/// @param alignCorners null for false; not with `nearest`, `nearest-exact` and `area`
/// @param recomputeScaleFactor whether the scale is computed anew from the rounded size
/// @param antialias whether bilinear, bicubic and lanczos filters widen when they scale down
public record InterpolateOptions(long @Nullable [] size, double @Nullable [] scaleFactor, String mode,
    @Nullable Boolean alignCorners, boolean recomputeScaleFactor, boolean antialias) {
  public static final InterpolateOptions DEFAULT =
      new InterpolateOptions(null, null, "nearest", null, false, false);

  public InterpolateOptions size(long... v) {
    return new InterpolateOptions(v, scaleFactor, mode, alignCorners, recomputeScaleFactor, antialias);
  }

  public InterpolateOptions scaleFactor(double... v) {
    return new InterpolateOptions(size, v, mode, alignCorners, recomputeScaleFactor, antialias);
  }

  public InterpolateOptions mode(String v) {
    return new InterpolateOptions(size, scaleFactor, v, alignCorners, recomputeScaleFactor, antialias);
  }

  public InterpolateOptions alignCorners(boolean v) {
    return new InterpolateOptions(size, scaleFactor, mode, v, recomputeScaleFactor, antialias);
  }

  public InterpolateOptions recomputeScaleFactor(boolean v) {
    return new InterpolateOptions(size, scaleFactor, mode, alignCorners, v, antialias);
  }

  public InterpolateOptions antialias(boolean v) {
    return new InterpolateOptions(size, scaleFactor, mode, alignCorners, recomputeScaleFactor, v);
  }
}
