package jtorch.cpu.kernel;

import static java.lang.Double.NEGATIVE_INFINITY;
import static java.lang.Double.NaN;
import static java.lang.Double.POSITIVE_INFINITY;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SoftmaxTest {
  private static final int OUTER = 2;

  private interface Kernel {
    void run(Rows rows, long x, long y, long outer, long n, long inner);
  }

  private interface Backward {
    void run(Rows rows, long g, long y, long dx, long outer, long n, long inner);
  }

  static Stream<Rows> loops() {
    return Sample.loops();
  }

  private static void agree(Rows rows, Kernel kernel, Reference.RowToRow definition, double units, double scale) {
    for (int n : Sample.SIZES) {
      for (int inner : new int[] {1, 3, 16, 50, 100}) {
        if (n * inner > 100_000) {
          continue;
        }
        try (Sample sample = Sample.of(rows)) {
          int count = OUTER * n * inner;
          long x = sample.random(count, n + inner);
          rows.scale(x, x, count, 5);
          long y = sample.room(count);
          kernel.run(rows, x, y, OUTER, n, inner);
          double[] expected = Reference.map(sample.read(x, count), OUTER, n, inner, definition);
          sample.assertClose(sample.read(y, count), expected, units, scale);
          kernel.run(rows, x, x, OUTER, n, inner);
          assertThat(sample.read(x, count)).as("in place").isEqualTo(sample.read(y, count));
        }
      }
    }
  }

  private static void agree(Rows rows, Backward kernel, Kernel forward, Reference.TwoRowsToRow definition,
      double units) {
    for (int n : Sample.SIZES) {
      for (int inner : new int[] {1, 3, 16, 50, 100}) {
        if (n * inner > 100_000) {
          continue;
        }
        try (Sample sample = Sample.of(rows)) {
          int count = OUTER * n * inner;
          long g = sample.random(count, n);
          long y = sample.random(count, inner);
          forward.run(rows, y, y, OUTER, n, inner);
          long dx = sample.room(count);
          kernel.run(rows, g, y, dx, OUTER, n, inner);
          double[] expected =
              Reference.map(sample.read(g, count), sample.read(y, count), OUTER, n, inner, definition);
          sample.assertClose(sample.read(dx, count), expected, units, 1);
          kernel.run(rows, g, y, g, OUTER, n, inner);
          assertThat(sample.read(g, count)).as("in place").isEqualTo(sample.read(dx, count));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("loops")
  void softmaxIsThatOfTheDefinition(Rows rows) {
    agree(rows, Softmax::softmax, Reference::softmax, 100, 0x1p-100);
  }

  @ParameterizedTest
  @MethodSource("loops")
  void logSoftmaxIsThatOfTheDefinition(Rows rows) {
    agree(rows, Softmax::logSoftmax, Reference::logSoftmax, 10, 8);
  }

  @ParameterizedTest
  @MethodSource("loops")
  void gradientsAreThoseOfTheDefinition(Rows rows) {
    agree(rows, Softmax::softmaxBackward, Softmax::softmax, Reference::softmaxBackward, 10);
    agree(rows, Softmax::logSoftmaxBackward, Softmax::logSoftmax, Reference::logSoftmaxBackward, 250);
  }

  @ParameterizedTest
  @MethodSource("loops")
  void maskedAndBrokenRows(Rows rows) {
    for (int inner : new int[] {1, 3}) {
      for (int n : new int[] {3, 40}) {
        try (Sample sample = Sample.of(rows)) {
          long y = sample.room((long) n * inner);
          long x = sample.values(new double[n * inner]);
          rows.put(x, 0, NEGATIVE_INFINITY);
          rows.put(x, inner, -200);
          Softmax.softmax(rows, x, y, 1, n, inner);
          assertThat(rows.get(y, 0)).isEqualTo(0);
          assertThat(rows.get(y, inner)).isLessThan(1e-80);
          Softmax.logSoftmax(rows, x, y, 1, n, inner);
          assertThat(rows.get(y, 0)).isEqualTo(NEGATIVE_INFINITY);
          assertThat(rows.get(y, inner)).isBetween(-205.0, -200.0);

          for (double broken : new double[] {NaN, POSITIVE_INFINITY}) {
            rows.put(x, 2L * inner, broken);
            Softmax.softmax(rows, x, y, 1, n, inner);
            assertThat(rows.get(y, 2L * inner)).isNaN();
            Softmax.logSoftmax(rows, x, y, 1, n, inner);
            assertThat(rows.get(y, 2L * inner)).isNaN();
          }
          rows.fill(x, (long) n * inner, NEGATIVE_INFINITY);
          Softmax.softmax(rows, x, y, 1, n, inner);
          assertThat(sample.read(y, (long) n * inner)).containsOnly(NaN);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("loops")
  void emptyTensors(Rows rows) {
    Softmax.softmax(rows, 0, 0, 3, 0, 1);
    Softmax.softmax(rows, 0, 0, 3, 0, 5);
    Softmax.logSoftmaxBackward(rows, 0, 0, 0, 0, 4, 5);
  }
}
