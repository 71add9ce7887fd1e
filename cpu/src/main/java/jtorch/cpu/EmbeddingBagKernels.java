package jtorch.cpu;

import java.lang.ref.Reference;
import java.util.Arrays;
import java.util.function.BiConsumer;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.cpu.kernel.BagSums;
import jtorch.cpu.kernel.Rows;
import jtorch.memory.Memory;
import jtorch.memory.ScratchMemory;
import jtorch.op.Call;
import jtorch.spi.Kernel;
import org.jspecify.annotations.Nullable;

/// The kernels of bags of a table's rows: whole rows at a time, bags over threads; going back, each thread owns some rows of
/// the table, so none is written twice at once.
final class EmbeddingBagKernels {
  private static final long GRAIN = 16 << 10;

  private EmbeddingBagKernels() {}

  static void register(BiConsumer<String, Kernel> table) {
    table.accept("embedding_bag", EmbeddingBagKernels::forward);
    table.accept("embedding_bag_backward", EmbeddingBagKernels::backward);
  }

  /// The indices and the bags' offsets, as int64 numbers at addresses, and the tensors that keep these alive: whoever reads
  /// them holds the record reachable.
  private record Bags(Tensor indices, Tensor offsets, long numbers, long total, long starts, long given, int count,
      int padding) {
    static Bags of(Call c, long rows) {
      Tensor indices = c.tensor("indices").to(DType.INT64).contiguous();
      long wrong = LongRows.firstOutside(indices.address(), indices.numel(), rows);
      if (wrong >= 0)
        throw c.check().because("Index %d of input takes value %d which is not in the valid range [0, %d)",
            wrong, Memory.getLong(indices.address() + 8 * wrong), rows).indexFailure();
      Tensor offsets = c.tensor("offsets").to(DType.INT64).contiguous();
      int count = Math.toIntExact(offsets.numel() - (c.bool("include_last_offset") ? 1 : 0));
      return new Bags(indices, offsets, indices.address(), indices.numel(), offsets.address(), offsets.numel(), count,
          (int) c.integer("padding_idx"));
    }

    long index(long i) {
      return Memory.getLong(numbers + 8 * i);
    }

    /// Where a bag's indices begin, and those of the bag before end.
    long start(int bag) {
      return bag < given ? Memory.getLong(starts + 8L * bag) : total;
    }

    long size(int bag) {
      long begin = start(bag);
      long end = start(bag + 1);
      if (padding < 0) return end - begin;
      long size = 0;
      for (long i = begin; i < end; i++) {
        if (index(i) != padding) size++;
      }
      return size;
    }
  }

  private static double @Nullable [] samples(Call c) {
    Tensor samples = c.tensorOrNull("per_sample_weights");
    return samples == null ? null : samples.toDoubleArray();
  }

  private static void forward(Call c) {
    Tensor weight = c.tensor("weight").contiguous();
    Bags bags = Bags.of(c, weight.size(0));
    int mode = (int) c.integer("mode");
    double[] samples = samples(c);
    long width = weight.size(1);
    long grain = Math.max(1, GRAIN / Math.max(1, width * (1 + bags.total / Math.max(1, bags.count))));
    Description description = Description.of(c, mode);
    Parallel.run(bags.count, grain, (begin, end) -> {
      for (int b = (int) begin; b < end; b++) {
        if (mode == 2) most(weight, bags, b, c.out(0), c.out(3));
        else sum(weight, bags, b, samples, mode == 1, c.out(0));
        description.bag(bags, b);
      }
    });
    Reference.reachabilityFence(weight);
    // An index behind the last offset belongs to the bag that would follow.
    if (description.numbered) description.number(bags.start(bags.count), bags.total, bags.count);
    if (mode != 2) c.out(3).copy_(c.out(2));
    Reference.reachabilityFence(bags);
  }

