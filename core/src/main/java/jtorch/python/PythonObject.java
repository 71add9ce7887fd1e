package jtorch.python;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import jtorch.Tensor;
import org.jspecify.annotations.Nullable;

/// An object of a Python class that JTorch does not know: what would make it again, and nothing run.
///
/// Whole modules saved by Python are such objects; their tensors are found by [#stateDict].
///
/// ```java
/// PythonObject module = Torch.load(path, o -> o.weightsOnly(false));
/// model.loadStateDict(module.stateDict());
/// ```
public sealed class PythonObject permits NumpyArray {
  private static final int MOST_MODULES = 100_000;
  private static final int LONGEST_NAME = 2000;

  private final Object maker;
  private final Tuple arguments;
  private final Map<String, @Nullable Object> keywords;
  private final boolean called;
  private @Nullable Object state;
  private List<@Nullable Object> items = List.of();
  private Map<@Nullable Object, @Nullable Object> entries = Map.of();

  /// @param maker the class or function, a [PythonClass] as a rule; or an object that is called
  /// @param arguments what it was called with
  /// @param keywords keyword arguments
  /// @param called whether it was called, rather than `maker.__new__`
  public PythonObject(Object maker, Tuple arguments, Map<String, @Nullable Object> keywords, boolean called) {
    this.maker = maker;
    this.arguments = arguments;
    this.keywords = Collections.unmodifiableMap(new LinkedHashMap<>(keywords));
    this.called = called;
  }

  /// The class or function that made it, or an object that was called.
  public final Object maker() {
    return maker;
  }

  /// The name of its class: `torch.nn.modules.linear.Linear`.
  public final String className() {
    Object first = maker;
    while (first instanceof PythonObject object) first = object.maker;
    String name = first instanceof PythonClass c ? c.qualifiedName() : first.toString();
    return first == maker ? name : "what a " + name + " gives";
  }

  public final Tuple arguments() {
    return arguments;
  }

  public final Map<String, @Nullable Object> keywords() {
    return keywords;
  }

  /// Whether the maker was called, rather than its `__new__`.
  public final boolean isCalled() {
    return called;
  }

  /// What it was set to after it was made: as a rule a map of its attributes.
  public final @Nullable Object state() {
    return state;
  }

  public final void state(@Nullable Object state) {
    this.state = state;
  }

  /// An attribute by name; null where there is none.
  public final @Nullable Object attribute(String name) {
    return state instanceof Map<?, ?> attributes ? attributes.get(name) : null;
  }

  /// What was appended to it: the items of a class derived from Python's list or set.
  public final List<@Nullable Object> items() {
    return Collections.unmodifiableList(items);
  }

  public final void append(@Nullable Object item) {
    if (items.isEmpty()) items = new ArrayList<>();
    items.add(item);
  }

  /// What was put into it: the entries of a class derived from Python's dict.
  public final Map<@Nullable Object, @Nullable Object> entries() {
    return Collections.unmodifiableMap(entries);
  }

  public final void put(@Nullable Object key, @Nullable Object value) {
    if (entries.isEmpty()) entries = new LinkedHashMap<>();
    entries.put(key, value);
  }

  /// The parameters and persistent buffers of a saved module and the modules in it, by their paths: what the module's
  /// `state_dict()` would give in Python.
  ///
  /// @throws IllegalArgumentException if the object is no module, or one that contains itself
  public final OrderedDict<String, Tensor> stateDict() {
    if (!isModule()) throw new IllegalArgumentException("a " + className()
        + " is no saved module: it has no _parameters, _buffers and _modules");
    record Found(String prefix, PythonObject module) {}
    var all = new OrderedDict<String, Tensor>();
    // A stack, whose top is what comes next. A shared module is there under each of its names, as in Python.
    var open = new ArrayDeque<Found>();
    open.push(new Found("", this));
    for (int modules = 0; !open.isEmpty(); modules++) {
      Found next = open.pop();
      if (modules == MOST_MODULES || next.prefix.length() > LONGEST_NAME)
        throw new IllegalArgumentException("the modules in a " + className() + " have no end: one is in itself");
      PythonObject module = next.module;
      module.members("_parameters").forEach((name, value) -> {
        if (value instanceof Tensor t) all.put(next.prefix + name, t.detach());
      });
      Object skipped = module.attribute("_non_persistent_buffers_set");
      module.members("_buffers").forEach((name, value) -> {
        boolean left = skipped instanceof Set<?> names && names.contains(name);
        if (value instanceof Tensor t && !left) all.put(next.prefix + name, t.detach());
      });
      var children = new ArrayList<Found>();
      module.members("_modules").forEach((name, value) -> {
        if (value instanceof PythonObject child && child.isModule())
          children.add(new Found(next.prefix + name + ".", child));
      });
      for (Found child : children.reversed()) open.push(child);
    }
    return all;
  }

  private boolean isModule() {
    return attribute("_parameters") instanceof Map && attribute("_modules") instanceof Map;
  }

  private Map<?, ?> members(String attribute) {
    return attribute(attribute) instanceof Map<?, ?> map ? map : Map.of();
  }

  @Override
  public String toString() {
    return "<" + className() + " object>";
  }
}
