package jtorch.cuda;

import static jtorch.cuda.KernelSet.define;
import static jtorch.cuda.KernelSet.type;

import java.util.Arrays;
import java.util.function.BiConsumer;
import jtorch.DType;
import jtorch.MemoryFormat;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.op.Call;
import jtorch.spi.Kernel;
import org.jspecify.annotations.Nullable;

/// Pooling in one to three dimensions, contiguous or channels-last: a thread for each output, or, in gradients, for each
/// input, which gathers from its windows. Only where windows lie at random are gradients added in no certain order.
final class PoolingKernels {
  static final KernelSet KERNELS = new KernelSet("pool");
  private static final int THREADS = 256;
  private static final long[] MISSING = {1, 1, 1, 1, 0, 1};

  private final CudaBackend backend;

  private PoolingKernels(CudaBackend backend) {
    this.backend = backend;
  }

  static void register(CudaBackend backend, BiConsumer<String, Kernel> table) {
    var kernels = new PoolingKernels(backend);
    table.accept("max_pool",
        c -> kernels.pool(c, "max_pool", sliding(c, c.tensor("self"), c.out(0), c.longs("dilation")), c.out(1)));
    table.accept("max_pool_values",
        c -> kernels.pool(c, "max_pool", sliding(c, c.tensor("self"), c.out(), c.longs("dilation")), null));
    table.accept("adaptive_max_pool",
        c -> kernels.pool(c, "max_pool", adaptive(c.tensor("self"), c.out(0), c.longs("output_size").length),
            c.out(1)));
    table.accept("max_pool_backward", kernels::maximumBackward);
    table.accept("avg_pool",
        c -> kernels.pool(c, "average_pool", sliding(c, c.tensor("self"), c.out(), null), null));
    table.accept("adaptive_avg_pool",
        c -> kernels.pool(c, "average_pool", adaptive(c.tensor("self"), c.out(), c.longs("output_size").length), null));
    table.accept("avg_pool_backward",
        c -> kernels.averageBackward(c, sliding(c, c.out(), c.tensor("grad"), null)));
    table.accept("adaptive_avg_pool_backward",
        c -> kernels.averageBackward(c, adaptive(c.out(), c.tensor("grad"), (int) c.integer("space"))));
    table.accept("fractional_max_pool", kernels::fractional);
  }

  static String definitions(DType dtype, boolean mean) {
    DType number = dtype.isFloatingPoint() ? dtype.computeType() : mean ? DType.FLOAT64 : DType.INT64;
    return type("Element", Sources.type(dtype)) + type("Number", Sources.type(number))
        + define("LEAST", number.isFloatingPoint() ? "((Number) -INF64)" : "(-9223372036854775807LL - 1)")
        + define("SAMPLES", dtype.isFloatingPoint() ? 1 : 0);
  }

  /// Six numbers for each of depth, height and width, as the source has them.
  private static long[][] sliding(Call c, Tensor input, Tensor output, long @Nullable [] dilation) {
    long[] kernel = c.longs("kernel_size");
    int n = kernel.length;
    long[][] axes = {MISSING, MISSING, MISSING};
    for (int i = 0; i < n; i++) axes[3 - n + i] = new long[] {input.size(i - n), output.size(i - n), kernel[i],
      c.longs("stride")[i], c.longs("padding")[i], dilation == null ? 1 : dilation[i]};
    return axes;
  }

  private static long[][] adaptive(Tensor input, Tensor output, int n) {
    long[][] axes = {MISSING, MISSING, MISSING};
    for (int i = 0; i < n; i++)
      axes[3 - n + i] = new long[] {input.size(i - n), output.size(i - n), 0, 1, 0, 1};
    return axes;
  }

  /// How many channels lie side by side: 1 where each lies apart.
  private static long inner(Tensor t) {
    boolean last = !t.isContiguous()
        && (t.isContiguous(MemoryFormat.CHANNELS_LAST) || t.isContiguous(MemoryFormat.CHANNELS_LAST_3D));
    return last ? t.size(1) : 1;
  }

