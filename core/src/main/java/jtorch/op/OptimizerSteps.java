package jtorch.op;

import jtorch.Tensor;

/// The update rules of optimizers as operators, so that a backend can fuse each into one pass over memory.
public final class OptimizerSteps {
  /// `g += weight_decay p; b = momentum b + (1 - dampening) g; p -= lr b`; the buffer's first value is the gradient itself.
  public static final Operator SGD = Operator.declare(
      "jtorch::sgd_step(Tensor(a!) param, Tensor grad, Tensor(b!)? momentum_buffer, float lr, float momentum, float dampening, float weight_decay, bool nesterov, bool maximize, bool first) -> Tensor(a!)")
      .kernel("sgd_step")
      .composition(c -> {
        Tensor p = c.tensor("param");
        Tensor g = c.bool("maximize") ? c.tensor("grad").neg() : c.tensor("grad");
        if (c.number("weight_decay") != 0) g = g.add(p, c.number("weight_decay"));
        Tensor buffer = c.tensorOrNull("momentum_buffer");
        if (buffer != null) {
          if (c.bool("first")) buffer.copy_(g);
          else buffer.mul_(c.number("momentum")).add_(g, 1 - c.number("dampening"));
          g = c.bool("nesterov") ? g.add(buffer, c.number("momentum")) : buffer;
        }
        return p.add_(g, -c.number("lr"));
      })
      .notDifferentiable();

  /// Adam's and AdamW's step; `step` counts from 1.
  public static final Operator ADAM = Operator.declare(
      "jtorch::adam_step(Tensor(a!) param, Tensor grad, Tensor(b!) exp_avg, Tensor(c!) exp_avg_sq, Tensor(d!)? max_exp_avg_sq, int step, float lr, float beta1, float beta2, float eps, float weight_decay, bool maximize, bool decoupled) -> Tensor(a!)")
      .kernel("adam_step")
      .composition(c -> {
        Tensor p = c.tensor("param");
        double lr = c.number("lr");
        double decay = c.number("weight_decay");
        Tensor g = c.bool("maximize") ? c.tensor("grad").neg() : c.tensor("grad");
        if (decay != 0) {
          if (c.bool("decoupled")) p.mul_(1 - lr * decay);
          else g = g.add(p, decay);
        }
        Tensor m = c.tensor("exp_avg");
        Tensor v = c.tensor("exp_avg_sq");
        m.lerp_(g, 1 - c.number("beta1"));
        v.mul_(c.number("beta2")).addcmul_(g, g.conj(), 1 - c.number("beta2"));
        double first = 1 - Math.pow(c.number("beta1"), c.integer("step"));
        double second = Math.sqrt(1 - Math.pow(c.number("beta2"), c.integer("step")));
        Tensor greatest = c.tensorOrNull("max_exp_avg_sq");
        if (greatest != null) {
          greatest.copy_(greatest.maximum(v));
          v = greatest;
        }
        return p.addcdiv_(m, v.sqrt().div(second).add_(c.number("eps")), -lr / first);
      })
      .notDifferentiable();

  private OptimizerSteps() {}
}
