package jtorch.cpu.kernel;

/// The loops of pooling.
///
/// A window is a list of *taps*, offsets in elements, in the order in which they are looked at. Of equal elements the
/// first is the maximum, and each NaN replaces what was there, as in PyTorch.
public interface PoolRows {
  /// For neighbouring outputs `j`: `y[j]` is the greatest of the elements `x[origin + j * stride + taps[t]]`, and
  /// `index[j]` (int64) the place `origin + j * stride + taps[t]` of it, unless `index` is 0. No element is read at
  /// `limit` or behind.
  void max(long y, long index, long x, long origin, long[] taps, int tapCount, long outputs, int stride, long limit);

  /// `y[0]` is the greatest element of `height` rows of `width` inputs, the first of them at `x[first]` and the rows `row`
  /// inputs apart; `index[0]` (int64) the place of it.
  void maxOfWindow(long y, long index, long x, long first, int height, int width, long row);

  /// For neighbouring outputs `j`: `y[j]` is the sum of the elements `x[origin + j * stride + taps[t]]`, divided by
  /// `divisor`. No element is read at `limit` or behind.
  void average(long y, long x, long origin, long[] taps, int tapCount, long outputs, int stride, double divisor,
      long limit);

  /// For neighbouring channels `c`: `y[c]` is the greatest of the elements `x[taps[t] * channels + c]`, and `index[c]`
  /// (int64) the tap that has it.
  void maxOfRows(long y, long index, long x, long[] taps, int tapCount, long channels);

  /// For neighbouring channels `c`: `y[c]` is the sum of the elements `x[taps[t] * channels + c]`, divided by
  /// `divisor`.
  void averageOfRows(long y, long x, long[] taps, int tapCount, long channels, double divisor);

  /// The gradient of [#max] and [#maxOfRows]: `dx[index[i] * channels + i % channels] += g[i]` for `count` elements.
  void addAtMaxima(long dx, long g, long index, long count, long channels);

  /// The gradient of [#average]: `dx[j * stride + taps[t]] += g[j] / divisor`.
  void addToWindows(long dx, long g, long[] taps, int tapCount, long outputs, int stride, double divisor);
}
