package jtorch.cpu;

import java.util.Arrays;
import java.util.function.BiConsumer;
import jtorch.DType;
import jtorch.MemoryFormat;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.cpu.kernel.PoolAxis;
import jtorch.cpu.kernel.Pooling;
import jtorch.cpu.kernel.Rows;
import jtorch.op.Call;
import jtorch.spi.Kernel;
import org.jspecify.annotations.Nullable;

/// The kernels of pooling: float32 and float64 as they lie, contiguous or channels-last; halves through float32,
/// integers through float64.
final class PoolingKernels {
  private PoolingKernels() {}

  static void register(BiConsumer<String, Kernel> table) {
    table.accept("max_pool", c -> maximum(c, sliding(c, c.tensor("self"), c.longs("dilation"))));
    table.accept("max_pool_values", c -> maximum(c, sliding(c, c.tensor("self"), c.longs("dilation")), 0));
    table.accept("adaptive_max_pool", c -> maximum(c, adaptive(c.tensor("self").sizes(), c.longs("output_size"))));
    table.accept("max_pool_backward", PoolingKernels::maximumBackward);
    table.accept("avg_pool",
        c -> average(c, sliding(c, c.tensor("self"), null), divisor(c), c.bool("count_include_pad")));
    table.accept("adaptive_avg_pool",
        c -> average(c, adaptive(c.tensor("self").sizes(), c.longs("output_size")), 0, false));
    table.accept("avg_pool_backward",
        c -> averageBackward(c, sliding(c, c.out(), null), divisor(c), c.bool("count_include_pad")));
    table.accept("adaptive_avg_pool_backward", c -> {
      long[] sizes = c.tensor("grad").sizes();
      int space = (int) c.integer("space");
      averageBackward(c, adaptive(c.longs("input_size"), Arrays.copyOfRange(sizes, sizes.length - space, sizes.length)),
          0, false);
    });
  }

  /// The three axes of windows: depth, height, width; those that are not there come first.
  private record Axes(PoolAxis depth, PoolAxis height, PoolAxis width, int space) {
    static Axes of(PoolAxis... axes) {
      int n = axes.length;
      return new Axes(n < 3 ? PoolAxis.NONE : axes[0], n < 2 ? PoolAxis.NONE : axes[n - 2], axes[n - 1], n);
    }
  }

  private static long divisor(Call c) {
    return c.integer("divisor_override", 0);
  }

  private static Axes sliding(Call c, Tensor input, long @Nullable [] dilation) {
    long[] kernel = c.longs("kernel_size");
    PoolAxis[] axes = new PoolAxis[kernel.length];
    for (int i = 0; i < axes.length; i++) {
      long in = input.size(input.dim() - axes.length + i);
      axes[i] = PoolAxis.sliding(Math.toIntExact(in), (int) kernel[i], (int) c.longs("stride")[i],
          (int) c.longs("padding")[i], dilation == null ? 1 : (int) dilation[i], c.bool("ceil_mode"));
    }
    return Axes.of(axes);
  }

  private static Axes adaptive(long[] input, long[] output) {
    PoolAxis[] axes = new PoolAxis[output.length];
    for (int i = 0; i < axes.length; i++)
      axes[i] = PoolAxis.adaptive(Math.toIntExact(input[input.length - axes.length + i]), (int) output[i]);
    return Axes.of(axes);
  }

  private static DType compute(DType dtype) {
    return dtype.isHalf() ? DType.FLOAT32 : dtype.isFloatingPoint() ? dtype : DType.FLOAT64;
  }

  private static boolean isChannelsLast(Tensor t, int space) {
    return t.dim() == space + 2 && !t.isContiguous()
        && (t.isContiguous(MemoryFormat.CHANNELS_LAST) || t.isContiguous(MemoryFormat.CHANNELS_LAST_3D));
  }

  /// How many planes there are before the space.
  private static long planes(Tensor t, int space) {
    return Folded.product(t.sizes(), 0, t.dim() - space);
  }

  private static Tensor result(Tensor out, DType compute) {
    return out.dtype() == compute ? out : Torch.emptyLike(out, compute);
  }

  private static void finish(Tensor computed, Tensor out) {
    if (computed != out) out.copy_(computed);
  }

  private static void maximum(Call c, Axes a) {
    maximum(c, a, c.out(1).address());
  }

