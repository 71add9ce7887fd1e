package jtorch.cpu;

import jtorch.cpu.loop.Loop;
import jtorch.spi.Iteration;

/// Runs a loop over an iteration: in chunks that fit the nearest caches, on all threads where there is enough to do.
final class ElementwiseRunner {
  /// Elements a chunk: small enough for the caches, large enough that a call costs nothing; and whole chunks are compiled
  /// early, where one long loop would have to be replaced while it runs.
  private static final long CHUNK = 16 << 10;
  /// Below this many elements a second thread costs more than it brings.
  private static final long PARALLEL_FROM = 32 << 10;

  private ElementwiseRunner() {}

  static void run(Loop loop, Iteration it, long[] parameters) {
    if (it.dims() == 1) {
      long count = it.count();
      if (count <= CHUNK) loop.run(count, it.addresses(), it.flatStrides(), parameters);
      else if (count < PARALLEL_FROM) line(loop, it, parameters, 0, count);
      else Parallel.run(count, CHUNK, (begin, end) -> line(loop, it, parameters, begin, end));
    } else if (it.count() > 0) {
      long rows = it.count() / it.size(0);
      if (it.count() < PARALLEL_FROM) rows(loop, it, parameters, 0, rows);
      else if (rows == 1 || it.size(0) >= 4 * PARALLEL_FROM) rows(loop, it, parameters, 0, rows);
      else Parallel.run(rows, Math.max(1, CHUNK / it.size(0)), (begin, end) -> rows(loop, it, parameters, begin, end));
    }
  }

  private static void line(Loop loop, Iteration it, long[] parameters, long begin, long end) {
    int operands = it.operands();
    long[] addresses = new long[operands];
    long[] strides = it.flatStrides();
    for (long at = begin; at < end; at += CHUNK) {
      for (int o = 0; o < operands; o++) addresses[o] = it.address(o) + at * strides[o];
      loop.run(Math.min(CHUNK, end - at), addresses, strides, parameters);
    }
  }

  /// Rows along the innermost dimension, those before `end` from `begin` on.
  private static void rows(Loop loop, Iteration it, long[] parameters, long begin, long end) {
    int operands = it.operands();
    int dims = it.dims();
    long[] inner = new long[operands];
    long[] addresses = new long[operands];
    long[] row = new long[operands];
    for (int o = 0; o < operands; o++) inner[o] = it.stride(o, 0);
    long[] index = new long[dims];
    long rest = begin;
    for (int d = 1; d < dims; d++) {
      index[d] = rest % it.size(d);
      rest /= it.size(d);
    }
    for (int o = 0; o < operands; o++) {
      long address = it.address(o);
      for (int d = 1; d < dims; d++) address += index[d] * it.stride(o, d);
      row[o] = address;
    }
    long length = it.size(0);
    for (long r = begin; r < end; r++) {
      for (long at = 0; at < length; at += CHUNK) {
        for (int o = 0; o < operands; o++) addresses[o] = row[o] + at * inner[o];
        loop.run(Math.min(CHUNK, length - at), addresses, inner, parameters);
      }
      for (int d = 1; d < dims; d++) {
        index[d]++;
        for (int o = 0; o < operands; o++) row[o] += it.stride(o, d);
        if (index[d] < it.size(d)) break;
        for (int o = 0; o < operands; o++) row[o] -= index[d] * it.stride(o, d);
        index[d] = 0;
      }
    }
  }
}
