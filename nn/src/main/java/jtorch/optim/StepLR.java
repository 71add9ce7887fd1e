package jtorch.optim;

/// Multiplies the learning rates by gamma every `stepSize` epochs.
///
/// **As** `torch.optim.lr_scheduler.StepLR`.
public final class StepLR extends LRScheduler {
  private final long stepSize;
  private final double gamma;

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
}
