package jtorch.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/// What training without scopes costs: at most twice the memory, and 3 % of the time for collections.
@Tag("slow")
@EnabledOnOs(OS.LINUX)
class ResNetMemoryTest {
  @Test
  void withoutScopesMemoryAtMostDoubles() throws Exception {
    double[] scoped = measure("scope");
    double[] unscoped = measure("none");
    assertThat(scoped[3]).as("forced collections with scopes").isZero();
    assertThat(unscoped[0]).as("peak without scopes").isLessThan(2 * scoped[0]);
    assertThat(unscoped[1]).as("resident memory without scopes").isLessThan(2 * scoped[1]);
    assertThat(unscoped[2]).as("share of the time for collections").isLessThan(0.03);
  }

  private static double[] measure(String scope) throws IOException, InterruptedException {
    var command = new ArrayList<String>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.addAll(List.of("--add-modules", "jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED", "-cp",
        System.getProperty("java.class.path"), ResNetMemory.class.getName(), "40", scope));
    Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String said = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor(10, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(said).isZero();
    System.out.println("ResNet-18, " + scope + ": peak, resident peak, share of collections, their number: " + said);
    return Arrays.stream(said.strip().split(" ")).mapToDouble(Double::parseDouble).toArray();
  }
}
