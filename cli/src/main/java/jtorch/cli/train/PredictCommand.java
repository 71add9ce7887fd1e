package jtorch.cli.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import jtorch.Tensor;
import jtorch.Torch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `jtorch predict`: says which digits are on pictures.
@Command(name = "predict", sortOptions = false, description = {
  "Says which digits are on pictures, by a network from jtorch train.",
  "Pictures may have any size and colours, one digit each, dark on light or light on dark."})
public final class PredictCommand implements Callable<Integer> {
  private static final int SHOWN = 3;

  @Spec CommandSpec spec;

  @Option(names = "--model", required = true, paramLabel = "RUN",
      description = "The folder of a run, or its model.safetensors.")
  private Path model = Path.of("");

  @Option(names = "--verbose", description = "Show where an error comes from.")
  private boolean verbose;

  @Parameters(paramLabel = "FILE", arity = "1..*", description = "Pictures: PNG, JPEG, GIF, BMP or TIFF.")
  private List<Path> files = List.of();

  /// 0 if all pictures were read, 1 if one was not.
  @Override
  public Integer call() throws IOException {
    System.setProperty("java.awt.headless", "true");
    ModelFile trained = ModelFile.load(model);
    int width = files.stream().mapToInt(file -> file.toString().length()).max().orElse(0);
    var out = spec.commandLine().getOut();
    var failures = new ArrayList<IOException>();
    for (Path file : files) {
      try {
        float[] chances = chances(trained, DigitImage.read(file, trained.data()));
        out.printf("%-" + width + "s  %s%n", file, describe(chances));
        out.flush();
      } catch (IOException unreadable) {
        failures.add(unreadable);
        spec.commandLine().getErr().println("jtorch: " + unreadable.getMessage());
        spec.commandLine().getErr().flush();
      }
    }
    return failures.isEmpty() ? 0 : 1;
  }

  private static float[] chances(ModelFile trained, float[] image) {
    int side = trained.data().side;
    try (var off = Torch.inferenceMode()) {
      Tensor input = trained.data().normalize(Torch.tensor(image).view(1, 1, side, side));
      return trained.model().call(input).softmax(1).toFloatArray();
    }
  }

  private static String describe(float[] chances) {
    List<Integer> likeliest = IntStream.range(0, chances.length).boxed()
        .sorted(Comparator.comparingDouble(c -> -chances[c])).limit(SHOWN).toList();
    var text = new StringBuilder();
    for (int c : likeliest) {
      text.append(text.isEmpty() ? "" : text.indexOf("(") < 0 ? "   (" : ", ").append(c).append(' ')
          .append(Texts.percent(chances[c], 1).stripLeading());
    }
    return text.append(")").toString();
  }
}
