package jtorch.cpu.kernel;

import jtorch.memory.Memory;
import jtorch.spi.ResampleAxis;

/// [MixRows] one by one, for a JVM without the Vector API.
final class ScalarMixRows implements MixRows {
  private final boolean wide;

  ScalarMixRows(boolean wide) {
    this.wide = wide;
  }

  @Override
  public int bytes() {
    return wide ? 8 : 4;
  }

  private double get(long x, long i) {
    return wide ? Memory.getDouble(x + i * 8) : Memory.getFloat(x + i * 4);
  }

  private void put(long y, long i, double value) {
    if (wide) Memory.putDouble(y + i * 8, value);
    else Memory.putFloat(y + i * 4, (float) value);
  }

  @Override
  public void mix(long y, long[] rows, ResampleAxis axis, int from, int count, long n) {
    for (long i = 0; i < n; i++) {
      double sum = 0;
      for (int t = 0; t < count; t++) sum += axis.weight()[from + t] * get(rows[t], i);
      put(y, i, sum);
    }
  }

  @Override
  public void gather(long y, long x, ResampleAxis axis, int taps) {
    for (int o = 0; o < axis.out(); o++) {
      double sum = 0;
      for (int t = axis.start()[o]; t < axis.start()[o + 1]; t++) sum += axis.weight()[t] * get(x, axis.index()[t]);
      put(y, o, sum);
    }
  }
}
