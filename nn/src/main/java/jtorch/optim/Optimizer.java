package jtorch.optim;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import jtorch.DType;
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
    step(null, null);
  }

  /// A step for which the gradients are divided by a scale first, and which is left out where an infinity was found
  /// among them; both stand in memory, and nobody waits for them. For [jtorch.amp.GradScaler].
  ///
  /// @throws UnsupportedOperationException if this optimizer cannot: [#stepSupportsAmpScaling] says so
  public final void step(@Nullable Tensor gradScale, @Nullable Tensor foundInf) {
    if ((gradScale != null || foundInf != null) && !stepSupportsAmpScaling()) throw new UnsupportedOperationException(
        getClass().getSimpleName() + " makes no steps with a scale: the option 'fused' is off");
    try (var off = Torch.noGrad()) {
      for (ParamGroup<O> group : groups) {
        var step = new Step<O>(group, new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), gradScale, foundInf);
        for (Tensor p : group.parameters()) {
          Tensor grad = Recording.gradInternal(p);
          if (grad != null) step.add(p, grad, state.computeIfAbsent(p, unused -> new LinkedHashMap<>()));
        }
        if (!step.parameters.isEmpty()) update(step);
      }
    }
  }

  /// Whether steps look after a scale of the gradients themselves, so that a gradient scaler need not wait for the device.
  public boolean stepSupportsAmpScaling() {
    return false;
  }

  /// What a step changes: parameters of a group that have gradients, with both and their states in the same order.
  ///
  /// @param gradScale what gradients are divided by; null for nothing
  /// @param foundInf a number that is not 0 where the step is to be left out; null if it is to be made
  protected record Step<O extends OptimizerOptions<O>>(ParamGroup<O> group, List<Tensor> parameters,
      List<Tensor> grads, List<Map<String, Object>> states, @Nullable Tensor gradScale, @Nullable Tensor foundInf) {
    void add(Tensor parameter, Tensor grad, Map<String, Object> state) {
      parameters.add(parameter);
      grads.add(grad);
      states.add(state);
    }

    /// The same step for some of the parameters.
    Step<O> part() {
      return new Step<>(group, new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), gradScale, foundInf);
    }

    Tensor[] parameterArray() {
      return parameters.toArray(Tensor[]::new);
    }

    Tensor[] gradArray() {
      return grads.toArray(Tensor[]::new);
    }

    /// A tensor of each parameter's state, made where it is not there yet.
    Tensor[] slots(String name) {
      var all = new Tensor[parameters.size()];
      for (int i = 0; i < all.length; i++) all[i] = slot(states.get(i), name, parameters.get(i)::zerosLike);
      return all;
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

  /// The rule for all parameters of a group, where that is more than the rule for each.
  protected void update(Step<O> step) {
    O options = step.group.options();
    for (int i = 0; i < step.parameters.size(); i++)
      update(step.parameters.get(i), step.grads.get(i), step.states.get(i), options);
  }

  /// The rule for one parameter, which it changes in place. The gradient is not to be changed. An optimizer has this rule
  /// or that for all.
  protected void update(Tensor parameter, Tensor grad, Map<String, Object> state, O options) {
    throw new UnsupportedOperationException(getClass().getSimpleName() + " has no rule for one parameter");
  }

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

  /// The number of steps as PyTorch keeps it in files: a 0-dim float32 tensor, unless an optimizer says otherwise.
  protected Object savedStep(long step) {
    return Scope.persistent(() -> Torch.full(new long[0], step, DType.FLOAT32));
  }

  /// The whole state as PyTorch has it, a copy that later steps do not change: `state`, a map from the numbers of
  /// parameters, counted through the groups, to their named states, and `param_groups`, a list of maps of options, with
  /// the numbers of the group's parameters under `params`.
  ///
  /// ```java
  /// Torch.save(optimizer.stateDict(), path);
  /// ```
  public final Map<String, Object> stateDict() {
    var states = new LinkedHashMap<Long, Object>();
    var all = new ArrayList<Object>();
    long number = 0;
    for (ParamGroup<O> group : groups) {
      Map<String, @Nullable Object> options = OptionNames.of(group.options());
      if (group.initialLr() != null) options.put("initial_lr", group.initialLr());
      var numbers = new ArrayList<Long>();
      for (Tensor p : group.parameters()) {
        Map<String, Object> known = state.getOrDefault(p, Map.of());
        if (!known.isEmpty()) states.put(number, saved(known));
        numbers.add(number++);
      }
      options.put("params", numbers);
      all.add(options);
    }
    var whole = new LinkedHashMap<String, Object>();
    whole.put("state", states);
    whole.put("param_groups", all);
    return whole;
  }

  private Map<String, Object> saved(Map<String, Object> known) {
    var copy = new LinkedHashMap<String, Object>();
    known.forEach((name, value) -> copy.put(name, value instanceof Tensor t ? Scope.persistent(t::clone)
        : name.equals("step") && value instanceof Long step ? savedStep(step) : value));
    return copy;
  }

  /// Takes over a state, which PyTorch's optimizer of that name may have written. Tensors are copied, in the dtype of
  /// their parameter; options that JTorch lacks are left out.
  ///
  /// ```java
  /// optimizer.loadStateDict(Torch.load(path));
  /// ```
  ///
  /// @throws IllegalArgumentException if groups, parameters or shapes do not fit; nothing is changed then
  public final void loadStateDict(Map<String, ? extends @Nullable Object> loaded) {
    if (!(loaded.get("param_groups") instanceof List<?> given) || !(loaded.get("state") instanceof Map<?, ?> states))
      throw new IllegalArgumentException("the state of an optimizer has 'state' and 'param_groups', this one has "
          + loaded.keySet());
    if (given.size() != groups.size())
      throw new IllegalArgumentException("loaded state dict has a different number of parameter groups: "
          + given.size() + " instead of " + groups.size());
    var parameters = new LinkedHashMap<Long, Tensor>();
    var options = new ArrayList<O>();
    for (int g = 0; g < groups.size(); g++) {
      ParamGroup<O> group = groups.get(g);
      if (!(given.get(g) instanceof Map<?, ?> named) || !(named.get("params") instanceof List<?> numbers)
          || numbers.size() != group.parameters().size())
        throw new IllegalArgumentException("loaded state dict contains a parameter group that doesn't match the size of"
            + " optimizer's group: group " + g + " has " + group.parameters().size() + " parameters");
      for (int i = 0; i < numbers.size(); i++) {
        if (!(numbers.get(i) instanceof Number number))
          throw new IllegalArgumentException("group " + g + ": 'params' holds " + numbers.get(i));
        parameters.put(number.longValue(), group.parameters().get(i));
      }
      options.add(OptionNames.with(group.options(), named));
    }
    var fresh = new IdentityHashMap<Tensor, Map<String, Object>>();
    states.forEach((number, values) -> {
      Tensor p = number instanceof Number n ? parameters.get(n.longValue()) : null;
      if (p == null || !(values instanceof Map<?, ?> named)) throw new IllegalArgumentException(
          "loaded state dict has state for parameter " + number + " of " + parameters.size());
      fresh.put(p, taken(p, number, named));
    });
    state.clear();
    state.putAll(fresh);
    for (int g = 0; g < groups.size(); g++) {
      groups.get(g).options(options.get(g));
      if (given.get(g) instanceof Map<?, ?> named && named.get("initial_lr") instanceof Number initial)
        groups.get(g).initialLr(initial.doubleValue());
    }
  }

  private static Map<String, Object> taken(Tensor p, Object number, Map<?, ?> named) {
    var copy = new LinkedHashMap<String, Object>();
    named.forEach((key, value) -> {
      String name = String.valueOf(key);
      if (name.equals("step")) {
        Object step = value instanceof Tensor t && t.numel() == 1 ? t.item() : value;
        if (!(step instanceof Number n)) throw new IllegalArgumentException(
            "loaded state 'step' of parameter " + number + " is no number");
        copy.put(name, n.longValue());
      } else if (value instanceof Tensor t) {
        if (t.dim() > 0 && !Arrays.equals(t.sizes(), p.sizes()))
          throw new IllegalArgumentException("loaded state '" + name + "' of parameter " + number + " has shape "
              + Arrays.toString(t.sizes()) + ", the parameter has " + Arrays.toString(p.sizes()));
        DType dtype = p.dtype().isDifferentiable() ? p.dtype() : t.dtype();
        copy.put(name, Scope.persistent(() -> t.detach().to(dtype).clone()));
      } else if (value != null) copy.put(name, value);
    });
    return copy;
  }
}
