package jtorch.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import jtorch.testing.Coverage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `jtorch coverage FILE`: which of PyTorch's public names are there.
@Command(name = "coverage", description = "Looks up PyTorch's public names in the facades and in the registry.")
public final class CoverageCommand implements Callable<Integer> {
  @Parameters(paramLabel = "FILE", description = "The inventory: ops.tsv.")
  private Path table = Path.of("");

  @Option(names = "--missing", description = "Name what is missing.")
  private boolean missing;

  @Override
  public Integer call() throws IOException {
    Coverage.of(table).print(System.out, missing);
    return 0;
  }
}
