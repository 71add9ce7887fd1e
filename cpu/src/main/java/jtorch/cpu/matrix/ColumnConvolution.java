package jtorch.cpu.matrix;

import jtorch.DType;
import jtorch.cpu.Parallel;
import jtorch.cpu.Scratch;
import jtorch.memory.Memory;

/// Convolution as matrix products, in Java: the patches under the kernel become a matrix `[C * kernel, out]`, for each
/// image and group. The fallback, the specification, and the way for float64.
final class ColumnConvolution {
  private final Scratch scratch;
  private final DType type;
  private final int bytes;
  private final ConvolutionShape s;
  /// Sizes of one group: input and output channels; and of what follows, missing dimensions having size 1.
  private final long inputs;
  private final long outputs;
  private final long[] in;
  private final long[] kernel;
  private final long[] out;
  private final long[] stride;
  private final long[] dilation;
  private final long[] padding;
  private final long pixels;
  private final long patch;

  ColumnConvolution(Scratch scratch, DType type, ConvolutionShape shape) {
    if (type != DType.FLOAT32 && type != DType.FLOAT64) {
      throw new IllegalArgumentException("no convolution of " + type);
    }
    this.scratch = scratch;
    this.type = type;
    bytes = type.size();
    s = shape;
    inputs = s.w()[1];
    outputs = s.w()[0] / s.groups();
    in = three(s.x(), 2, 1);
    kernel = three(s.w(), 2, 1);
    out = three(s.y(), 2, 1);
    stride = three(s.stride(), 0, 1);
    dilation = three(s.dilation(), 0, 1);
    padding = three(s.padding(), 0, 0);
    pixels = out[0] * out[1] * out[2];
    patch = inputs * kernel[0] * kernel[1] * kernel[2];
  }

  /// `y = conv(x, w) + bias`; `bias` may be 0.
  void forward(long x, long w, long bias, long y) {
    run(true, (n, g, image, columns, result, weights) -> {
      copy(s.x(), inputs, x + at(n, g * inputs, s.xStrides()), s.xStrides(), image, true);
      toColumns(image, columns);
      Gemm.run(scratch, type, GemmShape.of(outputs, pixels, patch), 1, weights, columns, result,
          bias == 0 ? Gemm.Bias.NONE : Gemm.Bias.ROW, bias + g * outputs * bytes);
      copy(s.y(), outputs, y + at(n, g * outputs, s.yStrides()), s.yStrides(), result, false);
    }, w);
  }

  /// The gradient for x from that for y.
  void backwardData(long dy, long w, long dx) {
    run(true, (n, g, image, columns, result, weights) -> {
      copy(s.y(), outputs, dy + at(n, g * outputs, s.yStrides()), s.yStrides(), result, true);
      Gemm.run(scratch, type, GemmShape.of(patch, pixels, outputs).a(1, patch), 1, weights, result, 0, columns);
      fromColumns(columns, image);
      copy(s.x(), inputs, dx + at(n, g * inputs, s.xStrides()), s.xStrides(), image, false);
    }, w);
  }

  /// The gradients for w and bias (each may be 0) from that for y.
  void backwardWeights(long x, long dy, long dw, long db) {
    if (dw != 0) {
      long sums = scratch.allocate(s.weights() * bytes);
      try {
        Memory.fill(sums, s.weights() * bytes, (byte) 0);
        run(false, (n, g, image, columns, gradient, unused) -> {
          copy(s.y(), outputs, dy + at(n, g * outputs, s.yStrides()), s.yStrides(), gradient, true);
          copy(s.x(), inputs, x + at(n, g * inputs, s.xStrides()), s.xStrides(), image, true);
          toColumns(image, columns);
          Gemm.run(scratch, type, GemmShape.of(outputs, patch, pixels).b(1, pixels), 1, gradient, columns, 1,
              sums + g * outputs * patch * bytes);
        }, 0);
        Strided.copy(bytes, s.w(), 0, sums, ConvolutionShape.contiguous(s.w()), dw, s.wStrides());
      } finally {
        scratch.free(sums);
      }
    }
    if (db != 0) {
      Memory.fill(db, s.y()[1] * bytes, (byte) 0);
      new Channels(type, s.y(), s.yStrides()).addSums(dy, db);
    }
  }

  private interface Step {
    /// One group of one image: buffers for its channels, columns and results, and its weights, all contiguous.
    void run(long n, long g, long image, long columns, long result, long weights);
  }

