package jtorch.cpu.matrix;

import jtorch.DType;
import jtorch.cpu.Scratch;
import jtorch.cpu.dnnl.Dnnl;
import jtorch.memory.Memory;
import org.jspecify.annotations.Nullable;

/// Convolutions and transposed convolutions of float32 and float64, forward and backward.
///
/// float32 goes to oneDNN where it is there and good at it; the rest is done in Java. An address of 0 means: no bias,
/// or a gradient that is not wanted.
public final class Convolution {
  private Convolution() {}

  /// `y = conv(x, w) + bias`.
  public static void forward(Scratch scratch, DType type, ConvolutionShape shape, long x, long w, long bias, long y) {
    forward(scratch, type, shape, x, w, null, bias, y);
  }

  /// `y = conv(x, w) + bias`, where w, in its owner's version, is used again and again: copies of it are kept.
  /// Worthwhile for inference with few images, where copying the weights costs as much as convolving.
  public static void forward(Scratch scratch, DType type, ConvolutionShape shape, long x, long w,
      PackedWeights.@Nullable Owner owner, long bias, long y) {
    if (isEmptyResult(shape.y())) {
      return;
    }
    if (isNative(type, shape) && !isSmall(shape)) {
      if (PointwiseConvolution.fits(shape)) {
        new PointwiseConvolution(scratch, shape).forward(x, w, bias, y);
        return;
      }
      if (new BlockedConvolution(scratch, shape).forward(x, w, owner, bias, y)) {
        return;
      }
    }
    new ColumnConvolution(scratch, type, shape).forward(x, w, bias, y);
  }

  /// The gradients of `conv(x, w) + bias` for x, w and bias from that for y.
  public static void backward(Scratch scratch, DType type, ConvolutionShape shape, long x, long w, long dy, long dx,
      long dw,
      long db) {
    boolean weights = dw != 0 || db != 0;
    if (isNative(type, shape) && !isSmall(shape)) {
      if (PointwiseConvolution.fits(shape)) {
        var pointwise = new PointwiseConvolution(scratch, shape);
        if (dx != 0) {
          pointwise.backwardData(dy, w, dx);
        }
        if (weights) {
          pointwise.backwardWeights(x, dy, dw, db);
        }
        return;
      }
      var blocked = new BlockedConvolution(scratch, shape);
      if (weights ? blocked.backward(x, w, dy, dx, dw, db) : dx == 0 || blocked.backwardData(dy, w, dx)) {
        return;
      }
    }
    var columns = new ColumnConvolution(scratch, type, shape);
    if (dx != 0) {
      columns.backwardData(dy, w, dx);
    }
    if (weights) {
      columns.backwardWeights(x, dy, dw, db);
    }
  }

  /// The transposed convolution `x = convT(y, w) + bias` with the shape of [ConvolutionShape#ofTransposed]: its input lies
  /// at `y`, its result at `x`.
  public static void transposedForward(Scratch scratch, DType type, ConvolutionShape shape, long y, long w, long bias,
      long x) {
    backward(scratch, type, shape, 0, w, y, x, 0, 0);
    if (bias != 0) {
      new Channels(type, shape.x(), shape.xStrides()).addBias(x, bias);
    }
  }

  /// The gradients of `x = convT(y, w) + bias` for y, w and bias from that for x.
  public static void transposedBackward(Scratch scratch, DType type, ConvolutionShape shape, long y, long w, long dx,
      long dy,
      long dw, long db) {
    if (dy != 0) {
      forward(scratch, type, shape, dx, w, 0, dy);
    }
    if (dw != 0) {
      backward(scratch, type, shape, dx, w, y, 0, dw, 0);
    }
    if (db != 0) {
      Memory.fill(db, shape.x()[1] * type.size(), (byte) 0);
      new Channels(type, shape.x(), shape.xStrides()).addSums(dx, db);
    }
  }

  private static boolean isNative(DType type, ConvolutionShape shape) {
    return type == DType.FLOAT32 && Dnnl.isAvailable() && !shape.isEmpty();
  }

  /// Whether oneDNN would spend more on preparing than on computing: PyTorch's bound, so that small problems have the
  /// sums in its order.
  private static boolean isSmall(ConvolutionShape shape) {
    long[] x = shape.x();
    long[] w = shape.w();
    boolean smallKernel = w[w.length - 1] <= 3 || w[w.length - 2] <= 3;
    return shape.groups() == 1 && x[0] == 1 && smallKernel && x[1] * x[2] * (x.length > 3 ? x[3] : 1) <= 20480;
  }

  private static boolean isEmptyResult(long[] sizes) {
    for (long size : sizes) {
      if (size == 0) {
        return true;
      }
    }
    return false;
  }
}
