package jtorch.testing;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.optim.Optimizer;
import jtorch.optim.OptimizerOptions;
import jtorch.optim.ParamGroup;
import org.jspecify.annotations.Nullable;

/// Golden cases of `torch.optim.lr_scheduler`: learning rates, and momenta, of each group over forty steps.
final class SchedulerCases {
  private SchedulerCases() {}

  static @Nullable String check(GoldenCase golden) {
    var optimizer = optimizer(golden);
    Object scheduler = scheduler(golden.object("scheduler"), optimizer, golden.values());
    List<?> rates = golden.list("lr");
    List<?> momenta = golden.has("momentum") ? golden.list("momentum") : null;
    String steps = golden.has("metrics") ? "metrics" : golden.has("step_epochs") ? "step_epochs" : null;
    for (int k = 0; k < rates.size(); k++) {
      String difference = golden.comparison().mismatch("lr after " + k + " steps",
          optimizer.paramGroups().stream().map(ParamGroup::lr).toList(), rates.get(k));
      if (difference == null && momenta != null) difference = golden.comparison().mismatch(
          "momentum after " + k + " steps", optimizer.paramGroups().stream().map(g -> g.options().momentum()).toList(),
          momenta.get(k));
      if (difference != null) return difference;
      if (k + 1 == rates.size()) break;
      optimizer.step();
      PythonObjects.call(scheduler, path(golden.object("scheduler")) + ".step",
          steps == null ? List.of() : List.of(SampleValues.required(golden.values().decode(golden.list(steps).get(k)))),
          Map.of());
    }
    return null;
  }

  private static Optimizer<?> optimizer(GoldenCase golden) {
    PythonObjects.type(path(golden.object("scheduler")));
    Map<String, @Nullable Object> named = golden.named("optimizer_kwargs");
    List<Double> rates = golden.list("lrs").stream().map(v -> ((Number) v).doubleValue()).toList();
    named.put("lr", rates.getFirst());
    Optimizer<?> optimizer =
        (Optimizer<?>) PythonObjects.construct(golden.text("optimizer"), List.of(List.of(leaf())), named);
    for (double rate : rates.subList(1, rates.size())) addGroup(optimizer, rate);
    for (int g = 0; golden.has("initial_lr") && g < rates.size(); g++)
      optimizer.paramGroups().get(g)
          .initialLr(((Number) SampleValues.required(golden.list("initial_lr").get(g))).doubleValue());
    return optimizer;
  }

  private static <O extends OptimizerOptions<O>> void addGroup(Optimizer<O> optimizer, double rate) {
    optimizer.addParamGroup(List.of(leaf()), options -> options.lr(rate));
  }

  private static Tensor leaf() {
    return Torch.zeros(1).requiresGrad(true);
  }

  /// The scheduler's class.
  static String path(Map<?, ?> form) {
    return (String) SampleValues.required(((Map<?, ?>) SampleValues.required(form.get("new"))).get("class"));
  }

  /// Makes a scheduler: the optimizer is its first argument (by name for `ChainedScheduler`), and so for those in it.
  private static Object scheduler(Map<?, ?> form, Optimizer<?> optimizer, SampleValues values) {
    var call = (Map<?, ?>) SampleValues.required(form.get("new"));
    String path = path(form);
    var positional = new ArrayList<@Nullable Object>();
    var named = new LinkedHashMap<String, @Nullable Object>();
    if (path.endsWith(".ChainedScheduler")) named.put("optimizer", optimizer);
    else positional.add(optimizer);
    for (Object argument : (List<?>) SampleValues.required(call.get("args")))
      positional.add(argument(argument, optimizer, values));
    for (Object pair : (List<?>) SampleValues.required(call.get("kwargs"))) {
      var nameAndValue = (List<?>) SampleValues.required(pair);
      named.put((String) SampleValues.required(nameAndValue.get(0)), argument(nameAndValue.get(1), optimizer, values));
    }
    return PythonObjects.construct(path, positional, named);
  }

  private static @Nullable Object argument(@Nullable Object form, Optimizer<?> optimizer, SampleValues values) {
    if (form instanceof Map<?, ?> map && map.containsKey("new")) return scheduler(map, optimizer, values);
    if (!(form instanceof List<?> list)) return values.decode(form);
    var items = new ArrayList<@Nullable Object>();
    for (Object item : list) items.add(argument(item, optimizer, values));
    return items;
  }
}
