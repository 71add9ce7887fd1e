package jtorch.cpu;

import java.util.Arrays;
import java.util.function.BiConsumer;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.cpu.kernel.HalfCascade;
import jtorch.cpu.kernel.Reductions;
import jtorch.cpu.kernel.Rows;
import jtorch.memory.Memory;
import jtorch.op.Call;
import jtorch.op.Check;
import jtorch.spi.Kernel;

/// The kernels of reductions: dtypes and layouts are brought to `[outer, n, inner]` of float32, float64 or int64, and
/// results to their dtype.
final class ReductionKernels {
  /// Folds one dtype's middle dimension.
  @FunctionalInterface
  private interface Fold {
    void run(Rows rows, long x, long out, long outer, long n, long inner);
  }

  /// Folds int64.
  @FunctionalInterface
  private interface LongFold {
    long apply(long a, long b);
  }

  /// Columns of integers that are added up together.
  private static final long PANEL = 512;
  /// Integers that make up a piece of a long row.
  private static final long LONG_ROW = 1 << 16;

  /// Halves that are worth a thread.
  private static final long HALVES = 1 << 15;

  /// Elements for which a second pass costs less than rearranging.
  private static final long TWICE_FROM = 1 << 14;

  private ReductionKernels() {}

  static void register(BiConsumer<String, Kernel> table) {
    table.accept("sum", ReductionKernels::sum);
    table.accept("prod", ReductionKernels::prod);
    table.accept("amax", c -> fold(c, dims(c, "dim"), Reductions::max, Long.MIN_VALUE, Math::max));
    table.accept("amin", c -> fold(c, dims(c, "dim"), Reductions::min, Long.MAX_VALUE, Math::min));
    table.accept("max_dim", c -> located(c, true));
    table.accept("min_dim", c -> located(c, false));
    table.accept("argmax", c -> place(c, true));
    table.accept("argmin", c -> place(c, false));
    table.accept("hash_tensor", ReductionKernels::hash);
    table.accept("any", c -> truth(c, true));
    table.accept("all", c -> truth(c, false));
    table.accept("var_mean", ReductionKernels::variance);
    table.accept("vector_norm",
        c -> fold(c, dims(c, "dim"),
            (rows, x, out, outer, n, inner) -> Reductions.norm(rows, x, out, outer, n, inner, c.number("ord")), 0,
            (a, b) -> a));
  }

  private static int[] dims(Call c, String name) {
    return Check.dims(c.operator(), c.longsOrNull(name), c.tensor("self").dim());
  }

  private static int[] dim(Call c) {
    return new int[] {c.dim("dim", c.tensor("self"))};
  }

  private static void sum(Call c) {
    Tensor self = c.tensor("self");
    Tensor out = c.out();
    DType dtype = out.dtype();
    if (dtype.isComplex()) {
      // Real and imaginary parts add up apart: they are the innermost dimension.
      Folded f = Folded.of(self, dims(c, "dim"), dtype);
      Reductions.sum(Rows.of(dtype.toReal()), f.address(), out.address(), f.outer(), f.n(), 2 * f.inner());
      return;
    }
    if (dtype == DType.INT64 || dtype == DType.BOOL) sumLongs(c);
    else if (!sumHalves(self, dims(c, "dim"), out) && !sumTwice(self, dims(c, "dim"), out))
      fold(c, dims(c, "dim"), Reductions::sum, 0, Long::sum);
  }

  /// Sums of neighbouring halves, which are read as they lie.
  private static boolean sumHalves(Tensor self, int[] dims, Tensor out) {
    if (!self.dtype().isHalf() || !self.isContiguous() || self.numel() < TWICE_FROM) return false;
    if (out.dtype() != self.dtype() && out.dtype() != DType.FLOAT32) return false;
    Folded f = Folded.of(self, dims, self.dtype());
    long n = f.n();
    if (f.source() != self || f.inner() != 1 || !HalfCascade.takes(self.dtype(), n)) return false;
    Tensor computed = result(out, DType.FLOAT32);
    Parallel.run(f.outer(), Math.max(1, HALVES / n), (begin, end) -> HalfCascade.run(self.dtype(),
        f.address() + begin * n * Short.BYTES, n, computed.address() + begin * Float.BYTES, end - begin));
    finish(computed, out);
    return true;
  }

