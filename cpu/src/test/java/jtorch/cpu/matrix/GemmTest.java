package jtorch.cpu.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import jtorch.DType;
import jtorch.cpu.Parallel;
import jtorch.cpu.matrix.Gemm.Bias;
import jtorch.memory.Memory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GemmTest {
  private static final long[] SIZES = {1, 3, 17, 63, 65, 130};
  private final int threads = Parallel.threads();

  @AfterEach
  void restore() {
    Parallel.setThreads(threads);
  }

  @ParameterizedTest
  @EnumSource(value = DType.class, names = {"FLOAT32", "FLOAT64", "INT32", "INT64"})
  void everyTypeOnAwkwardSizes(DType type) {
    try (var buffers = new Buffers()) {
      for (long m : SIZES) {
        for (long n : SIZES) {
          for (long k : new long[] {0, 1, 17, 130}) {
            check(buffers, type, GemmShape.of(m, n, k), 1, 0);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(value = DType.class, names = {"FLOAT32", "FLOAT64", "INT32", "INT64"})
  void transposesDistancesAndFactors(DType type) {
    try (var buffers = new Buffers()) {
      for (long[] size : new long[][] {{1, 16, 3}, {16, 16, 16}, {17, 63, 65}, {65, 1, 17}, {130, 17, 3},
        {33, 40, 300}}) {
        long m = size[0];
        long n = size[1];
        long k = size[2];
        for (long[] a : new long[][] {{k, 1}, {1, m}, {k + 5, 1}, {1, m + 3}, {2 * k, 2}, {0, 1}}) {
          for (long[] b : new long[][] {{n, 1}, {1, k}, {n + 1, 1}, {3, 3 * k}, {1, 0}}) {
            for (long[] c : new long[][] {{n, 1}, {1, m}, {n + 7, 1}, {1, m + 2}}) {
              check(buffers, type, GemmShape.of(m, n, k).a(a[0], a[1]).b(b[0], b[1]).c(c[0], c[1]), 2, 3);
            }
          }
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(value = DType.class, names = {"FLOAT32", "FLOAT64", "INT32", "INT64"})
  void splitOverThreads(DType type) {
    Parallel.setThreads(3);
    try (var buffers = new Buffers()) {
      check(buffers, type, GemmShape.of(130, 257, 65), 1, 1);
      check(buffers, type, GemmShape.of(1, 3000, 257).b(1, 257), 1, 0);
      check(buffers, type, GemmShape.of(3000, 3, 130).c(1, 3000), 1, 0);
      check(buffers, type, GemmShape.of(5, 7, 2100).a(1, 5), 1, 0);
      check(buffers, type, GemmShape.of(64, 64, 2100).b(1, 2100), 1, 2);
      check(buffers, type, GemmShape.of(63, 65, 17).batch(50, 63 * 17, 0, 63 * 65), 1, 0);
      check(buffers, type, GemmShape.of(130, 130, 130).batch(2, 0, 130 * 130, 130 * 130), 1, 0);
      check(buffers, type, GemmShape.of(3, 2, 1).batch(2000, 3, 2, 6), 1, 0);
    }
  }

  @ParameterizedTest
  @EnumSource(value = DType.class, names = {"FLOAT32", "FLOAT64", "INT32", "INT64"})
  void biasAlongRowsAndColumns(DType type) {
    try (var buffers = new Buffers()) {
      for (GemmShape shape : new GemmShape[] {GemmShape.of(17, 63, 5), GemmShape.of(16, 32, 8),
        GemmShape.of(17, 63, 5).c(1, 17),
        GemmShape.of(130, 65, 130).batch(3, 130 * 130, 0, 130 * 65), GemmShape.of(3, 5, 0)}) {
        long a = buffers.random(type,
            count(shape.batch(), shape.aBatch(), shape.m(), shape.aRow(), shape.k(), shape.aColumn()));
        long b = buffers.random(type,
            count(shape.batch(), shape.bBatch(), shape.k(), shape.bRow(), shape.n(), shape.bColumn()));
        long size = count(shape.batch(), shape.cBatch(), shape.m(), shape.cRow(), shape.n(), shape.cColumn());
        double[] left = a(type, shape, a);
        double[] right = b(type, shape, b);
        for (Bias kind : Bias.values()) {
          long bias = buffers.random(type, Math.max(shape.m(), shape.n()));
          long c = buffers.allocate(type, size);
          Gemm.run(buffers, type, shape, 1, a, b, c, kind, bias);
          for (long i = 0; i < shape.batch(); i++) {
            for (long row = 0; row < shape.m(); row++) {
              for (long column = 0; column < shape.n(); column++) {
                double expected = sum(shape, left, right, i, row, column) + switch (kind) {
                  case NONE -> 0;
                  case ROW -> Buffers.get(type, bias, row);
                  case COLUMN -> Buffers.get(type, bias, column);
                };
                long index = i * shape.cBatch() + row * shape.cRow() + column * shape.cColumn();
                if (Buffers.get(type, c, index) != expected) {
                  fail("%s %s %s at %d", type, shape, kind, index);
                }
              }
            }
          }
        }
      }
    }
  }

  /// The twins do what oneDNN does, whichever of them the front door takes.
  @Test
  void theJavaTwinsAgreeWithTripleLoops() {
    try (var buffers = new Buffers()) {
      for (long[] s : new long[][] {{1, 1, 1}, {3, 17, 65}, {97, 130, 300}, {6, 32, 256}, {7, 3100, 3},
        {100, 33, 513}}) {
        for (double beta : new double[] {0, 2}) {
          GemmShape shape = GemmShape.of(s[0], s[1], s[2]);
          long a = buffers.random(DType.FLOAT32, s[0] * s[2]);
          long b = buffers.random(DType.FLOAT32, s[2] * s[1]);
          long c = buffers.random(DType.FLOAT32, s[0] * s[1]);
          long before = buffers.copy(DType.FLOAT32, c, s[0] * s[1]);
          FloatProduct.run(buffers, s[0], s[1], s[2], 0.5f, a, s[2], 1, b, s[1], 1, (float) beta, c, s[1]);
          compare(DType.FLOAT32, shape, 0.5, a, b, beta, before, c);
        }
      }
    }
  }

  @Test
  void betaZeroDoesNotReadC() {
    try (var buffers = new Buffers()) {
      for (DType type : new DType[] {DType.FLOAT32, DType.FLOAT64}) {
        for (long n : new long[] {16, 33, 130}) {
          long a = buffers.random(type, n * n);
          long c = buffers.allocate(type, n * n);
          Gemm.run(buffers, type, GemmShape.of(n, n, n), 1, a, a, 0, c);
          assertThat(Buffers.get(type, c, n * n - 1)).isNotNaN();
        }
      }
    }
  }

  @Test
  void halvesWhereTheProcessorHasThem() {
    Parallel.setThreads(2);
    try (var buffers = new Buffers()) {
      for (GemmShape s : new GemmShape[] {GemmShape.of(16, 16, 16), GemmShape.of(17, 63, 65).b(1, 65),
        GemmShape.of(3, 1, 130),
        GemmShape.of(130, 120, 65).a(1, 130).batch(3, 0, 65 * 120, 130 * 120), GemmShape.of(65, 33, 17).c(1, 65)}) {
        if (Gemm.supports(DType.BFLOAT16, s)) {
          long a = buffers.random(DType.FLOAT32, count(s.batch(), s.aBatch(), s.m(), s.aRow(), s.k(), s.aColumn()));
          long b = buffers.random(DType.FLOAT32, count(s.batch(), s.bBatch(), s.k(), s.bRow(), s.n(), s.bColumn()));
          long size = count(s.batch(), s.cBatch(), s.m(), s.cRow(), s.n(), s.cColumn());
          long c = buffers.allocate(DType.FLOAT32, size);
          long narrow = buffers.allocate(DType.FLOAT32, size);
          Gemm.run(buffers, DType.BFLOAT16, s, 1, narrow(buffers, a, a(DType.FLOAT32, s, a).length),
              narrow(buffers, b, b(DType.FLOAT32, s, b).length), 0, narrow);
          Gemm.run(buffers, DType.FLOAT32, s, 1, a, b, 0, c);
          for (long i = 0; i < size; i++) {
            float expected = Memory.getFloat(c + i * 4);
            float actual = Float.intBitsToFloat(Memory.getShort(narrow + i * 2) << 16);
            if (!(Math.abs(actual - expected) <= Math.abs(expected) / 256)) {
              fail("%s: %s, expected %s", s, actual, expected);
            }
          }
        }
      }
    }
  }

  /// Exact, for the numbers are small multiples of 1/4.
  private static long narrow(Buffers buffers, long address, long count) {
    long narrow = buffers.allocate(DType.FLOAT32, count);
    for (long i = 0; i < count; i++) {
      Memory.putShort(narrow + i * 2, (short) (Memory.getInt(address + i * 4) >>> 16));
    }
    return narrow;
  }

  @Test
  void badShapesAreNamed() {
    assertThatThrownBy(() -> GemmShape.of(-1, 2, 3)).hasMessageContaining("negative size");
    assertThatThrownBy(() -> GemmShape.of(4, 4, 4).c(8, 2)).hasMessageContaining("contiguous: 8, 2");
    assertThatThrownBy(() -> Gemm.run(new Buffers(), DType.BOOL, GemmShape.of(1, 1, 1), 1, 0, 0, 0, 0))
        .hasMessageContaining("no matrix product of");
  }

  private static void check(Buffers buffers, DType type, GemmShape s, double alpha, double beta) {
    long a = buffers.random(type, count(s.batch(), s.aBatch(), s.m(), s.aRow(), s.k(), s.aColumn()));
    long b = buffers.random(type, count(s.batch(), s.bBatch(), s.k(), s.bRow(), s.n(), s.bColumn()));
    long size = count(s.batch(), s.cBatch(), s.m(), s.cRow(), s.n(), s.cColumn());
    long c = buffers.random(type, size);
    long before = buffers.copy(type, c, size);
    Gemm.run(buffers, type, s, alpha, a, b, beta, c);
    compare(type, s, alpha, a, b, beta, before, c);
    assertGapsUntouched(type, s, before, c, size);
  }

  private static void compare(DType type, GemmShape s, double alpha, long a, long b, double beta, long before, long c) {
    double[] left = a(type, s, a);
    double[] right = b(type, s, b);
    for (long i = 0; i < s.batch(); i++) {
      for (long row = 0; row < s.m(); row++) {
        for (long column = 0; column < s.n(); column++) {
          long index = i * s.cBatch() + row * s.cRow() + column * s.cColumn();
          double expected = alpha * sum(s, left, right, i, row, column) + beta * Buffers.get(type, before, index);
          double actual = Buffers.get(type, c, index);
          if (!(Math.abs(actual - expected) <= Math.abs(expected) * 1e-6)) {
            fail("%s %s [%d, %d, %d]: %s, expected %s", type, s, i, row, column, actual, expected);
          }
        }
      }
    }
  }

  private static void assertGapsUntouched(DType type, GemmShape s, long before, long c, long size) {
    boolean[] inside = new boolean[(int) size];
    for (long i = 0; i < s.batch(); i++) {
      for (long row = 0; row < s.m(); row++) {
        for (long column = 0; column < s.n(); column++) {
          inside[(int) (i * s.cBatch() + row * s.cRow() + column * s.cColumn())] = true;
        }
      }
    }
    for (int i = 0; i < size; i++) {
      if (!inside[i] && Buffers.get(type, c, i) != Buffers.get(type, before, i)) {
        fail("%s %s wrote between its rows, at %d", type, s, i);
      }
    }
  }

  private static double sum(GemmShape s, double[] a, double[] b, long i, long row, long column) {
    double sum = 0;
    for (long p = 0; p < s.k(); p++) {
      sum += a[(int) (i * s.aBatch() + row * s.aRow() + p * s.aColumn())]
          * b[(int) (i * s.bBatch() + p * s.bRow() + column * s.bColumn())];
    }
    return sum;
  }

  private static double[] a(DType type, GemmShape s, long address) {
    return Buffers.values(type, address, count(s.batch(), s.aBatch(), s.m(), s.aRow(), s.k(), s.aColumn()));
  }

  private static double[] b(DType type, GemmShape s, long address) {
    return Buffers.values(type, address, count(s.batch(), s.bBatch(), s.k(), s.bRow(), s.n(), s.bColumn()));
  }

  private static long count(long batch, long batchStep, long rows, long rowStep, long columns, long columnStep) {
    return batch == 0 || rows == 0 || columns == 0
        ? 0
        : (batch - 1) * batchStep + (rows - 1) * rowStep + (columns - 1) * columnStep + 1;
  }
}
