package jtorch.cpu.kernel;

import jtorch.DType;
import jtorch.memory.Halves;
import jtorch.memory.Memory;

/// Where the points of a grid lie among the elements of an input: for each axis of each point one, two or four elements
/// with weights, and how weights change with the point.
///
/// The arithmetic, its order and its rounding are PyTorch's, for a different last bit may choose a different element.
final class GridTaps {
  /// Points that are worked on together.
  static final int BLOCK = 256;
  private static final double A = -0.75;

  private final DType rounding;
  private final int mode;
  private final int padding;
  private final boolean alignCorners;
  /// Whether PyTorch computes with scalars (volumes) or vectors (planes), in slightly different ways.
  private final boolean volume;
  /// The input's sizes, width first.
  final int[] sizes;
  /// Elements an axis, and all together.
  final int each;
  final int count;

  /// The place in the flattened space of tap `t` of point `p` at `[t][p]`, -1 outside; and its weight.
  final int[][] place;
  /// The same with the first place, and a weight of 0 in `single`, for what is outside.
  final int[][] inside;
  final double[][] weight;
  final float[][] single;
  /// The derivative of the weight by the point's coordinate along an axis, at `[axis][t][p]`.
  final double[][][] slope;
  /// For cubic interpolation in `float32`: the weights and their derivatives along an axis at `[axis][i][p]`.
  final float[][][] line;
  final float[][][] lineSlope;
  final double[][] factors;
  /// Whether some tap of the block is outside.
  boolean hasOutside;

  // Those of the axis of one point.
  private final int[][] index;
  final double[][] part;
  private final double[][] partSlope;
  private final double[] factor;

  GridTaps(DType rounding, int mode, int padding, boolean alignCorners, int[] sizes, boolean slopes) {
    this.rounding = rounding;
    this.mode = mode;
    this.padding = padding;
    this.alignCorners = alignCorners;
    this.sizes = sizes;
    volume = sizes.length == 3;
    each = mode == 0 ? 2 : mode == 1 ? 1 : 4;
    count = volume ? each * each * each : each * each;
    place = new int[count][BLOCK];
    inside = new int[count][BLOCK];
    weight = new double[count][BLOCK];
    single = new float[count][BLOCK];
    slope = new double[slopes ? sizes.length : 0][count][BLOCK];
    boolean lines = slopes && mode == 2 && rounding == DType.FLOAT32;
    line = new float[lines ? 2 : 0][4][BLOCK];
    lineSlope = new float[lines ? 2 : 0][4][BLOCK];
    factors = new double[lines ? 2 : 0][BLOCK];
    index = new int[sizes.length][each];
    part = new double[sizes.length][each];
    partSlope = new double[sizes.length][each];
    factor = new double[sizes.length];
  }

  double round(double v) {
    return switch (rounding) {
      case FLOAT32 -> (float) v;
      case FLOAT16 -> Halves.roundToFloat16((float) v);
      case BFLOAT16 -> Halves.roundToBfloat16((float) v);
      default -> v;
    };
  }

  /// Makes the taps of point `p` of the block from its coordinates, x first.
  void point(int p, double[] coordinates) {
    for (int axis = 0; axis < sizes.length; axis++) locate(axis, coordinates[axis]);
    for (int axis = 0; axis < line.length; axis++) {
      for (int i = 0; i < 4; i++) {
        line[axis][i][p] = (float) part[axis][i];
        lineSlope[axis][i][p] = (float) partSlope[axis][i];
      }
      factors[axis][p] = factor[axis];
    }
    int depth = volume ? each : 1;
    int t = 0;
    for (int k = 0; k < depth; k++) {
      for (int j = 0; j < each; j++) {
        for (int i = 0; i < each; i++) {
          int x = index[0][i];
          int y = index[1][j];
          int z = volume ? index[2][k] : 0;
          boolean outside = x < 0 || y < 0 || z < 0;
          if (outside) hasOutside = true;
          place[t][p] = outside ? -1 : (z * sizes[1] + y) * sizes[0] + x;
          double w = round(part[0][i] * part[1][j]);
          if (volume) w = round(w * part[2][k]);
          weight[t][p] = w;
          inside[t][p] = Math.max(0, place[t][p]);
          single[t][p] = outside ? 0 : (float) w;
          if (slope.length > 0) {
            double rest = volume ? part[2][k] : 1;
            slope[0][t][p] = partSlope[0][i] * part[1][j] * rest * factor[0];
            slope[1][t][p] = part[0][i] * partSlope[1][j] * rest * factor[1];
            if (volume) slope[2][t][p] = part[0][i] * part[1][j] * partSlope[2][k] * factor[2];
          }
          t++;
        }
      }
    }
  }

  /// Whether [#linear] makes the taps of this kind.
  boolean isPlain() {
    return mode == 0 && padding < 2 && !volume && rounding == DType.FLOAT32 && slope.length == 0;
  }

