package jtorch.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A line of the table: one benchmark at one number of threads.
///
/// @param sides the times of JTorch, of PyTorch as it comes, of PyTorch with an allocator that keeps its pages; as far
///     as they were measured
/// @param failure why there are no times, or null
record Row(Benchmark benchmark, int threads, List<Sampling> sides, @Nullable String failure) {
  Row(Benchmark benchmark, int threads, List<Sampling> sides) {
    this(benchmark, threads, sides, null);
  }

  Row(Benchmark benchmark, int threads, RuntimeException failure) {
    this(benchmark, threads, List.of(), failure.getMessage() == null ? failure.toString() : failure.getMessage());
  }

  /// JTorch's median by that of another side; NaN if one was not measured.
  double ratio(int side) {
    return sides.size() > side ? sides.getFirst().median() / sides.get(side).median() : Double.NaN;
  }

  /// The largest fine ratio to a side.
  double limit(int side) {
    return side == 1 ? benchmark.kind().limit() : benchmark.kind().tunedLimit();
  }

  /// Whether the ratio, as it is shown, is too large.
  boolean isOverLimit(int side) {
    return Sampling.rounded(ratio(side)) > limit(side);
  }

  Benchmark.Group group() {
    return benchmark.kind().group();
  }

  String title() {
    return benchmark.name() + (threads == 1 ? ", 1 thread" : ", " + threads + " threads");
  }

  /// For the results file.
  Map<String, @Nullable Object> toJson() {
    var json = new LinkedHashMap<String, @Nullable Object>();
    json.put("name", benchmark.name());
    json.put("description", benchmark.description());
    json.put("threads", threads);
    if (failure != null) json.put("failure", failure);
    String[] names = {"jtorch", "pytorch", "pytorch_keeping_pages"};
    for (int i = 0; i < sides.size(); i++) json.put(names[i], sides.get(i).toJson());
    if (sides.size() > 1) json.put("ratio", Sampling.rounded(ratio(1)));
    if (sides.size() > 2) json.put("ratio_keeping_pages", Sampling.rounded(ratio(2)));
    return json;
  }
}
