package jtorch.cpu.matrix;

import static java.nio.ByteOrder.nativeOrder;
import static jtorch.memory.Memory.ALL;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import jtorch.cpu.Scratch;
import jtorch.memory.Memory;

/// The product of float32 matrices in Java, in the manner of Goto and van de Geijn: panels of A and B are copied so that
/// the innermost loop reads both in order, a panel of B stays in the first cache, a block of A in the second, and a tile
/// of C in registers ([BLIS](https://doi.org/10.1145/2764454)).
final class FloatProduct {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();
  private static final int BYTES = 4;
  /// The tile of C held in registers: 6 rows of 2 vectors, 12 of the 16 registers that every vector unit has.
  private static final int ROWS = 6;
  private static final int COLUMNS = 2 * LANES;
  /// Depth of the panels, rows of a block of A (a multiple of ROWS), columns of a block of B.
  private static final int DEPTH = 256;
  private static final int BLOCK_ROWS = 96;
  private static final int BLOCK_COLUMNS = 3072 / COLUMNS * COLUMNS;

  private FloatProduct() {}

  /// `C = alpha A B + beta C` with A m by k, B k by n and C m by n, given by address and distances of rows and columns in
  /// elements; those of C's columns are 1.
  static void run(Scratch scratch, long m, long n, long k, float alpha, long a, long aRow, long aColumn,
      long b, long bRow, long bColumn, float beta, long c, long cRow) {
    if (k == 0) {
      scale(m, n, beta, c, cRow);
      return;
    }
    long step = m * n * k <= Gemm.FEW ? Gemm.depth(k) : DEPTH;
    long packedB = scratch.allocate(Math.min(k, DEPTH) * roundUp(Math.min(n, BLOCK_COLUMNS), COLUMNS) * BYTES);
    try {
      for (long j = 0; j < n; j += BLOCK_COLUMNS) {
        long width = Math.min(BLOCK_COLUMNS, n - j);
        for (long p = 0; p < k; p += step) {
          int depth = (int) Math.min(step, k - p);
          packB(depth, width, b + (p * bRow + j * bColumn) * BYTES, bRow, bColumn, packedB);
          rows(scratch, m, depth, width, alpha, a + p * aColumn * BYTES, aRow, aColumn, packedB, p == 0 ? beta : 1,
              c + j * BYTES, cRow);
        }
      }
    } finally {
      scratch.free(packedB);
    }
  }

  /// Whether `small` does a product: tiny ones with whole vectors of contiguous columns, where copying and even a native
  /// call would cost more than the arithmetic.
  static boolean isSmall(long m, long n, long k, long bColumn) {
    return bColumn == 1 && n % LANES == 0 && n <= 4096 && m * n * k <= 1 << 15;
  }

  /// The product without any copying.
  static void small(long m, long n, long k, float alpha, long a, long aRow, long aColumn, long b, long bRow, float beta,
      long c, long cRow) {
    for (long j = 0; j < n; j += LANES) {
      long from = b + j * BYTES;
      long to = c + j * BYTES;
      long i = 0;
      for (; i <= m - 4; i += 4) {
        fourRows((int) k, alpha, a + i * aRow * BYTES, aRow * BYTES, aColumn * BYTES, from, bRow * BYTES, beta,
            to + i * cRow * BYTES, cRow * BYTES);
      }
      for (; i < m; i++) {
        oneRow((int) k, alpha, a + i * aRow * BYTES, aColumn * BYTES, from, bRow * BYTES, beta, to + i * cRow * BYTES);
      }
    }
  }

  /// Four rows of a vector of columns; steps are in bytes.
  private static void fourRows(int k, float alpha, long a, long aRow, long aColumn, long b, long bRow, float beta,
      long c, long cRow) {
    FloatVector c0 = FloatVector.zero(SPECIES);
    FloatVector c1 = FloatVector.zero(SPECIES);
    FloatVector c2 = FloatVector.zero(SPECIES);
    FloatVector c3 = FloatVector.zero(SPECIES);
    for (int p = 0; p < k; p++) {
      FloatVector row = FloatVector.fromMemorySegment(SPECIES, ALL, b, nativeOrder());
      c0 = FloatVector.broadcast(SPECIES, Memory.getFloat(a)).fma(row, c0);
      c1 = FloatVector.broadcast(SPECIES, Memory.getFloat(a + aRow)).fma(row, c1);
      c2 = FloatVector.broadcast(SPECIES, Memory.getFloat(a + 2 * aRow)).fma(row, c2);
      c3 = FloatVector.broadcast(SPECIES, Memory.getFloat(a + 3 * aRow)).fma(row, c3);
      a += aColumn;
      b += bRow;
    }
    store(c0, alpha, beta, c);
    store(c1, alpha, beta, c + cRow);
    store(c2, alpha, beta, c + 2 * cRow);
    store(c3, alpha, beta, c + 3 * cRow);
  }

