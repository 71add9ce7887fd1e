package jtorch.cpu;

import java.lang.ref.Reference;
import java.util.Arrays;
import java.util.function.BiConsumer;
import jtorch.Complex;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.memory.Memory;
import jtorch.op.Call;
import jtorch.op.Combining;
import jtorch.op.Copying;
import jtorch.op.Elementwise;
import jtorch.op.IndexPlan;
import jtorch.op.IndexReduction;
import jtorch.spi.Kernel;

/// Reading and writing positions named by index tensors.
final class IndexKernels {
  private IndexKernels() {}

  static void register(BiConsumer<String, Kernel> table) {
    table.accept("index", IndexKernels::index);
    table.accept("index_put", IndexKernels::indexPut);
    table.accept("index_select", IndexKernels::indexSelect);
    table.accept("index_add", IndexKernels::indexAdd);
    table.accept("index_copy", IndexKernels::indexCopy);
    table.accept("index_fill", IndexKernels::indexFill);
    table.accept("index_reduce", IndexKernels::indexReduce);
    table.accept("embedding", IndexKernels::embedding);
    table.accept("embedding_dense_backward", IndexKernels::embeddingBackward);
    table.accept("take", IndexKernels::take);
    table.accept("put", IndexKernels::put);
  }

  // ---- x[i, :, j] ------------------------------------------------------------------------------------------------

  private static void index(Call c) {
    Tensor self = c.tensor("self");
    if (MaskKernels.read(c, self, c.tensors("indices"))) return;
    IndexPlan plan = IndexPlan.of(c.operator(), self, c.tensors("indices"));
    Tensor out = c.result(plan.sizes(), self.dtype());
    new IndexedRegion(c.operator(), self, plan, true).read(out.address());
  }

  private static void indexPut(Call c) {
    Tensor out = c.out();
    Tensor values = c.tensor("values");
    if (values.dtype() != out.dtype()) throw c.check()
        .because(
            "Index put requires the source and destination dtypes match, got %s for the destination and %s for the source.",
            out.dtype(), values.dtype())
        .failure();
    IndexPlan plan = IndexPlan.of(c.operator(), out, c.tensors("indices"));
    long[] joined = Elementwise.broadcastShapes(values.sizes(), plan.sizes());
    if (joined == null || !Arrays.equals(joined, plan.sizes())) throw c.check()
        .because("shape mismatch: value tensor of shape %s cannot be broadcast to indexing result of shape %s",
            Arrays.toString(values.sizes()), Arrays.toString(plan.sizes()))
        .tensor("self", out).shapeFailure();
    IndexedRegion region = new IndexedRegion(c.operator(), out, plan, true);
    boolean accumulate = c.bool("accumulate");
    if (values.numel() == 1 && !accumulate) {
      Tensor value = apart(values, out);
      region.fill(value.address());
      Reference.reachabilityFence(value);
      return;
    }
    Tensor whole = apart(Arrays.equals(values.sizes(), plan.sizes()) ? values : values.expandRaw(plan.sizes()), out);
    region.write(whole.address(), Combiner.of(out.dtype(), accumulate ? Combining.ADD : Combining.REPLACE));
    Reference.reachabilityFence(whole);
  }

  /// The values in contiguous memory that the writing does not touch.
  static Tensor apart(Tensor values, Tensor out) {
    if (values.isContiguous() && !values.overlaps(out)) return values;
    Tensor copy = Torch.empty(values.sizes(), values.dtype(), values.device());
    Copying.write(values, copy);
    return copy;
  }

  // ---- rows along a dimension ------------------------------------------------------------------------------------

  /// A 0-dim tensor as a vector of one element.
  static Tensor atLeast1d(Tensor t) {
    return t.dim() > 0 ? t : t.window(new long[] {1}, new long[] {1}, t.storageOffset());
  }

  private static IndexedRegion rows(Call c, Tensor self) {
    Tensor window = atLeast1d(self);
    return new IndexedRegion(c.operator(), window, IndexPlan.along(window, c.dim("dim", window), c.tensor("index")),
        false);
  }

  private static void indexSelect(Call c) {
    rows(c, c.tensor("self")).read(c.out().address());
  }

  private static void indexAdd(Call c) {
    Object alpha = c.scalar("alpha");
    Tensor source = c.tensor("source");
    boolean one = alpha instanceof Boolean b ? b : !(alpha instanceof Complex) && ((Number) alpha).doubleValue() == 1;
    writeRows(c, one ? source : source.mul(alpha instanceof Number n ? n : 0L).to(source.dtype()), Combining.ADD);
  }

  private static void indexCopy(Call c) {
    writeRows(c, c.tensor("source"), Combining.REPLACE);
  }

  private static void writeRows(Call c, Tensor source, Combining way) {
    IndexedRegion region = rows(c, c.out());
    Tensor values = apart(source, c.out());
    region.write(values.address(), Combiner.of(c.out().dtype(), way));
    Reference.reachabilityFence(values);
  }