  /// Sums over dimensions with others between: first the last ones, then the rest, so that nothing is rearranged.
  private static boolean sumTwice(Tensor self, int[] dims, Tensor out) {
    DType dtype = out.dtype();
    if (dtype != DType.FLOAT32 && dtype != DType.FLOAT64 || self.dtype() != dtype) return false;
    if (!self.isContiguous() || self.numel() < TWICE_FROM) return false;
    int[] sorted = dims.clone();
    Arrays.sort(sorted);
    int cut = sorted.length - 1;
    while (cut > 0 && sorted[cut - 1] == sorted[cut] - 1) cut--;
    if (cut <= 0) return false;
    Folded last = Folded.of(self, Arrays.copyOfRange(sorted, cut, sorted.length), dtype);
    long[] sizes = self.sizes().clone();
    for (int i = cut; i < sorted.length; i++) sizes[sorted[i]] = 1;
    Tensor between = Torch.empty(sizes, dtype);
    Reductions.sum(Rows.of(dtype), last.address(), between.address(), last.outer(), last.n(), last.inner());
    Folded rest = Folded.of(between, Arrays.copyOf(sorted, cut), dtype);
    Reductions.sum(Rows.of(dtype), rest.address(), out.address(), rest.outer(), rest.n(), rest.inner());
    return true;
  }

  /// Sums of integers; long rows are cut, and neighbouring columns added up together.
  private static void sumLongs(Call c) {
    Tensor computed = result(c.out(), DType.INT64);
    Folded f = Folded.of(c.tensor("self").to(c.out().dtype()), dims(c, "dim"), DType.INT64);
    long x = f.address();
    long n = f.n();
    long inner = f.inner();
    long out = computed.address();
    if (inner > 1) {
      long panels = (inner + PANEL - 1) / PANEL;
      Parallel.run(f.outer() * panels, Math.max(1, (1 << 15) / Math.max(1, n * Math.min(inner, PANEL))),
          (begin, end) -> {
            for (long p = begin; p < end; p++) {
              long first = p % panels * PANEL;
              addColumns(x + (p / panels * n * inner + first) * 8, out + (p / panels * inner + first) * 8, n,
                  inner * 8, Math.min(PANEL, inner - first) * 8);
            }
          });
    } else {
      long cuts = f.outer() >= 8 ? 1 : Math.max(1, n / LONG_ROW);
      long[] sums = new long[Math.toIntExact(f.outer() * cuts)];
      Parallel.run(sums.length, Math.max(1, (1 << 15) / Math.max(1, n / cuts)), (begin, end) -> {
        for (long i = begin; i < end; i++) {
          long row = x + i / cuts * n * 8;
          long first = n * (i % cuts) / cuts;
          sums[(int) i] = LongRows.sum(row + first * 8, n * (i % cuts + 1) / cuts - first);
        }
      });
      for (int o = 0; o < f.outer(); o++) {
        long sum = 0;
        for (int i = 0; i < cuts; i++) sum += sums[(int) (o * cuts) + i];
        Memory.putLong(out + 8L * o, sum);
      }
    }
    finish(computed, c.out());
  }

  private static void addColumns(long from, long to, long rows, long rowBytes, long bytes) {
    for (long at = 0; at < bytes; at += 8) Memory.putLong(to + at, 0);
    for (long r = 0; r < rows; r++) LongRows.add(to, from + r * rowBytes, bytes / 8);
  }

