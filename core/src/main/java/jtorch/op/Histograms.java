package jtorch.op;

import java.util.Arrays;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import org.jspecify.annotations.Nullable;

/// Counts of points in bins, in one dimension or several.
///
/// A bin holds its lower edge; the last one holds its upper edge too. What lies outside, and NaN, is not counted.
public final class Histograms {
  private static final String RESULT = " -> (Tensor hist, Tensor bin_edges)";

  /// The histogram of all elements in equal bins over a range (the extremes of the data where none is given), and the
  /// edges. With `density` its integral is 1.
  public static final Operator HISTOGRAM = Operator.declare(
      "aten::histogram.bin_ct(Tensor self, int bins=100, *, float[]? range=None, Tensor? weight=None, bool density=False)"
          + RESULT)
      .composition(c -> {
        Tensor points = c.tensor("self").reshape(-1, 1);
        Tensor[] edges = edges(c, points, new long[] {c.integer("bins")}, c.numbersOrNull("range"));
        return histogram(c, points, edges, true);
      })
      .notDifferentiable();

  /// The histogram of all elements between sorted edges.
  public static final Operator HISTOGRAM_BINS = Operator.declare(
      "aten::histogram.bins_tensor(Tensor self, Tensor bins, *, Tensor? weight=None, bool density=False)" + RESULT)
      .composition(c -> histogram(c, c.tensor("self").reshape(-1, 1), new Tensor[] {c.tensor("bins")}, false))
      .notDifferentiable();

  private static final String WEIGHTS = "float[]? range=None, Tensor? weight=None, bool density=False)";
  private static final String RESULTS = " -> (Tensor hist, Tensor[] bin_edges)";

  /// The histogram of points `[*, d]` in a grid of bins; gives it and the edges of each dimension.
  public static final Operator HISTOGRAMDD =
      Operator.declare("aten::histogramdd(Tensor self, int[] bins, " + WEIGHTS + RESULTS)
          .composition(c -> grid(c, c.longs("bins")))
          .notDifferentiable();
  public static final Operator HISTOGRAMDD_INT =
      Operator.declare("aten::histogramdd.int_bins(Tensor self, int bins, " + WEIGHTS + RESULTS)
          .composition(c -> {
            long[] bins = new long[Math.toIntExact(points(c).size(1))];
            Arrays.fill(bins, c.integer("bins"));
            return grid(c, bins);
          })
          .notDifferentiable();
  public static final Operator HISTOGRAMDD_BINS =
      Operator.declare("aten::histogramdd.TensorList_bins(Tensor self, Tensor[] bins, " + WEIGHTS + RESULTS)
          .composition(c -> histogram(c, points(c), c.tensors("bins"), false))
          .notDifferentiable();

  /// Sums of weights (counts without) of `[n, d]` points between edges; even ones are found without a search.
  private static final Operator COUNTS = Operator
      .declare("jtorch::histogram(Tensor self, Tensor[] edges, Tensor? weight, bool even) -> Tensor")
      .shape(c -> {
        long[] sizes = Arrays.stream(c.tensors("edges")).mapToLong(e -> e.numel() - 1).toArray();
        c.result(sizes, c.tensor("self").dtype());
      })
      .kernel("histogram")
      .notDifferentiable();

  public static final Operator BIN_EDGES = Operator.declare(
      "aten::_histogramdd_bin_edges(Tensor self, int[] bins, *, " + WEIGHTS + " -> Tensor[]")
      .composition(c -> edges(c, points(c), c.longs("bins"), c.numbersOrNull("range")))
      .notDifferentiable();
  public static final Operator FROM_BIN_COUNTS = Operator.declare(
      "aten::_histogramdd_from_bin_cts(Tensor self, int[] bins, *, " + WEIGHTS + " -> Tensor")
      .composition(c -> grid(c, c.longs("bins"))[0])
      .notDifferentiable();
  public static final Operator FROM_BIN_TENSORS = Operator.declare(
      "aten::_histogramdd_from_bin_tensors(Tensor self, Tensor[] bins, *, Tensor? weight=None, bool density=False) -> Tensor")
      .composition(c -> histogram(c, points(c), c.tensors("bins"), false)[0])
      .notDifferentiable();

  private Histograms() {}

