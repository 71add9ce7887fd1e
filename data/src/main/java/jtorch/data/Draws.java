package jtorch.data;

import java.lang.foreign.MemorySegment;
import java.util.NoSuchElementException;
import java.util.PrimitiveIterator;
import java.util.function.Supplier;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.op.RandomNumbers;
import jtorch.random.Generator;
import org.jspecify.annotations.Nullable;

/// The draws of samplers and loaders, number for number as PyTorch makes them.
final class Draws {
  private Draws() {}

  /// `torch.empty((), dtype=torch.int64).random_().item()`: what seeds a sampler's generator or a loader's workers.
  static long seed(@Nullable Generator generator) {
    return orDefault(generator).random64() & Long.MAX_VALUE;
  }

  static Generator orDefault(@Nullable Generator generator) {
    return generator == null ? Generator.defaultGenerator() : generator;
  }

  /// `torch.randperm(n)`
  static long[] permutation(Generator generator, long n) {
    return Torch.randperm(n, o -> o.generator(generator)).toLongArray();
  }

  /// `torch.randint(n, (count,))`
  static long[] integers(Generator generator, long n, int count) {
    return Torch.randint(0, n, new long[] {count}, o -> o.generator(generator)).toLongArray();
  }

  /// `torch.multinomial(weights, samples, replacement)`
  static long[] categories(Generator generator, double[] weights, long samples, boolean replacement) {
    Tensor given = Torch.fromSegment(MemorySegment.ofArray(weights), DType.FLOAT64, weights.length);
    return RandomNumbers.MULTINOMIAL.tensor(given, samples, replacement, generator).toLongArray();
  }

  /// Indices drawn several at a time, each lot when the one before is used up: as late as PyTorch's samplers draw.
  abstract static class Lots implements PrimitiveIterator.OfLong {
    private long[] lot = {};
    private int next;
    private boolean over;

    /// The next indices; null after the last.
    abstract long @Nullable [] draw();

    @Override
    public boolean hasNext() {
      while (!over && next == lot.length) {
        long[] drawn = draw();
        over = drawn == null;
        if (drawn != null) lot = drawn;
        next = 0;
      }
      return !over;
    }

    @Override
    public long nextLong() {
      if (!hasNext()) throw new NoSuchElementException();
      return lot[next++];
    }
  }

  /// A single lot.
  static PrimitiveIterator.OfLong once(Supplier<long[]> indices) {
    return new Lots() {
      private boolean drawn;

      @Override
      long @Nullable [] draw() {
        if (drawn) return null;
        drawn = true;
        return indices.get();
      }
    };
  }
}
