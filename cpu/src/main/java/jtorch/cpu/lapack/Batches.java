package jtorch.cpu.lapack;

import jtorch.DType;
import jtorch.cpu.Parallel;
import jtorch.memory.Memory;
import jtorch.memory.ScratchMemory;

/// Calls LAPACK for each matrix of a batch.
public final class Batches {
  /// Below this work (multiplications) a thread is not worth waking.
  private static final double GRAIN = 50_000;

  /// From this work on several threads of OpenBLAS help one matrix. Two make 33 ms from 36 of a decomposition in singular values
  /// of 512 x 512, and 200 from 255 of 1024 x 1024; but where other programs want the cores too, waiting for each other they
  /// made 1200 ms from those 36.
  private static final double WIDE = 1e9;

  private Batches() {}

  /// The work on matrices `begin` to `end`; `work` is memory of its own, as much as was asked for.
  @FunctionalInterface
  public interface Body {
    void run(long begin, long end, long work);
  }

  /// Runs a body over `count` matrices that cost about `cost` multiplications each. One matrix, or few large ones, are given
  /// all of OpenBLAS's threads; of many matrices each stays with one thread.
  public static void run(long count, double cost, long workBytes, Body body) {
    if (count == 0) return;
    int threads = Parallel.threads();
    if (cost > WIDE && count < threads) {
      OpenBlas.together(threads, () -> piece(0, count, workBytes, body));
    } else if (count == 1) {
      OpenBlas.alone(() -> piece(0, 1, workBytes, body));
    } else {
      OpenBlas.alone(() -> Parallel.run(count, (long) Math.max(1, GRAIN / Math.max(1, cost)),
          (begin, end) -> piece(begin, end, workBytes, body)));
    }
  }

  private static void piece(long begin, long end, long workBytes, Body body) {
    long work = ScratchMemory.allocate(workBytes);
    try {
      body.run(begin, end, work);
    } finally {
      ScratchMemory.free(work);
    }
  }

  /// A number 1 of the dtype, at an address.
  public static void putOne(DType dtype, long address) {
    switch (dtype) {
      case FLOAT32 -> Memory.putFloat(address, 1);
      case FLOAT64 -> Memory.putDouble(address, 1);
      case COMPLEX64 -> {
        Memory.putFloat(address, 1);
        Memory.putFloat(address + 4, 0);
      }
      default -> {
        Memory.putDouble(address, 1);
        Memory.putDouble(address + 8, 0);
      }
    }
  }
}
