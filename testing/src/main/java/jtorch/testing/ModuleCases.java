package jtorch.testing;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.nn.Module;
import jtorch.nn.PackedSequence;
import org.jspecify.annotations.Nullable;

/// Golden cases of `torch.nn`: forward, gradients and changed state of modules; what they draw in training; how they start.
final class ModuleCases {
  private ModuleCases() {}

  /// A module with a given state: results, gradients by inputs and parameters, and what the call changed.
  static @Nullable String check(GoldenCase golden) {
    for (Object mode : golden.list("modes")) {
      String difference = check(golden, "train".equals(mode));
      if (difference != null) return mode + ": " + difference;
    }
    return null;
  }

  private static @Nullable String check(GoldenCase golden, boolean train) {
    SampleValues values = golden.values().fresh();
    var fresh = new GoldenCase(golden.fields(), values);
    Module module = wrapped(fresh, module(fresh));
    if (fresh.has("lazy")) Torch.noGrad(() -> {
      forward(module, fresh);
    });
    Map<String, Tensor> state = state(fresh);
    module.loadStateDict(state);
    module.train(train);
    var inputs = new ArrayList<Tensor>();
    for (Object pair : fresh.list("input_grads"))
      inputs.add(values.tensor((String) SampleValues.required(((List<?>) SampleValues.required(pair)).get(0)))
          .requiresGrad(true));
    Object result = forward(module, fresh);
    Comparison comparison = fresh.comparison();
    List<Tensor> outputs = flatten(result);
    String difference = comparison.mismatch("out", outputs, flatten(fresh.decoded("out")));
    if (difference == null) difference = gradients(fresh, module, inputs, outputs);
    return difference != null ? difference : stateAfter(fresh, module, state);
  }

  /// The module of a case; a dtype given to its constructor is applied afterwards, which means the same.
  private static Module module(GoldenCase golden) {
    Map<String, @Nullable Object> named = golden.named("kwargs");
    Object dtype = named.remove("dtype");
    // Who wants the indices of maxima calls another method.
    named.remove("return_indices");
    Module module = (Module) PythonObjects.construct(golden.text("class"), golden.decodedList("args"), named);
    if (dtype != null && dtype != DType.FLOAT32) module.to((DType) dtype);
    return module;
  }

  /// A module after the functions that the case applies to it.
  private static Module wrapped(GoldenCase golden, Module module) {
    if (!golden.has("wrap")) return module;
    Module result = module;
    for (Object item : golden.list("wrap")) {
      var call = (List<?>) SampleValues.required(item);
      Map<String, @Nullable Object> named =
          GoldenCase.named((List<?>) SampleValues.required(call.get(1)), golden.values());
      named.putIfAbsent("name", "weight");
      result = (Module) SampleValues.required(
          PythonObjects.call((String) SampleValues.required(call.getFirst()), List.of(result), named));
    }
    return result;
  }

  private static Map<String, Tensor> state(GoldenCase golden) {
    var state = new LinkedHashMap<String, Tensor>();
    golden.members("state").forEach((name, tensor) -> state.put(name, (Tensor) SampleValues.required(tensor)));
    return state;
  }

  /// Calls `forward` with copies of the arguments, so that modules that write into them do no harm.
  private static @Nullable Object forward(Module module, GoldenCase golden) {
    var arguments = new ArrayList<@Nullable Object>();
    for (Object argument : golden.decodedList("forward")) arguments.add(copy(argument));
    Map<String, @Nullable Object> named =
        golden.has("forward_kwargs") ? golden.named("forward_kwargs") : new LinkedHashMap<>();
    named.replaceAll((_, argument) -> copy(argument));
    // Weights are computed when a module is called.
    if (golden.has("wrap")) return module.call((Tensor) SampleValues.required(arguments.getFirst()));
    boolean indices = Boolean.TRUE.equals(golden.named("kwargs").get("return_indices"));
    return PythonObjects.call(module, golden.text("class") + (indices ? ".forward_with_indices" : ".forward"),
        arguments, named);
  }

  private static @Nullable Object copy(@Nullable Object argument) {
    if (argument instanceof Tensor tensor) return tensor.clone();
    if (argument instanceof PackedSequence packed) return packed.data(packed.data().clone());
    if (!(argument instanceof List<?> list)) return argument;
    var copies = new ArrayList<@Nullable Object>();
    for (Object item : list) copies.add(copy(item));
    return copies;
  }

  /// The tensors of a nested result in order; whatever is no tensor vanishes.
  private static List<Tensor> flatten(@Nullable Object result) {
    var all = new ArrayList<Tensor>();
    flatten(result, all);
    return all;
  }

  private static void flatten(@Nullable Object result, List<Tensor> into) {
    switch (result) {
      case Tensor tensor -> into.add(tensor);
      case PackedSequence packed -> into.add(packed.data());
      case Object[] items -> {
        for (Object item : items) flatten(item, into);
      }
      case Iterable<?> items -> {
        for (Object item : items) flatten(item, into);
      }
      case Record items -> {
        for (RecordComponent component : items.getClass().getRecordComponents())
          flatten(component(items, component), into);
      }
      case null, default -> {
      }
    }
  }

