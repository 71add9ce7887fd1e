package jtorch.cpu.kernel;

import java.lang.foreign.Arena;
import jtorch.cpu.Parallel;
import jtorch.memory.Memory;

/// Layer norm, RMS norm and group norm, in `float32` and `float64`, forward and backward.
///
/// Means and variances are those of two passes over a row, which the second finds in the cache. All weights and biases
/// are optional (address 0), and so are the results of the backward kernels.
public final class Normalization {
  private Normalization() {}

  /// Layer norm of rows `[count, n]`: `y = (x - mean) * rstd * weight + bias`, with `rstd = 1 / sqrt(var + eps)` and
  /// the biased variance. `weight` and `bias` are `[n]`; `mean` and `rstd`, `[count]`, receive the statistics.
  public static void layerNorm(Rows rows, long x, long weight, long bias, long y, long mean, long rstd, long count,
      long n, double eps) {
    try (Arena arena = Arena.ofConfined()) {
      long w = orFilled(rows, arena, weight, n, 1);
      long b = orFilled(rows, arena, bias, n, 0);
      Parallel.run(count, Reductions.grain(n), (begin, end) -> {
        for (long r = begin; r < end; r++) {
          long row = r * n * rows.bytes();
          double m = rows.sum(x + row, n) / n;
          double s = 1 / Math.sqrt(rows.sumSquares(x + row, n, m) / n + eps);
          rows.normalization().normalize(y + row, x + row, n, m, s, w, b);
          rows.put(mean, r, m);
          rows.put(rstd, r, s);
        }
      });
    }
  }

  /// Gradients of layer norm from `g`, that of `y`, with `h = (x - mean) * rstd`:
  /// `dx = rstd * (g * weight - mean of g * weight - h * mean of g * weight * h)` over each row,
  /// `dweight = sum g * h` and `dbias = sum g` over the rows.
  public static void layerNormBackward(Rows rows, long g, long x, long mean, long rstd, long weight, long dx,
      long dweight, long dbias, long count, long n) {
    backward(rows, g, x, mean, rstd, weight, dx, dweight, dbias, count, n);
  }

  /// RMS norm of rows `[count, n]`: `y = x * rstd * weight`, with `rstd = 1 / sqrt(mean of x^2 + eps)`. `rstd`,
  /// `[count]`, receives the statistic.
  public static void rmsNorm(Rows rows, long x, long weight, long y, long rstd, long count, long n, double eps) {
    try (Arena arena = Arena.ofConfined()) {
      long w = orFilled(rows, arena, weight, n, 1);
      long b = orFilled(rows, arena, 0, n, 0);
      Parallel.run(count, Reductions.grain(n), (begin, end) -> {
        for (long r = begin; r < end; r++) {
          long row = r * n * rows.bytes();
          double s = 1 / Math.sqrt(rows.sumSquares(x + row, n, 0) / n + eps);
          rows.normalization().normalize(y + row, x + row, n, 0, s, w, b);
          rows.put(rstd, r, s);
        }
      });
    }
  }

  /// Gradients of RMS norm from `g`, that of `y`, with `h = x * rstd`:
  /// `dx = rstd * (g * weight - h * mean of g * weight * h)` over each row, `dweight = sum g * h` over the rows.
  public static void rmsNormBackward(
      Rows rows, long g, long x, long rstd, long weight, long dx, long dweight, long count, long n) {
    backward(rows, g, x, 0, rstd, weight, dx, dweight, 0, count, n);
  }

  /// Both backward kernels: without `mean` it is that of RMS norm, whose mean is 0 and does not depend on `x`.
  private static void backward(Rows rows, long g, long x, long mean, long rstd, long weight, long dx, long dweight,
      long dbias, long count, long n) {
    var loops = rows.normalization();
    long bytes = rows.bytes();
    try (Arena arena = Arena.ofConfined()) {
      long w = orFilled(rows, arena, weight, n, 1);
      PanelSums.Body body = (r, panels) -> {
        long row = r * n * bytes;
        double m = mean == 0 ? 0 : rows.get(mean, r);
        double s = rows.get(rstd, r);
        if (panels != 0) {
          loops.addProducts(panels, panels + n * bytes, g + row, x + row, n, m, s);
        }
        if (dx != 0) {
          double[] sums = new double[2];
          loops.addWeightedSums(sums, g + row, w, x + row, n, m);
          double ofInput = -s * s * s * sums[1] / n;
          double term = mean == 0 ? 0 : -s * sums[0] / n - ofInput * m;
          loops.weightedGradient(dx + row, g + row, w, x + row, n, s, ofInput, term);
        }
      };
      if (dweight == 0 && dbias == 0) {
        Parallel.run(count, Reductions.grain(n), (begin, end) -> {
          for (long r = begin; r < end; r++) {
            body.row(r, 0);
          }
        });
        return;
      }
      long sums = arena.allocate(2 * n * bytes, 64).address();
      PanelSums.run(rows, count, n, 2, sums, body);
      if (dweight != 0) {
        Memory.copy(sums, dweight, n * bytes);
      }
      if (dbias != 0) {
        Memory.copy(sums + n * bytes, dbias, n * bytes);
      }
    }
  }

