package jtorch.optim;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The keyword arguments of an optimizer, one record a group of parameters: immutable, with fluent copies. Its components
/// have PyTorch's names in Java case, so that a state_dict has them by PyTorch's.
///
/// @param <O> the record itself
public interface OptimizerOptions<O extends OptimizerOptions<O>> {
  /// The learning rate.
  double lr();

  O lr(double lr);

  /// What schedules call momentum: SGD's momentum, Adam's first beta; NaN where there is none.
  default double momentum() {
    return Double.NaN;
  }

  /// @throws UnsupportedOperationException if there is none
  default O momentum(double momentum) {
    throw new UnsupportedOperationException(getClass().getSimpleName() + " has no momentum");
  }

  /// What PyTorch's groups have besides, where JTorch leaves no choice: `foreach`, `fused` and the like.
  default Map<String, @Nullable Object> others() {
    return Map.of();
  }

  /// Refuses a value that PyTorch refuses.
  static void check(boolean valid, String name, Object value) {
    if (!valid) throw new IllegalArgumentException("Invalid " + name + ": " + value);
  }
}
