package jtorch.random;

import static jtorch.random.Draw.check;

import jtorch.DType;

/// Gamma and Dirichlet numbers, from which beta, chi-squared, Student's t and the like are made.
public final class Gammas {
  private static final double THIRD = 1f / 3f;
  private static final double SQUEEZE = 0.0331f;

  private Gammas() {}

  /// Standard gamma numbers (scale 1), one for each concentration, by the squeeze of Marsaglia and Tsang with normal
  /// numbers drawn one at a time; for alpha < 1 the number for alpha + 1 times `u^(1 / alpha)`. For float32 alpha + 1,
  /// alpha - 1/3 and 1 / alpha are float32 operations. The result is at least the smallest normal number of the dtype.
  /// **As** `_standard_gamma`.
  ///
  /// **Source**: G. Marsaglia, W. W. Tsang, *A simple method for generating gamma variables*, ACM TOMS 26 (2000)
  /// 363-372.
  public static void standardGamma(Generator generator, Region out, Region alpha) {
    requireWide("_standard_gamma", out, alpha);
    if (out.dtype() == DType.FLOAT32) {
      Draw.map(generator, out, alpha, (t, a, same) -> atLeast(Float.MIN_NORMAL, (float) single(t, (float) a)));
    } else {
      Draw.map(generator, out, alpha, (t, a, same) -> atLeast(Double.MIN_NORMAL, gamma(t, a)));
    }
  }

  /// Points of the simplex, one for each row of concentrations (the last dimension): gamma numbers in double precision
  /// over their sum, kept inside of (0, 1). **As** `_sample_dirichlet`.
  public static void dirichlet(Generator generator, Region out, Region alpha) {
    requireWide("_sample_dirichlet", out, alpha);
    check(out.dimensions() > 0, () -> "_sample_dirichlet needs a dimension of concentrations");
    check(out.isContiguous(), () -> "_sample_dirichlet fills contiguous elements, not " + out);
    long length = out.size(out.dimensions() - 1);
    check(length <= Integer.MAX_VALUE - 8,
        () -> "_sample_dirichlet: a row of " + length + " concentrations is too long");
    boolean single = out.dtype() == DType.FLOAT32;
    double smallest = single ? Float.MIN_NORMAL : Double.MIN_NORMAL;
    double largest = single ? Math.nextDown(1f) : Math.nextDown(1.0);
    generator.exclusively(t -> {
      var source = new Cursor(alpha, out.memoryOrder());
      var target = new Cursor(out);
      var row = new double[(int) length];
      for (long left = out.count(); left > 0; left -= length) {
        source.get(row, row.length);
        for (int i = 0; i < row.length; i++) row[i] = atLeast(Double.MIN_NORMAL, gamma(t, row[i]));
        double sum = sum(row);
        for (int i = 0; i < row.length; i++) row[i] = Math.min(largest, atLeast(smallest, row[i] / sum));
        target.put(row, row.length);
      }
    });
  }

  /// The sum in the order of PyTorch's AVX2 code (rows of up to 255): vectors of four into four accumulators, those that
  /// do not fill all four into the first; then the lanes are added to what no vector holds.
  private static double sum(double[] row) {
    double[] sums = new double[16];
    int vectors = row.length / 4;
    for (int i = 0; i < 4 * vectors; i++) sums[i < vectors / 4 * 16 ? i % 16 : i % 4] += row[i];
    double total = 0;
    for (int i = 4 * vectors; i < row.length; i++) total += row[i];
    for (int lane = 0; lane < 4; lane++) total += sums[lane] + sums[lane + 4] + sums[lane + 8] + sums[lane + 12];
    return total;
  }

  private static void requireWide(String name, Region out, Region alpha) {
    boolean wide = out.dtype() == DType.FLOAT32 || out.dtype() == DType.FLOAT64;
    check(wide && alpha.dtype() == out.dtype(),
        () -> name + " takes and makes float32 or float64, not " + alpha.dtype() + " and " + out.dtype());
    Draw.requireSameSizes(name, out, alpha);
  }

  /// NaN becomes the limit, as in `std::max(limit, value)`.
  private static double atLeast(double limit, double value) {
    return value > limit ? value : limit;
  }

  private static double single(MersenneTwister twister, float alpha) {
    if (alpha >= 1 || Float.isNaN(alpha)) return squeeze(twister, alpha - 1f / 3f);
    if (alpha == 0) return 0;
    double boost = CLibrary.pow(1 - twister.uniform53(), 1 / alpha);
    return squeeze(twister, alpha + 1f - 1f / 3f, boost);
  }

  private static double gamma(MersenneTwister twister, double alpha) {
    if (alpha >= 1 || Double.isNaN(alpha)) return squeeze(twister, alpha - THIRD);
    if (alpha == 0) return 0;
    double boost = CLibrary.pow(1 - twister.uniform53(), 1 / alpha);
    return squeeze(twister, alpha + 1 - THIRD, boost);
  }

  private static double squeeze(MersenneTwister twister, double d) {
    return squeeze(twister, d, 1);
  }

  /// A gamma number of concentration d + 1/3, times the scale.
  private static double squeeze(MersenneTwister twister, double d, double scale) {
    double c = 1 / Math.sqrt(9 * d);
    while (true) {
      double x;
      double y;
      do {
        x = twister.normal();
        y = 1 + c * x;
      } while (y <= 0);
      double v = y * y * y;
      double u = 1 - twister.uniform53();
      double xx = x * x;
      if (u < 1 - SQUEEZE * xx * xx || CLibrary.log(u) < 0.5 * xx + d * (1 - v + CLibrary.log(v))) return scale * d * v;
    }
  }
}
