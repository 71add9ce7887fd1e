package jtorch.cpu.kernel;

/// The definitions of reductions and softmax, over Java arrays in `float64`, one number after the other.
final class Reference {
  interface RowToNumber {
    double of(double[] row);
  }

  interface RowToRow {
    double[] of(double[] row);
  }

  interface TwoRowsToRow {
    double[] of(double[] a, double[] b);
  }

  private Reference() {}

  /// Applies a function to each row along the middle dim of `[outer, n, inner]`: the results `[outer, inner]`.
  static double[] reduce(double[] x, int outer, int n, int inner, RowToNumber f) {
    double[] out = new double[outer * inner];
    for (int o = 0; o < outer; o++) {
      for (int j = 0; j < inner; j++) {
        out[o * inner + j] = f.of(row(x, o, j, n, inner));
      }
    }
    return out;
  }

  /// Applies a function to each row along the middle dim of `[outer, n, inner]`: the results `[outer, n, inner]`.
  static double[] map(double[] x, int outer, int n, int inner, RowToRow f) {
    return map(x, x, outer, n, inner, (a, b) -> f.of(a));
  }

  /// The same with the rows of two inputs.
  static double[] map(double[] a, double[] b, int outer, int n, int inner, TwoRowsToRow f) {
    double[] out = new double[a.length];
    for (int o = 0; o < outer; o++) {
      for (int j = 0; j < inner; j++) {
        double[] y = f.of(row(a, o, j, n, inner), row(b, o, j, n, inner));
        for (int i = 0; i < n; i++) {
          out[(o * n + i) * inner + j] = y[i];
        }
      }
    }
    return out;
  }

  static double[] row(double[] x, int o, int j, int n, int inner) {
    double[] row = new double[n];
    for (int i = 0; i < n; i++) {
      row[i] = x[(o * n + i) * inner + j];
    }
    return row;
  }

  /// Neumaier's compensated sum: exact enough to judge sums in `float64`.
  static double sum(double[] x) {
    double sum = 0;
    double lost = 0;
    for (double v : x) {
      double next = sum + v;
      lost += Math.abs(sum) >= Math.abs(v) ? sum - next + v : v - next + sum;
      sum = next;
    }
    return sum + lost;
  }

  static double product(double[] x) {
    double product = 1;
    for (double v : x) {
      product *= v;
    }
    return product;
  }

  static double max(double[] x) {
    double max = Double.NEGATIVE_INFINITY;
    for (double v : x) {
      max = Math.max(max, v);
    }
    return max;
  }

  static double min(double[] x) {
    double min = Double.POSITIVE_INFINITY;
    for (double v : x) {
      min = Math.min(min, v);
    }
    return min;
  }

  /// The first place of the maximum, or of the first NaN.
  static int argmax(double[] x) {
    int best = 0;
    for (int i = 1; i < x.length && !Double.isNaN(x[best]); i++) {
      if (x[i] > x[best] || Double.isNaN(x[i])) {
        best = i;
      }
    }
    return best;
  }

  static double variance(double[] x, double correction) {
    double mean = sum(x) / x.length;
    double squares = 0;
    for (double v : x) {
      squares += (v - mean) * (v - mean);
    }
    return squares / Math.max(0, x.length - correction);
  }

  static double norm(double[] x, double p) {
    double sum = 0;
    double max = 0;
    double min = Double.POSITIVE_INFINITY;
    for (double v : x) {
      sum += p == 0 ? (v != 0 ? 1 : 0) : Math.pow(Math.abs(v), p);
      max = Math.max(max, Math.abs(v));
      min = Math.min(min, Math.abs(v));
    }
    if (Double.isInfinite(p)) {
      return p > 0 ? max : min;
    }
    return p == 0 ? sum : Math.pow(sum, 1 / p);
  }

  static double logSumExp(double[] x) {
    double max = max(x);
    if (Double.isInfinite(max)) {
      return max;
    }
    double sum = 0;
    for (double v : x) {
      sum += Math.exp(v - max);
    }
    return max + Math.log(sum);
  }

  static double[] softmax(double[] x) {
    double max = max(x);
    double[] y = new double[x.length];
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      y[i] = Math.exp(x[i] - max);
      sum += y[i];
    }
    for (int i = 0; i < x.length; i++) {
      y[i] /= sum;
    }
    return y;
  }

  static double[] logSoftmax(double[] x) {
    double max = max(x);
    double sum = 0;
    for (double v : x) {
      sum += Math.exp(v - max);
    }
    double[] y = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      y[i] = x[i] - max - Math.log(sum);
    }
    return y;
  }

  static double[] softmaxBackward(double[] g, double[] y) {
    double dot = 0;
    for (int i = 0; i < y.length; i++) {
      dot += g[i] * y[i];
    }
    double[] dx = new double[y.length];
    for (int i = 0; i < y.length; i++) {
      dx[i] = y[i] * (g[i] - dot);
    }
    return dx;
  }

  static double[] logSoftmaxBackward(double[] g, double[] y) {
    double sum = sum(g);
    double[] dx = new double[y.length];
    for (int i = 0; i < y.length; i++) {
      dx[i] = g[i] - Math.exp(y[i]) * sum;
    }
    return dx;
  }
}
