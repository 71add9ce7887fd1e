package jtorch.cpu.fft;

import jtorch.memory.Memory;

/// The steps of transforms number by number: what runs without the Vector API, and what vector loops are compared with.
final class ScalarPasses<T> implements Passes<T> {
  static final ScalarPasses<float[]> F32 = new ScalarPasses<>(4, new float[0]);
  static final ScalarPasses<double[]> F64 = new ScalarPasses<>(8, new double[0]);

  private final int bytes;
  private final T empty;

  private ScalarPasses(int bytes, T empty) {
    this.bytes = bytes;
    this.empty = empty;
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
    if (empty instanceof double[]) return (T) values;
    float[] table = new float[values.length];
    for (int i = 0; i < values.length; i++) table[i] = (float) values[i];
    return (T) table;
  }

  private static double entry(Object table, int i) {
    return table instanceof double[] d ? d[i] : ((float[]) table)[i];
  }

  private double get(long address) {
    return bytes == 8 ? Memory.getDouble(address) : Memory.getFloat(address);
  }

  private void put(long address, double value) {
    if (bytes == 8) Memory.putDouble(address, value);
    else Memory.putFloat(address, (float) value);
  }

  @Override
  public void load(Side side, int first, int count, int rows, int width, long to, long plane, int[] order,
      long spare) {
    long row = (long) width * bytes;
    Memory.fill(to, rows * row, (byte) 0);
    Memory.fill(to + plane, rows * row, (byte) 0);
    for (int l = 0; l < count; l++) {
      for (int k = 0; k < rows; k++) {
        long x = side.start(first + l) + k * side.stride();
        long y = to + order[k] * row + (long) l * bytes;
        put(y, get(x));
        if (side.part() != 0) put(y + plane, get(x + side.part()));
      }
    }
  }

  @Override
  public void store(Side side, int first, int count, int rows, int width, long from, long plane, double scale,
      long spare) {
    for (int l = 0; l < count; l++) {
      for (int k = 0; k < rows; k++) {
        long x = from + ((long) k * width + l) * bytes;
        long y = side.start(first + l) + k * side.stride();
        put(y, get(x) * scale);
        if (side.part() != 0) put(y + side.part(), get(x + plane) * scale);
      }
    }
  }

  @Override
  public void reorder(long from, long to, long plane, int rows, int width, int[] order) {
    long row = (long) width * bytes;
    for (int k = 0; k < rows; k++) {
      Memory.copy(from + k * row, to + order[k] * row, row);
      Memory.copy(from + k * row + plane, to + order[k] * row + plane, row);
    }
  }

  @Override
  public void stage(int radix, long at, long plane, int apart, int blocks, int width, T roots, long spare) {
    long row = (long) width * bytes;
    int own = 2 * (radix - 1) * apart;
    double[] in = new double[2 * radix];
    for (int b = 0; b < blocks; b++) {
      for (int p = 0; p < apart; p++) {
        for (long q = 0; q < row; q += bytes) {
          long x = at + (b * radix * apart + p) * row + q;
          for (int k = 0; k < radix; k++) {
            long u = x + k * apart * row;
            int w = 2 * ((k - 1) * apart + p);
            if (k > 0 && p > 0) rotate(get(u), get(u + plane), entry(roots, w), entry(roots, w + 1), u, plane);
            in[2 * k] = get(u);
            in[2 * k + 1] = get(u + plane);
          }
          for (int k = 0; k < radix; k++) {
            double re = 0;
            double im = 0;
            for (int j = 0; j < radix; j++) {
              int w = own + 2 * (j * k % radix);
              re += in[2 * j] * entry(roots, w) - in[2 * j + 1] * entry(roots, w + 1);
              im += in[2 * j] * entry(roots, w + 1) + in[2 * j + 1] * entry(roots, w);
            }
            put(x + k * apart * row, re);
            put(x + k * apart * row + plane, im);
          }
        }
      }
    }
  }

