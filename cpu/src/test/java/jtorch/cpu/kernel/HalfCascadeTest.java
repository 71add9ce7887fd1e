package jtorch.cpu.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.util.Random;
import jtorch.DType;
import jtorch.memory.Memory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Sums of halves against those of the same numbers in float32, bit for bit.
class HalfCascadeTest {
  private static final int[] LENGTHS = {32, 64, 480, 512, 544, 1024, 1056, 4096, 8192, 8224, 20_000, 32_768};

  @ParameterizedTest
  @EnumSource(names = {"FLOAT16", "BFLOAT16"})
  void sumsAreThoseOfFloats(DType dtype) {
    assumeTrue(HalfCascade.takes(dtype, 32));
    for (int n : LENGTHS) {
      // Large numbers, and some that are subnormal in float16.
      for (double scale : new double[] {300, 1, 1e-5, 1e-7}) check(dtype, n, scale, Float.NaN, false);
      check(dtype, n, 1, Float.POSITIVE_INFINITY, true);
      check(dtype, n, 1, Float.NEGATIVE_INFINITY, true);
      check(dtype, n, 1, Float.NaN, true);
    }
  }

  private static void check(DType dtype, int n, double scale, float special, boolean holdsSpecial) {
    var random = new Random(n);
    try (Arena arena = Arena.ofConfined()) {
      long halves = arena.allocate(2L * n).address();
      long floats = arena.allocate(4L * n).address();
      long out = arena.allocate(4).address();
      for (int i = 0; i < n; i++) {
        float value = holdsSpecial && i == n / 3 ? special : (float) (random.nextGaussian() * scale);
        int bits = dtype == DType.FLOAT16 ? Float.floatToFloat16(value) : Float.floatToRawIntBits(value) >> 16;
        Memory.putShort(halves + 2L * i, (short) bits);
        Memory.putFloat(floats + 4L * i,
            dtype == DType.FLOAT16 ? Float.float16ToFloat((short) bits) : Float.intBitsToFloat(bits << 16));
      }
      HalfCascade.run(dtype, halves, n, out, 1);
      assertThat(Float.floatToIntBits(Memory.getFloat(out))).as("%s of %s, scale %s", n, dtype, scale)
          .isEqualTo(Float.floatToIntBits(FloatCascade.sum(floats, floats + 4L * n)));
    }
  }
}
