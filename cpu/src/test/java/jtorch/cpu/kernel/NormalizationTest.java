package jtorch.cpu.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NormalizationTest {
  private static final double EPS = 1e-5;

  static Stream<Rows> loops() {
    return Sample.loops();
  }

  @ParameterizedTest
  @MethodSource("loops")
  void layerNormIsThatOfTheDefinition(Rows rows) {
    for (int n : Sample.SIZES) {
      for (int count : new int[] {1, 5, 130}) {
        if (n * count > 100_000) {
          continue;
        }
        for (boolean affine : new boolean[] {true, false}) {
          try (Sample sample = Sample.of(rows)) {
            long x = sample.random((long) count * n, n);
            long g = sample.random((long) count * n, count);
            long weight = affine ? sample.random(n, 1) : 0;
            long bias = affine ? sample.random(n, 2) : 0;
            long y = sample.room((long) count * n);
            long mean = sample.room(count);
            long rstd = sample.room(count);
            Normalization.layerNorm(rows, x, weight, bias, y, mean, rstd, count, n, EPS);
            var expected = new Normalized(
                sample.read(x, count * n), affine ? sample.read(weight, n) : null,
                affine ? sample.read(bias, n) : null, sample.read(g, count * n), count, n, true);
            sample.assertClose(sample.read(y, count * n), expected.y, 60, 1);
            sample.assertClose(sample.read(mean, count), expected.mean, 4, 1);
            sample.assertClose(sample.read(rstd, count), expected.rstd, n == 1 ? 1 : 30, 1);

            if (n == 1) { // rstd is 316 then, and gradients are nothing but rounding
              continue;
            }
            long dx = sample.room((long) count * n);
            long dweight = affine ? sample.room(n) : 0;
            long dbias = affine ? sample.room(n) : 0;
            Normalization.layerNormBackward(rows, g, x, mean, rstd, weight, dx, dweight, dbias, count, n);
            sample.assertClose(sample.read(dx, count * n), expected.dx, 200, expected.scale);
            if (affine) {
              sample.assertClose(sample.read(dweight, n), expected.dweight, 100, Math.sqrt(count));
              sample.assertClose(sample.read(dbias, n), expected.dbias, 30, Math.sqrt(count));
            }
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("loops")
  void rmsNormIsThatOfTheDefinition(Rows rows) {
    for (int n : Sample.SIZES) {
      int count = 20;
      try (Sample sample = Sample.of(rows)) {
        long x = sample.random((long) count * n, n);
        long g = sample.random((long) count * n, 3);
        long weight = sample.random(n, 1);
        long y = sample.room((long) count * n);
        long rstd = sample.room(count);
        Normalization.rmsNorm(rows, x, weight, y, rstd, count, n, EPS);
        var expected = new Normalized(
            sample.read(x, count * n), sample.read(weight, n), null, sample.read(g, count * n), count, n, false);
        sample.assertClose(sample.read(y, count * n), expected.y, 60, 1);
        sample.assertClose(sample.read(rstd, count), expected.rstd, 30, 1);
        long dx = sample.room((long) count * n);
        long dweight = sample.room(n);
        Normalization.rmsNormBackward(rows, g, x, rstd, weight, dx, dweight, count, n);
        sample.assertClose(sample.read(dx, count * n), expected.dx, 200, expected.scale);
        sample.assertClose(sample.read(dweight, n), expected.dweight, 100, Math.sqrt(count));
        Normalization.rmsNorm(rows, x, 0, y, rstd, count, n, EPS);
        for (int r = 0; n > 1 && r < count; r++) {
          assertThat(rows.sumSquares(y + (long) r * n * rows.bytes(), n, 0) / n).isBetween(0.9, 1.0001);
        }
      }
    }
  }

  /// One backward result may be wanted without the others.
  @ParameterizedTest
  @MethodSource("loops")
  void backwardResultsAreOptional(Rows rows) {
    int count = 40;
    int n = 33;
    try (Sample sample = Sample.of(rows)) {
      long x = sample.random(count * n, 1);
      long g = sample.random(count * n, 2);
      long weight = sample.random(n, 3);
      long mean = sample.random(count, 4);
      long rstd = sample.random(count, 5);
      long dx = sample.room(count * n);
      long dweight = sample.room(n);
      long dbias = sample.room(n);
      Normalization.layerNormBackward(rows, g, x, mean, rstd, weight, dx, dweight, dbias, count, n);
      long only = sample.room(count * n);
      Normalization.layerNormBackward(rows, g, x, mean, rstd, weight, only, 0, 0, count, n);
      assertThat(sample.read(only, count * n)).isEqualTo(sample.read(dx, count * n));
      long onlyBias = sample.room(n);
      Normalization.layerNormBackward(rows, g, x, mean, rstd, weight, 0, 0, onlyBias, count, n);
      assertThat(sample.read(onlyBias, n)).isEqualTo(sample.read(dbias, n));
    }
  }

  @ParameterizedTest
  @MethodSource("loops")
  void groupNormIsThatOfTheDefinition(Rows rows) {
    for (int[] shape : new int[][] {{2, 3, 4, 10}, {1, 1, 16, 207}, {3, 5, 1, 13}, {2, 4, 8, 1}}) {
      int batch = shape[0];
      int groups = shape[1];
      int channels = shape[2];
      int spatial = shape[3];
      int all = groups * channels;
      int n = channels * spatial;
      int size = batch * groups * n;
      try (Sample sample = Sample.of(rows)) {
        long x = sample.random(size, 1);
        long g = sample.random(size, 2);
        long weight = sample.random(all, 3);
        long bias = sample.random(all, 4);
        long y = sample.room(size);
        long mean = sample.room(batch * groups);
        long rstd = sample.room(batch * groups);
        Normalization.groupNorm(rows, x, weight, bias, y, mean, rstd, batch, groups, channels, spatial, EPS);
        long dx = sample.room(size);
        long dweight = sample.room(all);
        long dbias = sample.room(all);
        Normalization.groupNormBackward(
            rows, g, x, mean, rstd, weight, dx, dweight, dbias, batch, groups, channels, spatial);

        // Each group is a layer norm whose weights are the channels', repeated over the places.
        double[] dweights = new double[all];
        double[] dbiases = new double[all];
        for (int i = 0; i < batch * groups; i++) {
          int first = i % groups * channels;
          var expected = new Normalized(
              Arrays.copyOfRange(sample.read(x, size), i * n, (i + 1) * n),
              spread(sample.read(weight, all), first, channels, spatial),
              spread(sample.read(bias, all), first, channels, spatial),
              Arrays.copyOfRange(sample.read(g, size), i * n, (i + 1) * n), 1, n, true);
          sample.assertClose(Arrays.copyOfRange(sample.read(y, size), i * n, (i + 1) * n), expected.y, 60, 1);
          sample.assertClose(
              Arrays.copyOfRange(sample.read(dx, size), i * n, (i + 1) * n), expected.dx, 200, expected.scale);
          for (int j = 0; j < n; j++) {
            dweights[first + j / spatial] += expected.dweight[j];
            dbiases[first + j / spatial] += expected.dbias[j];
          }
        }
        sample.assertClose(sample.read(dweight, all), dweights, 200, Math.sqrt(batch * spatial));
        sample.assertClose(sample.read(dbias, all), dbiases, 30, Math.sqrt(batch * spatial));
      }
    }
  }

  private static double[] spread(double[] values, int first, int channels, int spatial) {
    return Arrays.stream(values, first, first + channels)
        .flatMap(v -> Arrays.stream(new double[spatial]).map(zero -> v))
        .toArray();
  }

  @ParameterizedTest
  @MethodSource("loops")
  void emptyTensors(Rows rows) {
    try (Sample sample = Sample.of(rows)) {
      long dweight = sample.room(5);
      Normalization.layerNorm(rows, 0, 0, 0, 0, 0, 0, 0, 5, EPS);
      Normalization.layerNormBackward(rows, 0, 0, 0, 0, 0, 0, dweight, 0, 0, 5);
      assertThat(sample.read(dweight, 5)).containsOnly(0);
    }
  }
}
