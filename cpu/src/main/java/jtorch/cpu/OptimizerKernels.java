package jtorch.cpu;

import java.util.function.BiConsumer;
import jtorch.Tensor;
import jtorch.cpu.kernel.OptimizerSteps;
import jtorch.cpu.kernel.Rows;
import jtorch.op.Call;
import jtorch.spi.Kernel;
import org.jspecify.annotations.Nullable;

/// The fused steps of optimizers over flat float32 or float64 parameters, one after another.
final class OptimizerKernels {
  private OptimizerKernels() {}

  static void register(BiConsumer<String, Kernel> table) {
    table.accept("sgd_steps", OptimizerKernels::sgd);
    table.accept("adam_steps", OptimizerKernels::adam);
  }

  private static long address(@Nullable Tensor t) {
    return t == null ? 0 : t.address();
  }

  private static void changed(@Nullable Tensor... all) {
    for (Tensor t : all) {
      if (t != null) t.storage().bumpVersion();
    }
  }

  private static void sgd(Call c) {
    if (jtorch.op.OptimizerSteps.isSkipped(c)) return;
    var step = new OptimizerSteps.Sgd(jtorch.op.OptimizerSteps.rate(c), c.number("momentum"), c.number("dampening"),
        c.number("weight_decay"), c.bool("nesterov"), c.bool("maximize"), c.bool("first"));
    Tensor[] parameters = c.tensors("params");
    for (int i = 0; i < parameters.length; i++) {
      Tensor p = parameters[i];
      Tensor buffer = jtorch.op.OptimizerSteps.of(c, "momentum_buffers", i);
      OptimizerSteps.sgd(Rows.of(p.dtype()), p.address(), jtorch.op.OptimizerSteps.unscaled(c, i).address(),
          address(buffer), p.numel(), step);
      changed(p, buffer);
    }
  }

  private static void adam(Call c) {
    if (jtorch.op.OptimizerSteps.isSkipped(c)) return;
    double lr = jtorch.op.OptimizerSteps.rate(c);
    double decay = c.number("weight_decay");
    boolean decoupled = c.bool("decoupled");
    Tensor[] parameters = c.tensors("params");
    for (int i = 0; i < parameters.length; i++) {
      Tensor p = parameters[i];
      Tensor m = c.tensors("exp_avgs")[i];
      Tensor v = c.tensors("exp_avg_sqs")[i];
      Tensor greatest = jtorch.op.OptimizerSteps.of(c, "max_exp_avg_sqs", i);
      double step = jtorch.op.OptimizerSteps.step(c, i);
      OptimizerSteps.adam(Rows.of(p.dtype()), p.address(), jtorch.op.OptimizerSteps.unscaled(c, i).address(),
          m.address(), v.address(), address(greatest), p.numel(),
          new OptimizerSteps.Adam(lr / jtorch.op.OptimizerSteps.firstCorrection(c, step), c.number("beta1"),
              c.number("beta2"), jtorch.op.OptimizerSteps.secondCorrection(c, step), c.number("eps"),
              decoupled ? 0 : decay, decoupled ? 1 - lr * decay : 1, c.bool("maximize")));
      changed(p, m, v, greatest);
    }
  }
}