  private static void prod(Call c) {
    if (!c.out().dtype().isComplex()) {
      fold(c, dim(c), Reductions::prod, 1, (a, b) -> a * b);
      return;
    }
    DType wide = DType.COMPLEX128;
    Folded f = Folded.of(c.tensor("self"), dim(c), wide);
    Tensor out = result(c.out(), wide);
    long bytes = wide.size();
    for (long o = 0; o < f.outer(); o++) {
      for (long i = 0; i < f.inner(); i++) {
        double re = 1;
        double im = 0;
        for (long k = 0; k < f.n(); k++) {
          long at = f.address() + ((o * f.n() + k) * f.inner() + i) * bytes;
          double a = Memory.getDouble(at);
          double b = Memory.getDouble(at + 8);
          double next = re * a - im * b;
          im = re * b + im * a;
          re = next;
        }
        Memory.putDouble(out.address() + (o * f.inner() + i) * bytes, re);
        Memory.putDouble(out.address() + (o * f.inner() + i) * bytes + 8, im);
      }
    }
    finish(out, c.out());
  }

  /// The dtype that a reduction is computed in.
  private static DType compute(DType dtype) {
    return dtype == DType.BOOL ? DType.INT64 : dtype.computeType();
  }

  private static Tensor result(Tensor out, DType compute) {
    return out.dtype() == compute ? out : Torch.empty(out.sizes(), compute, out.device());
  }

  private static void finish(Tensor computed, Tensor out) {
    if (computed != out) out.copy_(computed);
  }

  private static void fold(Call c, int[] dims, Fold fold, long start, LongFold longs) {
    Tensor out = c.out();
    Tensor self = c.tensor("self");
    DType compute = compute(out.dtype());
    Tensor computed = result(out, compute);
    if (self.dtype().isHalf() && self.dtype() == out.dtype() && foldHalves(self, dims, fold, computed)) {
      finish(computed, out);
      return;
    }
    Folded f = Folded.of(self.to(out.dtype()), dims, compute);
    if (compute == DType.INT64) foldLongs(f, computed.address(), start, longs);
    else fold.run(Rows.of(compute), f.address(), computed.address(), f.outer(), f.n(), f.inner());
    finish(computed, out);
  }

  /// Rows of halves, some at a time in float32. False where they do not lie in rows.
  private static boolean foldHalves(Tensor self, int[] dims, Fold fold, Tensor computed) {
    if (!self.isContiguous() || self.numel() < TWICE_FROM) return false;
    Folded f = Folded.of(self, dims, self.dtype());
    if (f.source() != self || f.inner() != 1 || !HalfRows.fit(self.dtype(), f.n())) return false;
    HalfRows.run(self.dtype(), f.outer(), f.n(), 0,
        (wide, first, count) -> fold.run(Rows.f32(), wide[0], computed.address() + first * 4, count, f.n(), 1),
        f.address());
    return true;
  }

  private static void foldLongs(Folded f, long out, long start, LongFold fold) {
    long x = f.address();
    long n = f.n();
    long inner = f.inner();
    Parallel.run(f.outer() * inner, Math.max(1, (1 << 15) / Math.max(1, n)), (begin, end) -> {
      for (long at = begin; at < end; at++) {
        long from = x + (at / inner * n * inner + at % inner) * Long.BYTES;
        long value = start;
        for (long k = 0; k < n; k++) value = fold.apply(value, Memory.getLong(from + k * inner * Long.BYTES));
        Memory.putLong(out + at * Long.BYTES, value);
      }
    });
  }

  /// The bits of float64 or int64, brought together by exclusive or.
  private static void hash(Call c) {
    Tensor self = c.tensor("self");
    Folded f = Folded.of(self, dims(c, "dim"), self.dtype().isFloatingPoint() ? DType.FLOAT64 : DType.INT64);
    foldLongs(f, c.out().address(), 0, (a, b) -> a ^ b);
  }

  private static void located(Call c, boolean greatest) {
    Tensor self = c.tensor("self");
    Tensor values = c.out(0);
    DType compute = compute(self.dtype());
    Folded f = Folded.of(self, dim(c), compute);
    Tensor computed = result(values, compute);
    locate(f, compute, computed.address(), c.out(1).address(), greatest);
    finish(computed, values);
  }

