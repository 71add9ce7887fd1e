package jtorch.cpu;

import java.lang.ref.Reference;
import jtorch.DType;
import jtorch.Device;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.memory.Memory;
import jtorch.op.Check;
import jtorch.op.IndexPlan;
import jtorch.op.Operator;

/// The memory that an [IndexPlan] names in a tensor, and the ways to read and write it.
///
/// A place is the sum of three offsets: one for the dimensions before, one for the indices, one for the dimensions
/// after. The latter are mostly a contiguous block, which is moved as a whole. Indices are checked when
/// this is made.
final class IndexedRegion {
  /// Elements from which on a second thread pays.
  private static final long PARALLEL_FROM = 32 << 10;

  private final long address;
  private final int size;
  private final long[] before;
  /// The offset in bytes of each index: memory of the allocator, for large arrays cost the collector dearly.
  private final Tensor offsets;
  private final long indices;
  private final int count;
  /// Null where the dimensions after are one contiguous block.
  private final long[] after;
  private final long block;
  private final boolean blocks;

  /// @param negative whether indices below 0 count from the end
  /// @throws IndexOutOfBoundsException if an index is outside
  IndexedRegion(Operator operator, Tensor self, IndexPlan plan, boolean negative) {
    address = self.address();
    size = self.elementSize();
    before = table(self, plan.before());
    block = count(self, plan.after());
    // Where nothing is read or written PyTorch does not look at the indices either.
    count = before.length * block == 0 ? 0 : Math.toIntExact(plan.count());
    offsets = offsets(operator, self, plan, count, negative);
    indices = offsets.address();
    blocks = contiguous(self, plan.after());
    after = blocks ? new long[0] : table(self, plan.after());
  }

  /// How many elements there are in all.
  long elements() {
    return before.length * block * count;
  }

  private static long count(Tensor self, int[] dims) {
    long n = 1;
    for (int d : dims) n *= self.size(d);
    return n;
  }

  private static boolean contiguous(Tensor self, int[] dims) {
    long next = 1;
    for (int i = dims.length - 1; i >= 0; i--) {
      if (self.size(dims[i]) == 1) continue;
      if (self.stride(dims[i]) != next) return false;
      next *= self.size(dims[i]);
    }
    return true;
  }

  /// The offsets in bytes of all indices of these dimensions, in order.
  static long[] table(Tensor self, int[] dims) {
    long[] sizes = new long[dims.length];
    long[] strides = new long[dims.length];
    for (int i = 0; i < dims.length; i++) {
      sizes[i] = self.size(dims[i]);
      strides[i] = self.stride(dims[i]) * self.elementSize();
    }
    return table(sizes, strides);
  }

  /// The offsets of all indices, in order.
  static long[] table(long[] sizes, long[] strides) {
    long n = 1;
    for (long s : sizes) n *= s;
    long[] table = new long[Math.toIntExact(n)];
    int filled = n == 0 ? 0 : 1;
    // Each dimension, innermost first, repeats what is there with its own offsets added.
    for (int d = sizes.length - 1; d >= 0 && n > 0; d--) {
      for (int i = 1; i < sizes[d]; i++) {
        for (int j = 0; j < filled; j++) table[i * filled + j] = table[j] + i * strides[d];
      }
      filled *= (int) sizes[d];
    }
    return table;
  }

  private static Tensor offsets(Operator operator, Tensor self, IndexPlan plan, int count, boolean negative) {
    Tensor offsets = Torch.empty(new long[] {count}, DType.INT64, Device.CPU);
    long to = offsets.address();
    if (plan.indexed().length == 0) Memory.fill(to, 8L * count, (byte) 0);
    for (int k = 0; count > 0 && k < plan.indexed().length; k++) {
      int dim = plan.indexed()[k];
      long bound = self.size(dim);
      long stride = self.stride(dim) * self.elementSize();
      Tensor index = plan.indices()[k].contiguous();
      long from = index.address();
      boolean first = k == 0;
      Parallel.run(count, PARALLEL_FROM / 2, (begin, end) -> {
        for (long i = begin; i < end; i++) {
          long at = Memory.getLong(from + 8 * i);
          if (at < 0 && negative) at += bound;
          if (at < 0 || at >= bound) throw outside(operator, self, dim, Memory.getLong(from + 8 * i));
          Memory.putLong(to + 8 * i, first ? at * stride : Memory.getLong(to + 8 * i) + at * stride);
        }
      });
      Reference.reachabilityFence(index);
    }
    return offsets;
  }

