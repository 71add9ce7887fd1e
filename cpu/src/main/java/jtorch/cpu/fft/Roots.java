package jtorch.cpu.fft;

/// All n-th roots of unity, `exp(-2 pi i k / n)`, as products of two short tables.
final class Roots {
  private final long n;
  private final int shift;
  private final double[] high;
  private final double[] low;

  Roots(int n) {
    this.n = n;
    shift = (32 - Integer.numberOfLeadingZeros(n)) / 2;
    low = new double[2 << shift];
    high = new double[2 * ((n >> shift) + 1)];
    for (int k = 0; k < low.length / 2; k++) Plan.root(k, n, low, 2 * k);
    for (int k = 0; k < high.length / 2; k++) Plan.root((long) k << shift, n, high, 2 * k);
  }

  double real(long k) {
    int h = (int) (k >> shift) * 2;
    int l = (int) (k & (1L << shift) - 1) * 2;
    return high[h] * low[l] - high[h + 1] * low[l + 1];
  }

  double imaginary(long k) {
    int h = (int) (k >> shift) * 2;
    int l = (int) (k & (1L << shift) - 1) * 2;
    return high[h] * low[l + 1] + high[h + 1] * low[l];
  }

  /// For i from 0 to `count`: the roots of `(first + lane) * i * step`, real parts of all lanes, then imaginary ones.
  double[] turns(int first, int width, int step, int count) {
    double[] turns = new double[2 * width * count];
    for (int i = 0; i < count; i++) {
      for (int lane = 0; lane < width; lane++) {
        long k = (long) (first + lane) * i * step % n;
        turns[2 * width * i + lane] = real(k);
        turns[2 * width * i + width + lane] = imaginary(k);
      }
    }
    return turns;
  }
}
