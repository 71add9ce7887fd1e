package jtorch.cuda;

import static jtorch.cuda.KernelSet.define;
import static jtorch.cuda.KernelSet.type;

import java.util.function.BiConsumer;
import jtorch.DType;
import jtorch.op.Call;
import jtorch.op.Spacing;
import jtorch.spi.Kernel;

/// Numbers in a row: `arange`, `linspace` and `logspace`.
final class SequenceKernels {
  static final KernelSet SEQUENCES = new KernelSet("sequence");
  private static final int THREADS = 256;

  private final CudaBackend backend;

  private SequenceKernels(CudaBackend backend) {
    this.backend = backend;
  }

  static void register(CudaBackend backend, BiConsumer<String, Kernel> table) {
    var kernels = new SequenceKernels(backend);
    table.accept("arange", kernels::arange);
    table.accept("linspace", c -> kernels.spacing(c, 0));
    table.accept("logspace", c -> kernels.spacing(c, 1));
  }

  static String sequenceDefinitions(DType dtype) {
    return type("Element", Sources.type(dtype)) + type("Number", dtype.isIntegral() ? "i64" : "f64")
        + define("COMPLEX", dtype.isComplex());
  }

  private static double real(Object scalar) {
    return scalar instanceof Boolean b ? (b ? 1 : 0) : ((Number) scalar).doubleValue();
  }

  private static long whole(Object scalar) {
    return scalar instanceof Boolean b ? (b ? 1 : 0) : ((Number) scalar).longValue();
  }

  private void arange(Call c) {
    DType dtype = c.out().dtype();
    Arguments arguments = Arguments.begin().number(c.out().pointer()).number(c.out().numel());
    if (dtype.isIntegral())
      arguments.number(whole(c.scalar("start"))).number(0L).number(whole(c.scalar("step")));
    else arguments.number(real(c.scalar("start"))).number(0.0).number(real(c.scalar("step")));
    launch(c, "sequence", sequenceDefinitions(dtype), arguments);
  }

  private void spacing(Call c, long powers) {
    Spacing real = Spacing.of(c, false);
    Spacing imaginary = Spacing.of(c, true);
    double base = powers == 0 ? 1 : c.number("base");
    launch(c, "spacing", sequenceDefinitions(c.out().dtype()), Arguments.begin().number(c.out().pointer())
        .number(c.out().numel()).number(real.start()).number(real.end()).number(real.step()).number(imaginary.start())
        .number(imaginary.end()).number(imaginary.step()).number(base).number(Math.log(base)).number(powers));
  }

  private void launch(Call c, String kernel, String definitions, Arguments arguments) {
    if (c.out().numel() == 0) return;
    CudaDevice device = backend.device(c.out().device());
    device.launch(c.operator().schema().bareName(), SEQUENCES.function(device, definitions, kernel),
        device.grid(c.out().numel(), 1, THREADS), arguments);
  }
}
