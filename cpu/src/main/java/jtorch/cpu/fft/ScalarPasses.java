package jtorch.cpu.fft;

import jtorch.memory.Memory;

/// The steps of transforms number by number: what runs without the Vector API, and what vector loops are compared with.
final class ScalarPasses<T> implements Passes<T> {
  static final ScalarPasses<float[]> F32 = new ScalarPasses<>(Float.BYTES);
  static final ScalarPasses<double[]> F64 = new ScalarPasses<>(Double.BYTES);

  private final int bytes;

  private ScalarPasses(int bytes) {
    this.bytes = bytes;
  }

  @Override
  public int lanes() {
    return 4;
  }

  @Override
  public int bytes() {
    return bytes;
  }

  @Override
  @SuppressWarnings("unchecked")
  public T table(double[] values) {
    if (bytes == 8) return (T) values;
    float[] table = new float[values.length];
    for (int i = 0; i < values.length; i++) table[i] = (float) values[i];
    return (T) table;
  }

  @Override
  @SuppressWarnings("unchecked")
  public T numbers(int count) {
    return (T) (bytes == 8 ? new double[count] : new float[count]);
  }

  @Override
  public void clear(T m, int from, int count) {
    for (int i = from; i < from + count; i++) put(m, i, 0);
  }

  private static double get(Object m, int i) {
    return m instanceof double[] d ? d[i] : ((float[]) m)[i];
  }

  private static void put(Object m, int i, double value) {
    if (m instanceof double[] d) d[i] = value;
    else((float[]) m)[i] = (float) value;
  }

  private double get(long address) {
    return bytes == 8 ? Memory.getDouble(address) : Memory.getFloat(address);
  }

  private void put(long address, double value) {
    if (bytes == 8) Memory.putDouble(address, value);
    else Memory.putFloat(address, (float) value);
  }

  @Override
  public void load(Side side, int first, int count, int rows, T m, int to, int plane, int width, int lanes,
      int[] order, int spare) {
    for (int k = 0; k < rows; k++) {
      for (int l = 0; l < lanes; l++) {
        long x = l < count ? side.start(first + l) + k * side.stride() : 0;
        int y = to + order[k] * width + l;
        put(m, y, l < count ? get(x) : 0);
        put(m, y + plane, l < count && side.part() != 0 ? get(x + side.part()) : 0);
      }
    }
  }

  @Override
  public void store(Side side, int first, int count, int rows, T m, int from, int plane, int width, double scale,
      int spare) {
    for (int l = 0; l < count; l++) {
      for (int k = 0; k < rows; k++) {
        int x = from + k * width + l;
        long y = side.start(first + l) + k * side.stride();
        put(y, get(m, x) * scale);
        if (side.part() != 0) put(y + side.part(), get(m, x + plane) * scale);
      }
    }
  }

  @Override
  @SuppressWarnings("SuspiciousSystemArraycopy")
  public void reorder(T m, int from, int to, int plane, int rows, int width, int[] order) {
    for (int k = 0; k < rows; k++) {
      System.arraycopy(m, from + k * width, m, to + order[k] * width, width);
      System.arraycopy(m, from + k * width + plane, m, to + order[k] * width + plane, width);
    }
  }

  @Override
  public void stage(int radix, T m, int at, int plane, int apart, int blocks, int width, T roots, int spare) {
    int own = 2 * (radix - 1) * apart;
    double[] in = new double[2 * radix];
    for (int b = 0; b < blocks; b++) {
      for (int p = 0; p < apart; p++) {
        int first = at + (b * radix * apart + p) * width;
        for (int x = first; x < first + width; x++) {
          for (int k = 0; k < radix; k++) {
            int u = x + k * apart * width;
            int w = 2 * ((radix - 1) * p + k - 1);
            if (k > 0 && p > 0) rotate(m, u, plane, get(roots, w), get(roots, w + 1));
            in[2 * k] = get(m, u);
            in[2 * k + 1] = get(m, u + plane);
          }
          for (int k = 0; k < radix; k++) {
            double re = 0;
            double im = 0;
            for (int j = 0; j < radix; j++) {
              int w = own + 2 * (j * k % radix);
              re += in[2 * j] * get(roots, w) - in[2 * j + 1] * get(roots, w + 1);
              im += in[2 * j] * get(roots, w + 1) + in[2 * j + 1] * get(roots, w);
            }
            put(m, x + k * apart * width, re);
            put(m, x + k * apart * width + plane, im);
          }
        }
      }
    }
  }

  private void rotate(T m, int at, int plane, double wr, double wi) {
    double re = get(m, at);
    double im = get(m, at + plane);
    put(m, at, re * wr - im * wi);
    put(m, at + plane, re * wi + im * wr);
  }

  @Override
  public void multiplyRows(T m, int at, int plane, int rows, int width, T table) {
    for (int k = 0; k < rows; k++) {
      for (int l = 0; l < width; l++)
        rotate(m, at + k * width + l, plane, get(table, 2 * k), get(table, 2 * k + 1));
    }
  }

