package jtorch.cuda;

import static jtorch.cuda.KernelSet.define;
import static jtorch.cuda.KernelSet.type;

import java.util.Arrays;
import java.util.function.BiConsumer;
import java.util.function.Function;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.op.Call;
import jtorch.op.Combining;
import jtorch.op.Copying;
import jtorch.op.HostFallback;
import jtorch.op.IndexPlan;
import jtorch.op.IndexReduction;
import jtorch.spi.Kernel;
import org.jspecify.annotations.Nullable;

/// Reading and writing by index tensors, joining, and triangles.
///
/// Where several elements go to one place, they are combined by atomic operations: sums of floats may differ in the last
/// digits from run to run, as in PyTorch. Halves are added up in float32.
final class IndexKernels {
  static final KernelSet KERNELS = new KernelSet("index", "functions");
  private static final int MOST_DIMS = 12;
  private static final int MOST_INDICES = 8;
  private static final int THREADS = 256;
  private static final long NOTHING = Long.MIN_VALUE;

  private final CudaBackend backend;

  private IndexKernels(CudaBackend backend) {
    this.backend = backend;
  }

  static void register(CudaBackend backend, BiConsumer<String, Kernel> table) {
    var kernels = new IndexKernels(backend);
    table.accept("index_select", c -> kernels.read(c, c.tensor("self"), along(c, c.tensor("self"))));
    table.accept("embedding", c -> kernels.read(c, c.tensor("weight"),
        new Walk(IndexPlan.along(c.tensor("weight"), 0, c.tensor("indices").contiguous()), c.tensor("weight"), false)));
    table.accept("gather", c -> kernels.read(c, c.tensor("self"), elements(c, c.tensor("self"))));
    table.accept("take", kernels::take);
    table.accept("put", kernels::put);
    table.accept("index", kernels::index);
    table.accept("index_put", kernels::indexPut);
    table.accept("index_copy", c -> kernels.write(c, along(c, c.out()), c.tensor("source"), Combining.REPLACE, 1));
    table.accept("index_add", kernels::indexAdd);
    table.accept("index_fill", kernels::indexFill);
    table.accept("scatter", kernels::scatter);
    table.accept("scatter_add", c -> kernels.write(c, elements(c, c.out()), c.tensor("src"), Combining.ADD, 1));
    table.accept("scatter_with", kernels::scatterWith);
    table.accept("scatter_reduce", kernels::scatterReduce);
    table.accept("index_reduce", kernels::indexReduce);
    table.accept("embedding_dense_backward", kernels::embeddingBackward);
    table.accept("cat", IndexKernels::cat);
    table.accept("tril", c -> triangle(c, true));
    table.accept("triu", c -> triangle(c, false));
  }

  /// Which elements of a tensor are read or written: a shape over which indices and the other tensor go along.
  private static final class Walk {
    final long[] shape;
    /// Of the tensor that is indexed, 0 where an index tells; and of the indices.
    final long[] own;
    final long[] index;
    final Tensor[] indices;
    final long[] limits;
    final long[] jumps;
    final boolean negative;

    Walk(long[] shape, long[] own, long[] index, Tensor[] indices, long[] limits, long[] jumps, boolean negative) {
      this.shape = shape;
      this.own = own;
      this.index = index;
      this.indices = indices;
      this.limits = limits;
      this.jumps = jumps;
      this.negative = negative;
    }

    /// The same over the halves of complex numbers.
    Walk ofParts() {
      int n = shape.length;
      long[] longer = Arrays.copyOf(shape, n + 1);
      longer[n] = 2;
      long[] doubled = jumps.clone();
      for (int k = 0; k < doubled.length; k++) doubled[k] *= 2;
      return new Walk(longer, parts(own), Arrays.copyOf(index, n + 1), indices, limits, doubled, negative);
    }

    /// As a plan says: the indices' dimensions stand among those that are taken whole.
    Walk(IndexPlan plan, Tensor t, boolean negative) {
      this(plan.sizes(), new long[plan.sizes().length], new long[plan.sizes().length], plan.indices().clone(),
          new long[plan.indexed().length], new long[plan.indexed().length], negative);
      int place = plan.before().length;
      long[] dense = Tensor.contiguousStrides(plan.indexShape());
      for (int d = 0; d < place; d++) own[d] = t.strides()[plan.before()[d]];
      for (int d = 0; d < dense.length; d++) index[place + d] = dense[d];
      for (int d = 0; d < plan.after().length; d++) own[place + dense.length + d] = t.strides()[plan.after()[d]];
      for (int k = 0; k < indices.length; k++) {
        indices[k] = indices[k].to(DType.INT64).contiguous();
        limits[k] = t.size(plan.indexed()[k]);
        jumps[k] = t.strides()[plan.indexed()[k]];
      }
    }
  }

