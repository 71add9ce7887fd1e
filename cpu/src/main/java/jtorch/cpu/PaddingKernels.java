package jtorch.cpu;

import java.lang.ref.Reference;
import java.util.function.BiConsumer;
import jtorch.Tensor;
import jtorch.memory.Memory;
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
    long width = self.size(n - 1);
    long rowBytes = out.size(n - 1) * size;
    long rows = out.numel() / out.size(n - 1);
    int[] columns = from[0];
    int before = (int) Math.max(0, pad[0]);
    int inside = columns.length - before - (int) Math.max(0, pad[1]);
    Parallel.run(rows, Math.max(1, (32 << 10) / rowBytes), (begin, end) -> {
      for (long row = begin; row < end; row++) {
        long rest = row;
        long source = 0;
        long scale = 1;
        for (int i = 1; i < padded; i++) {
          int d = n - 1 - i;
          source += from[i][(int) (rest % out.size(d))] * scale;
          rest /= out.size(d);
          scale *= self.size(d);
        }
        long at = self.address() + (source + rest * scale) * width * size;
        long to = out.address() + row * rowBytes;
        border(size, at, columns, 0, before, to);
        if (inside > 0) Bytes.copy(at + (long) columns[before] * size, to + (long) before * size, (long) inside * size);
        border(size, at, columns, before + Math.max(0, inside), columns.length, to);
      }
    });
    Reference.reachabilityFence(self);
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
