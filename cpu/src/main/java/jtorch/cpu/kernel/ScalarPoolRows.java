package jtorch.cpu.kernel;

import jtorch.memory.Memory;

/// The slow, obviously right twin of the vector loops of pooling, and the loops for what has none.
final class ScalarPoolRows implements PoolRows {
  private final Rows rows;

  ScalarPoolRows(Rows rows) {
    this.rows = rows;
  }

  @Override
  public void max(long y, long index, long x, long origin, long[] taps, int tapCount, long outputs, int stride,
      long limit) {
    for (long j = 0; j < outputs; j++) {
      long place = origin + j * stride;
      double best = Double.NEGATIVE_INFINITY;
      long where = place + taps[0];
      for (int t = 0; t < tapCount; t++) {
        double v = rows.get(x, place + taps[t]);
        if (v > best || Double.isNaN(v)) {
          best = v;
          where = place + taps[t];
        }
      }
      rows.put(y, j, best);
      if (index != 0) Memory.putLong(index + j * Long.BYTES, where);
    }
  }

  @Override
  public void maxOfWindow(long y, long index, long x, long first, int height, int width, long row) {
    double best = Double.NEGATIVE_INFINITY;
    long where = first;
    for (int r = 0; r < height; r++) {
      for (long place = first + r * row; place < first + r * row + width; place++) {
        double v = rows.get(x, place);
        if (v > best || Double.isNaN(v)) {
          best = v;
          where = place;
        }
      }
    }
    rows.put(y, 0, best);
    Memory.putLong(index, where);
  }

  @Override
  public void average(long y, long x, long origin, long[] taps, int tapCount, long outputs, int stride,
      double divisor, long limit) {
    for (long j = 0; j < outputs; j++) {
      double sum = 0;
      for (int t = 0; t < tapCount; t++) {
        sum += rows.get(x, origin + j * stride + taps[t]);
      }
      rows.put(y, j, sum / divisor);
    }
  }

  @Override
  public void maxOfRows(long y, long index, long x, long[] taps, int tapCount, long channels) {
    for (long c = 0; c < channels; c++) {
      double best = Double.NEGATIVE_INFINITY;
      long where = taps[0];
      for (int t = 0; t < tapCount; t++) {
        double v = rows.get(x, taps[t] * channels + c);
        if (v > best || Double.isNaN(v)) {
          best = v;
          where = taps[t];
        }
      }
      rows.put(y, c, best);
      Memory.putLong(index + c * Long.BYTES, where);
    }
  }

  @Override
  public void averageOfRows(long y, long x, long[] taps, int tapCount, long channels, double divisor) {
    for (long c = 0; c < channels; c++) {
      double sum = 0;
      for (int t = 0; t < tapCount; t++) {
        sum += rows.get(x, taps[t] * channels + c);
      }
      rows.put(y, c, sum / divisor);
    }
  }

  @Override
  public void addAtMaxima(long dx, long g, long index, long count, long channels) {
    for (long i = 0; i < count; i++) {
      long place = Memory.getLong(index + i * Long.BYTES) * channels + i % channels;
      rows.put(dx, place, rows.get(dx, place) + rows.get(g, i));
    }
  }

  @Override
  public void addToWindows(long dx, long g, long[] taps, int tapCount, long outputs, int stride, double divisor) {
    for (long j = 0; j < outputs; j++) {
      double share = rows.get(g, j) / divisor;
      for (int t = 0; t < tapCount; t++) {
        long place = j * stride + taps[t];
        rows.put(dx, place, rows.get(dx, place) + share);
      }
    }
  }
}
