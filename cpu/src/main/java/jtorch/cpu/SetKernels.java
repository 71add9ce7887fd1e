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
}
