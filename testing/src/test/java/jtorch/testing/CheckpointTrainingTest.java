package jtorch.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.io.Json;
import jtorch.nn.BatchNorm1d;
import jtorch.nn.Linear;
import jtorch.nn.Module;
import jtorch.nn.Parameter;
import jtorch.nn.functional.F;
import jtorch.optim.Adam;
import jtorch.optim.AdamW;
import jtorch.optim.Optimizer;
import jtorch.optim.SGD;
import jtorch.optim.StepLR;
import jtorch.python.OrderedDict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Training goes on from PyTorch's checkpoints as PyTorch does, and from JTorch's own as if nothing had been.
class CheckpointTrainingTest {
  @TempDir Path folder;

  static final class Net extends Module {
    final Linear a = new Linear(3, 4);
    final Linear b = new Linear(4, 2);

    @Override
    public Tensor forward(Tensor x) {
      return b.call(a.call(x).tanh());
    }
  }

  private Path copy(String name) throws IOException {
    Path file = folder.resolve(name);
    try (InputStream in = Objects.requireNonNull(getClass().getResourceAsStream("checkpoint/" + name))) {
      Files.write(file, in.readAllBytes());
    }
    return file;
  }

  private Map<String, Object> json(String name) throws IOException {
    return Json.parseObject(Files.readString(copy(name), StandardCharsets.UTF_8));
  }

  /// The numbers of a tensor in the JSON file.
  private static Tensor tensor(Object json) {
    var fields = (Map<?, ?>) json;
    var numbers = new ArrayList<Double>();
    var open = new ArrayList<Object>(List.of(fields.get("data")));
    while (!open.isEmpty()) {
      Object next = open.removeFirst();
      if (next instanceof List<?> inner) open.addAll(0, inner);
      else numbers.add(((Number) next).doubleValue());
    }
    long[] shape = ((List<?>) fields.get("shape")).stream().mapToLong(n -> (Long) n).toArray();
    return Torch.tensor(numbers.stream().mapToDouble(d -> d).toArray()).reshape(shape);
  }

  private static double difference(Tensor a, Tensor b) {
    return a.detach().toDouble().sub(b.toDouble()).abs().max().itemDouble();
  }

  private static Adam adam(Net net) {
    var optimizer = new Adam(net.a.parameters(), 0.5);
    optimizer.addParamGroup(net.b.parameters(), o -> o.weightDecay(0.7));
    return optimizer;
  }

  @Test void trainingGoesOnAsInPyTorch() throws IOException {
    Map<String, Map<String, Object>> checkpoint = Torch.load(copy("adam_checkpoint.pt"));
    var net = new Net();
    var optimizer = adam(net);
    var scheduler = new StepLR(optimizer, 5, 0.9);
    @SuppressWarnings("unchecked")
    var state = (Map<String, Tensor>) (Map<String, ?>) checkpoint.get("model_state_dict");
    net.loadStateDict(state);
    optimizer.loadStateDict(checkpoint.get("optimizer_state_dict"));
    scheduler.loadStateDict(checkpoint.get("scheduler_state_dict"));
    var next = (Map<?, ?>) json("adam_checkpoint.json").get("continue");
    Tensor inputs = tensor(next.get("inputs")).toFloat();
    Tensor targets = tensor(next.get("targets")).to(DType.INT64);
    for (int i = 0; i < 3; i++) {
      Tensor loss = F.crossEntropy(net.call(inputs.select(0, i)), targets.select(0, i));
      assertThat(loss.itemDouble()).isCloseTo((Double) ((List<?>) next.get("losses")).get(i), within(1e-6));
      optimizer.zeroGrad();
      loss.backward();
      optimizer.step();
      scheduler.step();
    }
    for (Object pair : (List<?>) ((Map<?, ?>) next.get("model_state_dict")).get("v")) {
      var name = (String) ((Map<?, ?>) ((List<?>) pair).get(0)).get("v");
      assertThat(difference(net.stateDict().get(name), tensor(((List<?>) pair).get(1)))).as(name).isLessThan(1e-6);
    }
    assertThat(scheduler.getLastLr()).containsExactly(0.00125, 0.00625);
  }

