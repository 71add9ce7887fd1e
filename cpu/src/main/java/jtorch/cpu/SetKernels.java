package jtorch.cpu;

import java.lang.ref.Reference;
import java.util.Arrays;
import java.util.Comparator;
import java.util.function.BiConsumer;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.memory.Memory;
import jtorch.op.Call;
import jtorch.op.Promotion;
import jtorch.spi.Kernel;

/// Each element once, each row once, and membership. NaN equals nothing, itself included.
final class SetKernels {
  private static final long[] NONE = {0};
  /// Integers are counted, or told by a table, where the table is at most so many times as long as they are many.
  private static final long DENSE = 4;

  private SetKernels() {}

  static void register(BiConsumer<String, Kernel> table) {
    table.accept("unique", SetKernels::unique);
    table.accept("distinct_rows", SetKernels::distinctRows);
    table.accept("isin", SetKernels::isin);
  }

  private static void unique(Call c) {
    Tensor self = c.tensor("self").contiguous();
    DType dtype = self.dtype();
    if (dtype.isComplex()) throw c.check().because("not implemented for '%s'", dtype).tensor("self", self).failure();
    int n = Math.toIntExact(self.numel());
    int size = dtype.size();
    long from = self.address();
    if (dtype.isIntegral()) {
      long[] range = SortKeys.range(dtype, from, n);
      if (range != null && range[1] - range[0] < DENSE * Math.max(1024L, n)) {
        uniqueOfDense(c, self, range[0], (int) (range[1] - range[0] + 1));
        return;
      }
    }
    int[] order = SortKeys.order(dtype, from, size, n, false);
    int[] starts = new int[n + 1];
    int groups = 0;
    for (int i = 0; i < n; i++) {
      if (i == 0 || !equal(dtype, from + (long) size * order[i - 1], from + (long) size * order[i]))
        starts[groups++] = i;
    }
    starts[groups] = n;
    Tensor values = c.result(new long[] {groups}, dtype);
    Tensor inverse = c.result(c.bool("return_inverse") ? self.sizes() : NONE, DType.INT64);
    Tensor counts = c.result(c.bool("return_counts") ? new long[] {groups} : NONE, DType.INT64);
    for (int g = 0; g < groups; g++) {
      Bytes.move(size, from + (long) size * order[starts[g]], values.address() + (long) size * g);
      if (c.bool("return_counts")) Memory.putLong(counts.address() + 8L * g, starts[g + 1] - starts[g]);
      if (!c.bool("return_inverse")) continue;
      for (int i = starts[g]; i < starts[g + 1]; i++) Memory.putLong(inverse.address() + 8L * order[i], g);
    }
    Reference.reachabilityFence(self);
  }

  /// Integers that lie close together are counted instead of sorted.
  private static void uniqueOfDense(Call c, Tensor self, long least, int span) {
    DType dtype = self.dtype();
    int n = Math.toIntExact(self.numel());
    int size = dtype.size();
    long from = self.address();
    int[] counted = new int[span];
    if (dtype == DType.INT64) {
      for (int i = 0; i < n; i++) counted[(int) (Memory.getLong(from + 8L * i) - least)]++;
    } else {
      for (int i = 0; i < n; i++) counted[(int) (Numbers.getLong(dtype, from + (long) size * i) - least)]++;
    }
    int groups = 0;
    for (int count : counted) groups += count > 0 ? 1 : 0;
    boolean wantsInverse = c.bool("return_inverse");
    boolean wantsCounts = c.bool("return_counts");
    Tensor values = c.result(new long[] {groups}, dtype);
    Tensor inverse = c.result(wantsInverse ? self.sizes() : NONE, DType.INT64);
    Tensor counts = c.result(wantsCounts ? new long[] {groups} : NONE, DType.INT64);
    int group = 0;
    for (int v = 0; v < span; v++) {
      if (counted[v] == 0) continue;
      Numbers.putLong(dtype, values.address() + (long) size * group, least + v);
      if (wantsCounts) Memory.putLong(counts.address() + 8L * group, counted[v]);
      counted[v] = group++;
    }
    for (int i = 0; i < n && wantsInverse; i++) {
      long value =
          dtype == DType.INT64 ? Memory.getLong(from + 8L * i) : Numbers.getLong(dtype, from + (long) size * i);
      Memory.putLong(inverse.address() + 8L * i, counted[(int) (value - least)]);
    }
    Reference.reachabilityFence(self);
  }

  private static boolean equal(DType dtype, long a, long b) {
    return SortKeys.key(dtype, a) == SortKeys.key(dtype, b) && !SortKeys.isNan(dtype, a);
  }