  /// Group norm of `[batch, groups * channels, spatial]`: layer norm of each `[channels, spatial]`, then
  /// `* weight + bias` by channel, both `[groups * channels]`. `mean` and `rstd`, `[batch, groups]`, receive the
  /// statistics.
  public static void groupNorm(Rows rows, long x, long weight, long bias, long y, long mean, long rstd, long batch,
      long groups, long channels, long spatial, double eps) {
    long n = channels * spatial;
    Parallel.run(batch * groups, Reductions.grain(n), (begin, end) -> {
      for (long i = begin; i < end; i++) {
        long row = x + i * n * rows.bytes();
        double m = rows.sum(row, n) / n;
        double s = 1 / Math.sqrt(rows.sumSquares(row, n, m) / n + eps);
        rows.put(mean, i, m);
        rows.put(rstd, i, s);
        for (long c = 0; c < channels; c++) {
          long channel = i % groups * channels + c;
          double a = weight == 0 ? s : s * rows.get(weight, channel);
          double b = (bias == 0 ? 0 : rows.get(bias, channel)) - m * a;
          long offset = (i * channels + c) * spatial * rows.bytes();
          rows.normalization().affine(y + offset, x + offset, spatial, a, b);
        }
      }
    });
  }

  /// Gradients of group norm, as those of layer norm with `weight` and `bias` by channel.
  public static void groupNormBackward(Rows rows, long g, long x, long mean, long rstd, long weight, long dx,
      long dweight, long dbias, long batch, long groups, long channels, long spatial) {
    var loops = rows.normalization();
    long n = channels * spatial;
    int all = Math.toIntExact(groups * channels);
    // Of each sample's channels: sum g * h and sum g.
    double[] sums = new double[Math.toIntExact(2 * batch * all)];
    Parallel.run(batch * groups, Reductions.grain(n), (begin, end) -> {
      double[] both = new double[2];
      for (long i = begin; i < end; i++) {
        double m = rows.get(mean, i);
        double s = rows.get(rstd, i);
        double sum = 0;
        double products = 0;
        for (long c = 0; c < channels; c++) {
          int index = (int) (i * channels + c);
          long offset = index * spatial * rows.bytes();
          both[0] = 0;
          both[1] = 0;
          loops.addSums(both, g + offset, x + offset, spatial, m);
          sums[2 * index] = both[1] * s;
          sums[2 * index + 1] = both[0];
          double w = weight == 0 ? 1 : rows.get(weight, i % groups * channels + c);
          sum += both[0] * w;
          products += both[1] * w;
        }
        double ofInput = -s * s * s * products / n;
        double term = -s * sum / n - ofInput * m;
        for (long c = 0; dx != 0 && c < channels; c++) {
          long offset = (i * channels + c) * spatial * rows.bytes();
          double w = weight == 0 ? 1 : rows.get(weight, i % groups * channels + c);
          loops.gradient(dx + offset, g + offset, x + offset, spatial, s * w, ofInput, term);
        }
      }
    });
    for (int c = 0; c < all; c++) {
      double weightSum = 0;
      double biasSum = 0;
      for (int i = c; i < batch * all; i += all) {
        weightSum += sums[2 * i];
        biasSum += sums[2 * i + 1];
      }
      if (dweight != 0) {
        rows.put(dweight, c, weightSum);
      }
      if (dbias != 0) {
        rows.put(dbias, c, biasSum);
      }
    }
  }

  /// An optional row, or one filled with a number in its place.
  private static long orFilled(Rows rows, Arena arena, long row, long n, double value) {
    if (row != 0) {
      return row;
    }
    long filled = arena.allocate(n * rows.bytes(), 64).address();
    rows.fill(filled, n, value);
    return filled;
  }
}
