package jtorch.nn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import jtorch.DType;
import jtorch.Device;
import jtorch.MemoryFormat;
import jtorch.Tensor;
import jtorch.ThreadContext;
import jtorch.Torch;
import jtorch.compile.CompileOptions;
import jtorch.compile.CompiledUnary;
import jtorch.python.OrderedDict;
import jtorch.spi.ModulePath;
import org.jspecify.annotations.Nullable;

/// A layer or a network: a plain class whose fields are its state.
///
/// Fields of type [Parameter], [Buffer] and [Module] are found by themselves; a field's name in snake case is its name in
/// the state_dict, so checkpoints fit PyTorch's. What is not a field is added with [#register].
///
/// ```java
/// final class Net extends Module {
///   final Conv2d conv1 = new Conv2d(1, 32, 3);
///   final Linear fc = new Linear(21632, 10);
///
///   @Override
///   public Tensor forward(Tensor x) {
///     return fc.call(conv1.call(x).relu().flatten(1));
///   }
/// }
/// ```
///
/// Threads: a module in eval mode may be shared by any number of threads; training one from several threads is not safe.
public abstract class Module implements ModulePath {
  /// A function that sees a module's input before `forward`; what it returns replaces the input, null leaves it.
  @FunctionalInterface
  public interface ForwardPreHook {
    @Nullable Tensor apply(Module module, Tensor input);
  }

  /// A function that sees a module's input and output; what it returns replaces the output, null leaves it.
  @FunctionalInterface
  public interface ForwardHook {
    @Nullable Tensor apply(Module module, Tensor input, Tensor output);
  }

  /// Takes a hook away again.
  public interface Handle extends AutoCloseable {
    @Override
    void close();
  }

  private boolean training = true;
  private @Nullable CompiledUnary compiled;
  private final Map<String, Object> registered = new LinkedHashMap<>(0);
  /// How parameters that are computed from others come about, by name.
  private final Map<String, Computed> computed = new LinkedHashMap<>(0);
  private final List<ForwardPreHook> preHooks = new ArrayList<>(0);
  private final List<ForwardHook> hooks = new ArrayList<>(0);

  protected Module() {}

  // ---- calling ---------------------------------------------------------------------------------------------------

  /// The computation of a module with one input and one output. Modules with another signature have their own `forward`.
  public Tensor forward(Tensor input) {
    throw new UnsupportedOperationException(name() + " has no forward(Tensor)");
  }

  /// Runs the module: hooks, `forward`, hooks; errors inside name the module.
  public final Tensor call(Tensor input) {
    ThreadContext context = ThreadContext.current();
    context.enter(this);
    try {
      if (!computed.isEmpty()) {
        ThreadContext.beside("a module has parameters that are computed from others");
        compute();
      }
      Tensor in = input;
      for (int i = 0; i < preHooks.size(); i++) {
        Tensor replaced = preHooks.get(i).apply(this, in);
        if (replaced != null) in = replaced;
      }
      if (!preHooks.isEmpty() || !hooks.isEmpty()) ThreadContext.beside("a module has hooks");
      CompiledUnary fast = compiled;
      Tensor out = fast != null ? fast.apply(in) : forward(in);
      for (int i = 0; i < hooks.size(); i++) {
        Tensor replaced = hooks.get(i).apply(this, in, out);
        if (replaced != null) out = replaced;
      }
      return out;
    } finally {
      context.leave();
    }
  }

  /// Runs a `forward` of another signature than one tensor to one: errors inside name the module.
  protected final <T extends @Nullable Object> T within(Supplier<T> forward) {
    ThreadContext context = ThreadContext.current();
    context.enter(this);
    try {
      return forward.get();
    } finally {
      context.leave();
    }
  }

  /// From now on [#call] runs `forward` compiled, see [Torch#compile]; hooks stay outside. Returns this module.
  ///
  /// ```java
  /// Module net = new Sequential(new Linear(8, 8), new Tanh(), new Linear(8, 1)).compile();
  /// Tensor y = net.call(x);
  /// ```
  public final Module compile() {
    return compile(o -> o);
  }

