package jtorch.cpu;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.function.BiConsumer;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.memory.Memory;
import jtorch.op.Call;
import jtorch.op.Combining;
import jtorch.op.IndexReduction;
import jtorch.op.Operator;
import jtorch.spi.Kernel;

/// Reading and writing one element for each element of an index tensor.
final class ScatterKernels {
  private static final long PARALLEL_FROM = 32 << 10;

  private ScatterKernels() {}

  static void register(BiConsumer<String, Kernel> table) {
    table.accept("gather", ScatterKernels::gather);
    table.accept("scatter", c -> scatter(c, Combining.REPLACE));
    table.accept("scatter_with", ScatterKernels::scatterWith);
    table.accept("scatter_reduce", ScatterKernels::scatterReduce);
    table.accept("scatter_add", c -> scatter(c, Combining.ADD));
  }

  /// Where the elements of an index tensor lie in another: `outer[o] + index * stride + inner[i]`, for each of the
  /// index's positions `[o, k, i]` around the dimension `k` that is indexed.
  private static final class Places {
    final long[] outer;
    final long[] inner;
    final long length;
    final long stride;
    final long bound;
    final Tensor index;

    private final Operator operator;
    private final Tensor indexed;
    private final int dim;

    Places(Call c, Tensor self, Tensor given) {
      Tensor shaped = IndexKernels.atLeast1d(given);
      int dim = c.dim("dim", shaped);
      index = shaped.to(DType.INT64).contiguous();
      length = index.size(dim);
      int size = self.elementSize();
      stride = self.stride(dim) * size;
      bound = self.size(dim);
      outer = offsets(self, index, 0, dim, size);
      inner = offsets(self, index, dim + 1, index.dim(), size);
      operator = c.operator();
      indexed = self;
      this.dim = dim;
    }

    private static long[] offsets(Tensor self, Tensor index, int begin, int end, int size) {
      long[] sizes = new long[end - begin];
      long[] strides = new long[sizes.length];
      for (int d = begin; d < end; d++) {
        sizes[d - begin] = index.size(d);
        strides[d - begin] = self.stride(d) * size;
      }
      return IndexedRegion.table(sizes, strides);
    }

    /// All places; whoever writes in place does so before anything changes.
    Places checked() {
      check(index.address(), index.numel());
      return this;
    }

    /// @throws IndexOutOfBoundsException if one of these numbers is none of the dimension
    void check(long numbers, long count) {
      long wrong = LongRows.firstOutside(numbers, count, bound);
      if (wrong >= 0) throw IndexedRegion.outside(operator, indexed, dim, Memory.getLong(numbers + 8 * wrong));
    }

    /// Whether the dimension that is indexed is the last one and its elements are neighbours, so that lines are walked
    /// in one go.
    boolean walksLines(int size) {
      return inner.length == 1 && stride == size;
    }

    /// Runs a body over ranges of lines; lines along the dimension never meet.
    void run(Lines body) {
      long numel = index.numel();
      if (numel == 0) return;
      if (numel < PARALLEL_FROM) body.run(0, outer.length, 0, inner.length);
      else
        if (outer.length >= inner.length) Parallel.run(outer.length, Math.max(1, (8 << 10) / (length * inner.length)),
            (begin, end) -> body.run((int) begin, (int) end, 0, inner.length));
        else Parallel.run(inner.length, Math.max(16, (8 << 10) / (length * outer.length)),
            (begin, end) -> body.run(0, outer.length, (int) begin, (int) end));
    }
  }

  private interface Lines {
    void run(int firstOuter, int endOuter, int firstInner, int endInner);
  }

  private static void gather(Call c) {
    Tensor self = IndexKernels.atLeast1d(c.tensor("self"));
    if (c.out().numel() == 0) return;
    Places places = new Places(c, self, c.tensor("index"));
    int size = self.elementSize();
    boolean lines = places.walksLines(size);
    if (!lines) places.checked();
    long from = self.address();
    long to = c.out().address();
    long numbers = places.index.address();
    long stride = places.stride;
    long length = places.length;
    long[] inner = places.inner;
    places.run((firstOuter, endOuter, firstInner, endInner) -> {
      for (int o = firstOuter; o < endOuter; o++) {
        long base = from + places.outer[o];
        if (lines) {
          gatherLine(places, size, base, numbers + 8 * o * length, to + o * length * size);
          continue;
        }
        for (long k = 0; k < length; k++) {
          long row = (o * length + k) * inner.length;
          for (int i = firstInner; i < endInner; i++) {
            long at = base + Memory.getLong(numbers + 8 * (row + i)) * stride + inner[i];
            Bytes.move(size, at, to + (row + i) * size);
          }
        }
      }
    });
    Reference.reachabilityFence(places.index);
  }

