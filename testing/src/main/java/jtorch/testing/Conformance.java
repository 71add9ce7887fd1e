package jtorch.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import jtorch.Device;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.io.Json;
import jtorch.io.Safetensors;
import jtorch.op.Operator;
import jtorch.op.Operators;
import jtorch.op.Schema;
import jtorch.testing.Outcome.Result;
import org.jspecify.annotations.Nullable;

/// Runs folders of PyTorch's own operator samples: `cases.jsonl`, one ATen call a line, and `tensors.safetensors`.
///
/// A case names an operator of the registry, its arguments, what PyTorch answers, and where there are any the gradients
/// for given vectors. An operator that is not in the registry is skipped; everything else that is not PyTorch's
/// answer, an exception too, is a failure.
public final class Conformance {
  private Conformance() {}

  /// Runs all cases of a folder.
  public static Report run(Path folder) throws IOException {
    return run(folder, _ -> true);
  }

  /// Runs the cases whose operator, `aten::add.Tensor`, is wanted.
  ///
  /// @throws IOException if the folder's files cannot be read
  public static Report run(Path folder, Predicate<String> wanted) throws IOException {
    return run(folder, wanted, Device.CPU);
  }

  /// Runs the cases on a device: arguments are copied to it, and results must be there.
  ///
  /// @throws UnsupportedOperationException if there is no such device
  public static Report run(Path folder, Predicate<String> wanted, Device device) throws IOException {
    Device before = Torch.getDefaultDevice();
    Torch.setDefaultDevice(device);
    try {
      return run(folder, wanted,
          (report, name, sample, tensors) -> report.add(run(name, sample, tensors, device)));
    } finally {
      Torch.setDefaultDevice(before);
    }
  }

  /// What is done with a sample.
  @FunctionalInterface
  interface Use {
    void of(Report report, String name, Map<String, @Nullable Object> sample, Safetensors tensors);
  }

  static Report run(Path folder, Predicate<String> wanted, Use use) throws IOException {
    Path cases = folder.resolve("cases.jsonl");
    if (!Files.exists(cases)) throw new NoSuchFileException(cases + ": a folder of cases has this file");
    var report = new Report();
    try (var tensors = Safetensors.open(folder.resolve("tensors.safetensors"))) {
      for (Map<String, @Nullable Object> sample : Json.readLines(cases)) {
        String name = (String) SampleValues.required(sample.get("op"));
        if (wanted.test(name)) use.of(report, name, sample, tensors);
      }
    }
    return report;
  }

  /// Whether a name given by a user means this operator: `add`, `add.Tensor` or `aten::add.Tensor`.
  public static boolean means(String given, String qualifiedName) {
    String bare = qualifiedName.substring(qualifiedName.indexOf("::") + 2);
    return given.equals(qualifiedName) || given.equals(bare) || bare.startsWith(given + ".");
  }

  private static Outcome run(String name, Map<String, @Nullable Object> sample, Safetensors tensors, Device device) {
    String id = (String) SampleValues.required(sample.get("id"));
    Operator operator = Operators.find(name);
    if (operator == null) return new Outcome(name, id, Result.SKIPPED, name + " is not there");
    String difference = attempt(operator, sample, tensors, device, false);
    if (difference == null) return new Outcome(name, id, Result.PASSED, null);
    // Not counted as passed, but no fault either: PyTorch's own GPUs differ from its CPU there.
    boolean own = !device.isHost() && attempt(operator, sample, tensors, device, true) == null;
    String asked = sample.get("seed") == null ? "the last digits, or the order of equals, of the CPU"
        : "the numbers of the CPU's generator";
    return own ? new Outcome(name, id, Result.SKIPPED, id + " asks for " + asked)
        : new Outcome(name, id, Result.FAILED, difference);
  }

  /// How the answer differs from PyTorch's, and for which arguments; null if it does not.
  ///
  /// @param ofDevice whether the device's own digits and order of equal elements are right too
  private static @Nullable String attempt(Operator operator, Map<String, @Nullable Object> sample, Safetensors tensors,
      Device device, boolean ofDevice) {
    String arguments = "";
    try (var scope = Torch.scope()) {
      var values = new SampleValues(tensors, device.isHost() ? t -> t : t -> t.to(device));
      @Nullable Object[] bound = bind(operator, (List<?>) SampleValues.required(sample.get("args")), values);
      arguments = describe(operator, bound);
      Comparison comparison = new Comparison(number(sample, "rtol"), number(sample, "atol"));
      if (ofDevice && comparison.rtol() == 0 && comparison.atol() == 0) comparison = Comparison.FLOAT32;
      // A device draws other numbers: what is left to see are shapes, dtypes and that nothing fails.
      if (ofDevice && sample.get("seed") != null) comparison = new Comparison(0, 1e300);
      String difference = check(operator, bound, sample, values, comparison, ofDevice);
      return difference == null ? null : difference + "\n" + arguments;
    } catch (Exception | StackOverflowError | AssertionError failure) {
      return withPlace(failure) + "\n" + arguments;
    }
  }