  /// `compile(o -> o.fullgraph(true))`
  public final Module compile(UnaryOperator<CompileOptions> options) {
    compiled = Torch.compile(this::forward, options);
    return this;
  }

  /// What [#compile] made of `forward`, to be asked with `explain()`; null before.
  public final @Nullable CompiledUnary compiled() {
    return compiled;
  }

  public final Handle registerForwardPreHook(ForwardPreHook hook) {
    preHooks.add(hook);
    return () -> preHooks.remove(hook);
  }

  public final Handle registerForwardHook(ForwardHook hook) {
    hooks.add(hook);
    return () -> hooks.remove(hook);
  }

  // ---- state -----------------------------------------------------------------------------------------------------

  /// Adds a parameter, buffer or module that is no field: those of lists and maps.
  ///
  /// @throws IllegalArgumentException if the name is taken, empty or has a dot
  protected final <T> T register(String name, T member) {
    if (!(member instanceof Parameter) && !(member instanceof Buffer) && !(member instanceof Module))
      throw new IllegalArgumentException("register: '" + name + "' is no Parameter, Buffer or Module");
    if (name.isEmpty() || name.contains("."))
      throw new IllegalArgumentException("register: a name can't be empty or contain \".\", got '" + name + "'");
    if (own().containsKey(name))
      throw new IllegalArgumentException("register: attribute '" + name + "' already exists");
    registered.put(name, member);
    return member;
  }

  /// Puts another member in the place of one that was registered.
  final void replace(String name, Object member) {
    if (registered.replace(name, member) == null)
      throw new IllegalArgumentException("replace: there is no registered '" + name + "'");
  }

  /// Names registered members by their positions, and forgets all others.
  final void renumber(List<?> members) {
    registered.clear();
    for (int i = 0; i < members.size(); i++) registered.put(Integer.toString(i), members.get(i));
  }

  /// Puts another member in the place of the one that was registered at that position.
  final void replaceAt(int position, Object member) {
    registered.put(List.copyOf(registered.keySet()).get(position), member);
  }

  final void unregister(String name) {
    registered.remove(name);
  }

  /// This module's own parameters, buffers and children by name; children's contents are theirs.
  private Map<String, Object> own() {
    var all = new LinkedHashMap<String, Object>();
    for (StateFields.Entry entry : StateFields.of(getClass()).entries()) {
      Object value = entry.of(this);
      if (value != null) all.put(entry.name(), value);
    }
    all.putAll(registered);
    if (!computed.isEmpty()) all.keySet().removeAll(computed.keySet());
    return all;
  }

  private void walk(String prefix, Map<Module, Boolean> seen, java.util.function.BiConsumer<String, Module> visitor) {
    if (seen.put(this, true) != null) return;
    visitor.accept(prefix, this);
    for (var entry : own().entrySet()) {
      if (entry.getValue() instanceof Module child)
        child.walk(prefix.isEmpty() ? entry.getKey() : prefix + "." + entry.getKey(), seen, visitor);
    }
  }

  /// All modules with their paths, this one first with the empty path; a shared one once.
  public final Map<String, Module> namedModules() {
    var all = new LinkedHashMap<String, Module>();
    walk("", new IdentityHashMap<>(), all::put);
    return all;
  }

  public final Collection<Module> modules() {
    return namedModules().values();
  }

  /// Direct children by name.
  public final Map<String, Module> namedChildren() {
    var all = new LinkedHashMap<String, Module>();
    own().forEach((name, value) -> {
      if (value instanceof Module child && !all.containsValue(child)) all.put(name, child);
    });
    return all;
  }

  public final Collection<Module> children() {
    return namedChildren().values();
  }

  private <T extends Tensor> Map<String, T> named(Class<T> type, boolean once) {
    var all = new LinkedHashMap<String, T>();
    var seen = new IdentityHashMap<Tensor, Boolean>();
    namedModules().forEach((path, module) -> module.own().forEach((name, value) -> {
      if (type.isInstance(value) && (!once || seen.put((Tensor) value, true) == null))
        all.put(path.isEmpty() ? name : path + "." + name, type.cast(value));
    }));
    return all;
  }