  private static void indexReduce(Call c) {
    IndexReduction reduction = IndexReduction.of(c);
    IndexedRegion region = rows(c, c.out());
    Tensor values = apart(c.tensor("source"), c.out());
    if (!reduction.includesSelf()) {
      Tensor neutral = reduction.neutral(c.out().dtype());
      region.fill(neutral.address());
      Reference.reachabilityFence(neutral);
    }
    region.write(values.address(), Combiner.of(c.out().dtype(), reduction.way()));
    Reference.reachabilityFence(values);
    if (!reduction.isMean()) return;
    Tensor counts = reduction.counts(c.out());
    Tensor ones = Torch.full(values.sizes(), 1L, DType.INT64);
    rows(c, counts).write(ones.address(), Combiner.of(DType.INT64, Combining.ADD));
    Reference.reachabilityFence(ones);
    reduction.divide(c.out(), counts);
  }

  private static void indexFill(Call c) {
    Tensor value = scalar(c, c.out().dtype());
    rows(c, c.out()).fill(value.address());
    Reference.reachabilityFence(value);
  }

  /// The argument `value`, a number or a 0-dim tensor, as an element.
  static Tensor scalar(Call c, DType dtype) {
    Object value = c.scalar("value");
    return value instanceof Tensor t ? t.to(dtype).contiguous() : Torch.full(new long[0], value, dtype);
  }

  // ---- tables ----------------------------------------------------------------------------------------------------

  private static void embedding(Call c) {
    Tensor weight = c.tensor("weight");
    new IndexedRegion(c.operator(), weight, IndexPlan.along(weight, 0, c.tensor("indices")), false)
        .read(c.out().address());
  }

  /// Rows of the gradient, added in the order of indices; each thread has some of the columns.
  private static void embeddingBackward(Call c) {
    Tensor out = c.out();
    Tensor grad = c.tensor("grad_output").contiguous();
    long[] rows = c.tensor("indices").reshape(-1).toLongArray();
    long padding = c.integer("padding_idx");
    int[] counts = new int[Math.toIntExact(out.size(0))];
    for (long row : rows) {
      if (row < 0 || row >= counts.length) throw IndexedRegion.outside(c.operator(), out, 0, row);
      counts[(int) row]++;
    }
    Tensor scaled = grad;
    if (c.bool("scale_grad_by_freq")) {
      double[] scale = new double[rows.length];
      for (int i = 0; i < scale.length; i++) scale[i] = 1.0 / counts[(int) rows[i]];
      scaled =
          grad.reshape(rows.length, out.size(1)).mul(Torch.tensor(scale).to(grad.dtype()).unsqueeze(1)).contiguous();
    }
    Combiner add = Combiner.of(out.dtype(), Combining.ADD);
    int size = out.elementSize();
    long width = out.size(1);
    long from = scaled.address();
    long to = out.address();
    long grain = rows.length * width < (64 << 10) ? Math.max(1, width) : 64;
    Parallel.run(width, grain, (begin, end) -> {
      for (int i = 0; i < rows.length; i++) {
        if (rows[i] == padding) continue;
        add.row(from + (i * width + begin) * size, to + (rows[i] * width + begin) * size, end - begin);
      }
    });
    Reference.reachabilityFence(scaled);
  }

  // ---- flat indices ----------------------------------------------------------------------------------------------

  /// The offset in bytes of each element that a flat index names.
  private static long[] flat(Call c, Tensor self, Tensor given) {
    Tensor index = given.to(DType.INT64).contiguous();
    long[] offsets = new long[Math.toIntExact(index.numel())];
    long numel = self.numel();
    long address = index.address();
    for (int i = 0; i < offsets.length; i++) {
      long at = Memory.getLong(address + 8L * i);
      if (at < -numel || at >= numel) throw c.check()
          .because("out of range: tried to access index %d on a tensor of %d elements.", at, numel).tensor("self", self)
          .indexFailure();
      long rest = at < 0 ? at + numel : at;
      if (self.isContiguous()) {
        offsets[i] = rest * self.elementSize();
        continue;
      }
      long offset = 0;
      for (int d = self.dim() - 1; d >= 0; d--) {
        offset += rest % self.size(d) * self.stride(d);
        rest /= self.size(d);
      }
      offsets[i] = offset * self.elementSize();
    }
    Reference.reachabilityFence(index);
    return offsets;
  }

  private static void take(Call c) {
    Tensor self = c.tensor("self");
    long[] offsets = flat(c, self, c.tensor("index"));
    Bytes.collect(self.elementSize(), self.address(), offsets, 0, offsets.length, c.out().address());
  }

  private static void put(Call c) {
    Tensor out = c.out();
    long[] offsets = flat(c, out, c.tensor("index"));
    Tensor source = apart(c.tensor("source"), out);
    Combiner combiner = Combiner.of(out.dtype(), c.bool("accumulate") ? Combining.ADD : Combining.REPLACE);
    long from = source.address();
    for (int i = 0; i < offsets.length; i++)
      combiner.one(from + (long) i * out.elementSize(), out.address() + offsets[i]);
    Reference.reachabilityFence(source);
  }
}
