package jtorch.cpu.kernel;

/// The loops of the normalisations, over rows as in [Rows].
///
/// Names that stand for rows: `x` the input, `y` the result, `g` the gradient of the result, `dx` that of the input;
/// `weight`, `bias`, and what is written `[i]`, hold one value an element. A result row may be one of the input rows.
public interface NormalizationRows {
  /// `y[i] = (x[i] - mean) * factor * weight[i] + bias[i]`.
  void normalize(long y, long x, long n, double mean, double factor, long weight, long bias);

  /// `y[i] = x[i] * a + b`, rounded once.
  void affine(long y, long x, long n, double a, double b);

  /// `y[i] = x[i] * a[i] + b[i]`, rounded once.
  void affine(long y, long x, long n, long a, long b);

  /// `dx[i] = g[i] * a + (x[i] * b + c)`.
  void gradient(long dx, long g, long x, long n, double a, double b, double c);

  /// `dx[i] = g[i] * weight[i] * a + (x[i] * b + c)`.
  void weightedGradient(long dx, long g, long weight, long x, long n, double a, double b, double c);

  /// `dx[i] = g[i] * a[i] + (x[i] * b[i] + c[i])`.
  void gradient(long dx, long g, long x, long n, long a, long b, long c);

  /// `sums[0] += sum g[i]`, `sums[1] += sum g[i] * (x[i] - mean)`.
  void addSums(double[] sums, long g, long x, long n, double mean);

  /// `sums[0] += sum g[i] * weight[i]`, `sums[1] += sum g[i] * weight[i] * (x[i] - mean)`.
  void addWeightedSums(double[] sums, long g, long weight, long x, long n, double mean);

  /// `weightSum[i] += g[i] * ((x[i] - mean) * factor)`, `biasSum[i] += g[i]`.
  void addProducts(long weightSum, long biasSum, long g, long x, long n, double mean, double factor);

  /// `weightSum[i] += g[i] * (x[i] - mean[i])`, `biasSum[i] += g[i]`.
  void addProducts(long weightSum, long biasSum, long g, long x, long n, long mean);
}