  private static void place(Call c, boolean greatest) {
    Tensor self = c.tensor("self");
    DType compute = compute(self.dtype());
    Folded f = Folded.of(self, c.has("dim") ? dim(c) : Check.dims(c.operator(), null, self.dim()), compute);
    locate(f, compute, 0, c.out().address(), greatest);
  }

  /// The extreme along the middle and where it first stands; values are not wanted where their address is 0.
  private static void locate(Folded f, DType compute, long values, long places, boolean greatest) {
    if (compute != DType.INT64) {
      if (greatest) Reductions.argmax(Rows.of(compute), f.address(), values, places, f.outer(), f.n(), f.inner());
      else Reductions.argmin(Rows.of(compute), f.address(), values, places, f.outer(), f.n(), f.inner());
      return;
    }
    long inner = f.inner();
    for (long at = 0; at < f.outer() * inner; at++) {
      long from = f.address() + (at / inner * f.n() * inner + at % inner) * Long.BYTES;
      long best = Memory.getLong(from);
      long place = 0;
      for (long k = 1; k < f.n(); k++) {
        long value = Memory.getLong(from + k * inner * Long.BYTES);
        if (greatest ? value > best : value < best) {
          best = value;
          place = k;
        }
      }
      if (values != 0) Memory.putLong(values + at * Long.BYTES, best);
      Memory.putLong(places + at * Long.BYTES, place);
    }
  }

  private static void truth(Call c, boolean any) {
    Folded f = Folded.of(c.tensor("self"), dims(c, "dim"), DType.BOOL);
    long out = c.out().address();
    long inner = f.inner();
    Parallel.run(f.outer() * inner, Math.max(1, (1 << 16) / Math.max(1, f.n())), (begin, end) -> {
      for (long at = begin; at < end; at++) {
        long from = f.address() + at / inner * f.n() * inner + at % inner;
        boolean value = !any;
        long k = 0;
        if (inner == 1) {
          // Truths are 0 and 1: eight at a time that leave the question open.
          long open = any ? 0 : 0x0101010101010101L;
          while (k + 8 <= f.n() && Memory.getLong(from + k) == open) k += 8;
        }
        for (; k < f.n() && value != any; k++) value = Memory.getByte(from + k * inner) != 0;
        Memory.putByte(out + at, (byte) (value ? 1 : 0));
      }
    });
  }

  private static void variance(Call c) {
    Tensor self = c.tensor("self");
    double correction = c.number("correction", 1);
    int[] dims = dims(c, "dim");
    DType dtype = self.dtype();
    if (dtype.isComplex()) {
      // The variance is the sum of the parts' variances.
      DType part = dtype.computeType().toReal();
      Folded re = Folded.of(self.real(), dims, part);
      Folded im = Folded.of(self.imag(), dims, part);
      Tensor reMean = Torch.empty(c.out().sizes(), part);
      Tensor imMean = Torch.empty(c.out().sizes(), part);
      Tensor reVariance = result(c.out(0), part);
      Tensor imVariance = Torch.empty(c.out().sizes(), part);
      Rows rows = Rows.of(part);
      Reductions.variance(rows, re.address(), reMean.address(), reVariance.address(), re.outer(), re.n(), re.inner(),
          correction, false);
      Reductions.variance(rows, im.address(), imMean.address(), imVariance.address(), im.outer(), im.n(), im.inner(),
          correction, false);
      finish(reVariance.add_(imVariance), c.out(0));
      c.out(1).copy_(Torch.complex(reMean, imMean));
      return;
    }
    DType compute = dtype.computeType();
    Folded f = Folded.of(self, dims, compute);
    Tensor variance = result(c.out(0), compute);
    Tensor mean = result(c.out(1), compute);
    Reductions.variance(Rows.of(compute), f.address(), mean.address(), variance.address(), f.outer(), f.n(), f.inner(),
        correction, false);
    finish(variance, c.out(0));
    finish(mean, c.out(1));
  }
}
