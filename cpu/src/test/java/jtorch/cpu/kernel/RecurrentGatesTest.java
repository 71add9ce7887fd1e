package jtorch.cpu.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The vector loops of gates against their twin, on rows with and without whole vectors, and on large and tiny arguments.
class RecurrentGatesTest {
  private static final int BLOCKS = 4;

  private record Memory(Sample sample, long gates, long hidden, long c, long cells, long h, long dgates, long dhidden,
      long n) {
    static Memory of(long n) {
      Sample sample = Sample.of(Rows.f32());
      long gates = sample.random(BLOCKS * n, 1);
      Rows.f32().scale(gates, gates, BLOCKS * n, 6);
      Rows.f32().scale(gates, gates, n / 2, 1e-3);
      return new Memory(sample, gates, sample.random(BLOCKS * n, 2), sample.random(n, 3), sample.random(n, 4),
          sample.random(n, 5), sample.random(BLOCKS * n, 6), sample.random(BLOCKS * n, 7), n);
    }
  }

  private static void same(long n, Step step) {
    Memory fast = Memory.of(n);
    Memory plain = Memory.of(n);
    try (Sample a = fast.sample; Sample b = plain.sample) {
      step.run(RecurrentGates.of(false), fast);
      step.run(new PlainRecurrentGates(), plain);
      compare(fast.gates, plain.gates, BLOCKS * n);
      compare(fast.c, plain.c, n);
      compare(fast.cells, plain.cells, n);
      compare(fast.h, plain.h, n);
      compare(fast.dgates, plain.dgates, BLOCKS * n);
      compare(fast.dhidden, plain.dhidden, BLOCKS * n);
    }
  }

  private interface Step {
    void run(RecurrentGates gates, Memory m);
  }

  /// Slopes as `1 - tanh^2` lose digits in float32 that the twin, in float64 within a formula, keeps.
  private static void compare(long a, long b, long n) {
    for (long i = 0; i < n; i++) {
      double wanted = Rows.f32().get(b, i);
      assertThat(Rows.f32().get(a, i)).isCloseTo(wanted, within(1e-6 + 1e-5 * Math.abs(wanted)));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 15, 16, 37, 64})
  void vectorsGiveWhatTheTwinGives(long n) {
    same(n, (g, m) -> g.lstm(m.gates, m.c, m.cells, m.h, n));
    same(n, (g, m) -> g.lstmBackward(m.gates, m.cells, m.c, m.h, m.hidden, m.dgates, n));
    same(n, (g, m) -> g.gru(m.gates, m.hidden, m.h, n));
    same(n, (g, m) -> g.gruBackward(m.gates, m.hidden, m.c, m.h, m.dgates, m.dhidden, n));
    same(n, (g, m) -> g.plain(true, m.gates, m.h, n));
    same(n, (g, m) -> g.plain(false, m.gates, m.h, n));
    same(n, (g, m) -> g.plainBackward(true, m.c, m.h, m.dgates, n));
    same(n, (g, m) -> g.plainBackward(false, m.c, m.h, m.dgates, n));
  }
}
