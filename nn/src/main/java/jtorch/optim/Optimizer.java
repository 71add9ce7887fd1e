package jtorch.optim;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.autograd.Recording;
import jtorch.memory.Scope;
import org.jspecify.annotations.Nullable;

/// Changes parameters by their gradients. Groups, state and files are here; an optimizer is its update rule.
///
/// The state of a parameter is a map by PyTorch's names (`momentum_buffer`, `exp_avg`, `step`), so that a state_dict
/// fits PyTorch's. An optimizer belongs to one thread at a time.
///
/// @param <O> the optimizer's options
public abstract class Optimizer<O extends OptimizerOptions<O>> {
  private final List<ParamGroup<O>> groups = new ArrayList<>();
  private final Map<Tensor, Map<String, Object>> state = new IdentityHashMap<>();
  private final O defaults;

  /// @throws IllegalArgumentException if there are no parameters, or the learning rate is negative
  protected Optimizer(List<? extends Tensor> parameters, O defaults) {
    this.defaults = defaults;
    // Only here: a schedule may go below zero, as OneCycleLR's line does after its last step.
    OptimizerOptions.check(defaults.lr() >= 0, "learning rate", defaults.lr());
    if (parameters.isEmpty()) throw new IllegalArgumentException("optimizer got an empty parameter list");
    addParamGroup(parameters, o -> o);
  }

  /// Adds parameters with options of their own.
  ///
  /// @throws IllegalArgumentException if one is no leaf, or is in a group already
  public final void addParamGroup(List<? extends Tensor> parameters, UnaryOperator<O> options) {
    Set<Tensor> known = Collections.newSetFromMap(new IdentityHashMap<>());
    for (ParamGroup<O> group : groups) known.addAll(group.parameters());
    for (Tensor p : parameters) {
      if (!p.isLeaf()) throw new IllegalArgumentException("can't optimize a non-leaf Tensor: " + p.describe());
      if (!known.add(p)) throw new IllegalArgumentException("some parameters appear in more than one parameter group");
    }
    groups.add(new ParamGroup<>(parameters, options.apply(defaults)));
  }

  public final List<ParamGroup<O>> paramGroups() {
    return Collections.unmodifiableList(groups);
  }

  /// Makes one step by the gradients that `backward` has left.
  public void step() {
    try (var off = Torch.noGrad()) {
      for (ParamGroup<O> group : groups) {
        O options = group.options();
        List<Tensor> parameters = group.parameters();
        for (int i = 0; i < parameters.size(); i++) {
          Tensor p = parameters.get(i);
          Tensor grad = Recording.gradInternal(p);
          if (grad != null) update(p, grad, state.computeIfAbsent(p, unused -> new LinkedHashMap<>()), options);
        }
      }
    }
  }

  /// Evaluates the model again, with gradients, then steps; returns the loss.
  public Tensor step(Supplier<Tensor> closure) {
    Tensor loss;
    try (var on = Torch.enableGrad()) {
      loss = closure.get();
    }
    step();
    return loss;
  }

  /// The rule: changes the parameter in place. The gradient is not to be changed.
  protected abstract void update(Tensor parameter, Tensor grad, Map<String, Object> state, O options);

  /// A tensor of the state, made at the first step and kept out of every scope.
  protected static Tensor slot(Map<String, Object> state, String name, Supplier<Tensor> first) {
    Object known = state.get(name);
    if (known != null) return (Tensor) known;
    Tensor made = Scope.persistent(first);
    state.put(name, made);
    return made;
  }

  /// The number of this step, from 1 on.
  protected static long nextStep(Map<String, Object> state) {
    long step = (state.get("step") instanceof Long before ? before : 0L) + 1;
    state.put("step", step);
    return step;
  }

  /// Forgets the gradients of all parameters.
  public final void zeroGrad() {
    for (ParamGroup<O> group : groups) {
      for (Tensor p : group.parameters()) p.grad(null);
    }
  }

  /// The state of a parameter by PyTorch's names; empty before its first step.
  public final Map<String, Object> state(Tensor parameter) {
    Map<String, Object> known = state.get(parameter);
    return known == null ? Map.of() : Collections.unmodifiableMap(known);
  }

  /// The whole state: parameters by number in order of the groups, each with its named state; and the groups' options.
  ///
  /// @param state by parameter number: `Tensor` or `Long` values by name
  /// @param groups the options of each group
  /// @param sizes how many parameters each group has
  public record State<O>(Map<Integer, Map<String, Object>> state, List<O> groups, List<@Nullable Double> initialLrs,
      List<Integer> sizes) {}

  /// A copy of the state, which later steps do not change.
  public final State<O> stateDict() {
    var all = new LinkedHashMap<Integer, Map<String, Object>>();
    int number = 0;
    for (ParamGroup<O> group : groups) {
      for (Tensor p : group.parameters()) {
        Map<String, Object> known = state.get(p);
        if (known != null) {
          var copy = new LinkedHashMap<String, Object>();
          known
              .forEach((name, value) -> copy.put(name, value instanceof Tensor t ? Scope.persistent(t::clone) : value));
          all.put(number, copy);
        }
        number++;
      }
    }
    var initial = new ArrayList<@Nullable Double>();
    for (ParamGroup<O> group : groups) initial.add(group.initialLr());
    return new State<>(all, groups.stream().map(ParamGroup::options).toList(), initial,
        groups.stream().map(group -> group.parameters().size()).toList());
  }

  /// Takes over a state.
  ///
  /// @throws IllegalArgumentException if groups, parameters or shapes do not fit; nothing is changed then
  public final void loadStateDict(State<O> loaded) {
    if (loaded.groups().size() != groups.size())
      throw new IllegalArgumentException("loaded state dict has a different number of parameter groups: "
          + loaded.groups().size() + " instead of " + groups.size());
    List<Integer> sizes = groups.stream().map(group -> group.parameters().size()).toList();
    if (!loaded.sizes().equals(sizes)) throw new IllegalArgumentException(
        "loaded state dict contains a parameter group that doesn't match the size of optimizer's group: groups of "
            + loaded.sizes() + " parameters instead of " + sizes);
    var parameters = new ArrayList<Tensor>();
    for (ParamGroup<O> group : groups) parameters.addAll(group.parameters());
    loaded.state().forEach((number, values) -> {
      if (number < 0 || number >= parameters.size()) throw new IllegalArgumentException(
          "loaded state dict has state for parameter " + number + " of " + parameters.size());
      values.forEach((name, value) -> {
        Tensor p = parameters.get(number);
        if (value instanceof Tensor t && t.dim() > 0 && !java.util.Arrays.equals(t.sizes(), p.sizes()))
          throw new IllegalArgumentException("loaded state '" + name + "' of parameter " + number + " has shape "
              + java.util.Arrays.toString(t.sizes()) + ", the parameter has " + java.util.Arrays.toString(p.sizes()));
      });
    });
    state.clear();
    loaded.state().forEach((number, values) -> {
      var copy = new LinkedHashMap<String, Object>();
      values.forEach((name, value) -> copy.put(name, value instanceof Tensor t ? Scope.persistent(t::clone) : value));
      state.put(parameters.get(number), copy);
    });
    for (int g = 0; g < groups.size(); g++) {
      groups.get(g).options(loaded.groups().get(g));
      Double initial = loaded.initialLrs().get(g);
      if (initial != null) groups.get(g).initialLr(initial);
    }
  }
}
