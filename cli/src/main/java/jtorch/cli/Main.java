package jtorch.cli;

import java.util.Objects;
import jtorch.cli.train.PredictCommand;
import jtorch.cli.train.TrainCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The `jtorch` command. Exit codes: 0 done, 1 failed, 2 wrong usage.
@Command(name = "jtorch", description = "PyTorch for the JVM.", mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class, synopsisSubcommandLabel = "COMMAND", scope = CommandLine.ScopeType.INHERIT,
    subcommands = {TrainCommand.class, PredictCommand.class, BenchCommand.class, ConformanceCommand.class,
      CoverageCommand.class,
      GoldenCommand.class, InfoCommand.class, DoctorCommand.class})
public final class Main implements Runnable {
  @Spec CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Which command?");
  }

  /// The version that the build wrote into the manifest.
  static final class Version implements IVersionProvider {
    static String text() {
      return Objects.requireNonNullElse(Main.class.getPackage().getImplementationVersion(), "(not packaged)");
    }

    @Override
    public String[] getVersion() {
      return new String[] {"jtorch " + text()};
    }
  }

  public static void main(String[] arguments) {
    StandardError.restore();
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    return new CommandLine(new Main()).setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(new FailureReport());
  }
}