  private static void oneRow(int k, float alpha, long a, long aColumn, long b, long bRow, float beta, long c) {
    FloatVector sum = FloatVector.zero(SPECIES);
    for (int p = 0; p < k; p++) {
      sum = FloatVector.broadcast(SPECIES, Memory.getFloat(a))
          .fma(FloatVector.fromMemorySegment(SPECIES, ALL, b, nativeOrder()), sum);
      a += aColumn;
      b += bRow;
    }
    store(sum, alpha, beta, c);
  }

  private static void store(FloatVector sum, float alpha, float beta, long c) {
    if (alpha != 1) {
      sum = sum.mul(alpha);
    }
    if (beta != 0) {
      sum =
          FloatVector.fromMemorySegment(SPECIES, ALL, c, nativeOrder()).fma(FloatVector.broadcast(SPECIES, beta), sum);
    }
    sum.intoMemorySegment(ALL, c, nativeOrder());
  }

  private static void rows(Scratch scratch, long m, int depth, long width, float alpha, long a, long aRow,
      long aColumn, long packedB, float beta, long c, long cRow) {
    long packedA = scratch.allocate((long) (BLOCK_ROWS * DEPTH + ROWS * COLUMNS) * BYTES);
    long tile = packedA + (long) BLOCK_ROWS * DEPTH * BYTES;
    try {
      for (long i = 0; i < m; i += BLOCK_ROWS) {
        int height = (int) Math.min(BLOCK_ROWS, m - i);
        packA(height, depth, alpha, a + i * aRow * BYTES, aRow, aColumn, packedA);
        for (long j = 0; j < width; j += COLUMNS) {
          int columns = (int) Math.min(COLUMNS, width - j);
          for (int r = 0; r < height; r += ROWS) {
            int rows = Math.min(ROWS, height - r);
            long panelA = packedA + (long) r * depth * BYTES;
            long panelB = packedB + j * depth * BYTES;
            long target = c + ((i + r) * cRow + j) * BYTES;
            if (beta == 0 && rows == ROWS && columns == COLUMNS) {
              tile(depth, panelA, panelB, target, cRow * BYTES);
            } else {
              tile(depth, panelA, panelB, tile, (long) COLUMNS * BYTES);
              addTile(rows, columns, tile, beta, target, cRow * BYTES);
            }
          }
        }
      }
    } finally {
      scratch.free(packedA);
    }
  }

  /// Copies B into panels of COLUMNS columns, row by row, filled up with zeros.
  private static void packB(int depth, long width, long b, long bRow, long bColumn, long packed) {
    for (long j = 0; j < width; j += COLUMNS) {
      int columns = (int) Math.min(COLUMNS, width - j);
      long from = b + j * bColumn * BYTES;
      long to = packed + j * depth * BYTES;
      if (bColumn == 1 && columns == COLUMNS) {
        for (int p = 0; p < depth; p++) {
          FloatVector.fromMemorySegment(SPECIES, ALL, from, nativeOrder()).intoMemorySegment(ALL, to, nativeOrder());
          FloatVector.fromMemorySegment(SPECIES, ALL, from + LANES * BYTES, nativeOrder())
              .intoMemorySegment(ALL, to + LANES * BYTES, nativeOrder());
          from += bRow * BYTES;
          to += COLUMNS * BYTES;
        }
      } else {
        pack(columns, COLUMNS, depth, 1, from, bColumn, bRow, to);
      }
    }
  }

  private static void packA(int height, int depth, float alpha, long a, long aRow, long aColumn, long packed) {
    for (int r = 0; r < height; r += ROWS) {
      pack(Math.min(ROWS, height - r), ROWS, depth, alpha, a + r * aRow * BYTES, aRow, aColumn,
          packed + (long) r * depth * BYTES);
    }
  }

  /// Copies a panel of `lines` lines side by side: element p of line i goes to `p * width + i`, times `factor`.
  private static void pack(int lines, int width, int depth, float factor, long from, long line, long step, long to) {
    for (int i = 0; i < lines; i++) {
      long source = from + i * line * BYTES;
      long target = to + (long) i * BYTES;
      for (int p = 0; p < depth; p++) {
        Memory.putFloat(target + (long) p * width * BYTES, factor * Memory.getFloat(source + p * step * BYTES));
      }
    }
    for (int i = lines; i < width; i++) {
      for (int p = 0; p < depth; p++) {
        Memory.putFloat(to + ((long) p * width + i) * BYTES, 0);
      }
    }
  }

