package jtorch.spi;

import java.util.Arrays;

/// Interpolation along one axis as a table: output `o` is the sum of `weight[t] * x[index[t]]` for the taps `t` from
/// `start[o]` to `start[o + 1]`. Indices grow with outputs.
///
/// A table is a sparse matrix, so the gradient of an interpolation is the interpolation by [#transposed] tables.
///
/// @param in elements of the input along the axis
/// @param start the first tap of each output, and the number of taps at the end
public record ResampleAxis(int in, int[] start, int[] index, double[] weight, float[] single) {
  /// The axis that a tensor of fewer dims lacks.
  public static final ResampleAxis NONE = identity(1);

  /// How values between elements are made.
  public enum Mode {
    NEAREST(0),
    NEAREST_EXACT(0),
    LINEAR(2),
    CUBIC(4),
    LANCZOS(6);

    /// The mode that operators name so; what they do not know is Lanczos's.
    public static Mode of(String name) {
      return switch (name) {
        case "nearest" -> NEAREST;
        case "nearest-exact" -> NEAREST_EXACT;
        case "linear" -> LINEAR;
        case "cubic" -> CUBIC;
        default -> LANCZOS;
      };
    }

    /// Elements that a filter spans where nothing is scaled down.
    final int span;

    Mode(int span) {
      this.span = span;
    }

    /// The filter that antialiasing stretches.
    private double filter(double distance) {
      double x = Math.abs(distance);
      return switch (this) {
        case LINEAR -> x < 1 ? 1 - x : 0;
        case CUBIC -> x < 1 ? inner(x, -0.5) : x < 2 ? outer(x, -0.5) : 0;
        default -> x < 3 ? sinc(x) * sinc(x / 3) : 0;
      };
    }

    private static double sinc(double x) {
      return x == 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
    }
  }

  /// The cubic convolution of Keys (1981) at distances up to 1.
  private static double inner(double x, double a) {
    return ((a + 2) * x - (a + 3)) * x * x + 1;
  }

  /// The same at distances from 1 to 2.
  private static double outer(double x, double a) {
    return ((a * x - 5 * a) * x + 8 * a) * x - 4 * a;
  }

  private static ResampleAxis of(int in, int[] start, int[] index, double[] weight) {
    float[] single = new float[weight.length];
    for (int i = 0; i < single.length; i++) single[i] = (float) weight[i];
    return new ResampleAxis(in, start, index, weight, single);
  }

  public static ResampleAxis identity(int n) {
    int[] index = new int[n];
    for (int i = 0; i < n; i++) index[i] = i;
    return of(n, starts(n, 1), index, ones(n));
  }

  private static int[] starts(int n, int each) {
    int[] start = new int[n + 1];
    for (int i = 0; i <= n; i++) start[i] = i * each;
    return start;
  }

  private static double[] ones(int n) {
    double[] ones = new double[n];
    Arrays.fill(ones, 1);
    return ones;
  }

  /// The taps of an interpolation, computed as PyTorch computes them: in `float32` if `single`.
  ///
  /// @param scale what the caller said outputs are to inputs, 0 if it said nothing
  public static ResampleAxis of(Mode mode, boolean antialias, int in, int out, boolean alignCorners, double scale,
      boolean single) {
    double step = step(in, out, alignCorners, scale, single);
    if (mode.span == 0) return nearest(in, out, step, mode == Mode.NEAREST_EXACT, single);
    // PyTorch leaves out the pass, whatever the scale.
    if (in == out && (antialias || mode == Mode.LINEAR)) return identity(in);
    if (antialias) return filtered(mode, in, out, step, single);
    int taps = mode.span;
    int[] index = new int[out * taps];
    double[] weight = new double[out * taps];
    for (int o = 0; o < out; o++) {
      double at = position(o, step, alignCorners, mode == Mode.CUBIC, single);
      int below = (int) Math.min(Math.floor(at), in - 1);
      double rest = Math.clamp(round(at - below, single), 0.0, 1.0);
      if (mode == Mode.LINEAR) {
        index[2 * o] = below;
        index[2 * o + 1] = Math.min(below + 1, in - 1);
        weight[2 * o] = round(1 - rest, single);
        weight[2 * o + 1] = rest;
      } else {
        for (int t = 0; t < 4; t++) index[4 * o + t] = Math.clamp(below - 1L + t, 0, in - 1);
        weight[4 * o] = outer(rest + 1, -0.75);
        weight[4 * o + 1] = inner(rest, -0.75);
        weight[4 * o + 2] = inner(1 - rest, -0.75);
        weight[4 * o + 3] = outer(2 - rest, -0.75);
      }
    }
    return of(in, starts(out, taps), index, weight);
  }

  /// Inputs from one output to the next.
  private static double step(int in, int out, boolean alignCorners, double scale, boolean single) {
    if (alignCorners) return out > 1 ? round((in - 1.0) / (out - 1), single) : 0;
    return round(scale > 0 ? 1 / scale : (double) in / out, single);
  }

  /// The nearest inputs as PyTorch's older kernels find them: exact for equal and doubled sizes, else in `float32`.
  public static ResampleAxis nearest(int in, int out, double scale) {
    if (in == out) return identity(in);
    if (out != 2 * in) return nearest(in, out, step(in, out, false, scale, true), false, true);
    int[] index = new int[out];
    for (int o = 0; o < out; o++) index[o] = o / 2;
    return of(in, starts(out, 1), index, ones(out));
  }

  private static double position(int o, double step, boolean alignCorners, boolean cubic, boolean single) {
    if (alignCorners) return round(step * o, single);
    double at = round(round(step * (o + 0.5), single) - 0.5, single);
    return at < 0 && !cubic ? 0 : at;
  }

