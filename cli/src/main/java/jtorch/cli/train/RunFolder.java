package jtorch.cli.train;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jtorch.io.AtomicFile;

/// The folder that a run writes: `runs/digits-cnn-1`.
record RunFolder(Path path) {
  /// A fresh folder of the first free number.
  static RunFolder next(Path runs, String name) throws IOException {
    for (int number = 1;; number++) {
      Path path = runs.resolve(name + "-" + number);
      if (Files.notExists(path)) return new RunFolder(Files.createDirectories(path));
    }
  }

  /// A folder that the user named.
  ///
  /// @throws CommandFailure if there is a run in it already, or it is a file
  static RunFolder fresh(Path path) throws IOException {
    if (Files.exists(path) && !Files.isDirectory(path)) throw new CommandFailure(path + " is a file, not a folder");
    var folder = new RunFolder(path);
    if (Files.exists(folder.checkpoint()) || Files.exists(folder.model()))
      throw new CommandFailure(path + " has a run in it: go on with --resume " + path + ", or name another folder");
    Files.createDirectories(path);
    return folder;
  }

  /// Everything needed to go on.
  Path checkpoint() {
    return path.resolve("checkpoint.safetensors");
  }

  /// The network alone.
  Path model() {
    return path.resolve("model.safetensors");
  }

  Path curves() {
    return path.resolve("curves.png");
  }

  Path samples() {
    return path.resolve("samples.png");
  }

  void writeMetrics(List<EpochResult> results) throws IOException {
    AtomicFile.write(path.resolve("metrics.csv"), EpochResult.csv(results).getBytes(StandardCharsets.UTF_8));
  }
}
