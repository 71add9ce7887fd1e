package jtorch.cpu;

import java.lang.ref.Reference;
import java.util.Arrays;
import java.util.Comparator;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.cpu.fft.Side;
import jtorch.cpu.fft.Transform;
import jtorch.op.Call;
import jtorch.spi.Kernel;

/// Fourier transforms of tensors, a dimension after the other: the first from where the input lies, the others in place.
final class FourierKernels {
  private FourierKernels() {}

  static void register(BiConsumer<String, Kernel> table) {
    table.accept("fft_c2c", FourierKernels::complex);
    table.accept("fft_r2c", FourierKernels::realToComplex);
    table.accept("fft_c2r", FourierKernels::complexToReal);
  }

  private static Transform<?> transform(DType dtype) {
    return dtype.toReal() == DType.FLOAT64 ? Transform.F64 : Transform.F32;
  }

  private static Side side(Tensor t, int dim) {
    Lines lines = Lines.of(t, dim);
    return Side.of(t.address(), lines.starts(), lines.stride(), t.dtype().isComplex() ? t.elementSize() / 2 : 0);
  }

  /// Whether PyTorch would transform lines of neighbours: where they are, or where other dimensions do not merge to one,
  /// so that it copies them.
  private static boolean packed(Tensor t, int dim) {
    if (t.stride(dim) == 1) return true;
    long[] others = IntStream.range(0, t.dim()).filter(d -> d != dim && t.size(d) > 1).boxed()
        .sorted(Comparator.comparingLong(d -> -t.stride(d))).mapToLong(d -> d).toArray();
    for (int i = 1; i < others.length; i++) {
      int inner = (int) others[i];
      if (t.stride((int) others[i - 1]) != t.size(inner) * t.stride(inner)) return true;
    }
    return false;
  }

  /// As [#packed], after all `dims` but the last are transformed: PyTorch's results have these inside all others.
  private static boolean packedAfter(Tensor t, long[] dims, int last) {
    for (int d = 0; d < t.dim(); d++) {
      int other = d;
      boolean transformed = LongStream.of(dims).anyMatch(x -> Math.floorMod(x, t.dim()) == other);
      if (!transformed && t.size(d) > 1 && t.stride(d) > t.stride(last)) return true;
    }
    return false;
  }

  /// The factor of ATen's normalization: none, by the root of the signal's size, by the size.
  private static double scale(long mode, double size) {
    return mode == 0 ? 1 : mode == 1 ? 1 / Math.sqrt(size) : 1 / size;
  }

  private static double signal(Tensor t, long[] dims) {
    double size = 1;
    for (long d : dims) size *= t.size((int) d);
    return size;
  }

  private static void complex(Call c) {
    Tensor self = c.tensor("self");
    Tensor out = c.out();
    long[] dims = c.longs("dim");
    if (out.numel() == 0) return;
    if (dims.length == 0) {
      out.copy_(self);
      return;
    }
    double scale = scale(c.integer("normalization"), signal(self, dims));
    complex(self, out, inward(self, dims, dims.length), !c.bool("forward"), scale);
    Reference.reachabilityFence(self);
  }

  /// The first `count` of the dimensions, those of large strides first, and those that follow as they are.
  private static int[] inward(Tensor t, long[] dims, int count) {
    IntStream first = LongStream.of(dims).limit(count).mapToInt(d -> Math.floorMod(d, t.dim())).boxed()
        .sorted(Comparator.comparingLong(d -> -t.stride(d))).mapToInt(d -> d);
    return IntStream.concat(first, LongStream.of(dims).skip(count).mapToInt(d -> Math.floorMod(d, t.dim()))).toArray();
  }

  /// The dimension after which results are scaled: the shortest one, of several the last.
  private static int scaled(Tensor t, int[] dims) {
    int shortest = dims[dims.length - 1];
    for (int i = dims.length - 2; i >= 0; i--) if (t.size(dims[i]) < t.size(shortest)) shortest = dims[i];
    return shortest;
  }

  private static void complex(Tensor from, Tensor out, int[] dims, boolean inverse, double scale) {
    int scaled = scaled(from, dims);
    Tensor source = from;
    // The innermost dimension comes first: others are then as fast in place.
    for (int i = dims.length - 1; i >= 0; i--) {
      complex(source, out, dims[i], inverse, dims[i] == scaled ? scale : 1, dims.length == 1 && packed(from, dims[i]));
      source = out;
    }
  }

  private static void complex(Tensor from, Tensor out, int dim, boolean inverse, double scale, boolean packed) {
    int n = Math.toIntExact(out.size(dim));
    transform(out.dtype()).complex(PooledScratch.INSTANCE, n, Math.toIntExact(out.numel() / n), inverse, scale, packed,
        side(from, dim), side(out, dim));
  }

  private static void realToComplex(Call c) {
    Tensor self = c.tensor("self");
    Tensor out = c.out();
    if (out.numel() == 0) return;
    long[] given = c.longs("dim");
    double scale = scale(c.integer("normalization"), signal(self, given));
    boolean whole = !c.bool("onesided");
    int[] dims = inward(self, given, given.length - 1);
    int scaled = scaled(self, dims);
    int dim = dims[dims.length - 1];
    int n = Math.toIntExact(self.size(dim));
    transform(out.dtype()).realToComplex(PooledScratch.INSTANCE, n, Math.toIntExact(self.numel() / n), whole,
        dim == scaled ? scale : 1, packed(self, dim), side(self, dim), side(out, dim));
    for (int i = dims.length - 2; i >= 0; i--)
      complex(out, out, dims[i], false, dims[i] == scaled ? scale : 1, false);
    Reference.reachabilityFence(self);
  }

  private static void complexToReal(Call c) {
    Tensor self = c.tensor("self");
    Tensor out = c.out();
    if (out.numel() == 0) return;
    long[] dims = c.longs("dim");
    long mode = c.integer("normalization");
    int dim = Math.floorMod(dims[dims.length - 1], out.dim());
    Tensor source = self;
    boolean packed = packed(self, dim);
    if (dims.length > 1) {
      long[] others = Arrays.copyOf(dims, dims.length - 1);
      source = Torch.empty(self.sizes(), self.dtype());
      complex(self, source, inward(self, others, others.length), true, scale(mode, signal(self, others)));
      packed = packedAfter(self, dims, dim);
    }
    int n = Math.toIntExact(out.size(dim));
    transform(out.dtype()).complexToReal(PooledScratch.INSTANCE, n, Math.toIntExact(out.numel() / n), scale(mode, n),
        packed, side(source, dim), side(out, dim));
    Reference.reachabilityFence(source);
    Reference.reachabilityFence(self);
  }
}
