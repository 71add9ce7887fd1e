package jtorch.optim;

import java.util.List;
import java.util.function.UnaryOperator;
import jtorch.Tensor;

/// `m = beta1 m + (1 - beta1) g; v = beta2 v + (1 - beta2) g^2; p -= lr / (1 - beta1^t) * m / (sqrt(v / (1 - beta2^t)) + eps)`;
/// weight decay is added to the gradient.
///
/// **As** `torch.optim.Adam`. **Source**: Kingma and Ba, *Adam: A Method for Stochastic Optimization*, 2014, arXiv:1412.6980.
public final class Adam extends Optimizer<AdamOptions> {
  /// With the defaults of `torch.optim.Adam`: lr 1e-3, betas 0.9 and 0.999, eps 1e-8, weight decay 0.
  public static final AdamOptions DEFAULT =
      new AdamOptions(1e-3, 0.9, 0.999, 1e-8, 0, false, false, false, false, null);

  public Adam(List<? extends Tensor> parameters) {
    this(parameters, DEFAULT.lr());
  }

  public Adam(List<? extends Tensor> parameters, double lr) {
    this(parameters, lr, o -> o);
  }

  public Adam(List<? extends Tensor> parameters, double lr, UnaryOperator<AdamOptions> options) {
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
