package jtorch.cpu;

import java.lang.ref.Reference;
import jtorch.Tensor;
import jtorch.memory.Memory;
import jtorch.spi.Iteration;

/// Copies between tensors of one shape and dtype, whatever their strides.
///
/// Three cases: rows that are long, where each is moved by itself; rows of a few elements, where the next dimension is
/// walked inside; and transpositions, where either side has its neighbours along another dimension. These are copied in
/// blocks as wide as a cache line, so that each line is touched once on either side.
final class StridedCopy {
  /// Bytes that a thread takes at least.
  private static final long GRAIN = 64 << 10;
  /// Rows of fewer elements are walked across.
  private static final long SHORT = 8;
  /// How many elements are moved across short rows at a time.
  private static final long ACROSS = 256;
  /// The side of the squares of a transposition, in elements: few enough rows for the translation of addresses.
  private static final long SQUARE = 64;
  /// A block in them: as many of the source's neighbours as a cache line of 4-byte elements has, and half as many of the
  /// target's, whose lines are still in the nearest cache when the other half comes.
  private static final int WIDTH = 16;
  private static final int HEIGHT = 8;

  private static final boolean IN_REGISTERS = VectorApi.PRESENT && VectorSquares.FAST;

  private final Iteration it;
  private final int size;
  /// The dimensions that one piece of work covers, the first innermost; the second may be -1.
  private final int inner;
  private final int next;
  /// How many elements of the second dimension a piece of work covers.
  private final long step;

  private StridedCopy(Iteration it, int size, int inner, int next, long step) {
    this.it = it;
    this.size = size;
    this.inner = inner;
    this.next = next;
    this.step = step;
  }

  static void copy(Tensor from, Tensor to) {
    int size = to.elementSize();
    if (from.isContiguous() && to.isContiguous()) {
      Bytes.copyParallel(from.address(), to.address(), to.numel() * size);
      return;
    }
    long[][] strides = {bytes(to), bytes(from)};
    Iteration it = Iteration.of(to.sizes(), strides, new long[] {to.address(), from.address()});
    if (it.count() == 0) return;
    if (it.dims() == 1) {
      line(size, it.size(0), it.address(1), it.stride(1, 0), it.address(0), it.stride(0, 0));
      return;
    }
    plan(it, size).run();
    Reference.reachabilityFence(from);
    Reference.reachabilityFence(to);
  }

  private static StridedCopy plan(Iteration it, int size) {
    if (it.stride(0, 0) == size && it.stride(1, 0) != size) {
      for (int d = 1; d < it.dims(); d++) {
        if (it.stride(1, d) == size && it.size(0) >= 4 && it.size(d) >= 4)
          return new StridedCopy(it, size, 0, d, SQUARE);
      }
    }
    if (it.size(0) < SHORT && it.size(1) > it.size(0)) return new StridedCopy(it, size, 1, 0, it.size(0));
    return new StridedCopy(it, size, 0, -1, 1);
  }

  private static long[] bytes(Tensor t) {
    long[] strides = t.strides().clone();
    for (int d = 0; d < strides.length; d++) strides[d] = t.size(d) == 1 ? 0 : strides[d] * t.elementSize();
    return strides;
  }

  private static void line(int size, long count, long from, long fromStride, long to, long toStride) {
    if (count * size < Bytes.PARALLEL_FROM) Bytes.move(size, count, from, fromStride, to, toStride);
    else Parallel.run(count, 16 << 10, (begin, end) -> Bytes.move(size, end - begin, from + begin * fromStride,
        fromStride, to + begin * toStride, toStride));
  }

  private void run() {
    long pieces = 1;
    for (int d = 0; d < it.dims(); d++) pieces *= steps(d);
    long bytes = it.count() / pieces * size;
    if (it.count() * size < Bytes.PARALLEL_FROM) pieces(0, pieces);
    else Parallel.run(pieces, Math.max(1, GRAIN / Math.max(1, bytes)), this::pieces);
  }

  /// How many pieces of work there are along a dimension.
  private long steps(int d) {
    return d == inner ? 1 : d == next ? (it.size(d) + step - 1) / step : it.size(d);
  }

  private long width(int d) {
    return d == next ? step : 1;
  }