  /// @param index where places go, or 0
  private static void maximum(Call c, Axes a, long index) {
    Tensor self = c.tensor("self");
    DType compute = compute(self.dtype());
    Tensor y = result(c.out(0), compute);
    if (y.numel() == 0) return;
    Rows rows = Rows.of(compute);
    if (index != 0 && isChannelsLast(self, a.space)) {
      Tensor x = self.to(compute);
      Pooling.maxPoolChannelsLast(rows, x.address(), y.address(), index, x.size(0), x.size(1), a.depth,
          a.height, a.width);
    } else {
      Tensor x = self.to(compute).contiguous();
      Pooling.maxPool(rows, x.address(), y.address(), index, planes(x, a.space), a.depth, a.height,
          a.width);
    }
    finish(y, c.out(0));
  }

  private static void maximumBackward(Call c) {
    int space = (int) c.integer("space");
    DType compute = compute(c.out().dtype());
    Tensor dx = result(c.out(), compute);
    if (dx.numel() == 0) return;
    Rows rows = Rows.of(compute);
    Tensor index = c.tensor("indices");
    long inputs = Folded.product(dx.sizes(), dx.dim() - space, dx.dim());
    long outputs = Folded.product(index.sizes(), index.dim() - space, index.dim());
    // Places are told by the flattened space, so one axis of that many inputs and outputs does.
    PoolAxis whole = PoolAxis.adaptive(Math.toIntExact(inputs), Math.toIntExact(outputs));
    if (isChannelsLast(dx, space) && isChannelsLast(index, space)) {
      Tensor g = c.tensor("grad").to(compute)
          .contiguous(space == 2 ? MemoryFormat.CHANNELS_LAST : MemoryFormat.CHANNELS_LAST_3D);
      Pooling.maxPoolBackwardChannelsLast(rows, g.address(), index.address(), dx.address(), dx.size(0), dx.size(1),
          PoolAxis.NONE, PoolAxis.NONE, whole);
      finish(dx, c.out());
      return;
    }
    Tensor plain = dx.isContiguous() ? dx : Torch.empty(dx.sizes(), compute);
    Tensor g = c.tensor("grad").to(compute).contiguous();
    Tensor places = index.contiguous();
    Pooling.maxPoolBackward(rows, g.address(), places.address(), plain.address(), planes(plain, space), PoolAxis.NONE,
        PoolAxis.NONE, whole);
    java.lang.ref.Reference.reachabilityFence(g);
    java.lang.ref.Reference.reachabilityFence(places);
    finish(plain, c.out());
  }

  private static void average(Call c, Axes a, long divisor, boolean countPadding) {
    Tensor self = c.tensor("self");
    DType compute = compute(self.dtype());
    Tensor y = result(c.out(), compute);
    if (y.numel() == 0) return;
    Rows rows = Rows.of(compute);
    if (isChannelsLast(self, a.space)) {
      Tensor x = self.to(compute);
      Pooling.avgPoolChannelsLast(rows, x.address(), y.address(), x.size(0), x.size(1), a.depth, a.height, a.width,
          countPadding, divisor);
    } else {
      Tensor x = self.to(compute).contiguous();
      Pooling.avgPool(rows, x.address(), y.address(), planes(x, a.space), a.depth, a.height, a.width, countPadding,
          divisor);
    }
    finish(y, c.out());
  }

  private static void averageBackward(Call c, Axes a, long divisor, boolean countPadding) {
    DType compute = compute(c.out().dtype());
    Tensor dx = result(c.out(), compute);
    if (dx.numel() == 0) return;
    Rows rows = Rows.of(compute);
    if (isChannelsLast(dx, a.space)) {
      Tensor g = c.tensor("grad").to(compute)
          .contiguous(a.space == 2 ? MemoryFormat.CHANNELS_LAST : MemoryFormat.CHANNELS_LAST_3D);
      Pooling.avgPoolBackwardChannelsLast(rows, g.address(), dx.address(), dx.size(0), dx.size(1), a.depth, a.height,
          a.width, countPadding, divisor);
      java.lang.ref.Reference.reachabilityFence(g);
    } else {
      Tensor g = c.tensor("grad").to(compute).contiguous();
      Pooling.avgPoolBackward(rows, g.address(), dx.address(), planes(dx, a.space), a.depth, a.height, a.width,
          countPadding, divisor);
      java.lang.ref.Reference.reachabilityFence(g);
    }
    finish(dx, c.out());
  }
}
