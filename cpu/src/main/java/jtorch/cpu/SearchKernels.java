package jtorch.cpu;

import java.lang.ref.Reference;
import java.util.function.BiConsumer;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.memory.Memory;
import jtorch.op.Call;
import jtorch.op.Promotion;
import jtorch.spi.Kernel;
import org.jspecify.annotations.Nullable;

/// Places in sorted sequences, and counts by bin.
final class SearchKernels {
  private SearchKernels() {}

  static void register(BiConsumer<String, Kernel> table) {
    table.accept("searchsorted", SearchKernels::searchsorted);
    table.accept("histc", SearchKernels::histc);
    table.accept("bincount", SearchKernels::bincount);
  }

  private static void searchsorted(Call c) {
    DType dtype = Promotion.resultType(c.tensor("sorted_sequence"), c.tensor("self"));
    Tensor sequence = c.tensor("sorted_sequence").to(dtype).contiguous();
    Tensor self = c.tensor("self").to(dtype).contiguous();
    Tensor given = c.tensorOrNull("sorter");
    Tensor sorter = given == null ? null : given.contiguous();
    boolean right = c.bool("right") || "right".equals(c.value("side"));
    Tensor out = c.out();
    long count = self.numel();
    if (count == 0) return;
    long length = sequence.dim() == 0 ? 1 : sequence.size(-1);
    long perRow = sequence.dim() <= 1 ? count : self.size(-1);
    int size = dtype.size();
    check(c, sorter, length);
    if (sorter == null && length > 0 && length <= Integer.MAX_VALUE
        && (dtype == DType.FLOAT32 || dtype == DType.INT64) && out.dtype() == DType.INT64) {
      Parallel.run(count, 4 << 10, (begin, end) -> {
        for (long i = begin; i < end; i++) {
          long row = sequence.address() + i / perRow * length * size;
          long at = self.address() + i * size;
          Memory.putLong(out.address() + 8 * i, dtype == DType.INT64
              ? findLong(row, (int) length, Memory.getLong(at), right)
              : findFloat(row, (int) length, Memory.getFloat(at), right));
        }
      });
      Reference.reachabilityFence(sequence);
      Reference.reachabilityFence(self);
      return;
    }
    Parallel.run(count, 1 << 10, (begin, end) -> {
      for (long i = begin; i < end; i++) {
        long row = i / perRow * length;
        long found =
            find(dtype, sequence.address() + row * size, sorter == null ? 0 : sorter.address() + 8 * row, length,
                self.address() + i * size, right);
        Numbers.putLong(out.dtype(), out.address() + i * out.elementSize(), found);
      }
    });
    Reference.reachabilityFence(sequence);
    Reference.reachabilityFence(self);
    Reference.reachabilityFence(sorter);
  }

  private static void check(Call c, @Nullable Tensor sorter, long length) {
    if (sorter == null) return;
    for (long i = 0; i < sorter.numel(); i++) {
      long at = Memory.getLong(sorter.address() + 8 * i);
      if (at < 0 || at >= length)
        throw c.check().because("sorter index out of range").tensor("sorter", sorter).indexFailure();
    }
  }

  private static long find(DType dtype, long sequence, long sorter, long length, long value, boolean right) {
    long start = 0;
    long end = length;
    while (start < end) {
      long middle = start + (end - start >> 1);
      long at = sequence + (sorter == 0 ? middle : Memory.getLong(sorter + 8 * middle)) * dtype.size();
      boolean before;
      if (dtype.isFloatingPoint()) {
        double there = Numbers.getDouble(dtype, at);
        double wanted = Numbers.getDouble(dtype, value);
        // Written so that NaN goes to the end.
        before = right ? !(there > wanted) : !(there >= wanted);
      } else {
        long there = Numbers.getLong(dtype, at);
        long wanted = Numbers.getLong(dtype, value);
        before = right ? there <= wanted : there < wanted;
      }
      if (before) start = middle + 1;
      else end = middle;
    }
    return start;
  }

  /// How many of a sorted row come before a number. The interval is halved without a branch that depends on the data.
  private static int findFloat(long row, int length, float wanted, boolean right) {
    int start = 0;
    int rest = length;
    while (rest > 0) {
      int half = rest >>> 1;
      float there = Memory.getFloat(row + 4L * (start + half));
      // Written so that NaN goes to the end.
      boolean before = right ? !(there > wanted) : !(there >= wanted);
      start = before ? start + half + 1 : start;
      rest = before ? rest - half - 1 : half;
    }
    return start;
  }

