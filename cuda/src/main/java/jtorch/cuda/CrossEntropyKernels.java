package jtorch.cuda;

import static jtorch.cuda.KernelSet.type;

import java.util.function.BiConsumer;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.cuda.driver.Driver.Grid;
import jtorch.op.Call;
import jtorch.spi.Kernel;
import org.jspecify.annotations.Nullable;

/// Cross entropy from logits `[N, C, *]` or `[C]`, and its gradient, in float32 and float64.
final class CrossEntropyKernels {
  static final KernelSet KERNELS = new KernelSet("cross_entropy", "functions");
  private static final int THREADS = 256;
  private static final int MOST_THREADS = 512;
  /// A row of fewer classes is a single thread's.
  private static final int SHORT = 16;

  private final CudaBackend backend;

  private CrossEntropyKernels(CudaBackend backend) {
    this.backend = backend;
  }

  static void register(CudaBackend backend, BiConsumer<String, Kernel> table) {
    var kernels = new CrossEntropyKernels(backend);
    table.accept("cross_entropy", kernels::forward);
    table.accept("cross_entropy_backward", kernels::backward);
  }

  static String definitions(DType dtype) {
    return type("Element", Sources.type(dtype));
  }

  private static long classes(Tensor x) {
    return x.dim() == 1 ? x.size(0) : x.size(1);
  }

  private static long inner(Tensor x) {
    long inner = 1;
    for (int d = 2; d < x.dim(); d++) inner *= x.size(d);
    return inner;
  }

  private void forward(Call c) {
    Tensor x = c.tensor("self").contiguous();
    if (x.numel() == 0) return;
    boolean rows = inner(x) == 1 && classes(x) >= SHORT;
    long columns = x.numel() / classes(x);
    int threads = (int) Math.clamp(Long.highestOneBit(classes(x)), 32, MOST_THREADS);
    CudaDevice device = backend.device(x.device());
    launch(c, x, null, c.out(1), c.out(0), rows ? "losses_of_rows" : "losses_of_columns",
        rows ? Grid.of(columns, threads) : device.grid(columns, 1, THREADS));
  }

  private void backward(Call c) {
    Tensor x = c.tensor("self").contiguous();
    if (x.numel() == 0) return;
    Tensor grad = c.tensor("grad").to(x.dtype()).contiguous();
    launch(c, x, grad, c.tensor("log_sums").contiguous(), c.out(), "losses_backward",
        backend.device(x.device()).grid(x.numel(), 1, THREADS));
  }

  private void launch(Call c, Tensor x, @Nullable Tensor grad, Tensor sums, Tensor out, String kernel, Grid grid) {
    Tensor target = c.tensor("target").contiguous();
    Tensor given = c.tensorOrNull("weight");
    Tensor weight = given == null ? null : given.contiguous();
    CudaDevice device = backend.device(x.device());
    Arguments arguments = Arguments.begin().number(x.pointer()).number(target.pointer())
        .number(weight == null ? 0 : weight.pointer()).number(grad == null ? 0 : grad.pointer())
        .number(sums.pointer()).number(out.pointer()).number(x.numel() / classes(x)).number(classes(x))
        .number(inner(x)).number(c.integer("ignore_index")).number(device.problem("cross_entropy_loss"));
    device.launch("cross_entropy", KERNELS.function(device, definitions(x.dtype()), kernel), grid, arguments);
  }
}
