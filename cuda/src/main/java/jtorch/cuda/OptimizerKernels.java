package jtorch.cuda;

import static jtorch.cuda.KernelSet.define;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.op.Call;
import jtorch.op.OptimizerSteps;
import jtorch.spi.Kernel;
import org.jspecify.annotations.Nullable;

/// Steps of optimizers over all parameters at once: all that belongs to an element is read and written once.
final class OptimizerKernels {
  static final KernelSet KERNELS = new KernelSet("optimizer", "functions").behindDefinitions("lists");

  private final CudaBackend backend;

  private OptimizerKernels(CudaBackend backend) {
    this.backend = backend;
  }

  static void register(CudaBackend backend, BiConsumer<String, Kernel> table) {
    var kernels = new OptimizerKernels(backend);
    table.accept("sgd_steps", kernels::sgd);
    table.accept("adam_steps", kernels::adam);
  }

  static String definitions(DType dtype, int lists, boolean momentum, boolean amsgrad, boolean counted) {
    return ListLaunch.definitions(dtype, lists) + define("MOMENTUM", momentum ? 1 : 0)
        + define("AMSGRAD", amsgrad ? 1 : 0) + define("COUNTED", counted ? 1 : 0);
  }

  private static long pointer(@Nullable Tensor t) {
    return t == null ? 0 : t.pointer();
  }

  private static double sign(Call c) {
    return c.bool("maximize") ? -1 : 1;
  }

  /// The lists that are there, in the schema's order.
  private static List<Tensor[]> lists(Call c, String... names) {
    var all = new ArrayList<Tensor[]>();
    for (String name : names) {
      if (c.tensors(name).length > 0) all.add(c.tensors(name));
    }
    return all;
  }

  private void sgd(Call c) {
    List<Tensor[]> lists = lists(c, "params", "grads", "momentum_buffers");
    Tensor rate = wide(c.tensorOrNull("rate"));
    run(c, "sgd", lists, lists.size(),
        definitions(lists.getFirst()[0].dtype(), lists.size(), lists.size() == 3, false, false),
        arguments -> head(arguments, c, rate).number(c.number("momentum")).number(1 - c.number("dampening")).number(0.0)
            .number(0.0).number(0.0).number(0).number(c.bool("nesterov") ? 1 : 0).number(c.bool("first") ? 1 : 0));
  }

  private void adam(Call c) {
    List<Tensor[]> lists =
        lists(c, "params", "grads", "exp_avgs", "exp_avg_sqs", "max_exp_avg_sqs", "state_steps");
    boolean counted = c.tensors("state_steps").length > 0;
    boolean amsgrad = c.tensors("max_exp_avg_sqs").length > 0;
    Tensor rate = wide(c.tensorOrNull("rate"));
    double step = counted ? 1 : c.integer("step");
    run(c, "adam", lists, lists.size() - (counted ? 1 : 0),
        definitions(lists.getFirst()[0].dtype(), lists.size(), false, amsgrad, counted),
        arguments -> head(arguments, c, rate).number(c.number("beta1")).number(c.number("beta2"))
            .number(c.number("eps")).number(OptimizerSteps.firstCorrection(c, step))
            .number(OptimizerSteps.secondCorrection(c, step)).number(c.bool("decoupled") ? 1 : 0).number(0).number(0));
  }

  private static @Nullable Tensor wide(@Nullable Tensor rate) {
    return rate == null ? null : rate.to(DType.FLOAT64);
  }

  private static Arguments head(Arguments arguments, Call c, @Nullable Tensor rate) {
    return arguments.number(pointer(rate)).number(pointer(c.tensorOrNull("grad_scale")))
        .number(pointer(c.tensorOrNull("found_inf"))).number(sign(c)).number(c.number("lr"))
        .number(c.number("weight_decay"));
  }

  /// @param changed how many of the lists a step writes to; gradients only where they are scaled
  private void run(Call c, String kernel, List<Tensor[]> lists, int changed, String definitions,
      Consumer<Arguments> head) {
    CudaDevice device = backend.device(lists.getFirst()[0].device());
    ListLaunch.run(device, kernel, KERNELS.function(device, definitions, kernel), lists, head);
    for (int k = 0; k < changed; k++) {
      if (k == 1 && !c.has("grad_scale")) continue;
      for (Tensor t : lists.get(k)) t.storage().bumpVersion();
    }
  }
}
