package jtorch.cpu.kernel;

import static jtorch.memory.Memory.getDouble;
import static jtorch.memory.Memory.getFloat;
import static jtorch.memory.Memory.putDouble;
import static jtorch.memory.Memory.putFloat;

import jtorch.DType;
import jtorch.cpu.Parallel;
import jtorch.memory.Memory;

/// Sampling planes and volumes at the points of a grid, in `float32` or `float64`, with the roundings of a narrower dtype
/// where that is wanted.
///
/// The taps of a block of points are made once and then used for all channels.
///
/// @param rounding the dtype whose arithmetic is computed
/// @param wide whether memory holds `float64`
/// @param sizes the input's space, width first
/// @param points points of a sample of the grid
public record GridSample(DType rounding, boolean wide, int mode, int padding, boolean alignCorners, int[] sizes,
    long batch, long channels, long points) {

  private GridTaps taps(boolean slopes) {
    return new GridTaps(rounding, mode, padding, alignCorners, sizes, slopes);
  }

  private int bytes() {
    return wide ? 8 : 4;
  }

  private long space() {
    long space = 1;
    for (int s : sizes) space *= s;
    return space;
  }

  private double get(long x, long i) {
    return wide ? getDouble(x + i * 8) : getFloat(x + i * 4);
  }

  private void put(long x, long i, double v) {
    if (wide) putDouble(x + i * 8, v);
    else putFloat(x + i * 4, (float) v);
  }

  private int locate(GridTaps taps, long grid, long sample, long first) {
    int n = (int) Math.min(GridTaps.BLOCK, points - first);
    int dims = sizes.length;
    double[] at = new double[dims];
    taps.hasOutside = false;
    if (taps.isPlain()) {
      taps.linear(grid + (sample * points + first) * 8, n);
      return n;
    }
    for (int p = 0; p < n; p++) {
      long from = (sample * points + first + p) * dims;
      for (int d = 0; d < dims; d++) at[d] = get(grid, from + d);
      taps.point(p, at);
    }
    return n;
  }

  private long blocks() {
    return (points + GridTaps.BLOCK - 1) / GridTaps.BLOCK;
  }

  private long grain(int taps) {
    return Reductions.grain(channels * GridTaps.BLOCK * taps);
  }

  /// `y` `[batch, channels, points]` from `x` `[batch, channels, *space]` and `grid` `[batch, points, dims]`.
  public void forward(long x, long grid, long y) {
    long space = space() * bytes();
    Parallel.run(batch * blocks(), grain(1), (begin, end) -> {
      GridTaps taps = taps(false);
      for (long b = begin; b < end; b++) {
        long sample = b / blocks();
        long first = b % blocks() * GridTaps.BLOCK;
        int n = locate(taps, grid, sample, first);
        for (long c = 0; c < channels; c++) {
          long plane = x + (sample * channels + c) * space;
          long to = y + ((sample * channels + c) * points + first) * bytes();
          if (wide) doubles(taps, plane, to, n);
          else if (rounding != DType.FLOAT32) rounded(taps, plane, to, n);
          // What is outside has a weight of 0, which makes any finite number 0.
          else if (taps.count == 4 && (!taps.hasOutside || Float.isFinite(getFloat(plane))))
            fourFloats(taps, plane, to, n);
          else floats(taps, plane, to, n);
        }
      }
    });
  }

  private static void fourFloats(GridTaps taps, long x, long y, int n) {
    int[] p0 = taps.inside[0];
    int[] p1 = taps.inside[1];
    int[] p2 = taps.inside[2];
    int[] p3 = taps.inside[3];
    float[] w0 = taps.single[0];
    float[] w1 = taps.single[1];
    float[] w2 = taps.single[2];
    float[] w3 = taps.single[3];
    for (int p = 0; p < n; p++) {
      putFloat(y + p * 4L, getFloat(x + p0[p] * 4L) * w0[p] + getFloat(x + p1[p] * 4L) * w1[p]
          + getFloat(x + p2[p] * 4L) * w2[p] + getFloat(x + p3[p] * 4L) * w3[p]);
    }
  }

  private static void floats(GridTaps taps, long x, long y, int n) {
    for (int p = 0; p < n; p++) {
      float sum = 0;
      for (int t = 0; t < taps.count; t++) {
        int place = taps.place[t][p];
        if (place >= 0) sum += getFloat(x + place * 4L) * taps.single[t][p];
      }
      putFloat(y + p * 4L, sum);
    }
  }

  private static void doubles(GridTaps taps, long x, long y, int n) {
    for (int p = 0; p < n; p++) {
      double sum = 0;
      for (int t = 0; t < taps.count; t++) {
        int place = taps.place[t][p];
        if (place >= 0) sum += getDouble(x + place * 8L) * taps.weight[t][p];
      }
      putDouble(y + p * 8L, sum);
    }
  }

  /// Each product and each sum rounded to a half.
  private static void rounded(GridTaps taps, long x, long y, int n) {
    for (int p = 0; p < n; p++) {
      double sum = 0;
      for (int t = 0; t < taps.count; t++) {
        int place = taps.place[t][p];
        if (place >= 0) sum = taps.round(sum + taps.round(getFloat(x + place * 4L) * taps.weight[t][p]));
      }
      putFloat(y + p * 4L, (float) sum);
    }
  }

  /// `dx += weight * g` at the taps of each point; `dx` is set to 0 first.
  public void backwardInput(long g, long grid, long dx) {
    long space = space();
    Parallel.run(batch * channels, Reductions.grain(points * 4), (begin, end) -> {
      GridTaps taps = taps(false);
      Memory.fill(dx + begin * space * bytes(), (end - begin) * space * bytes(), (byte) 0);
      for (long from = begin; from < end;) {
        long sample = from / channels;
        long until = Math.min(end, (sample + 1) * channels);
        for (long first = 0; first < points; first += GridTaps.BLOCK) {
          int n = locate(taps, grid, sample, first);
          for (long plane = from; plane < until; plane++)
            scatter(taps, g + (plane * points + first) * bytes(), dx + plane * space * bytes(), n);
        }
        from = until;
      }
    });
  }

  private void scatter(GridTaps taps, long g, long dx, int n) {
    for (int p = 0; p < n; p++) {
      double grad = get(g, p);
      for (int t = 0; t < taps.count; t++) {
        int place = taps.place[t][p];
        if (place >= 0) put(dx, place, get(dx, place) + grad * taps.weight[t][p]);
      }
    }
  }

  /// The gradient of each point's coordinates.
  public void backwardGrid(long g, long x, long grid, long dgrid) {
    long space = space() * bytes();
    int dims = sizes.length;
    Parallel.run(batch * blocks(), grain(2), (begin, end) -> {
      GridTaps taps = taps(true);
      double[][] sums = new double[taps.count][GridTaps.BLOCK];
      for (long b = begin; b < end; b++) {
        long sample = b / blocks();
        long first = b % blocks() * GridTaps.BLOCK;
        int n = locate(taps, grid, sample, first);
        if (taps.line.length > 0) {
          cubicGrid(taps, g + (sample * channels * points + first) * 4, x + sample * channels * space,
              dgrid + (sample * points + first) * 8, n);
          continue;
        }
        for (double[] sum : sums) java.util.Arrays.fill(sum, 0);
        for (long c = 0; c < channels; c++) {
          long plane = x + (sample * channels + c) * space;
          long grads = g + ((sample * channels + c) * points + first) * bytes();
          for (int t = 0; t < taps.count; t++) addProducts(sums[t], grads, plane, taps.place[t], n);
        }
        for (int p = 0; p < n; p++) {
          for (int d = 0; d < dims; d++) {
            double sum = 0;
            for (int t = 0; t < taps.count; t++) {
              if (taps.place[t][p] >= 0) sum += sums[t][p] * taps.slope[d][t][p];
            }
            put(dgrid, (sample * points + first + p) * dims + d, sum);
          }
        }
      }
    });
  }

  /// In PyTorch's order, for the terms cancel and what is left is rounding.
  private void cubicGrid(GridTaps taps, long g, long x, long dgrid, int n) {
    for (int p = 0; p < n; p++) {
      float dx = 0;
      float dy = 0;
      for (long c = 0; c < channels; c++) {
        float grad = getFloat(g + (c * points + p) * 4);
        for (int i = 0; i < 4; i++) {
          for (int j = 0; j < 4; j++) {
            int place = taps.place[j * 4 + i][p];
            float value = place < 0 ? 0 : getFloat(x + (c * space() + place) * 4) * grad;
            dx += value * taps.lineSlope[0][i][p] * taps.line[1][j][p];
            dy += value * taps.lineSlope[1][j][p] * taps.line[0][i][p];
          }
        }
      }
      putFloat(dgrid + p * 8L, dx * (float) taps.factors[0][p]);
      putFloat(dgrid + p * 8L + 4, dy * (float) taps.factors[1][p]);
    }
  }

  private void addProducts(double[] sums, long g, long x, int[] places, int n) {
    for (int p = 0; p < n; p++) {
      int place = places[p];
      if (place >= 0) sums[p] += get(g, p) * get(x, place);
    }
  }
}
