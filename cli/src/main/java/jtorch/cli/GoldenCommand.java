package jtorch.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import jtorch.testing.Golden;
import jtorch.testing.Report;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `jtorch golden DIR`: modules, optimizers, random streams and training runs, held against PyTorch's answers.
@Command(name = "golden", description = "Runs a folder of golden cases written by PyTorch.")
public final class GoldenCommand implements Callable<Integer> {
  @Parameters(paramLabel = "DIR", description = "Folder with cases.jsonl, and tensors.safetensors if it has any.")
  private Path folder = Path.of("");

  @Option(names = "--by-name",
      description = "Show a table: passed, failed and not there by class, function or program.")
  private boolean byName;

  @Option(names = "--case", paramLabel = "TEXT",
      description = "Only cases whose id starts with this; may be given several times.")
  private List<String> cases = List.of();

  @Option(names = "--verbose", description = "Show the first failures with their largest deviation.")
  private boolean verbose;

  /// 0 if nothing failed, 1 if something did.
  @Override
  public Integer call() throws IOException {
    Report report = Golden.run(folder, id -> cases.isEmpty() || cases.stream().anyMatch(id::startsWith));
    report.print(System.out, "name", byName, verbose);
    return report.failed() == 0 ? 0 : 1;
  }
}
