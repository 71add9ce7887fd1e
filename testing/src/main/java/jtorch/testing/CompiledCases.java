package jtorch.testing;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.compile.CompiledTensors;
import jtorch.compile.TensorsFunction;
import jtorch.io.Safetensors;
import jtorch.op.Operator;
import jtorch.op.Operators;
import jtorch.testing.Outcome.Result;
import org.jspecify.annotations.Nullable;

/// The samples of a conformance folder as compiled functions: the operator between element-wise calls, so that it becomes
/// part of a loop where it can. Results, strides and gradients must be those of the same function that was not compiled,
/// bit for bit; halves may differ by roundings.
public final class CompiledCases {
  private CompiledCases() {}

  /// Runs the cases whose operator, `aten::add.Tensor`, is wanted.
  ///
  /// @throws IOException if the folder's files cannot be read
  public static Report run(Path folder, Predicate<String> wanted) throws IOException {
    return Conformance.run(folder, wanted, CompiledCases::run);
  }

  private static void run(Report report, String name, Map<String, @Nullable Object> sample, Safetensors tensors) {
    String id = (String) SampleValues.required(sample.get("id"));
    Operator operator = Operators.find(name);
    if (operator == null) {
      report.add(new Outcome(name, id, Result.SKIPPED, name + " is not there"));
      return;
    }
    try (var scope = Torch.scope()) {
      var values = new SampleValues(tensors);
      var leaves = new ArrayList<Tensor>();
      if (sample.get("grads_wrt") instanceof List<?> keys) {
        for (Object key : keys) leaves.add(values.tensor((String) SampleValues.required(key)));
      }
      @Nullable Object[] bound =
          Conformance.bind(operator, (List<?>) SampleValues.required(sample.get("args")), values);
      String difference = difference(operator, bound, leaves);
      report.add(new Outcome(name, id, difference == null ? Result.PASSED : Result.FAILED, difference));
    } catch (Exception | StackOverflowError | AssertionError failure) {
      report.add(new Outcome(name, id, Result.FAILED, Conformance.withPlace(failure)));
    }
  }

  /// What a function gives, and the gradients of its inputs.
  private record Answer(List<@Nullable Object> results, List<@Nullable Object> strides,
      List<@Nullable Object> gradients,
      List<@Nullable Object> inputs) {}

  private static @Nullable String difference(Operator operator, @Nullable Object[] bound, List<Tensor> leaves) {
    var given = new ArrayList<Tensor>();
    for (Object argument : bound) collect(argument, given);
    TensorsFunction function = inputs -> call(operator, bound, inputs);
    Answer expected;
    try {
      expected = answer(function, given, leaves);
    } catch (RuntimeException refused) {
      return null;
    }
    for (String backend : List.of("inductor", "eager")) {
      CompiledTensors compiled = Torch.compileTensors(function, o -> o.backend(backend));
      // The first call is the function itself.
      for (int i = 0; i < 3; i++) {
        Answer actual = answer(compiled, given, leaves);
        boolean half = given.stream().anyMatch(t -> t.dtype().isHalf());
        Comparison comparison =
            half && backend.equals("inductor") ? new Comparison(0.05, 0.05) : Comparison.EXACT;
        String difference = comparison.mismatch("out", actual.results, expected.results);
        if (difference == null) difference = comparison.mismatch("grads", actual.gradients, expected.gradients);
        if (difference == null) difference = Comparison.EXACT.mismatch("strides", actual.strides, expected.strides);
        if (difference == null) difference = comparison.mismatch("arguments", actual.inputs, expected.inputs);
        if (difference != null) return backend + " call " + i + ": " + difference + "\n" + compiled.explain();
      }
    }
    return null;
  }

  private static void collect(@Nullable Object argument, List<Tensor> into) {
    if (argument instanceof Tensor t) into.add(t);
    else if (argument instanceof List<?> list) list.forEach(item -> collect(item, into));
  }

  /// The operator with floating arguments and results that pass another operator.
  private static Tensor[] call(Operator operator, @Nullable Object[] bound, Tensor[] inputs) {
    int[] next = {0};
    @Nullable Object[] arguments = new @Nullable Object[bound.length];
    for (int i = 0; i < bound.length; i++) arguments[i] = replaced(bound[i], inputs, next);
    var results = new ArrayList<@Nullable Object>();
    Conformance.flatten(operator.invoke(arguments), results);
    return results.stream().filter(Tensor.class::isInstance).map(r -> (Tensor) r)
        .map(r -> r.dtype().isFloatingPoint() ? r.mul(1.0).add(0.5) : r).toArray(Tensor[]::new);
  }

  private static @Nullable Object replaced(@Nullable Object argument, Tensor[] inputs, int[] next) {
    if (argument instanceof Tensor) {
      Tensor input = inputs[next[0]++];
      return input.dtype().isFloatingPoint() ? input.mul(1.0) : input;
    }
    if (!(argument instanceof List<?> list)) return argument;
    var items = new ArrayList<@Nullable Object>();
    for (Object item : list) items.add(replaced(item, inputs, next));
    return items;
  }

  private static Answer answer(TensorsFunction function, List<Tensor> given, List<Tensor> leaves) {
    Tensor[] inputs = given.stream()
        .map(t -> t.detach().clone().requiresGrad(leaves.stream().anyMatch(l -> l == t))).toArray(Tensor[]::new);
    Torch.manualSeed(1);
    Tensor[] results = function.apply(inputs);
    Tensor[] outputs = Arrays.stream(results).filter(Tensor::requiresGrad).toArray(Tensor[]::new);
    Tensor[] sources = Arrays.stream(inputs).filter(Tensor::requiresGrad).toArray(Tensor[]::new);
    Torch.manualSeed(2);
    Tensor[] vectors = Arrays.stream(outputs)
        .map(t -> Torch.randn(t.sizes()).to(t.dtype().isComplex() ? DType.FLOAT64 : t.dtype()).to(t.dtype()))
        .toArray(Tensor[]::new);
    @Nullable Tensor[] gradients = outputs.length == 0 || sources.length == 0 ? new @Nullable Tensor[0]
        : Torch.grad(outputs, sources, vectors, false, false);
    List<@Nullable Object> strides = new ArrayList<>();
    for (Tensor t : results) strides.add(Arrays.stream(t.strides()).boxed().toList());
    List<@Nullable Object> after = new ArrayList<>();
    for (Tensor t : inputs) after.add(t.detach());
    return new Answer(new ArrayList<>(Arrays.asList(results)), strides,
        new ArrayList<>(Objects.requireNonNull(Arrays.asList(gradients))), after);
  }
}
