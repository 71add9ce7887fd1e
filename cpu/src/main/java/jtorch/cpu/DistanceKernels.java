package jtorch.cpu;

import java.lang.ref.Reference;
import java.util.Arrays;
import java.util.function.BiConsumer;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.memory.Memory;
import jtorch.op.Call;
import jtorch.op.Distances;
import jtorch.spi.Kernel;

/// Distances between rows of float32 or float64 in any p-norm, their gradients, and products of two vectors.
///
/// A row is read into an array of doubles once and compared with many, so sums are exact to the last bit of float32.
final class DistanceKernels {
  /// Sums side by side: a chain of dependent additions would wait for each.
  private static final int CHAINS = 8;

  private DistanceKernels() {}

  static void register(BiConsumer<String, Kernel> table) {
    table.accept("cdist", DistanceKernels::cdist);
    table.accept("cdist_backward", DistanceKernels::cdistBackward);
    table.accept("pdist", DistanceKernels::pdist);
    table.accept("pdist_backward", DistanceKernels::pdistBackward);
    table.accept("dot", DistanceKernels::dot);
  }

  // ---- one row against another -----------------------------------------------------------------------------------

  private static void read(DType dtype, long address, double[] row) {
    if (dtype == DType.FLOAT32) {
      for (int i = 0; i < row.length; i++) row[i] = Memory.getFloat(address + 4L * i);
    } else {
      for (int i = 0; i < row.length; i++) row[i] = Memory.getDouble(address + 8L * i);
    }
  }

  private static double distance(double[] a, double[] b, double p) {
    if (p == 2) return Math.sqrt(squares(a, b));
    if (p == 1) return absolutes(a, b);
    double sum = 0;
    if (p == 0) {
      for (int i = 0; i < a.length; i++) sum += a[i] == b[i] ? 0 : 1;
    } else if (Double.isInfinite(p)) {
      for (int i = 0; i < a.length; i++) sum = Math.max(sum, Math.abs(a[i] - b[i]));
    } else {
      for (int i = 0; i < a.length; i++) sum += Math.pow(Math.abs(a[i] - b[i]), p);
      return Math.pow(sum, 1 / p);
    }
    return sum;
  }