  @ParameterizedTest
  @ValueSource(strings = {"SGD", "SGD_plain", "Adam", "AdamW_amsgrad"})
  void optimizersGoOnFromPyTorchsState(String name) throws IOException {
    Map<String, Map<String, Object>> all = Torch.load(copy("optimizers.pt"));
    var saved = Objects.requireNonNull(all.get(name));
    var json = json("optimizers.json");
    Tensor a = tensor(json.get("A")).toFloat();
    Tensor b = tensor(json.get("B")).toFloat();
    var w = new Parameter((Tensor) saved.get("param"));
    List<Parameter> only = List.of(w);
    Optimizer<?> optimizer = name.startsWith("SGD") ? new SGD(only, 7) : name.equals("Adam") ? new Adam(only)
        : new AdamW(only, 7);
    @SuppressWarnings("unchecked")
    var state = (Map<String, Object>) saved.get("optimizer");
    optimizer.loadStateDict(state);
    a.mm(w).mul(w).sum().mul(0.5).sub(b.mul(w).sum()).backward();
    optimizer.step();
    var wanted = (Map<?, ?>) ((Map<?, ?>) json.get("value")).get(name);
    assertThat(difference(w, tensor(wanted.get("param_after_step_4")))).isLessThan(1e-6);
    // What is written has the names that PyTorch's has.
    var group = (Map<?, ?>) ((List<?>) optimizer.stateDict().get("param_groups")).getFirst();
    var theirs = (Map<?, ?>) ((List<?>) state.get("param_groups")).getFirst();
    assertThat(group.keySet()).isEqualTo(theirs.keySet());
  }

  @Test void trainingGoesOnFromAFileAsIfNothingHadBeen() throws IOException {
    Torch.manualSeed(3);
    var net = new Net();
    var optimizer = adam(net);
    var scheduler = new StepLR(optimizer, 2, 0.5);
    Tensor x = Torch.randn(6, 3);
    steps(net, optimizer, scheduler, x, 3);
    Path file = folder.resolve("x.pt");
    Torch.save(Map.of("net", net.stateDict(), "optimizer", optimizer.stateDict(), "scheduler", scheduler.stateDict()),
        file);
    steps(net, optimizer, scheduler, x, 3);
    Map<String, Map<String, Object>> loaded = Torch.load(file);
    var other = new Net();
    var second = adam(other);
    var again = new StepLR(second, 7);
    @SuppressWarnings("unchecked")
    var state = (Map<String, Tensor>) (Map<String, ?>) loaded.get("net");
    other.loadStateDict(state);
    second.loadStateDict(loaded.get("optimizer"));
    again.loadStateDict(loaded.get("scheduler"));
    steps(other, second, again, x, 3);
    net.stateDict().forEach((name, tensor) -> assertThat(other.stateDict().get(name).equal(tensor)).as(name).isTrue());
    assertThat(again.getLastLr()).isEqualTo(scheduler.getLastLr());
  }

  private static void steps(Net net, Optimizer<?> optimizer, StepLR scheduler, Tensor x, int count) {
    for (int i = 0; i < count; i++) {
      optimizer.zeroGrad();
      net.call(x).square().sum().backward();
      optimizer.step();
      scheduler.step();
    }
  }

  @Test void statesHaveTheirModulesVersions() throws IOException {
    var norm = new BatchNorm1d(2);
    Path file = folder.resolve("x.pt");
    Torch.save(norm.stateDict(), file);
    OrderedDict<String, Tensor> read = Torch.load(file);
    assertThat(read.attributes()).hasToString("{_metadata={={version=2}}}");
    // A state of version 1 counts no batches; one of version 2 that does not is wrong.
    read.remove("num_batches_tracked");
    assertThatThrownBy(() -> norm.loadStateDict(read)).hasMessageContaining("num_batches_tracked");
    read.attributes().clear();
    norm.loadStateDict(read);
  }

  @Test void parametersStayParameters() throws IOException {
    var weight = new Parameter(Torch.ones(2));
    Path file = folder.resolve("x.pt");
    Torch.save(List.of(weight, new Parameter(Torch.ones(3), false)), file);
    List<Tensor> read = Torch.load(file);
    assertThat(read).allMatch(t -> t instanceof Parameter);
    assertThat(read).extracting(Tensor::requiresGrad).containsExactly(true, false);
  }

  @Test void whatIsNoStateIsRefusedWhole() throws IOException {
    var net = new Net();
    Tensor before = net.a.weight.detach().clone();
    Path file = folder.resolve("x.pt");
    Torch.save(Map.of("a.weight", 3L, "a.bias", Torch.ones(4)), file);
    assertThatThrownBy(() -> net.loadStateDict(Torch.load(file), false)).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(
            "\"a.weight\", expected torch.Tensor or Tensor-like object from checkpoint but received Long");
    assertThat(net.a.weight.equal(before)).isTrue();
    var optimizer = new Adam(net.parameters());
    assertThatThrownBy(() -> optimizer.loadStateDict(Torch.load(file))).hasMessageContaining("has 'state' and");
    assertThatThrownBy(() -> Torch.save(net, file)).hasMessageContaining("save its stateDict()");
  }
}
