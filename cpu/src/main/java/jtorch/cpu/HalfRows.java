package jtorch.cpu;

import jtorch.DType;
import jtorch.cpu.loop.Loop;
import jtorch.cpu.loop.Loops;
import jtorch.expr.Expr;
import jtorch.expr.ScalarFunction;

/// Rows of halves for kernels of `float32` rows: some at a time are widened into the nearest caches, and their result is
/// narrowed from there, so that memory is read and written once, in halves.
final class HalfRows {
  /// Elements that are widened at a time, of all inputs together.
  private static final long WIDENED = 1 << 14;
  /// Rows that are longer are left to kernels of whole tensors.
  private static final long LONGEST = 1 << 18;
  private static final ScalarFunction COPY = new ScalarFunction("copy", 1, 0, Expr.X);

  /// Works on some rows; what is to be narrowed it leaves in place of the first input.
  @FunctionalInterface
  interface Body {
    /// @param wide the addresses of each input's rows in `float32`
    /// @param first the number of the first of these rows
    void run(long[] wide, long first, long count);
  }

  private HalfRows() {}

  static boolean fit(DType dtype, long n) {
    return dtype.isHalf() && n > 0 && n <= LONGEST;
  }

  /// Runs a body over contiguous rows.
  ///
  /// @param half the dtype of inputs and result
  /// @param rows how many rows there are, of `n` elements each
  /// @param to where the results go, 0 if there are none
  static void run(DType half, long rows, long n, long to, Body body, long... from) {
    long together = Math.max(1, WIDENED / (n * from.length));
    Loop widen = Loops.of(COPY, DType.FLOAT32, new DType[] {half}, DType.FLOAT32);
    Loop narrow = Loops.of(COPY, DType.FLOAT32, new DType[] {DType.FLOAT32}, half);
    Parallel.run((rows + together - 1) / together, Math.max(1, WIDENED / (together * n * from.length)),
        (begin, end) -> {
          long scratch = PooledScratch.INSTANCE.allocate(together * n * from.length * Float.BYTES);
          try {
            long[] wide = new long[from.length];
            for (int i = 0; i < from.length; i++) wide[i] = scratch + i * together * n * Float.BYTES;
            for (long block = begin; block < end; block++) {
              long first = block * together;
              long count = Math.min(together, rows - first);
              for (int i = 0; i < from.length; i++)
                copy(widen, count * n, from[i] + first * n * Short.BYTES, 2, wide[i], 4);
              body.run(wide, first, count);
              if (to != 0) copy(narrow, count * n, wide[0], 4, to + first * n * Short.BYTES, 2);
            }
          } finally {
            PooledScratch.INSTANCE.free(scratch);
          }
        });
  }

  private static void copy(Loop loop, long count, long from, long fromStride, long to, long toStride) {
    loop.run(count, new long[] {to, from}, new long[] {toStride, fromStride}, new long[0]);
  }
}
