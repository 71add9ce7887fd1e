package jtorch.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import jtorch.Torch;
import jtorch.io.AtomicFile;
import jtorch.io.Json;
import org.jspecify.annotations.Nullable;

/// A run of benchmarks: measures, prints the table line by line, and keeps the figures in a file.
///
/// @param group what is run if no names are given
/// @param names beginnings of the names of benchmarks, of all groups; none for the whole group
/// @param threads the numbers of threads to measure with
/// @param time how long to measure one benchmark, without its warm-up
/// @param scopes whether large work runs in scopes
/// @param python an interpreter with `torch` to compare with, or null
/// @param folder where the figures are kept
public record BenchmarkRun(Benchmark.Group group, List<String> names, List<Integer> threads, Duration time,
    boolean scopes, @Nullable Path python, Path folder) {
  /// What is run.
  ///
  /// @throws IllegalArgumentException if a name fits no benchmark
  public List<Benchmark> benchmarks() {
    return names.isEmpty() ? Benchmarks.of(group) : Benchmarks.named(names);
  }

  /// Runs it.
  ///
  /// @return the file with the figures
  /// @throws IllegalArgumentException if a name fits no benchmark
  /// @throws IOException if PyTorch cannot be started, or the file not be written
  public Path run(PrintStream out) throws IOException {
    List<Benchmark> benchmarks = benchmarks();
    Surroundings here = Surroundings.here();
    var json = new LinkedHashMap<String, @Nullable Object>();
    json.put("date", LocalDate.now().toString());
    json.put("surroundings", here.toJson());
    json.put("scopes", scopes);
    out.printf("%s, %d processors, Java %s%n", here.processor(), here.processors(), here.java());
    int threadsBefore = Torch.getNumThreads();
    Table table;
    if (python == null) {
      table = new Table(out, 1, benchmarks);
      measure(benchmarks, List.of(new JTorchSide(scopes)), null, table);
    } else {
      Path script = PyTorchSide.script();
      try (var plain = new PyTorchSide("PyTorch", python, script, Map.of());
          var tuned = new PyTorchSide("PyTorch keeping its pages", python, script, PyTorchSide.KEEP_PAGES)) {
        Map<String, @Nullable Object> version = plain.describe();
        json.put("pytorch", version);
        json.put("keeping_pages", PyTorchSide.KEEP_PAGES);
        out.printf("PyTorch %s, Python %s%n", version.get("torch"), version.get("python"));
        table = new Table(out, 3, benchmarks);
        measure(benchmarks, List.of(new JTorchSide(scopes), plain, tuned), script, table);
      }
    }
    Torch.setNumThreads(threadsBefore);
    table.foot();
    if (here.isBusy()) out.printf("%nOther programs were running: the load was %.1f on %d processors.%n", here.load(),
        here.processors());
    json.put("results", table.rows().stream().map(Row::toJson).toList());
    json.put("summary", table.summary());
    return keep(here, json);
  }

  private void measure(List<Benchmark> benchmarks, List<? extends Side> sides, @Nullable Path script, Table table) {
    table.head();
    var alternation = new Alternation(sides, time);
    for (Benchmark benchmark : benchmarks) {
      for (int count : benchmark.kind().isWork() ? threads : List.of(1)) {
        try {
          table.add(new Row(benchmark, count, benchmark.kind() == Benchmark.Kind.PROGRAM
              ? FirstCall.measure(python, script) : alternation.measure(benchmark, count)));
        } catch (RuntimeException failure) {
          table.add(new Row(benchmark, count, failure));
        }
      }
    }
  }

  /// `DATE-MACHINE-GROUP.json` for a whole comparison; whatever is less is of no interest to others and named `local-`.
  private Path keep(Surroundings here, Map<String, @Nullable Object> json) throws IOException {
    boolean whole = names.isEmpty() && python != null && scopes;
    Files.createDirectories(folder);
    Path file =
        folder.resolve((whole ? "" : "local-") + json.get("date") + "-" + here.machine() + "-" + group + ".json");
    AtomicFile.write(file, Json.pretty(json).getBytes(StandardCharsets.UTF_8));
    return file;
  }

  /// One thread, and as many as there are processors.
  public static List<Integer> usualThreads() {
    var counts = new ArrayList<>(List.of(1));
    int all = Runtime.getRuntime().availableProcessors();
    if (all > 1) counts.add(all);
    return counts;
  }
}