  /// All parameters by path, in order of declaration; a shared one once.
  public final Map<String, Parameter> namedParameters() {
    return named(Parameter.class, true);
  }

  /// All parameters in order of declaration; a shared one once.
  public final List<Parameter> parameters() {
    return List.copyOf(namedParameters().values());
  }

  public final Map<String, Buffer> namedBuffers() {
    return named(Buffer.class, true);
  }

  public final List<Buffer> buffers() {
    return List.copyOf(namedBuffers().values());
  }

  /// Parameters and persistent buffers by path, in PyTorch's order: a module's parameters, its buffers, its children's.
  /// The tensors share memory with the module, outside the graph. The attribute `_metadata` has the modules' versions.
  ///
  /// ```java
  /// Torch.save(model.stateDict(), path);
  /// ```
  public final OrderedDict<String, Tensor> stateDict() {
    var all = new OrderedDict<String, Tensor>();
    var versions = new OrderedDict<String, Map<String, Long>>();
    addState("", all, versions, new IdentityHashMap<>());
    all.attributes().put("_metadata", versions);
    return all;
  }

  /// Which form of its state a module writes, as PyTorch counts them.
  protected long stateVersion() {
    return 1;
  }

  private void addState(String prefix, Map<String, Tensor> all, Map<String, Map<String, Long>> versions,
      IdentityHashMap<Module, Boolean> path) {
    versions.put(prefix.isEmpty() ? "" : prefix.substring(0, prefix.length() - 1), Map.of("version", stateVersion()));
    Map<String, Object> own = own();
    own.forEach((name, value) -> {
      if (value instanceof Parameter p) all.put(prefix + name, p.detach());
    });
    own.forEach((name, value) -> {
      if (value instanceof Buffer b && b.isPersistent()) all.put(prefix + name, b.detach());
    });
    if (path.put(this, true) != null) return;
    own.forEach((name, value) -> {
      if (value instanceof Module child) child.addState(prefix + name + ".", all, versions, path);
    });
    path.remove(this);
  }

  /// What [#loadStateDict] found to differ.
  ///
  /// @param missing names that the module has and the state has not
  /// @param unexpected names that the state has and the module has not
  public record StateDifference(List<String> missing, List<String> unexpected) {}

  /// Copies a state into the module.
  ///
  /// ```java
  /// model.loadStateDict(Torch.load(path));
  /// ```
  ///
  /// @throws IllegalArgumentException if names or shapes do not fit, naming all of them; nothing is changed then
  public final void loadStateDict(Map<String, ? extends Tensor> state) {
    loadStateDict(state, true);
  }

  /// @param strict whether missing and unexpected names are errors
  public final StateDifference loadStateDict(Map<String, ? extends Tensor> state, boolean strict) {
    Map<String, Tensor> mine = stateDict();
    Map<String, Consumer<long[]>> waiting = uninitialized();
    var missing = new ArrayList<String>();
    var unexpected = new ArrayList<String>();
    var problems = new ArrayList<String>();
    // Files may hold anything under a name, whatever the type of the map says.
    new LinkedHashMap<Object, @Nullable Object>(state).forEach((name, value) -> {
      if (!(name instanceof String) || mine.containsKey(name) && !(value instanceof Tensor)) problems.add(
          "While copying the parameter named \"" + name + "\", expected torch.Tensor or Tensor-like object from"
              + " checkpoint but received " + (value == null ? "None" : value.getClass().getSimpleName()));
    });
    if (!problems.isEmpty()) throw refused(problems);
    mine.forEach((name, tensor) -> {
      Tensor given = state.get(name);
      if (given == null) {
        if (!laterThan(state, name)) missing.add(name);
      } else if (waiting.get(name) == null && !Arrays.equals(given.sizes(), tensor.sizes()))
        problems.add("size mismatch for " + name + ": copying a param with shape " + Arrays.toString(given.sizes())
            + " from checkpoint, the shape in current model is " + Arrays.toString(tensor.sizes()));
    });
    state.keySet().forEach(name -> {
      if (!mine.containsKey(name)) unexpected.add(name);
    });
    if (strict && !missing.isEmpty()) problems.addFirst("Missing key(s) in state_dict: " + String.join(", ", missing));
    if (strict && !unexpected.isEmpty())
      problems.addFirst("Unexpected key(s) in state_dict: " + String.join(", ", unexpected));
    if (!problems.isEmpty()) throw refused(problems);
    try (var off = Torch.noGrad()) {
      waiting.forEach((name, materialize) -> {
        Tensor given = state.get(name);
        if (given != null) materialize.accept(given.sizes());
      });
      (waiting.isEmpty() ? mine : stateDict()).forEach((name, tensor) -> {
        Tensor given = state.get(name);
        if (given != null) tensor.copy_(given);
      });
    }
    return new StateDifference(missing, unexpected);
  }

