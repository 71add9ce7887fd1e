package jtorch.cuda;

import static jtorch.cuda.KernelSet.type;

import java.util.function.BiConsumer;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.op.Call;
import jtorch.op.OptimizerSteps;
import jtorch.spi.Kernel;
import org.jspecify.annotations.Nullable;

/// Steps of optimizers: all that belongs to an element is read and written once.
final class OptimizerKernels {
  static final KernelSet KERNELS = new KernelSet("optimizer", "functions");
  private static final int THREADS = 256;

  private final CudaBackend backend;

  private OptimizerKernels(CudaBackend backend) {
    this.backend = backend;
  }

  static void register(CudaBackend backend, BiConsumer<String, Kernel> table) {
    var kernels = new OptimizerKernels(backend);
    table.accept("sgd_step", kernels::sgd);
    table.accept("adam_step", kernels::adam);
  }

  static String definitions(DType dtype) {
    return type("Element", Sources.type(dtype));
  }

  private static long pointer(@Nullable Tensor t) {
    return t == null ? 0 : t.pointer();
  }

  private void sgd(Call c) {
    double momentum = c.number("momentum");
    run(c, "sgd", c.tensorOrNull("momentum_buffer"), null, null, new double[] {sign(c), c.number("lr"),
      c.number("weight_decay"), momentum, 0, 1 - c.number("dampening"), 0, 0, 0, 0}, 0, c.bool("nesterov") ? 1 : 0,
        c.bool("first") ? 1 : 0);
  }

  private void adam(Call c) {
    double beta1 = c.number("beta1");
    double beta2 = c.number("beta2");
    run(c, "adam", c.tensor("exp_avg"), c.tensor("exp_avg_sq"), c.tensorOrNull("max_exp_avg_sq"),
        new double[] {sign(c), c.number("lr"), c.number("weight_decay"), beta1, beta2, 1 - beta1, 1 - beta2,
          c.number("eps"), c.number("lr") / OptimizerSteps.firstCorrection(c), OptimizerSteps.secondCorrection(c)},
        c.bool("decoupled") ? 1 : 0, 0, 0);
  }

  private static double sign(Call c) {
    return c.bool("maximize") ? -1 : 1;
  }

  private void run(Call c, String kernel, @Nullable Tensor first, @Nullable Tensor second, @Nullable Tensor greatest,
      double[] numbers, long... flags) {
    Tensor p = c.tensor("param");
    c.give(p);
    if (p.numel() == 0) return;
    Arguments arguments = Arguments.begin().number(p.pointer()).number(c.tensor("grad").pointer())
        .number(pointer(first)).number(pointer(second)).number(pointer(greatest)).number(p.numel());
    for (double number : numbers) {
      if (p.dtype() == DType.FLOAT64) arguments.number(number);
      else arguments.small(Float.floatToRawIntBits((float) number));
    }
    arguments.numbers(flags);
    CudaDevice device = backend.device(p.device());
    device.launch(kernel, KERNELS.function(device, definitions(p.dtype()), kernel), device.grid(p.numel(), 1, THREADS),
        arguments);
    for (Tensor changed : new @Nullable Tensor[] {p, first, second, greatest}) {
      if (changed != null) changed.storage().bumpVersion();
    }
  }
}