  /// [#point] for the points of a block that lie in a row, linear in planes of `float32`.
  void linear(long grid, int n) {
    float width = sizes[0];
    float height = sizes[1];
    float scaleX = (alignCorners ? width - 1 : width) / 2;
    float scaleY = (alignCorners ? height - 1 : height) / 2;
    float shift = alignCorners ? 0 : 0.5f;
    for (int p = 0; p < n; p++) {
      float x = (Memory.getFloat(grid + p * 8L) + 1) * scaleX - shift;
      float y = (Memory.getFloat(grid + p * 8L + 4) + 1) * scaleY - shift;
      if (padding == 1) {
        x = (float) clip(x, sizes[0]);
        y = (float) clip(y, sizes[1]);
      }
      float left = (float) Math.floor(x);
      float top = (float) Math.floor(y);
      float right = x - left;
      float bottom = y - top;
      boolean inLeft = left >= 0 && left < width;
      boolean inRight = left >= -1 && left < width - 1;
      boolean inTop = top >= 0 && top < height;
      boolean inBottom = top >= -1 && top < height - 1;
      int at = (int) top * sizes[0] + (int) left;
      tap(0, p, inLeft && inTop, at, (1 - right) * (1 - bottom));
      tap(1, p, inRight && inTop, at + 1, right * (1 - bottom));
      tap(2, p, inLeft && inBottom, at + sizes[0], (1 - right) * bottom);
      tap(3, p, inRight && inBottom, at + sizes[0] + 1, right * bottom);
    }
  }

  private void tap(int t, int p, boolean in, int at, float w) {
    place[t][p] = in ? at : -1;
    inside[t][p] = in ? at : 0;
    weight[t][p] = w;
    single[t][p] = in ? w : 0;
    if (!in) hasOutside = true;
  }

  private void locate(int axis, double coordinate) {
    int size = sizes[axis];
    double at = unnormalize(coordinate, size);
    factor[axis] = alignCorners ? (size - 1) / 2.0 : size / 2.0;
    if (mode != 2) {
      factor[axis] *= padSlope(at, size);
      at = pad(at, size);
    }
    int[] places = index[axis];
    double[] w = part[axis];
    double[] slopes = partSlope[axis];
    if (mode == 1) {
      places[0] = within(Math.rint(at), size);
      w[0] = 1;
      slopes[0] = 0;
      return;
    }
    double below = Math.floor(at);
    double rest = round(at - below);
    if (mode == 0) {
      places[0] = within(below, size);
      places[1] = within(below + 1, size);
      w[0] = volume ? round(below + 1 - at) : round(1 - rest);
      w[1] = rest;
      slopes[0] = -1;
      slopes[1] = 1;
      return;
    }
    for (int i = 0; i < 4; i++) places[i] = within(pad(below - 1 + i, size), size);
    w[0] = outer(round(rest + 1));
    w[1] = inner(rest);
    w[2] = inner(round(1 - rest));
    w[3] = outer(round(2 - rest));
    slopes[0] = outerSlope(round(rest + 1));
    slopes[1] = innerSlope(rest);
    slopes[2] = -innerSlope(round(1 - rest));
    slopes[3] = -outerSlope(round(2 - rest));
  }

  private double outer(double x) {
    double v = round(round(round(A * x) - 5 * A) * x);
    return round(round(round(v + 8 * A) * x) - 4 * A);
  }

  private double inner(double x) {
    return round(round(round(round(round((A + 2) * x) - (A + 3)) * x) * x) + 1);
  }

  private double outerSlope(double x) {
    return round(round(round(round(3 * A * x) - 10 * A) * x) + 8 * A);
  }

  private double innerSlope(double x) {
    return round(round(round(3 * (A + 2) * x) - 2 * (A + 3)) * x);
  }

  private static int within(double place, int size) {
    return place >= 0 && place < size ? (int) place : -1;
  }

  private double unnormalize(double v, int size) {
    double shifted = round(v + 1);
    if (volume) return alignCorners ? round(round(shifted / 2) * (size - 1))
        : round(round(round(shifted * size) - 1) / 2);
    return alignCorners ? round(shifted * round((size - 1) / 2.0))
        : round(round(shifted * round(size / 2.0)) - 0.5);
  }

  /// A coordinate brought inside, if padding is not zeros.
  private double pad(double v, int size) {
    return padding == 0 ? v : clip(padding == 1 ? v : reflect(v, size), size);
  }

  private double clip(double v, int size) {
    if (Double.isNaN(v)) return volume ? size - 1 : 0;
    return Math.min(size - 1, Math.max(v, 0));
  }

  private double reflect(double v, int size) {
    double low = alignCorners ? 0 : -0.5;
    double twice = 2.0 * (alignCorners ? size - 1 : size);
    if (twice == 0) return 0;
    double distance = Math.abs(round(v - low));
    if (volume) {
      double span = twice / 2;
      double extra = distance % span;
      return isOdd(Math.floor(round(distance / span))) ? round(round(span - extra) + low) : round(extra + low);
    }
    double turns = (long) round(distance / twice);
    double extra = round(distance - round(turns * twice));
    return round(Math.min(extra, round(twice - extra)) + low);
  }

  private static boolean isOdd(double v) {
    return v % 2 != 0;
  }

  private double padSlope(double v, int size) {
    if (padding == 0) return 1;
    double sign = 1;
    double inside = v;
    if (padding == 2) {
      double low = alignCorners ? 0 : -0.5;
      double span = alignCorners ? size - 1 : size;
      if (span == 0) return 0;
      sign = (v < low ? -1 : 1) * (isOdd(Math.floor(Math.abs(v - low) / span)) ? -1 : 1);
      inside = reflect(v, size);
    }
    return inside > 0 && inside < size - 1 ? sign : 0;
  }
}
