package jtorch.spi;

/// A compiled scalar expression.
@FunctionalInterface
public interface ElementwiseKernel {
  /// Computes all elements of an iteration.
  ///
  /// @param iteration operand 0 is written, the others are read
  /// @param parameters raw words: bits of a double for floating compute types, a long for integers, two words for
  ///     complex numbers
  void run(Iteration iteration, long[] parameters);
}
