package jtorch.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.nn.Linear;
import jtorch.nn.ReLU;
import jtorch.nn.Sequential;
import jtorch.nn.functional.F;
import org.jspecify.annotations.Nullable;

/// A program that computes the first loss of the MLP, prints it and ends; and what times it, from outside.
public final class FirstCall {
  private static final int ROUNDS = 7;

  private FirstCall() {}

  static Tensor loss() {
    var model = new Sequential(new Linear(784, 128), new ReLU(), new Linear(128, 10));
    return F.crossEntropy(model.call(Torch.randn(64, 784)), Torch.arange(64).remainder(10));
  }

  public static void main(String[] arguments) {
    Torch.manualSeed(0);
    System.out.println(loss().itemDouble());
  }

  /// Times from the start of a process to its first line: ours, and Python's if there is one, by turns.
  static List<Sampling> measure(@Nullable Path python, @Nullable Path script) {
    var programs = new ArrayList<List<String>>();
    programs.add(java());
    if (python != null && script != null)
      programs.add(List.of(python.toString(), "-B", script.toString(), "first_call"));
    var samples = new ArrayList<List<Double>>();
    for (int i = 0; i < programs.size(); i++) samples.add(new ArrayList<>());
    for (int round = -1; round < ROUNDS; round++) {
      for (int i = 0; i < programs.size(); i++) {
        double nanos = time(programs.get(i));
        if (round >= 0) samples.get(i).add(nanos); // the round before brings the files into memory
      }
    }
    return samples.stream().map(nanos -> new Sampling(1, nanos)).toList();
  }

  /// This JVM's flags, without those of its own run.
  private static List<String> java() {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(
            flag -> !flag.contains("SharedArchive") && !flag.startsWith("-Xlog") && !flag.startsWith("-Djtorch.stderr")
                && !flag.startsWith("-agent"))
        .forEach(command::add);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), FirstCall.class.getName()));
    return command;
  }

  private static double time(List<String> command) {
    try {
      long start = System.nanoTime();
      Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      try (BufferedReader output = process.inputReader()) {
        String line = output.readLine();
        long nanos = System.nanoTime() - start;
        if (line == null || process.waitFor() != 0)
          throw new IllegalStateException("the program failed: " + String.join(" ", command));
        return nanos;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
