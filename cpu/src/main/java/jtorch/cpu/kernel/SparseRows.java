package jtorch.cpu.kernel;

import static jtorch.memory.Memory.getDouble;
import static jtorch.memory.Memory.getFloat;
import static jtorch.memory.Memory.getLong;
import static jtorch.memory.Memory.putDouble;
import static jtorch.memory.Memory.putFloat;
import static jtorch.memory.Memory.putLong;

import jtorch.cpu.VectorApi;

/// Rows of a sparse matrix times a dense one, and dot products of rows. The sums of a row stay in registers, four vectors
/// wide, while its entries pass.
public final class SparseRows {
  private SparseRows() {}

  /// `y = sum of value[p] dense[column[p]]` for p from `from` to below `to`, rows of `width` floats.
  public static void floatRow(long y, long column, long value, long from, long to, long dense, long width) {
    long done = VectorApi.PRESENT ? FloatSparseRows.row(y, column, value, from, to, dense, width) : 0;
    for (long at = done; at < width; at++) {
      float sum = 0;
      for (long p = from; p < to; p++)
        sum += getFloat(value + p * 4) * getFloat(dense + (getLong(column + p * 8) * width + at) * 4);
      putFloat(y + at * 4, sum);
    }
  }

  /// `sum left[i] right[i]` of two rows of floats.
  public static float floatDot(long left, long right, long width) {
    long done = VectorApi.PRESENT ? FloatSparseRows.whole(width) : 0;
    float sum = done > 0 ? FloatSparseRows.dot(left, right, width) : 0;
    for (long at = done; at < width; at++) sum += getFloat(left + at * 4) * getFloat(right + at * 4);
    return sum;
  }

  /// `y = sum of value[p] dense[column[p]]` for p from `from` to below `to`, rows of `width` doubles.
  public static void doubleRow(long y, long column, long value, long from, long to, long dense, long width) {
    long done = VectorApi.PRESENT ? DoubleSparseRows.row(y, column, value, from, to, dense, width) : 0;
    for (long at = done; at < width; at++) {
      double sum = 0;
      for (long p = from; p < to; p++)
        sum += getDouble(value + p * 8) * getDouble(dense + (getLong(column + p * 8) * width + at) * 8);
      putDouble(y + at * 8, sum);
    }
  }

  /// `sum left[i] right[i]` of two rows of doubles.
  public static double doubleDot(long left, long right, long width) {
    long done = VectorApi.PRESENT ? DoubleSparseRows.whole(width) : 0;
    double sum = done > 0 ? DoubleSparseRows.dot(left, right, width) : 0;
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
}
