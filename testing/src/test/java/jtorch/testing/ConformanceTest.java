package jtorch.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.io.Safetensors;
import jtorch.testing.Outcome.Result;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The runner itself: each case is one that a lax runner would let pass.
class ConformanceTest {
  @TempDir Path folder;

  @BeforeEach
  void tensors() throws IOException {
    Safetensors.save(folder.resolve("tensors.safetensors"),
        Map.of("a", Torch.tensor(1.0f, 2.0f, Float.NaN), "b", Torch.tensor(0.5f, 0.25f, 1.0f), "product",
            Torch.tensor(0.5f, 0.5f, Float.NaN), "longer", Torch.tensor(0.5f, 0.5f, Float.NaN, 1f), "wrong",
            Torch.tensor(0.5f, 0.51f, Float.NaN), "double", Torch.tensor(0.5f, 0.5f, Float.NaN).to(DType.FLOAT64),
            "ones", Torch.tensor(1f, 1f, 1f), "i", Torch.tensor(1L << 62, 3L)));
  }

  private Outcome run(String op, String arguments, String rest) throws IOException {
    Files.writeString(folder.resolve("cases.jsonl"),
        "{\"id\":\"case\",\"op\":\"aten::" + op + "\",\"args\":[" + arguments + "]," + rest
            + ",\"rtol\":1e-5,\"atol\":0}\n");
    Report report = Conformance.run(folder);
    assertThat(report.outcomes()).hasSize(1);
    return report.outcomes().getFirst();
  }

  private Outcome product(String rest) throws IOException {
    return run("mul.Tensor", tensor("self", "a") + "," + tensor("other", "b"), rest);
  }

  private static String tensor(String name, String key) {
    return "[\"" + name + "\"," + tensor(key) + "]";
  }

  private static String tensor(String key) {
    return "{\"tensor\":\"" + key + "\"}";
  }

  private static String out(String key) {
    return "\"out\":[" + tensor(key) + "]";
  }

  private static String gradients(String forSelf, String forOther) {
    return out("product") + ",\"grad_out\":[" + tensor("ones") + "],\"grads\":[" + forSelf + "," + forOther
        + "],\"grads_wrt\":[\"a\",\"b\"]";
  }

  @Test
  void aRightAnswerPasses() throws IOException {
    assertThat(product(out("product")).result()).isEqualTo(Result.PASSED);
  }

  @Test
  void aWrongValueFails() throws IOException {
    Outcome outcome = product(out("wrong"));
    assertThat(outcome.result()).isEqualTo(Result.FAILED);
    assertThat(outcome.message()).contains("1 of 3 elements differ", "at [1]: got 0.5, expected 0.51",
        "self=float32[3]");
  }

  @Test
  void nanWhereNoneIsWantedFails() throws IOException {
    assertThat(product(out("ones")).result()).isEqualTo(Result.FAILED);
  }

  @Test
  void aWrongDtypeFails() throws IOException {
    assertThat(product(out("double")).message()).contains("expected dtype float64, got float32");
  }

  @Test
  void aWrongShapeFails() throws IOException {
    assertThat(product(out("longer")).message()).contains("expected shape [4], got [3]");
  }

  @Test
  void aWrongNumberOfResultsFails() throws IOException {
    assertThat(product("\"out\":[" + tensor("product") + "," + tensor("product") + "]").message())
        .contains("expected 2 values, got 1");
  }

  @Test
  void integersAreComparedExactly() throws IOException {
    Safetensors.save(folder.resolve("tensors.safetensors"),
        Map.of("i", Torch.tensor(1L << 62), "j", Torch.tensor((1L << 62) + 1)));
    assertThat(run("clone", tensor("self", "i") + ",[\"memory_format\",null]", out("j")).result())
        .isEqualTo(Result.FAILED);
  }

  @Test
  void anOperatorThatIsNotThereIsSkipped() throws IOException {
    Outcome outcome = run("mul.Nobody", tensor("self", "a"), out("a"));
    assertThat(outcome.result()).isEqualTo(Result.SKIPPED);
    assertThat(outcome.name()).isEqualTo("aten::mul.Nobody");
  }

