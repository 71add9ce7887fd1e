package jtorch.bench;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import jtorch.io.Json;
import jtorch.io.JsonException;
import org.jspecify.annotations.Nullable;

/// A PyTorch in a process of its own, running `pytorch.py`. It waits for commands, so it takes no time while others run.
final class PyTorchSide implements Side, AutoCloseable {
  /// What makes the C library keep the pages it has, as a caching allocator would.
  static final Map<String, String> KEEP_PAGES =
      Map.of("MALLOC_MMAP_MAX_", "0", "MALLOC_TRIM_THRESHOLD_", "100000000000");

  private final String title;
  private final Process process;
  private final BufferedWriter commands;
  private final BufferedReader answers;

  /// @param python the interpreter of an installation with `torch`
  /// @param environment more environment variables
  /// @throws IOException if it cannot be started
  PyTorchSide(String title, Path python, Path script, Map<String, String> environment) throws IOException {
    this.title = title;
    var builder = new ProcessBuilder(python.toString(), "-B", script.toString());
    builder.environment().putAll(environment);
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    process = builder.start();
    commands = process.outputWriter();
    answers = process.inputReader();
  }

  /// The scripts as files in a folder of their own, which go when this program ends; gives the one to run.
  static Path script() throws IOException {
    Path folder = Files.createTempDirectory("jtorch-");
    folder.toFile().deleteOnExit();
    for (String name : List.of("compiled.py", "operators.py", "pytorch.py")) {
      Path file = folder.resolve(name);
      file.toFile().deleteOnExit();
      try (InputStream source = PyTorchSide.class.getResourceAsStream(name)) {
        if (source == null) throw new IllegalStateException(name + " is missing from the class path");
        Files.write(file, source.readAllBytes());
      }
    }
    return folder.resolve("pytorch.py");
  }

  private Map<String, @Nullable Object> ask(String command) {
    try {
      commands.write(command);
      commands.newLine();
      commands.flush();
      String line = answers.readLine();
      if (line != null) return Json.parseObject(line);
    } catch (JsonException e) {
      throw new IllegalStateException(title + " gave no JSON for '" + command + "'", e);
    } catch (IOException e) {
      throw new UncheckedIOException(title + " ended during '" + command + "'", e);
    }
    throw new IllegalStateException(title + " ended during '" + command + "'");
  }

  /// Versions by name: `torch`, `python`.
  Map<String, @Nullable Object> describe() {
    return ask("describe");
  }

  @Override
  public String title() {
    return title;
  }

  @Override
  public double prepare(Benchmark benchmark, int threads) {
    return number(ask(String.join(" ",
        List.of("prepare", benchmark.name(), "" + benchmark.first(), "" + threads))), "check").doubleValue();
  }

  @Override
  public long run(long repetitions) {
    return number(ask("run " + repetitions), "nanos").longValue();
  }

  private Number number(Map<String, @Nullable Object> answer, String name) {
    if (answer.get(name) instanceof Number number) return number;
    throw new IllegalStateException(title + " answered " + answer + ", which has no number '" + name + "'");
  }

  @Override
  public void release() {
    ask("release");
  }

  /// Ends the process.
  @Override
  public void close() throws IOException {
    try (commands; answers) {
      process.destroy();
      if (!process.waitFor(5, TimeUnit.SECONDS)) process.destroyForcibly();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
