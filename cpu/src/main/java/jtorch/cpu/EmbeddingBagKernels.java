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

  /// The indices, and where each bag begins and the last ends.
  private record Bags(int[] indices, int[] starts, int padding) {
    static Bags of(Call c, long rows) {
      Tensor given = c.tensor("indices").to(DType.INT64).contiguous();
      int[] indices = new int[Math.toIntExact(given.numel())];
      long address = given.address();
      long wrong = LongRows.firstOutside(address, indices.length, rows);
      if (wrong >= 0)
        throw c.check().because("Index %d of input takes value %d which is not in the valid range [0, %d)",
            wrong, Memory.getLong(address + 8 * wrong), rows).indexFailure();
      Parallel.run(indices.length, GRAIN, (begin, end) -> {
        int last = (int) end;
        for (int i = (int) begin; i < last; i++) indices[i] = (int) Memory.getLong(address + 8L * i);
      });
      Reference.reachabilityFence(given);
      long[] offsets = c.tensor("offsets").toLongArray();
      int[] starts = new int[offsets.length + (c.bool("include_last_offset") ? 0 : 1)];
      for (int i = 0; i < starts.length; i++) starts[i] = i < offsets.length ? (int) offsets[i] : indices.length;
      return new Bags(indices, starts, (int) c.integer("padding_idx"));
    }

    int count() {
      return starts.length - 1;
    }

    int size(int bag) {
      if (padding < 0) return starts[bag + 1] - starts[bag];
      int size = 0;
      for (int i = starts[bag]; i < starts[bag + 1]; i++) {
        if (indices[i] != padding) size++;
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
    long grain = Math.max(1, GRAIN / Math.max(1, width * (1 + bags.indices.length / Math.max(1, bags.count()))));
    Parallel.run(bags.count(), grain, (begin, end) -> {
      for (int b = (int) begin; b < end; b++) {
        if (mode == 2) most(weight, bags, b, c.out(0), c.out(3));
        else sum(weight, bags, b, samples, mode == 1, c.out(0));
      }
    });
    Reference.reachabilityFence(weight);
    describe(c, bags, mode);
  }

  private static void sum(Tensor weight, Bags bags, int bag, double @Nullable [] samples, boolean mean, Tensor out) {
    DType dtype = out.dtype();
    long width = weight.size(1);
    int size = dtype.size();
    long to = out.address() + bag * width * size;
    int count = mean ? bags.size(bag) : 1;
    if (dtype.isHalf()) {
      float[] sums = new float[(int) width];
      for (int i = bags.starts[bag]; i < bags.starts[bag + 1]; i++) {
        if (bags.indices[i] == bags.padding) continue;
        float w = samples == null ? 1 : (float) samples[i];
        long row = weight.address() + bags.indices[i] * width * size;
        for (int j = 0; j < sums.length; j++) sums[j] += w * (float) Numbers.getDouble(dtype, row + j * 2L);
      }
      for (int j = 0; j < sums.length; j++) Numbers.putDouble(dtype, to + j * 2L, sums[j] / Math.max(1, count));
      return;
    }
    if (dtype == DType.FLOAT32 && samples == null) {
      BagSums.run(to, weight.address(), bags.indices, bags.starts[bag], bags.starts[bag + 1], bags.padding,
          Math.max(1, count), width);
      return;
    }
    Rows rows = Rows.of(dtype);
    rows.fill(to, width, 0);
    long scaled = samples == null ? 0 : ScratchMemory.allocate(width * size);
    for (int i = bags.starts[bag]; i < bags.starts[bag + 1]; i++) {
      if (bags.indices[i] == bags.padding) continue;
      long row = weight.address() + bags.indices[i] * width * size;
      if (samples != null) {
        rows.scale(scaled, row, width, samples[i]);
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
    for (int i = bags.starts[bag]; i < bags.starts[bag + 1]; i++) {
      int index = bags.indices[i];
      if (index == bags.padding) continue;
      long row = weight.address() + (long) index * width * size;
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

  /// Each index's bag, and the bags' sizes, as far as PyTorch tells them.
  private static void describe(Call c, Bags bags, int mode) {
    Tensor sizes = c.out(2);
    boolean numbered = c.out(1).numel() > 0;
    long grain = Math.max(1, GRAIN * Math.max(1, bags.count()) / Math.max(1, bags.indices.length));
    Parallel.run(bags.count(), grain, (begin, end) -> {
      for (int b = (int) begin; b < end; b++) {
        if (numbered) number(c.out(1), bags.starts[b], bags.starts[b + 1], b);
        put(sizes, b, mode == 0 ? 0 : bags.size(b));
      }
    });
    // An index behind the last offset belongs to the bag that would follow.
    if (numbered) number(c.out(1), bags.starts[bags.count()], bags.indices.length, bags.count());
    if (mode != 2) c.out(3).copy_(sizes);
  }

  private static void number(Tensor bagOf, int begin, int end, long bag) {
    if (bagOf.dtype() == DType.INT64) {
      long address = bagOf.address();
      for (int i = begin; i < end; i++) Memory.putLong(address + 8L * i, bag);
    } else {
      for (int i = begin; i < end; i++) put(bagOf, i, bag);
    }
  }

  private static void put(Tensor integers, long i, long value) {
    if (integers.dtype() == DType.INT64) Memory.putLong(integers.address() + 8 * i, value);
    else Numbers.putLong(integers.dtype(), integers.address() + i * integers.elementSize(), value);
  }

  private static void backward(Call c) {
    Tensor grad = c.tensor("grad").contiguous();
    Tensor out = c.out();
    long rows = out.size(0);
    Bags bags = Bags.of(c, rows);
    int mode = (int) c.integer("mode");
    double[] samples = samples(c);
    long[] maxima = mode == 2 ? c.tensor("maximum_indices").toLongArray() : new long[0];
    int[] counts = c.bool("scale_grad_by_freq") ? frequencies(bags.indices, (int) rows) : new int[0];
    DType dtype = out.dtype();
    boolean half = dtype.isHalf();
    Tensor sums = half ? out.to(DType.FLOAT32) : out;
    Tensor grads = half ? grad.to(DType.FLOAT32) : grad;
    long work = Math.max(1, bags.indices.length * out.size(1));
    long parts = Math.clamp(work / GRAIN, 1, Math.max(1, Math.min(Parallel.threads(), rows)));
    Parallel.run(parts, 1, (begin, end) -> {
      long first = begin * rows / parts;
      long until = end * rows / parts;
      if (mode == 2) addMaxima(bags, maxima, grads, sums, first, until);
      else addRows(bags, samples, counts, mode == 1, grads, sums, first, until);
    });
    Reference.reachabilityFence(grads);
    if (half) out.copy_(sums);
  }

  /// What each row's gradient is divided by. PyTorch takes, for the `i`-th of the different indices in order, how often
  /// the `i`-th of all the indices in order appears; so its numbers are these.
  private static int[] frequencies(int[] indices, int rows) {
    int[] counts = new int[rows];
    for (int i : indices) counts[i]++;
    int[] sorted = indices.clone();
    Arrays.sort(sorted);
    int[] frequencies = new int[rows];
    int different = 0;
    for (int i = 0; i < sorted.length; i++) {
      if (i == 0 || sorted[i] != sorted[i - 1]) frequencies[sorted[i]] = counts[sorted[different++]];
    }
    return frequencies;
  }

  private static void addRows(Bags bags, double @Nullable [] samples, int[] counts, boolean mean, Tensor grad,
      Tensor out, long first, long until) {
    Rows rows = Rows.of(out.dtype());
    long width = out.size(1);
    long bytes = width * out.dtype().size();
    long scaled = ScratchMemory.allocate(bytes);
    for (int b = 0; b < bags.count(); b++) {
      int size = mean ? bags.size(b) : 1;
      for (int i = bags.starts[b]; i < bags.starts[b + 1]; i++) {
        int index = bags.indices[i];
        if (index < first || index >= until || index == bags.padding) continue;
        double factor = samples == null ? 1 : samples[i];
        if (counts.length > 0) factor /= counts[index];
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
    for (int b = 0; b < bags.count(); b++) {
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