  @Test
  void anExceptionIsAFailureWithItsMessage() throws IOException {
    Outcome outcome = run("mul.Tensor", tensor("self", "a") + "," + tensor("other", "i"), out("a"));
    assertThat(outcome.result()).isEqualTo(Result.FAILED);
    assertThat(outcome.message()).contains("ShapeException");
  }

  @Test
  void anArgumentThatTheSchemaLacksIsAFailure() throws IOException {
    assertThat(run("mul.Tensor", tensor("self", "a") + "," + tensor("third", "b"), out("a")).message())
        .contains("no argument 'third'");
  }

  @Test
  void rightGradientsPass() throws IOException {
    assertThat(product(gradients(tensor("b"), tensor("a"))).result()).isEqualTo(Result.PASSED);
  }

  @Test
  void aWrongGradientFails() throws IOException {
    assertThat(product(gradients(tensor("a"), tensor("a"))).message()).startsWith("grads[0]: 3 of 3 elements");
  }

  @Test
  void aGradientWhereNoneShouldBeFails() throws IOException {
    assertThat(product(gradients(tensor("b"), "null")).message()).contains("grads[1]: expected None");
  }

  @Test
  void inPlaceOperatorsGetACopy() throws IOException {
    String arguments = tensor("self", "a") + "," + tensor("other", "b");
    assertThat(run("mul_.Tensor", arguments, out("product")).result()).isEqualTo(Result.PASSED);
    assertThat(run("mul_.Tensor", arguments, out("a")).result()).isEqualTo(Result.FAILED);
  }

  @Test
  void theReportCountsAndNamesOperators() throws IOException {
    Files.writeString(folder.resolve("cases.jsonl"), """
        {"id":"1","op":"aten::nobody","args":[],"out":[],"rtol":0,"atol":0}
        {"id":"2","op":"aten::clone","args":[["self",{"tensor":"b"}]],"out":[{"tensor":"b"}],"rtol":0,"atol":0}
        {"id":"3","op":"aten::clone","args":[["self",{"tensor":"b"}]],"out":[{"tensor":"a"}],"rtol":0,"atol":0}
        """);
    assertThat(Conformance.run(folder).summary()).isEqualTo("1 passed, 1 failed, 1 skipped");
    assertThat(Conformance.run(folder, name -> Conformance.means("clone", name)).summary())
        .isEqualTo("1 passed, 1 failed, 0 skipped");
  }

  @Test
  void namesMeanOperatorsWithAndWithoutOverload() {
    assertThat(Conformance.means("add", "aten::add.Tensor")).isTrue();
    assertThat(Conformance.means("add.Tensor", "aten::add.Tensor")).isTrue();
    assertThat(Conformance.means("aten::add.Tensor", "aten::add.Tensor")).isTrue();
    assertThat(Conformance.means("add", "aten::addmm")).isFalse();
    assertThat(Conformance.means("add", "aten::add_.Tensor")).isFalse();
  }

  @Test
  void aFolderWithoutCasesIsNamed(@TempDir Path empty) {
    assertThatThrownBy(() -> Conformance.run(empty)).isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("cases.jsonl");
  }

  @Test
  void comparisonTakesInfinitiesAndComplexNumbers() {
    var comparison = new Comparison(1e-3, 1e-3);
    Tensor finite = Torch.tensor(1f, Float.MAX_VALUE);
    Tensor infinite = Torch.tensor(1f, Float.POSITIVE_INFINITY);
    assertThat(comparison.mismatch("x", infinite, infinite.clone())).isNull();
    assertThat(comparison.mismatch("x", finite, infinite)).isNotNull();
    assertThat(comparison.mismatch("x", infinite, finite)).isNotNull();
    assertThat(comparison.mismatch("x", complex(3.005f, 4), complex(3, 4))).isNull();
    assertThat(comparison.mismatch("x", complex(3.005f, 4.005f), complex(3, 4))).contains("at [0]: got 3.005+4.005j");
  }

  private static Tensor complex(float real, float imaginary) {
    return Torch.tensor(real, imaginary).window(DType.COMPLEX64, new long[] {1}, new long[] {1}, 0);
  }
}
