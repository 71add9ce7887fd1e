package jtorch.cpu.kernel;

import java.lang.foreign.Arena;
import jtorch.cpu.Parallel;

/// Batch norm of contiguous `[batch, channels, spatial]`, in `float32` and `float64`: over all but the channels,
/// `y = (x - mean) * invstd * weight + bias`. Tensors in channels-last order are `[batch * spatial, channels, 1]`.
///
/// Where `spatial` is long, one channel is worked on after the other: its rows are read once from memory and then found
/// in the L2 cache. Where it is short, the tensor is seen as `batch` rows of `channels * spatial` columns and what
/// belongs to a channel is repeated `spatial` times, so that the lanes stay full.
///
/// Weights, biases, running statistics and the results of the backward kernels are optional (address 0).
public final class BatchNorm {
  /// From here on a channel's row fills the lanes well enough.
  private static final long LONG = 64;

  private BatchNorm() {}

  /// Training: normalises with the statistics of the batch, which `mean` and `invstd = 1 / sqrt(var + eps)` receive.
  /// The running statistics move: `running = (1 - momentum) * running + momentum * statistic`, where the variance is
  /// the unbiased one.
  public static void train(Rows rows, long x, long weight, long bias, long y, long mean, long invstd, long runningMean,
      long runningVar, long batch, long channels, long spatial, double momentum, double eps) {
    double count = (double) batch * spatial;
    Statistics statistics = (c, m, var) -> {
      rows.put(mean, c, m);
      rows.put(invstd, c, 1 / Math.sqrt(var + eps));
      if (runningMean != 0) {
        rows.put(runningMean, c, momentum * m + (1 - momentum) * rows.get(runningMean, c));
      }
      if (runningVar != 0) {
        rows.put(runningVar, c, momentum * var * count / (count - 1) + (1 - momentum) * rows.get(runningVar, c));
      }
    };
    if (spatial >= LONG) {
      Parallel.run(channels, Reductions.grain(batch * spatial), (begin, end) -> {
        Moments moments = new Moments();
        for (long c = begin; c < end; c++) {
          moments.clear();
          for (long b = 0; b < batch; b++) {
            moments.add(rows, x + (b * channels + c) * spatial * rows.bytes(), spatial);
          }
          statistics.of(c, moments.mean(), moments.variance());
          double a = rows.get(invstd, c) * (weight == 0 ? 1 : rows.get(weight, c));
          double t = (bias == 0 ? 0 : rows.get(bias, c)) - moments.mean() * a;
          for (long b = 0; b < batch; b++) {
            long offset = (b * channels + c) * spatial * rows.bytes();
            rows.normalization().affine(y + offset, x + offset, spatial, a, t);
          }
        }
      });
      return;
    }
    long width = channels * spatial;
    try (Arena arena = Arena.ofConfined()) {
      long centre = arena.allocate(2 * width * rows.bytes(), 64).address();
      long sums = centre + width * rows.bytes();
      Reductions.sum(rows, x, sums, 1, batch, width);
      double[] means = perChannel(rows, sums, channels, spatial);
      spread(rows, centre, channels, spatial, c -> means[c] /= count);
      Reductions.fold(Fold.SUM_SQUARES, rows, x, centre, sums, 1, batch, width);
      double[] squares = perChannel(rows, sums, channels, spatial);
      for (int c = 0; c < channels; c++) {
        statistics.of(c, means[c], squares[c] / count);
      }
      normalizeColumns(rows, x, weight, bias, y, means, invstd, batch, channels, spatial);
    }
  }

  private interface Statistics {
    void of(long channel, double mean, double variance);
  }

  /// Evaluation: normalises with the running statistics, `invstd = 1 / sqrt(runningVar + eps)`.
  public static void evaluate(Rows rows, long x, long weight, long bias, long y, long runningMean, long runningVar,
      long batch, long channels, long spatial, double eps) {
    try (Arena arena = Arena.ofConfined()) {
      long invstd = arena.allocate(channels * rows.bytes(), 64).address();
      double[] means = new double[Math.toIntExact(channels)];
      for (int c = 0; c < channels; c++) {
        means[c] = rows.get(runningMean, c);
        rows.put(invstd, c, 1 / Math.sqrt(rows.get(runningVar, c) + eps));
      }
      if (spatial < LONG) {
        normalizeColumns(rows, x, weight, bias, y, means, invstd, batch, channels, spatial);
        return;
      }
      Parallel.run(batch * channels, Reductions.grain(spatial), (begin, end) -> {
        for (long i = begin; i < end; i++) {
          int c = (int) (i % channels);
          double a = rows.get(invstd, c) * (weight == 0 ? 1 : rows.get(weight, c));
          double t = (bias == 0 ? 0 : rows.get(bias, c)) - means[c] * a;
          long offset = i * spatial * rows.bytes();
          rows.normalization().affine(y + offset, x + offset, spatial, a, t);
        }
      });
    }
  }

  /// Gradients of training from `g`, that of `y`, with `h = (x - mean) * invstd` and the statistics that training
  /// saved: `dx = weight * invstd * (g - mean of g - h * mean of g * h)`, `dweight = sum g * h`, `dbias = sum g`.
  public static void trainBackward(Rows rows, long g, long x, long weight, long mean, long invstd, long dx,
      long dweight, long dbias, long batch, long channels, long spatial) {
    backward(rows, g, x, weight, mean, invstd, dx, dweight, dbias, batch, channels, spatial, true);
  }

