package jtorch.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import jtorch.bench.Benchmark.Group;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// Talks with a shell script that stands for Python, so no PyTorch is needed.
@DisabledOnOs(OS.WINDOWS)
class PyTorchSideTest {
  private static final Benchmark BENCHMARK = Benchmarks.named(List.of("mlp")).getFirst();

  @TempDir Path folder;

  private PyTorchSide side(String script, Map<String, String> environment) throws IOException {
    Path python = folder.resolve("python");
    Files.writeString(python, "#!/bin/sh\n" + script);
    Files.setPosixFilePermissions(python, PosixFilePermissions.fromString("rwx------"));
    return new PyTorchSide("PyTorch", python, folder.resolve("unused.py"), environment);
  }

  @Test
  void speaksTheLanguageOfTheScript() throws IOException {
    String script = """
        while read -r line; do
          case $line in
            'prepare mlp 3 2') echo "{\\"check\\": $MALLOC_MMAP_MAX_.5}" ;;
            'run 7') echo '{"nanos": 700}' ;;
            describe) echo '{"torch": "2.0"}' ;;
            release) echo '{}' ;;
          esac
        done
        """;
    try (var side = side(script, PyTorchSide.KEEP_PAGES)) {
      assertThat(side.describe()).containsEntry("torch", "2.0");
      assertThat(side.prepare(BENCHMARK, 2)).isEqualTo(0.5);
      assertThat(side.run(7)).isEqualTo(700);
      side.release();
    }
  }

  @Test
  void saysWhenTheProcessEnded() throws IOException {
    try (var side = side("read -r line; exit 1\n", Map.of())) {
      assertThatThrownBy(() -> side.run(1)).isInstanceOf(RuntimeException.class)
          .hasMessage("PyTorch ended during 'run 1'");
    }
  }

  @Test
  void saysWhatItDoesNotUnderstand() throws IOException {
    try (var side = side("read -r line; echo 'hello'; read -r line; echo '{}'\n", Map.of())) {
      assertThatThrownBy(() -> side.run(1)).hasMessage("PyTorch gave no JSON for 'run 1'");
      assertThatThrownBy(() -> side.run(1)).hasMessage("PyTorch answered {}, which has no number 'nanos'");
    }
  }

  @Test
  void theScriptsKnowEveryBenchmark() throws IOException {
    String core = Files.readString(PyTorchSide.script());
    for (Benchmark benchmark : Benchmarks.of(Group.CORE)) {
      String family = benchmark.name().replaceAll("_\\d+m$|(?<=matmul)\\d+$", "");
      assertThat(core).as(benchmark.name()).containsPattern("\"" + family + "[\"{_]|def " + family + "\\b");
    }
    String operators = Files.readString(PyTorchSide.script().resolveSibling("operators.py"));
    assertThat(Benchmarks.of(Group.OPERATORS)).hasSizeGreaterThan(60)
        .allSatisfy(benchmark -> assertThat(operators).contains("\"" + benchmark.name() + "\""));
    String compiled = Files.readString(PyTorchSide.script().resolveSibling("compiled.py"));
    assertThat(Benchmarks.of(Group.COMPILE)).hasSizeGreaterThan(10).allSatisfy(
        benchmark -> assertThat(compiled).contains("\"" + benchmark.name().replace("_compiled", "") + "\""));
  }

  @Test
  void namesAreBeginnings() {
    assertThat(
        Benchmarks.named(List.of("conv3x3", "add16")).stream().map(Benchmark::name).collect(Collectors.joining(" ")))
        .isEqualTo("add16 conv3x3_56 conv3x3_28 conv3x3_14");
    assertThatThrownBy(() -> Benchmarks.named(List.of("mlp", "nothing"))).isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("no benchmark 'nothing'; there are add16, chain4x4, ");
  }
}
