package jtorch.cpu;

import java.lang.ref.Reference;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.BiConsumer;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.memory.Memory;
import jtorch.op.Call;
import jtorch.spi.Kernel;

/// Running sums, products and extremes along a dimension.
///
/// Floating numbers are summed in double precision, whatever their dtype; each result is rounded once.
final class ScanKernels {
  /// Neighbouring lines that are scanned together, so that memory is walked in order.
  private static final int LINES = 512;
  /// Lines of neighbouring elements that are summed side by side.
  private static final int ABREAST = 4;

  private ScanKernels() {}

  static void register(BiConsumer<String, Kernel> table) {
    table.accept("cumsum", c -> scan(c, false));
    table.accept("cumprod", c -> scan(c, true));
    table.accept("cummax", c -> extremes(c, true));
    table.accept("cummin", c -> extremes(c, false));
    table.accept("logcumsumexp", ScanKernels::logarithms);
  }

  /// A body for the lines `[first, end)` of the inner dimensions, at one index of the outer ones.
  private interface Body {
    void run(long outer, long first, int lines);
  }

  /// A contiguous tensor as `[outer, n, inner]` around the dimension that is scanned.
  private record Shape(long outer, long n, long inner) {
    static Shape of(Tensor t, int dim) {
      long outer = 1;
      long inner = 1;
      for (int d = 0; d < t.dim(); d++) {
        if (d < dim) outer *= t.size(d);
        else if (d > dim) inner *= t.size(d);
      }
      return new Shape(outer, t.dim() == 0 ? 1 : t.size(dim), inner);
    }

    void each(Body body) {
      if (outer * n * inner == 0) return;
      long blocks = (inner + LINES - 1) / LINES;
      long work = n * Math.min(inner, LINES);
      Parallel.run(outer * blocks, Math.max(1, (16 << 10) / work), (begin, end) -> {
        for (long b = begin; b < end; b++) {
          long first = b % blocks * LINES;
          body.run(b / blocks, first, (int) Math.min(LINES, inner - first));
        }
      });
    }
  }

  private static void scan(Call c, boolean product) {
    DType dtype = c.out().dtype();
    Tensor self = c.tensor("self").to(dtype).contiguous();
    Shape shape = Shape.of(self, c.dim("dim", self));
    int size = dtype.size();
    long from = self.address();
    long to = c.out().address();
    if (dtype == DType.FLOAT32 && shape.inner() == 1 && shape.n() > 0) {
      // A running sum waits for the one before: several lines at a time keep the processor busy.
      Parallel.run((shape.outer() + ABREAST - 1) / ABREAST, Math.max(1, (8 << 10) / shape.n()), (begin, end) -> {
        long last = Math.min(shape.outer(), end * ABREAST);
        for (long line = begin * ABREAST; line < last; line += ABREAST) {
          long at = line * shape.n() * size;
          if (line + ABREAST <= last && product) fourProducts(from + at, to + at, shape.n());
          else if (line + ABREAST <= last) fourSums(from + at, to + at, shape.n());
          else for (long l = line; l < last; l++)
            floats(from + l * shape.n() * size, to + l * shape.n() * size, size, shape.n(), 1, product);
        }
      });
      Reference.reachabilityFence(self);
      return;
    }
    shape.each((outer, first, lines) -> {
      long base = (outer * shape.n() * shape.inner() + first) * size;
      long step = shape.inner() * size;
      if (dtype.isComplex()) complex(dtype, from + base, to + base, step, shape.n(), lines, product ? 1 : 0);
      else if (dtype == DType.FLOAT32) floats(from + base, to + base, step, shape.n(), lines, product);
      else if (dtype.isFloatingPoint()) doubles(dtype, from + base, to + base, step, shape.n(), lines, product);
      else longs(dtype, from + base, to + base, step, shape.n(), lines, product);
    });
    Reference.reachabilityFence(self);
  }

  private static void fourSums(long from, long to, long n) {
    long bytes = 4 * n;
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    for (long at = 0; at < bytes; at += 4) {
      a += Memory.getFloat(from + at);
      b += Memory.getFloat(from + bytes + at);
      c += Memory.getFloat(from + 2 * bytes + at);
      d += Memory.getFloat(from + 3 * bytes + at);
      Memory.putFloat(to + at, (float) a);
      Memory.putFloat(to + bytes + at, (float) b);
      Memory.putFloat(to + 2 * bytes + at, (float) c);
      Memory.putFloat(to + 3 * bytes + at, (float) d);
    }
  }

  private static void fourProducts(long from, long to, long n) {
    long bytes = 4 * n;
    double a = 1;
    double b = 1;
    double c = 1;
    double d = 1;
    for (long at = 0; at < bytes; at += 4) {
      a *= Memory.getFloat(from + at);
      b *= Memory.getFloat(from + bytes + at);
      c *= Memory.getFloat(from + 2 * bytes + at);
      d *= Memory.getFloat(from + 3 * bytes + at);
      Memory.putFloat(to + at, (float) a);
      Memory.putFloat(to + bytes + at, (float) b);
      Memory.putFloat(to + 2 * bytes + at, (float) c);
      Memory.putFloat(to + 3 * bytes + at, (float) d);
    }
  }

