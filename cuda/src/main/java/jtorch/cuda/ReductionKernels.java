package jtorch.cuda;

import static jtorch.cuda.KernelSet.define;
import static jtorch.cuda.KernelSet.type;

import java.util.Arrays;
import java.util.function.BiConsumer;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.cuda.driver.Driver.Grid;
import jtorch.op.Call;
import jtorch.op.Check;
import jtorch.op.HostFallback;
import jtorch.spi.Kernel;
import org.jspecify.annotations.Nullable;

/// Sums, products, extremes, truths, norms and variances over any dimensions of any layout.
final class ReductionKernels {
  static final KernelSet KERNELS = new KernelSet("reduce", "functions", "blocks");
  private static final int MOST_DIMS = 12;
  private static final int THREADS = 256;
  /// Bytes of a partial result, at most.
  private static final int PARTIAL = 24;
  /// A lane has at least so many elements before a reduction is cut.
  private static final long LEAST_EACH = 16;
  private static final long MOST_PIECES = 1024;

  private final CudaBackend backend;

  private ReductionKernels(CudaBackend backend) {
    this.backend = backend;
  }

  static void register(CudaBackend backend, BiConsumer<String, Kernel> table) {
    var kernels = new ReductionKernels(backend);
    table.accept("sum", kernels::sum);
    table.accept("prod", kernels::prod);
    table.accept("amax", c -> kernels.extreme(c, dims(c), c.out(), null, true));
    table.accept("amin", c -> kernels.extreme(c, dims(c), c.out(), null, false));
    table.accept("max_dim", c -> kernels.extreme(c, dim(c), c.out(0), c.out(1), true));
    table.accept("min_dim", c -> kernels.extreme(c, dim(c), c.out(0), c.out(1), false));
    table.accept("argmax", c -> kernels.extreme(c, dim(c), null, c.out(), true));
    table.accept("argmin", c -> kernels.extreme(c, dim(c), null, c.out(), false));
    table.accept("any", c -> kernels.truth(c, true));
    table.accept("all", c -> kernels.truth(c, false));
    table.accept("vector_norm", kernels::norm);
    table.accept("var_mean", kernels::variance);
  }

  private static int[] dims(Call c) {
    return Check.dims(c.operator(), c.longsOrNull("dim"), c.tensor("self").dim());
  }

  private static int[] dim(Call c) {
    return c.has("dim") ? new int[] {c.dim("dim", c.tensor("self"))}
        : Check.dims(c.operator(), null, c.tensor("self").dim());
  }

  private static DType arithmetic(DType dtype) {
    return dtype == DType.BOOL ? DType.INT64 : dtype.computeType();
  }

  static String definitions(String reduction, DType in, DType out, DType number, String more) {
    return type("In", Sources.type(in)) + type("Out", Sources.type(out)) + type("Number", Sources.type(number))
        + define("REDUCTION", reduction) + define("FLOATING", number.isFloatingPoint())
        + define("REAL", !in.isComplex()) + define("GREATEST", more.equals("greatest"))
        + define("ANY", more.equals("any"))
        + define("TRUE_OF(x)", in.isComplex() ? "(wide((x).re) != 0 || wide((x).im) != 0)" : "(wide(x) != 0)");
  }

  private void sum(Call c) {
    Tensor self = c.tensor("self");
    Tensor out = c.out();
    if (!out.dtype().isComplex()) {
      run(c, self, dims(c), out, null, "Sum", out.dtype(), "", 0);
      return;
    }
    // Real and imaginary parts add up apart.
    DType part = out.dtype().toReal();
    Tensor whole = self.to(out.dtype());
    for (int k = 0; k < 2; k++) {
      Tensor found = Torch.empty(out.sizes(), part, out.device());
      run(c, half(whole, k), dims(c), found, null, "Sum", part, "", 0);
      half(out, k).copy_(found);
    }
  }

  /// The real or the imaginary parts, as they lie in memory.
  private static Tensor half(Tensor complex, int part) {
    long[] strides = complex.strides().clone();
    for (int d = 0; d < strides.length; d++) strides[d] *= 2;
    return complex.window(complex.dtype().toReal(), complex.sizes(), strides, 2 * complex.storageOffset() + part);
  }

  private void prod(Call c) {
    if (c.out().dtype().isComplex()) {
      HostFallback.run(c);
      return;
    }
    run(c, c.tensor("self"), new int[] {c.dim("dim", c.tensor("self"))}, c.out(), null, "Product", c.out().dtype(), "",
        0);
  }

  private void extreme(Call c, int[] dims, @Nullable Tensor values, @Nullable Tensor places, boolean greatest) {
    DType dtype = c.tensor("self").dtype();
    run(c, c.tensor("self"), dims, values, places, "Extreme", dtype, greatest ? "greatest" : "least", 0);
  }

  private void truth(Call c, boolean any) {
    run(c, c.tensor("self"), dims(c), c.out(), null, "Truth", c.out().dtype(), any ? "any" : "all", 0);
  }

  private void norm(Call c) {
    run(c, c.tensor("self"), dims(c), c.out(), null, "Norm", c.out().dtype(), "", c.number("ord"));
  }

