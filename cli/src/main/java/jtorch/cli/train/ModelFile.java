package jtorch.cli.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import jtorch.io.CorruptFileException;
import jtorch.io.Json;
import jtorch.io.Safetensors;
import jtorch.nn.Module;

/// A trained network with what it takes to use it: `model.safetensors`, the metadata saying which network it is and
/// which images it was trained on.
///
/// @param accuracy the share of the test images that it gets right
record ModelFile(Choices.Network network, Choices.Data data, double accuracy, Module model) {
  private static final String KEY = "jtorch.model";

  void save(Path file) throws IOException {
    var about = Map.of("model", network.toString(), "data", data.toString(), "side", data.side, "classes",
        Choices.Data.CLASSES, "test_accuracy", accuracy);
    Safetensors.save(file, model.stateDict(), Map.of("format", "pt", KEY, Json.write(about)));
  }

  /// Reads a network, in evaluation mode.
  ///
  /// @param given a run's folder, or the file
  /// @throws CommandFailure if there is none, or it is not from `jtorch train`
  /// @throws CorruptFileException if the file is damaged
  static ModelFile load(Path given) throws IOException {
    Path file = Files.isDirectory(given) ? new RunFolder(given).model() : given;
    try (var opened = Safetensors.open(file)) {
      String text = opened.metadata().get(KEY);
      if (text == null) throw new CommandFailure(file + " is no model of jtorch train");
      var fields = new Fields(Json.parse(text));
      var network = fields.choice("model", Choices.Network.class);
      var data = fields.choice("data", Choices.Data.class);
      Module model = network.make(data);
      model.loadStateDict(Safetensors.load(file));
      model.eval();
      return new ModelFile(network, data, fields.number("test_accuracy"), model);
    } catch (NoSuchFileException missing) {
      throw new CommandFailure("there is no " + file + ": name the folder of a run", missing);
    } catch (IllegalArgumentException wrong) {
      throw new CorruptFileException(file, String.valueOf(wrong.getMessage()), wrong);
    }
  }
}
