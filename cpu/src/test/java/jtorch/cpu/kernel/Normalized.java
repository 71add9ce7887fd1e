package jtorch.cpu.kernel;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Layer norm and RMS norm (`centred` or not) of rows by their definitions, in `float64`, with the gradients.
final class Normalized {
  final double[] y;
  final double[] mean;
  final double[] rstd;
  final double[] dx;
  final double[] dweight;
  final double[] dbias;
  /// The largest `|g * weight * rstd|`: what `dx` is the small difference of.
  double scale;

  Normalized(double[] x, double @Nullable [] weight, double @Nullable [] bias, double[] g, int count, int n,
      boolean centred) {
    y = new double[count * n];
    dx = new double[count * n];
    mean = new double[count];
    rstd = new double[count];
    dweight = new double[n];
    dbias = new double[n];
    for (int r = 0; r < count; r++) {
      double[] row = Arrays.copyOfRange(x, r * n, (r + 1) * n);
      double m = centred ? Reference.sum(row) / n : 0;
      mean[r] = m;
      rstd[r] = 1 / Math.sqrt(Reference.sum(Arrays.stream(row).map(v -> (v - m) * (v - m)).toArray()) / n + 1e-5);
      double sum = 0;
      double products = 0;
      for (int i = 0; i < n; i++) {
        double h = (row[i] - m) * rstd[r];
        double w = weight == null ? 1 : weight[i];
        y[r * n + i] = h * w + (bias == null ? 0 : bias[i]);
        sum += g[r * n + i] * w;
        products += g[r * n + i] * w * h;
        dweight[i] += g[r * n + i] * h;
        dbias[i] += g[r * n + i];
      }
      for (int i = 0; i < n; i++) {
        double h = (row[i] - m) * rstd[r];
        double weighted = g[r * n + i] * (weight == null ? 1 : weight[i]);
        dx[r * n + i] = rstd[r] * (weighted - (centred ? sum / n : 0) - h * products / n);
        scale = Math.max(scale, Math.abs(weighted * rstd[r]));
      }
    }
  }
}
