package jtorch.optim;

/// The keyword arguments of an optimizer, one record a group of parameters: immutable, with fluent copies.
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

  /// Refuses a value that PyTorch refuses.
  static void check(boolean valid, String name, Object value) {
    if (!valid) throw new IllegalArgumentException("Invalid " + name + ": " + value);
  }
}
