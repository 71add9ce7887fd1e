package jtorch.cli.train;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import jtorch.Device;
import jtorch.Torch;
import jtorch.spi.Backends;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `jtorch train`: trains a network that reads handwritten digits.
@Command(name = "train", sortOptions = false, description = {
  "Trains a network that reads handwritten digits, and shows what it learnt.",
  "Without options: a convolutional network on 1,797 digits that are built in."})
public final class TrainCommand implements Callable<Integer> {
  private static final Path RUNS = Path.of("runs");
  private static final int STOPPED = 130;

  @Spec CommandSpec spec;

  @Option(names = "--data", paramLabel = "NAME", description = "digits (built in) or mnist. Default: digits")
  private Choices.@Nullable Data data;

  @Option(names = "--root", paramLabel = "DIR",
      description = "Where the files of mnist are: DIR/MNIST/raw/train-images-idx3-ubyte.gz and so on. Default: data")
  private @Nullable Path root;

  @Option(names = "--model", paramLabel = "NAME", description = "cnn or mlp. Default: cnn")
  private Choices.@Nullable Network network;

  @Option(names = "--epochs", paramLabel = "N", description = "Default: 15 for digits, 5 for mnist")
  private @Nullable Integer epochs;

  @Option(names = "--batch-size", paramLabel = "N", description = "Default: 32 for digits, 64 for mnist")
  private @Nullable Integer batchSize;

  @Option(names = "--lr", paramLabel = "X",
      description = "The highest learning rate of the cycle. Default: 0.004, for sgd 0.1")
  private @Nullable Double lr;

  @Option(names = "--optimizer", paramLabel = "NAME", description = "adamw, adam or sgd. Default: adamw")
  private Choices.@Nullable Method method;

  @Option(names = "--seed", paramLabel = "N", description = "Decides all random numbers. Default: 0")
  private @Nullable Long seed;

  @Option(names = "--threads", paramLabel = "N", description = "Default: one for each processor")
  private @Nullable Integer threads;

  @Option(names = "--device", paramLabel = "NAME", description = "cpu or cuda. Default: cpu")
  private String device = "cpu";

  @Option(names = "--out", paramLabel = "DIR", description = "The folder to write. Default: a new one under runs")
  private @Nullable Path out;

  @Option(names = "--resume", paramLabel = "RUN", description = "Goes on with the run in this folder.")
  private @Nullable Path resume;

  @Option(names = "--verbose", description = "Show where an error comes from.")
  private boolean verbose;

  /// 0 when trained, 1 if something failed, 130 after Ctrl-C.
  @Override
  public Integer call() throws IOException {
    System.setProperty("java.awt.headless", "true");
    PrintWriter console = spec.commandLine().getOut();
    Device where = Device.of(device);
    Backends.of(where);
    RunFolder folder;
    Training training;
    if (resume != null) {
      checkNothingElse();
      folder = new RunFolder(resume);
      training = Training.resume(Checkpoint.load(folder.checkpoint()), folder, where);
    } else {
      Settings settings = settings();
      training = new Training(settings, where);
      folder = out != null ? RunFolder.fresh(out) : RunFolder.next(RUNS, settings.data() + "-" + settings.network());
    }
    introduce(console, training, folder);
    try (var stop = new StopSignal(); var display = Display.of(console)) {
      boolean done = training.run(folder, display, stop::requested);
      display.close();
      model(training).save(folder.model());
      if (!done) {
        console.printf("%nStopped after step %,d of epoch %d. Go on with%n  ./jtorch train --resume %s%n",
            training.stepsDone(), training.epochsDone() + 1, folder.path());
        console.flush();
        return STOPPED;
      }
    }
    conclude(console, training, folder);
    return 0;
  }

  private Settings settings() {
    Choices.Data chosen = data == null ? Choices.Data.DIGITS : data;
    Choices.Method by = method == null ? Choices.Method.ADAMW : method;
    return new Settings(chosen, root == null ? Path.of("data") : root,
        network == null ? Choices.Network.CNN : network, epochs == null ? chosen.epochs : epochs,
        batchSize == null ? chosen.batchSize : batchSize, lr == null ? by.lr : lr, by, seed == null ? 0 : seed,
        threads == null ? Torch.getNumThreads() : threads);
  }

  private void checkNothingElse() {
    boolean any = data != null || root != null || network != null || epochs != null || batchSize != null || lr != null
        || method != null || seed != null || threads != null || out != null;
    if (any) throw new CommandFailure("--resume takes all settings from the run: leave the other options out");
  }

  private static void introduce(PrintWriter console, Training training, RunFolder folder) {
    Settings s = training.settings();
    console.printf("%s: %,d images to train on, %,d to test, %dx%d pixels%n", s.data(), training.train().size(),
        training.test().size(), s.data().side, s.data().side);
    console.printf("%s: %,d weights; %s, learning rate up to %s, batches of %d, seed %d%n", s.network(),
        training.weights(), s.method(), s.lr(), s.batchSize(), s.seed());
    console.printf("%s%s%n%n", folder.path(), training.epochsDone() == 0 && training.stepsDone() == 0 ? ""
        : ": going on after %d epochs and %d steps".formatted(training.epochsDone(), training.stepsDone()));
    console.flush();
  }

  private static ModelFile model(Training training) {
    Settings s = training.settings();
    var results = training.results();
    double accuracy = results.isEmpty() ? 0 : results.getLast().testAccuracy();
    return new ModelFile(s.network(), s.data(), accuracy, training.model());
  }

  private static void conclude(PrintWriter console, Training training, RunFolder folder) throws IOException {
    Settings s = training.settings();
    Evaluation test = training.evaluation();
    console.printf("%nTest accuracy %s: %,d of %,d right%n%n%s%n", Texts.percent(test.accuracy(), 2).strip(),
        test.right(), test.size(), test.confusion());
    String name = "%s on %s".formatted(s.network(), s.data());
    String pictures;
    try {
      Pictures.write(new Curves(training.results()).draw(name), folder.curves());
      Pictures.write(new SampleSheet(training.test(), test).draw(name), folder.samples());
      pictures = "curves.png, samples.png, ";
    } catch (LinkageError | InternalError | RuntimeException noFonts) {
      // Java draws text with the system's fonts, which a bare container lacks.
      console.printf("No pictures: Java cannot draw here (%s)%n", noFonts.getMessage());
      pictures = "";
    }
    console.printf("Written to %s: %smetrics.csv, model.safetensors. Try it on pictures of your own:%n"
        + "  ./jtorch predict --model %s FILE.png%n", folder.path(), pictures, folder.path());
    console.flush();
  }
}