  private static double round(double value, boolean single) {
    return single ? (float) value : value;
  }

  private static ResampleAxis nearest(int in, int out, double step, boolean exact, boolean single) {
    int[] index = new int[out];
    for (int o = 0; o < out; o++)
      index[o] = (int) Math.min(Math.floor(round((exact ? o + 0.5 : o) * step, single)), in - 1);
    return of(in, starts(out, 1), index, ones(out));
  }

  /// Filters as wide as the inputs that an output stands for, their weights normed to 1.
  private static ResampleAxis filtered(Mode mode, int in, int out, double step, boolean single) {
    double support = round(step >= 1 ? mode.span * 0.5 * step : mode.span * 0.5, single);
    double shrink = step >= 1 ? round(1 / step, single) : 1;
    int[] start = new int[out + 1];
    int most = (int) Math.ceil(support) * 2 + 1;
    int[] index = new int[out * most];
    double[] weight = new double[out * most];
    int taps = 0;
    for (int o = 0; o < out; o++) {
      double centre = round(step * (o + 0.5), single);
      int first = Math.max((int) round(round(centre - support, single) + 0.5, single), 0);
      int end = Math.min((int) round(round(centre + support, single) + 0.5, single), in);
      int count = Math.clamp(end - first, 0, most);
      double sum = 0;
      for (int t = 0; t < count; t++) {
        double w = round(mode.filter(round(round(t + first - centre + 0.5, single) * shrink, single)), single);
        index[taps + t] = first + t;
        weight[taps + t] = w;
        sum = round(sum + w, single);
      }
      for (int t = 0; t < count && sum != 0; t++) weight[taps + t] = round(weight[taps + t] / sum, single);
      taps += count;
      start[o + 1] = taps;
    }
    return of(in, start, Arrays.copyOf(index, taps), Arrays.copyOf(weight, taps));
  }

  /// The table of the gradient: from outputs to inputs.
  public ResampleAxis transposed() {
    int[] first = new int[in + 1];
    for (int i : index) first[i + 1]++;
    for (int i = 0; i < in; i++) first[i + 1] += first[i];
    int[] next = Arrays.copyOf(first, in);
    int[] outputs = new int[index.length];
    double[] weights = new double[index.length];
    for (int o = 0; o < out(); o++) {
      for (int t = start[o]; t < start[o + 1]; t++) {
        int place = next[index[t]]++;
        outputs[place] = o;
        weights[place] = weight[t];
      }
    }
    return of(out(), first, outputs, weights);
  }

  /// The same with one tap for each input of an output, where the border has gathered several.
  public ResampleAxis merged() {
    int[] first = new int[out() + 1];
    int[] inputs = new int[index.length];
    double[] weights = new double[index.length];
    int taps = 0;
    for (int o = 0; o < out(); o++) {
      for (int t = start[o]; t < start[o + 1]; t++) {
        if (taps > first[o] && inputs[taps - 1] == index[t]) {
          weights[taps - 1] += weight[t];
        } else {
          inputs[taps] = index[t];
          weights[taps++] = weight[t];
        }
      }
      first[o + 1] = taps;
    }
    return of(in, first, Arrays.copyOf(inputs, taps), Arrays.copyOf(weights, taps));
  }

  /// Elements of the output.
  public int out() {
    return start.length - 1;
  }

  /// Whether the output is the input.
  public boolean isIdentity() {
    if (in != out() || !isChoice()) return false;
    for (int i = 0; i < in; i++) {
      if (index[i] != i) return false;
    }
    return true;
  }

  /// Whether every output is one of the inputs.
  public boolean isChoice() {
    if (taps() != 1) return false;
    for (double w : weight) {
      if (w != 1) return false;
    }
    return true;
  }

  /// How many taps every output has; 0 where that varies.
  public int taps() {
    int count = out() == 0 ? 0 : index.length / out();
    for (int o = 0; o <= out(); o++) {
      if (start[o] != o * count) return 0;
    }
    return count;
  }

  /// Inputs from the first to the last that any one output reads.
  public int span() {
    int span = 1;
    for (int o = 0; o < out(); o++) {
      for (int t = start[o]; t < start[o + 1]; t++) span = Math.max(span, index[t] - index[start[o]] + 1);
    }
    return span;
  }

  /// Most taps of an output.
  public int widest() {
    int widest = 1;
    for (int o = 0; o < out(); o++) widest = Math.max(widest, start[o + 1] - start[o]);
    return widest;
  }

  /// The bits behind the point of [#fixed] weights: as many as keep the greatest weight within 16 bits.
  public int precision() {
    double most = 0;
    for (double w : weight) most = Math.max(most, w);
    int bits = 0;
    while (bits < 22 && (int) (0.5 + most * (1 << (bits + 1))) < 1 << 15) bits++;
    return bits;
  }

  /// The weights as integers, for `uint8`.
  public int[] fixed(int precision) {
    int[] fixed = new int[weight.length];
    for (int i = 0; i < fixed.length; i++) {
      double v = weight[i] * (1 << precision);
      fixed[i] = (int) (v < 0 ? v - 0.5 : v + 0.5);
    }
    return fixed;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ResampleAxis axis && in == axis.in && Arrays.equals(start, axis.start)
        && Arrays.equals(index, axis.index) && Arrays.equals(weight, axis.weight);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(index) * 31 + Arrays.hashCode(weight);
  }

  @Override
  public String toString() {
    return "ResampleAxis[" + in + " -> " + out() + "]";
  }
}
