package jtorch.testing;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.io.Safetensors;
import jtorch.op.Operator;
import jtorch.op.Operators;
import jtorch.testing.Outcome.Result;
import org.jspecify.annotations.Nullable;

/// The samples of a conformance folder with their tensors in other places of memory, and with other sizes.
///
/// Spaced, offset and transposed tensors hold the same values, so PyTorch's answers and gradients hold for them, too.
/// Expanded ones repeat their first elements: there the same call with contiguous copies tells the answer. Tensors without
/// elements or without dimensions must give a result or a clear exception, and no other.
public final class LayoutCases {
  private LayoutCases() {}

  /// Runs the cases whose operator, `aten::add.Tensor`, is wanted.
  ///
  /// @throws IOException if the folder's files cannot be read
  public static Report run(Path folder, Predicate<String> wanted) throws IOException {
    return Conformance.run(folder, wanted, LayoutCases::run);
  }

  /// What depends on strides by its meaning, or, as embedding_bag's second result, in PyTorch, too.
  private static boolean readsStrides(String name) {
    return name.startsWith("aten::as_strided") || name.startsWith("aten::embedding_bag");
  }

  /// A view of strided memory that cannot be one, or a change of shared elements, in PyTorch's words.
  private static boolean isOfStrides(RuntimeException refused) {
    String message = String.valueOf(refused.getMessage());
    return message.contains("stride") || message.contains("storage_offset")
        || message.contains("refers to a single memory location");
  }

  private static void run(Report report, String name, Map<String, @Nullable Object> sample, Safetensors tensors) {
    String id = (String) SampleValues.required(sample.get("id"));
    Operator operator = Operators.find(name);
    if (operator == null) {
      report.add(new Outcome(name, id, Result.SKIPPED, name + " is not there"));
      return;
    }
    if (readsStrides(name)) return;
    List<?> arguments = (List<?>) SampleValues.required(sample.get("args"));
    for (Arrangement arrangement : Arrangement.values()) {
      outcome(report, name, id + " " + arrangement.name().toLowerCase(Locale.ROOT), () -> {
        var values = new SampleValues(tensors, arrangement::of);
        @Nullable Object[] bound = Conformance.bind(operator, arguments, values);
        // Another order of memory may be another order of sums, and another loop: last bits are no matter here.
        var comparison = new Comparison(Math.max(1e-6, Conformance.number(sample, "rtol")),
            Math.max(1e-7, Conformance.number(sample, "atol")));
        try {
          return Conformance.check(operator, bound, sample, values, comparison);
        } catch (IllegalArgumentException refused) {
          if (isOfStrides(refused)) return null;
          throw refused;
        }
      });
    }
    if (!operator.isMutating()) {
      outcome(report, name, id + " expanded", () -> repeated(operator, arguments, sample, tensors));
    }
    outcome(report, name, id + " empty", () -> robust(operator, arguments, sample, tensors, LayoutCases::emptied));
    outcome(report, name, id + " without dimensions",
        () -> robust(operator, arguments, sample, tensors, LayoutCases::first));
  }

  /// What a case finds: how it differs, or null.
  @FunctionalInterface
  private interface Case {
    @Nullable String difference();
  }

  private static void outcome(Report report, String name, String id, Case one) {
    try (var scope = Torch.scope()) {
      String difference = one.difference();
      report.add(new Outcome(name, id, difference == null ? Result.PASSED : Result.FAILED, difference));
    } catch (Exception | StackOverflowError | AssertionError failure) {
      report.add(new Outcome(name, id, Result.FAILED, Conformance.withPlace(failure)));
    }
  }

  // ---- expanded --------------------------------------------------------------------------------------------------

  /// The first element of the last dimension that has several, repeated.
  private static Tensor expanded(Tensor x) {
    for (int d = x.dim() - 1; d >= 0; d--) {
      if (x.size(d) < 2 || x.numel() == 0) continue;
      long[] strides = x.strides().clone();
      strides[d] = 0;
      return x.window(x.sizes().clone(), strides, x.storageOffset());
    }
    return x;
  }

