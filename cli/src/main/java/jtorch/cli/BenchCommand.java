package jtorch.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import jtorch.bench.Benchmark;
import jtorch.bench.BenchmarkRun;
import jtorch.bench.Benchmarks;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `jtorch bench`: how fast this machine is with JTorch, and with PyTorch beside it.
@Command(name = "bench",
    description = "Times operators and training steps, beside PyTorch if a Python with torch is named.")
final class BenchCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Parameters(paramLabel = "NAME", description = "Benchmarks whose names begin so; the whole group if none is given.")
  private List<String> names = List.of();

  @Option(names = "--group", paramLabel = "GROUP",
      description = "The benchmarks to run: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private Benchmark.Group group = Benchmark.Group.CORE;

  @Option(names = "--against-pytorch", paramLabel = "PYTHON",
      description = "Do the same work in this Python's PyTorch, by turns: as it comes, and with an allocator that keeps its pages.")
  private @Nullable Path python;

  @Option(names = "--threads", paramLabel = "N", split = ",", description = "Numbers of threads; usually 1 and all.")
  private List<Integer> threads = BenchmarkRun.usualThreads();

  @Option(names = "--seconds", paramLabel = "S",
      description = "How long to measure each benchmark, without warming up (default: ${DEFAULT-VALUE}).")
  private double seconds = 4;

  @Option(names = "--no-scopes", description = "Leave all memory to the collector.")
  private boolean noScopes;

  @Option(names = "--results", paramLabel = "DIR",
      description = "Where the figures are kept (default: ${DEFAULT-VALUE}).")
  private Path results = Path.of("bench", "results");

  @Option(names = "--list", description = "Only list the benchmarks, of all groups if none is named.")
  private boolean list;

  @Override
  public Integer call() throws IOException {
    try {
      var time = Duration.ofNanos((long) (seconds * 1e9));
      var run = new BenchmarkRun(group, names, threads, time, !noScopes, python, results);
      if (list) {
        for (Benchmark b : names.isEmpty() ? Benchmarks.all() : run.benchmarks())
          System.out.printf("%-9s  %-29s  %s%n", b.kind().group(), b.name(), b.description());
      } else {
        Path file = run.run(System.out);
        System.out.printf("%nkept in %s%n", file);
      }
    } catch (IllegalArgumentException wrong) {
      throw new ParameterException(spec.commandLine(), String.valueOf(wrong.getMessage()), wrong);
    }
    return 0;
  }
}