  /// Elements of one line of neighbours. What its segment refuses is what the index must not name, so there is one check.
  private static void gatherLine(Places places, int size, long from, long numbers, long to) {
    long length = places.length;
    MemorySegment line = Memory.ALL.asSlice(from, places.bound * size);
    MemorySegment indices = Memory.ALL.asSlice(numbers, length * Long.BYTES);
    MemorySegment target = Memory.ALL.asSlice(to, length * size);
    try {
      switch (size) {
        case 4 -> ints(line, indices, target, length);
        case 8 -> longs(line, indices, target, length);
        default -> {
          places.check(numbers, length);
          for (long k = 0; k < length; k++)
            Bytes.move(size, from + size * Memory.getLong(numbers + 8 * k), to + size * k);
        }
      }
    } catch (IndexOutOfBoundsException refused) {
      places.check(numbers, length);
      throw refused;
    }
  }

  private static void ints(MemorySegment line, MemorySegment indices, MemorySegment target, long length) {
    long all = 0;
    for (long k = 0; k < length; k++) {
      long place = indices.get(JAVA_LONG_UNALIGNED, 8 * k);
      all |= place;
      target.set(JAVA_INT_UNALIGNED, 4 * k, line.get(JAVA_INT_UNALIGNED, 4 * place));
    }
    LongRows.checkBytes(all);
  }

  private static void longs(MemorySegment line, MemorySegment indices, MemorySegment target, long length) {
    long all = 0;
    for (long k = 0; k < length; k++) {
      long place = indices.get(JAVA_LONG_UNALIGNED, 8 * k);
      all |= place;
      target.set(JAVA_LONG_UNALIGNED, 8 * k, line.get(JAVA_LONG_UNALIGNED, 8 * place));
    }
    LongRows.checkBytes(all);
  }

  private static void scatter(Call c, Combining way) {
    Tensor given = c.tensor("index");
    if (given.numel() == 0) return;
    Tensor out = IndexKernels.atLeast1d(c.out());
    Places places = new Places(c, out, given);
    // Lines are checked as they are written, where nobody else sees what was written before an error.
    boolean inPlace = c.out().storage() == c.tensor("self").storage();
    if (inPlace || !places.walksLines(out.elementSize())) places.checked();
    write(places, source(c, places.index, out), out, way);
  }

  /// "add" or "multiply".
  private static void scatterWith(Call c) {
    scatter(c, c.string("reduce").equals("add") ? Combining.ADD : Combining.MULTIPLY);
  }

  private static void scatterReduce(Call c) {
    Tensor given = c.tensor("index");
    if (given.numel() == 0) return;
    Tensor out = IndexKernels.atLeast1d(c.out());
    Places places = new Places(c, out, given).checked();
    Tensor source = source(c, places.index, out);
    IndexReduction reduction = IndexReduction.of(c);
    if (!reduction.includesSelf()) write(places, reduction.neutral(out.dtype()), out, Combining.REPLACE);
    write(places, source, out, reduction.way());
    if (!reduction.isMean()) return;
    Tensor counts = reduction.counts(out);
    write(new Places(c, counts, given).checked(), Torch.scalarTensor(1L), counts, Combining.ADD);
    reduction.divide(out, counts);
  }

  private static void write(Places places, Tensor source, Tensor out, Combining way) {
    Combiner combiner = Combiner.of(out.dtype(), way);
    long step = source.dim() == 0 ? 0 : out.elementSize();
    long from = source.address();
    long to = out.address();
    long numbers = places.index.address();
    long stride = places.stride;
    long length = places.length;
    long[] inner = places.inner;
    places.run((firstOuter, endOuter, firstInner, endInner) -> {
      for (int o = firstOuter; o < endOuter; o++) {
        long base = to + places.outer[o];
        if (places.walksLines(out.elementSize())) {
          long indices = numbers + 8 * o * length;
          MemorySegment line = Memory.ALL.asSlice(base, places.bound * out.elementSize());
          try {
            combiner.scatter(from + o * length * step, step, line, indices, length);
          } catch (IndexOutOfBoundsException refused) {
            places.check(indices, length);
            throw refused;
          }
          continue;
        }
        for (long k = 0; k < length; k++) {
          long row = (o * length + k) * inner.length;
          for (int i = firstInner; i < endInner; i++) {
            long at = base + Memory.getLong(numbers + 8 * (row + i)) * stride + inner[i];
            combiner.one(from + (row + i) * step, at);
          }
        }
      }
    });
    Reference.reachabilityFence(places.index);
    Reference.reachabilityFence(source);
  }

  /// What is written: as much of `src` as the index has, contiguous; or the number as a 0-dim tensor.
  private static Tensor source(Call c, Tensor index, Tensor out) {
    boolean number = c.operator().schema().arguments().stream().anyMatch(a -> a.name().equals("value"));
    if (number) return IndexKernels.scalar(c, out.dtype());
    Tensor src = IndexKernels.atLeast1d(c.tensor("src"));
    return IndexKernels.apart(src.window(index.sizes(), src.strides(), src.storageOffset()), out);
  }
}
