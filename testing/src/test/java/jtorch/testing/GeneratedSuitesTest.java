package jtorch.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.io.Safetensors;
import jtorch.testing.Outcome.Result;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// All samples of the tests in other places of memory, and their gradients against differences.
class GeneratedSuitesTest {
  @TempDir Path folder;

  private static Path samples() {
    return Path.of(Objects.requireNonNull(GeneratedSuitesTest.class.getResource("conformance")).getPath());
  }

  private static void passes(Report report) {
    assertThat(report.outcomes()).filteredOn(o -> o.result() == Result.FAILED)
        .extracting(o -> o.name() + " " + o.id() + ": " + o.message()).isEmpty();
    assertThat(report.passed()).isGreaterThan(100);
  }

  @Test
  void operatorsReadTensorsWhereverTheyLie() throws IOException {
    passes(LayoutCases.run(samples(), _ -> true));
  }

  @Test
  void gradientsAreDerivatives() throws IOException {
    passes(GradientCases.run(samples(), _ -> true));
  }

  @Test
  void arrangementsHoldTheSameValuesElsewhere() {
    Tensor x = Torch.arange(6).view(2, 3);
    for (Arrangement arrangement : Arrangement.values()) {
      Tensor there = arrangement.of(x);
      assertThat(there.tolist()).isEqualTo(x.tolist());
      assertThat(there.isContiguous() && there.storageOffset() == 0).isFalse();
    }
  }

  @Test
  void aSampleOfAnOperatorWithGradientIsChecked() throws IOException {
    Safetensors.save(folder.resolve("tensors.safetensors"),
        Map.of("a", Torch.tensor(1.0f, 2.0f), "b", Torch.tensor(1.0f, 4.0f), "one", Torch.tensor(1f, 1f), "g",
            Torch.tensor(2f, 4f)));
    Files.writeString(folder.resolve("cases.jsonl"),
        "{\"id\":\"case\",\"op\":\"aten::square\",\"args\":[[\"self\",{\"tensor\":\"a\"}]],\"out\":[{\"tensor\":\"b\"}],"
            + "\"grad_out\":[{\"tensor\":\"one\"}],\"grads\":[{\"tensor\":\"g\"}],\"grads_wrt\":[\"a\"],"
            + "\"rtol\":1e-5,\"atol\":0}\n");
    assertThat(GradientCases.run(folder, _ -> true).passed()).isEqualTo(1);
    assertThat(LayoutCases.run(folder, _ -> true).passed()).isEqualTo(6);
  }
}
