package jtorch.cpu.lapack;

import jtorch.DType;
import jtorch.memory.Memory;

/// LU factors of small real matrices, for which a call of LAPACK costs as much as the arithmetic: `getrf` column by column
/// and `getrs`, in double precision.
public final class SmallLu {
  /// Up to so many rows and columns.
  public static final int LARGEST = 16;

  private final double[] a = new double[LARGEST * LARGEST];
  private final double[] b = new double[LARGEST];
  private final int[] exchanges = new int[LARGEST];
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
      exchanges[j] = p;
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

  /// Takes the factors of a square matrix, of which [#solve] makes use.
  ///
  /// @param pivots the row exchanges, counted from 1
  public void readFactors(DType t, int size, long address, long column, long pivots) {
    read(t, size, size, address, t.size(), column);
    for (int i = 0; i < size; i++) exchanges[i] = Memory.getInt(pivots + 4L * i) - 1;
  }

  /// As [Lapack#getrs] for real matrices and one column, with the factors that were found or read last: the solution in its
  /// place.
  public void solve(DType t, boolean transposed, long x) {
    boolean single = t == DType.FLOAT32;
    for (int i = 0; i < n; i++) b[i] = single ? Memory.getFloat(x + 4L * i) : Memory.getDouble(x + 8L * i);
    if (transposed) solveTransposed();
    else solve();
    for (int i = 0; i < n; i++) {
      if (single) Memory.putFloat(x + 4L * i, (float) b[i]);
      else Memory.putDouble(x + 8L * i, b[i]);
    }
  }

  private void solve() {
    double[] lu = a;
    double[] x = b;
    int size = n;
    for (int i = 0; i < size; i++) exchange(i);
    for (int j = 0; j < size - 1; j++) subtract(lu, j * size, x, x[j], j + 1, size);
    for (int j = size - 1; j >= 0; j--) {
      double solved = x[j] / lu[j * size + j];
      x[j] = solved;
      subtract(lu, j * size, x, solved, 0, j);
    }
  }

  /// Takes a multiple of a column from those elements.
  private static void subtract(double[] lu, int column, double[] x, double factor, int begin, int end) {
    for (int i = begin; i < end; i++) x[i] -= lu[column + i] * factor;
  }

  private void solveTransposed() {
    for (int j = 0; j < n; j++) {
      for (int i = 0; i < j; i++) b[j] -= a[j * n + i] * b[i];
      b[j] /= a[j * n + j];
    }
    for (int j = n - 1; j >= 0; j--) {
      for (int i = j + 1; i < n; i++) b[j] -= a[j * n + i] * b[i];
    }
    for (int i = n - 1; i >= 0; i--) exchange(i);
  }

  private void exchange(int i) {
    double kept = b[i];
    b[i] = b[exchanges[i]];
    b[exchanges[i]] = kept;
  }
}
