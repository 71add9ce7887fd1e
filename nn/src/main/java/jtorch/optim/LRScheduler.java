package jtorch.optim;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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

  /// The state by PyTorch's names, for files; the optimizer has one of its own.
  ///
  /// ```java
  /// Torch.save(Map.of("optimizer", optimizer.stateDict(), "scheduler", scheduler.stateDict()), path);
  /// ```
  public final Map<String, Object> stateDict() {
    var all = new LinkedHashMap<String, Object>(settings());
    all.put("base_lrs", List.copyOf(baseLrs));
    all.put("last_epoch", lastEpoch);
    all.put("_step_count", lastEpoch + 1);
    all.put("_is_initial", false);
    all.put("_get_lr_called_within_step", false);
    all.put("_last_lr", optimizer.paramGroups().stream().map(ParamGroup::lr).toList());
    return all;
  }

  /// Goes on from a state, which PyTorch's scheduler of that name may have written. The optimizer's state is to be loaded
  /// too: it has the learning rates.
  ///
  /// @throws IllegalArgumentException if it is none of such a scheduler, or of other groups; nothing is changed then
  public final void loadStateDict(Map<String, ? extends @Nullable Object> state) {
    if (!(state.get("last_epoch") instanceof Number epoch) || !(state.get("base_lrs") instanceof List<?> rates))
      throw new IllegalArgumentException("the state of a scheduler has 'last_epoch' and 'base_lrs', this one has "
          + state.keySet());
    if (rates.size() != baseLrs.size()) throw new IllegalArgumentException(
        "loaded state has " + rates.size() + " base learning rates for " + baseLrs.size() + " groups");
    var loaded = new ArrayList<Double>();
    for (Object rate : rates) {
      if (!(rate instanceof Number number)) throw new IllegalArgumentException("a base learning rate is " + rate);
      loaded.add(number.doubleValue());
    }
    settings(state);
    baseLrs.clear();
    baseLrs.addAll(loaded);
    lastEpoch = epoch.longValue();
  }

  /// What a scheduler was made with, by PyTorch's names, as far as its state has it.
  protected Map<String, Object> settings() {
    return Map.of();
  }

  /// Takes over settings that a state has.
  ///
  /// @throws IllegalArgumentException if one is none
  protected void settings(Map<String, ? extends @Nullable Object> state) {}

  static <O extends OptimizerOptions<O>> void momentum(ParamGroup<O> group, double momentum) {
    group.options(group.options().momentum(momentum));
  }
}
