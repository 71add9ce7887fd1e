package jtorch.cuda;

import java.lang.ref.Reference;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.cuda.fft.FourierPlans;
import jtorch.cuda.fft.FourierPlans.Transform;
import jtorch.cuda.fft.Layout;
import jtorch.op.Call;
import jtorch.op.HostFallback;
import jtorch.spi.Kernel;
import org.jspecify.annotations.Nullable;

/// Fourier transforms by cuFFT, up to three dimensions at once; where it is not there, by the processor.
///
/// Signals are read and written where they lie if the library can see them so, else by way of a copy. Norms are a factor
/// afterwards, as PyTorch has them.
final class FourierKernels {
  private static final int MOST_DIMS = 3;

  private final CudaBackend backend;

  private FourierKernels(CudaBackend backend) {
    this.backend = backend;
  }

  static void register(CudaBackend backend, BiConsumer<String, Kernel> table) {
    var kernels = new FourierKernels(backend);
    table.accept("fft_c2c", c -> kernels.run(c, Work::complex));
    table.accept("fft_r2c", c -> kernels.run(c, Work::realToComplex));
    table.accept("fft_c2r", c -> kernels.run(c, Work::complexToReal));
  }

  private void run(Call c, Consumer<Work> work) {
    Tensor self = c.tensor("self");
    Tensor out = c.out();
    if (out.numel() == 0) return;
    if (c.longs("dim").length == 0) {
      out.copy_(self);
      return;
    }
    CudaDevice gpu = backend.device(out.device());
    boolean half = out.dtype().toReal() == DType.FLOAT16;
    if (half) checkSizes(c, self.numel() > out.numel() ? self : out);
    if (gpu.fourierPlans().canRun()) work.accept(new Work(c, gpu));
    else if (half) widened(c);
    else HostFallback.run(c);
    Reference.reachabilityFence(self);
  }

  /// The processor transforms no halves.
  private static void widened(Call c) {
    @Nullable Object[] arguments = c.arguments().clone();
    Tensor self = c.tensor("self");
    arguments[0] = self.to(self.dtype().isComplex() ? DType.COMPLEX64 : DType.FLOAT32);
    c.out().copy_((Tensor) c.operator().call(arguments));
  }

  private static void checkSizes(Call c, Tensor signals) {
    long[] sizes = LongStream.of(c.longs("dim")).map(d -> signals.size((int) d)).toArray();
    for (long size : sizes) {
      if (Long.bitCount(size) != 1) throw c.check().because(
          "cuFFT only supports dimensions whose sizes are powers of two when computing in half precision, but got a signal size of %s",
          Arrays.toString(sizes)).failure();
    }
  }

  /// One call.
  private record Work(Call call, CudaDevice gpu) {
    Tensor self() {
      return call.tensor("self");
    }

    /// The dimensions with those of large strides first, the last one where it was if it has a place of its own.
    private int[] dims(boolean lastStays) {
      Tensor self = self();
      int[] given = LongStream.of(call.longs("dim")).mapToInt(d -> Math.floorMod(d, self.dim())).toArray();
      int sorted = given.length - (lastStays ? 1 : 0);
      IntStream first = IntStream.of(given).limit(sorted).boxed()
          .sorted(Comparator.comparingLong(d -> -self.stride(d))).mapToInt(d -> d);
      return IntStream.concat(first, IntStream.of(given).skip(sorted)).toArray();
    }

    /// ATen's normalization: 1 divides by the root of the signals' size, 2 by the size.
    private void scale(Tensor result, Tensor signals) {
      long mode = call.integer("normalization");
      if (mode == 0) return;
      double size = 1;
      for (long d : call.longs("dim")) size *= signals.size((int) d);
      result.mul_(mode == 1 ? 1 / Math.sqrt(size) : 1 / size);
    }

    void complex() {
      complex(self(), call.out(), dims(false), call.bool("forward"));
      scale(call.out(), call.out());
    }

    /// Three dimensions after the other, the innermost first; the first from where the input lies, others in place.
    private void complex(Tensor from, Tensor to, int[] dims, boolean forward) {
      Tensor source = from;
      for (int end = dims.length; end > 0; end -= MOST_DIMS) {
        transform(source, to, to, Arrays.copyOfRange(dims, Math.max(0, end - MOST_DIMS), end), forward, false);
        source = to;
      }
    }

