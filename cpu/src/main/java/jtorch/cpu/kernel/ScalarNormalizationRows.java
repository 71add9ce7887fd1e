package jtorch.cpu.kernel;

/// The slow, obviously right twin of the vector loops of the normalisations.
final class ScalarNormalizationRows implements NormalizationRows {
  private final Rows rows;

  ScalarNormalizationRows(Rows rows) {
    this.rows = rows;
  }

  @Override
  public void normalize(long y, long x, long n, double mean, double factor, long weight, long bias) {
    for (long i = 0; i < n; i++) {
      rows.put(y, i, (rows.get(x, i) - mean) * factor * rows.get(weight, i) + rows.get(bias, i));
    }
  }

  @Override
  public void affine(long y, long x, long n, double a, double b) {
    for (long i = 0; i < n; i++) {
      rows.put(y, i, rows.get(x, i) * a + b);
    }
  }

  @Override
  public void affine(long y, long x, long n, long a, long b) {
    for (long i = 0; i < n; i++) {
      rows.put(y, i, rows.get(x, i) * rows.get(a, i) + rows.get(b, i));
    }
  }

  @Override
  public void gradient(long dx, long g, long x, long n, double a, double b, double c) {
    for (long i = 0; i < n; i++) {
      rows.put(dx, i, rows.get(g, i) * a + (rows.get(x, i) * b + c));
    }
  }

  @Override
  public void weightedGradient(long dx, long g, long weight, long x, long n, double a, double b, double c) {
    for (long i = 0; i < n; i++) {
      rows.put(dx, i, rows.get(g, i) * rows.get(weight, i) * a + (rows.get(x, i) * b + c));
    }
  }

  @Override
  public void gradient(long dx, long g, long x, long n, long a, long b, long c) {
    for (long i = 0; i < n; i++) {
      rows.put(dx, i, rows.get(g, i) * rows.get(a, i) + (rows.get(x, i) * rows.get(b, i) + rows.get(c, i)));
    }
  }

  @Override
  public void addSums(double[] sums, long g, long x, long n, double mean) {
    for (long i = 0; i < n; i++) {
      sums[0] += rows.get(g, i);
      sums[1] += rows.get(g, i) * (rows.get(x, i) - mean);
    }
  }

  @Override
  public void addWeightedSums(double[] sums, long g, long weight, long x, long n, double mean) {
    for (long i = 0; i < n; i++) {
      double weighted = rows.get(g, i) * rows.get(weight, i);
      sums[0] += weighted;
      sums[1] += weighted * (rows.get(x, i) - mean);
    }
  }

  @Override
  public void addProducts(long weightSum, long biasSum, long g, long x, long n, double mean, double factor) {
    for (long i = 0; i < n; i++) {
      double normalized = (rows.get(x, i) - mean) * factor;
      rows.put(weightSum, i, rows.get(weightSum, i) + rows.get(g, i) * normalized);
      rows.put(biasSum, i, rows.get(biasSum, i) + rows.get(g, i));
    }
  }

  @Override
  public void addProducts(long weightSum, long biasSum, long g, long x, long n, long mean) {
    for (long i = 0; i < n; i++) {
      double centred = rows.get(x, i) - rows.get(mean, i);
      rows.put(weightSum, i, rows.get(weightSum, i) + rows.get(g, i) * centred);
      rows.put(biasSum, i, rows.get(biasSum, i) + rows.get(g, i));
    }
  }
}
