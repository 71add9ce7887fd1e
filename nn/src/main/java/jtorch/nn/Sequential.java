package jtorch.nn;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import jtorch.Tensor;

/// Modules one after the other, each getting the output of the one before.
///
/// **As** `torch.nn.Sequential`; names in the state_dict are `0`, `1`, ... or those of the map.
///
/// ```java
/// var net = new Sequential(new Linear(4, 8), new ReLU(), new Linear(8, 2));
/// net.append(new LogSoftmax(1));
/// ```
public class Sequential extends Module implements Iterable<Module> {
  private final List<Module> modules = new ArrayList<>();

  public Sequential(Module... modules) {
    for (Module module : modules) add(module);
  }

  /// Modules with names, in the order of the map.
  public Sequential(Map<String, Module> modules) {
    modules.forEach((name, module) -> this.modules.add(register(name, module)));
  }

  private void add(Module module) {
    modules.add(register(Integer.toString(modules.size()), module));
  }

  @Override
  public Tensor forward(Tensor input) {
    Tensor x = input;
    for (int i = 0; i < modules.size(); i++) x = modules.get(i).call(x);
    return x;
  }

  /// The module at a position, negative ones counted from the end.
  public Module get(int index) {
    return modules.get(index < 0 ? index + modules.size() : index);
  }

  public int size() {
    return modules.size();
  }

  /// Adds a module at the end; returns this one.
  public final Sequential append(Module module) {
    add(module);
    return this;
  }

  /// Adds several at the end; returns this one.
  public final Sequential extend(Iterable<? extends Module> more) {
    more.forEach(this::append);
    return this;
  }

  /// Adds a module before that position, negative ones counted from the end, and renames all by their positions;
  /// returns this one.
  public final Sequential insert(int index, Module module) {
    modules.add(index < 0 ? index + modules.size() : index, module);
    renumber(modules);
    return this;
  }

  /// Puts another module at a position.
  public final void set(int index, Module module) {
    int at = Objects.checkIndex(index < 0 ? index + modules.size() : index, modules.size());
    modules.set(at, module);
    replaceAt(at, module);
  }

  /// Takes a module away and renames the others by their positions; returns it.
  public final Module pop(int index) {
    Module module = modules.remove(index < 0 ? index + modules.size() : index);
    renumber(modules);
    return module;
  }

  @Override
  public Iterator<Module> iterator() {
    return List.copyOf(modules).iterator();
  }
}