  /// Takes over what an equal module holds: values with their dtypes, which parameters learn, which mode each module is in.
  final void takeOver(Module other) {
    Map<String, Module> theirs = other.namedModules();
    namedModules().forEach((path, mine) -> {
      Module their = Objects.requireNonNull(theirs.get(path), path);
      mine.training = their.training;
      Map<String, Object> values = their.own();
      mine.own().forEach((name, value) -> {
        switch (value) {
          case Parameter p when values.get(name) instanceof Parameter given -> {
            p.data(given.detach().clone());
            if (p.dtype().isDifferentiable()) p.requiresGrad(given.requiresGrad());
          }
          case Buffer b when values.get(name) instanceof Buffer given -> b.data(given.detach().clone());
          default -> {
          }
        }
      });
    });
  }

  /// What gives parameters and buffers of lazy modules that still wait for their shapes one, by path.
  private Map<String, Consumer<long[]>> uninitialized() {
    var all = new LinkedHashMap<String, Consumer<long[]>>();
    namedParameters().forEach((name, p) -> {
      if (p.isUninitialized()) all.put(name, p::materialize);
    });
    namedBuffers().forEach((name, b) -> {
      if (b.isUninitialized()) all.put(name, b::materialize);
    });
    return all;
  }

  /// Whether a name is missing because the state is older: batch normalisation has counted batches since version 2.
  private static boolean laterThan(Map<String, ?> state, String name) {
    if (!name.endsWith("num_batches_tracked")) return false;
    Object versions = state instanceof OrderedDict<?, ?> dict ? dict.attributes().get("_metadata") : null;
    int dot = name.lastIndexOf('.');
    Object module = versions instanceof Map<?, ?> all ? all.get(dot < 0 ? "" : name.substring(0, dot)) : null;
    Object version = module instanceof Map<?, ?> about ? about.get("version") : null;
    return !(version instanceof Number number) || number.longValue() < 2;
  }

  private IllegalArgumentException refused(List<String> problems) {
    return new IllegalArgumentException(
        "Error(s) in loading state_dict for " + name() + ":\n\t" + String.join("\n\t", problems));
  }

  // ---- parameters computed from others ---------------------------------------------------------------------------

  private record Computed(Parameter parameter, Supplier<Tensor> rule) {}

  /// Lets one of this module's own parameters show what a rule computes, anew at each call of the module; it is no part of the
  /// state then.
  ///
  /// @param first what it shows until then
  ///
  /// @throws IllegalArgumentException if there is no such parameter, or it waits for its shape
  final void compute(String name, Tensor first, Supplier<Tensor> rule) {
    Parameter parameter = ownParameter(name);
    computed.put(name, new Computed(parameter, rule));
    parameter.show(first);
  }

  /// This module's own parameter of that name, which must have its shape.
  final Parameter ownParameter(String name) {
    if (!(own().get(name) instanceof Parameter parameter)) throw new IllegalArgumentException(
        "Module '" + name() + "' does not have a parameter with name '" + name + "'");
    if (parameter.isUninitialized()) throw new IllegalArgumentException("Module '" + name()
        + "' has uninitialized parameters: make sure to run the dummy forward before normalizing '" + name + "'");
    return parameter;
  }

  /// Computes all such parameters anew.
  final void compute() {
    computed.values().forEach(c -> c.parameter().show(c.rule().get()));
  }

