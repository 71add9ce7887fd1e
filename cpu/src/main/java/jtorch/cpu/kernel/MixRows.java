package jtorch.cpu.kernel;

import jtorch.cpu.VectorApi;
import jtorch.spi.ResampleAxis;

/// Weighted sums of rows, the inner loop of interpolation.
interface MixRows {
  /// `y[i] = sum of weight[from + t] * rows[t][i]` for `count` rows of `n` elements; `rows` are addresses. At least one
  /// row.
  void mix(long y, long[] rows, ResampleAxis axis, int from, int count, long n);

  /// `y[o] = sum of weight * x[index]` over the taps of each output.
  void gather(long y, long x, ResampleAxis axis, int taps);

  int bytes();

  static MixRows of(boolean wide) {
    if (wide) return VectorApi.PRESENT ? DoubleMixRows.APART : new ScalarMixRows(true);
    return VectorApi.PRESENT ? FloatMixRows.APART : new ScalarMixRows(false);
  }
}
