package jtorch.cpu.kernel;

import jtorch.memory.Memory;

/// The slow, obviously right twin of the vector loops: what each word of [Rows] means, element by element, with sums in
/// `float64`. It serves where the Vector API is missing, and the tests.
final class ScalarRows implements Rows {
  static final Rows F32 = new ScalarRows(Float.BYTES);
  static final Rows F64 = new ScalarRows(Double.BYTES);

  private final int bytes;
  private final NormalizationRows normalization = new ScalarNormalizationRows(this);
  private final PoolRows pooling = new ScalarPoolRows(this);
  private final StepRows steps = new ScalarStepRows(this);

  private ScalarRows(int bytes) {
    this.bytes = bytes;
  }

  @Override
  public int bytes() {
    return bytes;
  }

  @Override
  public NormalizationRows normalization() {
    return normalization;
  }

  @Override
  public PoolRows pooling() {
    return pooling;
  }

  @Override
  public StepRows steps() {
    return steps;
  }

  @Override
  public double get(long x, long i) {
    return bytes == Float.BYTES ? Memory.getFloat(x + i * Float.BYTES) : Memory.getDouble(x + i * Double.BYTES);
  }

  @Override
  public void put(long x, long i, double value) {
    if (bytes == Float.BYTES) {
      Memory.putFloat(x + i * Float.BYTES, (float) value);
    } else {
      Memory.putDouble(x + i * Double.BYTES, value);
    }
  }

  /// `value` as the dtype holds it.
  private double round(double value) {
    return bytes == Float.BYTES ? (float) value : value;
  }

  @Override
  public double sum(long x, long n) {
    double sum = 0;
    for (long i = 0; i < n; i++) {
      sum += get(x, i);
    }
    return sum;
  }

  @Override
  public double sumAbs(long x, long n) {
    double sum = 0;
    for (long i = 0; i < n; i++) {
      sum += Math.abs(get(x, i));
    }
    return sum;
  }

  @Override
  public double sumSquares(long x, long n, double centre) {
    double sum = 0;
    for (long i = 0; i < n; i++) {
      double d = get(x, i) - centre;
      sum += d * d;
    }
    return sum;
  }

  @Override
  public double dot(long x, long y, long n, double centre) {
    double sum = 0;
    for (long i = 0; i < n; i++) {
      sum += get(x, i) * (get(y, i) - centre);
    }
    return sum;
  }

  @Override
  public double product(long x, long n) {
    double product = 1;
    for (long i = 0; i < n; i++) {
      product = round(product * get(x, i));
    }
    return product;
  }

  @Override
  public double max(long x, long n) {
    double max = Double.NEGATIVE_INFINITY;
    for (long i = 0; i < n; i++) {
      max = Math.max(max, get(x, i));
    }
    return max;
  }

  @Override
  public double min(long x, long n) {
    double min = Double.POSITIVE_INFINITY;
    for (long i = 0; i < n; i++) {
      min = Math.min(min, get(x, i));
    }
    return min;
  }

  @Override
  public long indexOf(long x, long n, double value) {
    long i = 0;
    while (i < n && !same(get(x, i), value)) {
      i++;
    }
    return i;
  }

  /// Equal, or both NaN.
  static boolean same(double a, double b) {
    return a == b || Double.isNaN(a) && Double.isNaN(b);
  }

  @Override
  public double sumExp(long x, long n, double shift) {
    double sum = 0;
    for (long i = 0; i < n; i++) {
      sum += Math.exp(get(x, i) - shift);
    }
    return sum;
  }

  @Override
  public void fill(long y, long n, double value) {
    for (long i = 0; i < n; i++) {
      put(y, i, value);
    }
  }

  @Override
  public double exp(long y, long x, long n, double shift) {
    double sum = 0;
    for (long i = 0; i < n; i++) {
      double e = Math.exp(get(x, i) - shift);
      put(y, i, e);
      sum += e;
    }
    return sum;
  }

  @Override
  public void scale(long y, long x, long n, double factor) {
    for (long i = 0; i < n; i++) {
      put(y, i, get(x, i) * factor);
    }
  }

  @Override
  public void divide(long y, long x, long n, double divisor) {
    for (long i = 0; i < n; i++) {
      put(y, i, get(x, i) / divisor);
    }
  }

  @Override
  public double log(double sum) {
    return Math.log(sum);
  }

  @Override
  public void log(long y, long x, long n) {
    for (long i = 0; i < n; i++) {
      put(y, i, Math.log(get(x, i)));
    }
  }

  @Override
  public void scaledExp(long y, long x, long n, double a, double b, double factor) {
    for (long i = 0; i < n; i++) {
      put(y, i, Math.exp(get(x, i) - a - b) * factor);
    }
  }

