package jtorch.cpu;

import java.lang.ref.Reference;
import java.util.Arrays;
import java.util.function.BiConsumer;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.op.Call;
import jtorch.op.Segments;
import jtorch.spi.Kernel;

/// Reductions of segments along a dimension, and histograms.
final class SegmentKernels {
  private SegmentKernels() {}

  static void register(BiConsumer<String, Kernel> table) {
    table.accept("segment_reduce", SegmentKernels::reduce);
    table.accept("segment_reduce_backward", SegmentKernels::backward);
    table.accept("histogram", SegmentKernels::histogram);
  }

  /// Where segments begin and end: data as `[outer, n, inner]`, bounds as `[outer, segments (+ 1)]`.
  private record Layout(long outer, long n, long inner, long segments, long[] starts, boolean offsets) {
    static Layout of(Call c, Tensor data) {
      int axis = c.dim("axis", data);
      boolean offsets = c.has("offsets");
      Tensor bounds = c.tensor(offsets ? "offsets" : "lengths");
      long outer = Folded.product(data.sizes(), 0, axis);
      long inner = Folded.product(data.sizes(), axis + 1, data.dim());
      long count = bounds.size(axis);
      long segments = offsets ? count - 1 : count;
      long[] values = bounds.toLongArray();
      long[] starts = new long[Math.toIntExact(outer * (segments + 1))];
      for (int o = 0; o < outer; o++) {
        for (int s = 0; s <= segments; s++) {
          int at = (int) (o * (segments + 1) + s);
          if (offsets) starts[at] = values[(int) (o * count + s)];
          else if (s > 0) starts[at] = starts[at - 1] + values[(int) (o * count + s - 1)];
        }
      }
      return new Layout(outer, data.size(axis), inner, segments, starts, offsets);
    }

    /// Runs a body for each segment: its number over all, its first and its last index, exclusive.
    void each(Body body) {
      long grain = Math.max(1, (8 << 10) / Math.max(1, n * inner / Math.max(1, segments)));
      if (outer * segments == 0) return;
      Parallel.run(outer * segments, grain, (begin, end) -> {
        for (long s = begin; s < end; s++) {
          int at = (int) (s / segments * (segments + 1) + s % segments);
          body.run(s, s / segments * n + starts[at], s / segments * n + starts[at + 1]);
        }
      });
    }
  }

  private interface Body {
    void run(long segment, long from, long to);
  }

  private static void reduce(Call c) {
    Tensor data = c.tensor("data").contiguous();
    Layout layout = Layout.of(c, data);
    String reduce = c.string("reduce");
    double start = Segments.start(reduce, c.value("initial"));
    boolean undefined = reduce.equals("mean") && !c.has("initial");
    DType dtype = data.dtype();
    int size = dtype.size();
    long source = data.address();
    long target = c.out().address();
    long inner = layout.inner();
    layout.each((segment, from, to) -> {
      for (long i = 0; i < inner; i++) {
        double value = start;
        for (long k = from; k < to; k++)
          value = join(reduce, value, Numbers.getDouble(dtype, source + (k * inner + i) * size));
        if (reduce.equals("mean")) {
          if (to > from) value /= to - from;
          else if (undefined) value = Double.NaN;
        }
        Numbers.putDouble(dtype, target + (segment * inner + i) * size, value);
      }
    });
    Reference.reachabilityFence(data);
  }

  private static double join(String reduce, double a, double b) {
    return switch (reduce) {
      case "max" -> Math.max(a, b);
      case "min" -> Math.min(a, b);
      case "prod" -> a * b;
      default -> a + b;
    };
  }

  private static void backward(Call c) {
    Tensor data = c.tensor("data").contiguous();
    Tensor grad = c.tensor("grad").contiguous();
    Tensor output = c.tensor("output").contiguous();
    Tensor out = c.out();
    out.zero_();
    Layout layout = Layout.of(c, data);
    String reduce = c.string("reduce");
    double start = Segments.start(reduce, c.value("initial"));
    DType dtype = data.dtype();
    int size = dtype.size();
    long source = data.address();
    long target = out.address();
    long inner = layout.inner();
    layout.each((segment, from, to) -> {
      for (long i = 0; i < inner; i++) {
        long at = (segment * inner + i) * size;
        double g = Numbers.getDouble(dtype, grad.address() + at);
        double result = Numbers.getDouble(dtype, output.address() + at);
        switch (reduce) {
          case "sum", "mean" -> {
            double share = reduce.equals("sum") ? g : g / (to - from);
            for (long k = from; k < to; k++) Numbers.putDouble(dtype, target + (k * inner + i) * size, share);
          }
          case "prod" -> product(dtype, source + i * size, target + i * size, inner * size, from, to, g, result, start);
          default -> extreme(dtype, source + i * size, target + i * size, inner * size, from, to, g, result);
        }
      }
    });
    Reference.reachabilityFence(data);
    Reference.reachabilityFence(grad);
    Reference.reachabilityFence(output);
  }

