package jtorch.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Predicate;
import jtorch.io.Json;
import jtorch.io.Safetensors;
import jtorch.testing.Outcome.Result;
import org.jspecify.annotations.Nullable;

/// Runs folders of golden cases, what the real PyTorch answers: `cases.jsonl` and `tensors.safetensors`.
///
/// The form of a case says what it is about: random streams, modules, optimizers, schedules, whole training programs. What a
/// case needs and this library lacks yet is skipped by its name; everything else that is not PyTorch's answer is
/// a failure.
public final class Golden {
  private Golden() {}

  /// Runs all cases of a folder.
  public static Report run(Path folder) throws IOException {
    return run(folder, _ -> true);
  }

  /// Runs the cases whose id is wanted.
  ///
  /// @throws IOException if the folder's files cannot be read
  public static Report run(Path folder, Predicate<String> wanted) throws IOException {
    if (DTypeTables.areIn(folder)) {
      Report report = DTypeTables.run(folder, wanted);
      if (ErrorCases.areIn(folder)) ErrorCases.run(folder, wanted, report);
      return report;
    }
    Path cases = folder.resolve("cases.jsonl");
    if (!Files.exists(cases)) throw new NoSuchFileException(cases + ": a golden folder has this file");
    Path tensors = folder.resolve("tensors.safetensors");
    try (Safetensors file = Files.exists(tensors) ? Safetensors.open(tensors) : null) {
      var report = new Report();
      for (Map<String, @Nullable Object> fields : Json.readLines(cases)) {
        var golden = new GoldenCase(fields, new SampleValues(file));
        if (wanted.test(golden.id())) report.add(outcome(golden, folder));
      }
      return report;
    }
  }

  private static Outcome outcome(GoldenCase golden, Path folder) {
    String about = about(golden);
    try {
      String difference = check(golden, folder);
      return difference == null ? new Outcome(about, golden.id(), Result.PASSED, null)
          : new Outcome(about, golden.id(), Result.FAILED, difference);
    } catch (AbsentException absent) {
      return new Outcome(absent.name(), golden.id(), Result.SKIPPED, absent.getMessage());
    } catch (Exception | StackOverflowError | AssertionError failure) {
      return new Outcome(about, golden.id(), Result.FAILED, Conformance.withPlace(failure));
    }
  }

  /// The class, function or program that a case is about.
  private static String about(GoldenCase golden) {
    for (String key : new String[] {"class", "function", "program", "op"}) {
      if (golden.has(key)) return golden.text(key);
    }
    if (golden.has("scheduler")) return SchedulerCases.path(golden.object("scheduler"));
    if (golden.fields().get("spec") instanceof Map<?, ?> spec) return String.valueOf(spec.get("type"));
    return golden.has("kind") ? golden.text("kind") : golden.id();
  }

  /// How the library differs from PyTorch, or null.
  ///
  /// @throws AbsentException naming what is not there
  private static @Nullable String check(GoldenCase golden, Path folder) {
    String kind = golden.has("kind") ? golden.text("kind") : "";
    return switch (kind) {
      case "sizes", "shaped", "sequence", "state", "initial_seed" -> RandomCases.check(golden);
      case "init" -> ModuleCases.init(golden);
      case "gain" -> ModuleCases.gain(golden);
      case "weights" -> ModuleCases.weights(golden);
      case "module" -> ModuleCases.drawing(golden);
      case "order" -> OrderCases.check(golden);
      case "steps", "closure", "clip_grad_norm", "clip_grad_value", "averaged" -> OptimizerCases.check(golden);
      case "" -> checkByFields(golden, folder);
      default -> throw new AbsentException(absent(golden, kind));
    };
  }

  /// Cases without a kind are told by what they hold.
  private static @Nullable String checkByFields(GoldenCase golden, Path folder) {
    if (golden.has("program")) return TrainingCases.check(golden, folder);
    if (golden.has("scheduler")) return SchedulerCases.check(golden);
    if (golden.has("class") && golden.has("forward")) return ModuleCases.check(golden);
    throw new AbsentException(absent(golden, ""));
  }

  /// Under which name a case is skipped whose kind is not known.
  private static String absent(GoldenCase golden, String kind) {
    if (golden.has("code")) return "Python code (" + golden.id().split("/")[0] + ")";
    if (golden.has("class")) return golden.text("class");
    return kind.isEmpty() ? "a case with the fields " + golden.fields().keySet() : "kind " + kind;
  }
}
