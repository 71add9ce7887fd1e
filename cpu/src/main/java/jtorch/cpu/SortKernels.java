package jtorch.cpu;

import java.util.Arrays;
import java.util.function.BiConsumer;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.memory.Memory;
import jtorch.op.Call;
import jtorch.spi.Kernel;

/// Sorting lines, and choosing one of their elements by order.
final class SortKernels {
  /// Up to this length equal elements come in the order that PyTorch's algorithms leave; longer lines are sorted stably.
  private static final int LIBRARY_UP_TO = 32768;

  private SortKernels() {}

  static void register(BiConsumer<String, Kernel> table) {
    table.accept("sort", SortKernels::sort);
    table.accept("topk", SortKernels::topk);
    table.accept("kthvalue", c -> choose(c, line -> kth(line, Math.toIntExact(c.integer("k")) - 1)));
    table.accept("median", c -> choose(c, line -> median(line, false)));
    table.accept("nanmedian", c -> choose(c, line -> median(line, true)));
    table.accept("mode", c -> choose(c, SortKernels::mode));
  }

  /// The elements of one line.
  private record Line(DType dtype, long from, long stride, int length) {
    int[] sorted(boolean descending) {
      return SortKeys.order(dtype, from, stride, length, descending);
    }

    int[] first(int k, boolean descending) {
      return SortKeys.first(dtype, from, stride, length, k, descending);
    }

    long key(int i) {
      return SortKeys.key(dtype, from + i * stride);
    }

    boolean isNan(int i) {
      return SortKeys.isNan(dtype, from + i * stride);
    }

    /// The elements for the library's algorithms, which find equal ones in another order.
    LibrarySort library(boolean descending) {
      long[] keys = new long[length];
      for (int i = 0; i < length; i++) keys[i] = descending ? ~key(i) : key(i);
      return new LibrarySort(keys);
    }

    /// Whether another order of equal elements would show in these.
    boolean hasTies(int[] order) {
      if (length > LIBRARY_UP_TO) return false;
      for (int i = 1; i < order.length; i++) {
        if (key(order[i - 1]) == key(order[i])) return true;
      }
      if (order.length == length || order.length == 0) return false;
      return count(key(order[order.length - 1])) > 1;
    }

    int count(long key) {
      return SortKeys.count(dtype, from, stride, length, key);
    }
  }

  private static void sort(Call c) {
    boolean descending = c.bool("descending");
    boolean stable = Boolean.TRUE.equals(c.value("stable"));
    if (sortClose(c, descending, stable)) return;
    arrange(c, line -> {
      int[] order = line.sorted(descending);
      if (stable || !line.hasTies(order)) return order;
      LibrarySort library = line.library(descending);
      library.sort(0, line.length());
      return library.order;
    });
  }

  /// One long line of integers that lie close together, whose sorted keys tell values and places. False of all else.
  private static boolean sortClose(Call c, boolean descending, boolean stable) {
    Tensor self = c.tensor("self");
    if (self.dtype() != DType.INT64 || self.dim() != 1 || !self.isContiguous()) return false;
    int count = Math.toIntExact(self.numel());
    return (stable || count > LIBRARY_UP_TO) && SortKeys.sortClose(self.address(), count, descending,
        c.out(0).address(), 8 * c.out(0).stride(0), c.out(1).address(), 8 * c.out(1).stride(0));
  }

  private static void topk(Call c) {
    int k = Math.toIntExact(c.integer("k"));
    boolean largest = c.bool("largest");
    boolean sorted = c.bool("sorted");
    arrange(c, line -> {
      int n = line.length();
      if (k == 0) return new int[0];
      if (sorted || k * 64L <= n || n > LIBRARY_UP_TO) {
        int[] first = line.first(k, largest);
        if (!line.hasTies(first)) return first;
      }
      LibrarySort library = line.library(largest);
      if (k * 64L <= n) {
        library.partialSort(0, k, n);
      } else {
        library.nthElement(0, k - 1, n);
        if (sorted) library.sort(0, k - 1);
      }
      return Arrays.copyOf(library.order, k);
    });
  }

  private static int kth(Line line, int k) {
    int chosen = line.first(k + 1, false)[k];
    if (line.length() > LIBRARY_UP_TO || line.count(line.key(chosen)) == 1) return chosen;
    LibrarySort library = line.library(false);
    library.quickSelect(k);
    return library.order[k];
  }

  private static int median(Line line, boolean ignoreNan) {
    int n = line.length();
    int numbers = n;
    for (int i = 0; i < n && line.dtype().isFloatingPoint(); i++) {
      if (!line.isNan(i)) continue;
      if (!ignoreNan) return i;
      numbers--;
    }
    int k = numbers == 0 ? 0 : (numbers - 1) / 2;
    return line.first(k + 1, false)[k];
  }

  private static int mode(Line line) {
    int n = line.length();
    int[] order = line.sorted(false);
    if (n <= LIBRARY_UP_TO) {
      LibrarySort library = line.library(false);
      library.sort(0, n);
      order = library.order;
    }
    int best = 0;
    int most = 0;
    int run = 0;
    for (int i = 0; i < n; i++) {
      run++;
      if (i < n - 1 && line.key(order[i]) == line.key(order[i + 1])) continue;
      if (run > most) {
        most = run;
        best = order[i];
      }
      run = 0;
    }
    return best;
  }

  private interface Order {
    int[] of(Line line);
  }

  private interface Choice {
    int of(Line line);
  }

  /// Writes the elements of each line in some order, and their indices.
  private static void arrange(Call c, Order order) {
    Tensor self = c.tensor("self");
    if (c.out().numel() == 0) return;
    DType dtype = self.dtype();
    int size = dtype.size();
    Lines in = Lines.of(self, c.dim("dim", self));
    Lines values = Lines.of(c.out(0), c.dim("dim", self));
    Lines indices = Lines.of(c.out(1), c.dim("dim", self));
    in.each(line -> {
      long from = self.address() + in.starts()[line];
      int[] sorted = order.of(new Line(dtype, from, in.stride(), in.length()));
      long value = c.out(0).address() + values.starts()[line];
      long index = c.out(1).address() + indices.starts()[line];
      for (int i = 0; i < sorted.length; i++) {
        Bytes.move(size, from + sorted[i] * in.stride(), value + i * values.stride());
        Memory.putLong(index + i * indices.stride(), sorted[i]);
      }
    });
  }

  /// Writes one element of each line, and its index.
  private static void choose(Call c, Choice choice) {
    Tensor self = c.tensor("self");
    if (c.out().numel() == 0) return;
    DType dtype = self.dtype();
    int size = dtype.size();
    Lines in = Lines.of(self, c.dim("dim", self));
    in.each(line -> {
      long from = self.address() + in.starts()[line];
      int chosen = choice.of(new Line(dtype, from, in.stride(), in.length()));
      Bytes.move(size, from + chosen * in.stride(), c.out(0).address() + (long) line * size);
      Memory.putLong(c.out(1).address() + 8L * line, chosen);
    });
  }
}
