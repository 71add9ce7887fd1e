package jtorch.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URL;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.compile.CompiledTensors;
import jtorch.compile.TensorsFunction;
import jtorch.io.Json;
import jtorch.io.Safetensors;
import jtorch.nn.Dropout;
import jtorch.nn.Linear;
import jtorch.nn.Module;
import jtorch.nn.ReLU;
import jtorch.nn.Sequential;
import jtorch.op.Operator;
import jtorch.op.Operators;
import jtorch.optim.SGD;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// PyTorch's samples of operators and modules, compiled against not compiled.
class CompiledCasesTest {
  private static Path folder(String name) throws Exception {
    URL cases = Objects.requireNonNull(CompiledCasesTest.class.getResource(name + "/cases.jsonl"), name);
    return Path.of(cases.toURI()).getParent();
  }

  /// `jtorch conformance DIR --compiled` does so with all operators.
  @Test
  void elementwiseOperatorsAreWhatTheyAreUncompiled() throws Exception {
    Report report = CompiledCases.run(folder("conformance"), name -> {
      Operator operator = Operators.find(name);
      return operator != null && operator.elementwise() != null;
    });
    assertThat(report.outcomes()).hasSizeGreaterThan(200);
    assertThat(report.outcomes()).allSatisfy(
        o -> assertThat(o.result()).as(o.id() + ": " + o.message()).isEqualTo(Outcome.Result.PASSED));
  }

  /// Results, gradients of inputs and parameters, and what the calls leave in the module.
  private record Answer(List<Tensor> results, List<@Nullable Tensor> gradients, Map<String, Tensor> state) {}

  @Test
  void modulesAreWhatTheyAreUncompiled() throws Exception {
    Path folder = folder("golden/modules");
    int checked = 0;
    try (Safetensors file = Safetensors.open(folder.resolve("tensors.safetensors"))) {
      for (Map<String, @Nullable Object> fields : Json.readLines(folder.resolve("cases.jsonl"))) {
        var golden = new GoldenCase(fields, new SampleValues(file));
        if (golden.has("kind") || !golden.has("forward") || golden.has("wrap")) continue;
        for (Object mode : golden.list("modes")) {
          Answer expected = answer(fields, file, "train".equals(mode), false);
          Answer actual = answer(fields, file, "train".equals(mode), true);
          String about = golden.id() + " " + mode;
          for (String difference : Arrays.asList(
              Comparison.EXACT.mismatch(about + " out", actual.results, expected.results),
              Comparison.EXACT.mismatch(about + " grads", actual.gradients, expected.gradients),
              Comparison.EXACT.mismatch(about + " state", actual.state, expected.state)))
            assertThat(difference).isNull();
          checked++;
        }
      }
    }
    assertThat(checked).isGreaterThan(40);
  }

  /// Three calls of a module whose results pass a chain of element-wise operators; the last one's answer.
  private static Answer answer(Map<String, @Nullable Object> fields, Safetensors file, boolean train,
      boolean compile) {
    var golden = new GoldenCase(fields, new SampleValues(file));
    Map<String, @Nullable Object> named = golden.named("kwargs");
    Object dtype = named.remove("dtype");
    Torch.manualSeed(3);
    Module module = (Module) PythonObjects.construct(golden.text("class"), golden.decodedList("args"), named);
    if (dtype != null && dtype != DType.FLOAT32) module.to((DType) dtype);
    module.train(train);
    Map<String, @Nullable Object> words =
        golden.has("forward_kwargs") ? golden.named("forward_kwargs") : new LinkedHashMap<>();
    List<@Nullable Object> positional = golden.decodedList("forward");
    List<Tensor> tensors = positional.stream().filter(Tensor.class::isInstance).map(Tensor.class::cast).toList();
    TensorsFunction function = inputs -> {
      int[] next = {0};
      var arguments = new ArrayList<@Nullable Object>();
      for (Object p : positional) arguments.add(p instanceof Tensor ? copy(inputs[next[0]++]) : p);
      var results = new ArrayList<Tensor>();
      flatten(PythonObjects.call(module, golden.text("class") + ".forward", arguments, words), results);
      return results.stream().map(r -> r.dtype().isFloatingPoint() ? r.mul(2).add(0.5).sigmoid() : r)
          .toArray(Tensor[]::new);
    };
    TensorsFunction called = function;
    if (compile) {
      CompiledTensors compiled = Torch.compileTensors(function);
      called = compiled;
    }
    for (int i = 0;; i++) {
      Tensor[] inputs = tensors.stream()
          .map(t -> t.detach().clone().requiresGrad(t.dtype().isDifferentiable())).toArray(Tensor[]::new);
      Torch.manualSeed(i);
      Tensor[] results = called.apply(inputs);
      if (i < 2) continue;
      var leaves = new ArrayList<>(Arrays.stream(inputs).filter(Tensor::requiresGrad).toList());
      module.parameters().stream().filter(Tensor::requiresGrad).forEach(leaves::add);
      Tensor[] outputs = Arrays.stream(results).filter(Tensor::requiresGrad).toArray(Tensor[]::new);
      Tensor[] ones = Arrays.stream(outputs).map(Tensor::onesLike).toArray(Tensor[]::new);
      List<@Nullable Tensor> gradients = outputs.length == 0 || leaves.isEmpty() ? List.of()
          : Arrays.asList(Torch.grad(outputs, leaves.toArray(Tensor[]::new), ones, false, false));
      return new Answer(Arrays.asList(results), gradients, module.stateDict());
    }
  }

  /// Some modules write into what they are given, which a leaf would not allow.
  private static Tensor copy(Tensor input) {
    return input.requiresGrad() ? input.mul(1) : input;
  }

  private static void flatten(@Nullable Object result, List<Tensor> into) {
    switch (result) {
      case Tensor tensor -> into.add(tensor);
      case Object[] items -> {
        for (Object item : items) flatten(item, into);
      }
      case Iterable<?> items -> {
        for (Object item : items) flatten(item, into);
      }
      case null, default -> {
      }
    }
  }

  @Test
  void aCompiledModuleLearnsTheSame() {
    float[][] losses = new float[2][];
    for (int compiled = 0; compiled < 2; compiled++) {
      Torch.manualSeed(0);
      Module net = new Sequential(new Linear(6, 16), new ReLU(), new Dropout(0.3), new Linear(16, 2));
      if (compiled == 1) net.compile();
      var optimizer = new SGD(net.parameters(), 0.1);
      losses[compiled] = new float[12];
      for (int step = 0; step < 12; step++) {
        if (step == 9) net.eval();
        Tensor loss = net.call(Torch.randn(8, 6)).sub(1).mul(2).tanh().square().mean();
        optimizer.zeroGrad();
        loss.backward();
        optimizer.step();
        losses[compiled][step] = loss.itemFloat();
      }
      if (compiled == 1) assertThat(Objects.requireNonNull(net.compiled()).traces()).isEqualTo(2);
    }
    assertThat(losses[1]).isEqualTo(losses[0]);
  }

  @Test
  void hooksKeepAModuleFromBeingReplaced() {
    Linear inner = new Linear(3, 3);
    int[] seen = {0};
    inner.registerForwardHook((module, in, out) -> {
      seen[0]++;
      return null;
    });
    Module net = new Sequential(inner, new ReLU()).compile();
    for (int i = 0; i < 3; i++) net.call(Torch.ones(2, 3));
    assertThat(seen[0]).isEqualTo(3);
    assertThat(Objects.requireNonNull(net.compiled()).explain()).contains("a module has hooks");
  }
}
