package jtorch.cpu.lapack;

import jtorch.DType;
import jtorch.memory.Memory;

/// Products of few Householder reflectors in LAPACK's order of steps (`org2r`), none of them fused: so MKL does small ones, and
/// gradients through reflectors that are nearly singular magnify any other rounding.
public final class SmallReflectors {
  /// Up to this many rows.
  public static final int LARGEST = 16;

  private SmallReflectors() {}

  /// The first n columns of the product of k reflectors, in place in a column-major m x n matrix.
  public static void run(DType t, int m, int n, int k, long a, long tau) {
    if (t == DType.FLOAT32) single(m, n, k, a, tau);
    else twice(m, n, k, a, tau);
  }

  private static void single(int m, int n, int k, long a, long tau) {
    for (int j = k; j < n; j++) {
      for (int i = 0; i < m; i++) Memory.putFloat(a + 4L * (j * m + i), i == j ? 1 : 0);
    }
    for (int i = k - 1; i >= 0; i--) {
      long v = a + 4L * i * m;
      float factor = Memory.getFloat(tau + 4L * i);
      Memory.putFloat(v + 4L * i, 1);
      for (int j = i + 1; j < n; j++) {
        long column = a + 4L * j * m;
        float sum = 0;
        for (int r = i; r < m; r++) sum += Memory.getFloat(column + 4L * r) * Memory.getFloat(v + 4L * r);
        float scaled = factor * sum;
        for (int r = i; r < m; r++)
          Memory.putFloat(column + 4L * r, Memory.getFloat(column + 4L * r) - Memory.getFloat(v + 4L * r) * scaled);
      }
      for (int r = i + 1; r < m; r++) Memory.putFloat(v + 4L * r, -factor * Memory.getFloat(v + 4L * r));
      Memory.putFloat(v + 4L * i, 1 - factor);
      for (int r = 0; r < i; r++) Memory.putFloat(v + 4L * r, 0);
    }
  }

  private static void twice(int m, int n, int k, long a, long tau) {
    for (int j = k; j < n; j++) {
      for (int i = 0; i < m; i++) Memory.putDouble(a + 8L * (j * m + i), i == j ? 1 : 0);
    }
    for (int i = k - 1; i >= 0; i--) {
      long v = a + 8L * i * m;
      double factor = Memory.getDouble(tau + 8L * i);
      Memory.putDouble(v + 8L * i, 1);
      for (int j = i + 1; j < n; j++) {
        long column = a + 8L * j * m;
        double sum = 0;
        for (int r = i; r < m; r++) sum += Memory.getDouble(column + 8L * r) * Memory.getDouble(v + 8L * r);
        double scaled = factor * sum;
        for (int r = i; r < m; r++)
          Memory.putDouble(column + 8L * r, Memory.getDouble(column + 8L * r) - Memory.getDouble(v + 8L * r) * scaled);
      }
      for (int r = i + 1; r < m; r++) Memory.putDouble(v + 8L * r, -factor * Memory.getDouble(v + 8L * r));
      Memory.putDouble(v + 8L * i, 1 - factor);
      for (int r = 0; r < i; r++) Memory.putDouble(v + 8L * r, 0);
    }
  }
}
