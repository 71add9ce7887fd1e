package jtorch.op;

import jtorch.DType;
import jtorch.Tensor;

/// The update rules of optimizers as operators, so that a backend can fuse each into one pass over memory.
///
/// The arithmetic is that of PyTorch's single-tensor implementations, in their order.
public final class OptimizerSteps {
  private static final String SGD_ARGUMENTS =
      "(Tensor(a!) param, Tensor grad, Tensor(b!)? momentum_buffer, float lr, float momentum, float dampening, float weight_decay, bool nesterov, bool maximize, bool first) -> Tensor(a!)";
  private static final String ADAM_ARGUMENTS =
      "(Tensor(a!) param, Tensor grad, Tensor(b!) exp_avg, Tensor(c!) exp_avg_sq, Tensor(d!)? max_exp_avg_sq, int step, float lr, float beta1, float beta2, float eps, float weight_decay, bool maximize, bool decoupled) -> Tensor(a!)";

  private static final Operator FUSED_SGD =
      Operator.declare("jtorch::fused_sgd_step" + SGD_ARGUMENTS).kernel("sgd_step")
          .composition(OptimizerSteps::sgd).notDifferentiable();
  private static final Operator FUSED_ADAM = Operator.declare("jtorch::fused_adam_step" + ADAM_ARGUMENTS)
      .kernel("adam_step").composition(OptimizerSteps::adam).notDifferentiable();

  /// `g += weight_decay p; b = momentum b + (1 - dampening) g; p -= lr b`; the buffer's first value is the gradient itself.
  public static final Operator SGD = Operator.declare("jtorch::sgd_step" + SGD_ARGUMENTS)
      .composition(
          c -> fuses(c, "grad", "momentum_buffer") ? FUSED_SGD.call(c.arguments()) : sgd(c))
      .notDifferentiable();

  /// Adam's and AdamW's step; `step` counts from 1.
  public static final Operator ADAM = Operator.declare("jtorch::adam_step" + ADAM_ARGUMENTS)
      .composition(c -> fuses(c, "grad", "exp_avg", "exp_avg_sq", "max_exp_avg_sq")
          ? FUSED_ADAM.call(c.arguments())
          : adam(c))
      .notDifferentiable();

  private OptimizerSteps() {}

  /// Whether all tensors are flat memory of one floating dtype.
  private static boolean fuses(Call c, String... others) {
    Tensor p = c.tensor("param");
    if (p.dtype() != DType.FLOAT32 && p.dtype() != DType.FLOAT64 || !p.isContiguous()) return false;
    for (String name : others) {
      Tensor t = c.tensorOrNull(name);
      if (t != null && (t.dtype() != p.dtype() || !t.isContiguous())) return false;
    }
    return true;
  }

  private static Tensor gradient(Call c) {
    return c.bool("maximize") ? c.tensor("grad").neg() : c.tensor("grad");
  }

  private static Tensor sgd(Call c) {
    Tensor p = c.tensor("param");
    Tensor g = gradient(c);
    if (c.number("weight_decay") != 0) g = g.add(p, c.number("weight_decay"));
    Tensor buffer = c.tensorOrNull("momentum_buffer");
    if (buffer != null) {
      if (c.bool("first")) buffer.copy_(g);
      else buffer.mul_(c.number("momentum")).add_(g, 1 - c.number("dampening"));
      g = c.bool("nesterov") ? g.add(buffer, c.number("momentum")) : buffer;
    }
    return p.add_(g, -c.number("lr"));
  }

  private static Tensor adam(Call c) {
    Tensor p = c.tensor("param");
    double lr = c.number("lr");
    double decay = c.number("weight_decay");
    Tensor g = gradient(c);
    if (decay != 0) {
      if (c.bool("decoupled")) p.mul_(1 - lr * decay);
      else g = g.add(p, decay);
    }
    Tensor m = c.tensor("exp_avg");
    Tensor v = c.tensor("exp_avg_sq");
    m.lerp_(g, 1 - c.number("beta1"));
    v.mul_(c.number("beta2")).addcmul_(g, g.conj(), 1 - c.number("beta2"));
    Tensor greatest = c.tensorOrNull("max_exp_avg_sq");
    if (greatest != null) {
      greatest.copy_(greatest.maximum(v));
      v = greatest;
    }
    return p.addcdiv_(m, v.sqrt().div(secondCorrection(c)).add_(c.number("eps")), -lr / firstCorrection(c));
  }

  /// `1 - beta1^step`
  public static double firstCorrection(Call c) {
    return 1 - Math.pow(c.number("beta1"), c.integer("step"));
  }

  /// `sqrt(1 - beta2^step)`
  public static double secondCorrection(Call c) {
    return Math.sqrt(1 - Math.pow(c.number("beta2"), c.integer("step")));
  }

}