  @Override
  public void subtract(long y, long x, long n, double a, double b) {
    for (long i = 0; i < n; i++) {
      put(y, i, get(x, i) - a - b);
    }
  }

  @Override
  public void timesCentred(long y, long x, long g, long n, double centre) {
    for (long i = 0; i < n; i++) {
      put(y, i, get(x, i) * (get(g, i) - centre));
    }
  }

  @Override
  public void minusExp(long y, long x, long g, long n, double factor) {
    for (long i = 0; i < n; i++) {
      put(y, i, get(g, i) - Math.exp(get(x, i)) * factor);
    }
  }

  @Override
  public void expOfDifference(long y, long x, long m, long n) {
    for (long i = 0; i < n; i++) {
      put(y, i, Math.exp(get(x, i) - get(m, i)));
    }
  }

  @Override
  public void plus(long y, long a, long b, long n) {
    for (long i = 0; i < n; i++) {
      put(y, i, get(a, i) + get(b, i));
    }
  }

  @Override
  public void minus(long y, long a, long b, long n) {
    for (long i = 0; i < n; i++) {
      put(y, i, get(a, i) - get(b, i));
    }
  }

  @Override
  public void times(long y, long a, long b, long n) {
    for (long i = 0; i < n; i++) {
      put(y, i, get(a, i) * get(b, i));
    }
  }

  @Override
  public void over(long y, long a, long b, long n) {
    for (long i = 0; i < n; i++) {
      put(y, i, get(a, i) / get(b, i));
    }
  }

  @Override
  public void timesDifference(long y, long x, long g, long centre, long n) {
    for (long i = 0; i < n; i++) {
      put(y, i, get(x, i) * (get(g, i) - get(centre, i)));
    }
  }

  @Override
  public void minusExpTimes(long y, long x, long g, long factor, long n) {
    for (long i = 0; i < n; i++) {
      put(y, i, get(g, i) - Math.exp(get(x, i)) * get(factor, i));
    }
  }

  @Override
  public void addProducts(long y, long a, long b, long n) {
    for (long i = 0; i < n; i++) {
      put(y, i, get(y, i) + get(a, i) * get(b, i));
    }
  }

  @Override
  public void addRows(long panel, long x, long rows, long stride, long n) {
    for (long r = 0; r < rows; r++) {
      for (long i = 0; i < n; i++) {
        put(panel, i, get(panel, i) + get(x, r * stride + i));
      }
    }
  }

  @Override
  public void addAbsRows(long panel, long x, long rows, long stride, long n) {
    for (long r = 0; r < rows; r++) {
      for (long i = 0; i < n; i++) {
        put(panel, i, get(panel, i) + Math.abs(get(x, r * stride + i)));
      }
    }
  }

  @Override
  public void addSquaresRows(long panel, long x, long centre, long rows, long stride, long n) {
    for (long r = 0; r < rows; r++) {
      for (long i = 0; i < n; i++) {
        double d = get(x, r * stride + i) - get(centre, i);
        put(panel, i, get(panel, i) + d * d);
      }
    }
  }

  @Override
  public void addExpRows(long panel, long x, long shift, long rows, long stride, long n) {
    for (long r = 0; r < rows; r++) {
      for (long i = 0; i < n; i++) {
        put(panel, i, get(panel, i) + Math.exp(get(x, r * stride + i) - get(shift, i)));
      }
    }
  }

  @Override
  public void multiplyRows(long panel, long x, long rows, long stride, long n) {
    for (long r = 0; r < rows; r++) {
      for (long i = 0; i < n; i++) {
        put(panel, i, get(panel, i) * get(x, r * stride + i));
      }
    }
  }

  @Override
  public void maxRows(long panel, long x, long rows, long stride, long n) {
    for (long r = 0; r < rows; r++) {
      for (long i = 0; i < n; i++) {
        put(panel, i, Math.max(get(panel, i), get(x, r * stride + i)));
      }
    }
  }

  @Override
  public void minRows(long panel, long x, long rows, long stride, long n) {
    for (long r = 0; r < rows; r++) {
      for (long i = 0; i < n; i++) {
        put(panel, i, Math.min(get(panel, i), get(x, r * stride + i)));
      }
    }
  }

  @Override
  public void firstRow(long panel, long x, long value, long rows, long stride, long n) {
    for (long r = rows - 1; r >= 0; r--) {
      for (long i = 0; i < n; i++) {
        if (same(get(x, r * stride + i), get(value, i))) {
          if (bytes == Integer.BYTES) {
            Memory.putInt(panel + i * Integer.BYTES, (int) r);
          } else {
            Memory.putLong(panel + i * Long.BYTES, r);
          }
        }
      }
    }
  }
}
