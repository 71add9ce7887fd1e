package jtorch.optim;

import java.util.LinkedHashMap;
import java.util.Map;
import jtorch.Cuda;
import jtorch.DType;
import jtorch.Placement;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.op.Foreach;
import jtorch.op.OptimizerSteps;
import org.jspecify.annotations.Nullable;

/// The keyword arguments of `torch.optim.Adam` and `torch.optim.AdamW`.
///
/// @param lr the learning rate
/// @param beta1 how long the mean of gradients remembers
/// @param beta2 how long the mean of squares remembers
/// @param eps added to the denominator
/// @param weightDecay how strongly parameters are drawn to 0
/// @param amsgrad whether the largest mean of squares so far is used
/// @param maximize whether the loss is to grow
/// @param decoupledWeightDecay whether the decay is applied to the parameter rather than added to the gradient
/// @param capturable whether a step may be recorded and run again: the numbers of steps and the learning rate then stand in
///     the memory of the parameters' device, and [ParamGroup#lr(double)] changes the rate of recorded steps too
/// @param fused whether steps look after the scale of a [jtorch.amp.GradScaler] themselves, for which the numbers of steps
///     stand in the device's memory; null for PyTorch's choice. They are made in one pass either way
public record AdamOptions(double lr, double beta1, double beta2, double eps, double weightDecay, boolean amsgrad,
    boolean maximize, boolean decoupledWeightDecay, boolean capturable, @Nullable Boolean fused)
    implements OptimizerOptions<AdamOptions> {
  public AdamOptions {
    OptimizerOptions.check(eps >= 0, "epsilon value", eps);
    OptimizerOptions.check(beta1 >= 0 && beta1 < 1, "beta parameter at index 0", beta1);
    OptimizerOptions.check(beta2 >= 0 && beta2 < 1, "beta parameter at index 1", beta2);
    OptimizerOptions.check(weightDecay >= 0, "weight_decay value", weightDecay);
  }

  @Override
  public AdamOptions lr(double v) {
    return new AdamOptions(v, beta1, beta2, eps, weightDecay, amsgrad, maximize, decoupledWeightDecay, capturable,
        fused);
  }

  public AdamOptions betas(double first, double second) {
    return new AdamOptions(lr, first, second, eps, weightDecay, amsgrad, maximize, decoupledWeightDecay, capturable,
        fused);
  }

  @Override
  public double momentum() {
    return beta1;
  }

  @Override
  public AdamOptions momentum(double v) {
    return betas(v, beta2);
  }

  public AdamOptions eps(double v) {
    return new AdamOptions(lr, beta1, beta2, v, weightDecay, amsgrad, maximize, decoupledWeightDecay, capturable,
        fused);
  }

  public AdamOptions weightDecay(double v) {
    return new AdamOptions(lr, beta1, beta2, eps, v, amsgrad, maximize, decoupledWeightDecay, capturable, fused);
  }

  public AdamOptions amsgrad(boolean v) {
    return new AdamOptions(lr, beta1, beta2, eps, weightDecay, v, maximize, decoupledWeightDecay, capturable, fused);
  }

  public AdamOptions maximize(boolean v) {
    return new AdamOptions(lr, beta1, beta2, eps, weightDecay, amsgrad, v, decoupledWeightDecay, capturable, fused);
  }

  public AdamOptions decoupledWeightDecay(boolean v) {
    return new AdamOptions(lr, beta1, beta2, eps, weightDecay, amsgrad, maximize, v, capturable, fused);
  }

  public AdamOptions capturable(boolean v) {
    return new AdamOptions(lr, beta1, beta2, eps, weightDecay, amsgrad, maximize, decoupledWeightDecay, v, fused);
  }

  public AdamOptions fused(boolean v) {
    return new AdamOptions(lr, beta1, beta2, eps, weightDecay, amsgrad, maximize, decoupledWeightDecay, capturable, v);
  }

  @Override
  public Map<String, @Nullable Object> others() {
    var all = new LinkedHashMap<String, @Nullable Object>();
    all.put("foreach", null);
    all.put("differentiable", false);
    return all;
  }

  /// Whether the numbers of steps stand in the memory of the parameters' device.
  boolean countsInMemory() {
    return capturable || Boolean.TRUE.equals(fused);
  }

  /// Adam's step for all parameters of a group: one call, unless they have made different numbers of steps.
  static void step(Optimizer.Step<AdamOptions> step) {
    AdamOptions o = step.group().options();
    if (!o.capturable && Placement.matters() && Cuda.isCurrentStreamCapturing()) throw new IllegalStateException(
        "Attempting CUDA graph capture of step() for an instance of " + (o.decoupledWeightDecay ? "AdamW" : "Adam")
            + " but param_groups' capturable is False.");
    if (o.countsInMemory()) {
      Tensor[] steps = counted(step);
      Tensor found = step.foundInf();
      Tensor one = Torch.full(new long[0], 1.0, DType.FLOAT32, steps[0].device());
      // A step that is left out does not count.
      Foreach.ADD.call(steps, found == null ? one : one.sub(found.to(one.device())), 1L);
      update(step, steps, 0);
      return;
    }
    var parts = new LinkedHashMap<Long, Optimizer.Step<AdamOptions>>();
    for (int i = 0; i < step.parameters().size(); i++) {
      Map<String, Object> state = step.states().get(i);
      if (state.get("step") instanceof Tensor t) state.put("step", (long) t.itemDouble());
      parts.computeIfAbsent(Optimizer.nextStep(state), _ -> step.part())
          .add(step.parameters().get(i), step.grads().get(i), state);
    }
    parts.forEach((number, part) -> update(part, new Tensor[0], number));
  }

  private static void update(Optimizer.Step<AdamOptions> step, Tensor[] steps, long number) {
    AdamOptions o = step.group().options();
    OptimizerSteps.ADAM.call(step.parameterArray(), step.gradArray(), step.slots("exp_avg"), step.slots("exp_avg_sq"),
        o.amsgrad ? step.slots("max_exp_avg_sq") : new Tensor[0], steps, number, o.lr,
        o.capturable ? step.group().lrTensor() : null, o.beta1, o.beta2, o.eps, o.weightDecay, o.maximize,
        o.decoupledWeightDecay, step.gradScale(), step.foundInf());
  }

  /// The numbers of steps made so far, as PyTorch keeps them: float32 without dimensions.
  private static Tensor[] counted(Optimizer.Step<AdamOptions> step) {
    var all = new Tensor[step.parameters().size()];
    for (int i = 0; i < all.length; i++) {
      Map<String, Object> state = step.states().get(i);
      Tensor p = step.parameters().get(i);
      Object known = state.get("step");
      if (known instanceof Long before) state.remove("step");
      double made = known instanceof Long before ? before : 0;
      all[i] = Optimizer.slot(state, "step", () -> Torch.full(new long[0], made, DType.FLOAT32, p.device()));
    }
    return all;
  }
}