  /// An exception, and where it came from: the first lines of its trace.
  static String withPlace(Throwable failure) {
    var text = new StringBuilder(failure.toString());
    for (var frame : Arrays.stream(failure.getStackTrace()).limit(3).toList()) text.append("\n  at ").append(frame);
    return text.toString();
  }

  static @Nullable Object[] bind(Operator operator, List<?> pairs, SampleValues values) {
    Map<String, @Nullable Object> named = GoldenCase.named(pairs, values);
    named.keySet().forEach(operator.schema()::index);
    return bind(operator, named);
  }

  /// The arguments in the schema's order, found by name; those that are not named have the schema's default.
  static @Nullable Object[] bind(Operator operator, Map<String, ? extends @Nullable Object> named) {
    return operator.schema().arguments().stream()
        .map(a -> named.containsKey(a.name()) ? named.get(a.name()) : a.defaultValue()).toArray();
  }

  /// How the operator's answer differs from PyTorch's, or null.
  static @Nullable String check(Operator operator, @Nullable Object[] arguments, Map<String, @Nullable Object> sample,
      SampleValues values, Comparison comparison) {
    return check(operator, arguments, sample, values, comparison, false);
  }

  private static @Nullable String check(Operator operator, @Nullable Object[] arguments,
      Map<String, @Nullable Object> sample, SampleValues values, Comparison comparison, boolean anyOrder) {
    var inputs = new ArrayList<Tensor>();
    if (sample.get("grads_wrt") instanceof List<?> keys) {
      for (Object key : keys) inputs.add(values.tensor((String) SampleValues.required(key)).requiresGrad(true));
    }
    if (sample.get("seed") instanceof Long seed) Torch.manualSeed(seed);
    var results = new ArrayList<@Nullable Object>();
    flatten(operator.invoke(arguments), results);
    // The wanted values must not be the arguments' own tensors, which an in-place operator has changed.
    var answers = values.fresh();
    var wanted = (List<?>) Objects.requireNonNull(answers.decode(sample.get("out")));
    if (anyOrder) wanted = Ties.allow(operator, arguments, results, wanted);
    String difference = misplaced(results, arguments);
    if (difference == null) difference = comparison.mismatch("out", results, wanted);
    if (difference != null || !(sample.get("grads") instanceof List<?> gradients)) return difference;
    var outputs = new ArrayList<Tensor>();
    var vectors = new ArrayList<Tensor>();
    var vectorForms = (List<?>) SampleValues.required(sample.get("grad_out"));
    for (int i = 0; i < vectorForms.size(); i++) {
      if (!(answers.decode(vectorForms.get(i)) instanceof Tensor vector)) continue;
      var output = (Tensor) SampleValues.required(results.get(i));
      if (!output.requiresGrad()) return "out[" + i + "] does not require a gradient";
      outputs.add(output);
      vectors.add(vector.to(output.device()));
    }
    @Nullable Tensor[] computed = Torch.grad(outputs.toArray(Tensor[]::new), inputs.toArray(Tensor[]::new),
        vectors.toArray(Tensor[]::new), false, false);
    for (int i = 0; i < computed.length; i++) {
      difference = comparison.mismatch("grads[" + i + "]", computed[i], answers.decode(gradients.get(i)));
      if (difference != null) return difference;
    }
    return null;
  }

  /// Results lie where their arguments lie, unless another device was asked for.
  private static @Nullable String misplaced(List<@Nullable Object> results, @Nullable Object[] arguments) {
    Device device = Torch.getDefaultDevice();
    if (device.isHost() || Arrays.stream(arguments).anyMatch(Device.class::isInstance)) return null;
    for (Object result : results) {
      if (result instanceof Tensor t && !t.device().equals(device)) return "a result is on " + t.device();
    }
    return null;
  }

  static double number(Map<String, @Nullable Object> sample, String key) {
    return ((Number) SampleValues.required(sample.get(key))).doubleValue();
  }

  /// Nested results in order, as the sample's `out` lists them.
  static void flatten(@Nullable Object result, List<@Nullable Object> into) {
    switch (result) {
      case Object[] all -> {
        for (Object item : all) flatten(item, into);
      }
      case List<?> all -> {
        for (Object item : all) flatten(item, into);
      }
      case long[] all -> {
        for (long item : all) into.add(item);
      }
      case null, default -> into.add(result);
    }
  }

  static String describe(Operator operator, @Nullable Object[] arguments) {
    var text = new StringBuilder("arguments:");
    for (int i = 0; i < arguments.length; i++)
      text.append(i == 0 ? " " : ", ").append(operator.schema().arguments().get(i).name()).append('=')
          .append(describe(arguments[i]));
    return text.toString();
  }

  private static String describe(@Nullable Object value) {
    return switch (value) {
      case Tensor t -> t.numel() == 1 ? t.dtype() + Arrays.toString(t.sizes()) + " " + Contents.of(t).text(0)
          : t.dtype() + Arrays.toString(t.sizes());
      case List<?> list -> "[" + String.join(", ", list.stream().map(Conformance::describe).toList()) + "]";
      case long[] list -> Arrays.toString(list);
      case double[] list -> Arrays.toString(list);
      case boolean[] list -> Arrays.toString(list);
      case null, default -> String.valueOf(value);
    };
  }
}
