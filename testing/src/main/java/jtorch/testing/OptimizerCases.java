package jtorch.testing;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.optim.Optimizer;
import jtorch.optim.OptimizerOptions;
import org.jspecify.annotations.Nullable;

/// Golden cases of `torch.optim`: parameters after each step for given gradients, and the state at the end.
final class OptimizerCases {
  /// Keyword arguments that choose how a step is computed, not what comes out, and bookkeeping of the state_dict.
  private static final Set<String> NOT_OPTIONS =
      Set.of("foreach", "fused", "capturable", "differentiable", "params", "adjust_lr_fn");

  private OptimizerCases() {}

  static @Nullable String check(GoldenCase golden) {
    return switch (golden.text("kind")) {
      case "steps" -> steps(golden);
      case "closure" -> closure(golden);
      case "clip_grad_norm", "clip_grad_value" -> clip(golden);
      default -> throw new AbsentException("torch.optim.swa_utils.AveragedModel");
    };
  }

  // ---- given gradients -------------------------------------------------------------------------------------------

  private static @Nullable String steps(GoldenCase golden) {
    PythonObjects.type(golden.text("class"));
    if (golden.text("gradients").equals("sparse")) throw new AbsentException("sparse gradients");
    String prefix = golden.text("gradients").equals("matrix") ? "m" : "p";
    List<Tensor> parameters = parameters(golden, prefix);
    Map<?, ?> added = golden.has("add_param_group") ? golden.object("add_param_group") : Map.of();
    Optimizer<?> optimizer = optimizer(golden, parameters, added);
    List<@Nullable Object> wanted = golden.decodedList("after");
    for (int step = 0; step < 10; step++) {
      if (added.get("at") instanceof Long at && at == step) add(golden, optimizer, parameters, added);
      for (int i = 0; i < parameters.size(); i++) {
        boolean none = golden.has("no_grad_at") && golden.list("no_grad_at").contains(List.of((long) step, (long) i));
        parameters.get(i).grad(none ? null : golden.values().read(prefix + i + ".g" + step));
      }
      optimizer.step();
      String difference = compare(golden, "after step " + step, parameters, wanted, step);
      if (difference != null) return difference;
    }
    return golden.has("state_dict") ? state(golden, optimizer) : null;
  }

  private static List<Tensor> parameters(GoldenCase golden, String prefix) {
    var parameters = new ArrayList<Tensor>();
    for (int i = 0; i < 3; i++) parameters.add(golden.values().read(prefix + i).requiresGrad(true));
    return parameters;
  }

  private static @Nullable String compare(GoldenCase golden, String when, List<Tensor> parameters,
      List<@Nullable Object> wanted, int step) {
    for (int i = 0; i < parameters.size(); i++) {
      Tensor expected = ((Tensor) SampleValues.required(wanted.get(i))).select(0, step);
      String difference = golden.comparison().mismatch("parameter " + i + " " + when, parameters.get(i), expected);
      if (difference != null) return difference;
    }
    return null;
  }

  /// The optimizer of a case, with its groups.
  private static Optimizer<?> optimizer(GoldenCase golden, List<Tensor> parameters, Map<?, ?> addedLater) {
    List<?> groups = golden.has("param_groups") ? golden.list("param_groups") : List.of();
    List<Tensor> first = groups.isEmpty() ? new ArrayList<>(parameters) : chosen(parameters, groups.getFirst());
    if (addedLater.get("params") instanceof List<?> later)
      later.forEach(i -> first.remove(parameters.get(((Long) i).intValue())));
    Map<String, @Nullable Object> named = options(golden.named("kwargs"));
    Optimizer<?> optimizer =
        (Optimizer<?>) PythonObjects.construct(golden.text("class"), List.of(first), named);
    if (!groups.isEmpty()) change(golden, optimizer, groups.getFirst());
    for (int i = 1; i < groups.size(); i++) add(golden, optimizer, parameters, groups.get(i));
    return optimizer;
  }

  private static Map<String, @Nullable Object> options(Map<String, @Nullable Object> named) {
    named.keySet().removeAll(NOT_OPTIONS);
    return named;
  }

  private static List<Tensor> chosen(List<Tensor> parameters, @Nullable Object group) {
    List<?> numbers = (List<?>) SampleValues.required(((Map<?, ?>) SampleValues.required(group)).get("params"));
    return new ArrayList<>(numbers.stream().map(i -> parameters.get(((Long) i).intValue())).toList());
  }

  private static Map<String, @Nullable Object> groupOptions(GoldenCase golden, @Nullable Object group) {
    return GoldenCase.named((List<?>) SampleValues.required(((Map<?, ?>) SampleValues.required(group)).get("options")),
        golden.values());
  }

  private static void change(GoldenCase golden, Optimizer<?> optimizer, @Nullable Object group) {
    change(optimizer.paramGroups().getFirst(), golden.text("class"), groupOptions(golden, group));
  }

  private static <O extends OptimizerOptions<O>> void change(jtorch.optim.ParamGroup<O> group, String path,
      Map<String, @Nullable Object> named) {
    group.options(PythonObjects.withOptions(path, group.options(), named));
  }

  private static void add(GoldenCase golden, Optimizer<?> optimizer, List<Tensor> parameters, @Nullable Object group) {
    addGroup(optimizer, golden.text("class"), chosen(parameters, group), groupOptions(golden, group));
  }

