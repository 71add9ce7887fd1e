package jtorch.optim;

import java.util.List;
import java.util.function.UnaryOperator;
import jtorch.Tensor;

/// `m = beta1 m + (1 - beta1) g; v = beta2 v + (1 - beta2) g^2; p -= lr / (1 - beta1^t) * m / (sqrt(v / (1 - beta2^t)) + eps)`;
/// weight decay is taken from the parameter itself: `p *= 1 - lr * weightDecay`.
///
/// **As** `torch.optim.AdamW`. **Source**: Loshchilov and Hutter, *Decoupled Weight Decay Regularization*, 2017, arXiv:1711.05101.
public final class AdamW extends Optimizer<AdamOptions> {
  /// With the defaults of `torch.optim.AdamW`: lr 1e-3, betas 0.9 and 0.999, eps 1e-8, weight decay 1e-2.
  public static final AdamOptions DEFAULT =
      new AdamOptions(1e-3, 0.9, 0.999, 1e-8, 1e-2, false, false, true, false, null);

  public AdamW(List<? extends Tensor> parameters) {
    this(parameters, DEFAULT.lr());
  }

  public AdamW(List<? extends Tensor> parameters, double lr) {
    this(parameters, lr, o -> o);
  }

  public AdamW(List<? extends Tensor> parameters, double lr, UnaryOperator<AdamOptions> options) {
    super(parameters, options.apply(DEFAULT.lr(lr)));
  }

  @Override
  public boolean stepSupportsAmpScaling() {
    return paramGroups().stream().allMatch(g -> Boolean.TRUE.equals(g.options().fused()));
  }

  @Override
  protected void update(Step<AdamOptions> step) {
    AdamOptions.step(step);
  }
}
