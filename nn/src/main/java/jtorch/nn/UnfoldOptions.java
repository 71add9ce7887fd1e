package jtorch.nn;

/// The keyword arguments of [Unfold] and [Fold]; one number stands for both dimensions.
public record UnfoldOptions(long[] dilation, long[] padding, long[] stride) {
  static final UnfoldOptions DEFAULT = new UnfoldOptions(new long[] {1}, new long[] {0}, new long[] {1});

  public UnfoldOptions dilation(long... v) {
    return new UnfoldOptions(v, padding, stride);
  }

  public UnfoldOptions padding(long... v) {
    return new UnfoldOptions(dilation, v, stride);
  }

  public UnfoldOptions stride(long... v) {
    return new UnfoldOptions(dilation, padding, v);
  }

  String describe(long[] kernelSize) {
    return "kernel_size=" + PoolOptions.tuple(kernelSize) + ", dilation=" + PoolOptions.tuple(dilation) + ", padding="
        + PoolOptions.tuple(padding) + ", stride=" + PoolOptions.tuple(stride);
  }
}
