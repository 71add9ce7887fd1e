package jtorch.nn;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import jtorch.Tensor;

/// Modules one after the other, each getting the output of the one before.
///
/// **As** `torch.nn.Sequential`; names in the state_dict are `0`, `1`, ... or those of the map.
public class Sequential extends Module {
  private final List<Module> modules;

  public Sequential(Module... modules) {
    this.modules = List.of(modules);
    for (int i = 0; i < modules.length; i++) register(Integer.toString(i), modules[i]);
  }

  /// Modules with names, in the order of the map.
  public Sequential(Map<String, Module> modules) {
    this.modules = List.copyOf(new LinkedHashMap<>(modules).values());
    modules.forEach(this::register);
  }

  @Override
  public Tensor forward(Tensor input) {
    Tensor x = input;
    for (Module module : modules) x = module.call(x);
    return x;
  }

  /// The module at a position, negative ones counted from the end.
  public Module get(int index) {
    return modules.get(index < 0 ? index + modules.size() : index);
  }

  public int size() {
    return modules.size();
  }
}
