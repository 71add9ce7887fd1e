package jtorch.nn;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

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

  public M get(int index) {
    return modules.get(index < 0 ? index + modules.size() : index);
  }

  public int size() {
    return modules.size();
  }

  @Override
  public Iterator<M> iterator() {
    return List.copyOf(modules).iterator();
  }
}
