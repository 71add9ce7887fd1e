package jtorch.cpu;

import java.lang.ref.Reference;
import java.util.function.BiConsumer;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.memory.Memory;
import jtorch.op.Call;
import jtorch.spi.Kernel;

/// The kernels of windows as columns and back, and of pooling at random places.
final class FoldingKernels {
  private static final long GRAIN = 16 << 10;

  private FoldingKernels() {}

  static void register(BiConsumer<String, Kernel> table) {
    table.accept("im2col", FoldingKernels::columns);
    table.accept("col2im", FoldingKernels::image);
    table.accept("fractional_max_pool", FoldingKernels::fractional);
  }

  /// The windows over an image of `height` by `width`.
  private record Windows(int height, int width, int kernelHeight, int kernelWidth, int dilationHeight,
      int dilationWidth, int padHeight, int padWidth, int strideHeight, int strideWidth) {
    static Windows of(Call c, Tensor image) {
      return new Windows((int) image.size(-2), (int) image.size(-1), at(c, "kernel_size", 0), at(c, "kernel_size", 1),
          at(c, "dilation", 0), at(c, "dilation", 1), at(c, "padding", 0), at(c, "padding", 1), at(c, "stride", 0),
          at(c, "stride", 1));
    }

    private static int at(Call c, String name, int i) {
      return Math.toIntExact(c.longs(name)[i]);
    }

    int down() {
      return (height + 2 * padHeight - dilationHeight * (kernelHeight - 1) - 1) / strideHeight + 1;
    }

    int across() {
      return (width + 2 * padWidth - dilationWidth * (kernelWidth - 1) - 1) / strideWidth + 1;
    }

    /// The first window whose element at `offset` is not before the image.
    int firstInside(int offset) {
      return Math.max(0, Math.ceilDiv(padWidth - offset, strideWidth));
    }

    /// Behind the last window whose element at `offset` is not behind the image.
    int endInside(int offset) {
      return Math.clamp(Math.floorDiv(width - 1 + padWidth - offset, strideWidth) + 1L, 0, across());
    }
  }

  private static void columns(Call c) {
    Tensor x = c.tensor("self").contiguous();
    Tensor y = c.out();
    if (y.numel() == 0) return;
    Windows w = Windows.of(c, x);
    int size = x.dtype().size();
    int down = w.down();
    int across = w.across();
    int area = w.kernelHeight * w.kernelWidth;
    long planes = x.numel() / ((long) w.height * w.width);
    long plane = (long) w.height * w.width * size;
    // A row of the result is one element of the window, for all windows.
    Parallel.run(planes * area, Math.max(1, GRAIN / ((long) down * across)), (begin, end) -> {
      for (long r = begin; r < end; r++) {
        long from = x.address() + r / area * plane;
        int tap = (int) (r % area);
        int offsetY = tap / w.kernelWidth * w.dilationHeight;
        int offsetX = tap % w.kernelWidth * w.dilationWidth;
        int first = w.firstInside(offsetX);
        int until = Math.max(first, w.endInside(offsetX));
        for (int i = 0; i < down; i++) {
          long to = y.address() + (r * down + i) * across * size;
          int row = i * w.strideHeight - w.padHeight + offsetY;
          if (row < 0 || row >= w.height) {
            Memory.fill(to, (long) across * size, (byte) 0);
            continue;
          }
          if (first > 0) Memory.fill(to, (long) Math.min(first, across) * size, (byte) 0);
          if (until < across) Memory.fill(to + (long) until * size, (long) (across - until) * size, (byte) 0);
          long source = from + ((long) row * w.width + (long) first * w.strideWidth - w.padWidth + offsetX) * size;
          copy(source, to + (long) first * size, Math.min(until, across) - first, w.strideWidth, size);
        }
      }
    });
    Reference.reachabilityFence(x);
  }

  /// Every `stride`-th element side by side.
  private static void copy(long from, long to, int count, int stride, int size) {
    if (count <= 0) return;
    if (stride == 1) {
      Memory.copy(from, to, (long) count * size);
      return;
    }
    long step = (long) stride * size;
    switch (size) {
      case 4 -> {
        for (int i = 0; i < count; i++) Memory.putInt(to + i * 4L, Memory.getInt(from + i * step));
      }
      case 8 -> {
        for (int i = 0; i < count; i++) Memory.putLong(to + i * 8L, Memory.getLong(from + i * step));
      }
      case 2 -> {
        for (int i = 0; i < count; i++) Memory.putShort(to + i * 2L, Memory.getShort(from + i * step));
      }
      default -> {
        for (int i = 0; i < count; i++) Memory.copy(from + i * step, to + (long) i * size, size);
      }
    }
  }

  private static void image(Call c) {
    Tensor self = c.tensor("self");
    Tensor out = c.out();
    if (out.numel() == 0) return;
    DType dtype = out.dtype();
    if (dtype.isComplex()) {
      DType part = dtype.toReal();
      Tensor re = Torch.empty(out.sizes(), part);
      Tensor im = Torch.empty(out.sizes(), part);
      add(c, self.real().contiguous(), re);
      add(c, self.imag().contiguous(), im);
      out.copy_(Torch.complex(re, im));
    } else if (dtype == DType.FLOAT32 || dtype == DType.FLOAT64) {
      add(c, self.contiguous(), out);
    } else {
      Tensor sums = Torch.empty(out.sizes(), DType.FLOAT32);
      add(c, self.to(DType.FLOAT32).contiguous(), sums);
      out.copy_(sums);
    }
  }

