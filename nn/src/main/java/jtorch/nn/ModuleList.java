package jtorch.nn;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;

/// A list of modules, each part of the state under its position.
///
/// **As** `torch.nn.ModuleList`.
public final class ModuleList<M extends Module> extends Module implements Iterable<M> {
  private final List<M> modules = new ArrayList<>();

  public ModuleList() {}

  public ModuleList(Iterable<? extends M> modules) {
    modules.forEach(this::append);
  }

  /// Adds a module at the end; returns this list.
  public ModuleList<M> append(M module) {
    register(Integer.toString(modules.size()), module);
    modules.add(module);
    return this;
  }

  /// Adds several at the end; returns this list.
  public ModuleList<M> extend(Iterable<? extends M> more) {
    more.forEach(this::append);
    return this;
  }

  /// Adds a module before that position, negative ones counted from the end; returns this list.
  public ModuleList<M> insert(int index, M module) {
    modules.add(index < 0 ? index + modules.size() : index, module);
    renumber(modules);
    return this;
  }

  /// Puts another module at a position.
  public void set(int index, M module) {
    int at = Objects.checkIndex(index < 0 ? index + modules.size() : index, modules.size());
    modules.set(at, module);
    replaceAt(at, module);
  }

  /// Takes a module away; returns it.
  public M pop(int index) {
    M module = modules.remove(index < 0 ? index + modules.size() : index);
    renumber(modules);
    return module;
  }

  public M get(int index) {
    return modules.get(index < 0 ? index + modules.size() : index);
  }

  public int size() {
    return modules.size();
  }

  /// As PyTorch prints it: neighbours that print alike share a line, `(0-5): 6 x ...`.
  @Override
  public String toString() {
    var text = new StringBuilder(name()).append('(');
    for (int i = 0; i < modules.size();) {
      String module = modules.get(i).toString();
      int end = i + 1;
      while (end < modules.size() && modules.get(end).toString().equals(module)) end++;
      String numbers = end - i == 1 ? "(" + i + "): " : "(" + i + "-" + (end - 1) + "): " + (end - i) + " x ";
      text.append("\n  ").append(numbers).append(module.replace("\n", "\n  "));
      i = end;
    }
    return text.append(modules.isEmpty() ? ")" : "\n)").toString();
  }

  @Override
  public Iterator<M> iterator() {
    return List.copyOf(modules).iterator();
  }
}