  static IndexOutOfBoundsException outside(Operator operator, Tensor self, int dim, long index) {
    return Check.of(operator).because("index %d is out of bounds for dimension %d with size %d", index, dim,
        self.dim() == 0 ? 1 : self.size(dim)).tensor("self", self).indexFailure();
  }

  /// Copies the region to contiguous memory, in order.
  void read(long to) {
    if (elements() == 0) return;
    readAll(to);
    Reference.reachabilityFence(offsets);
  }

  private void readAll(long to) {
    int n = count;
    if (block == 1) {
      if (n < PARALLEL_FROM && elements() < PARALLEL_FROM) collect(to, 0, before.length, 0, n);
      else if (before.length == 1) Parallel.run(n, 8 << 10, (begin, end) -> collect(to, 0, 1, (int) begin, (int) end));
      else Parallel.run(before.length, Math.max(1, (8 << 10) / n),
          (begin, end) -> collect(to, (int) begin, (int) end, 0, n));
      return;
    }
    long rows = (long) before.length * n;
    if (elements() < PARALLEL_FROM) readRows(to, 0, rows);
    else Parallel.run(rows, Math.max(1, (8 << 10) / block), (begin, end) -> readRows(to, begin, end));
  }

  private void collect(long to, int firstBefore, int endBefore, int begin, int end) {
    for (int b = firstBefore; b < endBefore; b++)
      Bytes.collect(size, address + before[b], indices + 8L * begin, end - begin,
          to + ((long) b * count + begin) * size);
  }

  private void readRows(long to, long begin, long end) {
    long bytes = block * size;
    for (long r = begin; r < end;) {
      long base = address + before[(int) (r / count)];
      long offsets = indices + 8 * (r % count);
      long rows = Math.min(end - r, count - r % count);
      if (blocks) {
        Bytes.collectRows(base, offsets, rows, bytes, to + r * bytes, bytes);
      } else {
        for (long i = 0; i < rows; i++)
          Bytes.collect(size, base + Memory.getLong(offsets + 8 * i), after, 0, after.length, to + (r + i) * bytes);
      }
      r += rows;
    }
  }

  /// Combines contiguous values into the region: in the order of indices, so the last of equal ones wins.
  void write(long from, Combiner combiner) {
    if (elements() == 0) return;
    if (elements() < PARALLEL_FROM) {
      for (int b = 0; b < before.length; b++) write(from, combiner, b, 0, block);
    } else if (before.length > 1) {
      Parallel.run(before.length, 1, (begin, end) -> {
        for (long b = begin; b < end; b++) write(from, combiner, (int) b, 0, block);
      });
    } else {
      // Threads take columns, so that each place is written by one of them, in order.
      Parallel.run(block, 64, (begin, end) -> write(from, combiner, 0, begin, end));
    }
    Reference.reachabilityFence(offsets);
  }

  private void write(long from, Combiner combiner, int b, long firstColumn, long endColumn) {
    int n = count;
    for (int i = 0; i < n; i++) {
      long source = from + ((long) b * n + i) * block * size;
      long target = address + before[b] + Memory.getLong(indices + 8L * i);
      if (blocks) combiner.row(source + firstColumn * size, target + firstColumn * size, endColumn - firstColumn);
      else for (long a = firstColumn; a < endColumn; a++) combiner.one(source + a * size, target + after[(int) a]);
    }
  }

  /// Writes one value everywhere.
  void fill(long value) {
    for (long b : before) {
      for (int i = 0; i < count; i++) {
        long target = address + b + Memory.getLong(indices + 8L * i);
        if (blocks) Bytes.move(size, block, value, 0, target, size);
        else for (long a : after) Bytes.move(size, value, target + a);
      }
    }
    Reference.reachabilityFence(offsets);
  }
}