  /// Rows of a dimension.
  private static Walk along(Call c, Tensor t) {
    if (t.dim() == 0) t = t.window(new long[] {1}, new long[] {1}, t.storageOffset());
    return new Walk(IndexPlan.along(t, Math.toIntExact(Math.floorMod(c.integer("dim"), (long) t.dim())),
        c.tensor("index")), t, false);
  }

  /// An element for each of the index.
  private static Walk elements(Call c, Tensor t) {
    if (t.dim() == 0) t = t.window(new long[] {1}, new long[] {1}, t.storageOffset());
    Tensor given = c.tensor("index").to(DType.INT64);
    Tensor index = given.dim() == 0 ? given.reshape(1) : given;
    int dim = Math.toIntExact(Math.floorMod(c.integer("dim"), (long) t.dim()));
    long[] own = t.strides().clone();
    own[dim] = 0;
    return new Walk(index.sizes(), own, index.strides(), new Tensor[] {index}, new long[] {t.size(dim)},
        new long[] {t.strides()[dim]}, false);
  }

  static String definitions(DType dtype, @Nullable Combining combining, boolean scaled) {
    String numbers = "";
    boolean adds = combining == Combining.ADD && (dtype == DType.FLOAT32 || dtype == DType.FLOAT64
        || dtype == DType.INT32);
    if (combining != null) {
      DType number = dtype == DType.BOOL ? DType.INT64 : dtype.computeType();
      numbers = type("Number", Sources.type(number)) + define("COMBINE(x, y)", code(combining));
    }
    return type("Element", Sources.type(dtype)) + type("Index", "i64") + define("COMBINES", combining != null)
        + define("ADDS", adds) + define("SCALED", scaled) + numbers;
  }

  /// How an element that is there and one that comes become one.
  private static String code(Combining combining) {
    return switch (combining) {
      case REPLACE -> "y";
      case ADD -> "op_add(x, y)";
      case MULTIPLY -> "op_mul(x, y)";
      case MAXIMUM -> "op_max(x, y)";
      case MINIMUM -> "op_min(x, y)";
    };
  }

  private void launch(Call c, Walk walk, long[] other, DType dtype, String kernel, String definitions, long in,
      long out, long source, long skipped, double value) {
    long count = 1;
    for (long size : walk.shape) count *= size;
    if (count == 0) return;
    int dims = walk.shape.length;
    if (dims > MOST_DIMS || walk.indices.length > MOST_INDICES)
      throw new UnsupportedOperationException("more than " + MOST_DIMS + " dimensions on a GPU");
    CudaDevice device = backend.device(c.runsOn());
    String name = c.operator().schema().bareName();
    Arguments arguments = Arguments.begin().number(in).number(out).number(source).number(device.problem(name))
        .number(count).number(dims).number(walk.indices.length).number(walk.negative ? 1 : 0).number(skipped);
    for (int k = 0; k < MOST_INDICES; k++)
      arguments.number(k < walk.indices.length ? walk.indices[k].pointer() : 0);
    for (int k = 0; k < MOST_INDICES; k++) arguments.number(k < walk.indices.length ? walk.limits[k] : 0);
    for (int k = 0; k < MOST_INDICES; k++) arguments.number(k < walk.indices.length ? walk.jumps[k] : 0);
    for (long[] each : new long[][] {walk.shape, walk.own, walk.index, other}) {
      for (int d = 0; d < MOST_DIMS; d++) arguments.number(d < dims ? each[dims - 1 - d] : each == walk.shape ? 1 : 0);
    }
    arguments.number(value);
    device.launch(name, KERNELS.function(device, definitions, kernel), device.grid(count, 1, THREADS), arguments);
  }

  private void read(Call c, Tensor from, Walk walk) {
    read(c, from, walk, c.out());
  }

  private void read(Call c, Tensor from, Walk walk, Tensor out) {
    long[] strides = Tensor.contiguousStrides(walk.shape);
    DType bits = bits(from.dtype());
    launch(c, walk, strides, bits, "take", definitions(bits, null, false), from.pointer(), out.pointer(), 0, NOTHING,
        0);
  }

  /// Elements that are only moved are numbers of their size.
  private static DType bits(DType dtype) {
    return switch (dtype.size()) {
      case 1 -> DType.INT8;
      case 2 -> DType.INT16;
      case 4 -> DType.INT32;
      case 8 -> DType.INT64;
      default -> DType.COMPLEX128;
    };
  }