  private void pieces(long begin, long end) {
    int dims = it.dims();
    long[] index = new long[dims];
    long to = it.address(0);
    long from = it.address(1);
    long rest = begin;
    for (int d = 0; d < dims; d++) {
      index[d] = rest % steps(d);
      rest /= steps(d);
      to += index[d] * width(d) * it.stride(0, d);
      from += index[d] * width(d) * it.stride(1, d);
    }
    for (long p = begin; p < end; p++) {
      if (next < 0) {
        Bytes.move(size, it.size(inner), from, it.stride(1, inner), to, it.stride(0, inner));
      } else if (next == 0) {
        across(from, to);
      } else {
        transpose(from, to, Math.min(step, it.size(next) - index[next] * step));
      }
      for (int d = 0; d < dims; d++) {
        to += width(d) * it.stride(0, d);
        from += width(d) * it.stride(1, d);
        if (++index[d] < steps(d)) break;
        to -= index[d] * width(d) * it.stride(0, d);
        from -= index[d] * width(d) * it.stride(1, d);
        index[d] = 0;
      }
    }
  }

  /// Short rows: element by element of the rows, along the dimension across them.
  private void across(long from, long to) {
    long count = it.size(inner);
    for (long at = 0; at < count; at += ACROSS) {
      for (long i = 0; i < it.size(0); i++) {
        Bytes.move(size, Math.min(ACROSS, count - at), from + at * it.stride(1, inner) + i * it.stride(1, 0),
            it.stride(1, inner), to + at * it.stride(0, inner) + i * it.stride(0, 0), it.stride(0, inner));
      }
    }
  }

  /// A band of the transposition: all of the dimension that is contiguous in the target, some of the source's.
  private void transpose(long from, long to, long columns) {
    long rows = it.size(0);
    long fromStride = it.stride(1, 0);
    long toStride = it.stride(0, next);
    for (long square = 0; square < rows; square += SQUARE) {
      long last = Math.min(rows, square + SQUARE);
      for (long j = 0; j < columns; j += WIDTH) {
        for (long i = square; i < last; i += HEIGHT) {
          long at = from + i * fromStride + j * size;
          long target = to + j * toStride + i * size;
          int height = (int) Math.min(HEIGHT, last - i);
          int width = (int) Math.min(WIDTH, columns - j);
          if (height < HEIGHT || width < WIDTH) edge(at, fromStride, target, toStride, height, width);
          else if (size == 4 && IN_REGISTERS) {
            VectorSquares.ints(at, fromStride, target, toStride);
            VectorSquares.ints(at + 32, fromStride, target + 8 * toStride, toStride);
          } else if (size == 4) ints(at, fromStride, target, toStride);
          else if (size == 8) longs(at, fromStride, target, toStride);
          else edge(at, fromStride, target, toStride, height, width);
        }
      }
    }
  }

  /// A whole block of 4-byte elements, two by two.
  private static void ints(long from, long fromStride, long to, long toStride) {
    long from2 = from + 2 * fromStride;
    long from4 = from + 4 * fromStride;
    long from6 = from + 6 * fromStride;
    for (long at = 0, target = to; at < 4 * WIDTH; at += 8, target += 2 * toStride) {
      twoByTwo(from + at, fromStride, target, toStride);
      twoByTwo(from2 + at, fromStride, target + 8, toStride);
      twoByTwo(from4 + at, fromStride, target + 16, toStride);
      twoByTwo(from6 + at, fromStride, target + 24, toStride);
    }
  }

  private static void twoByTwo(long from, long fromStride, long to, long toStride) {
    long a = Memory.getLong(from);
    long b = Memory.getLong(from + fromStride);
    Memory.putLong(to, a & 0xFFFFFFFFL | b << 32);
    Memory.putLong(to + toStride, a >>> 32 | b & 0xFFFFFFFF00000000L);
  }

  private static void longs(long from, long fromStride, long to, long toStride) {
    for (int i = 0; i < HEIGHT; i += 4) {
      for (int j = 0; j < WIDTH; j++) {
        long at = from + i * fromStride + 8L * j;
        long target = to + j * toStride + 8L * i;
        Memory.putLong(target, Memory.getLong(at));
        Memory.putLong(target + 8, Memory.getLong(at + fromStride));
        Memory.putLong(target + 16, Memory.getLong(at + 2 * fromStride));
        Memory.putLong(target + 24, Memory.getLong(at + 3 * fromStride));
      }
    }
  }

  /// Less than a block, or elements of another size.
  private void edge(long from, long fromStride, long to, long toStride, int height, int width) {
    for (int j = 0; j < width; j++)
      Bytes.move(size, height, from + (long) j * size, fromStride, to + j * toStride, size);
  }
}
