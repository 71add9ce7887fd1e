package jtorch.op;

import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import org.jspecify.annotations.Nullable;

/// The update rules of optimizers as operators over all tensors of a group, so that a backend can make one pass over
/// memory of each step, and a GPU one launch.
///
/// The arithmetic is that of PyTorch's single-tensor implementations, in their order. Halves are computed in float32 on
/// GPUs and rounded once, as PyTorch's fused steps are.
///
/// Where `found_inf` is there and not 0, nothing changes; where `grad_scale` is, gradients are divided by it and stay so.
/// `rate` is a learning rate in memory, which counts instead of `lr`: a recorded step reads it anew each time it is run.
public final class OptimizerSteps {
  private static final String SGD_ARGUMENTS =
      "(Tensor(a!)[] params, Tensor(b!)[] grads, Tensor(c!)[] momentum_buffers, float lr, Tensor? rate, float momentum, float dampening, float weight_decay, bool nesterov, bool maximize, bool first, Tensor? grad_scale, Tensor? found_inf) -> ()";
  private static final String ADAM_ARGUMENTS =
      "(Tensor(a!)[] params, Tensor(b!)[] grads, Tensor(c!)[] exp_avgs, Tensor(d!)[] exp_avg_sqs, Tensor(e!)[] max_exp_avg_sqs, Tensor[] state_steps, int step, float lr, Tensor? rate, float beta1, float beta2, float eps, float weight_decay, bool maximize, bool decoupled, Tensor? grad_scale, Tensor? found_inf) -> ()";

  private static final Operator FUSED_SGD = Operator.declare("jtorch::fused_sgd_steps" + SGD_ARGUMENTS)
      .kernel("sgd_steps").composition(c -> each(c, OptimizerSteps::sgd)).notDifferentiable();
  private static final Operator FUSED_ADAM = Operator.declare("jtorch::fused_adam_steps" + ADAM_ARGUMENTS)
      .kernel("adam_steps").composition(c -> each(c, OptimizerSteps::adam)).notDifferentiable();

  /// `g += weight_decay p; b = momentum b + (1 - dampening) g; p -= lr b`; the buffers' first values are the gradients
  /// themselves. Without momentum there are no buffers.
  public static final Operator SGD = Operator.declare("jtorch::sgd_steps" + SGD_ARGUMENTS)
      .composition(c -> TensorLists.split(c, FUSED_SGD, 3, 3, OptimizerSteps::sgd)).notDifferentiable();

  /// Adam's and AdamW's step. Steps count from 1: they are all `step`, or those in memory, one a parameter.
  public static final Operator ADAM = Operator.declare("jtorch::adam_steps" + ADAM_ARGUMENTS)
      .composition(c -> TensorLists.split(c, FUSED_ADAM, 5, 6, OptimizerSteps::adam)).notDifferentiable();

  private OptimizerSteps() {}

  // ---- what a call says ------------------------------------------------------------------------------------------

  /// Whether the step is left out, for which the device is waited for.
  public static boolean isSkipped(Call c) {
    Tensor found = c.tensorOrNull("found_inf");
    return found != null && found.itemDouble() != 0;
  }

  /// The learning rate, for which the device is waited for where it is in memory.
  public static double rate(Call c) {
    Tensor rate = c.tensorOrNull("rate");
    return rate == null ? c.number("lr") : rate.itemDouble();
  }

  /// The number of the step that a parameter makes.
  public static double step(Call c, int index) {
    Tensor[] steps = c.tensors("state_steps");
    return steps.length == 0 ? c.integer("step") : steps[index].itemDouble();
  }

  /// `1 - beta1^step`
  public static double firstCorrection(Call c, double step) {
    return 1 - Math.pow(c.number("beta1"), step);
  }

  /// `sqrt(1 - beta2^step)`
  public static double secondCorrection(Call c, double step) {
    return Math.sqrt(1 - Math.pow(c.number("beta2"), step));
  }