  private void rotate(double re, double im, double wr, double wi, long to, long plane) {
    put(to, re * wr - im * wi);
    put(to + plane, re * wi + im * wr);
  }

  @Override
  public void multiplyRows(long at, long plane, int rows, int width, T table) {
    for (int k = 0; k < rows; k++) {
      for (int l = 0; l < width; l++) {
        long x = at + ((long) k * width + l) * bytes;
        rotate(get(x), get(x + plane), entry(table, 2 * k), entry(table, 2 * k + 1), x, plane);
      }
    }
  }

  @Override
  public void multiplyLanes(long at, long plane, int rows, int width, T coarse, T fine) {
    for (int k = 0; k < rows; k++) {
      int c = k / FINE * 2 * width;
      int f = k % FINE * 2 * width;
      for (int l = 0; l < width; l++) {
        double cr = entry(coarse, c + l);
        double ci = entry(coarse, c + width + l);
        double fr = entry(fine, f + l);
        double fi = entry(fine, f + width + l);
        long x = at + ((long) k * width + l) * bytes;
        rotate(get(x), get(x + plane), cr * fr - ci * fi, cr * fi + ci * fr, x, plane);
      }
    }
  }

  @Override
  public void splitReal(long from, long to, long plane, int half, int width, T roots) {
    for (int k = 0; 2 * k <= half; k++) {
      for (int l = 0; l < width; l++) {
        long x = from + ((long) k * width + l) * bytes;
        long mirror = from + ((long) (k == 0 ? 0 : half - k) * width + l) * bytes;
        if (k == 0) {
          ends(to, plane, 0, half, width, l, get(x), 0, get(x + plane), 0);
          continue;
        }
        double er = (get(x) + get(mirror)) / 2;
        double ei = (get(x + plane) - get(mirror + plane)) / 2;
        double dr = (get(x) - get(mirror)) / 2;
        double di = (get(x + plane) + get(mirror + plane)) / 2;
        double wr = entry(roots, 2 * k);
        double wi = entry(roots, 2 * k + 1);
        ends(to, plane, k, half, width, l, er, ei, wr * di + wi * dr, wi * di - wr * dr);
      }
    }
  }

  @Override
  public void mergeReal(long from, long to, long plane, int half, int width, T roots) {
    for (int k = 0; 2 * k <= half; k++) {
      for (int l = 0; l < width; l++) {
        long x = from + ((long) k * width + l) * bytes;
        long mirror = from + ((long) (half - k) * width + l) * bytes;
        double ai = k == 0 ? 0 : get(x + plane);
        double bi = k == 0 ? 0 : get(mirror + plane);
        double dr = get(x) - get(mirror);
        double di = ai + bi;
        double wr = entry(roots, 2 * k);
        double wi = entry(roots, 2 * k + 1);
        ends(to, plane, k, k == 0 ? 0 : half, width, l, get(x) + get(mirror), ai - bi, wi * dr - wr * di,
            wr * dr + wi * di);
      }
    }
  }

  /// Writes `e + o` to row k and the conjugate of `e - o` to row `half - k`; where half is 0, to row k alone.
  private void ends(long to, long plane, int k, int half, int width, int l, double er, double ei, double or,
      double oi) {
    if (half > 0) {
      long last = to + ((long) (half - k) * width + l) * bytes;
      put(last, er - or);
      put(last + plane, oi - ei);
    }
    long y = to + ((long) k * width + l) * bytes;
    put(y, er + or);
    put(y + plane, ei + oi);
  }

  @Override
  public void mirror(long at, long plane, int rows, int width) {
    long row = (long) width * bytes;
    for (int k = 1; 2 * k < rows; k++) {
      for (long q = 0; q < row; q += bytes) {
        put(at + (rows - k) * row + q, get(at + k * row + q));
        put(at + (rows - k) * row + q + plane, -get(at + k * row + q + plane));
      }
    }
  }
}
