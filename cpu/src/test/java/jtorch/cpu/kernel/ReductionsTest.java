package jtorch.cpu.kernel;

import static java.lang.Double.NEGATIVE_INFINITY;
import static java.lang.Double.NaN;
import static java.lang.Double.POSITIVE_INFINITY;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.Stream;
import jtorch.cpu.Parallel;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ReductionsTest {
  private static final int OUTER = 2;

  private interface Kernel {
    void run(Rows rows, long x, long out, long outer, long n, long inner);
  }

  static Stream<Rows> loops() {
    return Sample.loops();
  }

  private static void agree(Rows rows, Kernel kernel, Reference.RowToNumber definition, double units) {
    for (int n : Sample.SIZES) {
      for (int inner : Sample.INNERS) {
        try (Sample sample = Sample.of(rows)) {
          long x = sample.random((long) OUTER * n * inner, n + inner);
          long out = sample.room(OUTER * inner);
          kernel.run(rows, x, out, OUTER, n, inner);
          double[] values = sample.read(x, OUTER * n * inner);
          double[] expected = Reference.reduce(values, OUTER, n, inner, definition);
          sample.assertClose(sample.read(out, OUTER * inner), expected, units, 1);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("loops")
  void sumsAreThoseOfTheDefinition(Rows rows) {
    agree(rows, Reductions::sum, Reference::sum, 300);
    agree(rows, Reductions::mean, x -> Reference.sum(x) / x.length, 40);
  }

  @ParameterizedTest
  @MethodSource("loops")
  void productsAreThoseOfTheDefinition(Rows rows) {
    agree(rows, Reductions::prod, Reference::product, 4200);
  }

  @ParameterizedTest
  @MethodSource("loops")
  void extremesAreThoseOfTheDefinition(Rows rows) {
    agree(rows, Reductions::max, Reference::max, 0);
    agree(rows, Reductions::min, Reference::min, 0);
  }

  @ParameterizedTest
  @MethodSource("loops")
  void normsAreThoseOfTheDefinition(Rows rows) {
    for (double p : new double[] {0, 1, 2, 3, 0.5, POSITIVE_INFINITY, NEGATIVE_INFINITY}) {
      agree(rows, (r, x, out, outer, n, inner) -> Reductions.norm(r, x, out, outer, n, inner, p),
          x -> Reference.norm(x, p), 130);
    }
  }

  @ParameterizedTest
  @MethodSource("loops")
  void variancesAreThoseOfTheDefinition(Rows rows) {
    agree(rows, (r, x, out, outer, n, inner) -> Reductions.variance(r, x, 0, out, outer, n, inner, 0, false),
        x -> Reference.variance(x, 0), 60);
    agree(rows, (r, x, out, outer, n, inner) -> Reductions.variance(r, x, 0, out, outer, n, inner, 1, true),
        x -> Math.sqrt(Reference.variance(x, 1)), 60);
  }

  @ParameterizedTest
  @MethodSource("loops")
  void varianceMayKeepTheMean(Rows rows) {
    try (Sample sample = Sample.of(rows)) {
      int n = 702;
      for (int inner : Sample.INNERS) {
        long x = sample.random((long) OUTER * n * inner, 1);
        long mean = sample.room(OUTER * inner);
        long out = sample.room(OUTER * inner);
        Reductions.variance(rows, x, mean, out, OUTER, n, inner, 1, false);
        double[] expected =
            Reference.reduce(sample.read(x, OUTER * n * inner), OUTER, n, inner, r -> Reference.sum(r) / n);
        sample.assertClose(sample.read(mean, OUTER * inner), expected, 40, 1);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("loops")
  void varianceOfNumbersFarFromZeroKeepsItsDigits(Rows rows) {
    try (Sample sample = Sample.of(rows)) {
      double[] values = new double[3 * 5000];
      Arrays.setAll(values, i -> 10_000 + i / 3 % 2);
      for (int inner : new int[] {1, 3}) {
        long out = sample.room(inner);
        Reductions.variance(rows, sample.values(values), 0, out, 1, values.length / inner, inner, 0, false);
        for (double v : sample.read(out, inner)) {
          assertThat(v).isBetween(0.2499, 0.2501);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("loops")
  void logSumExpIsThatOfTheDefinition(Rows rows) {
    agree(rows, Reductions::logSumExp, Reference::logSumExp, 20);
  }

  @ParameterizedTest
  @MethodSource("loops")
  void placesAreThoseOfTheDefinition(Rows rows) {
    for (int n : Sample.SIZES) {
      for (int inner : Sample.INNERS) {
        try (Sample sample = Sample.of(rows)) {
          long x = sample.random((long) OUTER * n * inner, n + inner);
          for (int i = 0; i < OUTER * n * inner; i++) { // many equal ones, so that the first matters
            rows.put(x, i, Math.rint(rows.get(x, i) * 2));
          }
          double[] values = sample.read(x, OUTER * n * inner);
          long index = sample.bytes(OUTER * inner * 8L);
          long extreme = sample.room(OUTER * inner);
          Reductions.argmax(rows, x, extreme, index, OUTER, n, inner);
          assertThat(sample.readLongs(index, OUTER * inner))
              .containsExactly(longs(Reference.reduce(values, OUTER, n, inner, Reference::argmax)));
          assertThat(sample.read(extreme, OUTER * inner))
              .containsExactly(Reference.reduce(values, OUTER, n, inner, Reference::max));
          Reductions.argmin(rows, x, 0, index, OUTER, n, inner);
          Reference.RowToNumber argmin = r -> Reference.argmax(Arrays.stream(r).map(v -> -v).toArray());
          assertThat(sample.readLongs(index, OUTER * inner))
              .containsExactly(longs(Reference.reduce(values, OUTER, n, inner, argmin)));
        }
      }
    }
  }

  private static long[] longs(double[] values) {
    return Arrays.stream(values).mapToLong(v -> (long) v).toArray();
  }

  @ParameterizedTest
  @MethodSource("loops")
  void extremesAndPlacesFollowNaN(Rows rows) {
    for (int n : new int[] {4, 13, 207, 4098, 70_000}) {
      for (int inner : new int[] {1, 3, 70}) {
        if (n * inner > 1_000_000) {
          continue;
        }
        for (int at : new int[] {0, n / 2, n - 1}) {
          try (Sample sample = Sample.of(rows)) {
            long x = sample.random((long) n * inner, n);
            rows.put(x, (long) at * inner, NaN);
            rows.put(x, (long) (n - 1) * inner, NaN);
            long out = sample.room(inner);
            long index = sample.bytes(inner * 8L);
            Reductions.max(rows, x, out, 1, n, inner);
            assertThat(sample.read(out, inner)[0]).isNaN();
            Reductions.min(rows, x, out, 1, n, inner);
            assertThat(sample.read(out, inner)[0]).isNaN();
            Reductions.argmax(rows, x, 0, index, 1, n, inner);
            assertThat(sample.readLongs(index, inner)[0]).isEqualTo(at);
            Reductions.argmin(rows, x, out, index, 1, n, inner);
            assertThat(sample.readLongs(index, inner)[0]).isEqualTo(at);
            assertThat(Arrays.stream(sample.read(out, inner)).skip(1)).doesNotContain(NaN);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("loops")
  void infinitiesAreNumbers(Rows rows) {
    try (Sample sample = Sample.of(rows)) {
      double[] values = new double[100];
      values[17] = POSITIVE_INFINITY;
      values[63] = NEGATIVE_INFINITY;
      long x = sample.values(values);
      long out = sample.room(1);
      Reductions.max(rows, x, out, 1, 100, 1);
      assertThat(rows.get(out, 0)).isEqualTo(POSITIVE_INFINITY);
      Reductions.min(rows, x, out, 1, 100, 1);
      assertThat(rows.get(out, 0)).isEqualTo(NEGATIVE_INFINITY);
      Reductions.sum(rows, x, out, 1, 100, 1);
      assertThat(rows.get(out, 0)).isNaN();
      Reductions.logSumExp(rows, x, out, 1, 100, 1);
      assertThat(rows.get(out, 0)).isEqualTo(POSITIVE_INFINITY);
      rows.fill(x, 100, NEGATIVE_INFINITY);
      for (int inner : new int[] {1, 4}) {
        long all = sample.room(inner);
        Reductions.logSumExp(rows, x, all, 1, 100 / inner, inner);
        assertThat(sample.read(all, inner)).containsOnly(NEGATIVE_INFINITY);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("loops")
  void nothingGivesTheNeutralNumber(Rows rows) {
    try (Sample sample = Sample.of(rows)) {
      for (int inner : Sample.INNERS) {
        long out = sample.room(2 * inner);
        Reductions.sum(rows, 0, out, 2, 0, inner);
        assertThat(sample.read(out, 2 * inner)).containsOnly(0);
        Reductions.prod(rows, 0, out, 2, 0, inner);
        assertThat(sample.read(out, 2 * inner)).containsOnly(1);
        Reductions.mean(rows, 0, out, 2, 0, inner);
        assertThat(sample.read(out, 2 * inner)).containsOnly(NaN);
        Reductions.norm(rows, 0, out, 2, 0, inner, POSITIVE_INFINITY);
        assertThat(sample.read(out, 2 * inner)).containsOnly(0);
        Reductions.logSumExp(rows, 0, out, 2, 0, inner);
        assertThat(sample.read(out, 2 * inner)).containsOnly(NEGATIVE_INFINITY);
        Reductions.variance(rows, 0, 0, out, 2, 0, inner, 1, false);
        assertThat(sample.read(out, 2 * inner)).containsOnly(NaN);
      }
      Reductions.sum(rows, 0, 0, 0, 5, 1);
      Reductions.sum(rows, 0, 0, 5, 5, 0);
    }
  }

  @ParameterizedTest
  @MethodSource("loops")
  void longSumsAreAccurateAndTheSameForAnyNumberOfThreads(Rows rows) {
    int n = 1_000_003;
    try (Sample sample = Sample.of(rows)) {
      long x = sample.random(n, 7);
      for (int i = 0; i < n; i++) {
        rows.put(x, i, Math.abs(rows.get(x, i)) + 1);
      }
      double exact = Reference.sum(sample.read(x, n));
      int threads = Parallel.threads();
      for (int inner : new int[] {1, 7, 101}) {
        double[][] sums = new double[2][];
        for (int t = 0; t < 2; t++) {
          Parallel.setThreads(1 + 2 * t);
          try {
            long out = sample.room(inner);
            Reductions.sum(rows, x, out, 1, n / inner, inner);
            sums[t] = sample.read(out, inner);
          } finally {
            Parallel.setThreads(threads);
          }
        }
        assertThat(sums[0]).containsExactly(sums[1]);
        assertThat(Reference.sum(sums[0]) / exact).isBetween(1 - 1e-4, 1.000001);
      }
      long out = sample.room(1);
      Reductions.sum(rows, x, out, 1, n, 1);
      sample.assertClose(sample.read(out, 1), new double[] {exact}, 64, 0);
      long index = sample.bytes(8);
      rows.put(x, 900_000, 1e6);
      Reductions.argmax(rows, x, out, index, 1, n, 1);
      assertThat(sample.readLongs(index, 1)).containsExactly(900_000);
    }
  }
}
