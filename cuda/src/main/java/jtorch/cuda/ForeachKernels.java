package jtorch.cuda;

import java.util.List;
import java.util.function.BiConsumer;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.cuda.driver.Driver.Grid;
import jtorch.op.Call;
import jtorch.spi.Kernel;

/// What is done to many tensors in one launch.
final class ForeachKernels {
  static final KernelSet KERNELS = new KernelSet("foreach", "functions", "blocks").behindDefinitions("lists");

  private final CudaBackend backend;

  private ForeachKernels(CudaBackend backend) {
    this.backend = backend;
  }

  static void register(CudaBackend backend, BiConsumer<String, Kernel> table) {
    var kernels = new ForeachKernels(backend);
    table.accept("foreach_mul", c -> kernels.change(c, "multiply", "other"));
    table.accept("foreach_add", c -> kernels.change(c, "add", "other"));
    table.accept("foreach_unscale", c -> kernels.change(c, "unscale", "inv_scale"));
    table.accept("foreach_norms", kernels::norms);
    table.accept("amp_update_scale", kernels::updateScale);
  }

  static String definitions(DType dtype) {
    return ListLaunch.definitions(dtype, 1);
  }

  private void change(Call c, String kernel, String argument) {
    Tensor[] all = c.tensors("self");
    Tensor given = c.tensor(argument);
    Tensor number = given.dtype() == DType.FLOAT32 || given.dtype() == DType.FLOAT64 || given.dtype() == DType.INT64
        ? given : given.to(DType.FLOAT32);
    long found = kernel.equals("unscale") ? c.tensor("found_inf").pointer() : 0;
    int numberType = number.dtype() == DType.FLOAT32 ? 0 : number.dtype() == DType.FLOAT64 ? 1 : 2;
    CudaDevice device = backend.device(all[0].device());
    ListLaunch.run(device, kernel, KERNELS.function(device, definitions(all[0].dtype()), kernel),
        List.<Tensor[]>of(all),
        arguments -> arguments.number(number.pointer()).number(found).number(0).number(0).number(numberType)
            .number(0.0));
    for (Tensor t : all) t.storage().bumpVersion();
    if (found != 0) c.tensor("found_inf").storage().bumpVersion();
  }

  /// Chunks first, then tensors.
  private void norms(Call c) {
    Tensor[] all = c.tensors("self");
    DType dtype = all[0].dtype();
    CudaDevice device = backend.device(all[0].device());
    long measure = KERNELS.function(device, definitions(dtype), "measure");
    long norm = KERNELS.function(device, definitions(dtype), "join_measures");
    int[] done = new int[1];
    ListLaunch.parts(List.<Tensor[]>of(all), true, part -> {
      Tensor chunks = Torch.empty(new long[] {Math.max(1, part.blocks())}, dtype.computeType(), all[0].device());
      Arguments arguments = Arguments.begin().number(0).number(0).number(chunks.pointer())
          .number(c.out().pointer() + (long) done[0] * dtype.size()).number(0).number(c.number("ord"));
      part.write(arguments);
      if (part.blocks() > 0)
        device.launch("foreach_norms", measure, Grid.of(part.blocks(), ListLaunch.THREADS), arguments);
      device.launch("foreach_norms", norm, Grid.of(part.tensors().length, ListLaunch.THREADS), arguments);
      done[0] += part.tensors().length;
    });
  }

  private void updateScale(Call c) {
    Tensor scale = c.tensor("self");
    CudaDevice device = backend.device(scale.device());
    Arguments arguments = Arguments.begin().number(scale.pointer()).number(c.tensor("growth_tracker").pointer())
        .number(c.tensor("found_inf").pointer()).number(c.number("scale_growth_factor"))
        .number(c.number("scale_backoff_factor")).number(c.integer("growth_interval"));
    device.launch("amp_update_scale", KERNELS.function(device, definitions(DType.FLOAT32), "update_scale"),
        Grid.of(1, 1), arguments);
    scale.storage().bumpVersion();
    c.tensor("growth_tracker").storage().bumpVersion();
    c.give(scale);
  }
}
