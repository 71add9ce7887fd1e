package jtorch;

import java.util.function.UnaryOperator;
import jtorch.op.Arranging;
import jtorch.op.Sequences;

/// Tensors of numbers in order, which [Torch] inherits; filled ones are in [Torch] itself.
///
/// Each has a form with options: `arange(0, 10, 2, o -> o.dtype(FLOAT32))`.
public abstract class CreationFunctions extends JoiningFunctions {
  CreationFunctions() {}

  /// `0, 1, ...` below `end`; an integer gives int64, else the dtype is the default one.
  public static Tensor arange(Number end) {
    return arange(0L, end, 1L, o -> o);
  }

  public static Tensor arange(Number end, UnaryOperator<TensorOptions> options) {
    return arange(0L, end, 1L, options);
  }

  /// `start, start + 1, ...` below `end`.
  public static Tensor arange(Number start, Number end) {
    return arange(start, end, 1L, o -> o);
  }

  public static Tensor arange(Number start, Number end, UnaryOperator<TensorOptions> options) {
    return arange(start, end, 1L, options);
  }

  /// `start, start + step, ...` below `end`, above it for negative steps.
  ///
  /// @throws IllegalArgumentException if the step is 0 or leads away from `end`
  public static Tensor arange(Number start, Number end, Number step) {
    return arange(start, end, step, o -> o);
  }

  public static Tensor arange(Number start, Number end, Number step, UnaryOperator<TensorOptions> options) {
    TensorOptions o = options.apply(TensorOptions.DEFAULT);
    return o.finish(Sequences.ARANGE.tensor(start, end, step, o.dtype(), null, o.device(), null));
  }

  /// `steps` numbers from `start` to `end`, both included.
  public static Tensor linspace(Number start, Number end, long steps) {
    return linspace(start, end, steps, o -> o);
  }

  public static Tensor linspace(Number start, Number end, long steps, UnaryOperator<TensorOptions> options) {
    TensorOptions o = options.apply(TensorOptions.DEFAULT);
    return o.finish(Sequences.LINSPACE.tensor(start, end, steps, o.dtype(), null, o.device(), null));
  }

  /// 10 to the powers from `start` to `end`, both included.
  public static Tensor logspace(Number start, Number end, long steps) {
    return logspace(start, end, steps, 10, o -> o);
  }

  public static Tensor logspace(Number start, Number end, long steps, double base,
      UnaryOperator<TensorOptions> options) {
    TensorOptions o = options.apply(TensorOptions.DEFAULT);
    return o.finish(Sequences.LOGSPACE.tensor(start, end, steps, base, o.dtype(), null, o.device(), null));
  }

  /// The unit matrix.
  public static Tensor eye(long n) {
    return eye(n, n, o -> o);
  }

  /// Ones on the diagonal of a matrix with n rows and m columns.
  public static Tensor eye(long n, long m) {
    return eye(n, m, o -> o);
  }

  public static Tensor eye(long n, long m, UnaryOperator<TensorOptions> options) {
    TensorOptions o = options.apply(TensorOptions.DEFAULT);
    return o.finish(Sequences.EYE_M.tensor(n, m, o.dtype(), null, o.device(), null));
  }

  /// Row and column numbers of the elements on and below the diagonal moved by `offset`, row by row: `[2, count]`.
  public static Tensor trilIndices(long row, long col, long offset) {
    return Arranging.TRIL_INDICES.tensor(row, col, offset, DType.INT64, null, null, null);
  }

  /// Row and column numbers of the elements on and above the diagonal moved by `offset`, row by row: `[2, count]`.
  public static Tensor triuIndices(long row, long col, long offset) {
    return Arranging.TRIU_INDICES.tensor(row, col, offset, DType.INT64, null, null, null);
  }
}
