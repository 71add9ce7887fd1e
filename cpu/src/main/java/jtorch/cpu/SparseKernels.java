package jtorch.cpu;

import static jtorch.memory.Memory.getLong;
import static jtorch.memory.Memory.putDouble;
import static jtorch.memory.Memory.putFloat;
import static jtorch.memory.Memory.putLong;

import java.util.function.BiConsumer;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.cpu.kernel.SparseRows;
import jtorch.op.Call;
import jtorch.spi.Kernel;

/// Products of compressed rows with dense matrices, and the counting sort that makes rows of coordinates.
final class SparseKernels {
  /// Multiplications that make a piece of work for a thread.
  private static final long GRAIN = 1 << 15;

  private SparseKernels() {}

  static void register(BiConsumer<String, Kernel> table) {
    table.accept("csr_product", SparseKernels::product);
    table.accept("sampled_product", SparseKernels::atPlaces);
    table.accept("group", SparseKernels::group);
  }

  private interface Row {
    void run(long y, long column, long value, long from, long to, long dense, long width);
  }

  private static void product(Call c) {
    Tensor dense = c.tensor("dense");
    DType dtype = dense.dtype();
    long begin = c.tensor("crow").address();
    long column = c.tensor("col").address();
    long value = c.tensor("values").address();
    long from = dense.address();
    long to = c.out().address();
    long rows = c.out().size(0);
    long width = dense.size(1);
    long entries = c.tensor("values").size(0);
    if (rows * width == 0) return;
    Row kernel = switch (dtype) {
      case FLOAT32 -> SparseRows::floatRow;
      case FLOAT64 -> SparseRows::doubleRow;
      default -> SparseRows::longRow;
    };
    long bytes = width * dtype.size();
    long each = width * (1 + entries / rows);
    Parallel.run(rows, Math.max(1, GRAIN / each), (first, last) -> {
      for (long i = first; i < last; i++)
        kernel.run(to + i * bytes, column, value, getLong(begin + i * 8), getLong(begin + i * 8 + 8), from, width);
    });
  }

  private static void atPlaces(Call c) {
    Tensor left = c.tensor("left");
    Tensor right = c.tensor("right");
    long row = c.tensor("rows").address();
    long column = c.tensor("cols").address();
    long a = left.address();
    long b = right.address();
    long to = c.out().address();
    long width = left.size(1);
    boolean single = left.dtype() == DType.FLOAT32;
    Parallel.run(c.out().numel(), Math.max(1, GRAIN / Math.max(1, width)), (first, last) -> {
      for (long p = first; p < last; p++) {
        long i = getLong(row + p * 8) * width;
        long j = getLong(column + p * 8) * width;
        if (single) putFloat(to + p * 4, SparseRows.floatDot(a + i * 4, b + j * 4, width));
        else putDouble(to + p * 8, SparseRows.doubleDot(a + i * 8, b + j * 8, width));
      }
    });
  }

  /// Counts the numbers of each kind, adds the counts up, and puts each number where its kind's next one belongs.
  private static void group(Call c) {
    Tensor numbers = c.tensor("numbers");
    long count = c.integer("count");
    long from = numbers.address();
    long begin = c.out(0).address();
    long order = c.out(1).address();
    long n = numbers.numel();
    long[] next = new long[Math.toIntExact(count + 1)];
    boolean sorted = true;
    long before = 0;
    for (long p = 0; p < n; p++) {
      long number = getLong(from + p * 8);
      next[(int) number + 1]++;
      sorted &= number >= before;
      before = number;
    }
    for (int i = 1; i <= count; i++) next[i] += next[i - 1];
    for (int i = 0; i <= count; i++) putLong(begin + i * 8L, next[i]);
    for (long p = 0; p < n; p++) putLong(order + 8 * (sorted ? p : next[(int) getLong(from + p * 8)]++), p);
  }
}
