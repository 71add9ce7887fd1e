package jtorch.optim;

import java.util.ArrayList;
import java.util.List;

/// Changes the learning rates of an optimizer's groups over time.
///
/// As PyTorch's, a scheduler takes its first step when it is made; `optimizer.step(); scheduler.step();` from then on.
public abstract class LRScheduler {
  private final Optimizer<?> optimizer;
  private final List<Double> baseLrs = new ArrayList<>();
  private long lastEpoch;

  protected LRScheduler(Optimizer<?> optimizer) {
    this(optimizer, -1);
  }

  /// @param lastEpoch the epoch to go on from, -1 for the start
  /// @throws IllegalArgumentException if it goes on but a group has no initial learning rate
  protected LRScheduler(Optimizer<?> optimizer, long lastEpoch) {
    this.optimizer = optimizer;
    this.lastEpoch = lastEpoch;
    for (ParamGroup<?> group : optimizer.paramGroups()) {
      if (lastEpoch == -1) group.initialLr(group.lr());
      Double initial = group.initialLr();
      if (initial == null) throw new IllegalArgumentException(
          "param 'initial_lr' is not specified in the groups when resuming an optimizer");
      baseLrs.add(initial);
    }
  }

  /// Called by subclasses at the end of their constructors: PyTorch's initial step.
  protected final void start() {
    step();
  }

  /// The learning rate of a group in this epoch.
  protected abstract double lr(int group, double current);

  /// What else changes with the learning rate, by default nothing.
  protected void alsoChange(int group) {}

  /// Goes to the next epoch.
  public void step() {
    lastEpoch++;
    apply();
  }

  final void apply() {
    for (int g = 0; g < optimizer.paramGroups().size(); g++) {
      ParamGroup<?> group = optimizer.paramGroups().get(g);
      group.lr(lr(g, group.lr()));
      alsoChange(g);
    }
  }

  protected final ParamGroup<?> group(int index) {
    return optimizer.paramGroups().get(index);
  }

  protected final double baseLr(int group) {
    return baseLrs.get(group);
  }

  /// How many steps have been taken.
  public final long lastEpoch() {
    return lastEpoch;
  }

  /// Goes on from an epoch whose learning rates the optimizer has already.
  public final void lastEpoch(long epoch) {
    lastEpoch = epoch;
  }

  /// The learning rates now, one a group.
  public final double[] getLastLr() {
    return optimizer.paramGroups().stream().mapToDouble(ParamGroup::lr).toArray();
  }

  static <O extends OptimizerOptions<O>> void momentum(ParamGroup<O> group, double momentum) {
    group.options(group.options().momentum(momentum));
  }
}
