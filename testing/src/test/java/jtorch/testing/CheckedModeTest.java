package jtorch.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/// PyTorch's answers again with `-Djtorch.checked=true`, where every tensor ends at a page that nobody may touch and
/// starts full of NaN: no kernel reads or writes outside, none reads what was not written.
@EnabledOnOs(OS.LINUX)
class CheckedModeTest {
  @Test
  void noKernelLeavesItsMemory() throws Exception {
    Path folder = Path.of(Objects.requireNonNull(CheckedModeTest.class.getResource("conformance/cases.jsonl")).toURI())
        .getParent();
    List<String> command = List.of(ProcessHandle.current().info().command().orElseThrow(), "-Djtorch.checked=true",
        "-XX:-CreateCoredumpOnCrash", "--add-modules", "jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED",
        "-cp", System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
        Samples.class.getName(), folder.toString());
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output).containsPattern("\\d{3,} passed, 0 failed, 0 skipped");
  }

  static final class Samples {
    public static void main(String[] arguments) throws Exception {
      System.out.println(Conformance.run(Path.of(arguments[0])).summary());
    }
  }
}
