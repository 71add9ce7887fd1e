package jtorch.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.io.Safetensors;
import jtorch.testing.Outcome.Result;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The runner itself, on small cases whose answers are known by hand or from PyTorch: right ones pass, wrong ones fail.
class GoldenTest {
  @TempDir Path folder;

  private static Tensor vector(float... values) {
    return Torch.tensor(values);
  }

  private Outcome run(Map<String, Tensor> tensors, String golden) throws IOException {
    if (!tensors.isEmpty()) Safetensors.save(folder.resolve("tensors.safetensors"), tensors);
    Files.writeString(folder.resolve("cases.jsonl"), golden.replace("\n", " ").replace('\'', '"') + "\n");
    Report report = Golden.run(folder);
    assertThat(report.outcomes()).hasSize(1);
    return report.outcomes().getFirst();
  }

  private void passes(Map<String, Tensor> tensors, String golden) throws IOException {
    Outcome outcome = run(tensors, golden);
    assertThat(outcome.result()).as(String.valueOf(outcome.message())).isEqualTo(Result.PASSED);
  }

  private void fails(Map<String, Tensor> tensors, String golden, String message) throws IOException {
    Outcome outcome = run(tensors, golden);
    assertThat(outcome.result()).isEqualTo(Result.FAILED);
    assertThat(outcome.message()).contains(message);
  }

  // ---- random streams --------------------------------------------------------------------------------------------

  /// PyTorch's first uniform number after seed 0, and what is drawn after it.
  private static final String RAND = """
      {'id': 'rand', 'kind': 'sizes', 'seed': 0, 'op': 'rand', 'args': {}, 'dtype': 'float32', 'sizes': [1],
       'out': {'tensor': 'x'}, 'then': [[0.14577470550029992, 0.3643381903341592]], 'rtol': 0, 'atol': 0}
      """;

  @Test
  void aStreamMustBeRightAndStopWherePyTorchsStops() throws IOException {
    Map<String, Tensor> x = Map.of("x", vector(0.49625658988952637f));
    passes(x, RAND);
    fails(Map.of("x", vector(0.4962566f + 1e-6f)), RAND, "n = 1: 1 of 1 elements differ");
    fails(x, RAND.replace("0.14577", "0.14578"), "the uniform number drawn next");
    fails(x, RAND.replace("0.36433", "0.36434"), "the normal number drawn next");
  }

  @Test
  void ordersAreCompared() throws IOException {
    String golden = """
        {'id': 'order', 'kind': 'order', 'seed': 0, 'spec': {'type': 'RandomSampler', 'n': 10, 'epochs': 2},
         'order': [[6, 9, 0, 7, 3, 5, 4, 2, 1, 8], [6, 7, 1, 4, 2, 0, 9, 8, 3, 5]],
         'then': [0.45938294312745087, 1.2644587093281903]}
        """;
    passes(Map.of(), golden);
    fails(Map.of(), golden.replace("[6, 7", "[7, 6"), "order[1][0]: expected 7, got 6");
    fails(Map.of(), golden.replace("0.45938", "0.45939"), "the uniform number drawn next");
  }

  // ---- modules ---------------------------------------------------------------------------------------------------

  private static final Map<String, Tensor> LINEAR_TENSORS =
      Map.of("w", Torch.tensor(new float[][] {{2, 3}}), "b", vector(1f), "x",
          Torch.tensor(new float[][] {{10, 20}}),
          "y", Torch.tensor(new float[][] {{81}}), "v", Torch.tensor(new float[][] {{1}}));
  private static final String LINEAR = """
      {'id': 'Linear', 'class': 'torch.nn.Linear', 'args': [2, 1], 'kwargs': [['device', null]], 'modes': ['train', 'eval'],
       'state': {'weight': {'tensor': 'w'}, 'bias': {'tensor': 'b'}}, 'forward': [{'tensor': 'x'}], 'forward_kwargs': [],
       'out': {'tensor': 'y'}, 'grad_out': [{'tensor': 'v'}], 'input_grads': [['x', {'tensor': 'w'}]],
       'param_grads': {'weight': {'tensor': 'x'}, 'bias': {'tensor': 'one'}}, 'rtol': 1e-6, 'atol': 0}
      """;

