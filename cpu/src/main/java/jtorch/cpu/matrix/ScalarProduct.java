package jtorch.cpu.matrix;

import jtorch.DType;
import jtorch.memory.Memory;

/// Products of matrices without the Vector API: the twin of [FloatProduct], [DoubleProduct], [IntProduct] and
/// [LongProduct]. Sums of float32 are made in float64.
final class ScalarProduct {
  private ScalarProduct() {}

  /// `C = alpha A B + beta C`; with `beta` 0, C is only written. Distances are in elements, those of C's columns are 1.
  static void run(DType type, long m, long n, long k, double alpha, long a, long aRow, long aColumn, long b, long bRow,
      long bColumn, double beta, long c, long cRow) {
    int bytes = type.size();
    for (long i = 0; i < m; i++) {
      for (long j = 0; j < n; j++) {
        long x = a + i * aRow * bytes;
        long y = b + j * bColumn * bytes;
        long to = c + (i * cRow + j) * bytes;
        if (type.isFloatingPoint()) {
          double sum = 0;
          for (long p = 0; p < k; p++) sum += real(type, x + p * aColumn * bytes) * real(type, y + p * bRow * bytes);
          double value = alpha * sum + (beta == 0 ? 0 : beta * real(type, to));
          if (type == DType.FLOAT32) Memory.putFloat(to, (float) value);
          else Memory.putDouble(to, value);
        } else {
          long sum = 0;
          for (long p = 0; p < k; p++) sum += whole(type, x + p * aColumn * bytes) * whole(type, y + p * bRow * bytes);
          long value = (long) alpha * sum + (beta == 0 ? 0 : (long) beta * whole(type, to));
          if (type == DType.INT32) Memory.putInt(to, (int) value);
          else Memory.putLong(to, value);
        }
      }
    }
  }

  private static double real(DType type, long address) {
    return type == DType.FLOAT32 ? Memory.getFloat(address) : Memory.getDouble(address);
  }

  private static long whole(DType type, long address) {
    return type == DType.INT32 ? Memory.getInt(address) : Memory.getLong(address);
  }
}
