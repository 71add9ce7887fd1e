package jtorch.cpu.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CrossEntropyTest {
  private static final int OUTER = 5;
  private static final long IGNORED = -100;

  static Stream<Rows> loops() {
    return Sample.loops();
  }

  @ParameterizedTest
  @MethodSource("loops")
  void lossesAndGradientsAreThoseOfTheDefinition(Rows rows) {
    for (int n : new int[] {1, 4, 10, 16, 207, 702}) {
      for (int inner : new int[] {1, 3, 16, 50, 100}) {
        for (boolean weighted : new boolean[] {false, true}) {
          try (Sample sample = Sample.of(rows)) {
            int count = OUTER * inner;
            long x = sample.random(count * n, n);
            rows.scale(x, x, count * n, 5);
            long[] targets = new Random(inner).ints(count, -1, n).mapToLong(t -> t < 0 ? IGNORED : t).toArray();
            long target = sample.longs(targets);
            long weight = weighted ? sample.random(n, 3) : 0;
            long g = sample.random(count, 4);

            long loss = sample.room(count);
            long logSum = sample.bytes(count * 8L);
            CrossEntropy.crossEntropy(rows, x, target, weight, loss, logSum, OUTER, n, inner, IGNORED);
            long dx = sample.room(count * n);
            CrossEntropy.crossEntropyBackward(rows, g, x, target, weight, logSum, dx, OUTER, n, inner, IGNORED);

            double[] xs = sample.read(x, count * n);
            double[] gs = sample.read(g, count);
            double[] losses = new double[count];
            double[] dxs = new double[count * n];
            double[] likelihoods = new double[count];
            double[] likelihoodDxs = new double[count * n];
            for (int i = 0; i < count; i++) {
              if (targets[i] == IGNORED) {
                continue;
              }
              int t = (int) targets[i];
              double w = weighted ? rows.get(weight, t) : 1;
              double[] row = Reference.row(xs, i / inner, i % inner, n, inner);
              losses[i] = -w * Reference.logSoftmax(row)[t];
              likelihoods[i] = -w * row[t];
              double[] probabilities = Reference.softmax(row);
              for (int k = 0; k < n; k++) {
                int at = (i / inner * n + k) * inner + i % inner;
                dxs[at] = (probabilities[k] - (k == t ? 1 : 0)) * w * gs[i];
                likelihoodDxs[at] = k == t ? -w * gs[i] : 0;
              }
            }
            sample.assertClose(sample.read(loss, count), losses, 20, 1);
            sample.assertClose(sample.read(dx, count * n), dxs, 30, 1);

            CrossEntropy.negativeLogLikelihood(rows, x, target, weight, loss, OUTER, n, inner, IGNORED);
            sample.assertClose(sample.read(loss, count), likelihoods, 1, 0);
            CrossEntropy.negativeLogLikelihoodBackward(rows, g, target, weight, dx, OUTER, n, inner, IGNORED);
            sample.assertClose(sample.read(dx, count * n), likelihoodDxs, 1, 0);
          }
        }
      }
    }
  }

  /// Logits far from 0: the loss and the gradient are small differences of large numbers.
  @ParameterizedTest
  @MethodSource("loops")
  void nearlyCertainClassesKeepTheirDigits(Rows rows) {
    try (Sample sample = Sample.of(rows)) {
      long x = sample.values(1000, 990, 985);
      long loss = sample.room(1);
      long logSum = sample.bytes(8);
      long dx = sample.room(3);
      long target = sample.longs(0);
      CrossEntropy.crossEntropy(rows, x, target, 0, loss, logSum, 1, 3, 1, IGNORED);
      CrossEntropy.crossEntropyBackward(rows, sample.values(1), x, target, 0, logSum, dx, 1, 3, 1, IGNORED);
      double exact = Math.log1p(Math.exp(-10) + Math.exp(-15));
      assertThat(rows.get(loss, 0) / exact).isBetween(0.99, 1.01);
      assertThat(rows.get(dx, 1) / Math.exp(-10)).isBetween(0.999, 1.001);
      assertThat(rows.get(dx, 0)).isBetween(-1.01 * exact - 1e-7, -0.99 * exact + 1e-7);
    }
  }

  @ParameterizedTest
  @MethodSource("loops")
  void emptyTensors(Rows rows) {
    CrossEntropy.crossEntropy(rows, 0, 0, 0, 0, 0, 0, 10, 1, IGNORED);
    CrossEntropy.crossEntropy(rows, 0, 0, 0, 0, 0, 0, 10, 3, IGNORED);
    CrossEntropy.crossEntropyBackward(rows, 0, 0, 0, 0, 0, 0, 0, 10, 3, IGNORED);
    CrossEntropy.negativeLogLikelihoodBackward(rows, 0, 0, 0, 0, 0, 10, 3, IGNORED);
  }
}