  private static void floats(long from, long to, long step, long n, int lines, boolean product) {
    double[] sums = new double[lines];
    Arrays.fill(sums, product ? 1 : 0);
    for (long k = 0; k < n; k++) {
      if (product) {
        for (int i = 0; i < lines; i++) sums[i] *= Memory.getFloat(from + k * step + 4L * i);
      } else {
        for (int i = 0; i < lines; i++) sums[i] += Memory.getFloat(from + k * step + 4L * i);
      }
      for (int i = 0; i < lines; i++) Memory.putFloat(to + k * step + 4L * i, (float) sums[i]);
    }
  }

  private static void doubles(DType dtype, long from, long to, long step, long n, int lines, boolean product) {
    double[] sums = new double[lines];
    Arrays.fill(sums, product ? 1 : 0);
    int size = dtype.size();
    for (long k = 0; k < n; k++) {
      for (int i = 0; i < lines; i++) {
        long at = k * step + (long) size * i;
        double value = Numbers.getDouble(dtype, from + at);
        sums[i] = product ? sums[i] * value : sums[i] + value;
        Numbers.putDouble(dtype, to + at, sums[i]);
      }
    }
  }

  private static void longs(DType dtype, long from, long to, long step, long n, int lines, boolean product) {
    long[] sums = new long[lines];
    Arrays.fill(sums, product ? 1 : 0);
    int size = dtype.size();
    for (long k = 0; k < n; k++) {
      for (int i = 0; i < lines; i++) {
        long at = k * step + (long) size * i;
        long value = Numbers.getLong(dtype, from + at);
        sums[i] = product ? sums[i] * value : sums[i] + value;
        Numbers.putLong(dtype, to + at, sums[i]);
      }
    }
  }

  private static void complex(DType dtype, long from, long to, long step, long n, int lines, int start) {
    for (int i = 0; i < lines; i++) {
      double real = start;
      double imaginary = 0;
      for (long k = 0; k < n; k++) {
        long at = k * step + (long) dtype.size() * i;
        double a = Numbers.getDouble(dtype, from + at);
        double b = Numbers.getImaginary(dtype, from + at);
        if (start == 0) {
          real += a;
          imaginary += b;
        } else {
          double product = real * a - imaginary * b;
          imaginary = real * b + imaginary * a;
          real = product;
        }
        Numbers.putDouble(dtype, to + at, real);
        Numbers.putImaginary(dtype, to + at, imaginary);
      }
    }
  }

  /// The running extreme and where it was last; NaN stays once it was there.
  private static void extremes(Call c, boolean greatest) {
    Tensor self = c.tensor("self").contiguous();
    Shape shape = Shape.of(self, c.dim("dim", self));
    DType dtype = self.dtype();
    int size = dtype.size();
    long from = self.address();
    long values = c.out(0).address();
    long indices = c.out(1).address();
    shape.each((outer, first, lines) -> {
      for (int i = 0; i < lines; i++) {
        long line = outer * shape.n() * shape.inner() + first + i;
        if (dtype == DType.FLOAT32) {
          floatExtremes(from + 4 * line, values + 4 * line, indices + 8 * line, shape.inner(), shape.n(), greatest);
          continue;
        }
        long best = line;
        long index = 0;
        for (long k = 0; k < shape.n(); k++) {
          long at = line + k * shape.inner();
          if (k > 0 && replaces(dtype, from + at * size, from + best * size, greatest)) {
            best = at;
            index = k;
          }
          Bytes.move(size, from + best * size, values + at * size);
          Memory.putLong(indices + 8 * at, index);
        }
      }
    });
    Reference.reachabilityFence(self);
  }

  /// The same for float32. The comparisons are written so that a NaN comes in, and the last of equals is told.
  private static void floatExtremes(long from, long values, long indices, long step, long n, boolean greatest) {
    boolean wide = step == 1 && VectorApi.PRESENT;
    float best = Memory.getFloat(from);
    long index = 0;
    for (long k = 0; k < n;) {
      if (wide && k > 0) k += Wide.unchanged(from, values, indices, k, n, best, index, greatest);
      // A new best seldom comes alone.
      for (long end = wide ? Math.min(n, k + Wide.LANES) : n; k < end; k++) {
        float x = Memory.getFloat(from + 4 * k * step);
        if (!(greatest ? x < best : x > best)) {
          if (Float.isNaN(best)) {
            // A NaN stays, and only another one is told.
            if (Float.isNaN(x)) index = k;
          } else {
            best = x;
            index = k;
          }
        }
        Memory.putFloat(values + 4 * k * step, best);
        Memory.putLong(indices + 8 * k * step, index);
      }
    }
  }

