package jtorch.cpu.matrix;

import java.util.Arrays;

/// A convolution of one, two or three spatial dimensions: sizes and strides (in elements) of its three tensors, and how the
/// kernel moves.
///
/// `x` is `[N, C, in...]`, `w` is `[K, C / groups, kernel...]`, `y` is `[N, K, out...]`, with
/// `y[n, k, o] = bias[k] + sum over c and r of w[k, c, r] x[n, c, o * stride + r * dilation - padding]`, elements outside of x
/// being 0. `padding` is the one before; the one after is what `out` calls for. The strides may be any: contiguous,
/// channels-last, a part of a larger tensor.
public record ConvolutionShape(long[] x, long[] w, long[] y, long[] stride, long[] padding, long[] dilation,
    long groups,
    long[] xStrides, long[] wStrides, long[] yStrides) {
  public ConvolutionShape {
    check(x, w, y, stride, padding, dilation, groups);
    if (xStrides.length != x.length || wStrides.length != x.length || yStrides.length != x.length) {
      throw new IllegalArgumentException("need a stride for each dimension");
    }
  }

  private static void check(long[] x, long[] w, long[] y, long[] stride, long[] padding, long[] dilation, long groups) {
    int spatial = x.length - 2;
    boolean ranks = spatial >= 1 && spatial <= 3 && w.length == x.length && y.length == x.length
        && stride.length == spatial && padding.length == spatial && dilation.length == spatial;
    if (!ranks || groups < 1 || x[0] != y[0] || w[0] != y[1] || w[1] * groups != x[1] || w[0] % groups != 0) {
      throw new IllegalArgumentException((ranks ? "channels do not fit: x " : "ranks do not fit: x ")
          + Arrays.toString(x)
          + ", w " + Arrays.toString(w) + ", y " + Arrays.toString(y) + ", stride " + Arrays.toString(stride)
          + ", padding " + Arrays.toString(padding) + ", dilation " + Arrays.toString(dilation) + ", groups " + groups);
    }
    for (int i = 0; i < spatial; i++) {
      if (stride[i] < 1 || dilation[i] < 1 || padding[i] < 0 || w[i + 2] < 1) {
        throw new IllegalArgumentException(
            "need stride, dilation and kernel of 1 or more and no negative padding: stride "
                + Arrays.toString(stride) + ", padding " + Arrays.toString(padding) + ", dilation "
                + Arrays.toString(dilation) + ", w " + Arrays.toString(w));
      }
    }
  }

  /// A convolution of contiguous tensors, with the same padding before and after.
  public static ConvolutionShape of(long[] x, long[] w, long[] stride, long[] padding, long[] dilation, long groups) {
    return of(x, w, stride, padding, padding, dilation, groups);
  }

  /// A convolution of contiguous tensors.
  public static ConvolutionShape of(long[] x, long[] w, long[] stride, long[] before, long[] after, long[] dilation,
      long groups) {
    long[] y = x.clone();
    y[1] = w[0];
    check(x, w, y, stride, before, dilation, groups);
    for (int i = 2; i < y.length; i++) {
      long room = x[i] + before[i - 2] + after[i - 2] - (w[i] - 1) * dilation[i - 2] - 1;
      if (room < 0) {
        throw new IllegalArgumentException(
            "the kernel is larger than the padded input: x " + Arrays.toString(x) + ", w "
                + Arrays.toString(w) + ", padding " + Arrays.toString(before) + " and " + Arrays.toString(after)
                + ", dilation " + Arrays.toString(dilation));
      }
      y[i] = room / stride[i - 2] + 1;
    }
    return new ConvolutionShape(x, w, y, stride, before, dilation, groups, contiguous(x), contiguous(w), contiguous(y));
  }

  /// The convolution whose gradient for `x` is the transposed convolution of `y` `[N, K, in...]` with `w`
  /// `[K, C / groups, kernel...]`: the transposed one's input and result are this one's `y` and `x`. Contiguous tensors.
  public static ConvolutionShape ofTransposed(long[] y, long[] w, long[] stride, long[] padding, long[] outputPadding,
      long[] dilation, long groups) {
    long[] x = y.clone();
    x[1] = w[1] * groups;
    check(x, w, y, stride, padding, dilation, groups);
    for (int i = 2; i < x.length; i++) {
      x[i] = (y[i] - 1) * stride[i - 2] - 2 * padding[i - 2] + (w[i] - 1) * dilation[i - 2] + outputPadding[i - 2] + 1;
      if (x[i] < 1) {
        throw new IllegalArgumentException(
            "the transposed convolution's result would be empty: input " + Arrays.toString(y)
                + ", w " + Arrays.toString(w) + ", padding " + Arrays.toString(padding));
      }
    }
    return new ConvolutionShape(x, w, y, stride, padding, dilation, groups, contiguous(x), contiguous(w),
        contiguous(y));
  }

  /// The same with other strides.
  public ConvolutionShape strides(long[] x, long[] w, long[] y) {
    return new ConvolutionShape(this.x, this.w, this.y, stride, padding, dilation, groups, x, w, y);
  }

  /// The same for `images` images.
  ConvolutionShape images(long images) {
    return new ConvolutionShape(with(x, 0, images), w, with(y, 0, images), stride, padding, dilation, groups, xStrides,
        wStrides, yStrides);
  }

  /// The same for `channels` of the K output channels; for whole groups where there are several.
  ConvolutionShape outputs(long channels) {
    long part = groups == 1 ? 1 : channels * groups / y[1];
    return new ConvolutionShape(groups == 1 ? x : with(x, 1, w[1] * part), with(w, 0, channels), with(y, 1, channels),
        stride,
        padding, dilation, part, xStrides, wStrides, yStrides);
  }

  /// The same for `channels` of the C input channels; there is one group.
  ConvolutionShape inputs(long channels) {
    return new ConvolutionShape(with(x, 1, channels), with(w, 1, channels), y, stride, padding, dilation, groups,
        xStrides,
        wStrides, yStrides);
  }

  int spatial() {
    return stride.length;
  }

  long n() {
    return x[0];
  }

  /// Padding after dimension `i`; negative, but above `-stride`, where the last elements of x are not used.
  long after(int i) {
    return (y[i + 2] - 1) * stride[i] + (w[i + 2] - 1) * dilation[i] + 1 - x[i + 2] - padding[i];
  }

  /// Elements of an image of x, of one of y, of the weights.
  long xImage() {
    return product(x, 1);
  }

  long yImage() {
    return product(y, 1);
  }

  long weights() {
    return product(w, 0);
  }

  /// Multiply-adds for an image.
  long work() {
    return product(y, 1) * product(w, 1);
  }

  boolean isEmpty() {
    return product(x, 0) == 0 || product(y, 0) == 0 || weights() == 0;
  }

  static long[] contiguous(long[] sizes) {
    long[] strides = new long[sizes.length];
    long stride = 1;
    for (int i = sizes.length - 1; i >= 0; i--) {
      strides[i] = stride;
      stride *= Math.max(1, sizes[i]);
    }
    return strides;
  }

  /// Strides of contiguous `[N, spatial..., C]`, in the order of `[N, C, spatial...]`.
  public static long[] channelsLast(long[] sizes) {
    long[] strides = new long[sizes.length];
    long stride = sizes[1];
    for (int i = sizes.length - 1; i >= 2; i--) {
      strides[i] = stride;
      stride *= sizes[i];
    }
    strides[1] = 1;
    strides[0] = stride;
    return strides;
  }

  private static long[] with(long[] values, int index, long value) {
    long[] copy = values.clone();
    copy[index] = value;
    return copy;
  }

  private static long product(long[] values, int from) {
    long product = 1;
    for (int i = from; i < values.length; i++) {
      product *= values[i];
    }
    return product;
  }

  private long[][] arrays() {
    return new long[][] {x, w, y, stride, padding, dilation, {groups}, xStrides, wStrides, yStrides};
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ConvolutionShape s && Arrays.deepEquals(arrays(), s.arrays());
  }

  @Override
  public int hashCode() {
    return Arrays.deepHashCode(arrays());
  }

  @Override
  public String toString() {
    return "ConvolutionShape" + Arrays.deepToString(arrays());
  }
}
