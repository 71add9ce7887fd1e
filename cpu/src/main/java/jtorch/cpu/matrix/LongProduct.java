package jtorch.cpu.matrix;

import static java.nio.ByteOrder.nativeOrder;
import static jtorch.memory.Memory.ALL;

import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorSpecies;
import jtorch.cpu.Scratch;
import jtorch.memory.Memory;

/// The product of int64 matrices, modulo 2^64: for a strip of columns of B, every row of A against it.
final class LongProduct {
  private static final VectorSpecies<Long> SPECIES = LongVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();
  private static final int BYTES = Long.BYTES;

  private LongProduct() {}

  /// `C = alpha A B + beta C`; distances are in elements, those of C's columns are 1.
  static void run(Scratch scratch, long m, long n, long k, long alpha, long a, long aRow, long aColumn,
      long b, long bRow, long bColumn, long beta, long c, long cRow) {
    if (bColumn == 1) {
      strips(m, n, k, alpha, a, aRow, aColumn, b, bRow, beta, c, cRow);
      return;
    }
    long rows = scratch.allocate(Math.max(1, k * n) * BYTES);
    try {
      for (long p = 0; p < k; p++) {
        for (long j = 0; j < n; j++) {
          Memory.putLong(rows + (p * n + j) * BYTES, Memory.getLong(b + (p * bRow + j * bColumn) * BYTES));
        }
      }
      strips(m, n, k, alpha, a, aRow, aColumn, rows, n, beta, c, cRow);
    } finally {
      scratch.free(rows);
    }
  }

  private static void strips(long m, long n, long k, long alpha, long a, long aRow, long aColumn, long b, long bRow,
      long beta, long c, long cRow) {
    long j = 0;
    for (; j <= n - 2 * LANES; j += 2 * LANES) {
      for (long i = 0; i < m; i++) {
        pair((int) k, alpha, a + i * aRow * BYTES, aColumn * BYTES, b + j * BYTES, bRow * BYTES, beta,
            c + (i * cRow + j) * BYTES);
      }
    }
    for (; j < n; j++) {
      for (long i = 0; i < m; i++) {
        long sum = 0;
        for (long p = 0; p < k; p++) {
          sum += Memory.getLong(a + (i * aRow + p * aColumn) * BYTES) * Memory.getLong(b + (p * bRow + j) * BYTES);
        }
        long target = c + (i * cRow + j) * BYTES;
        Memory.putLong(target, alpha * sum + (beta == 0 ? 0 : beta * Memory.getLong(target)));
      }
    }
  }

  /// One row of A times two vectors of columns; steps are in bytes.
  private static void pair(int k, long alpha, long a, long aStep, long b, long bStep, long beta, long c) {
    LongVector left = LongVector.zero(SPECIES);
    LongVector right = LongVector.zero(SPECIES);
    for (int p = 0; p < k; p++) {
      LongVector factor = LongVector.broadcast(SPECIES, Memory.getLong(a));
      left = left.add(factor.mul(LongVector.fromMemorySegment(SPECIES, ALL, b, nativeOrder())));
      right = right.add(factor.mul(LongVector.fromMemorySegment(SPECIES, ALL, b + LANES * BYTES, nativeOrder())));
      a += aStep;
      b += bStep;
    }
    left = left.mul(alpha);
    right = right.mul(alpha);
    if (beta != 0) {
      left = left.add(LongVector.fromMemorySegment(SPECIES, ALL, c, nativeOrder()).mul(beta));
      right = right.add(LongVector.fromMemorySegment(SPECIES, ALL, c + LANES * BYTES, nativeOrder()).mul(beta));
    }
    left.intoMemorySegment(ALL, c, nativeOrder());
    right.intoMemorySegment(ALL, c + LANES * BYTES, nativeOrder());
  }
}
