package jtorch.nn;

import java.util.Arrays;
import java.util.Objects;
import jtorch.ShapeException;
import jtorch.Tensor;
import org.jspecify.annotations.Nullable;

/// Parameters that are computed from others, as the functions of `torch.nn.utils.parametrize` do it.
///
/// The field of the module (`linear.weight`) shows the computed value. It is computed when the parametrization is registered and
/// anew at each [Module#call]; modules that are not run by `call`, such as recurrent layers, need [#update] before. Optimizers are
/// made afterwards, for the parameters of the module are others then: `parametrizations.weight.original`.
///
/// ```java
/// var layer = new Linear(5, 5);
/// Parametrize.registerParametrization(layer, "weight", new Symmetric());
/// ```
public final class Parametrize {
  private static final String CHILD = "parametrizations";

  private Parametrize() {}

  /// Lets a parameter be computed by a parametrization, after those that it has already.
  ///
  /// @throws IllegalArgumentException if there is no such parameter, or the parametrization changes its shape or dtype
  public static <M extends Module> M registerParametrization(M module, String name, Parametrization parametrization) {
    return registerParametrization(module, name, parametrization, false);
  }

  /// @param unsafe whether the parametrization may change shape and dtype
  public static <M extends Module> M registerParametrization(M module, String name, Parametrization parametrization,
      boolean unsafe) {
    parametrization.train(module.isTraining());
    if (module.isComputed(name)) {
      ParametrizationList list = listOf(module, name);
      Tensor before = list.value();
      Tensor after = parametrization.forward(before);
      if (!unsafe) check(before, after);
      list.add(parametrization);
      module.recompute(name, after);
      return module;
    }
    Parameter parameter = module.ownParameter(name);
    var list = new ParametrizationList(parametrization, parameter, parameter.requiresGrad());
    Tensor first = list.value();
    if (!unsafe) check(parameter, first);
    ModuleDict<ParametrizationList> all = listsOf(module);
    if (all == null) all = module.register(CHILD, new ModuleDict<>());
    all.put(name, list);
    module.compute(name, first, list::value);
    return module;
  }

  private static void check(Tensor before, Tensor after) {
    if (before.dtype() != after.dtype()) throw new IllegalArgumentException(
        "Registering a parametrization may not change the dtype of the tensor, unless `unsafe` flag is enabled. | from "
            + before.dtype() + " to " + after.dtype());
    if (!Arrays.equals(before.sizes(), after.sizes())) throw new ShapeException(
        "Registering a parametrization may not change the shape of the tensor, unless `unsafe` flag is enabled. | from "
            + before.describe() + " to " + after.describe());
  }

  @SuppressWarnings("unchecked") // only this class registers a child of that name
  private static @Nullable ModuleDict<ParametrizationList> listsOf(Module module) {
    return (ModuleDict<ParametrizationList>) module.namedChildren().get(CHILD);
  }

  /// The parametrizations of a parameter.
  ///
  /// @throws IllegalArgumentException if it has none
  public static ParametrizationList listOf(Module module, String name) {
    ModuleDict<ParametrizationList> all = listsOf(module);
    if (all == null || !all.contains(name)) throw new IllegalArgumentException(
        "Module '" + module.name() + "' does not have a parametrization on '" + name + "'");
    return all.get(name);
  }

  public static boolean isParametrized(Module module, String name) {
    ModuleDict<ParametrizationList> all = listsOf(module);
    return all != null && all.contains(name);
  }

  /// Whether any parameter of the module is parametrized.
  public static boolean isParametrized(Module module) {
    return listsOf(module) != null;
  }

  /// Sets the originals to what gives this value.
  public static void assign(Module module, String name, Tensor value) {
    listOf(module, name).set(value);
    module.compute();
  }

  /// Computes the parametrized parameters of a module and all below anew.
  public static void update(Module module) {
    module.modules().forEach(Module::compute);
  }

  /// Takes all parametrizations of a parameter away.
  ///
  /// @param leaveParametrized whether its value stays what was computed, instead of becoming the original
  /// @throws IllegalArgumentException if it has none, or several originals and is to become one
  public static <M extends Module> M removeParametrizations(M module, String name, boolean leaveParametrized) {
    ParametrizationList list = listOf(module, name);
    boolean requires = list.originals().stream().anyMatch(Tensor::requiresGrad);
    if (!leaveParametrized && list.originals().size() > 1) throw new IllegalArgumentException(
        "Cannot leave unparametrized (`leave_parametrized=False`) a tensor that is parametrized in terms of a sequence of tensors.");
    Tensor value = leaveParametrized ? list.value() : list.originals().getFirst();
    module.settle(name, value.detach().clone(), requires);
    ModuleDict<ParametrizationList> all = Objects.requireNonNull(listsOf(module));
    all.pop(name);
    if (all.size() == 0) module.unregister(CHILD);
    return module;
  }
}