  /// `C = tile + beta C` for the part of a tile that lies in C. `row` is in bytes.
  private static void addTile(int rows, int columns, long tile, float beta, long c, long row) {
    for (int i = 0; i < rows; i++) {
      int j = 0;
      if (beta != 0) {
        for (; j <= columns - LANES; j += LANES) {
          long target = c + (long) j * BYTES;
          FloatVector.fromMemorySegment(SPECIES, ALL, target, nativeOrder())
              .fma(FloatVector.broadcast(SPECIES, beta),
                  FloatVector.fromMemorySegment(SPECIES, ALL, tile + (long) j * BYTES, nativeOrder()))
              .intoMemorySegment(ALL, target, nativeOrder());
        }
      }
      for (; j < columns; j++) {
        long target = c + (long) j * BYTES;
        float value = Memory.getFloat(tile + (long) j * BYTES);
        Memory.putFloat(target, beta == 0 ? value : Math.fma(beta, Memory.getFloat(target), value));
      }
      tile += COLUMNS * BYTES;
      c += row;
    }
  }

  /// The innermost loop: a tile of C from a panel of A and one of B. `row` is in bytes.
  private static void tile(int depth, long a, long b, long c, long row) {
    FloatVector c00 = FloatVector.zero(SPECIES);
    FloatVector c01 = FloatVector.zero(SPECIES);
    FloatVector c10 = FloatVector.zero(SPECIES);
    FloatVector c11 = FloatVector.zero(SPECIES);
    FloatVector c20 = FloatVector.zero(SPECIES);
    FloatVector c21 = FloatVector.zero(SPECIES);
    FloatVector c30 = FloatVector.zero(SPECIES);
    FloatVector c31 = FloatVector.zero(SPECIES);
    FloatVector c40 = FloatVector.zero(SPECIES);
    FloatVector c41 = FloatVector.zero(SPECIES);
    FloatVector c50 = FloatVector.zero(SPECIES);
    FloatVector c51 = FloatVector.zero(SPECIES);
    for (int p = 0; p < depth; p++) {
      FloatVector b0 = FloatVector.fromMemorySegment(SPECIES, ALL, b, nativeOrder());
      FloatVector b1 = FloatVector.fromMemorySegment(SPECIES, ALL, b + LANES * BYTES, nativeOrder());
      FloatVector a0 = FloatVector.broadcast(SPECIES, Memory.getFloat(a + 0));
      c00 = a0.fma(b0, c00);
      c01 = a0.fma(b1, c01);
      FloatVector a1 = FloatVector.broadcast(SPECIES, Memory.getFloat(a + 4));
      c10 = a1.fma(b0, c10);
      c11 = a1.fma(b1, c11);
      FloatVector a2 = FloatVector.broadcast(SPECIES, Memory.getFloat(a + 8));
      c20 = a2.fma(b0, c20);
      c21 = a2.fma(b1, c21);
      FloatVector a3 = FloatVector.broadcast(SPECIES, Memory.getFloat(a + 12));
      c30 = a3.fma(b0, c30);
      c31 = a3.fma(b1, c31);
      FloatVector a4 = FloatVector.broadcast(SPECIES, Memory.getFloat(a + 16));
      c40 = a4.fma(b0, c40);
      c41 = a4.fma(b1, c41);
      FloatVector a5 = FloatVector.broadcast(SPECIES, Memory.getFloat(a + 20));
      c50 = a5.fma(b0, c50);
      c51 = a5.fma(b1, c51);
      a += ROWS * BYTES;
      b += COLUMNS * BYTES;
    }
    c00.intoMemorySegment(ALL, c, nativeOrder());
    c01.intoMemorySegment(ALL, c + LANES * BYTES, nativeOrder());
    c += row;
    c10.intoMemorySegment(ALL, c, nativeOrder());
    c11.intoMemorySegment(ALL, c + LANES * BYTES, nativeOrder());
    c += row;
    c20.intoMemorySegment(ALL, c, nativeOrder());
    c21.intoMemorySegment(ALL, c + LANES * BYTES, nativeOrder());
    c += row;
    c30.intoMemorySegment(ALL, c, nativeOrder());
    c31.intoMemorySegment(ALL, c + LANES * BYTES, nativeOrder());
    c += row;
    c40.intoMemorySegment(ALL, c, nativeOrder());
    c41.intoMemorySegment(ALL, c + LANES * BYTES, nativeOrder());
    c += row;
    c50.intoMemorySegment(ALL, c, nativeOrder());
    c51.intoMemorySegment(ALL, c + LANES * BYTES, nativeOrder());
  }

  private static void scale(long m, long n, float beta, long c, long cRow) {
    for (long i = 0; i < m; i++) {
      for (long j = 0; j < n; j++) {
        long target = c + (i * cRow + j) * BYTES;
        Memory.putFloat(target, beta == 0 ? 0 : beta * Memory.getFloat(target));
      }
    }
  }

  private static long roundUp(long value, long unit) {
    return (value + unit - 1) / unit * unit;
  }
}