  private static @Nullable Object component(Record items, RecordComponent component) {
    try {
      return component.getAccessor().invoke(items);
    } catch (ReflectiveOperationException hidden) {
      throw new IllegalStateException("cannot read " + component, hidden);
    }
  }

  private static @Nullable String gradients(GoldenCase golden, Module module, List<Tensor> inputs,
      List<Tensor> results) {
    var outputs = new ArrayList<Tensor>();
    var vectors = new ArrayList<Tensor>();
    List<@Nullable Object> given = golden.decodedList("grad_out");
    for (int i = 0; i < given.size(); i++) {
      if (!(given.get(i) instanceof Tensor vector)) continue;
      if (!results.get(i).requiresGrad()) return "out[" + i + "] does not require a gradient";
      outputs.add(results.get(i));
      vectors.add(vector);
    }
    if (outputs.isEmpty()) return null;
    var by = new LinkedHashMap<String, Tensor>();
    var wanted = new LinkedHashMap<String, @Nullable Object>();
    for (int i = 0; i < inputs.size(); i++) {
      String name = "gradient of input " + i;
      by.put(name, inputs.get(i));
      wanted.put(name,
          golden.values().decode(((List<?>) SampleValues.required(golden.list("input_grads").get(i))).get(1)));
    }
    var parameters = module.namedParameters();
    for (var expected : golden.members("param_grads").entrySet()) {
      Tensor parameter = parameters.get(expected.getKey());
      if (parameter == null) return "there is no parameter " + expected.getKey();
      by.put("gradient of " + expected.getKey(), parameter);
      wanted.put("gradient of " + expected.getKey(), expected.getValue());
    }
    @Nullable Tensor[] computed = Torch.grad(outputs.toArray(Tensor[]::new), by.values().toArray(Tensor[]::new),
        vectors.toArray(Tensor[]::new), false, false);
    int i = 0;
    for (var expected : wanted.entrySet()) {
      String difference = golden.comparison().mismatch(expected.getKey(), computed[i++], expected.getValue());
      if (difference != null) return difference;
    }
    return null;
  }

  /// What the call changed, and that it changed nothing else.
  private static @Nullable String stateAfter(GoldenCase golden, Module module, Map<String, Tensor> before) {
    Map<String, @Nullable Object> changed = golden.has("state_after") ? golden.members("state_after") : Map.of();
    for (var entry : module.stateDict().entrySet()) {
      boolean mayChange = changed.containsKey(entry.getKey());
      Object wanted = mayChange ? changed.get(entry.getKey()) : before.get(entry.getKey());
      Object got = entry.getValue();
      String difference = (mayChange ? golden.comparison() : Comparison.EXACT)
          .mismatch("state " + entry.getKey() + " afterwards", got, wanted);
      if (difference != null) return difference;
    }
    return null;
  }

  // ---- random ----------------------------------------------------------------------------------------------------

  /// A module that draws in training.
  static @Nullable String drawing(GoldenCase golden) {
    Module module = module(golden);
    module.loadStateDict(state(golden));
    module.train();
    Torch.manualSeed(golden.integer("seed"));
    Object result = forward(module, golden);
    String difference = golden.comparison().mismatch("out", flatten(result), flatten(golden.decoded("out")));
    return difference != null ? difference : RandomCases.then("after", golden.raw("then"));
  }

  /// The starting weights of a module that is made right after the seed.
  static @Nullable String weights(GoldenCase golden) {
    PythonObjects.type(golden.text("class"));
    Torch.manualSeed(golden.integer("seed"));
    Module module = module(golden);
    if (golden.has("lazy_input")) module.call(Torch.ones(golden.sizes("lazy_input")));
    String difference = RandomCases.then("after", golden.raw("then"));
    return difference != null ? difference : Checksums.mismatch(module.stateDict(), golden.object("state"),
        golden.number("rtol"), golden.number("atol"));
  }

  /// A function of `torch.nn.init` on a tensor of zeros.
  static @Nullable String init(GoldenCase golden) {
    Tensor target = Torch.zeros(golden.sizes("shape"));
    Torch.manualSeed(golden.integer("seed"));
    PythonObjects.call(golden.text("function"), List.of(target), golden.named("kwargs"));
    String difference = golden.comparison().mismatch("out", target, golden.decoded("out"));
    return difference != null ? difference : RandomCases.then("after", golden.raw("then"));
  }

  static @Nullable String gain(GoldenCase golden) {
    Object got = PythonObjects.call("torch.nn.init.calculate_gain", List.of(golden.text("nonlinearity")), Map.of());
    return golden.comparison().mismatch("gain", got, golden.number("out"));
  }
}