  /// In a class of its own, which a JVM without the Vector API never loads.
  private static final class Wide {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Long> LONGS = LongVector.SPECIES_PREFERRED;
    static final int LANES = SPECIES.length();

    /// Writes the best of a line and its place for as many whole vectors from position `k` on as hold nothing better.
    ///
    /// @return how many elements that were
    static long unchanged(long from, long values, long indices, long k, long n, float best, long index,
        boolean greatest) {
      FloatVector value = FloatVector.broadcast(SPECIES, best);
      LongVector place = LongVector.broadcast(LONGS, index);
      long at = k;
      for (; at <= n - LANES; at += LANES) {
        FloatVector x = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, from + 4 * at, ByteOrder.nativeOrder());
        VectorMask<Float> worse =
            greatest ? x.compare(VectorOperators.LT, value) : x.compare(VectorOperators.GT, value);
        if (!worse.allTrue()) break;
        value.intoMemorySegment(Memory.ALL, values + 4 * at, ByteOrder.nativeOrder());
        place.intoMemorySegment(Memory.ALL, indices + 8 * at, ByteOrder.nativeOrder());
        place.intoMemorySegment(Memory.ALL, indices + 8 * at + 4 * LANES, ByteOrder.nativeOrder());
      }
      return at - k;
    }
  }

  private static boolean replaces(DType dtype, long candidate, long best, boolean greatest) {
    if (!dtype.isFloatingPoint()) {
      long a = Numbers.getLong(dtype, candidate);
      long b = Numbers.getLong(dtype, best);
      return greatest ? a >= b : a <= b;
    }
    double a = Numbers.getDouble(dtype, candidate);
    double b = Numbers.getDouble(dtype, best);
    return Double.isNaN(a) || !Double.isNaN(b) && (greatest ? a >= b : a <= b);
  }

  // ---- logarithms of sums ----------------------------------------------------------------------------------------

  private static void logarithms(Call c) {
    Tensor self = c.tensor("self").contiguous();
    Shape shape = Shape.of(self, c.dim("dim", self));
    DType dtype = self.dtype();
    int size = dtype.size();
    long from = self.address();
    long to = c.out().address();
    shape.each((outer, first, lines) -> {
      double[] pair = new double[2];
      for (int i = 0; i < lines; i++) {
        long line = outer * shape.n() * shape.inner() + first + i;
        double sum = Double.NEGATIVE_INFINITY;
        pair[0] = sum;
        pair[1] = 0;
        for (long k = 0; k < shape.n(); k++) {
          long at = (line + k * shape.inner()) * size;
          if (dtype.isComplex()) {
            logAddExp(Numbers.getDouble(dtype, from + at), Numbers.getImaginary(dtype, from + at), pair);
            Numbers.putDouble(dtype, to + at, pair[0]);
            Numbers.putImaginary(dtype, to + at, pair[1]);
          } else {
            sum = logAddExp(Numbers.getDouble(dtype, from + at), sum);
            Numbers.putDouble(dtype, to + at, sum);
          }
        }
      }
    });
    Reference.reachabilityFence(self);
  }

  /// `log(exp(x) + exp(y))`
  private static double logAddExp(double x, double y) {
    if (Double.isNaN(x) || Double.isNaN(y)) return Double.NaN;
    double least = Math.min(x, y);
    double most = Math.max(x, y);
    return least == most && Double.isInfinite(least) ? x : Math.log1p(Math.exp(least - most)) + most;
  }

  /// The same for complex numbers: `pair = log(exp(x) + exp(pair))`.
  private static void logAddExp(double real, double imaginary, double[] pair) {
    boolean smaller = real < pair[0];
    double leastRe = smaller ? real : pair[0];
    double leastIm = smaller ? imaginary : pair[1];
    double mostRe = smaller ? pair[0] : real;
    double mostIm = smaller ? pair[1] : imaginary;
    if (Double.isNaN(real) || Double.isNaN(imaginary) || Double.isNaN(pair[0]) || Double.isNaN(pair[1])) {
      pair[0] = Double.NaN;
      pair[1] = Double.NaN;
    } else if (Double.isInfinite(mostRe) && leastRe == mostRe) {
      if (leastRe < 0) {
        pair[0] = leastRe;
        pair[1] = leastIm;
        return;
      }
      // The sum of two infinite numbers in their directions.
      double re = leastRe * Math.cos(leastIm) + mostRe * Math.cos(mostIm);
      double im = leastRe * Math.sin(leastIm) + mostRe * Math.sin(mostIm);
      pair[0] = Math.log(Math.hypot(re, im));
      pair[1] = Math.atan2(im, re);
    } else {
      double scale = Math.exp(leastRe - mostRe);
      double re = scale * Math.cos(leastIm - mostIm);
      double im = scale * Math.sin(leastIm - mostIm);
      pair[0] = 0.5 * Math.log1p(re * (2 + re) + im * im) + mostRe;
      pair[1] = Math.atan2(im, 1 + re) + mostIm;
    }
  }
}