  private static double squares(double[] a, double[] b) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int i = 0;
    for (; i + 4 <= a.length; i += 4) {
      double d0 = a[i] - b[i];
      double d1 = a[i + 1] - b[i + 1];
      double d2 = a[i + 2] - b[i + 2];
      double d3 = a[i + 3] - b[i + 3];
      s0 += d0 * d0;
      s1 += d1 * d1;
      s2 += d2 * d2;
      s3 += d3 * d3;
    }
    for (; i < a.length; i++) s0 += (a[i] - b[i]) * (a[i] - b[i]);
    return s0 + s1 + (s2 + s3);
  }

  private static double absolutes(double[] a, double[] b) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int i = 0;
    for (; i + 4 <= a.length; i += 4) {
      s0 += Math.abs(a[i] - b[i]);
      s1 += Math.abs(a[i + 1] - b[i + 1]);
      s2 += Math.abs(a[i + 2] - b[i + 2]);
      s3 += Math.abs(a[i + 3] - b[i + 3]);
    }
    for (; i < a.length; i++) s0 += Math.abs(a[i] - b[i]);
    return s0 + s1 + (s2 + s3);
  }

  /// `sum += grad * d distance / d a`
  private static void slope(double[] a, double[] b, double p, double grad, double distance, double[] sum) {
    if (p == 0 || distance == 0 && p != 1 && !Double.isInfinite(p)) return;
    if (p == 1) {
      for (int i = 0; i < a.length; i++) sum[i] += grad * Math.signum(a[i] - b[i]);
    } else if (p == 2) {
      double factor = grad / distance;
      for (int i = 0; i < a.length; i++) sum[i] += factor * (a[i] - b[i]);
    } else if (Double.isInfinite(p)) {
      // Distances are stored rounded, so the largest difference is the one that rounds to it.
      double margin = Math.abs(distance) * 1e-6;
      for (int i = 0; i < a.length; i++) {
        double d = a[i] - b[i];
        if (Math.abs(Math.abs(d) - distance) <= margin) sum[i] += grad * Math.signum(d);
      }
    } else {
      double factor = grad / Math.pow(distance, p - 1);
      for (int i = 0; i < a.length; i++) {
        double d = a[i] - b[i];
        if (d != 0) sum[i] += factor * Math.signum(d) * Math.pow(Math.abs(d), p - 1);
      }
    }
  }

  private static long grain(long work) {
    return Math.max(1, (16 << 10) / Math.max(1, work));
  }

  // ---- all against all -------------------------------------------------------------------------------------------

  private static void cdist(Call c) {
    Tensor out = c.out();
    Tensor x1 = Distances.batched(c.tensor("x1"), out);
    Tensor x2 = Distances.batched(c.tensor("x2"), out);
    if (out.numel() == 0) return;
    DType dtype = out.dtype();
    double p = c.number("p");
    int width = Math.toIntExact(x1.size(-1));
    long n = x1.size(-2);
    long r = x2.size(-2);
    int size = dtype.size();
    long from = x1.address();
    long other = x2.address();
    long to = out.address();
    Parallel.run(out.numel() / r, grain(r * width), (begin, end) -> {
      double[] a = new double[width];
      double[] b = new double[width];
      for (long row = begin; row < end; row++) {
        read(dtype, from + row * width * size, a);
        long batch = row / n;
        for (long j = 0; j < r; j++) {
          read(dtype, other + (batch * r + j) * width * size, b);
          Numbers.putDouble(dtype, to + (row * r + j) * size, distance(a, b, p));
        }
      }
    });
    Reference.reachabilityFence(x1);
    Reference.reachabilityFence(x2);
  }

  private static void cdistBackward(Call c) {
    Tensor out = c.out();
    Tensor distances = c.tensor("cdist").contiguous();
    Tensor grad = c.tensor("grad").contiguous();
    Tensor x1 = Distances.batched(c.tensor("x1"), out);
    Tensor x2 = Distances.batched(c.tensor("x2"), out);
    if (out.numel() == 0) return;
    DType dtype = out.dtype();
    double p = c.number("p");
    int width = Math.toIntExact(x1.size(-1));
    long n = x1.size(-2);
    long r = x2.size(-2);
    int size = dtype.size();
    Parallel.run(out.numel() / width, grain(r * width), (begin, end) -> {
      double[] a = new double[width];
      double[] b = new double[width];
      double[] sum = new double[width];
      for (long row = begin; row < end; row++) {
        Arrays.fill(sum, 0);
        read(dtype, x1.address() + row * width * size, a);
        long batch = row / n;
        for (long j = 0; j < r; j++) {
          long at = (row * r + j) * size;
          read(dtype, x2.address() + (batch * r + j) * width * size, b);
          slope(a, b, p, Numbers.getDouble(dtype, grad.address() + at),
              Numbers.getDouble(dtype, distances.address() + at), sum);
        }
        for (int i = 0; i < width; i++) Numbers.putDouble(dtype, out.address() + (row * width + i) * size, sum[i]);
      }
    });
  }

  // ---- pairs of one set ------------------------------------------------------------------------------------------

  /// The place of the pair (i, i + 1) among the pairs of n rows.
  private static long firstPair(long n, long i) {
    return i * n - i * (i + 1) / 2;
  }

  private static void pdist(Call c) {
    Tensor out = c.out();
    Tensor self = c.tensor("self").contiguous();
    if (out.numel() == 0) return;
    DType dtype = out.dtype();
    double p = c.number("p");
    long n = self.size(0);
    int width = Math.toIntExact(self.size(1));
    int size = dtype.size();
    Parallel.run(n, grain(n * width / 2), (begin, end) -> {
      double[] a = new double[width];
      double[] b = new double[width];
      for (long i = begin; i < end; i++) {
        read(dtype, self.address() + i * width * size, a);
        long to = out.address() + firstPair(n, i) * size;
        for (long j = i + 1; j < n; j++) {
          read(dtype, self.address() + j * width * size, b);
          Numbers.putDouble(dtype, to + (j - i - 1) * size, distance(a, b, p));
        }
      }
    });
  }

  private static void pdistBackward(Call c) {
    Tensor out = c.out();
    Tensor self = c.tensor("self").contiguous();
    Tensor grad = c.tensor("grad").contiguous();
    Tensor distances = c.tensor("pdist").contiguous();
    if (out.numel() == 0) return;
    DType dtype = out.dtype();
    double p = c.number("p");
    long n = self.size(0);
    int width = Math.toIntExact(self.size(1));
    int size = dtype.size();
    Parallel.run(n, grain(n * width), (begin, end) -> {
      double[] a = new double[width];
      double[] b = new double[width];
      double[] sum = new double[width];
      for (long i = begin; i < end; i++) {
        Arrays.fill(sum, 0);
        read(dtype, self.address() + i * width * size, a);
        for (long j = 0; j < n; j++) {
          if (j == i) continue;
          long low = Math.min(i, j);
          long at = (firstPair(n, low) + Math.max(i, j) - low - 1) * size;
          read(dtype, self.address() + j * width * size, b);
          slope(a, b, p, Numbers.getDouble(dtype, grad.address() + at),
              Numbers.getDouble(dtype, distances.address() + at), sum);
        }
        for (int k = 0; k < width; k++) Numbers.putDouble(dtype, out.address() + (i * width + k) * size, sum[k]);
      }
    });
  }

  // ---- two vectors -----------------------------------------------------------------------------------------------

  private static void dot(Call c) {
    Tensor a = c.tensor("self").contiguous();
    Tensor b = c.tensor("tensor").contiguous();
    long n = a.numel();
    DType dtype = a.dtype();
    long x = a.address();
    long y = b.address();
    long to = c.out().address();
    if (dtype.isComplex()) {
      double re = 0;
      double im = 0;
      for (long i = 0; i < n; i++) {
        long at = i * dtype.size();
        double ar = Numbers.getDouble(dtype, x + at);
        double ai = Numbers.getImaginary(dtype, x + at);
        double br = Numbers.getDouble(dtype, y + at);
        double bi = Numbers.getImaginary(dtype, y + at);
        re += ar * br - ai * bi;
        im += ar * bi + ai * br;
      }
      Numbers.putDouble(dtype, to, re);
      Numbers.putImaginary(dtype, to, im);
    } else if (dtype == DType.FLOAT32) {
      Memory.putFloat(to, (float) floats(x, y, n));
    } else if (dtype == DType.FLOAT64) {
      Memory.putDouble(to, doubles(x, y, n));
    } else if (dtype.isFloatingPoint()) {
      double sum = 0;
      for (long i = 0; i < n; i++) sum += Numbers.getDouble(dtype, x + 2 * i) * Numbers.getDouble(dtype, y + 2 * i);
      Numbers.putDouble(dtype, to, sum);
    } else {
      long sum = 0;
      int size = dtype.size();
      for (long i = 0; i < n; i++) sum += Numbers.getLong(dtype, x + i * size) * Numbers.getLong(dtype, y + i * size);
      Numbers.putLong(dtype, to, sum);
    }
    Reference.reachabilityFence(a);
    Reference.reachabilityFence(b);
  }

  private static double floats(long x, long y, long n) {
    double[] sums = new double[CHAINS];
    long i = 0;
    for (; i + CHAINS <= n; i += CHAINS) {
      for (int k = 0; k < CHAINS; k++)
        sums[k] += (double) Memory.getFloat(x + 4 * (i + k)) * Memory.getFloat(y + 4 * (i + k));
    }
    for (; i < n; i++) sums[0] += (double) Memory.getFloat(x + 4 * i) * Memory.getFloat(y + 4 * i);
    return Arrays.stream(sums).sum();
  }

  private static double doubles(long x, long y, long n) {
    double[] sums = new double[CHAINS];
    long i = 0;
    for (; i + CHAINS <= n; i += CHAINS) {
      for (int k = 0; k < CHAINS; k++) sums[k] += Memory.getDouble(x + 8 * (i + k)) * Memory.getDouble(y + 8 * (i + k));
    }
    for (; i < n; i++) sums[0] += Memory.getDouble(x + 8 * i) * Memory.getDouble(y + 8 * i);
    return Arrays.stream(sums).sum();
  }
}
