package jtorch.cpu.loop;

import static jtorch.expr.Expr.X;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import jtorch.DType;
import jtorch.expr.Complex;
import jtorch.expr.LoopPlan;
import jtorch.expr.ScalarFunction;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Conversions between dtypes, as `x.to(dtype)` of PyTorch 2.13 on x86 has them.
class CastsTest {
  private static final ScalarFunction IDENTITY = new ScalarFunction("to", 1, 0, X);

  @ParameterizedTest
  @CsvSource({"FLOAT32, INT64, 3e9, 3000000000", "FLOAT32, INT64, inf, -9223372036854775808",
    "FLOAT64, INT64, 1e20, -9223372036854775808", "FLOAT32, INT64, nan, -9223372036854775808",
    "FLOAT32, INT64, -129.5, -129", "FLOAT32, INT32, 3e9, -2147483648", "FLOAT64, INT32, -3e9, -2147483648",
    "FLOAT32, INT32, nan, -2147483648", "FLOAT32, INT16, 3e9, 0", "FLOAT32, INT8, 300, 44",
    "FLOAT32, INT8, -129.5, 127",
    "FLOAT32, UINT8, -1, 255", "FLOAT64, UINT8, inf, 0", "FLOAT32, BOOL, 0.5, 1", "FLOAT32, BOOL, nan, 1",
    "FLOAT32, BOOL, -0.0, 0", "INT64, INT32, 4294967297, 1", "INT64, UINT8, -1, 255", "INT32, INT8, 200, -56",
    "INT64, BOOL, 256, 1", "INT64, FLOAT32, 16777217, 16777216", "BOOL, FLOAT32, 1, 1", "BOOL, INT8, 1, 1",
    "UINT8, INT8, 200, -56", "UINT8, FLOAT32, 200, 200", "FLOAT64, FLOAT32, 0.1, 0.10000000149011612",
    "FLOAT32, FLOAT16, 65519, 65504", "FLOAT32, FLOAT16, 65520, inf", "FLOAT32, FLOAT16, 2049, 2048",
    "FLOAT32, FLOAT16, 2051, 2052", "FLOAT32, FLOAT16, 3e-8, 5.9604644775390625e-8", "FLOAT32, BFLOAT16, 257, 256",
    "FLOAT32, BFLOAT16, 259, 260", "FLOAT32, BFLOAT16, 3.4e38, inf", "BFLOAT16, FLOAT64, 1.5, 1.5",
    "FLOAT16, INT64, -2.5, -2", "COMPLEX64, FLOAT32, 2.5, 2.5", "FLOAT32, COMPLEX128, 2.5, 2.5",
    "COMPLEX128, INT8, 300, 44"})
  void castsAsPyTorch(DType from, DType to, String value, String expected) {
    try (Arena arena = Arena.ofConfined()) {
      long in = arena.allocate(64 * 16, 64).address();
      long out = arena.allocate(64 * 16, 64).address();
      for (int i = 0; i < 64; i++) Operands.put(in + (long) i * from.size(), from, number(value));
      DType compute = from.isComplex() ? from.toReal() : from.computeType();
      Loops.of(IDENTITY, compute, new DType[] {from}, to).run(64, new long[] {out, in},
          new long[] {to.size(), from.size()}, new long[0]);
      assertThat(Operands.get(out, to)).isEqualTo(Double.valueOf(number(expected)));
      if (to.isComplex()) assertThat(Operands.getComplex(out, to).im()).isZero();
      vectorsDoTheSame(from, to, compute, in, out);
    }
  }

  private static void vectorsDoTheSame(DType from, DType to, DType compute, long in, long out) {
    LoopPlan plan = LoopPlan.of(IDENTITY, compute, new DType[] {from}, to);
    Vocabulary words = Vectors.of(plan);
    if (words == null) return;
    double expected = Operands.get(out, to);
    for (int i = 0; i < 64; i++) Operands.put(out + (long) i * to.size(), to, 0);
    LoopCompiler.compile(plan, words, 0).run(0, 64, new long[] {out, in}, new long[] {to.size(), from.size()},
        new long[0]);
    for (int i = 0; i < 64; i++) {
      assertThat(Operands.get(out + (long) i * to.size(), to)).isEqualTo(Double.valueOf(expected));
    }
  }

  @ParameterizedTest
  @EnumSource
  void complexNumbersAreTrueIfOnePartIs(DType compute) {
    if (compute != DType.BOOL && compute != DType.COMPLEX64 && compute != DType.COMPLEX128) return;
    DType dtype = compute.isComplex() ? compute : DType.COMPLEX64;
    try (Arena arena = Arena.ofConfined()) {
      long in = arena.allocate(16, 16).address();
      Operands.put(in, dtype, new Complex(0, 3));
      Loop loop = Loops.of(IDENTITY, compute, new DType[] {dtype}, DType.BOOL);
      long out = arena.allocate(1).address();
      loop.run(1, new long[] {out, in}, new long[] {1, dtype.size()}, new long[0]);
      assertThat(Operands.get(out, DType.BOOL)).isEqualTo(1);
    }
  }

  /// All halves there and back, by the vector's bit work and by Java's.
  @ParameterizedTest
  @CsvSource({"FLOAT16", "BFLOAT16"})
  void everyHalfSurvives(DType half) {
    try (Arena arena = Arena.ofConfined()) {
      long in = arena.allocate(1 << 17, 64).address();
      long wide = arena.allocate(1 << 18, 64).address();
      long out = arena.allocate(1 << 17, 64).address();
      for (int i = 0; i < 1 << 16; i++) Elements.storeInt16(in + 2L * i, i);
      convert(half, DType.FLOAT32, in, wide);
      convert(DType.FLOAT32, half, wide, out);
      for (int i = 0; i < 1 << 16; i++) {
        double value = Operands.get(in + 2L * i, half);
        assertThat(Operands.get(wide + 4L * i, DType.FLOAT32)).isEqualTo(Double.valueOf(value));
        assertThat(Operands.get(out + 2L * i, half)).isEqualTo(Double.valueOf(value));
      }
    }
  }

  /// In vectors for the ends and the middle of the range, which is slow here, the rest by the scalar kernel.
  private static void convert(DType from, DType to, long in, long out) {
    LoopPlan plan = LoopPlan.of(IDENTITY, DType.FLOAT32, new DType[] {from}, to);
    Vocabulary words = Vectors.of(plan);
    Kernel scalar = LoopCompiler.compile(plan, Vocabulary.scalar(plan), 0);
    Kernel vector = words == null ? scalar : LoopCompiler.compile(plan, words, 0);
    long[] addresses = {out, in};
    long[] strides = {to.size(), from.size()};
    for (int i = 0; i < 1 << 16; i += 1 << 10) {
      vector.run(i, i + 64, addresses, strides, new long[0]);
      scalar.run(i + 64, i + (1 << 10), addresses, strides, new long[0]);
    }
  }

  private static double number(String text) {
    return switch (text) {
      case "inf" -> Double.POSITIVE_INFINITY;
      case "nan" -> Double.NaN;
      default -> Double.parseDouble(text);
    };
  }
}