  private static Tensor points(Call c) {
    Tensor self = c.tensor("self");
    if (self.dim() < 2)
      throw c.check().because("input tensor should have at least 2 dimensions, but got %d", self.dim())
          .tensor("self", self).shapeFailure();
    return self.reshape(self.size(-1) == 0 ? 0 : self.numel() / self.size(-1), self.size(-1));
  }

  private static Tensor[] grid(Call c, long[] bins) {
    Tensor points = points(c);
    return histogram(c, points, edges(c, points, bins, c.numbersOrNull("range")), true);
  }

  private static Tensor[] edges(Call c, Tensor points, long[] bins, double @Nullable [] range) {
    int d = Math.toIntExact(points.size(1));
    checkDType(c, points);
    if (bins.length != d) throw c.check().because(
        "The size of bins must be equal to the innermost dimension of the input: %d and %d", bins.length, d)
        .shapeFailure();
    if (range != null && range.length != 2 * d)
      throw c.check().because("range should have %d elements, but got %d", 2 * d, range.length).failure();
    Tensor[] edges = new Tensor[d];
    for (int i = 0; i < d; i++) {
      if (bins[i] <= 0) throw c.check().because("bins must be > 0, but got %d for dimension %d", bins[i], i).failure();
      double low = 0;
      double high = 1;
      if (range != null) {
        low = range[2 * i];
        high = range[2 * i + 1];
      } else if (points.numel() > 0) {
        low = points.select(1, i).min().itemDouble();
        high = points.select(1, i).max().itemDouble();
      }
      if (!Double.isFinite(low) || !Double.isFinite(high))
        throw c.check().because("dimension %d's range [%s, %s] is not finite", i, low, high).failure();
      if (low > high)
        throw c.check().because("min should not exceed max, but got min %s max %s for dimension %d", low, high, i)
            .failure();
      if (low == high) {
        low -= 0.5;
        high += 0.5;
      }
      edges[i] = Sequences.LINSPACE.tensor(low, high, bins[i] + 1, points.dtype(), null, null, null);
    }
    return edges;
  }

  private static void checkDType(Call c, Tensor points) {
    if (points.dtype() != DType.FLOAT32 && points.dtype() != DType.FLOAT64)
      throw c.check().because("not implemented for '%s'", points.dtype()).tensor("self", points).failure();
  }

  private static Tensor[] histogram(Call c, Tensor points, Tensor[] edges, boolean even) {
    checkDType(c, points);
    if (edges.length != points.size(1)) throw c.check().because(
        "The number of bin edges must be equal to the innermost dimension of the input: %d and %d", edges.length,
        points.size(1)).shapeFailure();
    for (Tensor edge : edges) {
      if (edge.dim() != 1 || edge.numel() == 0)
        throw c.check().because("bins tensor should have one dimension and at least one element")
            .tensor("bins", edge).shapeFailure();
      if (edge.dtype() != points.dtype())
        throw c.check().because("input tensor and bins tensors should have the same dtype").tensor("self", points)
            .tensor("bins", edge).failure();
    }
    Tensor weight = c.tensorOrNull("weight");
    if (weight != null) {
      if (weight.dtype() != points.dtype()) throw c.check()
          .because(
              "if weight tensor is provided, input tensor and weight tensor should have the same dtype, but got input(%s), and weight(%s)",
              points.dtype(), weight.dtype())
          .failure();
      if (weight.numel() != points.size(0)) throw c.check().because(
          "if weight tensor is provided it should have the same shape as the input tensor without its innermost dimension, but got %d weights for %d points",
          weight.numel(), points.size(0)).shapeFailure();
      weight = weight.reshape(-1);
    }
    Tensor counts = COUNTS.tensor(points, edges, weight, even);
    if (c.bool("density")) {
      counts = counts.div(counts.sum());
      for (int d = 0; d < edges.length; d++) {
        long[] sizes = new long[edges.length];
        Arrays.fill(sizes, 1);
        sizes[d] = -1;
        counts = counts.div(edges[d].diff().reshape(sizes));
      }
    }
    Tensor[] results = new Tensor[edges.length + 1];
    results[0] = counts;
    System.arraycopy(edges, 0, results, 1, edges.length);
    return results;
  }
}
