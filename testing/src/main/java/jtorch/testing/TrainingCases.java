package jtorch.testing;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.testing.training.TrainingConfig;
import jtorch.testing.training.TrainingData;
import jtorch.testing.training.TrainingProgram;
import org.jspecify.annotations.Nullable;

/// Golden cases of whole training programs: the loss of every step from the seed alone, and the final weights.
final class TrainingCases {
  /// Programs whose losses are held closer than the case's own tolerance: relative, in the first steps and at the end.
  /// Others, with batch normalisation above all, are chaotic: there PyTorch's own runs differ by more.
  private static final Set<String> HELD_CLOSER = Set.of("mlp_digits.py", "cnn_mnist.py");
  private static final double EARLY = 1e-4;
  private static final int EARLY_STEPS = 20;
  private static final double LATE = 1e-2;

  private TrainingCases() {}

  static @Nullable String check(GoldenCase golden, Path folder) {
    TrainingProgram program = TrainingProgram.named(golden.text("program"))
        .orElseThrow(() -> new AbsentException(golden.text("program")));
    var losses = new ArrayList<Double>();
    var extra = new LinkedHashMap<String, List<Object>>();
    var log = new TrainingProgram.Log() {
      @Override
      public void loss(double value) {
        losses.add(value);
      }

      @Override
      public void extra(String name, Object value) {
        extra.computeIfAbsent(name, _ -> new ArrayList<>()).add(value);
      }
    };
    var config = new TrainingConfig(golden.members("config"));
    Torch.manualSeed(config.integer("seed"));
    Map<String, Tensor> state = program.train(config, new TrainingData(() -> data(folder)), DType.FLOAT32, log);
    String difference = losses(losses, golden);
    if (difference == null) difference = extra(extra, golden.object("extra"));
    return difference != null ? difference : Checksums.mismatch(state, golden.object("params"), 0, 0);
  }

  /// The data folder beside the golden one.
  private static Path data(Path folder) {
    Path start = folder.toAbsolutePath().normalize();
    for (String place : new String[] {"../../data", "../../../shared/data"}) {
      Path data = start.resolve(place).normalize();
      if (Files.isDirectory(data.resolve("mnist-10k"))) return data;
    }
    throw new AbsentException("data/mnist-10k near " + folder.getFileName());
  }

  static @Nullable String losses(List<Double> got, GoldenCase golden) {
    List<?> wanted = golden.list("loss");
    List<?> tolerances = golden.list("loss_tol");
    boolean closer = HELD_CLOSER.contains(golden.text("program"));
    if (got.size() != wanted.size()) return "expected " + wanted.size() + " steps, got " + got.size();
    for (int step = 0; step < got.size(); step++) {
      double expected = ((Number) SampleValues.required(wanted.get(step))).doubleValue();
      double tolerance = ((Number) SampleValues.required(tolerances.get(step))).doubleValue();
      if (closer && step < EARLY_STEPS) tolerance = Math.min(tolerance, EARLY * Math.abs(expected));
      if (closer && step == got.size() - 1) tolerance = Math.min(tolerance, LATE * Math.abs(expected));
      double difference = Math.abs(got.get(step) - expected);
      if (!(difference <= tolerance)) return "loss of step %d: expected %s, got %s (difference %.3g, allowed %.3g)"
          .formatted(step, expected, got.get(step), difference, tolerance);
    }
    return null;
  }

  private static @Nullable String extra(Map<String, List<Object>> got, Map<?, ?> wanted) {
    for (var entry : wanted.entrySet()) {
      var expected = (Map<?, ?>) SampleValues.required(entry.getValue());
      // Texts that differ between PyTorch's own runs say nothing.
      if (Boolean.FALSE.equals(expected.get("stable"))) continue;
      double tolerance = expected.get("tol") instanceof Number n ? n.doubleValue() : 0;
      String difference = new Comparison(0, tolerance).mismatch(String.valueOf(entry.getKey()), got.get(entry.getKey()),
          expected.get("values"));
      if (difference != null) return difference;
    }
    return null;
  }
}
