package jtorch.nn;

import jtorch.Tensor;
import org.jspecify.annotations.Nullable;

/// The keyword arguments of losses over classes.
///
/// @param weight one number a class
/// @param ignoreIndex targets that count nothing
/// @param labelSmoothing how much of the target is spread over all classes (cross entropy only)
public record ClassLossOptions(@Nullable Tensor weight, long ignoreIndex, Reduction reduction, double labelSmoothing) {
  public static final ClassLossOptions DEFAULT = new ClassLossOptions(null, -100, Reduction.MEAN, 0);

  public ClassLossOptions weight(@Nullable Tensor v) {
    return new ClassLossOptions(v, ignoreIndex, reduction, labelSmoothing);
  }

  public ClassLossOptions ignoreIndex(long v) {
    return new ClassLossOptions(weight, v, reduction, labelSmoothing);
  }

  public ClassLossOptions reduction(Reduction v) {
    return new ClassLossOptions(weight, ignoreIndex, v, labelSmoothing);
  }

  public ClassLossOptions labelSmoothing(double v) {
    return new ClassLossOptions(weight, ignoreIndex, reduction, v);
  }
}