  @Override
  public void multiplyLanes(T m, int at, int plane, int rows, int width, T coarse, T fine) {
    for (int k = 0; k < rows; k++) {
      int c = k / FINE * 2 * width;
      int f = k % FINE * 2 * width;
      for (int l = 0; l < width; l++) {
        double cr = get(coarse, c + l);
        double ci = get(coarse, c + width + l);
        double fr = get(fine, f + l);
        double fi = get(fine, f + width + l);
        rotate(m, at + k * width + l, plane, cr * fr - ci * fi, cr * fi + ci * fr);
      }
    }
  }

  @Override
  public int twist(T m, int from, int width, int other, int nextWidth, int plane, int rows, int columns, int count,
      T roots, int[] order) {
    for (int l = 0; l < count; l++) {
      for (int j = 0; j < rows; j++) {
        for (int k = 0; k < columns; k++) {
          int x = from + j * width + l * columns + k;
          int y = other + order[k] * nextWidth + l * rows + j;
          int w = 2 * j * columns + k;
          put(m, y, get(m, x));
          put(m, y + plane, get(m, x + plane));
          rotate(m, y, plane, get(roots, w), get(roots, w + columns));
        }
      }
    }
    return other;
  }

  @Override
  public void splitReal(T m, int at, int plane, int half, int width, T roots) {
    for (int l = at; l < at + width; l++) {
      ends(m, l, plane, half * width, get(m, l), 0, get(m, l + plane), 0);
      for (int k = 1; 2 * k <= half; k++) {
        int x = l + k * width;
        int mirror = l + (half - k) * width;
        double er = (get(m, x) + get(m, mirror)) / 2;
        double ei = (get(m, x + plane) - get(m, mirror + plane)) / 2;
        double dr = (get(m, x) - get(m, mirror)) / 2;
        double di = (get(m, x + plane) + get(m, mirror + plane)) / 2;
        double wr = get(roots, 2 * k);
        double wi = get(roots, 2 * k + 1);
        ends(m, x, plane, mirror - x, er, ei, wr * di + wi * dr, wi * di - wr * dr);
      }
    }
  }

  @Override
  public void mergeReal(T m, int at, int plane, int half, int width, T roots) {
    for (int l = at; l < at + width; l++) {
      double first = get(m, l);
      double last = get(m, l + half * width);
      put(m, l, first + last);
      put(m, l + plane, first - last);
      for (int k = 1; 2 * k <= half; k++) {
        int x = l + k * width;
        int mirror = l + (half - k) * width;
        double dr = get(m, x) - get(m, mirror);
        double di = get(m, x + plane) + get(m, mirror + plane);
        double wr = get(roots, 2 * k);
        double wi = get(roots, 2 * k + 1);
        ends(m, x, plane, mirror - x, get(m, x) + get(m, mirror), get(m, x + plane) - get(m, mirror + plane),
            wi * dr - wr * di, wr * dr + wi * di);
      }
    }
  }

  /// Writes `e + o` to x and the conjugate of `e - o` to its mirror.
  private static void ends(Object m, int x, int plane, int mirror, double er, double ei, double or, double oi) {
    put(m, x + mirror, er - or);
    put(m, x + mirror + plane, oi - ei);
    put(m, x, er + or);
    put(m, x + plane, ei + oi);
  }

  @Override
  public void mirror(T m, int at, int plane, int rows, int width) {
    for (int k = 1; 2 * k < rows; k++) {
      for (int l = 0; l < width; l++) {
        put(m, at + (rows - k) * width + l, get(m, at + k * width + l));
        put(m, at + (rows - k) * width + l + plane, -get(m, at + k * width + l + plane));
      }
    }
  }

  /// `-i w^k / 2`
  @Override
  public T folds(int n) {
    double[] folds = new double[n / 2 + 4];
    for (int k = 0; k <= n / 4; k++) {
      Plan.root(k, n, folds, 2 * k);
      double real = folds[2 * k];
      folds[2 * k] = folds[2 * k + 1] / 2;
      folds[2 * k + 1] = -real / 2;
    }
    return table(folds);
  }

  @Override
  public void fold(long from, long to, int half, boolean merge, T folds) {
    long number = 2L * bytes;
    double first = get(from);
    double second = get(merge ? from + half * number : from + bytes);
    put(to, first + second);
    if (merge) {
      put(to + bytes, first - second);
    } else {
      put(to + bytes, 0);
      put(to + half * number, first - second);
      put(to + half * number + bytes, 0);
    }
    double even = merge ? 1 : 0.5;
    for (int k = 1; 2 * k <= half; k++) {
      long low = k * number;
      long high = (half - k) * number;
      double wr = get(folds, 2 * k) * (merge ? 2 : 1);
      double wi = get(folds, 2 * k + 1) * (merge ? -2 : 1);
      double er = (get(from + low) + get(from + high)) * even;
      double ei = (get(from + low + bytes) - get(from + high + bytes)) * even;
      double dr = get(from + low) - get(from + high);
      double di = get(from + low + bytes) + get(from + high + bytes);
      double or = dr * wr - di * wi;
      double oi = dr * wi + di * wr;
      put(to + low, er + or);
      put(to + low + bytes, ei + oi);
      put(to + high, er - or);
      put(to + high + bytes, oi - ei);
    }
  }

  @Override
  public void mirror(long at, int n) {
    for (int k = 1; 2 * k < n; k++) {
      long x = at + 2L * bytes * k;
      long y = at + 2L * bytes * (n - k);
      put(y, get(x));
      put(y + bytes, -get(x + bytes));
    }
  }
}
