package jtorch.data;

import java.util.Arrays;
import java.util.PrimitiveIterator;
import java.util.function.UnaryOperator;
import jtorch.random.Generator;
import org.jspecify.annotations.Nullable;

/// The items in random order, each epoch another. **As** `torch.utils.data.RandomSampler`.
///
/// Without a generator of its own it takes one number of the default generator an epoch, to seed a fresh one; with its own
/// it draws from that directly.
public final class RandomSampler implements Sampler<Long> {
  /// With replacement indices are drawn so many at a time, as in PyTorch.
  private static final int LOT = 32;

  /// The keyword arguments.
  ///
  /// @param replacement whether an item may come several times before others have come
  /// @param numSamples how many indices an epoch has; null: one an item
  /// @param generator where the numbers come from; null: the default generator
  public record Options(boolean replacement, @Nullable Long numSamples, @Nullable Generator generator) {
    public static final Options DEFAULT = new Options(false, null, null);

    public Options replacement(boolean v) {
      return new Options(v, numSamples, generator);
    }

    public Options numSamples(long v) {
      return new Options(replacement, v, generator);
    }

    public Options generator(@Nullable Generator v) {
      return new Options(replacement, numSamples, v);
    }
  }

  private final long items;
  private final Options options;

  public RandomSampler(long items) {
    this(items, o -> o);
  }

  /// @throws IllegalArgumentException if an epoch would have no index
  public RandomSampler(long items, UnaryOperator<Options> options) {
    this.items = items;
    this.options = options.apply(Options.DEFAULT);
    if (size() <= 0 || items <= 0) throw new IllegalArgumentException("RandomSampler: num_samples should be a positive "
        + "integer value, but got num_samples=" + size() + " for " + items + " items");
  }

  @Override
  public long size() {
    return options.numSamples() == null ? items : options.numSamples();
  }

  @Override
  public PrimitiveIterator.OfLong iterator() {
    return new Draws.Lots() {
      private @Nullable Generator generator;
      private long left = size();
      private boolean last;

      @Override
      long @Nullable [] draw() {
        if (last) return null;
        if (generator == null)
          generator = options.generator() != null ? options.generator() : Generator.seeded(Draws.seed(null));
        long full = options.replacement() ? LOT : items;
        int count = (int) Math.min(full, left);
        // The lot that is not full is drawn even where nothing of it is used.
        last = count < full;
        left -= count;
        return options.replacement() ? Draws.integers(generator, items, count)
            : Arrays.copyOf(Draws.permutation(generator, items), count);
      }
    };
  }
}
