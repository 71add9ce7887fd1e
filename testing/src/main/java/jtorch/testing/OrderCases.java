package jtorch.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.data.DataLoader;
import jtorch.data.Dataset;
import jtorch.data.LoaderOptions;
import jtorch.data.RandomSampler;
import jtorch.data.Sampler;
import jtorch.data.SubsetRandomSampler;
import jtorch.data.WeightedRandomSampler;
import jtorch.random.Generator;
import org.jspecify.annotations.Nullable;

/// Golden cases of samplers and loaders: the indices that they yield, epoch by epoch.
final class OrderCases {
  private final Map<?, ?> spec;

  private OrderCases(Map<?, ?> spec) {
    this.spec = spec;
  }

  static @Nullable String check(GoldenCase golden) {
    Torch.manualSeed(golden.integer("seed"));
    Object got = new OrderCases(golden.object("spec")).order();
    String difference = new Comparison(0, 1e-15).mismatch("order", got, golden.list("order"));
    return difference != null ? difference : RandomCases.then("after", golden.raw("then"));
  }

  private Object order() {
    return switch (text("type")) {
      case "DataLoader" -> epochs(loader());
      case "random_split" -> split();
      default -> epochs(sampler());
    };
  }

  private List<List<?>> epochs(Iterable<?> passes) {
    var epochs = new ArrayList<List<?>>();
    for (long epoch = 0; epoch < integer("epochs"); epoch++) {
      var items = new ArrayList<Object>();
      for (Object item : passes) items.add(item);
      epochs.add(items);
    }
    return epochs;
  }

  private Sampler<Long> sampler() {
    Generator generator = generator();
    return switch (text("type")) {
      case "RandomSampler" -> new RandomSampler(integer("n"), o -> {
        if (has("replacement")) o = o.replacement((Boolean) value("replacement"));
        if (has("num_samples")) o = o.numSamples(integer("num_samples"));
        return o.generator(generator);
      });
      case "SubsetRandomSampler" ->
        new SubsetRandomSampler(list("indices").stream().mapToLong(v -> (Long) v).toArray(), generator);
      case "WeightedRandomSampler" -> new WeightedRandomSampler(
          list("weights").stream().mapToDouble(v -> ((Number) v).doubleValue()).toArray(), integer("num_samples"),
          (Boolean) value("replacement"), generator);
      default -> throw new AbsentException("torch.utils.data." + text("type"));
    };
  }

  private Iterable<?> loader() {
    if (!has("batch_size")) return new DataLoader<>(numbers(), o -> options(o.unbatched()));
    if (has("items")) return new DataLoader<>(randomItems(), items -> List.of(items.stream().map(Item::index).toList(),
        items.stream().map(Item::random).toList()), this::options);
    return new DataLoader<>(numbers(), List::copyOf, this::options);
  }

  private LoaderOptions options(LoaderOptions start) {
    LoaderOptions o = has("batch_size") ? start.batchSize(integer("batch_size")) : start;
    if (has("shuffle")) o = o.shuffle((Boolean) value("shuffle"));
    if (has("drop_last")) o = o.dropLast((Boolean) value("drop_last"));
    if (has("num_workers")) o = o.workers((int) integer("num_workers"));
    if (has("sampler")) o = o.sampler(new OrderCases((Map<?, ?>) value("sampler")).sampler());
    Generator generator = generator();
    return generator == null ? o : o.generator(generator);
  }

  private record Item(long index, double random) {}

  private Dataset<Long> numbers() {
    return dataset(index -> index);
  }

  /// Item i is `(i, torch.rand((), float64))`.
  private Dataset<Item> randomItems() {
    return dataset(index -> new Item(index, Torch.empty(new long[] {1}, DType.FLOAT64).uniform_(0, 1).itemDouble()));
  }

  private <T> Dataset<T> dataset(java.util.function.LongFunction<T> item) {
    return new Dataset<>() {
      @Override
      public T get(long index) {
        return item.apply(index);
      }

      @Override
      public long size() {
        return integer("n");
      }
    };
  }

  private List<List<Long>> split() {
    Generator generator = generator();
    Generator from = generator == null ? Generator.defaultGenerator() : generator;
    List<?> lengths = list("lengths");
    var parts = lengths.getFirst() instanceof Long
        ? numbers().randomSplit(from, lengths.stream().mapToLong(v -> (Long) v).toArray())
        : numbers().randomSplit(from, lengths.stream().mapToDouble(v -> (Double) v).toArray());
    return parts.stream().map(part -> java.util.Arrays.stream(part.indices()).boxed().toList()).toList();
  }

  private @Nullable Generator generator() {
    return has("generator") ? Generator.seeded(integer("generator")) : null;
  }

  private boolean has(String key) {
    return spec.get(key) != null;
  }

  private Object value(String key) {
    return Objects.requireNonNull(spec.get(key), key);
  }

  private String text(String key) {
    return (String) value(key);
  }

  private long integer(String key) {
    return (Long) value(key);
  }

  private List<?> list(String key) {
    return (List<?>) value(key);
  }
}
