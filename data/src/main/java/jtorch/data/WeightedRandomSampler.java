package jtorch.data;

import java.util.PrimitiveIterator;
import jtorch.random.Generator;
import org.jspecify.annotations.Nullable;

/// Items with these chances, which need not sum to one. **As** `torch.utils.data.WeightedRandomSampler`.
public final class WeightedRandomSampler implements Sampler<Long> {
  private final double[] weights;
  private final long numSamples;
  private final boolean replacement;
  private final @Nullable Generator generator;

  /// With replacement, from the default generator.
  public WeightedRandomSampler(double[] weights, long numSamples) {
    this(weights, numSamples, true, null);
  }

  /// @param replacement whether an item may come several times
  /// @param generator where the numbers come from; null: the default generator
  /// @throws IllegalArgumentException if an epoch would have no index
  public WeightedRandomSampler(double[] weights, long numSamples, boolean replacement,
      @Nullable Generator generator) {
    if (numSamples <= 0) throw new IllegalArgumentException("WeightedRandomSampler: num_samples should be a positive "
        + "integer value, but got num_samples=" + numSamples);
    this.weights = weights.clone();
    this.numSamples = numSamples;
    this.replacement = replacement;
    this.generator = generator;
  }

  @Override
  public long size() {
    return numSamples;
  }

  /// @throws IllegalArgumentException at the first index, if weights are negative or not finite, all zero, or too few
  @Override
  public PrimitiveIterator.OfLong iterator() {
    return Draws.once(() -> Draws.categories(Draws.orDefault(generator), weights, numSamples, replacement));
  }
}
