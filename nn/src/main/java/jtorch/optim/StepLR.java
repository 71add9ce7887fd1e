package jtorch.optim;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Multiplies the learning rates by gamma every `stepSize` epochs.
///
/// **As** `torch.optim.lr_scheduler.StepLR`.
public final class StepLR extends LRScheduler {
  private long stepSize;
  private double gamma;

  public StepLR(Optimizer<?> optimizer, long stepSize) {
    this(optimizer, stepSize, 0.1);
  }

  public StepLR(Optimizer<?> optimizer, long stepSize, double gamma) {
    super(optimizer);
    this.stepSize = stepSize;
    this.gamma = gamma;
    start();
  }

  @Override
  protected double lr(int group, double current) {
    return lastEpoch() == 0 || lastEpoch() % stepSize != 0 ? current : current * gamma;
  }

  @Override
  protected Map<String, Object> settings() {
    return Map.of("step_size", stepSize, "gamma", gamma);
  }

  @Override
  protected void settings(Map<String, ? extends @Nullable Object> state) {
    if (!(state.get("step_size") instanceof Number size) || size.longValue() <= 0
        || !(state.get("gamma") instanceof Number factor))
      throw new IllegalArgumentException("the state of a StepLR has 'step_size' and 'gamma', this one has "
          + state.keySet());
    stepSize = size.longValue();
    gamma = factor.doubleValue();
  }
}
