package jtorch.cpu.lapack;

import jtorch.DType;
import jtorch.memory.Memory;

/// LU factors of small real matrices, for which a call of LAPACK costs as much as the arithmetic: `getrf` column by column,
/// in double precision.
public final class SmallLu {
  /// Up to so many rows and columns.
  public static final int LARGEST = 16;

  private final double[] a = new double[LARGEST * LARGEST];
  private int m;
  private int n;

  /// Whether matrices of that kind are for this class.
  public static boolean takes(DType t, int m, int n) {
    return m <= LARGEST && n <= LARGEST && (t == DType.FLOAT32 || t == DType.FLOAT64);
  }

  /// Takes a matrix.
  ///
  /// @param row bytes from one row to the next, as `column` from one column
  public void read(DType t, int rows, int columns, long address, long row, long column) {
    m = rows;
    n = columns;
    boolean single = t == DType.FLOAT32;
    for (int j = 0; j < n; j++) {
      long from = address + j * column;
      for (int i = 0; i < m; i++, from += row) a[j * m + i] = single ? Memory.getFloat(from) : Memory.getDouble(from);
    }
  }

  /// As [Lapack#getrf], to a dense column-major matrix; row exchanges are counted from 1.
  ///
  /// @return 0, or the number of the first column without a pivot
  public int factor(DType t, long address, long pivots) {
    int count = m * n;
    boolean single = t == DType.FLOAT32;
    int info = 0;
    for (int j = 0; j < Math.min(m, n); j++) {
      int p = pivot(j);
      Memory.putInt(pivots + 4L * j, p + 1);
      if (a[j * m + p] == 0) {
        if (info == 0) info = j + 1;
        continue;
      }
      if (p != j) exchange(j, p);
      eliminate(j);
    }
    for (int i = 0; i < count; i++) {
      if (single) Memory.putFloat(address + 4L * i, (float) a[i]);
      else Memory.putDouble(address + 8L * i, a[i]);
    }
    return info;
  }

  /// The row of the greatest element of column j from the diagonal on, the first of equal ones.
  private int pivot(int j) {
    int p = j;
    double most = Math.abs(a[j * m + j]);
    for (int i = j + 1; i < m; i++) {
      double magnitude = Math.abs(a[j * m + i]);
      if (magnitude > most) {
        most = magnitude;
        p = i;
      }
    }
    return p;
  }

  private void exchange(int j, int p) {
    for (int column = 0; column < n * m; column += m) {
      double other = a[column + j];
      a[column + j] = a[column + p];
      a[column + p] = other;
    }
  }

  private void eliminate(int j) {
    double scale = 1 / a[j * m + j];
    for (int i = j + 1; i < m; i++) a[j * m + i] *= scale;
    for (int c = j + 1; c < n; c++) {
      double factor = a[c * m + j];
      for (int i = j + 1; i < m; i++) a[c * m + i] -= a[j * m + i] * factor;
    }
  }
}