  private void variance(Call c) {
    Tensor self = c.tensor("self");
    double correction = c.number("correction", 1);
    if (!self.dtype().isComplex()) {
      run(c, self, dims(c), c.out(0), c.out(1), "Variance", self.dtype(), "", correction);
      return;
    }
    // The variance is the sum of the parts' variances.
    DType part = self.dtype().toReal();
    Tensor total = Torch.zeros(c.out(0).sizes(), part, self.device());
    for (int k = 0; k < 2; k++) {
      Tensor variance = Torch.empty(c.out(0).sizes(), part, self.device());
      Tensor mean = Torch.empty(c.out(0).sizes(), part, self.device());
      run(c, half(self, k), dims(c), variance, mean, "Variance", part, "", correction);
      total.add_(variance);
      half(c.out(1), k).copy_(mean);
    }
    c.out(0).copy_(total);
  }

  /// @param values where results go, null if only their places are wanted
  /// @param places where second results go
  private void run(Call c, Tensor self, int[] dims, @Nullable Tensor values, @Nullable Tensor places, String reduction,
      DType result, String more, double parameter) {
    Tensor shown = values != null ? values : java.util.Objects.requireNonNull(places);
    long outputs = shown.numel();
    if (outputs == 0) return;
    CudaDevice device = backend.device(self.device());
    var kept = new Dims(self, dims, false);
    var reduced = new Dims(self, dims, true);
    long length = reduced.count;
    boolean rows = reduced.isEmpty() || kept.isEmpty() || reduced.innermost() <= kept.innermost();
    int x;
    int y;
    if (rows) {
      x = (int) Math.min(THREADS, Long.highestOneBit(Math.max(1, length / 2)) * (length > 2 ? 2 : 1));
      y = Math.max(1, Math.min(THREADS / 2 / x, (int) Math.min(outputs, THREADS)));
    } else {
      x = 32;
      y = (int) Math.min(8, Long.highestOneBit(Math.max(1, length)));
    }
    long blocks = (outputs + (rows ? y : x) - 1) / (rows ? y : x);
    long lanes = rows ? x : y;
    long busy = 4L * device.properties().multiProcessorCount();
    long pieces = Math.clamp(Math.min(busy / blocks, length / (lanes * LEAST_EACH)), 1, MOST_PIECES);
    String definitions = definitions(reduction, self.dtype(), result, arithmetic(result), more);
    Tensor partial = pieces == 1 ? null
        : Torch.empty(new long[] {outputs * pieces * PARTIAL}, DType.UINT8, self.device());
    Arguments arguments = Arguments.begin().number(self.pointer()).number(values == null ? 0 : values.pointer())
        .number(places == null ? 0 : places.pointer()).number(partial == null ? 0 : partial.pointer())
        .number(outputs).number(length).number(pieces).number(kept.sizes.length).number(reduced.sizes.length);
    kept.write(arguments);
    reduced.write(arguments);
    arguments.number(rows ? 1 : 0).number(parameter);
    String name = c.operator().schema().bareName();
    device.launch(name, KERNELS.function(device, definitions, "reduce"),
        new Grid(Math.toIntExact(blocks), (int) pieces, 1, x, y, 0), arguments);
    if (partial != null) {
      int threads = (int) Math.max(32, Math.min(THREADS, Long.highestOneBit(pieces)));
      device.launch(name, KERNELS.function(device, definitions, "join_pieces"), Grid.of(outputs, threads), arguments);
    }
  }

  /// The dimensions that are kept, or those that are reduced: the innermost first, neighbours merged.
  private static final class Dims {
    final long[] sizes;
    final long[] strides;
    final long count;

    Dims(Tensor t, int[] dims, boolean reduced) {
      long[] s = new long[Math.max(1, t.dim())];
      long[] strides = new long[s.length];
      int n = 0;
      long count = 1;
      for (int d = t.dim() - 1; d >= 0; d--) {
        int dim = d;
        if (Arrays.stream(dims).anyMatch(e -> e == dim) != reduced) continue;
        count *= t.size(d);
        if (t.size(d) == 1) continue;
        if (n > 0 && strides[n - 1] * s[n - 1] == t.strides()[d]) {
          s[n - 1] *= t.size(d);
        } else {
          s[n] = t.size(d);
          strides[n++] = t.strides()[d];
        }
      }
      if (n > MOST_DIMS) throw new UnsupportedOperationException("more than " + MOST_DIMS + " dimensions on a GPU");
      this.sizes = n == 0 ? new long[] {1} : Arrays.copyOf(s, n);
      this.strides = n == 0 ? new long[] {0} : Arrays.copyOf(strides, n);
      this.count = count;
    }

    boolean isEmpty() {
      return count <= 1;
    }

    long innermost() {
      return Math.abs(strides[0]);
    }

    void write(Arguments arguments) {
      for (int d = 0; d < MOST_DIMS; d++) arguments.number(d < sizes.length ? sizes[d] : 1);
      for (int d = 0; d < MOST_DIMS; d++) arguments.number(d < sizes.length ? strides[d] : 0);
    }
  }
}
