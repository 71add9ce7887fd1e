package jtorch.cuda;

import static jtorch.cuda.KernelSet.define;
import static jtorch.cuda.KernelSet.type;

import java.util.function.BiConsumer;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.cuda.driver.Driver.Grid;
import jtorch.op.Call;
import jtorch.op.Check;
import jtorch.spi.Kernel;
import org.jspecify.annotations.Nullable;

/// Softmax and its logarithm, and their gradients, in one pass over memory after the one that finds the sums.
final class SoftmaxKernels {
  static final KernelSet KERNELS = new KernelSet("softmax", "functions", "blocks");

  private final CudaBackend backend;

  private SoftmaxKernels(CudaBackend backend) {
    this.backend = backend;
  }

  static void register(CudaBackend backend, BiConsumer<String, Kernel> table) {
    var kernels = new SoftmaxKernels(backend);
    table.accept("softmax", c -> kernels.run(c, c.tensor("self"), null, false));
    table.accept("log_softmax", c -> kernels.run(c, c.tensor("self"), null, true));
    table.accept("softmax_backward", c -> kernels.run(c, c.tensor("output"), c.tensor("grad_output"), false));
    table.accept("log_softmax_backward", c -> kernels.run(c, c.tensor("output"), c.tensor("grad_output"), true));
  }

  static String definitions(DType dtype, boolean log) {
    return type("Element", Sources.type(dtype)) + type("Number", Sources.type(dtype.computeType()))
        + define("LOG", log);
  }

  private void run(Call c, Tensor given, @Nullable Tensor grad, boolean log) {
    Tensor out = c.out();
    if (out.numel() == 0) return;
    Tensor x = given.contiguous();
    Tensor g = grad == null ? x : grad.to(x.dtype()).contiguous();
    long length = x.dim() == 0 ? 1 : x.size(Check.dim(c.operator(), c.integer("dim"), x.dim()));
    long inner = 1;
    for (int d = x.dim() == 0 ? 0 : Check.dim(c.operator(), c.integer("dim"), x.dim()) + 1; d < x.dim(); d++)
      inner *= x.size(d);
    long lines = x.numel() / length;
    boolean rows = inner == 1;
    Grid grid = rows ? Lines.packedRows(lines, length, x, g, out) : Lines.columns(lines, length);
    CudaDevice device = backend.device(x.device());
    device.launch(c.operator().schema().bareName(),
        KERNELS.function(device, definitions(x.dtype(), log), grad == null ? "softmax" : "softmax_backward"), grid,
        Arguments.begin().number(x.pointer()).number(g.pointer()).number(out.pointer()).number(lines).number(length)
            .number(inner).number(rows ? 1 : 0));
  }
}
