package jtorch.nn;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Modules by name, in order of addition, each part of the state under its name.
///
/// **As** `torch.nn.ModuleDict`.
///
/// ```java
/// var heads = new ModuleDict<Linear>();
/// heads.put("small", new Linear(8, 2));
/// Tensor y = heads.get("small").call(x);
/// ```
public final class ModuleDict<M extends Module> extends Module {
  private final Map<String, M> modules = new LinkedHashMap<>();

  public ModuleDict() {}

  public ModuleDict(Map<String, ? extends M> modules) {
    modules.forEach(this::put);
  }

  /// Adds a module, or replaces the one of that name; returns it.
  public M put(String name, M module) {
    if (modules.containsKey(name)) replace(name, module);
    else register(name, module);
    modules.put(name, module);
    return module;
  }

  /// @throws IllegalArgumentException if there is none of that name
  public M get(String name) {
    M module = modules.get(name);
    if (module == null)
      throw new IllegalArgumentException("ModuleDict: there is no '" + name + "' in " + modules.keySet());
    return module;
  }

  /// Takes a module away; returns it.
  public M pop(String name) {
    M module = get(name);
    modules.remove(name);
    unregister(name);
    return module;
  }

  public boolean contains(String name) {
    return modules.containsKey(name);
  }

  public int size() {
    return modules.size();
  }

  public void clear() {
    for (String name : List.copyOf(modules.keySet())) pop(name);
  }

  /// The modules by name; a view that cannot be changed.
  public Map<String, M> asMap() {
    return Collections.unmodifiableMap(modules);
  }
}
