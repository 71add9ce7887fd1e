package jtorch.cpu.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BatchNormTest {
  private static final double EPS = 1e-5;
  private static final double MOMENTUM = 0.1;
  /// `[batch, channels, spatial]`: long and short places, channels-last, one sample, one channel.
  private static final int[][] SHAPES =
      {{4, 3, 207}, {2, 16, 64}, {5, 7, 49}, {700, 5, 1}, {33, 50, 4}, {1, 4, 4098}, {13, 1, 16}};

  static Stream<Rows> loops() {
    return Sample.loops();
  }

  @ParameterizedTest
  @MethodSource("loops")
  void trainingIsThatOfTheDefinition(Rows rows) {
    for (int[] shape : SHAPES) {
      for (boolean affine : new boolean[] {true, false}) {
        try (Sample sample = Sample.of(rows)) {
          var data = new Data(sample, shape, affine);
          long y = sample.room(data.size);
          long mean = sample.room(data.channels);
          long invstd = sample.room(data.channels);
          long runningMean = sample.random(data.channels, 5);
          long runningVar = sample.random(data.channels, 6);
          double[] oldMean = sample.read(runningMean, data.channels);
          double[] oldVar = sample.read(runningVar, data.channels);
          BatchNorm.train(rows, data.x, data.weight, data.bias, y, mean, invstd, runningMean, runningVar, data.batch,
              data.channels, data.spatial, MOMENTUM, EPS);
          long dx = sample.room(data.size);
          long dweight = affine ? sample.room(data.channels) : 0;
          long dbias = affine ? sample.room(data.channels) : 0;
          BatchNorm.trainBackward(rows, data.g, data.x, data.weight, mean, invstd, dx, dweight, dbias, data.batch,
              data.channels, data.spatial);
          for (int c = 0; c < data.channels; c++) {
            // A channel is one row of a layer norm with a constant weight and bias.
            Normalized expected = data.channel(c);
            int n = data.batch * data.spatial;
            sample.assertClose(data.channelOf(y, c), expected.y, 40, 1);
            sample.assertClose(data.channelOf(dx, c), expected.dx, 200, expected.scale);
            double var = 1 / (expected.rstd[0] * expected.rstd[0]) - EPS;
            sample.assertClose(new double[] {rows.get(mean, c), rows.get(invstd, c)},
                new double[] {expected.mean[0], expected.rstd[0]}, 30, 0.1);
            sample.assertClose(new double[] {rows.get(runningMean, c), rows.get(runningVar, c)},
                new double[] {
                  0.9 * oldMean[c] + 0.1 * expected.mean[0], 0.9 * oldVar[c] + 0.1 * var * n / (n - 1)
                },
                30, 0.1);
            if (affine) {
              sample.assertClose(new double[] {rows.get(dweight, c), rows.get(dbias, c)},
                  new double[] {Reference.sum(expected.dweight), Reference.sum(expected.dbias)}, 300, Math.sqrt(n));
            }
          }
          sample.read(y, data.size);
          sample.read(dx, data.size);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("loops")
  void evaluationUsesTheRunningStatistics(Rows rows) {
    for (int[] shape : SHAPES) {
      try (Sample sample = Sample.of(rows)) {
        var data = new Data(sample, shape, true);
        long runningMean = sample.random(data.channels, 5);
        long runningVar = sample.random(data.channels, 6);
        for (int c = 0; c < data.channels; c++) {
          rows.put(runningVar, c, 0.5 + Math.abs(rows.get(runningVar, c)));
        }
        long y = sample.room(data.size);
        BatchNorm.evaluate(rows, data.x, data.weight, data.bias, y, runningMean, runningVar, data.batch, data.channels,
            data.spatial, EPS);
        long dx = sample.room(data.size);
        long dweight = sample.room(data.channels);
        long dbias = sample.room(data.channels);
        BatchNorm.evaluateBackward(rows, data.g, data.x, data.weight, runningMean, runningVar, dx, dweight, dbias,
            data.batch, data.channels, data.spatial, EPS);
        for (int c = 0; c < data.channels; c++) {
          double mean = rows.get(runningMean, c);
          double invstd = 1 / Math.sqrt(rows.get(runningVar, c) + EPS);
          double w = rows.get(data.weight, c);
          double b = rows.get(data.bias, c);
          double[] x = data.channelOf(data.x, c);
          double[] g = data.channelOf(data.g, c);
          double[] expectedY = new double[x.length];
          double[] expectedDx = new double[x.length];
          double[] products = new double[x.length];
          for (int i = 0; i < x.length; i++) {
            expectedY[i] = (x[i] - mean) * invstd * w + b;
            expectedDx[i] = g[i] * invstd * w;
            products[i] = g[i] * (x[i] - mean) * invstd;
          }
          sample.assertClose(data.channelOf(y, c), expectedY, 20, 2);
          sample.assertClose(data.channelOf(dx, c), expectedDx, 8, 0);
          sample.assertClose(new double[] {rows.get(dweight, c), rows.get(dbias, c)},
              new double[] {Reference.sum(products), Reference.sum(g)}, 300, Math.sqrt(x.length));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("loops")
  void statisticsFarFromZeroKeepTheirDigits(Rows rows) {
    for (int[] shape : new int[][] {{2, 1, 5000}, {5000, 2, 1}}) {
      try (Sample sample = Sample.of(rows)) {
        var data = new Data(sample, shape, false);
        for (int i = 0; i < data.size; i++) {
          rows.put(data.x, i, 10_000 + i / 2 % 2);
        }
        long y = sample.room(data.size);
        long statistics = sample.room(4);
        BatchNorm.train(rows, data.x, 0, 0, y, statistics, statistics + 2L * rows.bytes(), 0, 0, data.batch,
            data.channels, data.spatial, MOMENTUM, EPS);
        assertThat(rows.get(statistics, 0)).isBetween(10_000.49, 10_000.51);
        assertThat(rows.get(statistics, 2)).isBetween(1.999, 2.001);
      }
    }
  }

  /// Random tensors of one shape.
  private static final class Data {
    final Sample sample;
    final int batch;
    final int channels;
    final int spatial;
    final int size;
    final long x;
    final long g;
    final long weight;
    final long bias;

    Data(Sample sample, int[] shape, boolean affine) {
      this.sample = sample;
      batch = shape[0];
      channels = shape[1];
      spatial = shape[2];
      size = batch * channels * spatial;
      x = sample.random(size, 1);
      g = sample.random(size, 2);
      weight = affine ? sample.random(channels, 3) : 0;
      bias = affine ? sample.random(channels, 4) : 0;
    }

    /// The values of one channel, of all samples.
    double[] channelOf(long tensor, int c) {
      double[] values = new double[batch * spatial];
      for (int b = 0; b < batch; b++) {
        for (int s = 0; s < spatial; s++) {
          values[b * spatial + s] = sample.rows().get(tensor, (b * channels + c) * spatial + s);
        }
      }
      return values;
    }

    Normalized channel(int c) {
      double[] values = channelOf(x, c);
      double[] w = new double[values.length];
      double[] b = new double[values.length];
      java.util.Arrays.fill(w, weight == 0 ? 1 : sample.rows().get(weight, c));
      java.util.Arrays.fill(b, bias == 0 ? 0 : sample.rows().get(bias, c));
      return new Normalized(values, w, b, channelOf(g, c), 1, values.length, true);
    }
  }
}
