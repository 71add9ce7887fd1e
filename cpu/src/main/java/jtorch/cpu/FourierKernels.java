package jtorch.cpu;

import java.lang.ref.Reference;
import java.util.function.BiConsumer;
import jtorch.DType;
import jtorch.Tensor;
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
    // The innermost dimension comes first: others are then as fast in place.
    complex(self, out, dims, dims.length, !c.bool("forward"), scale);
    Reference.reachabilityFence(self);
  }

  private static void complex(Tensor from, Tensor out, long[] dims, int count, boolean inverse, double scale) {
    Tensor source = from;
    for (int i = count - 1; i >= 0; i--) {
      int dim = Math.floorMod(dims[i], out.dim());
      int n = Math.toIntExact(out.size(dim));
      transform(out.dtype()).complex(PooledScratch.INSTANCE, n, Math.toIntExact(out.numel() / n), inverse,
          i == 0 ? scale : 1, side(source, dim), side(out, dim));
      source = out;
    }
  }

  private static void realToComplex(Call c) {
    Tensor self = c.tensor("self");
    Tensor out = c.out();
    long[] dims = c.longs("dim");
    if (out.numel() == 0) return;
    double scale = scale(c.integer("normalization"), signal(self, dims));
    boolean whole = !c.bool("onesided");
    int dim = Math.floorMod(dims[dims.length - 1], self.dim());
    int n = Math.toIntExact(self.size(dim));
    transform(out.dtype()).realToComplex(PooledScratch.INSTANCE, n, Math.toIntExact(self.numel() / n), whole,
        dims.length == 1 ? scale : 1, side(self, dim), side(out, dim));
    complex(out, out, dims, dims.length - 1, false, scale);
    Reference.reachabilityFence(self);
  }

  private static void complexToReal(Call c) {
    Tensor self = c.tensor("self");
    Tensor out = c.out();
    long[] dims = c.longs("dim");
    if (out.numel() == 0) return;
    double scale = scale(c.integer("normalization"), signal(out, dims));
    Tensor source = self;
    if (dims.length > 1) {
      source = jtorch.Torch.empty(self.sizes(), self.dtype());
      complex(self, source, dims, dims.length - 1, true, 1);
    }
    int dim = Math.floorMod(dims[dims.length - 1], out.dim());
    int n = Math.toIntExact(out.size(dim));
    transform(out.dtype()).complexToReal(PooledScratch.INSTANCE, n, Math.toIntExact(out.numel() / n), scale,
        side(source, dim), side(out, dim));
    Reference.reachabilityFence(source);
    Reference.reachabilityFence(self);
  }
}
