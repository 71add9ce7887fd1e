package jtorch.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import jtorch.Device;
import jtorch.testing.CompiledCases;
import jtorch.testing.Conformance;
import jtorch.testing.GradientCases;
import jtorch.testing.LayoutCases;
import jtorch.testing.Report;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `jtorch conformance DIR`: PyTorch's own operator samples, run against this library.
@Command(name = "conformance", description = "Runs a folder of operator samples written by PyTorch.")
public final class ConformanceCommand implements Callable<Integer> {
  @Parameters(paramLabel = "DIR", description = "Folder with cases.jsonl and tensors.safetensors.")
  private Path folder = Path.of("");

  @Option(names = "--by-op", description = "Show a table: passed, failed and not there for each operator.")
  private boolean byOperator;

  @Option(names = "--op", paramLabel = "NAME",
      description = "Only this operator: add, add.Tensor or aten::add.Tensor; may be given several times.")
  private List<String> operators = List.of();

  @Option(names = "--verbose", description = "Show the first failures with their arguments and largest deviation.")
  private boolean verbose;

  @Option(names = "--layouts",
      description = "Run the samples on spaced, offset, transposed, expanded, empty and 0-dimensional tensors.")
  private boolean layouts;

  @Option(names = "--gradcheck", description = "Check gradients against numeric differences, in float64.")
  private boolean gradients;

  @Option(names = "--compiled",
      description = "Compare the samples as compiled functions with the functions themselves.")
  private boolean compiled;

  @Option(names = "--device", paramLabel = "DEVICE", description = "Run the samples there: cpu, cuda, cuda:1.")
  private String device = "cpu";

  /// 0 if nothing failed, 1 if something did.
  @Override
  public Integer call() throws IOException {
    Predicate<String> wanted = name -> operators.isEmpty()
        || operators.stream().anyMatch(given -> Conformance.means(given, name));
    Report report = layouts ? LayoutCases.run(folder, wanted)
        : compiled ? CompiledCases.run(folder, wanted) : gradients ? GradientCases.run(folder, wanted)
        : Conformance.run(folder, wanted, Device.of(device));
    report.print(System.out, "operator", byOperator, verbose);
    return report.failed() == 0 ? 0 : 1;
  }
}