  /// Over images where these are independent and enough for all threads; else the matrix products are split.
  private void run(boolean independent, Step step, long w) {
    long weights = scratch.allocate(s.weights() * bytes);
    try {
      if (w != 0) {
        Strided.copy(bytes, s.w(), 0, w, s.wStrides(), weights, ConvolutionShape.contiguous(s.w()));
      }
      Parallel.RangeBody images = (begin, end) -> {
        long image = scratch.allocate(inputs * in[0] * in[1] * in[2] * bytes);
        long columns = scratch.allocate(patch * pixels * bytes);
        long result = scratch.allocate(outputs * pixels * bytes);
        try {
          for (long n = begin; n < end; n++) {
            for (long g = 0; g < s.groups(); g++) {
              step.run(n, g, image, columns, result, weights + g * outputs * patch * bytes);
            }
          }
        } finally {
          scratch.free(result);
          scratch.free(columns);
          scratch.free(image);
        }
      };
      if (independent && s.n() >= Parallel.threads()) {
        Parallel.run(s.n(), 1, images);
      } else {
        images.run(0, s.n());
      }
    } finally {
      scratch.free(weights);
    }
  }

  /// Copies the `channels` of a group between an image and a contiguous buffer.
  private void copy(long[] sizes, long channels, long image, long[] strides, long buffer, boolean toBuffer) {
    long[] part = sizes.clone();
    part[1] = channels;
    if (toBuffer) {
      Strided.copy(bytes, part, 1, image, strides, buffer, ConvolutionShape.contiguous(part));
    } else {
      Strided.copy(bytes, part, 1, buffer, ConvolutionShape.contiguous(part), image, strides);
    }
  }

  private long at(long n, long channel, long[] strides) {
    return (n * strides[0] + channel * strides[1]) * bytes;
  }

  private interface Line {
    /// The pixels of a line of the output that see the image: `count` of them from `column`, the first seeing `image`.
    void run(long column, long image, long count);
  }

  private void toColumns(long image, long columns) {
    Memory.fill(columns, patch * pixels * bytes, (byte) 0);
    Parallel.run(inputs, 1, (begin, end) -> lines(begin, end, image, columns, (column, from, count) -> {
      for (long i = 0; i < count; i++) {
        put(column + i * bytes, get(from + i * stride[2] * bytes));
      }
    }));
  }

  private void fromColumns(long columns, long image) {
    Memory.fill(image, inputs * in[0] * in[1] * in[2] * bytes, (byte) 0);
    Parallel.run(inputs, 1, (begin, end) -> lines(begin, end, image, columns, (column, to, count) -> {
      for (long i = 0; i < count; i++) {
        long target = to + i * stride[2] * bytes;
        put(target, get(target) + get(column + i * bytes));
      }
    }));
  }

  /// Visits, for each channel and kernel position, the lines of the output that see the image.
  private void lines(long first, long end, long image, long columns, Line line) {
    long row = columns + first * kernel[0] * kernel[1] * kernel[2] * pixels * bytes;
    for (long c = first; c < end; c++) {
      for (long a = 0; a < kernel[0]; a++) {
        for (long b = 0; b < kernel[1]; b++) {
          for (long d = 0; d < kernel[2]; d++) {
            long shift = d * dilation[2] - padding[2];
            long from = shift >= 0 ? 0 : (-shift + stride[2] - 1) / stride[2];
            long to = shift >= in[2] ? 0 : Math.min(out[2], (in[2] - 1 - shift) / stride[2] + 1);
            for (long i = 0; i < out[0] && from < to; i++) {
              long depth = i * stride[0] + a * dilation[0] - padding[0];
              for (long j = 0; j < out[1] && depth >= 0 && depth < in[0]; j++) {
                long height = j * stride[1] + b * dilation[1] - padding[1];
                if (height >= 0 && height < in[1]) {
                  long source = ((c * in[0] + depth) * in[1] + height) * in[2] + from * stride[2] + shift;
                  line.run(row + ((i * out[1] + j) * out[2] + from) * bytes, image + source * bytes, to - from);
                }
              }
            }
            row += pixels * bytes;
          }
        }
      }
    }
  }

  private double get(long address) {
    return type == DType.FLOAT32 ? Memory.getFloat(address) : Memory.getDouble(address);
  }

  private void put(long address, double value) {
    if (type == DType.FLOAT32) {
      Memory.putFloat(address, (float) value);
    } else {
      Memory.putDouble(address, value);
    }
  }

  /// The values from `first` on, with `filler` before them for the dimensions missing of three.
  private static long[] three(long[] values, int first, long filler) {
    int missing = 3 - (values.length - first);
    long[] result = new long[3];
    for (int i = 0; i < 3; i++) {
      result[i] = i < missing ? filler : values[i - missing + first];
    }
    return result;
  }
}