    void realToComplex() {
      Tensor self = self();
      Tensor out = call.out();
      int[] dims = dims(true);
      int last = dims[dims.length - 1];
      long n = self.size(last);
      long half = n / 2 + 1;
      Tensor spectrum = call.bool("onesided") ? out : out.narrow(last, 0, half);
      if (dims.length <= MOST_DIMS) {
        transform(self, spectrum, self, dims, true, false);
      } else {
        transform(self, spectrum, self, new int[] {last}, true, false);
        complex(spectrum, spectrum, Arrays.copyOf(dims, dims.length - 1), true);
      }
      scale(spectrum, self);
      if (call.bool("onesided") || half == n) return;
      // What is left are conjugates of the numbers at the opposite frequencies.
      Tensor mirrored = spectrum.narrow(last, 1, n - half).conj();
      for (int d : dims) mirrored = d == last ? mirrored.flip(d) : mirrored.flip(d).roll(1, d);
      out.narrow(last, half, n - half).copy_(mirrored);
    }

    void complexToReal() {
      Tensor out = call.out();
      int[] dims = dims(true);
      int last = dims[dims.length - 1];
      Tensor half = self().narrow(last, 0, out.size(last) / 2 + 1);
      if (dims.length <= MOST_DIMS) {
        transform(half, out, out, dims, false, true);
      } else {
        Tensor source = Torch.empty(half.sizes(), half.dtype(), half.device());
        complex(half, source, Arrays.copyOf(dims, dims.length - 1), false);
        transform(source, out, out, new int[] {last}, false, true);
      }
      scale(out, out);
    }

    /// Up to three dimensions of signals.
    ///
    /// @param sizes a tensor of the signals' sizes
    /// @param changed whether the library may change what it reads
    private void transform(Tensor from, Tensor to, Tensor sizes, int[] dims, boolean forward, boolean changed) {
      long[] order = order(from, dims);
      int rank = dims.length;
      Tensor x = from.permute(order);
      Tensor y = to.permute(order);
      boolean half = to.dtype().toReal() == DType.FLOAT16;
      Layout in = changed ? null : Layout.of(x, rank);
      boolean real = !from.dtype().isComplex();
      // Real numbers have to lie where complex ones could, and halves that are real side by side.
      if (in == null || real && x.pointer() % (2L * x.dtype().size()) != 0 || half && real && in.stride() != 1) {
        Tensor copy = Torch.empty(x.sizes(), x.dtype(), x.device());
        copy.copy_(x);
        x = copy;
        in = Objects.requireNonNull(Layout.of(x, rank));
      }
      Tensor target = y;
      Layout out = Layout.of(y, rank);
      if (out == null || half && !to.dtype().isComplex() && out.stride() != 1) {
        target = Torch.empty(y.sizes(), y.dtype(), y.device());
        out = Objects.requireNonNull(Layout.of(target, rank));
      }
      var signal = Layout.signal(sizes.permute(order), rank);
      long batch = 1;
      for (int d = 0; d < x.dim() - rank; d++) batch *= x.size(d);
      var transform = new Transform(x.dtype(), target.dtype(), signal, in, out, batch);
      var workspace = new Tensor[1];
      gpu.fourierPlans().run(call.operator().schema().bareName(), transform, forward, x.pointer(), target.pointer(),
          bytes -> {
            workspace[0] = Torch.empty(new long[] {bytes}, DType.UINT8, to.device());
            return workspace[0].pointer();
          }, gpu.stream());
      Reference.reachabilityFence(workspace);
      Reference.reachabilityFence(x);
      if (target != y) y.copy_(target);
    }

    /// The batch, dimensions of large strides first, and then the signal.
    private static long[] order(Tensor t, int[] dims) {
      IntStream batch = IntStream.range(0, t.dim()).filter(d -> IntStream.of(dims).noneMatch(own -> own == d)).boxed()
          .sorted(Comparator.comparingLong(d -> -t.stride(d))).mapToInt(d -> d);
      return IntStream.concat(batch, IntStream.of(dims)).asLongStream().toArray();
    }
  }
}
