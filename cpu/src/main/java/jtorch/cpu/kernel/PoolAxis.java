package jtorch.cpu.kernel;

import java.util.Arrays;

/// The windows of a pooling along one axis: for each output, the inputs `start`, `start + step`, ... below `end`.
///
/// @param in elements of the input along the axis
/// @param stride inputs from one window to the next, 0 where that varies
/// @param step inputs from one element of a window to the next (the dilation)
/// @param start the first input of each window that is not padding
/// @param end behind the last input of each window; not above `start` where a window is padding only
/// @param size elements of each window, padding included as far as PyTorch counts it
public record PoolAxis(int in, int stride, int step, int[] start, int[] end, int[] size) {
  /// The axis that a pooling of fewer dims lacks.
  public static final PoolAxis NONE = sliding(1, 1, 1, 0, 1, false);

  /// Windows of `kernel` elements at every `stride` inputs, as many as PyTorch makes: with `ceilMode` a last window
  /// may go beyond the padded input, unless it began there.
  public static PoolAxis sliding(int in, int kernel, int stride, int padding, int dilation, boolean ceilMode) {
    int span = dilation * (kernel - 1) + 1;
    int out = Math.floorDiv(in + 2 * padding - span + (ceilMode ? stride - 1 : 0), stride) + 1;
    if (ceilMode && (out - 1) * stride >= in + padding) {
      out--;
    }
    int[] start = new int[out];
    int[] end = new int[out];
    int[] size = new int[out];
    for (int o = 0; o < out; o++) {
      int first = o * stride - padding;
      start[o] = first >= 0 ? first : first + Math.ceilDiv(-first, dilation) * dilation;
      end[o] = Math.min(first + span, in);
      size[o] = Math.min(first + kernel, in + padding) - first;
    }
    return new PoolAxis(in, stride, dilation, start, end, size);
  }

  /// Windows that share the input as evenly as can be: from `floor(o * in / out)` to `ceil((o + 1) * in / out)`.
  public static PoolAxis adaptive(int in, int out) {
    int[] start = new int[out];
    int[] end = new int[out];
    int[] size = new int[out];
    for (int o = 0; o < out; o++) {
      start[o] = (int) ((long) o * in / out);
      end[o] = (int) Math.ceilDiv((o + 1L) * in, out);
      size[o] = end[o] - start[o];
    }
    return new PoolAxis(in, 0, 1, start, end, size);
  }

  /// Number of windows.
  public int out() {
    return start.length;
  }

  /// Inputs of window `o`, without padding.
  int inputs(int o) {
    return Math.max(0, Math.ceilDiv(end[o] - start[o], step));
  }

  /// Inputs of the widest window.
  int widest() {
    int widest = 0;
    for (int o = 0; o < out(); o++) {
      widest = Math.max(widest, inputs(o));
    }
    return widest;
  }

  /// The first window of those that a loop over equal windows may take: they have all their inputs and one stride.
  int firstWhole() {
    int o = 0;
    int widest = widest();
    while (o < out() && !whole(o, widest)) {
      o++;
    }
    return o;
  }

  /// Behind the last such window.
  int lastWhole() {
    int first = firstWhole();
    int o = first;
    int widest = widest();
    // Windows that are cut at opposite ends may have as many inputs as any and yet not lie a stride apart.
    while (o < out() && whole(o, widest) && start[o] - start[first] == (o - first) * stride) {
      o++;
    }
    return o;
  }

  private boolean whole(int o, int widest) {
    return stride > 0 && inputs(o) == widest;
  }

  /// Whether neighbouring inputs make windows so wide that adding up rows before pays: four and more, not overlapping.
  boolean isWide() {
    return step == 1 && widest() >= 4 && (long) out() * widest() <= in + out();
  }

  /// Whether one window holds the whole input.
  boolean global() {
    return out() == 1 && inputs(0) == in;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PoolAxis axis && in == axis.in && stride == axis.stride && step == axis.step
        && Arrays.equals(start, axis.start) && Arrays.equals(end, axis.end) && Arrays.equals(size, axis.size);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(start) * 31 + Arrays.hashCode(end);
  }

  @Override
  public String toString() {
    return "PoolAxis[" + in + " -> " + out() + "]";
  }
}
