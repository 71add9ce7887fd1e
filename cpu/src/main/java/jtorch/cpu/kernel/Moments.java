package jtorch.cpu.kernel;

/// Mean and biased variance of numbers that come in rows, each row read from memory once.
///
/// Every block of a row has its own two passes, the second in the L1 cache; blocks are joined in `float64` by Chan's
/// formula (Chan, Golub & LeVeque 1983): `m2 = m2a + m2b + (mean_b - mean_a)^2 * na * nb / (na + nb)`.
final class Moments {
  private double count;
  private double mean;
  private double m2;

  void clear() {
    count = 0;
    mean = 0;
    m2 = 0;
  }

  double mean() {
    return mean;
  }

  double variance() {
    return m2 / count;
  }

  void add(Rows rows, long x, long n) {
    for (long done = 0; done < n; done += Rows.BLOCK) {
      long block = x + done * rows.bytes();
      long length = Math.min(Rows.BLOCK, n - done);
      double blockMean = rows.sum(block, length) / length;
      double delta = blockMean - mean;
      double joined = count + length;
      mean += delta * length / joined;
      m2 += rows.sumSquares(block, length, blockMean) + delta * delta * count * length / joined;
      count = joined;
    }
  }
}