  private static Map<String, Tensor> linear(String key, Tensor tensor) {
    var tensors = new HashMap<>(LINEAR_TENSORS);
    tensors.put("one", vector(1f));
    tensors.put(key, tensor);
    return tensors;
  }

  @Test
  void modulesAreComparedInResultsAndGradients() throws IOException {
    Map<String, Tensor> right = linear("one", vector(1f));
    passes(right, LINEAR);
    fails(linear("y", Torch.tensor(new float[][] {{82}})), LINEAR, "train: out[0]: 1 of 1 elements differ");
    fails(right, LINEAR.replace("['x', {'tensor': 'w'}]", "['x', {'tensor': 'x'}]"), "gradient of input 0");
    fails(right, LINEAR.replace("['x', {'tensor': 'w'}]", "['x', null]"), "gradient of input 0: expected None");
    fails(right, LINEAR.replace("'weight': {'tensor': 'x'}", "'weight': {'tensor': 'w'}"), "gradient of weight");
    fails(right, LINEAR.replace("'bias': {'tensor': 'one'}", "'bias': null"), "gradient of bias: expected None");
  }

  private static final String NORM = """
      {'id': 'BatchNorm1d', 'class': 'torch.nn.BatchNorm1d', 'args': [1], 'kwargs': [['affine', false], ['eps', 0.0]],
       'modes': ['train'], 'state': {'running_mean': {'tensor': 'zero'}, 'running_var': {'tensor': 'one'},
       'num_batches_tracked': {'tensor': 'none'}}, 'forward': [{'tensor': 'x'}], 'forward_kwargs': [], 'out': {'tensor': 'y'},
       'grad_out': [null], 'input_grads': [], 'param_grads': {}, 'state_after': {'running_mean': {'tensor': 'mean'},
       'running_var': {'tensor': 'var'}, 'num_batches_tracked': {'tensor': 'once'}}, 'rtol': 1e-6, 'atol': 1e-6}
      """;

  @Test
  void whatACallChangesIsCompared() throws IOException {
    Map<String,
        Tensor> tensors = Map.of("zero", vector(0f), "one", vector(1f), "none", Torch.scalarTensor(0L),
            "once", Torch.scalarTensor(1L), "x", Torch.tensor(new float[][] {{1}, {3}}), "y",
            Torch.tensor(new float[][] {{-1}, {1}}), "mean", vector(0.2f), "var", vector(1.1f));
    passes(tensors, NORM);
    fails(tensors, NORM.replace("'running_var': {'tensor': 'var'}", "'running_var': {'tensor': 'mean'}"),
        "state running_var afterwards");
    fails(tensors, NORM.replace("'state_after': {'running_mean': {'tensor': 'mean'},", "'state_after': {"),
        "state running_mean afterwards");
  }

  @Test
  void whatIsNotThereIsSkippedByName() throws IOException {
    Map<String, Tensor> tensors = linear("one", vector(1f));
    Outcome type = run(tensors, LINEAR.replace("nn.Linear'", "nn.Nobody'"));
    assertThat(type.result()).isEqualTo(Result.SKIPPED);
    assertThat(type.name()).isEqualTo("torch.nn.Nobody");
    Outcome option = run(tensors, LINEAR.replace("['device', null]", "['colour', 'red']"));
    assertThat(option.result()).isEqualTo(Result.SKIPPED);
    assertThat(option.name()).isEqualTo("torch.nn.Linear(colour='red')");
    Outcome code = run(Map.of(), "{'id': 'hooks/tensor', 'kind': 'events', 'code': 'x = 1'}");
    assertThat(code.result()).isEqualTo(Result.SKIPPED);
    assertThat(code.name()).isEqualTo("Python code (hooks)");
    Outcome wrapped = run(tensors, LINEAR.replace("'modes'", "'wrap': [['torch.nn.utils.nobody', []]], 'modes'"));
    assertThat(wrapped.name()).isEqualTo("torch.nn.utils.nobody");
  }

  // ---- optimizers and schedules ----------------------------------------------------------------------------------

