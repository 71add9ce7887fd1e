package jtorch.testing;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import jtorch.Tensor;
import org.jspecify.annotations.Nullable;

/// A state_dict in few numbers: each tensor's shape, first values, sum and sum of absolute values.
final class Checksums {
  private Checksums() {}

  /// How a state differs, or null; `{name: {shape, first, sum, abs_sum, ...}}`.
  ///
  /// An entry may bring its own tolerances, `first_tol` and `sum_tol`. Else first values are compared as elements are, and
  /// sums as what elements with such errors can sum to.
  static @Nullable String mismatch(Map<String, Tensor> state, Map<?, ?> wanted, double rtol, double atol) {
    if (!state.keySet().equals(wanted.keySet()))
      return "the state's names are " + state.keySet() + ", expected " + wanted.keySet();
    for (var entry : state.entrySet()) {
      var checksum = (Map<?, ?>) SampleValues.required(wanted.get(entry.getKey()));
      Contents got = Contents.of(entry.getValue());
      String difference = mismatch(got, checksum, rtol, atol);
      if (difference != null) return entry.getKey() + ": " + difference;
    }
    return null;
  }

  private static @Nullable String mismatch(Contents got, Map<?, ?> wanted, double rtol, double atol) {
    long[] shape = ((List<?>) SampleValues.required(wanted.get("shape"))).stream().mapToLong(v -> (Long) v).toArray();
    if (!Arrays.equals(got.sizes(), shape))
      return "expected shape " + Arrays.toString(shape) + ", got " + Arrays.toString(got.sizes());
    if (wanted.get("dtype") instanceof String dtype && !got.dtype().toString().equals(dtype))
      return "expected dtype " + dtype + ", got " + got.dtype();
    double[] values =
        got.dtype().isDifferentiable() ? got.real() : Arrays.stream(got.integers()).asDoubleStream().toArray();
    double absoluteSum = number(wanted, "abs_sum");
    var elements =
        wanted.containsKey("first_tol") ? new Comparison(0, number(wanted, "first_tol")) : new Comparison(rtol, atol);
    var sums = new Comparison(0, wanted.containsKey("sum_tol") ? number(wanted, "sum_tol")
        : atol + rtol * absoluteSum);
    List<?> first = (List<?>) SampleValues.required(wanted.get("first"));
    for (int i = 0; i < first.size(); i++) {
      String difference = elements.mismatch("element " + i, values[i], first.get(i));
      if (difference != null) return difference;
    }
    String difference = sums.mismatch("sum", Arrays.stream(values).sum(), number(wanted, "sum"));
    return difference != null ? difference
        : sums.mismatch("sum of absolute values", Arrays.stream(values).map(Math::abs).sum(), absoluteSum);
  }

  private static double number(Map<?, ?> map, String key) {
    return ((Number) SampleValues.required(map.get(key))).doubleValue();
  }
}
