package jtorch.bench;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The times of one side at one benchmark.
///
/// @param repetitions how many repetitions one sample consists of
/// @param nanos nanoseconds a repetition, sample by sample
record Sampling(long repetitions, List<Double> nanos) {
  double median() {
    double[] sorted = sorted();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  double least() {
    return sorted()[0];
  }

  double greatest() {
    return sorted()[nanos.size() - 1];
  }

  private double[] sorted() {
    double[] sorted = nanos.stream().mapToDouble(Double::doubleValue).toArray();
    Arrays.sort(sorted);
    return sorted;
  }

  /// For the results file.
  Map<String, @Nullable Object> toJson() {
    var json = new LinkedHashMap<String, @Nullable Object>();
    json.put("median_ns", rounded(median()));
    json.put("min_ns", rounded(least()));
    json.put("max_ns", rounded(greatest()));
    json.put("samples", nanos.size());
    json.put("repetitions", repetitions);
    return json;
  }

  static double rounded(double nanos) {
    return Math.round(nanos * 100) / 100.0;
  }
}
