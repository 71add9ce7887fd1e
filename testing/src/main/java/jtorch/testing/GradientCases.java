package jtorch.testing;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.io.Safetensors;
import jtorch.op.Operator;
import jtorch.op.Operators;
import jtorch.op.Schema;
import jtorch.testing.Outcome.Result;
import org.jspecify.annotations.Nullable;

/// Numeric gradient checks of every differentiable operator over its conformance samples, in float64 and complex128.
///
/// A sample whose tensors have few elements is checked element by element, a larger one along a random direction. What
/// fails at the sample's own values, which may be ties or corners, is tried again a little beside them. Operators with
/// gradients that no sample checks are named by the report as skipped.
///
/// Only results that carry gradients in the sample count. Where results are not finite, arguments are made
/// positive, and what is infinite then leaves no room for differences. Of symmetric matrices and of triangles the gradients are those of what is read.
public final class GradientCases {
  /// Elements that are moved one by one.
  private static final long ELEMENTS = 60;
  /// Samples an operator.
  private static final int SAMPLES = 6;

  /// PyTorch's rules differ from the derivative, where indices come twice: what is written there last is left to chance.
  private static final Set<String> OF_ITS_OWN =
      Set.of("aten::as_strided_scatter", "aten::max_unpool2d", "aten::max_unpool3d");

  private GradientCases() {}

  /// Runs the cases whose operator, `aten::add.Tensor`, is wanted.
  ///
  /// @throws IOException if the folder's files cannot be read
  public static Report run(Path folder, Predicate<String> wanted) throws IOException {
    var checked = new HashMap<String, Integer>();
    Set<String> differentiable = new TreeSet<>();
    Report report = Conformance.run(folder, wanted, (all, name, sample, tensors) -> {
      Operator operator = Operators.find(name);
      if (operator == null || OF_ITS_OWN.contains(name) || !(sample.get("grads") instanceof List<?> gradients)
          || gradients.stream().allMatch(g -> g == null))
        return;
      differentiable.add(name);
      if (checked.getOrDefault(name, 0) < SAMPLES && check(all, operator, sample, tensors))
        checked.merge(name, 1, Integer::sum);
    });
    for (String name : differentiable) {
      if (!checked.containsKey(name))
        report.add(new Outcome(name, name, Result.SKIPPED, name + " has no sample that can be checked"));
    }
    return report;
  }

  /// Checks a sample; false if it is too large, or about a dtype that leaves no room for differences.
  private static boolean check(Report report, Operator operator, Map<String, @Nullable Object> sample,
      Safetensors tensors) {
    String id = (String) SampleValues.required(sample.get("id"));
    String name = operator.schema().qualifiedName();
    try (var scope = Torch.scope()) {
      var values = new SampleValues(tensors);
      @Nullable Object[] bound =
          Conformance.bind(operator, (List<?>) SampleValues.required(sample.get("args")), values);
      for (int i = 0; i < bound.length; i++) {
        // Everything is widened, and so is what a dtype asks for.
        if (bound[i] instanceof DType asked) bound[i] = wide(asked);
        else if (bound[i] instanceof Long code && isDType(operator, i)) bound[i] = wide(DType.ofCode(code.intValue()));
      }
      var inputs = new ArrayList<Tensor>();
      long elements = 0;
      for (Object key : (List<?>) SampleValues.required(sample.get("grads_wrt"))) {
        Tensor input = values.tensor((String) SampleValues.required(key));
        inputs.add(input);
        elements += input.numel() * (input.isComplex() ? 2 : 1);
      }
      long results = size(sample, values);
      if (elements == 0 || elements > 20_000) return false;
      boolean small = elements <= ELEMENTS && results <= 4 * ELEMENTS;
      List<?> vectors = (List<?>) SampleValues.required(sample.get("grad_out"));
      Tensor[] wide = inputs.stream().map(t -> t.to(wide(t.dtype()))).toArray(Tensor[]::new);
      GradientCheck.Computation computation = in -> {
        if (sample.get("seed") instanceof Long seed) Torch.manualSeed(seed);
        @Nullable Object[] arguments = bound.clone();
        for (int i = 0; i < arguments.length; i++) arguments[i] = replaced(arguments[i], inputs, in, operator, bound);
        var all = new ArrayList<@Nullable Object>();
        Conformance.flatten(operator.invoke(arguments), all);
        return IntStream.range(0, all.size()).filter(i -> vectors.get(i) != null)
            .mapToObj(i -> (Tensor) SampleValues.required(all.get(i))).toArray(Tensor[]::new);
      };
      if (results < 0) {
        // Of logarithms and variances below 0, say. What has positive arguments may be finite.
        for (int i = 0; i < wide.length; i++) wide[i] = wide[i].isComplex() ? wide[i] : wide[i].abs();
        if (!Arrays.stream(computation.apply(wide)).allMatch(t -> t.isfinite().all().itemBoolean())) return false;
      }
      String difference = difference(computation, wide, small);
      if (difference != null) {
        Torch.manualSeed(0);
        Tensor[] beside = Arrays.stream(wide)
            .map(t -> t.add(Torch.randn(t.sizes(), o -> o.dtype(t.dtype())).mul(1e-2))).toArray(Tensor[]::new);
        if (difference(computation, beside, small) == null) difference = null;
      }
      report.add(difference == null ? new Outcome(name, id, Result.PASSED, null)
          : new Outcome(name, id, Result.FAILED, difference + "\n" + Conformance.describe(operator, bound)));
      return true;
    }
  }