  static <O extends OptimizerOptions<O>> void addGroup(Optimizer<O> optimizer, String path,
      List<Tensor> parameters, Map<String, @Nullable Object> named) {
    optimizer.addParamGroup(parameters, options -> PythonObjects.withOptions(path, options, named));
  }

  /// Compares the state of the parameters and the groups' options by PyTorch's names.
  private static @Nullable String state(GoldenCase golden, Optimizer<?> optimizer) {
    var comparison = new Comparison(golden.number("state_rtol", golden.number("rtol")),
        golden.number("state_atol", golden.number("atol")));
    var wanted = (Map<?, ?>) SampleValues.required(golden.decoded("state_dict"));
    var states = (Map<?, ?>) SampleValues.required(wanted.get("state"));
    var got = (Map<?, ?>) SampleValues.required(optimizer.stateDict().get("state"));
    for (var entry : states.entrySet()) {
      var expected = (Map<?, ?>) SampleValues.required(entry.getValue());
      Map<?, ?> mine = got.get(Long.valueOf((String) entry.getKey())) instanceof Map<?, ?> named ? named : Map.of();
      for (var value : expected.entrySet()) {
        String what = "state_dict state " + entry.getKey() + "." + value.getKey();
        Object mineHere = mine.get(value.getKey());
        // PyTorch keeps the number of steps in a 0-dim tensor.
        Object expectedHere = value.getValue() instanceof Tensor t && t.dim() == 0 && mineHere instanceof Number
            ? (Object) t.itemDouble() : value.getValue();
        String difference = comparison.mismatch(what, mineHere, expectedHere);
        if (difference != null) return difference;
      }
    }
    var groups = (List<?>) SampleValues.required(wanted.get("param_groups"));
    for (int g = 0; g < groups.size(); g++) {
      for (var option : ((Map<?, ?>) SampleValues.required(groups.get(g))).entrySet()) {
        String name = (String) option.getKey();
        if (NOT_OPTIONS.contains(name)
            || !(option.getValue() instanceof Number || option.getValue() instanceof Boolean))
          continue;
        String difference = Comparison.EXACT.mismatch("option " + name + " of group " + g,
            PythonObjects.option(golden.text("class"), optimizer.paramGroups().get(g).options(), name),
            option.getValue());
        if (difference != null) return difference;
      }
    }
    return null;
  }

  // ---- closures --------------------------------------------------------------------------------------------------

  /// Ten `step(closure)` calls on `sum((A x - b)^2)`, with `0.1 * sum(x^4)` added for `quartic`.
  private static @Nullable String closure(GoldenCase golden) {
    PythonObjects.type(golden.text("class"));
    var dtype = (DType) SampleValues.required(golden.decoded("dtype"));
    var parameters = new ArrayList<Tensor>();
    for (int i = 0; i < 3; i++) parameters.add(golden.values().read("p" + i).to(dtype).detach().requiresGrad(true));
    Tensor a = golden.values().tensor("A").to(dtype);
    Tensor b = golden.values().tensor("b").to(dtype);
    Optimizer<?> optimizer = (Optimizer<?>) PythonObjects.construct(golden.text("class"), List.of(parameters),
        options(golden.named("kwargs")));
    List<?> losses = golden.list("loss");
    List<@Nullable Object> wanted = golden.decodedList("after");
    for (int step = 0; step < 10; step++) {
      Tensor loss = optimizer.step(() -> {
        optimizer.zeroGrad();
        Tensor x = Torch.cat(parameters.stream().map(p -> p.flatten()).toArray(Tensor[]::new));
        Tensor distance = a.matmul(x).sub(b);
        Tensor value = distance.mul(distance).sum();
        if (golden.text("closure").equals("quartic")) value = value.add(x.pow(4).sum().mul(0.1));
        value.backward();
        return value;
      });
      String difference = golden.comparison().mismatch("loss of step " + step, loss.itemDouble(), losses.get(step));
      if (difference == null) difference = compare(golden, "after step " + step, parameters, wanted, step);
      if (difference != null) return difference;
    }
    return null;
  }

  // ---- gradient clipping -----------------------------------------------------------------------------------------

  private static @Nullable String clip(GoldenCase golden) {
    List<Tensor> parameters = parameters(golden, "p");
    for (int i = 0; i < parameters.size(); i++)
      parameters.get(i).grad(golden.values().read("p" + i + ".g" + golden.integer("step")));
    boolean byNorm = golden.text("kind").equals("clip_grad_norm");
    var named = new LinkedHashMap<String, @Nullable Object>();
    for (String key : byNorm ? List.of("max_norm", "norm_type") : List.of("clip_value"))
      named.put(key, golden.decoded(key));
    Object total = PythonObjects.call("torch.nn.utils." + golden.text("kind") + "_", List.of(parameters), named);
    Object wanted = golden.decoded("out");
    if (total instanceof Number && wanted instanceof Tensor t) wanted = t.itemDouble();
    String difference = byNorm ? golden.comparison().mismatch("total norm", total, wanted) : null;
    List<@Nullable Object> gradients = golden.decodedList("grads");
    for (int i = 0; difference == null && i < parameters.size(); i++)
      difference = golden.comparison().mismatch("gradient " + i, parameters.get(i).grad(), gradients.get(i));
    return difference;
  }
}
