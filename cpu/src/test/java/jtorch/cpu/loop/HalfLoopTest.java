package jtorch.cpu.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import jtorch.DType;
import jtorch.expr.Expr;
import jtorch.expr.LoopPlan;
import jtorch.expr.ScalarFunction;
import jtorch.memory.Memory;
import org.junit.jupiter.api.Test;

/// Loops over halves against single conversions.
class HalfLoopTest {
  private static final ScalarFunction COPY = new ScalarFunction("copy", 1, 0, Expr.X);
  private static final ScalarFunction ADD = new ScalarFunction("add", 2, 0, Expr.X.add(Expr.Y));

  @Test
  void allHalvesAreWidened() {
    LoopPlan plan = LoopPlan.of(COPY, DType.FLOAT32, new DType[] {DType.FLOAT16}, DType.FLOAT32);
    Kernel kernel = LoopCompiler.compile(plan, Vectors.of(plan), 0);
    try (Arena arena = Arena.ofConfined()) {
      int n = 1 << 16;
      long from = arena.allocate(2 * n, 64).address();
      long to = arena.allocate(4 * n, 64).address();
      for (int i = 0; i < n; i++) Memory.putShort(from + 2L * i, (short) i);
      kernel.run(0, n, new long[] {to, from}, new long[] {4, 2}, new long[0]);
      for (int i = 0; i < n; i++) {
        assertThat(Float.floatToIntBits(Memory.getFloat(to + 4L * i)))
            .isEqualTo(Float.floatToIntBits(Float.float16ToFloat((short) i)));
      }
    }
  }

  /// Ties, subnormal numbers, what is too large and what is no number, at odd places.
  @Test
  void floatsAreRoundedToEven() {
    LoopPlan plan = LoopPlan.of(COPY, DType.FLOAT32, new DType[] {DType.FLOAT32}, DType.FLOAT16);
    Kernel kernel = LoopCompiler.compile(plan, Vectors.of(plan), 0);
    try (Arena arena = Arena.ofConfined()) {
      int n = 5008;
      long from = arena.allocate(4 * n + 4, 64).address() + 4;
      long to = arena.allocate(2 * n + 2, 64).address() + 2;
      for (int i = 0; i < n; i++) {
        float value = switch (i % 7) {
          case 0 -> Float.float16ToFloat((short) i) + Math.ulp(Float.float16ToFloat((short) i));
          case 1 -> (Float.float16ToFloat((short) i) + Float.float16ToFloat((short) (i + 1))) / 2;
          case 2 -> i * 0x1p-26f;
          case 3 -> 65519 + i % 3;
          case 4 -> -Float.MIN_VALUE * i;
          case 5 -> i % 2 == 0 ? Float.NaN : Float.NEGATIVE_INFINITY;
          default -> (float) Math.sin(i) * 1000;
        };
        Memory.putFloat(from + 4L * i, value);
      }
      kernel.run(0, n, new long[] {to, from}, new long[] {2, 4}, new long[0]);
      for (int i = 0; i < n; i++) {
        assertThat(Memory.getShort(to + 2L * i)).isEqualTo(Float.floatToFloat16(Memory.getFloat(from + 4L * i)));
      }
    }
  }

  @Test
  void whatIsComputedIsRoundedOnceToo() {
    Loop loop = Loops.of(ADD, DType.FLOAT32, new DType[] {DType.FLOAT32, DType.FLOAT16}, DType.FLOAT16);
    assertThat(loop).isInstanceOf(HalfLoop.class);
    try (Arena arena = Arena.ofConfined()) {
      int n = 5003;
      long x = arena.allocate(4 * n + 4, 64).address() + 4;
      long y = arena.allocate(2 * n + 2, 64).address() + 2;
      long to = arena.allocate(2 * n + 2, 64).address() + 2;
      for (int i = 0; i < n; i++) {
        Memory.putFloat(x + 4L * i, (float) Math.sin(i) * 1e-3f * (i % 11));
        Memory.putShort(y + 2L * i, (short) (i * 13));
      }
      loop.run(n, new long[] {to, x, y}, new long[] {2, 4, 2}, new long[0]);
      for (int i = 0; i < n; i++) {
        float sum = Memory.getFloat(x + 4L * i) + Float.float16ToFloat(Memory.getShort(y + 2L * i));
        assertThat(Memory.getShort(to + 2L * i)).isEqualTo(Float.floatToFloat16(sum));
      }
    }
  }

  @Test
  void repeatedAndSpacedOperandsAreThoseOfSingleSteps() {
    Loop loop = Loops.of(ADD, DType.FLOAT32, new DType[] {DType.FLOAT16, DType.FLOAT16}, DType.FLOAT16);
    try (Arena arena = Arena.ofConfined()) {
      int n = 2500;
      long x = arena.allocate(4 * n, 64).address();
      long y = arena.allocate(4 * n, 64).address();
      long to = arena.allocate(4 * n, 64).address();
      for (int i = 0; i < 2 * n; i++) {
        Memory.putShort(x + 2L * i, Float.floatToFloat16(i * 0.37f));
        Memory.putShort(y + 2L * i, Float.floatToFloat16(100 - i * 0.11f));
      }
      for (long[] strides : new long[][] {{2, 2, 2}, {2, 0, 2}, {2, 2, 0}, {4, 2, 2}, {2, 4, 2}, {2, 2, 4}}) {
        loop.run(n, new long[] {to, x, y}, strides, new long[0]);
        for (int i = 0; i < n; i++) {
          float a = Float.float16ToFloat(Memory.getShort(x + i * strides[1]));
          float b = Float.float16ToFloat(Memory.getShort(y + i * strides[2]));
          assertThat(Memory.getShort(to + i * strides[0])).isEqualTo(Float.floatToFloat16(a + b));
        }
      }
    }
  }
}
