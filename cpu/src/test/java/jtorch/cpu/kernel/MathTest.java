package jtorch.cpu.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The vector loops' own `exp` and `log`.
class MathTest {
  private static final int COUNT = 100_003;

  static Stream<Rows> loops() {
    return Stream.of(Rows.f32(), Rows.f64());
  }

  @ParameterizedTest
  @MethodSource("loops")
  void expIsThatOfJavaForNumbersThatAreNotPositive(Rows rows) {
    double least = rows.bytes() == Float.BYTES ? -87.3 : -708.3;
    double rounding = rows.bytes() == Float.BYTES ? 2e-7 : 3e-16;
    double byMagnitude = rows.bytes() == Float.BYTES ? 3e-9 : 0;
    try (Sample sample = Sample.of(rows)) {
      long x = sample.room(COUNT);
      for (int i = 0; i < COUNT; i++) {
        rows.put(x, i, least * i / COUNT);
      }
      long y = sample.room(COUNT);
      rows.exp(y, x, COUNT, 0);
      for (int i = 0; i < COUNT; i++) {
        double argument = rows.get(x, i);
        double error = rows.get(y, i) / Math.exp(argument) - 1;
        if (!(Math.abs(error) <= rounding - argument * byMagnitude)) {
          throw new AssertionError("exp(%s) is off by %s".formatted(argument, error));
        }
      }
      long special = sample.values(0, -0.0, 10 * least, Double.NEGATIVE_INFINITY, Double.NaN);
      rows.exp(special, special, 5, 0);
      assertThat(sample.read(special, 5)).containsExactly(1, 1, 0, 0, Double.NaN);
    }
  }

  @ParameterizedTest
  @MethodSource("loops")
  void logIsThatOfJava(Rows rows) {
    double rounding = rows.bytes() == Float.BYTES ? 1.5e-7 : 3e-16;
    try (Sample sample = Sample.of(rows)) {
      long x = sample.room(COUNT);
      for (int i = 0; i < COUNT; i++) {
        rows.put(x, i, i < COUNT / 2 ? 1 + 4.0 * i / COUNT : Math.pow(2, 100.0 * i / COUNT));
      }
      long y = sample.room(COUNT);
      rows.log(y, x, COUNT);
      for (int i = 0; i < COUNT; i++) {
        double expected = Math.log(rows.get(x, i));
        if (!(Math.abs(rows.get(y, i) - expected) <= rounding * Math.max(expected, 1e-30))) {
          throw new AssertionError("log(%s) is %s, expected %s".formatted(rows.get(x, i), rows.get(y, i), expected));
        }
      }
      long special = sample.values(1, Double.POSITIVE_INFINITY, Double.NaN);
      rows.log(special, special, 3);
      assertThat(sample.read(special, 3)).containsExactly(0, Double.POSITIVE_INFINITY, Double.NaN);
    }
  }
}
