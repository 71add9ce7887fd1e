package jtorch.optim;

import java.util.LinkedHashMap;
import java.util.Map;
import jtorch.Tensor;
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
public record AdamOptions(double lr, double beta1, double beta2, double eps, double weightDecay, boolean amsgrad,
    boolean maximize, boolean decoupledWeightDecay) implements OptimizerOptions<AdamOptions> {
  public AdamOptions {
    OptimizerOptions.check(eps >= 0, "epsilon value", eps);
    OptimizerOptions.check(beta1 >= 0 && beta1 < 1, "beta parameter at index 0", beta1);
    OptimizerOptions.check(beta2 >= 0 && beta2 < 1, "beta parameter at index 1", beta2);
    OptimizerOptions.check(weightDecay >= 0, "weight_decay value", weightDecay);
  }

  @Override
  public AdamOptions lr(double v) {
    return new AdamOptions(v, beta1, beta2, eps, weightDecay, amsgrad, maximize, decoupledWeightDecay);
  }

  public AdamOptions betas(double first, double second) {
    return new AdamOptions(lr, first, second, eps, weightDecay, amsgrad, maximize, decoupledWeightDecay);
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
    return new AdamOptions(lr, beta1, beta2, v, weightDecay, amsgrad, maximize, decoupledWeightDecay);
  }

  public AdamOptions weightDecay(double v) {
    return new AdamOptions(lr, beta1, beta2, eps, v, amsgrad, maximize, decoupledWeightDecay);
  }

  public AdamOptions amsgrad(boolean v) {
    return new AdamOptions(lr, beta1, beta2, eps, weightDecay, v, maximize, decoupledWeightDecay);
  }

  public AdamOptions maximize(boolean v) {
    return new AdamOptions(lr, beta1, beta2, eps, weightDecay, amsgrad, v, decoupledWeightDecay);
  }

  public AdamOptions decoupledWeightDecay(boolean v) {
    return new AdamOptions(lr, beta1, beta2, eps, weightDecay, amsgrad, maximize, v);
  }

  @Override
  public Map<String, @Nullable Object> others() {
    var all = new LinkedHashMap<String, @Nullable Object>();
    all.put("foreach", null);
    all.put("capturable", false);
    all.put("differentiable", false);
    all.put("fused", null);
    return all;
  }

  static void step(Tensor p, Tensor grad, Map<String, Object> state, AdamOptions o) {
    long step = Optimizer.nextStep(state);
    Tensor m = Optimizer.slot(state, "exp_avg", p::zerosLike);
    Tensor v = Optimizer.slot(state, "exp_avg_sq", p::zerosLike);
    Tensor greatest = o.amsgrad ? Optimizer.slot(state, "max_exp_avg_sq", p::zerosLike) : null;
    OptimizerSteps.ADAM.call(p, grad, m, v, greatest, step, o.lr, o.beta1, o.beta2, o.eps, o.weightDecay, o.maximize,
        o.decoupledWeightDecay);
  }
}