  private void take(Call c) {
    Tensor self = c.tensor("self").contiguous();
    Tensor index = c.tensor("index").to(DType.INT64).contiguous();
    Walk walk = new Walk(new long[] {index.numel()}, new long[1], new long[] {1}, new Tensor[] {index},
        new long[] {self.numel()}, new long[] {1}, true);
    read(c, self, walk);
  }

  private void index(Call c) {
    Tensor self = c.tensor("self");
    IndexPlan plan = IndexPlan.of(c.operator(), self, c.tensors("indices"));
    Tensor out = Torch.empty(plan.sizes(), self.dtype(), self.device());
    read(c, self, new Walk(plan, self, true), out);
    c.give(out);
  }

  private void indexPut(Call c) {
    Tensor out = c.out();
    IndexPlan plan = IndexPlan.of(c.operator(), out, c.tensors("indices"));
    Tensor values = c.tensor("values");
    if (values.dtype() != out.dtype() || !fits(values.sizes(), plan.sizes())) {
      // Which says what is wrong.
      HostFallback.run(c);
      return;
    }
    write(c, new Walk(plan, out, true), values, c.bool("accumulate") ? Combining.ADD : Combining.REPLACE, 1);
  }

  private static boolean fits(long[] from, long[] to) {
    long[] joined = jtorch.op.Elementwise.broadcastShapes(from, to);
    return joined != null && Arrays.equals(joined, to);
  }

  /// Combines a tensor, broadcast to the walk's shape, with what is in [Call#out].
  private void write(Call c, Walk walk, Tensor source, Combining combining, double factor) {
    write(c, walk, source, combining, factor, c.out());
  }

  private void write(Call c, Walk walk, Tensor source, Combining combining, double factor, Tensor out) {
    Tensor from = source.dim() == 0 && walk.shape.length == 1 ? source.window(new long[] {1}, new long[] {0},
        source.storageOffset()) : source;
    // A source may be larger than the index: its first elements count.
    long[] strides = new long[walk.shape.length];
    int shift = strides.length - from.dim();
    for (int d = 0; d < from.dim(); d++)
      strides[d + shift] = from.size(d) == 1 && walk.shape[d + shift] != 1 ? 0 : from.strides()[d];
    if (combining == Combining.REPLACE) {
      DType bits = bits(out.dtype());
      launch(c, walk, strides, bits, "give", definitions(bits, null, false), 0, out.pointer(), from.pointer(), NOTHING,
          0);
      return;
    }
    combine(c, walk, strides, out, from, combining, NOTHING, factor);
  }

  private void combine(Call c, Walk walk, long[] strides, Tensor out, Tensor from, Combining combining, long skipped,
      double factor) {
    DType dtype = out.dtype();
    if (dtype.isComplex()) {
      // Real and imaginary parts are a dimension more.
      if (combining != Combining.ADD) {
        HostFallback.run(c);
        return;
      }
      launch(c, walk.ofParts(), parts(strides), dtype.toReal(), "give_combined",
          definitions(dtype.toReal(), combining, factor != 1), 0, out.pointer(), from.pointer(), skipped, factor);
      return;
    }
    if (dtype.isHalf() && combining == Combining.ADD && out.isContiguous()) {
      // In float32, rounded once.
      Tensor wide = out.to(DType.FLOAT32);
      Tensor source = from.window(from.sizes(), from.strides(), from.storageOffset()).to(DType.FLOAT32);
      long[] dense = source.strides();
      long[] wideStrides = new long[strides.length];
      int shift = strides.length - source.dim();
      for (int d = 0; d < source.dim(); d++) wideStrides[d + shift] = strides[d + shift] == 0 ? 0 : dense[d];
      combine(c, walk, wideStrides, wide, source, combining, skipped, factor);
      out.copy_(wide);
      return;
    }
    launch(c, walk, strides, dtype, "give_combined", definitions(dtype, combining, factor != 1), 0, out.pointer(),
        from.pointer(), skipped, factor);
  }

  /// Strides in halves of complex numbers, and one for the halves.
  private static long[] parts(long[] strides) {
    long[] parts = Arrays.copyOf(strides, strides.length + 1);
    for (int d = 0; d < strides.length; d++) parts[d] *= 2;
    parts[strides.length] = 1;
    return parts;
  }

  private void indexAdd(Call c) {
    Object alpha = c.scalar("alpha");
    if (alpha instanceof jtorch.Complex) {
      HostFallback.run(c);
      return;
    }
    double factor = alpha instanceof Boolean b ? (b ? 1 : 0) : ((Number) alpha).doubleValue();
    write(c, along(c, c.out()), c.tensor("source"), Combining.ADD, factor);
  }