  /// Gradients of evaluation: as those of training, but the statistics are constants, so `dx = weight * invstd * g`.
  public static void evaluateBackward(Rows rows, long g, long x, long weight, long runningMean, long runningVar,
      long dx, long dweight, long dbias, long batch, long channels, long spatial, double eps) {
    try (Arena arena = Arena.ofConfined()) {
      long invstd = arena.allocate(channels * rows.bytes(), 64).address();
      for (long c = 0; c < channels; c++) {
        rows.put(invstd, c, 1 / Math.sqrt(rows.get(runningVar, c) + eps));
      }
      backward(rows, g, x, weight, runningMean, invstd, dx, dweight, dbias, batch, channels, spatial, false);
    }
  }

  /// Both backward kernels: with statistics of the batch (`training`), or with constant ones.
  public static void backward(Rows rows, long g, long x, long weight, long mean, long invstd, long dx, long dweight,
      long dbias, long batch, long channels, long spatial, boolean training) {
    double count = (double) batch * spatial;
    // dx = g * a + x * b + t for a channel, from sum g and sum g * (x - mean)
    Channel channel = (c, sum, products, coefficients) -> {
      double s = rows.get(invstd, c);
      double a = s * (weight == 0 ? 1 : rows.get(weight, c));
      coefficients[0] = a;
      coefficients[1] = training ? -a * s * s * products / count : 0;
      coefficients[2] = training ? -a * sum / count - coefficients[1] * rows.get(mean, c) : 0;
      if (dweight != 0) {
        rows.put(dweight, c, products * s);
      }
      if (dbias != 0) {
        rows.put(dbias, c, sum);
      }
    };
    if (spatial >= LONG) {
      backwardByChannel(rows, g, x, mean, dx, batch, channels, spatial, channel);
    } else {
      backwardByColumn(rows, g, x, mean, dx, batch, channels, spatial, channel);
    }
  }

  private interface Channel {
    void finish(long channel, double sum, double products, double[] coefficients);
  }

  private static void backwardByChannel(Rows rows, long g, long x, long mean, long dx, long batch, long channels,
      long spatial, Channel channel) {
    var loops = rows.normalization();
    Parallel.run(channels, Reductions.grain(batch * spatial), (begin, end) -> {
      double[] sums = new double[2];
      double[] by = new double[3];
      for (long c = begin; c < end; c++) {
        sums[0] = 0;
        sums[1] = 0;
        double m = rows.get(mean, c);
        for (long b = 0; b < batch; b++) {
          long offset = (b * channels + c) * spatial * rows.bytes();
          loops.addSums(sums, g + offset, x + offset, spatial, m);
        }
        channel.finish(c, sums[0], sums[1], by);
        for (long b = 0; dx != 0 && b < batch; b++) {
          long offset = (b * channels + c) * spatial * rows.bytes();
          loops.gradient(dx + offset, g + offset, x + offset, spatial, by[0], by[1], by[2]);
        }
      }
    });
  }

  private static void backwardByColumn(Rows rows, long g, long x, long mean, long dx, long batch, long channels,
      long spatial, Channel channel) {
    var loops = rows.normalization();
    long width = channels * spatial;
    long size = width * rows.bytes();
    try (Arena arena = Arena.ofConfined()) {
      long panels = arena.allocate(3 * size, 64).address();
      spread(rows, panels, channels, spatial, c -> rows.get(mean, c));
      long sums = panels + size;
      PanelSums.run(rows, batch, width, 2, sums,
          (r, into) -> loops.addProducts(into, into + size, g + r * size, x + r * size, width, panels));
      double[] products = perChannel(rows, sums, channels, spatial);
      double[] sum = perChannel(rows, sums + size, channels, spatial);
      double[][] by = new double[Math.toIntExact(channels)][3];
      for (int c = 0; c < channels; c++) {
        channel.finish(c, sum[c], products[c], by[c]);
      }
      for (int i = 0; i < 3; i++) {
        int coefficient = i;
        spread(rows, panels + i * size, channels, spatial, c -> by[c][coefficient]);
      }
      if (dx != 0) {
        Parallel.run(batch, Reductions.grain(width), (begin, end) -> {
          for (long o = begin * size; o < end * size; o += size) {
            loops.gradient(dx + o, g + o, x + o, width, panels, panels + size, panels + 2 * size);
          }
        });
      }
    }
  }

  private static void normalizeColumns(Rows rows, long x, long weight, long bias, long y, double[] means, long invstd,
      long batch, long channels, long spatial) {
    long width = channels * spatial;
    long size = width * rows.bytes();
    try (Arena arena = Arena.ofConfined()) {
      long a = arena.allocate(2 * size, 64).address();
      long t = a + size;
      spread(rows, a, channels, spatial, c -> rows.get(invstd, c) * (weight == 0 ? 1 : rows.get(weight, c)));
      spread(rows, t, channels, spatial,
          c -> (bias == 0 ? 0 : rows.get(bias, c)) - means[c] * rows.get(a, c * spatial));
      Parallel.run(batch, Reductions.grain(width), (begin, end) -> {
        for (long o = begin * size; o < end * size; o += size) {
          rows.normalization().affine(y + o, x + o, width, a, t);
        }
      });
    }
  }

  /// A number for each channel.
  private interface OfChannel {
    double of(int channel);
  }

  /// Writes a number for each channel `spatial` times.
  private static void spread(Rows rows, long panel, long channels, long spatial, OfChannel value) {
    for (int c = 0; c < channels; c++) {
      rows.fill(panel + c * spatial * rows.bytes(), spatial, value.of(c));
    }
  }

  /// Sums `[channels, spatial]` over the places.
  private static double[] perChannel(Rows rows, long panel, long channels, long spatial) {
    double[] sums = new double[Math.toIntExact(channels)];
    for (int c = 0; c < channels; c++) {
      sums[c] = rows.sum(panel + c * spatial * rows.bytes(), spatial);
    }
    return sums;
  }
}
