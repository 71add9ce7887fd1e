package jtorch.cpu.kernel;

import static java.nio.ByteOrder.nativeOrder;
import static jtorch.memory.Memory.ALL;
import static jtorch.memory.Memory.getDouble;
import static jtorch.memory.Memory.getFloat;
import static jtorch.memory.Memory.getLong;
import static jtorch.memory.Memory.putDouble;
import static jtorch.memory.Memory.putFloat;
import static jtorch.memory.Memory.putLong;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import jtorch.cpu.VectorApi;

/// Rows of a sparse matrix times a dense one, and dot products of rows. The sums of a row stay in registers, four vectors
/// wide, while its entries pass.
public final class SparseRows {
  private SparseRows() {}

  /// `y = sum of value[p] dense[column[p]]` for p from `from` to below `to`, rows of `width` floats.
  public static void floatRow(long y, long column, long value, long from, long to, long dense, long width) {
    long done = VectorApi.PRESENT ? WideFloats.row(y, column, value, from, to, dense, width) : 0;
    for (long at = done; at < width; at++) {
      float sum = 0;
      for (long p = from; p < to; p++)
        sum += getFloat(value + p * 4) * getFloat(dense + (getLong(column + p * 8) * width + at) * 4);
      putFloat(y + at * 4, sum);
    }
  }

  /// `sum left[i] right[i]` of two rows of floats.
  public static float floatDot(long left, long right, long width) {
    long done = VectorApi.PRESENT ? WideFloats.whole(width) : 0;
    float sum = done > 0 ? WideFloats.dot(left, right, width) : 0;
    for (long at = done; at < width; at++) sum += getFloat(left + at * 4) * getFloat(right + at * 4);
    return sum;
  }

  /// `y = sum of value[p] dense[column[p]]` for p from `from` to below `to`, rows of `width` doubles.
  public static void doubleRow(long y, long column, long value, long from, long to, long dense, long width) {
    long done = VectorApi.PRESENT ? WideDoubles.row(y, column, value, from, to, dense, width) : 0;
    for (long at = done; at < width; at++) {
      double sum = 0;
      for (long p = from; p < to; p++)
        sum += getDouble(value + p * 8) * getDouble(dense + (getLong(column + p * 8) * width + at) * 8);
      putDouble(y + at * 8, sum);
    }
  }

  /// `sum left[i] right[i]` of two rows of doubles.
  public static double doubleDot(long left, long right, long width) {
    long done = VectorApi.PRESENT ? WideDoubles.whole(width) : 0;
    double sum = done > 0 ? WideDoubles.dot(left, right, width) : 0;
    for (long at = done; at < width; at++) sum += getDouble(left + at * 8) * getDouble(right + at * 8);
    return sum;
  }

  /// As [#floatRow], of int64.
  public static void longRow(long y, long column, long value, long from, long to, long dense, long width) {
    for (long at = 0; at < width; at++) {
      long sum = 0;
      for (long p = from; p < to; p++)
        sum += getLong(value + p * 8) * getLong(dense + (getLong(column + p * 8) * width + at) * 8);
      putLong(y + at * 8, sum);
    }
  }

  /// In a class of its own, which a JVM without the Vector API never loads.
  private static final class WideFloats {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final long STEP = (long) SPECIES.length() * 4;

    private static FloatVector load(long address) {
      return FloatVector.fromMemorySegment(SPECIES, ALL, address, nativeOrder());
    }

    /// As many columns as fill vectors; gives their number.
    static long row(long y, long column, long value, long from, long to, long dense, long width) {
      long at = 0;
      for (; at + 4 * STEP <= width * 4; at += 4 * STEP) {
        FloatVector a = FloatVector.zero(SPECIES);
        FloatVector b = a;
        FloatVector c = a;
        FloatVector d = a;
        for (long p = from; p < to; p++) {
          FloatVector v = FloatVector.broadcast(SPECIES, getFloat(value + p * 4));
          long row = dense + getLong(column + p * 8) * width * 4 + at;
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
      for (; at + STEP <= width * 4; at += STEP) {
        FloatVector a = FloatVector.zero(SPECIES);
        for (long p = from; p < to; p++)
          a = FloatVector.broadcast(SPECIES, getFloat(value + p * 4))
              .fma(load(dense + getLong(column + p * 8) * width * 4 + at), a);
        a.intoMemorySegment(ALL, y + at, nativeOrder());
      }
      return at / 4;
    }

    /// `sum left[i] right[i]` over as many elements as fill vectors.
    static float dot(long left, long right, long width) {
      FloatVector a = FloatVector.zero(SPECIES);
      for (long at = 0; at + STEP <= width * 4; at += STEP) a = load(left + at).fma(load(right + at), a);
      return Lanes.sum(a);
    }

    static long whole(long width) {
      return width - width % SPECIES.length();
    }
  }

  /// In a class of its own, which a JVM without the Vector API never loads.
  private static final class WideDoubles {
    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
    private static final long STEP = (long) SPECIES.length() * 8;

    private static DoubleVector load(long address) {
      return DoubleVector.fromMemorySegment(SPECIES, ALL, address, nativeOrder());
    }

    /// As many columns as fill vectors; gives their number.
    static long row(long y, long column, long value, long from, long to, long dense, long width) {
      long at = 0;
      for (; at + 4 * STEP <= width * 8; at += 4 * STEP) {
        DoubleVector a = DoubleVector.zero(SPECIES);
        DoubleVector b = a;
        DoubleVector c = a;
        DoubleVector d = a;
        for (long p = from; p < to; p++) {
          DoubleVector v = DoubleVector.broadcast(SPECIES, getDouble(value + p * 8));
          long row = dense + getLong(column + p * 8) * width * 8 + at;
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
      for (; at + STEP <= width * 8; at += STEP) {
        DoubleVector a = DoubleVector.zero(SPECIES);
        for (long p = from; p < to; p++)
          a = DoubleVector.broadcast(SPECIES, getDouble(value + p * 8))
              .fma(load(dense + getLong(column + p * 8) * width * 8 + at), a);
        a.intoMemorySegment(ALL, y + at, nativeOrder());
      }
      return at / 8;
    }

    /// `sum left[i] right[i]` over as many elements as fill vectors.
    static double dot(long left, long right, long width) {
      DoubleVector a = DoubleVector.zero(SPECIES);
      for (long at = 0; at + STEP <= width * 8; at += STEP) a = load(left + at).fma(load(right + at), a);
      return Lanes.sum(a);
    }

    static long whole(long width) {
      return width - width % SPECIES.length();
    }
  }
}