  private static void add(Call c, Tensor x, Tensor y) {
    Windows w = Windows.of(c, y);
    boolean wide = y.dtype() == DType.FLOAT64;
    int size = y.dtype().size();
    int down = w.down();
    int across = w.across();
    int area = w.kernelHeight * w.kernelWidth;
    long plane = (long) w.height * w.width * size;
    long planes = y.numel() / ((long) w.height * w.width);
    Parallel.run(planes, Math.max(1, GRAIN / ((long) down * across * area)), (begin, end) -> {
      Memory.fill(y.address() + begin * plane, (end - begin) * plane, (byte) 0);
      for (long r = begin * area; r < end * area; r++) {
        long to = y.address() + r / area * plane;
        int tap = (int) (r % area);
        int offsetY = tap / w.kernelWidth * w.dilationHeight;
        int offsetX = tap % w.kernelWidth * w.dilationWidth;
        int first = w.firstInside(offsetX);
        int until = w.endInside(offsetX);
        long step = (long) w.strideWidth * size;
        for (int i = 0; i < down; i++) {
          int row = i * w.strideHeight - w.padHeight + offsetY;
          if (row < 0 || row >= w.height) continue;
          long from = x.address() + ((r * down + i) * across + first) * size;
          long target = to + ((long) row * w.width + (long) first * w.strideWidth - w.padWidth + offsetX) * size;
          int count = until - first;
          if (wide) {
            for (int o = 0; o < count; o++)
              Memory.putDouble(target + o * step,
                  Memory.getDouble(target + o * step) + Memory.getDouble(from + o * 8L));
          } else {
            for (int o = 0; o < count; o++)
              Memory.putFloat(target + o * step, Memory.getFloat(target + o * step) + Memory.getFloat(from + o * 4L));
          }
        }
      }
    });
    Reference.reachabilityFence(x);
  }

  // ---- pooling at random places

  private static void fractional(Call c) {
    Tensor x = c.tensor("self").contiguous();
    Tensor samples = c.tensor("random_samples").contiguous();
    long[] space = c.longs("output_size");
    int n = space.length;
    int lead = x.dim() - n;
    // Missing dimensions come first, with one window of one element.
    int[] in = {1, 1, 1};
    int[] out = {1, 1, 1};
    int[] kernel = {1, 1, 1};
    for (int i = 0; i < n; i++) {
      in[3 - n + i] = (int) x.size(lead + i);
      out[3 - n + i] = (int) space[i];
      kernel[3 - n + i] = (int) c.longs("kernel_size")[i];
    }
    long volume = (long) in[0] * in[1] * in[2];
    long outputs = (long) out[0] * out[1] * out[2];
    long planes = x.numel() / Math.max(1, volume);
    DType dtype = x.dtype();
    int size = dtype.size();
    Parallel.run(planes, Math.max(1, GRAIN / (outputs * kernel[0] * kernel[1] * kernel[2])), (begin, end) -> {
      for (long p = begin; p < end; p++) {
        int[][] starts = {{0}, {0}, {0}};
        for (int i = 0; i < n; i++) {
          // Planes take the width's number first, volumes the depth's.
          int number = n == 2 ? 1 - i : i;
          int axis = 3 - n + i;
          starts[axis] = starts(dtype, Numbers.getDouble(dtype, samples.address() + (p * n + number) * size), in[axis],
              out[axis], kernel[axis]);
        }
        long from = x.address() + p * volume * size;
        long o = p * outputs;
        for (int d : starts[0]) {
          for (int h : starts[1]) {
            for (int w : starts[2]) {
              double most = Double.NEGATIVE_INFINITY;
              long place = ((long) d * in[1] + h) * in[2] + w;
              for (int i = d; i < d + kernel[0]; i++) {
                for (int j = h; j < h + kernel[1]; j++) {
                  for (int k = w; k < w + kernel[2]; k++) {
                    long at = ((long) i * in[1] + j) * in[2] + k;
                    double v = Numbers.getDouble(dtype, from + at * size);
                    if (v > most || Double.isNaN(v)) {
                      most = v;
                      place = at;
                    }
                  }
                }
              }
              Numbers.putDouble(dtype, c.out(0).address() + o * size, most);
              Memory.putLong(c.out(1).address() + o * 8, place);
              o++;
            }
          }
        }
      }
    });
    Reference.reachabilityFence(x);
    Reference.reachabilityFence(samples);
  }

  private static int[] starts(DType dtype, double sample, int in, int out, int kernel) {
    int[] starts = new int[out];
    double alpha = out > 1 ? Numbers.round(dtype, (double) (in - kernel) / (out - 1)) : 0;
    for (int i = 0; i < out - 1; i++) {
      double end = Numbers.round(dtype, Numbers.round(dtype, i + sample) * alpha);
      starts[i] = (int) end - (int) Numbers.round(dtype, sample * alpha);
    }
    if (out > 0) starts[out - 1] = in - kernel;
    return starts;
  }
}