  /// The gradient of each factor is the product of the others.
  private static void product(DType dtype, long source, long target, long step, long from, long to, double grad,
      double result, double start) {
    for (long k = from; k < to; k++) {
      double value = Numbers.getDouble(dtype, source + k * step);
      double others = result / value;
      if (value == 0 || Double.isNaN(value)) {
        others = start;
        for (long j = from; j < to; j++) {
          if (j != k) others *= Numbers.getDouble(dtype, source + j * step);
        }
      }
      Numbers.putDouble(dtype, target + k * step, grad * others);
    }
  }

  /// The gradient goes to the elements that are the extreme, in equal shares; negative ones whole, as in PyTorch.
  private static void extreme(DType dtype, long source, long target, long step, long from, long to, double grad,
      double result) {
    long count = 0;
    for (long k = from; k < to; k++) count += isExtreme(Numbers.getDouble(dtype, source + k * step), result) ? 1 : 0;
    double share = count > 1 && grad > 0 ? grad / count : grad;
    for (long k = from; k < to; k++) {
      if (isExtreme(Numbers.getDouble(dtype, source + k * step), result))
        Numbers.putDouble(dtype, target + k * step, share);
    }
  }

  private static boolean isExtreme(double value, double result) {
    return Double.isNaN(value) || value == result;
  }

  // ---- histograms ------------------------------------------------------------------------------------------------

  private static void histogram(Call c) {
    Tensor points = c.tensor("self").contiguous();
    Tensor weight = c.has("weight") ? c.tensor("weight").contiguous() : null;
    Tensor[] given = c.tensors("edges");
    int dims = given.length;
    double[][] edges = new double[dims][];
    for (int d = 0; d < dims; d++) edges[d] = given[d].toDoubleArray();
    boolean even = c.bool("even");
    DType dtype = points.dtype();
    int size = dtype.size();
    long from = points.address();
    long weights = weight == null ? 0 : weight.address();
    Tensor out = c.out();
    double[] total = new double[Math.toIntExact(out.numel())];
    Parallel.run(points.size(0), Math.max(4096, total.length), (begin, end) -> {
      double[] sums = new double[total.length];
      for (long i = begin; i < end; i++) {
        int bin = bin(dtype, from + i * dims * size, edges, even);
        if (bin >= 0) sums[bin] += weights == 0 ? 1 : Numbers.getDouble(dtype, weights + i * size);
      }
      synchronized (total) {
        for (int b = 0; b < sums.length; b++) total[b] += sums[b];
      }
    });
    for (int b = 0; b < total.length; b++) Numbers.putDouble(dtype, out.address() + (long) b * size, total[b]);
    Reference.reachabilityFence(points);
    Reference.reachabilityFence(weight);
  }

  /// The number of a point's bin, or -1 outside.
  private static int bin(DType dtype, long point, double[][] edges, boolean even) {
    int bin = 0;
    for (int d = 0; d < edges.length; d++) {
      double[] edge = edges[d];
      int last = edge.length - 1;
      double value = Numbers.getDouble(dtype, point + (long) d * dtype.size());
      if (!(value >= edge[0] && value <= edge[last])) return -1;
      int at;
      if (even) {
        // Close to an edge the rounded quotient may be off by one.
        at = (int) ((value - edge[0]) * last / (edge[last] - edge[0]));
        at = Math.min(last, Math.max(0, at));
        while (at > 0 && edge[at] > value) at--;
        while (at < last && edge[at + 1] <= value) at++;
      } else {
        at = Arrays.binarySearch(edge, value);
        if (at < 0) at = -at - 2;
        while (at < last && edge[at + 1] <= value) at++;
      }
      bin = bin * last + Math.min(at, last - 1);
    }
    return bin;
  }
}