  /// Shows a value that is known already.
  final void recompute(String name, Tensor value) {
    Objects.requireNonNull(computed.get(name)).parameter().show(value);
  }

  final boolean isComputed(String name) {
    return computed.containsKey(name);
  }

  /// Makes a parameter of it again, with the values that it shows.
  final void settle(String name, boolean requiresGrad) {
    Computed was = Objects.requireNonNull(computed.get(name));
    settle(name, was.parameter().detach().clone(), requiresGrad);
  }

  /// Makes a parameter of it again, with these values.
  final void settle(String name, Tensor values, boolean requiresGrad) {
    Computed was = computed.remove(name);
    if (was == null)
      throw new IllegalArgumentException("Module '" + name() + "' does not have a parametrization on '" + name + "'");
    was.parameter().settle(values, requiresGrad);
  }

  // ---- modes and conversions -------------------------------------------------------------------------------------

  public final boolean isTraining() {
    return training;
  }

  /// Training mode for this module and all below; returns this module.
  public final Module train() {
    return train(true);
  }

  public final Module train(boolean mode) {
    for (Module module : modules()) module.training = mode;
    return this;
  }

  /// Evaluation mode: dropout off, running statistics used.
  public final Module eval() {
    return train(false);
  }

  /// Forgets all gradients.
  public final void zeroGrad() {
    for (Parameter p : parameters()) p.grad(null);
  }

  /// Asks for gradients of all parameters, or for none.
  public final Module requiresGrad_(boolean requires) {
    for (Parameter p : parameters()) p.requiresGrad(requires);
    return this;
  }

  /// Converts floating parameters and buffers in place.
  public final Module to(DType dtype) {
    if (!dtype.isDifferentiable()) throw new IllegalArgumentException(
        "to: only accepts floating point or complex dtypes, but got desired dtype=" + dtype);
    return convert(t -> t.dtype().isDifferentiable() ? t.to(dtype) : t);
  }

  public final Module to(Device device) {
    return convert(t -> t.to(device));
  }

  /// Brings four-dimensional (five for the 3D format) parameters and buffers into a memory format.
  public final Module to(MemoryFormat format) {
    int dims = format == MemoryFormat.CHANNELS_LAST_3D ? 5 : 4;
    return convert(t -> format == MemoryFormat.CONTIGUOUS_FORMAT || t.dim() == dims ? t.contiguous(format) : t);
  }

  private Module convert(Function<Tensor, Tensor> conversion) {
    try (var off = Torch.noGrad()) {
      for (Parameter p : parameters()) {
        Tensor grad = p.grad();
        p.grad(null);
        p.data(conversion.apply(p.detach()));
        if (grad != null) p.grad(conversion.apply(grad));
      }
      for (Buffer b : buffers()) b.data(conversion.apply(b.detach()));
    }
    return this;
  }

  /// Calls a function with every module, children first.
  public final Module apply(Consumer<Module> function) {
    for (Module child : children()) child.apply(function);
    function.accept(this);
    return this;
  }

  // ---- text ------------------------------------------------------------------------------------------------------

  /// The class name, as PyTorch prints it.
  protected String name() {
    return getClass().getSimpleName().isEmpty() ? "Module" : getClass().getSimpleName();
  }

  /// What stands in the parentheses of [#toString] besides children: `1, 32, kernel_size=(3, 3)`.
  protected String extraRepresentation() {
    return "";
  }

  @Override
  public final @Nullable String pathName(Object child) {
    for (var entry : own().entrySet()) {
      if (entry.getValue() == child) return entry.getKey();
    }
    return null;
  }

  /// As PyTorch prints it.
  @Override
  public String toString() {
    String extra = extraRepresentation();
    String title = (registered.containsKey("parametrizations") ? "Parametrized" : "") + name();
    var lines = new ArrayList<String>();
    namedChildren().forEach((name, child) -> lines.add("(" + name + "): " + child.toString().replace("\n", "\n  ")));
    if (lines.isEmpty()) return title + "(" + extra + ")";
    return title + "(" + (extra.isEmpty() ? "" : "\n  " + extra) + "\n  " + String.join("\n  ", lines) + "\n)";
  }
}
