package jtorch.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import jtorch.testing.Outcome.Result;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/// PyTorch's answers again, in JVMs that were started otherwise.
class ModesTest {
  /// Every tensor ends at a page that nobody may touch and starts full of NaN: no kernel reads or writes outside, none
  /// reads what was not written.
  @Test
  @EnabledOnOs(OS.LINUX)
  void noKernelLeavesItsMemory() throws Exception {
    assertThat(run("-Djtorch.checked=true", "--add-modules", "jdk.incubator.vector"))
        .containsPattern("\\d{3,} passed, 0 failed, 0 skipped");
  }

  /// Without the Vector API the scalar twins compute. Only last digits of functions of integers, which are compared
  /// without tolerance, may differ.
  @Test
  void noKernelNeedsTheVectorApi() throws Exception {
    assertThat(run()).containsPattern("\\d{3,} passed, \\d\\d? failed, 0 skipped").contains("worse failures: 0");
  }

  private static String run(String... options) throws Exception {
    Path folder = Path.of(Objects.requireNonNull(ModesTest.class.getResource("conformance/cases.jsonl")).toURI())
        .getParent();
    var command = new ArrayList<String>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.addAll(List.of(options));
    command.addAll(List.of("-XX:-CreateCoredumpOnCrash", "--enable-native-access=ALL-UNNAMED", "-cp",
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")), Samples.class.getName(),
        folder.toString()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }

  static final class Samples {
    public static void main(String[] arguments) throws Exception {
      Report report = Conformance.run(Path.of(arguments[0]));
      List<String> worse = report.outcomes().stream().filter(o -> o.result() == Result.FAILED)
          .map(o -> o.id() + ": " + o.message()).filter(m -> !m.contains("allowed 0.00 + 0.00")).toList();
      System.out.println(report.summary() + "\nworse failures: " + worse.size() + "\n" + String.join("\n", worse));
    }
  }
}
