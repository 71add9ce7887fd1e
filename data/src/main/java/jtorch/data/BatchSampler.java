package jtorch.data;

import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;

/// The indices of another sampler in batches. **As** `torch.utils.data.BatchSampler`.
///
/// @param sampler gives the indices
/// @param batchSize how many indices a batch has
/// @param dropLast whether a last batch with fewer indices is left out
public record BatchSampler(Sampler<Long> sampler, long batchSize, boolean dropLast) implements Sampler<long[]> {
  /// @throws IllegalArgumentException if the batch size is not positive
  public BatchSampler {
    if (batchSize <= 0) throw new IllegalArgumentException(
        "BatchSampler: batch_size should be a positive integer value, but got batch_size=" + batchSize);
  }

  @Override
  public long size() {
    return dropLast ? sampler.size() / batchSize : Math.ceilDiv(sampler.size(), batchSize);
  }

  @Override
  public Iterator<long[]> iterator() {
    Iterator<Long> indices = sampler.iterator();
    return new Iterator<>() {
      private long[] batch = {};

      @Override
      public boolean hasNext() {
        if (batch.length == 0 && indices.hasNext()) {
          long[] drawn = new long[(int) Math.min(batchSize, Math.max(1, sampler.size()))];
          int count = 0;
          while (count < batchSize && indices.hasNext()) {
            if (count == drawn.length) drawn = Arrays.copyOf(drawn, 2 * count);
            drawn[count++] = indices.next();
          }
          if (count == batchSize || !dropLast) batch = Arrays.copyOf(drawn, count);
        }
        return batch.length > 0;
      }

      @Override
      public long[] next() {
        if (!hasNext()) throw new NoSuchElementException();
        long[] full = batch;
        batch = new long[0];
        return full;
      }
    };
  }
}
