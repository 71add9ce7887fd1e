package jtorch.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.io.Json;
import jtorch.random.Generator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The order of items, and what was drawn on the way, against PyTorch 2.13.
///
/// `order.jsonl` is cut from golden data: specifications of samplers, loaders and splits, the indices that they gave in
/// each epoch after `torch.manual_seed(seed)`, and the next `rand` and `randn` in float64 after that.
class OrderTest {
  /// Prints as its id.
  record Case(Map<String, Object> json) {
    @Override
    public String toString() {
      return (String) json.get("id");
    }
  }

  static Stream<Case> cases() throws Exception {
    var file = Objects.requireNonNull(OrderTest.class.getResource("order.jsonl"));
    return Json.readLines(Path.of(file.toURI())).stream().map(Case::new);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void isPyTorchs(Case given) {
    Torch.manualSeed((Long) given.json.get("seed"));
    assertThat(order(map(given.json.get("spec")))).isEqualTo(given.json.get("order"));
    assertThat(List.of(draw(Torch.rand(new long[] {1}, o -> o.dtype(DType.FLOAT64))),
        draw(Torch.randn(new long[] {1}, o -> o.dtype(DType.FLOAT64))))).isEqualTo(given.json.get("then"));
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> map(Object json) {
    return (Map<String, Object>) json;
  }

  private static double draw(Tensor one) {
    return one.itemDouble();
  }

  private static List<Object> order(Map<String, Object> spec) {
    Generator generator = spec.get("generator") instanceof Long seed ? Generator.seeded(seed) : null;
    if (spec.get("type").equals("random_split")) return split(spec, generator);
    var epochs = new ArrayList<>();
    Iterable<?> source = spec.get("type").equals("DataLoader") ? loader(spec, generator) : sampler(spec, generator);
    for (long epoch = 0; epoch < (Long) spec.get("epochs"); epoch++) {
      var seen = new ArrayList<>();
      source.forEach(seen::add);
      epochs.add(seen);
    }
    return epochs;
  }

  private static Sampler<Long> sampler(Map<String, Object> spec, Generator generator) {
    return switch ((String) spec.get("type")) {
      case "RandomSampler" -> new RandomSampler((Long) spec.get("n"), options(spec, generator));
      case "SubsetRandomSampler" -> new SubsetRandomSampler(longs(spec.get("indices")), generator);
      case "WeightedRandomSampler" -> new WeightedRandomSampler(
          ((List<?>) spec.get("weights")).stream().mapToDouble(w -> ((Number) w).doubleValue()).toArray(),
          (Long) spec.get("num_samples"), (Boolean) spec.get("replacement"), generator);
      default -> throw new IllegalArgumentException(spec.toString());
    };
  }

  private static UnaryOperator<RandomSampler.Options> options(Map<String, Object> spec, Generator generator) {
    return o -> {
      var options = o.generator(generator).replacement(Boolean.TRUE.equals(spec.get("replacement")));
      return spec.get("num_samples") instanceof Long n ? options.numSamples(n) : options;
    };
  }

  /// Items are their numbers, with a random number where the case asks for it.
  private static Iterable<?> loader(Map<String, Object> spec, Generator generator) {
    boolean drawing = "rand".equals(spec.get("items"));
    var items = new Dataset<List<Object>>() {
      @Override
      public List<Object> get(long index) {
        return List.of(index, drawing ? draw(Torch.rand(new long[] {1}, o -> o.dtype(DType.FLOAT64))) : 0.0);
      }

      @Override
      public long size() {
        return (Long) spec.get("n");
      }
    };
    UnaryOperator<LoaderOptions> options = o -> {
      if (generator != null) o = o.generator(generator);
      if (Boolean.TRUE.equals(spec.get("drop_last"))) o = o.dropLast(true);
      if (spec.get("sampler") != null) o = o.sampler(sampler(map(spec.get("sampler")), null));
      if (spec.get("num_workers") instanceof Long workers) o = o.workers(workers.intValue());
      o = o.shuffle(Boolean.TRUE.equals(spec.get("shuffle")));
      return spec.get("batch_size") instanceof Long size ? o.batchSize(size) : o.unbatched();
    };
    if (spec.get("batch_size") == null) {
      var alone = new DataLoader<>(items, options);
      return () -> stream(alone).<Object>map(List::getFirst).iterator();
    }
    Collate<List<Object>, List<Object>> columns = rows -> {
      List<Object> indices = rows.stream().map(List::getFirst).toList();
      return drawing ? List.of(indices, rows.stream().map(List::getLast).toList()) : indices;
    };
    return new DataLoader<>(items, columns, options);
  }

  private static <B> Stream<B> stream(DataLoader<B> loader) {
    var all = new ArrayList<B>();
    loader.forEach(all::add);
    return all.stream();
  }

  private static List<Object> split(Map<String, Object> spec, Generator generator) {
    Dataset<Tensor[]> items = new TensorDataset(Torch.arange((Long) spec.get("n")));
    Generator from = generator == null ? Generator.defaultGenerator() : generator;
    List<?> lengths = (List<?>) spec.get("lengths");
    var parts = lengths.getFirst() instanceof Long ? items.randomSplit(from, longs(lengths))
        : items.randomSplit(from, lengths.stream().mapToDouble(v -> (Double) v).toArray());
    return parts.stream().<Object>map(part -> Arrays.stream(part.indices()).boxed().toList()).toList();
  }

  private static long[] longs(Object list) {
    return ((List<?>) list).stream().mapToLong(v -> (Long) v).toArray();
  }
}
