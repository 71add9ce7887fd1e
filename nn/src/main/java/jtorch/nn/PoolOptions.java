package jtorch.nn;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The keyword arguments of pooling; one number stands for all dimensions.
///
/// @param stride the kernel's size where it is empty
/// @param divisorOverride what means are divided by instead of the window's size
public record PoolOptions(long[] stride, long[] padding, long[] dilation, boolean ceilMode, boolean countIncludePad,
    @Nullable Long divisorOverride) {
  public static final PoolOptions DEFAULT =
      new PoolOptions(new long[0], new long[] {0}, new long[] {1}, false, true, null);

  public PoolOptions stride(long... v) {
    return new PoolOptions(v, padding, dilation, ceilMode, countIncludePad, divisorOverride);
  }

  public PoolOptions padding(long... v) {
    return new PoolOptions(stride, v, dilation, ceilMode, countIncludePad, divisorOverride);
  }

  public PoolOptions dilation(long... v) {
    return new PoolOptions(stride, padding, v, ceilMode, countIncludePad, divisorOverride);
  }

  public PoolOptions ceilMode(boolean v) {
    return new PoolOptions(stride, padding, dilation, v, countIncludePad, divisorOverride);
  }

  public PoolOptions countIncludePad(boolean v) {
    return new PoolOptions(stride, padding, dilation, ceilMode, v, divisorOverride);
  }

  public PoolOptions divisorOverride(long v) {
    return new PoolOptions(stride, padding, dilation, ceilMode, countIncludePad, v);
  }

  String describe(long[] kernelSize, boolean max) {
    String text = "kernel_size=" + tuple(kernelSize) + ", stride=" + tuple(stride.length == 0 ? kernelSize : stride)
        + ", padding=" + tuple(padding);
    return max ? text + ", dilation=" + tuple(dilation) + ", ceil_mode=" + (ceilMode ? "True" : "False") : text;
  }

  /// As the unpooling modules and `AvgPool1d` print themselves: a number for each dimension.
  String describeUnpooling(long[] kernelSize, int dims) {
    return "kernel_size=" + tuple(kernelSize, dims) + ", stride="
        + tuple(stride.length == 0 ? kernelSize : stride, dims) + ", padding=" + tuple(padding, dims);
  }

  private static String tuple(long[] values, int dims) {
    if (dims == 1) return "(" + values[0] + ",)";
    if (values.length == dims) return tuple(values);
    long[] all = new long[dims];
    Arrays.fill(all, values[0]);
    return tuple(all);
  }

  static String tuple(long[] values) {
    return values.length == 1 ? Long.toString(values[0]) : Arrays.toString(values).replace('[', '(').replace(']', ')');
  }
}
