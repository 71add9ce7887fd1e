package jtorch.cpu.matrix;

import jtorch.DType;
import jtorch.cpu.Parallel;
import jtorch.cpu.Scratch;
import jtorch.memory.Memory;

/// A convolution with a kernel of one element, stride 1 and no padding: for each image the matrix product
/// `y [K, pixels] = w [K, C] x [C, pixels]`, with nothing to copy.
final class PointwiseConvolution {
  /// Images of fewer pixels make poor matrices where channels are not last.
  private static final long FEW_PIXELS = 64;

  private final Scratch scratch;
  private final ConvolutionShape s;
  private final long n;
  private final long inputs;
  private final long outputs;
  private final long pixels;

  PointwiseConvolution(Scratch scratch, ConvolutionShape shape) {
    this.scratch = scratch;
    s = shape;
    n = s.n();
    inputs = s.x()[1];
    outputs = s.y()[1];
    pixels = s.yImage() / outputs;
  }

  /// Whether a convolution is of this kind and its images are matrices.
  static boolean fits(ConvolutionShape s) {
    if (s.groups() != 1) {
      return false;
    }
    for (int i = 0; i < s.spatial(); i++) {
      if (s.w()[i + 2] != 1 || s.stride()[i] != 1 || s.padding()[i] != 0 || s.x()[i + 2] != s.y()[i + 2]) {
        return false;
      }
    }
    return isMatrix(s.x(), s.xStrides()) && isMatrix(s.y(), s.yStrides());
  }

  private static boolean isMatrix(long[] sizes, long[] strides) {
    long pixels = 1;
    int last = sizes.length - 1;
    for (int i = last; i >= 2; i--) {
      if (strides[i] != strides[last] * pixels) {
        return false;
      }
      pixels *= sizes[i];
    }
    return strides[1] == 1 || strides[last] == 1 && pixels >= FEW_PIXELS;
  }

  /// `y = conv(x, w) + bias`; `bias` may be 0.
  void forward(long x, long w, long bias, long y) {
    GemmShape images = GemmShape.of(outputs, pixels, inputs).a(s.wStrides()[0], s.wStrides()[1])
        .b(s.xStrides()[1], pixel(s.xStrides())).c(s.yStrides()[1], pixel(s.yStrides()))
        .batch(n, 0, s.xStrides()[0], s.yStrides()[0]);
    Gemm.run(scratch, DType.FLOAT32, merged(images), 1, w, x, y, bias == 0 ? Gemm.Bias.NONE : Gemm.Bias.ROW, bias);
  }

  /// The gradient for x from that for y.
  void backwardData(long dy, long w, long dx) {
    GemmShape images = GemmShape.of(inputs, pixels, outputs).a(s.wStrides()[1], s.wStrides()[0])
        .b(s.yStrides()[1], pixel(s.yStrides())).c(s.xStrides()[1], pixel(s.xStrides()))
        .batch(n, 0, s.yStrides()[0], s.xStrides()[0]);
    Gemm.run(scratch, DType.FLOAT32, merged(images), 1, w, dy, 0, dx);
  }

  /// One product where the images' pixels follow each other, as they do with channels last.
  private static GemmShape merged(GemmShape g) {
    return g.bBatch() == g.n() * g.bColumn() && g.cBatch() == g.n() * g.cColumn()
        ? new GemmShape(1, g.m(), g.batch() * g.n(), g.k(), 0, g.aRow(), g.aColumn(), 0, g.bRow(), g.bColumn(), 0,
            g.cRow(),
            g.cColumn())
        : g;
  }

  private static long pixel(long[] strides) {
    return strides[strides.length - 1];
  }

  /// The gradients for w and bias (each may be 0) from that for y. Every range of images has sums of its own.
  void backwardWeights(long x, long dy, long dw, long db) {
    // The product is fastest with the longer side first.
    boolean outputsFirst = outputs >= inputs;
    GemmShape image = outputsFirst
        ? GemmShape.of(outputs, inputs, pixels).a(s.yStrides()[1], pixel(s.yStrides())).b(pixel(s.xStrides()),
            s.xStrides()[1])
        : GemmShape.of(inputs, outputs, pixels).a(s.xStrides()[1], pixel(s.xStrides())).b(pixel(s.yStrides()),
            s.yStrides()[1]);
    long ranges = Math.min(n, Parallel.threads());
    long size = outputs * inputs;
    try (Room sums = Room.of(scratch, ranges * size * 4, ranges * outputs * 4)) {
      Parallel.RangeBody body = (from, to) -> {
        for (long range = from; range < to; range++) {
          long first = range * n / ranges;
          long weights = sums.get(0) + range * size * 4;
          long biases = sums.get(1) + range * outputs * 4;
          long end = (range + 1) * n / ranges;
          if (db != 0) {
            Memory.fill(biases, outputs * 4, (byte) 0);
            new Channels(DType.FLOAT32, s.images(end - first).y(), s.yStrides())
                .addSums(dy + first * s.yStrides()[0] * 4, biases);
          }
          for (long i = first; i < end && dw != 0; i++) {
            long source = x + i * s.xStrides()[0] * 4;
            long gradient = dy + i * s.yStrides()[0] * 4;
            Gemm.run(scratch, DType.FLOAT32, image, 1, outputsFirst ? gradient : source,
                outputsFirst ? source : gradient,
                i == first ? 0 : 1, weights);
          }
        }
      };
      if (ranges > 1) {
        Parallel.run(ranges, 1, body);
      } else {
        body.run(0, 1);
      }
      for (long range = 1; range < ranges; range++) {
        Floats.add(sums.get(0), sums.get(0) + range * size * 4, dw == 0 ? 0 : size);
        Floats.add(sums.get(1), sums.get(1) + range * outputs * 4, db == 0 ? 0 : outputs);
      }
      if (dw != 0) {
        Strided.copy(4, new long[] {outputs, inputs}, 0, sums.get(0),
            outputsFirst ? new long[] {inputs, 1} : new long[] {1, outputs}, dw, s.wStrides());
      }
      if (db != 0) {
        Memory.copy(sums.get(1), db, outputs * 4);
      }
    }
  }
}
