package jtorch.cpu;

import java.util.function.BiConsumer;
import jtorch.Tensor;
import jtorch.cpu.kernel.OptimizerSteps;
import jtorch.cpu.kernel.Rows;
import jtorch.op.Call;
import jtorch.spi.Kernel;
import org.jspecify.annotations.Nullable;

/// The fused steps of optimizers over contiguous float32 or float64 parameters.
final class OptimizerKernels {
  private OptimizerKernels() {}

  static void register(BiConsumer<String, Kernel> table) {
    table.accept("sgd_step", OptimizerKernels::sgd);
    table.accept("adam_step", OptimizerKernels::adam);
  }

  private static long address(@Nullable Tensor t) {
    return t == null ? 0 : t.address();
  }

  private static void changed(@Nullable Tensor t) {
    if (t != null) t.storage().bumpVersion();
  }

  private static void sgd(Call c) {
    Tensor p = c.tensor("param");
    Tensor buffer = c.tensorOrNull("momentum_buffer");
    OptimizerSteps.sgd(Rows.of(p.dtype()), p.address(), c.tensor("grad").address(), address(buffer), p.numel(),
        new OptimizerSteps.Sgd(c.number("lr"), c.number("momentum"), c.number("dampening"), c.number("weight_decay"),
            c.bool("nesterov"), c.bool("maximize"), c.bool("first")));
    changed(p);
    changed(buffer);
    c.give(p);
  }

  private static void adam(Call c) {
    Tensor p = c.tensor("param");
    Tensor m = c.tensor("exp_avg");
    Tensor v = c.tensor("exp_avg_sq");
    Tensor greatest = c.tensorOrNull("max_exp_avg_sq");
    double lr = c.number("lr");
    double decay = c.number("weight_decay");
    boolean decoupled = c.bool("decoupled");
    OptimizerSteps.adam(Rows.of(p.dtype()), p.address(), c.tensor("grad").address(), m.address(), v.address(),
        address(greatest), p.numel(),
        new OptimizerSteps.Adam(lr / jtorch.op.OptimizerSteps.firstCorrection(c), c.number("beta1"), c.number("beta2"),
            jtorch.op.OptimizerSteps.secondCorrection(c), c.number("eps"), decoupled ? 0 : decay,
            decoupled ? 1 - lr * decay : 1, c.bool("maximize")));
    changed(p);
    changed(m);
    changed(v);
    changed(greatest);
    c.give(p);
  }
}
