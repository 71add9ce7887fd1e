package jtorch.cpu;

import java.lang.ref.Reference;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.BiConsumer;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.memory.Memory;
import jtorch.op.Call;
import jtorch.spi.Kernel;

/// Triangles of matrices, and sums of whole ones.
final class MatrixPartKernels {
  private MatrixPartKernels() {}

  static void register(BiConsumer<String, Kernel> table) {
    table.accept("tril", c -> clear(c, true));
    table.accept("triu", c -> clear(c, false));
    table.accept("linear_combination", MatrixPartKernels::combine);
  }

  /// `sum weights[i] * tensors[i]`, one after the other and every step rounded, as PyTorch does it.
  private static void combine(Call c) {
    Tensor out = c.out();
    Tensor[] terms = c.tensors("tensors");
    double[] weights = Objects.requireNonNull(c.numbersOrNull("weights"));
    DType part = out.dtype().toReal();
    long n = out.dtype().isComplex() ? 2 * out.numel() : out.numel();
    long[] from = Arrays.stream(terms).mapToLong(Tensor::address).toArray();
    for (long i = 0; i < n; i++) {
      long at = i * part.size();
      switch (part) {
        case FLOAT32 -> {
          float sum = 0;
          for (int k = 0; k < from.length; k++) sum += Memory.getFloat(from[k] + at) * (float) weights[k];
          Memory.putFloat(out.address() + at, sum);
        }
        case FLOAT64 -> {
          double sum = 0;
          for (int k = 0; k < from.length; k++) sum += Memory.getDouble(from[k] + at) * weights[k];
          Memory.putDouble(out.address() + at, sum);
        }
        default -> {
          long to = out.address() + at;
          Numbers.putDouble(part, to, 0);
          for (int k = 0; k < from.length; k++) {
            double sum = Numbers.getDouble(part, to);
            Numbers.putDouble(part, to, (float) Numbers.getDouble(part, from[k] + at) * (float) weights[k]);
            Numbers.putDouble(part, to, (float) sum + (float) Numbers.getDouble(part, to));
          }
        }
      }
    }
    Reference.reachabilityFence(terms);
  }

  /// Zeros above (or below) a diagonal of each matrix.
  private static void clear(Call c, boolean keepLower) {
    Tensor out = c.out();
    if (out.numel() == 0) return;
    int n = out.dim();
    long rows = out.size(n - 2);
    long columns = out.size(n - 1);
    // Beyond the corners nothing changes.
    long diagonal = Math.max(-rows, Math.min(columns, c.integer("diagonal")));
    int size = out.elementSize();
    long rowStride = out.stride(n - 2) * size;
    long stride = out.stride(n - 1) * size;
    int[] batch = new int[n - 2];
    for (int d = 0; d < batch.length; d++) batch[d] = d;
    long[] matrices = IndexedRegion.table(out, batch);
    long address = out.address();
    Parallel.run(matrices.length * rows, Math.max(1, (32 << 10) / columns), (begin, end) -> {
      for (long r = begin; r < end; r++) {
        long i = r % rows;
        long bound = Math.max(0, Math.min(columns, keepLower ? i + diagonal + 1 : i + diagonal));
        long at = address + matrices[(int) (r / rows)] + i * rowStride;
        if (keepLower) zero(at + bound * stride, stride, columns - bound, size);
        else zero(at, stride, bound, size);
      }
    });
  }

  private static void zero(long address, long stride, long count, int size) {
    if (stride == size) {
      if (count > 0) Memory.fill(address, count * size, (byte) 0);
      return;
    }
    for (long i = 0; i < count; i++) {
      for (int b = 0; b < size; b++) Memory.putByte(address + i * stride + b, (byte) 0);
    }
  }
}