  private static boolean isDType(Operator operator, int argument) {
    return operator.schema().arguments().get(argument).type().kind() == Schema.Kind.DTYPE;
  }

  private static DType wide(DType dtype) {
    return dtype.isComplex() ? DType.COMPLEX128 : dtype.isFloatingPoint() ? DType.FLOAT64 : dtype;
  }

  private static @Nullable String difference(GradientCheck.Computation computation, Tensor[] inputs, boolean small) {
    try {
      if (small) GradientCheck.firstOrderOfEach(computation, inputs);
      else GradientCheck.alongDirection(computation, inputs);
      return null;
    } catch (AssertionError | RuntimeException failure) {
      return failure instanceof AssertionError ? String.valueOf(failure.getMessage())
          : Conformance.withPlace(failure);
    }
  }

  /// How many elements the results have; negative if one is not finite.
  private static long size(Map<String, @Nullable Object> sample, SampleValues values) {
    long size = 0;
    for (Object result : (List<?>) SampleValues.required(sample.get("out"))) {
      if (!(values.fresh().decode(result) instanceof Tensor t)) continue;
      if (!t.isfinite().all().itemBoolean()) return -1;
      size += t.numel();
    }
    return size;
  }

  /// An argument with the sample's tensors replaced by those that are checked; other floating ones are widened. An
  /// operator in place gets a copy.
  private static @Nullable Object replaced(@Nullable Object argument, List<Tensor> inputs, Tensor[] in,
      Operator operator, @Nullable Object[] arguments) {
    if (argument instanceof List<?> list) {
      var all = new ArrayList<@Nullable Object>();
      for (Object item : list) all.add(replaced(item, inputs, in, operator, arguments));
      return all;
    }
    if (!(argument instanceof Tensor tensor)) return argument;
    for (int i = 0; i < in.length; i++) {
      if (inputs.get(i) == tensor) return operator.isMutating() ? in[i].clone() : read(operator, arguments, i, in[i]);
    }
    Tensor wide = tensor.to(wide(tensor.dtype()));
    return operator.isMutating() ? wide.clone() : wide;
  }

  /// What the operator reads of a matrix: a symmetric one's halves are one, of a triangle there is no other half.
  private static Tensor read(Operator operator, @Nullable Object[] arguments, int input, Tensor x) {
    return switch (operator.schema().name()) {
      case "aten::cholesky", "aten::linalg_cholesky", "aten::linalg_cholesky_ex", "aten::linalg_eigvalsh",
          "aten::linalg_eigh", "aten::_linalg_eigh" ->
        x.add(x.mH()).mul(0.5);
      case "aten::linalg_pinv" ->
        Boolean.TRUE.equals(arguments[operator.indexOf("hermitian")]) ? x.add(x.mH()).mul(0.5) : x;
      case "aten::cholesky_inverse" ->
        Boolean.TRUE.equals(arguments[operator.indexOf("upper")]) ? x.triu() : x.tril();
      case "aten::cholesky_solve" ->
        input == 0 ? x : Boolean.TRUE.equals(arguments[operator.indexOf("upper")]) ? x.triu() : x.tril();
      // Its gradient is that of normalised log-probabilities.
      case "aten::ctc_loss" -> x.logSoftmax(x.dim() - 1);
      default -> x;
    };
  }
}
