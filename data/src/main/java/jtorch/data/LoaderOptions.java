package jtorch.data;

import java.util.function.IntConsumer;
import jtorch.random.Generator;
import org.jspecify.annotations.Nullable;

/// The keyword arguments of [DataLoader].
///
/// @param batchSize items in a batch; null: items come alone, not stacked
/// @param shuffle whether each epoch has another random order
/// @param sampler gives the order instead
/// @param batchSampler gives the items of each batch instead
/// @param dropLast whether a last batch with fewer items is left out
/// @param generator where the order and the workers' seeds come from; null: the default generator
/// @param workers how many threads make batches ahead; 0: they are made when they are asked for, by who asks
/// @param prefetch how many batches each worker makes ahead
/// @param workerInit called in each worker with its number before its first batch
/// @param pinMemory whether the tensors of batches are copied to memory that is locked for copies to a GPU; a batch of
///     another kind than a tensor, an array, list or map of them is left as it is, unless it is [Pinnable]
public record LoaderOptions(@Nullable Long batchSize, boolean shuffle, @Nullable Sampler<Long> sampler,
    @Nullable Sampler<long[]> batchSampler, boolean dropLast, @Nullable Generator generator, int workers, int prefetch,
    IntConsumer workerInit, boolean pinMemory) {
  public static final LoaderOptions DEFAULT =
      new LoaderOptions(1L, false, null, null, false, null, 0, 2, _ -> {}, false);

  public LoaderOptions batchSize(long v) {
    return new LoaderOptions(v, shuffle, sampler, batchSampler, dropLast, generator, workers, prefetch, workerInit,
        pinMemory);
  }

  /// Items come alone: PyTorch's `batch_size=None`.
  public LoaderOptions unbatched() {
    return new LoaderOptions(null, shuffle, sampler, batchSampler, dropLast, generator, workers, prefetch, workerInit,
        pinMemory);
  }

  public LoaderOptions shuffle(boolean v) {
    return new LoaderOptions(batchSize, v, sampler, batchSampler, dropLast, generator, workers, prefetch, workerInit,
        pinMemory);
  }

  public LoaderOptions sampler(Sampler<Long> v) {
    return new LoaderOptions(batchSize, shuffle, v, batchSampler, dropLast, generator, workers, prefetch, workerInit,
        pinMemory);
  }

  public LoaderOptions batchSampler(Sampler<long[]> v) {
    return new LoaderOptions(batchSize, shuffle, sampler, v, dropLast, generator, workers, prefetch, workerInit,
        pinMemory);
  }

  public LoaderOptions dropLast(boolean v) {
    return new LoaderOptions(batchSize, shuffle, sampler, batchSampler, v, generator, workers, prefetch, workerInit,
        pinMemory);
  }

  public LoaderOptions generator(Generator v) {
    return new LoaderOptions(batchSize, shuffle, sampler, batchSampler, dropLast, v, workers, prefetch, workerInit,
        pinMemory);
  }

  public LoaderOptions workers(int v) {
    return new LoaderOptions(batchSize, shuffle, sampler, batchSampler, dropLast, generator, v, prefetch, workerInit,
        pinMemory);
  }

  public LoaderOptions prefetch(int v) {
    return new LoaderOptions(batchSize, shuffle, sampler, batchSampler, dropLast, generator, workers, v, workerInit,
        pinMemory);
  }

  public LoaderOptions workerInit(IntConsumer v) {
    return new LoaderOptions(batchSize, shuffle, sampler, batchSampler, dropLast, generator, workers, prefetch, v,
        pinMemory);
  }

  public LoaderOptions pinMemory(boolean v) {
    return new LoaderOptions(batchSize, shuffle, sampler, batchSampler, dropLast, generator, workers, prefetch,
        workerInit,
        v);
  }

  /// @throws IllegalArgumentException naming the options that exclude each other
  LoaderOptions checked() {
    check(workers >= 0, "num_workers option should be non-negative; 0 makes batches without threads");
    check(prefetch > 0, "prefetch_factor option should be positive");
    check(sampler == null || !shuffle, "sampler option is mutually exclusive with shuffle");
    boolean plain = Long.valueOf(1).equals(batchSize) && !shuffle && sampler == null && !dropLast;
    check(batchSampler == null || plain,
        "batch_sampler option is mutually exclusive with batch_size, shuffle, sampler, and drop_last");
    check(batchSize != null || !dropLast,
        "batch_size=None option disables auto-batching and is mutually exclusive with drop_last");
    return this;
  }

  private static void check(boolean holds, String reason) {
    if (!holds) throw new IllegalArgumentException("DataLoader: " + reason);
  }
}