  /// Plain gradient descent with lr 0.5 on gradients that are all 1, but the second group has lr 0.25.
  private static final String SGD = """
      {'id': 'SGD', 'kind': 'steps', 'class': 'torch.optim.SGD', 'kwargs': [['lr', 0.5], ['foreach', false]],
       'gradients': 'dense', 'param_groups': [{'params': [0, 2], 'options': []}, {'params': [1], 'options': [['lr', 0.25]]}],
       'no_grad_at': [[9, 2]], 'after': [{'tensor': 'a0'}, {'tensor': 'a1'}, {'tensor': 'a2'}],
       'state_dict': {'dict': {'state': {'dict': {}}, 'param_groups': [{'dict': {'lr': 0.5, 'momentum': 0}},
       {'dict': {'lr': 0.25}}]}}, 'rtol': 1e-6, 'atol': 0}
      """;

  private static Map<String, Tensor> sgd() {
    var tensors = new HashMap<String, Tensor>();
    double[] rates = {0.5, 0.25, 0.5};
    for (int p = 0; p < 3; p++) {
      tensors.put("p" + p, vector(0f));
      var after = new float[10][1];
      for (int step = 0; step < 10; step++) {
        tensors.put("p" + p + ".g" + step, vector(1f));
        after[step][0] = (float) (-rates[p] * (p == 2 && step == 9 ? 9 : step + 1));
      }
      tensors.put("a" + p, Torch.tensor(after));
    }
    return tensors;
  }

  @Test
  void optimizersAreComparedStepByStep() throws IOException {
    passes(sgd(), SGD);
    fails(sgd(), SGD.replace("[9, 2]", "[9, 1]"), "parameter 1 after step 9");
    fails(sgd(), SGD.replace("['lr', 0.5]", "['lr', 0.5], ['momentum', 0.5]"), "parameter 0 after step 1");
    fails(sgd(), SGD.replace("{'dict': {'lr': 0.25}}", "{'dict': {'lr': 0.5}}"), "option lr of group 1");
  }

  @Test
  void schedulesAreComparedStepByStep() throws IOException {
    String golden = """
        {'id': 'StepLR', 'optimizer': 'torch.optim.SGD', 'optimizer_kwargs': [], 'lrs': [1.0, 0.5], 'scheduler': {'new':
         {'class': 'torch.optim.lr_scheduler.StepLR', 'args': [2], 'kwargs': [['gamma', 0.5]]}},
         'lr': [[1.0, 0.5], [1.0, 0.5], [0.5, 0.25], [0.5, 0.25]], 'rtol': 1e-12, 'atol': 0}
        """;
    passes(Map.of(), golden);
    fails(Map.of(), golden.replace("[0.5, 0.25]]", "[0.5, 0.5]]"), "lr after 3 steps[1]");
  }

  // ---- weights ---------------------------------------------------------------------------------------------------

  @Test
  void checksumsAreCompared() {
    Map<String, Tensor> state = Map.of("w", Torch.tensor(1f, -2f, 3f));
    String form = "{\"w\": {\"shape\": [3], \"first\": [1.0, %s], \"sum\": %s, \"abs_sum\": 6.0}}";
    assertThat(mismatch(state, form, "-2.0", "2.0")).isNull();
    assertThat(mismatch(state, form, "-2.1", "2.0")).contains("w: element 1");
    assertThat(mismatch(state, form, "-2.0", "2.1")).contains("w: sum");
    assertThat(mismatch(state, form.replace("[3]", "[2]"), "-2.0", "2.0")).contains("expected shape [2]");
    assertThat(mismatch(state, form.replace("\"w\"", "\"v\""), "-2.0", "2.0")).contains("names");
  }

  private static String mismatch(Map<String, Tensor> state, String form, String second, String sum) {
    var wanted = jtorch.io.Json.parseObject(String.format(Locale.ROOT, form, second, sum));
    return Checksums.mismatch(state, wanted, 1e-6, 1e-6);
  }

  @Test
  void aFolderWithoutCasesIsNamed() {
    assertThatThrownBy(() -> Golden.run(folder)).isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("cases.jsonl");
  }
}
