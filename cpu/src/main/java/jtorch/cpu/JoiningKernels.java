package jtorch.cpu;

import java.util.Arrays;
import java.util.function.BiConsumer;
import jtorch.Tensor;
import jtorch.op.Call;
import jtorch.op.Copying;
import jtorch.spi.Kernel;

/// Copies that keep the dtype: of any strides, and of several tensors into one.
final class JoiningKernels {
  private JoiningKernels() {}

  static void register(BiConsumer<String, Kernel> table) {
    table.accept("copy", c -> StridedCopy.copy(c.tensor("src"), c.out()));
    table.accept("cat", JoiningKernels::cat);
  }

  private static void cat(Call c) {
    Tensor[] all = c.tensors("tensors");
    Tensor out = c.out();
    if (out.numel() == 0) return;
    long given = c.integer("dim");
    int dim = (int) (given < 0 ? given + out.dim() : given);
    boolean plain = out.isContiguous();
    for (Tensor t : all) plain &= t.numel() == 0 || t.isContiguous() && t.dtype() == out.dtype();
    if (plain) {
      interleave(all, out, dim);
      return;
    }
    long start = 0;
    for (Tensor t : all) {
      if (t.numel() == 0) continue;
      Copying.write(t, out.window(t.sizes(), out.strides(), out.storageOffset() + start * out.stride(dim)));
      start += t.size(dim);
    }
  }

  /// Contiguous tensors: of each as many bytes as belong to one index of the outer dimensions, in turn.
  private static void interleave(Tensor[] all, Tensor out, int dim) {
    long outer = 1;
    for (int d = 0; d < dim; d++) outer *= out.size(d);
    long row = out.numel() / outer * out.elementSize();
    int count = 0;
    long[] from = new long[all.length];
    long[] bytes = new long[all.length];
    for (Tensor t : all) {
      if (t.numel() == 0) continue;
      from[count] = t.address();
      bytes[count++] = t.numel() / outer * t.elementSize();
    }
    int pieces = count;
    long to = out.address();
    if (outer == 1) {
      long at = to;
      for (int i = 0; i < pieces; i++) {
        Bytes.copyParallel(from[i], at, bytes[i]);
        at += bytes[i];
      }
    } else if (outer * row < Bytes.PARALLEL_FROM) {
      interleave(from, bytes, pieces, to, row, 0, outer);
    } else {
      Parallel.run(outer, Math.max(1, (64 << 10) / row),
          (begin, end) -> interleave(from, bytes, pieces, to, row, begin, end));
    }
  }

  private static void interleave(long[] from, long[] bytes, int pieces, long to, long row, long begin, long end) {
    if (VectorApi.PRESENT && pieces == 2 && bytes[0] == 4 && bytes[1] == 4) {
      VectorBytes.COPIES.pairs(from[0] + 4 * begin, from[1] + 4 * begin, to + 8 * begin, end - begin);
      return;
    }
    if (Arrays.stream(bytes, 0, pieces).allMatch(b -> b <= 16 && Long.bitCount(b) == 1)) {
      elements(from, bytes, pieces, to, row, begin, end);
      return;
    }
    for (long o = begin; o < end; o++) {
      long at = to + o * row;
      for (int i = 0; i < pieces; i++) {
        Bytes.copy(from[i] + o * bytes[i], at, bytes[i]);
        at += bytes[i];
      }
    }
  }

  /// Pieces of one element: column by column, so many rows at a time as stay in the nearest cache.
  private static void elements(long[] from, long[] bytes, int pieces, long to, long row, long begin, long end) {
    long rows = Math.max(1, (16 << 10) / row);
    for (long first = begin; first < end; first += rows) {
      long count = Math.min(rows, end - first);
      long at = to + first * row;
      for (int i = 0; i < pieces; i++) {
        Bytes.move((int) bytes[i], count, from[i] + first * bytes[i], bytes[i], at, row);
        at += bytes[i];
      }
    }
  }
}
