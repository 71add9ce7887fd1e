package jtorch.cpu.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import jdk.incubator.vector.FloatVector;
import jtorch.DType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Sums and softmax in PyTorch's order, to the last digit.
class CascadeTest {
  private static final int LANES = 8;

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 5, 8, 15, 16, 31, 33, 40, 100, 511, 512, 513, 600, 4096, 8191, 8192, 8200, 20_000, 32_768})
  void sumsAreThoseOfTheCascade(int n) {
    assumeTrue(FloatVector.SPECIES_PREFERRED.length() >= LANES);
    Random random = new Random(n);
    float[] x = new float[n];
    for (int i = 0; i < n; i++) x[i] = (float) random.nextGaussian();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocateFrom(ValueLayout.JAVA_FLOAT, x);
      assertThat((float) Rows.of(DType.FLOAT32).cascadeSum(memory.address(), n)).isEqualTo(cascade(x));
    }
  }

  /// The specification: `SumKernel.cpp` of PyTorch, with vectors of eight numbers and rows that need no fourth level.
  private static float cascade(float[] x) {
    int lanes = x.length < LANES ? 1 : LANES;
    int vectors = x.length / lanes;
    float[][] sums = new float[4][lanes];
    int fours = vectors / 4;
    for (int s = 0; s < 4; s++) {
      for (int lane = 0; lane < lanes; lane++) {
        float[] level = new float[3];
        for (int i = 0; i < fours; i++) {
          level[0] += x[(4 * i + s) * lanes + lane];
          if ((i + 1) % 16 == 0) {
            level[1] += level[0];
            level[0] = 0;
          }
          if ((i + 1) % 256 == 0) {
            level[2] += level[1];
            level[1] = 0;
          }
        }
        sums[s][lane] = level[0] + level[1] + level[2];
      }
    }
    for (int i = 4 * fours; i < vectors; i++) {
      for (int lane = 0; lane < lanes; lane++) sums[0][lane] += x[i * lanes + lane];
    }
    float sum = 0;
    for (int i = vectors * lanes; i < x.length; i++) sum += x[i];
    for (int lane = 0; lane < lanes; lane++) {
      sum += sums[0][lane] + sums[1][lane] + sums[2][lane] + sums[3][lane];
    }
    return sum;
  }

  /// `torch.softmax(torch.tensor([0., -0.3, -1.7, -4.1, -9.9]), 0)`, and in float64, as PyTorch 2.13 prints its bits.
  @Test
  void softmaxHasPyTorchsBits() {
    float[] x = {0, -0.3f, -1.7f, -4.1f, -9.9f};
    int[] expected = {0x3f03f346, 0x3ec3809a, 0x3dc0d755, 0x3c0bf408, 0x37d8f156};
    double[] wide = {0, -0.3, -1.7, -4.1, -9.9};
    long[] expectedWide =
        {0x3fe07e68c36a4712L, 0x3fd870134ca3d072L, 0x3fb81aeab298a1b7L, 0x3f817e80e7280e50L, 0x3efb1e2a0e22d7faL};
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment floats = arena.allocateFrom(ValueLayout.JAVA_FLOAT, x);
      Softmax.softmax(Rows.of(DType.FLOAT32), floats.address(), floats.address(), 1, x.length, 1);
      MemorySegment doubles = arena.allocateFrom(ValueLayout.JAVA_DOUBLE, wide);
      Softmax.softmax(Rows.of(DType.FLOAT64), doubles.address(), doubles.address(), 1, wide.length, 1);
      for (int i = 0; i < x.length; i++) {
        assertThat(floats.get(ValueLayout.JAVA_INT, 4L * i)).isEqualTo(expected[i]);
        assertThat(doubles.get(ValueLayout.JAVA_LONG, 8L * i)).isEqualTo(expectedWide[i]);
      }
    }
  }
}
