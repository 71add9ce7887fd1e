package jtorch.data;

import java.util.PrimitiveIterator;
import java.util.stream.LongStream;

/// The items in order: 0, 1, 2, ... **As** `torch.utils.data.SequentialSampler`.
///
/// @param size how many items there are
public record SequentialSampler(long size) implements Sampler<Long> {
  @Override
  public PrimitiveIterator.OfLong iterator() {
    return LongStream.range(0, size).iterator();
  }
}