  private static void sum(Tensor weight, Bags bags, int bag, double @Nullable [] samples, boolean mean, Tensor out) {
    DType dtype = out.dtype();
    long width = weight.size(1);
    int size = dtype.size();
    long to = out.address() + bag * width * size;
    long count = mean ? bags.size(bag) : 1;
    long begin = bags.start(bag);
    long end = bags.start(bag + 1);
    if (dtype.isHalf()) {
      float[] sums = new float[(int) width];
      for (long i = begin; i < end; i++) {
        if (bags.index(i) == bags.padding) continue;
        float w = samples == null ? 1 : (float) samples[(int) i];
        long row = weight.address() + bags.index(i) * width * size;
        for (int j = 0; j < sums.length; j++) sums[j] += w * (float) Numbers.getDouble(dtype, row + j * 2L);
      }
      for (int j = 0; j < sums.length; j++) Numbers.putDouble(dtype, to + j * 2L, sums[j] / Math.max(1, count));
      return;
    }
    if (dtype == DType.FLOAT32 && samples == null) {
      BagSums.run(to, weight.address(), bags.numbers + 8 * begin, (int) (end - begin), bags.padding, Math.max(1, count),
          width);
      return;
    }
    Rows rows = Rows.of(dtype);
    rows.fill(to, width, 0);
    long scaled = samples == null ? 0 : ScratchMemory.allocate(width * size);
    for (long i = begin; i < end; i++) {
      if (bags.index(i) == bags.padding) continue;
      long row = weight.address() + bags.index(i) * width * size;
      if (samples != null) {
        rows.scale(scaled, row, width, samples[(int) i]);
        row = scaled;
      }
      rows.plus(to, to, row, width);
    }
    if (samples != null) ScratchMemory.free(scaled);
    if (count > 1) rows.divide(to, to, width, count);
  }

  private static void most(Tensor weight, Bags bags, int bag, Tensor out, Tensor places) {
    DType dtype = out.dtype();
    int width = (int) weight.size(1);
    int size = dtype.size();
    double[] most = new double[width];
    long[] from = new long[width];
    boolean empty = true;
    for (long i = bags.start(bag), end = bags.start(bag + 1); i < end; i++) {
      long index = bags.index(i);
      if (index == bags.padding) continue;
      long row = weight.address() + index * width * size;
      for (int j = 0; j < width; j++) {
        double v = Numbers.getDouble(dtype, row + (long) j * size);
        if (!empty && !(v > most[j])) continue;
        most[j] = v;
        from[j] = index;
      }
      empty = false;
    }
    for (int j = 0; j < width; j++) {
      long at = (long) bag * width + j;
      Numbers.putDouble(dtype, out.address() + at * size, most[j]);
      Numbers.putLong(places.dtype(), places.address() + at * places.dtype().size(), from[j]);
    }
  }

  /// Each index's bag, and the bags' sizes, as far as PyTorch tells them; written beside the sums, whose rows the processor
  /// waits for anyway.
  private record Description(boolean numbered, long bagOf, boolean sized, long sizes, boolean wide) {
    static Description of(Call c, int mode) {
      Tensor bagOf = c.out(1);
      Tensor sizes = c.out(2);
      return new Description(bagOf.numel() > 0, bagOf.address(), mode != 0, sizes.address(),
          sizes.dtype() == DType.INT64);
    }

    void bag(Bags bags, int bag) {
      long begin = bags.start(bag);
      long end = bags.start(bag + 1);
      if (numbered) number(begin, end, bag);
      put(sizes, bag, sized ? bags.size(bag) : 0);
    }

    void number(long begin, long end, int bag) {
      if (wide) for (long at = bagOf + 8 * begin; at < bagOf + 8 * end; at += 8) Memory.putLong(at, bag);
      else for (long at = bagOf + 4 * begin; at < bagOf + 4 * end; at += 4) Memory.putInt(at, bag);
    }

