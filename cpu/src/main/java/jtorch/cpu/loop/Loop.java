package jtorch.cpu.loop;

/// An element-wise loop over one dimension.
///
/// A loop trusts its arguments: addresses must be valid for the count and strides given. The output may be the same
/// memory as an input if both have the same layout and dtype size; any other overlap gives undefined numbers.
public abstract class Loop {
  /// For subclasses.
  protected Loop() {}

  /// Computes `count` elements. Calls of some thousand elements suit the caches and let the JIT compiler in early.
  ///
  /// @param addresses of the first element: the output's, then the inputs'
  /// @param byteStrides from one element to the next, in the same order; 0 repeats an input
  /// @param parameters the run-time scalars' bits: for float loops `Double.doubleToRawLongBits`, for integers and bools
  ///     the number itself, for complex loops two words each, the bits of the real and the imaginary part
  /// @throws ArithmeticException for an integer division by zero
  public abstract void run(long count, long[] addresses, long[] byteStrides, long[] parameters);
}
