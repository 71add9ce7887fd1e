package jtorch.cpu;

import java.util.function.BiConsumer;
import jtorch.Tensor;
import jtorch.op.Call;
import jtorch.op.Copying;
import jtorch.spi.Iteration;
import jtorch.spi.Kernel;

/// Copies that keep the dtype: of any strides, and of several tensors into one.
final class JoiningKernels {
  private JoiningKernels() {}

  static void register(BiConsumer<String, Kernel> table) {
    table.accept("copy", JoiningKernels::copy);
    table.accept("cat", JoiningKernels::cat);
  }

  private static void copy(Call c) {
    copy(c.tensor("src"), c.out());
  }

  /// Copies between tensors of one shape and dtype.
  static void copy(Tensor from, Tensor to) {
    int size = to.elementSize();
    if (from.isContiguous() && to.isContiguous()) {
      Bytes.copyParallel(from.address(), to.address(), to.numel() * size);
      return;
    }
    long[][] strides = {bytes(to), bytes(from)};
    Iteration it = Iteration.of(to.sizes(), strides, new long[] {to.address(), from.address()});
    if (it.dims() == 1) {
      move(size, it.size(0), it.address(1), it.stride(1, 0), it.address(0), it.stride(0, 0));
      return;
    }
    long rows = it.count() / it.size(0);
    if (it.count() * size < Bytes.PARALLEL_FROM) rows(it, size, 0, rows);
    else Parallel.run(rows, Math.max(1, (64 << 10) / (it.size(0) * size)), (begin, end) -> rows(it, size, begin, end));
  }

  private static void move(int size, long count, long from, long fromStride, long to, long toStride) {
    if (count * size < Bytes.PARALLEL_FROM) Bytes.move(size, count, from, fromStride, to, toStride);
    else Parallel.run(count, 16 << 10, (begin, end) -> Bytes.move(size, end - begin, from + begin * fromStride,
        fromStride, to + begin * toStride, toStride));
  }

  private static long[] bytes(Tensor t) {
    long[] strides = t.strides().clone();
    for (int d = 0; d < strides.length; d++) strides[d] = t.size(d) == 1 ? 0 : strides[d] * t.elementSize();
    return strides;
  }

  private static void rows(Iteration it, int size, long begin, long end) {
    int dims = it.dims();
    long[] index = new long[dims];
    long to = it.address(0);
    long from = it.address(1);
    long rest = begin;
    for (int d = 1; d < dims; d++) {
      index[d] = rest % it.size(d);
      rest /= it.size(d);
      to += index[d] * it.stride(0, d);
      from += index[d] * it.stride(1, d);
    }
    for (long r = begin; r < end; r++) {
      Bytes.move(size, it.size(0), from, it.stride(1, 0), to, it.stride(0, 0));
      for (int d = 1; d < dims; d++) {
        to += it.stride(0, d);
        from += it.stride(1, d);
        if (++index[d] < it.size(d)) break;
        to -= index[d] * it.stride(0, d);
        from -= index[d] * it.stride(1, d);
        index[d] = 0;
      }
    }
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
    for (long o = begin; o < end; o++) {
      long at = to + o * row;
      for (int i = 0; i < pieces; i++) {
        Bytes.copy(from[i] + o * bytes[i], at, bytes[i]);
        at += bytes[i];
      }
    }
  }
}
