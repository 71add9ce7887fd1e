package jtorch.cpu.kernel;

import static java.nio.ByteOrder.nativeOrder;
import static jtorch.memory.Memory.ALL;
import static jtorch.memory.Memory.getDouble;
import static jtorch.memory.Memory.getLong;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/// The part of [SparseRows] that fills vectors, of `float64`: in a class of its own, which a JVM without the Vector API
/// never loads.
///
final class DoubleSparseRows {
  private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
  private static final long BYTES = Double.BYTES;
  private static final long STEP = (long) SPECIES.length() * BYTES;

  private DoubleSparseRows() {}

  private static DoubleVector load(long address) {
    return DoubleVector.fromMemorySegment(SPECIES, ALL, address, nativeOrder());
  }

  /// As many columns as fill vectors; gives their number.
  static long row(long y, long column, long value, long from, long to, long dense, long width) {
    long at = 0;
    for (; at + 4 * STEP <= width * BYTES; at += 4 * STEP) {
      DoubleVector a = DoubleVector.zero(SPECIES);
      DoubleVector b = a;
      DoubleVector c = a;
      DoubleVector d = a;
      for (long p = from; p < to; p++) {
        DoubleVector v = DoubleVector.broadcast(SPECIES, getDouble(value + p * BYTES));
        long row = dense + getLong(column + p * 8) * width * BYTES + at;
        a = v.fma(load(row), a);
        b = v.fma(load(row + STEP), b);
        c = v.fma(load(row + 2 * STEP), c);
        d = v.fma(load(row + 3 * STEP), d);
      }
      a.intoMemorySegment(ALL, y + at, nativeOrder());
      b.intoMemorySegment(ALL, y + at + STEP, nativeOrder());
      c.intoMemorySegment(ALL, y + at + 2 * STEP, nativeOrder());
      d.intoMemorySegment(ALL, y + at + 3 * STEP, nativeOrder());
    }
    for (; at + STEP <= width * BYTES; at += STEP) {
      DoubleVector a = DoubleVector.zero(SPECIES);
      for (long p = from; p < to; p++)
        a = DoubleVector.broadcast(SPECIES, getDouble(value + p * BYTES))
            .fma(load(dense + getLong(column + p * 8) * width * BYTES + at), a);
      a.intoMemorySegment(ALL, y + at, nativeOrder());
    }
    return at / BYTES;
  }

  /// `sum left[i] right[i]` over as many elements as fill vectors.
  static double dot(long left, long right, long width) {
    DoubleVector a = DoubleVector.zero(SPECIES);
    for (long at = 0; at + STEP <= width * BYTES; at += STEP) a = load(left + at).fma(load(right + at), a);
    return Lanes.sum(a);
  }

  static long whole(long width) {
    return width - width % SPECIES.length();
  }
}
