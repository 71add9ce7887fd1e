package jtorch.data;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import jtorch.Cuda;

/// Batches of a data set, epoch by epoch: `for (var batch : loader)`.
///
/// ```java
/// var loader = new DataLoader<>(new TensorDataset(x, y), o -> o.batchSize(64).shuffle(true));
/// for (Tensor[] batch : loader) step(batch[0], batch[1]);
/// ```
///
/// Order and workers' seeds are PyTorch's, number for number: making an iterator draws a base seed (one int64) from the
/// loader's generator or the default one, the sampler draws at the first batch. With workers, threads make batches ahead;
/// batch k comes from worker k mod workers, whose default generator was seeded with base seed + number.
///
/// A `for` loop that is left early leaves its workers idle until the collector finds them; to end them at once, close
/// the [BatchIterator]. In a loop with a scope, ask for the batch inside the scope:
///
/// ```java
/// var batches = loader.iterator();
/// while (batches.hasNext()) try (var scope = Torch.scope()) { step(batches.next()); }
/// ```
///
/// **As** `torch.utils.data.DataLoader`.
///
/// @param <B> a batch
public final class DataLoader<B> implements Iterable<B> {
  private final Sampler<long[]> batches;
  private final Function<long[], B> fetch;
  private final LoaderOptions options;

  /// Items one by one, in order.
  public DataLoader(Dataset<B> dataset) {
    this(dataset, o -> o);
  }

  /// Batches of the form of an item: [Dataset#batch].
  ///
  /// @throws IllegalArgumentException if options exclude each other, or there is nothing to shuffle
  public DataLoader(Dataset<B> dataset, UnaryOperator<LoaderOptions> options) {
    this.options = options.apply(LoaderOptions.DEFAULT).checked();
    batches = batches(dataset, this.options);
    boolean alone = this.options.batchSize() == null;
    fetch = alone ? indices -> dataset.get(indices[0]) : dataset::batch;
  }

  /// Batches made by a function.
  ///
  /// @throws IllegalArgumentException if options exclude each other, there is nothing to shuffle, or there are no batches
  public <T> DataLoader(Dataset<T> dataset, Collate<T, B> collate, UnaryOperator<LoaderOptions> options) {
    this.options = options.apply(LoaderOptions.DEFAULT).checked();
    if (this.options.batchSize() == null)
      throw new IllegalArgumentException("DataLoader: a collate function makes batches, but items are to come alone");
    batches = batches(dataset, this.options);
    fetch = indices -> {
      List<T> items = Arrays.stream(indices).mapToObj(dataset::get).toList();
      return collate.apply(items);
    };
  }

  private static Sampler<long[]> batches(Dataset<?> dataset, LoaderOptions o) {
    if (o.batchSampler() != null) return o.batchSampler();
    Sampler<Long> sampler = o.sampler();
    if (sampler == null) sampler = o.shuffle() ? new RandomSampler(dataset.size(), r -> r.generator(o.generator()))
        : new SequentialSampler(dataset.size());
    return new BatchSampler(sampler, o.batchSize() == null ? 1 : o.batchSize(), o.dropLast());
  }

  /// How many batches a pass has.
  public long size() {
    return batches.size();
  }

  public LoaderOptions options() {
    return options;
  }

  /// Begins a pass.
  @Override
  public BatchIterator<B> iterator() {
    Iterator<long[]> lots = batches.iterator();
    long baseSeed = Draws.seed(options.generator());
    // Without a GPU there is nothing to pin for, as in PyTorch.
    Function<long[], B> made = options.pinMemory() && Cuda.isAvailable() ? fetch.andThen(Pinnable::pinned) : fetch;
    return options.workers() == 0 ? new DirectBatches<>(lots, made)
        : new WorkerBatches<>(lots, made, options, baseSeed);
  }
}
