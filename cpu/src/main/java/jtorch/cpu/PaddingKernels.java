package jtorch.cpu;

import java.lang.ref.Reference;
import java.util.function.BiConsumer;
import jtorch.Tensor;
import jtorch.memory.Memory;
import jtorch.memory.ScratchMemory;
import jtorch.op.Call;
import jtorch.spi.Kernel;

/// The kernel of borders that continue a tensor: each row of the result is written once, border and inside.
final class PaddingKernels {
  private PaddingKernels() {}

  static void register(BiConsumer<String, Kernel> table) {
    table.accept("extend", PaddingKernels::extend);
  }

  private static void extend(Call c) {
    Tensor self = c.tensor("self").contiguous();
    Tensor out = c.out();
    if (out.numel() == 0) return;
    long[] pad = c.longs("pad");
    int n = self.dim();
    int padded = pad.length / 2;
    int[][] from = new int[padded][];
    for (int i = 0; i < padded; i++) {
      int d = n - 1 - i;
      from[i] = indices(self.size(d), out.size(d), pad[2 * i], pad[2 * i + 1], c.string("mode"));
    }
    int size = self.elementSize();
    int[] columns = from[0];
    int before = (int) Math.max(0, pad[0]);
    int inside = columns.length - before - (int) Math.max(0, pad[1]);
    long rowBytes = out.size(n - 1) * size;
    // What is padded but for its rows' ends is the same for all before it: where each row of the result comes from.
    long rows = 1;
    long inputRows = 1;
    for (int i = 1; i < padded; i++) {
      rows *= out.size(n - 1 - i);
      inputRows *= self.size(n - 1 - i);
    }
    long count = rows;
    long inputBytes = inputRows * self.size(n - 1) * size;
    long places = ScratchMemory.allocate(Math.multiplyExact(rows, Long.BYTES));
    try {
      for (long row = 0; row < rows; row++) {
        Memory.putLong(places + Long.BYTES * row, place(self, out, from, row) * self.size(n - 1) * size);
      }
      Parallel.run(out.numel() / out.size(n - 1), Math.max(1, (32 << 10) / rowBytes), (begin, end) -> {
        long next;
        for (long row = begin; row < end; row = next) {
          long first = row % count;
          next = Math.min(end, row - first + count);
          long at = self.address() + row / count * inputBytes;
          long to = out.address() + row * rowBytes;
          long table = places + Long.BYTES * first;
          if (inside > 0) Bytes.collectRows(at + (long) columns[before] * size, table, next - row,
              (long) inside * size, to + (long) before * size, rowBytes);
          border(size, at, table, next - row, columns, 0, before, to, rowBytes);
          border(size, at, table, next - row, columns, before + Math.max(0, inside), columns.length, to, rowBytes);
        }
      });
    } finally {
      ScratchMemory.free(places);
    }
    Reference.reachabilityFence(self);
  }

  /// The row of the input that a row of the padded dimensions comes from.
  private static long place(Tensor self, Tensor out, int[][] from, long row) {
    long source = 0;
    long scale = 1;
    for (int i = 1; i < from.length; i++) {
      int d = self.dim() - 1 - i;
      source += from[i][(int) (row % out.size(d))] * scale;
      row /= out.size(d);
      scale *= self.size(d);
    }
    return source;
  }

  /// Elements at an end of neighbouring rows.
  private static void border(int size, long input, long places, long rows, int[] columns, int begin, int end, long to,
      long rowBytes) {
    if (begin >= end) return;
    for (long row = 0; row < rows; row++, to += rowBytes) {
      border(size, input + Memory.getLong(places + Long.BYTES * row), columns, begin, end, to);
    }
  }

  private static void border(int size, long row, int[] columns, int begin, int end, long to) {
    if (size == 4) {
      for (int j = begin; j < end; j++) Memory.putInt(to + 4L * j, Memory.getInt(row + 4L * columns[j]));
    } else {
      for (int j = begin; j < end; j++) Bytes.move(size, row + (long) size * columns[j], to + (long) size * j);
    }
  }

  /// Where each index of the result along a dimension comes from. A negative pad cuts off.
  private static int[] indices(long size, long outSize, long low, long high, String mode) {
    int[] from = new int[Math.toIntExact(outSize)];
    long first = Math.max(0, -low);
    long inside = outSize - Math.max(0, low) - Math.max(0, high);
    for (int o = 0; o < from.length; o++) {
      long i = o - Math.max(0, low);
      from[o] = (int) (first + switch (mode) {
        case "reflect" -> i < 0 ? -i : i >= inside ? 2 * (inside - 1) - i : i;
        case "circular" -> Math.floorMod(i, Math.max(1, inside));
        default -> Math.clamp(i, 0, Math.max(0, inside - 1));
      });
    }
    return from;
  }
}