  private void indexFill(Call c) {
    Object value = c.scalar("value");
    Tensor source = value instanceof Tensor t ? t.to(c.out().dtype())
        : Torch.full(new long[0], value, c.out().dtype(), c.out().device());
    write(c, along(c, c.out()), source, Combining.REPLACE, 1);
  }

  private void scatter(Call c) {
    write(c, elements(c, c.out()), scattered(c), Combining.REPLACE, 1);
  }

  /// What a scatter writes: a tensor, or one number for all.
  private static Tensor scattered(Call c) {
    boolean tensor = c.operator().schema().arguments().stream().anyMatch(a -> a.name().equals("src"));
    return tensor ? c.tensor("src") : Torch.full(new long[0], c.scalar("value"), c.out().dtype(), c.out().device());
  }

  private void scatterWith(Call c) {
    boolean add = c.string("reduce").equals("add");
    if (c.out().dtype().isComplex()) HostFallback.run(c);
    else write(c, elements(c, c.out()), scattered(c), add ? Combining.ADD : Combining.MULTIPLY, 1);
  }

  private void scatterReduce(Call c) {
    reduce(c, out -> elements(c, out), c.tensor("src"));
  }

  private void indexReduce(Call c) {
    reduce(c, out -> along(c, out), c.tensor("source"));
  }

  private void reduce(Call c, Function<Tensor, Walk> walk, Tensor source) {
    Tensor out = c.out();
    if (out.dtype().isComplex()) {
      HostFallback.run(c);
      return;
    }
    IndexReduction reduction = IndexReduction.of(c);
    if (!reduction.includesSelf())
      write(c, walk.apply(out), reduction.neutral(out.dtype()), Combining.REPLACE, 1);
    write(c, walk.apply(out), source, reduction.way(), 1);
    if (!reduction.isMean()) return;
    Tensor counts = reduction.counts(out);
    write(c, walk.apply(counts), Torch.scalarTensor(1L), Combining.ADD, 1, counts);
    reduction.divide(out, counts);
  }

  /// Elements by their number in the tensor, whatever its strides are.
  private void put(Call c) {
    Tensor out = c.out();
    Tensor index = c.tensor("index").to(DType.INT64).contiguous();
    Tensor source = c.tensor("source").to(out.dtype()).contiguous().reshape(-1);
    boolean dense = out.isContiguous();
    Tensor target = dense ? out : out.contiguous();
    Walk walk = new Walk(new long[] {index.numel()}, new long[1], new long[] {1}, new Tensor[] {index},
        new long[] {target.numel()}, new long[] {1}, true);
    write(c, walk, source, c.bool("accumulate") ? Combining.ADD : Combining.REPLACE, 1, target);
    if (!dense) out.copy_(target);
  }

  private void embeddingBackward(Call c) {
    Tensor out = c.out();
    if (out.dtype().isComplex()) {
      HostFallback.run(c);
      return;
    }
    Tensor rows = c.tensor("indices").reshape(-1).to(DType.INT64).contiguous();
    Tensor grad = c.tensor("grad_output").reshape(rows.numel(), out.size(1));
    if (c.bool("scale_grad_by_freq")) {
      Tensor counts = Torch.zeros(out.size(0)).indexAdd_(0, rows, Torch.ones(rows.numel()));
      grad = grad.div(counts.indexSelect(0, rows).unsqueeze(1).to(grad.dtype()));
    }
    Walk walk = new Walk(grad.sizes(), new long[] {0, out.strides()[1]}, new long[] {1, 0}, new Tensor[] {rows},
        new long[] {out.size(0)}, new long[] {out.strides()[0]}, false);
    long padding = c.integer("padding_idx");
    combine(c, walk, grad.strides(), out, grad, Combining.ADD, padding < 0 ? NOTHING : padding, 1);
  }

  private static void cat(Call c) {
    Tensor out = c.out();
    if (out.numel() == 0) return;
    int dim = Math.toIntExact(Math.floorMod(c.integer("dim"), (long) out.dim()));
    long start = 0;
    for (Tensor t : c.tensors("tensors")) {
      if (t.numel() == 0) continue;
      Copying.write(t, out.window(t.sizes(), out.strides(), out.storageOffset() + start * out.strides()[dim]));
      start += t.size(dim);
    }
  }

  /// Zeros where a matrix is above, or below, its diagonal.
  private static void triangle(Call c, boolean lower) {
    Tensor out = c.out();
    if (out.numel() == 0) return;
    Tensor row = Torch.arange(out.size(-2)).unsqueeze(1);
    Tensor distance = Torch.arange(out.size(-1)).sub(row);
    long diagonal = c.integer("diagonal");
    out.maskedFill_(lower ? distance.gt(diagonal) : distance.lt(diagonal), 0L);
  }
}