    private void put(long integers, int i, long value) {
      if (wide) Memory.putLong(integers + 8L * i, value);
      else Memory.putInt(integers + 4L * i, (int) value);
    }
  }

  private static void backward(Call c) {
    Tensor grad = c.tensor("grad").contiguous();
    Tensor out = c.out();
    long rows = out.size(0);
    Bags bags = Bags.of(c, rows);
    int mode = (int) c.integer("mode");
    double[] samples = samples(c);
    long[] maxima = mode == 2 ? c.tensor("maximum_indices").toLongArray() : new long[0];
    int[] counts = c.bool("scale_grad_by_freq") ? frequencies(bags.indices.toLongArray(), (int) rows) : new int[0];
    DType dtype = out.dtype();
    boolean half = dtype.isHalf();
    Tensor sums = half ? out.to(DType.FLOAT32) : out;
    Tensor grads = half ? grad.to(DType.FLOAT32) : grad;
    long work = Math.max(1, bags.total * out.size(1));
    long parts = Math.clamp(work / GRAIN, 1, Math.max(1, Math.min(Parallel.threads(), rows)));
    Parallel.run(parts, 1, (begin, end) -> {
      long first = begin * rows / parts;
      long until = end * rows / parts;
      if (mode == 2) addMaxima(bags, maxima, grads, sums, first, until);
      else addRows(bags, samples, counts, mode == 1, grads, sums, first, until);
    });
    Reference.reachabilityFence(grads);
    Reference.reachabilityFence(bags);
    if (half) out.copy_(sums);
  }

  /// What each row's gradient is divided by. PyTorch takes, for the `i`-th of the different indices in order, how often
  /// the `i`-th of all the indices in order appears; so its numbers are these.
  private static int[] frequencies(long[] indices, int rows) {
    int[] counts = new int[rows];
    for (long i : indices) counts[(int) i]++;
    long[] sorted = indices.clone();
    Arrays.sort(sorted);
    int[] frequencies = new int[rows];
    int different = 0;
    for (int i = 0; i < sorted.length; i++) {
      if (i == 0 || sorted[i] != sorted[i - 1]) frequencies[(int) sorted[i]] = counts[(int) sorted[different++]];
    }
    return frequencies;
  }

  private static void addRows(Bags bags, double @Nullable [] samples, int[] counts, boolean mean, Tensor grad,
      Tensor out, long first, long until) {
    Rows rows = Rows.of(out.dtype());
    long width = out.size(1);
    long bytes = width * out.dtype().size();
    long scaled = ScratchMemory.allocate(bytes);
    for (int b = 0; b < bags.count; b++) {
      long size = mean ? bags.size(b) : 1;
      for (long i = bags.start(b), end = bags.start(b + 1); i < end; i++) {
        long index = bags.index(i);
        if (index < first || index >= until || index == bags.padding) continue;
        double factor = samples == null ? 1 : samples[(int) i];
        if (counts.length > 0) factor /= counts[(int) index];
        if (mean) factor /= size;
        long from = grad.address() + b * bytes;
        if (factor != 1) {
          rows.scale(scaled, from, width, factor);
          from = scaled;
        }
        long to = out.address() + index * bytes;
        rows.plus(to, to, from, width);
      }
    }
    ScratchMemory.free(scaled);
  }

  private static void addMaxima(Bags bags, long[] maxima, Tensor grad, Tensor out, long first, long until) {
    DType dtype = out.dtype();
    int width = (int) out.size(1);
    for (int b = 0; b < bags.count; b++) {
      if (bags.size(b) == 0) continue;
      for (int j = 0; j < width; j++) {
        long index = maxima[b * width + j];
        if (index < first || index >= until) continue;
        long to = out.address() + (index * width + j) * dtype.size();
        double g = Numbers.getDouble(dtype, grad.address() + ((long) b * width + j) * dtype.size());
        Numbers.putDouble(dtype, to, Numbers.getDouble(dtype, to) + g);
      }
    }
  }
}
