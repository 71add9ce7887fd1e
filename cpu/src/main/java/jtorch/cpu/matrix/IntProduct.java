package jtorch.cpu.matrix;

import static java.nio.ByteOrder.nativeOrder;
import static jtorch.memory.Memory.ALL;

import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;
import jtorch.cpu.Scratch;
import jtorch.memory.Memory;

/// The product of int32 matrices, modulo 2^32: for a strip of columns of B, every row of A against it.
final class IntProduct {
  private static final VectorSpecies<Integer> SPECIES = IntVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();
  private static final int BYTES = Integer.BYTES;

  private IntProduct() {}

  /// `C = alpha A B + beta C`; distances are in elements, those of C's columns are 1.
  static void run(Scratch scratch, long m, long n, long k, int alpha, long a, long aRow, long aColumn,
      long b, long bRow, long bColumn, int beta, long c, long cRow) {
    if (bColumn == 1) {
      strips(m, n, k, alpha, a, aRow, aColumn, b, bRow, beta, c, cRow);
      return;
    }
    long rows = scratch.allocate(Math.max(1, k * n) * BYTES);
    try {
      for (long p = 0; p < k; p++) {
        for (long j = 0; j < n; j++) {
          Memory.putInt(rows + (p * n + j) * BYTES, Memory.getInt(b + (p * bRow + j * bColumn) * BYTES));
        }
      }
      strips(m, n, k, alpha, a, aRow, aColumn, rows, n, beta, c, cRow);
    } finally {
      scratch.free(rows);
    }
  }

  private static void strips(long m, long n, long k, int alpha, long a, long aRow, long aColumn, long b, long bRow,
      int beta, long c, long cRow) {
    long j = 0;
    for (; j <= n - 2 * LANES; j += 2 * LANES) {
      for (long i = 0; i < m; i++) {
        pair((int) k, alpha, a + i * aRow * BYTES, aColumn * BYTES, b + j * BYTES, bRow * BYTES, beta,
            c + (i * cRow + j) * BYTES);
      }
    }
    for (; j < n; j++) {
      for (long i = 0; i < m; i++) {
        int sum = 0;
        for (long p = 0; p < k; p++) {
          sum += Memory.getInt(a + (i * aRow + p * aColumn) * BYTES) * Memory.getInt(b + (p * bRow + j) * BYTES);
        }
        long target = c + (i * cRow + j) * BYTES;
        Memory.putInt(target, alpha * sum + (beta == 0 ? 0 : beta * Memory.getInt(target)));
      }
    }
  }

  /// One row of A times two vectors of columns; steps are in bytes.
  private static void pair(int k, int alpha, long a, long aStep, long b, long bStep, int beta, long c) {
    IntVector left = IntVector.zero(SPECIES);
    IntVector right = IntVector.zero(SPECIES);
    for (int p = 0; p < k; p++) {
      IntVector factor = IntVector.broadcast(SPECIES, Memory.getInt(a));
      left = left.add(factor.mul(IntVector.fromMemorySegment(SPECIES, ALL, b, nativeOrder())));
      right = right.add(factor.mul(IntVector.fromMemorySegment(SPECIES, ALL, b + LANES * BYTES, nativeOrder())));
      a += aStep;
      b += bStep;
    }
    left = left.mul(alpha);
    right = right.mul(alpha);
    if (beta != 0) {
      left = left.add(IntVector.fromMemorySegment(SPECIES, ALL, c, nativeOrder()).mul(beta));
      right = right.add(IntVector.fromMemorySegment(SPECIES, ALL, c + LANES * BYTES, nativeOrder()).mul(beta));
    }
    left.intoMemorySegment(ALL, c, nativeOrder());
    right.intoMemorySegment(ALL, c + LANES * BYTES, nativeOrder());
  }
}