  /// The gradient, divided by the scale that the loss was multiplied with.
  public static Tensor unscaled(Call c, int index) {
    Tensor grad = c.tensors("grads")[index];
    Tensor scale = c.tensorOrNull("grad_scale");
    return scale == null ? grad : grad.div_(scale.to(grad.device()));
  }

  /// The tensor at one place of a list that may not be used.
  public static @Nullable Tensor of(Call c, String list, int index) {
    Tensor[] all = c.tensors(list);
    return all.length == 0 ? null : all[index];
  }

  // ---- by other operators ----------------------------------------------------------------------------------------

  private static Tensor[] each(Call c, TensorLists.Single single) {
    for (int i = 0; i < c.tensors("params").length; i++) single.apply(c, i);
    return new Tensor[0];
  }

  private static Tensor gradient(Call c, int index) {
    Tensor grad = unscaled(c, index);
    return c.bool("maximize") ? grad.neg() : grad;
  }

  private static void sgd(Call c, int index) {
    if (isSkipped(c)) return;
    Tensor p = c.tensors("params")[index];
    Tensor g = gradient(c, index);
    if (c.number("weight_decay") != 0) g = g.add(p, c.number("weight_decay"));
    Tensor buffer = of(c, "momentum_buffers", index);
    if (buffer != null) {
      if (c.bool("first")) buffer.copy_(g);
      else buffer.mul_(c.number("momentum")).add_(g, 1 - c.number("dampening"));
      g = c.bool("nesterov") ? g.add(buffer, c.number("momentum")) : buffer;
    }
    p.add_(g, -rate(c));
  }

  private static void adam(Call c, int index) {
    if (isSkipped(c)) return;
    Tensor p = c.tensors("params")[index];
    if (c.tensors("state_steps").length > 0 && !p.device().isHost()) {
      adamInMemory(c, index, p);
      return;
    }
    double lr = rate(c);
    double decay = c.number("weight_decay");
    double step = step(c, index);
    Tensor g = gradient(c, index);
    if (decay != 0) {
      if (c.bool("decoupled")) p.mul_(1 - lr * decay);
      else g = g.add(p, decay);
    }
    Tensor m = c.tensors("exp_avgs")[index];
    Tensor v = moments(c, index, g);
    p.addcdiv_(m, v.sqrt().div(secondCorrection(c, step)).add_(c.number("eps")), -lr / firstCorrection(c, step));
  }

  /// Takes a gradient into both moments; gives the second one, or the greatest so far where that counts.
  private static Tensor moments(Call c, int index, Tensor g) {
    c.tensors("exp_avgs")[index].lerp_(g, 1 - c.number("beta1"));
    Tensor v = c.tensors("exp_avg_sqs")[index];
    v.mul_(c.number("beta2")).addcmul_(g, g.conj(), 1 - c.number("beta2"));
    Tensor greatest = of(c, "max_exp_avg_sqs", index);
    return greatest == null ? v : greatest.copy_(greatest.maximum(v));
  }

  /// The same with steps and learning rate where they are, so that nobody waits for the device and the step can be recorded;
  /// in the order of PyTorch's with `capturable`.
  private static void adamInMemory(Call c, int index, Tensor p) {
    Tensor step = c.tensors("state_steps")[index].to(DType.FLOAT64);
    Tensor given = c.tensorOrNull("rate");
    Tensor rate = given == null ? Torch.full(new long[0], c.number("lr"), DType.FLOAT64, p.device())
        : given.to(p.device());
    double decay = c.number("weight_decay");
    Tensor g = gradient(c, index);
    if (decay != 0) {
      if (c.bool("decoupled")) p.mul_(rate.mul(-decay).add(1));
      else g = g.add(p, decay);
    }
    Tensor m = c.tensors("exp_avgs")[index];
    Tensor v = moments(c, index, g);
    Tensor size = rate.div(step.mul(Math.log(c.number("beta1"))).expm1());
    Tensor second = step.mul(Math.log(c.number("beta2"))).expm1().neg().sqrt();
    p.addcdiv_(m, v.sqrt().div(second.mul(size)).add_(size.reciprocal().mul(c.number("eps"))));
  }
}
