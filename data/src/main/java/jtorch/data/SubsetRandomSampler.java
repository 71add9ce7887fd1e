package jtorch.data;

import java.util.Arrays;
import java.util.PrimitiveIterator;
import jtorch.random.Generator;
import org.jspecify.annotations.Nullable;

/// Some items in random order, each epoch another. **As** `torch.utils.data.SubsetRandomSampler`.
public final class SubsetRandomSampler implements Sampler<Long> {
  private final long[] indices;
  private final @Nullable Generator generator;

  public SubsetRandomSampler(long... indices) {
    this(indices, null);
  }

  /// @param generator where the numbers come from; null: the default generator
  public SubsetRandomSampler(long[] indices, @Nullable Generator generator) {
    this.indices = indices.clone();
    this.generator = generator;
  }

  @Override
  public long size() {
    return indices.length;
  }

  @Override
  public PrimitiveIterator.OfLong iterator() {
    return Draws.once(() -> Arrays.stream(Draws.permutation(Draws.orDefault(generator), indices.length))
        .map(i -> indices[(int) i]).toArray());
  }
}
