package jtorch.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Times several sides at the same work by turns, sample by sample, so that whatever else the machine does meets all alike.
///
/// Each side is warmed up first, until it gets no faster. A sample is so many repetitions as take [#SAMPLE_NANOS], and
/// comes after a pause in which the threads of the side before go to sleep, and after one repetition that is not timed.
final class Alternation {
  private static final long SAMPLE_NANOS = 10_000_000;
  /// OpenMP's threads look for work for some milliseconds after each call, which would slow whoever comes next.
  private static final long PAUSE_MILLIS = 10;
  /// Work beyond this is not repeated only to fill the caches.
  private static final long LONG_NANOS = 100_000_000;
  private static final int LEAST_ROUNDS = 7;
  private static final int MOST_ROUNDS = 101;
  private static final Duration MOST_WARM_UP = Duration.ofSeconds(8);
  /// How far two sides may differ in the mean of their results: float32 summed in different orders, and steps of training
  /// that make more of it.
  private static final double TOLERANCE = 1e-3;

  private final List<? extends Side> sides;
  private final Duration time;

  /// @param time how long to measure one benchmark, all sides together and without the warm-up
  Alternation(List<? extends Side> sides, Duration time) {
    this.sides = sides;
    this.time = time;
  }

  /// The times of each side.
  ///
  /// @throws IllegalStateException if the sides do not compute the same
  List<Sampling> measure(Benchmark benchmark, int threads) {
    try {
      double[] checks = sides.stream().mapToDouble(side -> side.prepare(benchmark, threads)).toArray();
      for (int i = 1; i < checks.length; i++) {
        if (!(Math.abs(checks[i] - checks[0]) <= TOLERANCE * Math.abs(checks[i]))) throw new IllegalStateException(
            "the results differ: their mean is %s in %s and %s in %s".formatted(checks[0], sides.getFirst().title(),
                checks[i], sides.get(i).title()));
      }
      long[] repetitions = sides.stream().mapToLong(this::warmUp).toArray();
      var samples = new ArrayList<List<Double>>();
      for (int i = 0; i < sides.size(); i++) samples.add(new ArrayList<>());
      long start = System.nanoTime();
      for (int round = 0; round < LEAST_ROUNDS
          || round < MOST_ROUNDS && System.nanoTime() - start < time.toNanos(); round++) {
        for (int i = 0; i < sides.size(); i++) {
          samples.get(i).add(sample(sides.get(i), repetitions[i], round == 0 ? 0 : samples.get(i).getFirst()));
        }
      }
      var result = new ArrayList<Sampling>();
      for (int i = 0; i < sides.size(); i++) result.add(new Sampling(repetitions[i], samples.get(i)));
      return result;
    } finally {
      for (Side side : sides) side.release();
    }
  }

  private static double sample(Side side, long repetitions, double expected) {
    pause();
    if (expected < LONG_NANOS) side.run(1);
    return side.run(repetitions) / (double) repetitions;
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /// Runs until the last five samples hold no new best and the side has settled, at least a quarter of the measuring
  /// time and at most two and a half of it, or [#MOST_WARM_UP] where the measuring time is short; gives the repetitions
  /// that make a sample.
  private long warmUp(Side side) {
    long start = System.nanoTime();
    long repetitions = 1;
    double best = Double.POSITIVE_INFINITY;
    int sinceBest = 0;
    while (true) {
      double each = side.run(repetitions) / (double) repetitions;
      sinceBest = each < 0.97 * best ? 0 : sinceBest + 1;
      best = Math.min(best, each);
      repetitions = Math.max(1, Math.min((long) Math.ceil(SAMPLE_NANOS / best), 2 * repetitions));
      double share = (System.nanoTime() - start) / (double) time.toNanos();
      boolean late = share > 2.5 && System.nanoTime() - start > MOST_WARM_UP.toNanos();
      if (late || share > 0.25 && sinceBest >= 5 && side.settled()) return repetitions;
    }
  }
}