  /// A tensor arranged as that one.
  private static Tensor arranged(Tensor t, Tensor as) {
    return inner(as) == 1 ? t.contiguous()
        : t.contiguous(as.dim() == 4 ? MemoryFormat.CHANNELS_LAST : MemoryFormat.CHANNELS_LAST_3D);
  }

  private void pool(Call c, String kernel, long[][] axes, @Nullable Tensor places) {
    Tensor out = c.out(0);
    boolean mean = kernel.equals("average_pool");
    // The results have the arrangement of the argument.
    launch(c, kernel, arranged(c.tensor("self"), out), out, places, null, out.numel(), inner(out), axes, mean);
  }

  private void averageBackward(Call c, long[][] axes) {
    Tensor out = c.out();
    launch(c, "average_pool_backward", arranged(c.tensor("grad"), out), out, null, null, out.numel(), inner(out), axes,
        true);
  }

  private void maximumBackward(Call c) {
    Tensor out = c.out();
    int n = (int) c.integer("space");
    long[] windows = c.longs("windows");
    Tensor places = arranged(c.tensor("indices"), out);
    if (windows.length > 0) {
      Tensor grad = arranged(c.tensor("grad"), out);
      long[][] axes = adaptive(out, grad, n);
      for (int i = 0; i < n; i++) {
        long[] axis = axes[3 - n + i];
        for (int k = 0; k < 4 && windows[i] != 0; k++) axis[2 + k] = windows[k * n + i];
      }
      launch(c, "max_pool_backward", grad, out, places, null, out.numel(), inner(out), axes, false);
      return;
    }
    DType dtype = out.dtype().isFloatingPoint() ? out.dtype().computeType() : DType.FLOAT64;
    Tensor sums = arranged(Torch.zeros(out.sizes(), dtype, out.device()), out);
    Tensor grad = arranged(c.tensor("grad").to(dtype), out);
    launch(c, "max_pool_scatter", grad, sums, places, null, grad.numel(), inner(out), adaptive(out, grad, n), true);
    out.copy_(sums);
  }

  private void fractional(Call c) {
    Tensor x = c.tensor("self").contiguous();
    long[] space = c.longs("output_size");
    int n = space.length;
    long[][] axes = {MISSING, MISSING, MISSING};
    for (int i = 0; i < n; i++)
      axes[3 - n + i] = new long[] {x.size(i - n), space[i], c.longs("kernel_size")[i], 1, 0, 1};
    launch(c, "fractional_max_pool", x, c.out(0), c.out(1), c.tensor("random_samples").contiguous(),
        c.out(0).numel(), 1, axes, false);
  }

  private void launch(Call c, String kernel, Tensor in, Tensor out, @Nullable Tensor places, @Nullable Tensor samples,
      long count, long inner, long[][] axes, boolean mean) {
    if (count == 0) return;
    CudaDevice device = backend.device(in.device());
    boolean average = kernel.startsWith("average");
    boolean hasDivisor = average && Arrays.stream(axes).anyMatch(a -> a != MISSING && a[2] != 0);
    long divisor = samples != null ? c.longs("output_size").length
        : hasDivisor ? c.integer("divisor_override", 0) : 0;
    Arguments arguments = Arguments.begin().number(in.pointer()).number(out.pointer())
        .number(places == null ? 0 : places.pointer()).number(samples == null ? 0 : samples.pointer()).number(count)
        .number(inner).number(divisor).number(hasDivisor && c.bool("count_include_pad") ? 1 : 0);
    for (long[] axis : axes) arguments.numbers(axis);
    device.launch(c.operator().schema().bareName(), KERNELS.function(device, definitions(in.dtype(), mean), kernel),
        device.grid(count, 1, THREADS), arguments);
  }
}
