package jtorch.data;

import java.util.Arrays;
import java.util.PrimitiveIterator;

/// The order in which items are visited: each call of [#iterator] is an epoch. **As** `torch.utils.data.Sampler`.
///
/// Samplers draw their numbers when the first index of an epoch is asked for, as PyTorch's do.
///
/// @param <I> `Long` for the number of an item, `long[]` for those of a batch
public interface Sampler<I> extends Iterable<I> {
  /// How many indices, or batches, an epoch has.
  long size();

  /// These items in this order, every epoch.
  static Sampler<Long> of(long... indices) {
    long[] order = indices.clone();
    return new Sampler<>() {
      @Override
      public long size() {
        return order.length;
      }

      @Override
      public PrimitiveIterator.OfLong iterator() {
        return Arrays.stream(order).iterator();
      }
    };
  }
}