  private static @Nullable String repeated(Operator operator, List<?> arguments, Map<String, @Nullable Object> sample,
      Safetensors tensors) {
    List<@Nullable Object> wanted;
    try {
      wanted = results(operator, arguments, sample, tensors, x -> expanded(x).clone().contiguous());
    } catch (RuntimeException refused) {
      // What is no argument, a singular matrix, say, is none in any form.
      try {
        results(operator, arguments, sample, tensors, LayoutCases::expanded);
      } catch (RuntimeException alsoRefused) {
        return refused.getClass() == alsoRefused.getClass() ? null : alsoRefused.toString();
      }
      return "contiguous arguments: " + refused + "; expanded ones gave a result";
    }
    List<@Nullable Object> got;
    try {
      got = results(operator, arguments, sample, tensors, LayoutCases::expanded);
    } catch (RuntimeException refused) {
      if (isOfStrides(refused)) return null;
      throw refused;
    }
    var comparison = new Comparison(Math.max(1e-5, Conformance.number(sample, "rtol")),
        Math.max(1e-5, Conformance.number(sample, "atol")));
    // Equal rows make singular matrices: what is infinite or no number there comes as it happens, with all beside it.
    if (!wanted.isEmpty() && !isFinite(wanted.getFirst())) return null;
    for (int i = 0; i < wanted.size(); i++) {
      String difference =
          isFinite(wanted.get(i)) ? comparison.mismatch("expanded[" + i + "]", got.get(i), wanted.get(i)) : null;
      if (difference != null) return difference;
    }
    return null;
  }

  private static boolean isFinite(@Nullable Object value) {
    return !(value instanceof Tensor t) || t.isfinite().all().itemBoolean();
  }

  /// The results, then the gradients of the sum of all.
  private static List<@Nullable Object> results(Operator operator, List<?> arguments,
      Map<String, @Nullable Object> sample, Safetensors tensors, UnaryOperator<Tensor> form) {
    var values = new SampleValues(tensors, form);
    @Nullable Object[] bound = Conformance.bind(operator, arguments, values);
    var inputs = new ArrayList<Tensor>();
    if (sample.get("grads_wrt") instanceof List<?> keys) {
      for (Object key : keys) inputs.add(values.tensor((String) SampleValues.required(key)).requiresGrad(true));
    }
    if (sample.get("seed") instanceof Long seed) Torch.manualSeed(seed);
    var results = new ArrayList<@Nullable Object>();
    Conformance.flatten(operator.invoke(bound), results);
    Tensor[] outputs = results.stream().filter(r -> r instanceof Tensor t && t.requiresGrad()).toArray(Tensor[]::new);
    if (outputs.length == 0) return results;
    Tensor[] vectors = Arrays.stream(outputs).map(Tensor::onesLike).toArray(Tensor[]::new);
    results.addAll(Arrays.asList(Torch.grad(outputs, inputs.toArray(Tensor[]::new), vectors, false, false)));
    return results;
  }

  // ---- no elements, no dimensions --------------------------------------------------------------------------------

  /// A tensor of the arguments, made smaller; the first one says what the others have in common with it.
  @FunctionalInterface
  private interface Smaller {
    Tensor of(Tensor x, Tensor first);
  }

  private static Tensor emptied(Tensor x, Tensor first) {
    return x.dim() > 0 && first.dim() > 0 && x.size(0) == first.size(0) ? x.narrow(0, 0, 0) : x;
  }

  private static Tensor first(Tensor x, Tensor first) {
    return Arrays.equals(x.sizes(), first.sizes()) && x.numel() > 0 ? x.flatten().select(0, 0) : x;
  }

  private static @Nullable String robust(Operator operator, List<?> arguments, Map<String, @Nullable Object> sample,
      Safetensors tensors, Smaller smaller) {
    var first = new @Nullable Tensor[1];
    try {
      results(operator, arguments, sample, tensors, x -> {
        Tensor leader = first[0] == null ? x : first[0];
        first[0] = leader;
        return smaller.of(x, leader).clone();
      });
    } catch (RuntimeException | AssertionError failure) {
      return isClear(failure) ? null : Conformance.withPlace(failure);
    }
    return null;
  }

  /// Exceptions that are meant for callers, with a message.
  private static boolean isClear(Throwable failure) {
    boolean meant = failure instanceof IllegalArgumentException || failure instanceof IllegalStateException
        || failure instanceof UnsupportedOperationException
        || failure.getClass() == IndexOutOfBoundsException.class
        || failure.getClass().getName().startsWith("jtorch.");
    return meant && failure.getMessage() != null;
  }
}