  private static int findLong(long row, int length, long wanted, boolean right) {
    int start = 0;
    int rest = length;
    while (rest > 0) {
      int half = rest >>> 1;
      long there = Memory.getLong(row + 8L * (start + half));
      boolean before = right ? there <= wanted : there < wanted;
      start = before ? start + half + 1 : start;
      rest = before ? rest - half - 1 : half;
    }
    return start;
  }

  private static void histc(Call c) {
    Tensor self = c.tensor("self").contiguous();
    DType dtype = self.dtype();
    int bins = Math.toIntExact(c.integer("bins"));
    double least = ((Number) c.scalar("min")).doubleValue();
    double most = ((Number) c.scalar("max")).doubleValue();
    long n = self.numel();
    if (least == most && n > 0) {
      least = Double.POSITIVE_INFINITY;
      most = Double.NEGATIVE_INFINITY;
      for (long i = 0; i < n; i++) {
        double value = Numbers.getDouble(dtype, self.address() + i * dtype.size());
        least = Math.min(least, value);
        most = Math.max(most, value);
      }
    }
    if (least == most) {
      least -= 1;
      most += 1;
    }
    if (!Double.isFinite(least) || !Double.isFinite(most))
      throw c.check().because("range of [%s, %s] is not finite", least, most).failure();
    if (least > most) throw c.check().because("max must be larger than min").failure();
    double[] counts = new double[bins];
    for (long i = 0; i < n; i++) {
      double value = Numbers.getDouble(dtype, self.address() + i * dtype.size());
      if (!(value >= least && value <= most)) continue;
      int bin = (int) (dtype == DType.FLOAT64 ? (value - least) * bins / (most - least)
          : (float) ((float) ((float) (value - least) * bins) / (float) (most - least)));
      counts[Math.min(bin, bins - 1)]++;
    }
    for (int i = 0; i < bins; i++) Numbers.putDouble(dtype, c.out().address() + (long) i * dtype.size(), counts[i]);
    Reference.reachabilityFence(self);
  }

  private static void bincount(Call c) {
    Tensor self = c.tensor("self");
    Tensor weights = c.tensorOrNull("weights");
    if (c.integer("minlength") < 0) throw c.check().because("minlength should be >= 0").failure();
    if (self.dim() != 1 || !self.dtype().isIntegral()) throw misused(c, self);
    if (weights != null && (weights.dim() != 1 || weights.numel() != self.numel())) throw c.check()
        .because("weights should be 1-d and have the same length as input").tensor("self", self)
        .tensor("weights", weights).shapeFailure();
    long[] range = self.dtype() == DType.INT64 && self.isContiguous()
        ? SortKeys.range(DType.INT64, self.address(), self.numel()) : null;
    if (weights == null && range != null && range[0] >= 0) {
      Tensor out = Torch.zeros(new long[] {Math.max(c.integer("minlength"), range[1] + 1)}, DType.INT64);
      long from = self.address();
      long to = out.address();
      long end = from + 8 * self.numel();
      for (long at = from; at < end; at += 8) {
        long place = to + 8 * Memory.getLong(at);
        Memory.putLong(place, Memory.getLong(place) + 1);
      }
      c.give(out);
      return;
    }
    long[] numbers = self.toLongArray();
    long bins = c.integer("minlength");
    for (long number : numbers) {
      if (number < 0) throw misused(c, self);
      bins = Math.max(bins, number + 1);
    }
    if (weights == null) {
      long[] counts = new long[Math.toIntExact(bins)];
      for (long number : numbers) counts[(int) number]++;
      c.give(Torch.tensor(counts));
      return;
    }
    DType dtype = weights.dtype() == DType.FLOAT32 ? DType.FLOAT32 : DType.FLOAT64;
    double[] values = weights.toDoubleArray();
    double[] sums = new double[Math.toIntExact(bins)];
    for (int i = 0; i < numbers.length; i++) {
      double sum = sums[(int) numbers[i]] + values[i];
      sums[(int) numbers[i]] = dtype == DType.FLOAT32 ? (float) sum : sum;
    }
    Tensor out = c.result(new long[] {bins}, dtype);
    for (int i = 0; i < sums.length; i++) Numbers.putDouble(dtype, out.address() + (long) i * dtype.size(), sums[i]);
  }

  private static IllegalArgumentException misused(Call c, Tensor self) {
    return c.check().because("bincount only supports 1-d non-negative integral inputs.").tensor("self", self).failure();
  }
}