  private static void distinctRows(Call c) {
    Tensor self = c.tensor("self").contiguous();
    DType dtype = self.dtype();
    if (dtype.isComplex()) throw c.check().because("not implemented for '%s'", dtype).tensor("self", self).failure();
    int rows = Math.toIntExact(self.size(0));
    long width = self.size(1);
    long from = self.address();
    int size = dtype.size();
    Integer[] order = new Integer[rows];
    for (int i = 0; i < rows; i++) order[i] = i;
    if (c.bool("order")) Arrays.sort(order, comparator(dtype, from, width));
    long[] kept = new long[rows];
    long[] inverse = new long[rows];
    long[] counts = new long[rows];
    int groups = 0;
    for (int i = 0; i < rows; i++) {
      boolean fresh = i == 0;
      for (long j = 0; j < width && !fresh; j++)
        fresh = !equal(dtype, from + (order[i - 1] * width + j) * size, from + (order[i] * width + j) * size);
      if (fresh) kept[groups++] = order[i];
      inverse[order[i]] = groups - 1;
      counts[groups - 1]++;
    }
    write(c.result(new long[] {groups}, DType.INT64), kept);
    write(c.result(new long[] {rows}, DType.INT64), inverse);
    write(c.result(new long[] {groups}, DType.INT64), counts);
    Reference.reachabilityFence(self);
  }

  private static Comparator<Integer> comparator(DType dtype, long from, long width) {
    int size = dtype.size();
    return (a, b) -> {
      for (long j = 0; j < width; j++) {
        long x = SortKeys.key(dtype, from + (a * width + j) * size);
        long y = SortKeys.key(dtype, from + (b * width + j) * size);
        if (x != y) return Long.compare(x, y);
      }
      return 0;
    };
  }

  private static void write(Tensor to, long[] values) {
    for (int i = 0; i < to.numel(); i++) Memory.putLong(to.address() + 8L * i, values[i]);
  }

  private static void isin(Call c) {
    DType dtype = Promotion.resultType(c.tensor("elements"), c.tensor("test_elements"));
    Tensor elements = c.tensor("elements").to(dtype).contiguous();
    Tensor set = c.tensor("test_elements").to(dtype).contiguous();
    if (dtype.isIntegral()) {
      long[] range = SortKeys.range(dtype, set.address(), set.numel());
      if (range != null && range[1] - range[0] < DENSE * (elements.numel() + set.numel() + 1024)) {
        isInDense(c, elements, set, range[0], (int) (range[1] - range[0] + 1));
        return;
      }
    }
    long[] keys = new long[Math.toIntExact(set.numel())];
    int known = 0;
    for (int i = 0; i < keys.length; i++) {
      long at = set.address() + (long) i * dtype.size();
      if (!SortKeys.isNan(dtype, at)) keys[known++] = SortKeys.key(dtype, at);
    }
    Arrays.sort(keys, 0, known);
    int members = known;
    boolean invert = c.bool("invert");
    long from = elements.address();
    long to = c.out().address();
    Parallel.run(elements.numel(), 8 << 10, (begin, end) -> {
      for (long i = begin; i < end; i++) {
        long at = from + i * dtype.size();
        boolean found =
            !SortKeys.isNan(dtype, at) && Arrays.binarySearch(keys, 0, members, SortKeys.key(dtype, at)) >= 0;
        Memory.putByte(to + i, (byte) (found != invert ? 1 : 0));
      }
    });
    Reference.reachabilityFence(elements);
    Reference.reachabilityFence(set);
  }

  private static void isInDense(Call c, Tensor elements, Tensor set, long least, int span) {
    DType dtype = elements.dtype();
    int size = dtype.size();
    boolean invert = c.bool("invert");
    byte[] table = new byte[span];
    Arrays.fill(table, (byte) (invert ? 1 : 0));
    byte member = (byte) (invert ? 0 : 1);
    for (long i = 0; i < set.numel(); i++)
      table[(int) (Numbers.getLong(dtype, set.address() + i * size) - least)] = member;
    long from = elements.address();
    long to = c.out().address();
    Parallel.run(elements.numel(), 32 << 10, (begin, end) -> {
      for (long i = begin; i < end; i++) {
        long value = dtype == DType.INT64 ? Memory.getLong(from + 8 * i) : Numbers.getLong(dtype, from + i * size);
        long at = value - least;
        Memory.putByte(to + i, value < least || at < 0 || at >= span ? (byte) (1 - member) : table[(int) at]);
      }
    });
    Reference.reachabilityFence(elements);
    Reference.reachabilityFence(set);
  }
}
