package jtorch.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import jtorch.io.Json;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchmarkRunTest {
  @TempDir Path folder;

  @Test
  void keepsItsFigures() throws IOException {
    var bytes = new ByteArrayOutputStream();
    var run = new BenchmarkRun(Benchmark.Group.CORE, List.of("add16", "matmul64"), List.of(1, 2),
        Duration.ofMillis(40), true, null,
        folder.resolve("results"));
    Path file = run.run(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    assertThat(bytes.toString(StandardCharsets.UTF_8)).contains("add16             1 ", "matmul64          2 ");
    assertThat(file.getFileName().toString()).matches("local-\\d{4}-\\d\\d-\\d\\d-[a-z0-9-]+-core\\.json");
    assertThat(Json.read(file)).asInstanceOf(InstanceOfAssertFactories.map(String.class, Object.class))
        .containsKeys("date", "surroundings", "summary").extractingByKey("results", InstanceOfAssertFactories.LIST)
        .hasSize(3).allSatisfy(row -> assertThat(((Map<?, ?>) row).get("jtorch")).isNotNull());
  }

  @Test
  void everyBenchmarkHasAName() {
    assertThat(Benchmarks.all()).extracting(Benchmark::name).doesNotHaveDuplicates()
        .allMatch(name -> name.matches("[a-z][a-z0-9_]*"));
  }
}
