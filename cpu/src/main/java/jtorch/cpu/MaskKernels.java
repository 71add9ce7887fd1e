package jtorch.cpu;

import java.lang.ref.Reference;
import java.util.function.BiConsumer;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.memory.Memory;
import jtorch.op.Call;
import jtorch.spi.Kernel;
import org.jspecify.annotations.Nullable;

/// Where masks are true: the places themselves, and what other tensors have there.
///
/// The truths are counted first, piece by piece, so that the result has its size and each piece of the mask its place in
/// it.
final class MaskKernels {
  /// Elements of the mask that a thread takes at a time.
  private static final long PIECE = 32 << 10;
  /// Elements whose places are kept at a time, in the nearest cache.
  private static final int BLOCK = 2048;

  private MaskKernels() {}

  static void register(BiConsumer<String, Kernel> table) {
    table.accept("nonzero", MaskKernels::nonzero);
    table.accept("masked_scatter", MaskKernels::maskedScatter);
  }

  /// Does something with places of the mask that are true.
  private interface Body {
    /// @param start of the block whose places follow
    /// @param found the places in the block, as many as `count`
    /// @param before how many places were found before these
    void run(long start, int[] found, int count, long before);
  }

  /// The places of a contiguous mask that are true.
  ///
  /// @param starts how many there are before each piece, and in all
  private record Truths(Tensor mask, long[] starts) {
    static Truths of(Tensor mask) {
      long n = mask.numel();
      long address = mask.address();
      long[] starts = new long[Math.toIntExact((n + PIECE - 1) / PIECE + 1)];
      Parallel.run(starts.length - 1, 1, (begin, end) -> {
        for (long p = begin; p < end; p++)
          starts[(int) p + 1] = countTrue(address + p * PIECE, Math.min(PIECE, n - p * PIECE));
      });
      for (int p = 1; p < starts.length; p++) starts[p] += starts[p - 1];
      return new Truths(mask, starts);
    }

    long count() {
      return starts[starts.length - 1];
    }

    void each(Body body) {
      long n = mask.numel();
      Parallel.run(starts.length - 1, 1, (begin, end) -> {
        int[] found = new int[BLOCK + 1];
        for (long p = begin; p < end; p++) {
          long before = starts[(int) p];
          long last = Math.min(n, (p + 1) * PIECE);
          for (long at = p * PIECE; at < last && before < starts[(int) p + 1]; at += BLOCK) {
            int count = find(mask.address() + at, (int) Math.min(BLOCK, last - at), found);
            if (count > 0) body.run(at, found, count, before);
            before += count;
          }
        }
      });
      Reference.reachabilityFence(mask);
    }
  }

  /// Which of so many truths are true. Their bytes are 0 or 1, so they add up, and no branch depends on them.
  private static int find(long address, int n, int[] found) {
    int count = 0;
    int i = 0;
    for (; i + 8 <= n; i += 8) {
      // Masks are often false far and wide.
      if (Memory.getLong(address + i) == 0) continue;
      for (int j = i; j < i + 8; j++) {
        found[count] = j;
        count += Memory.getByte(address + j);
      }
    }
    for (; i < n; i++) {
      found[count] = i;
      count += Memory.getByte(address + i);
    }
    return count;
  }

  private static long countTrue(long address, long n) {
    long sum = 0;
    long i = 0;
    for (; i + 8 <= n; i += 8) sum += Long.bitCount(Memory.getLong(address + i));
    for (; i < n; i++) sum += Memory.getByte(address + i);
    return sum;
  }

  private static void nonzero(Call c) {
    Tensor self = c.tensor("self");
    Truths truths = Truths.of(self.to(DType.BOOL).contiguous());
    int dims = self.dim();
    Tensor out = c.result(new long[] {truths.count(), dims}, DType.INT64);
    if (out.numel() == 0) return;
    long[] sizes = self.sizes();
    long to = out.address();
    truths.each((start, found, count, before) -> coordinates(sizes, start, found, count, to + 8 * before * dims));
  }

  /// Coordinates are counted on from one place to the next: a division costs more than all the rest.
  private static void coordinates(long[] sizes, long start, int[] found, int count, long to) {
    int last = sizes.length - 1;
    long[] at = new long[sizes.length];
    long previous = 0;
    for (int i = 0; i < count; i++) {
      long place = start + found[i];
      at[last] += place - previous;
      previous = place;
      for (int d = last; d > 0 && at[d] >= sizes[d]; d--) {
        long carried = at[d] < 2 * sizes[d] ? 1 : at[d] / sizes[d];
        at[d] -= carried * sizes[d];
        at[d - 1] += carried;
      }
      for (int d = 0; d <= last; d++) Memory.putLong(to + 8 * d, at[d]);
      to += 8L * sizes.length;
    }
  }

  /// `self[mask]` where the tensors are contiguous and the mask stands for the first dimensions.
  ///
  /// @return whether that was so and the result is made
  static boolean read(Call c, Tensor self, @Nullable Tensor[] indices) {
    Tensor mask = indices.length == 1 ? indices[0] : null;
    if (mask == null || mask.dtype() != DType.BOOL || mask.dim() == 0 || mask.dim() > self.dim()) return false;
    if (!mask.isContiguous() || !self.isContiguous() || self.numel() == 0) return false;
    long[] sizes = new long[1 + self.dim() - mask.dim()];
    for (int d = 0; d < self.dim(); d++) {
      if (d >= mask.dim()) sizes[1 + d - mask.dim()] = self.size(d);
      else if (mask.size(d) != self.size(d)) return false;
    }
    Truths truths = Truths.of(mask);
    sizes[0] = truths.count();
    Tensor out = c.result(sizes, self.dtype());
    if (out.numel() == 0) return true;
    int size = self.elementSize();
    long row = self.numel() / mask.numel() * size;
    long from = self.address();
    long to = out.address();
    truths.each((start, found, count, before) -> {
      if (row == size) Bytes.collect(size, from + start * size, found, count, to + before * size);
      else for (int i = 0; i < count; i++) Bytes.copy(from + (start + found[i]) * row, to + (before + i) * row, row);
    });
    Reference.reachabilityFence(self);
    return true;
  }

  private static void maskedScatter(Call c) {
    Tensor out = c.out();
    Truths truths = Truths.of(c.tensor("mask").contiguous());
    Tensor source = IndexKernels.apart(c.tensor("source"), out);
    if (truths.count() > source.numel()) throw c.check()
        .because(
            "masked_scatter: expected source to have at least as many elements as the mask has true ones: %d and %d",
            source.numel(), truths.count())
        .shapeFailure();
    int[] dims = new int[out.dim()];
    for (int d = 0; d < dims.length; d++) dims[d] = d;
    long @Nullable [] places = out.isContiguous() ? null : IndexedRegion.table(out, dims);
    int size = out.elementSize();
    long from = source.address();
    long to = out.address();
    truths.each((start, found, count, before) -> {
      for (int i = 0; i < count; i++) {
        long place = start + found[i];
        Bytes.move(size, from + (before + i) * size, to + (places == null ? place * size : places[(int) place]));
      }
    });
    Reference.reachabilityFence(source);
  }
}
