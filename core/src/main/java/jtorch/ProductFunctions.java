package jtorch;

import java.util.HashMap;
import java.util.Map;
import jtorch.op.Distances;
import jtorch.op.EinsteinSums;
import jtorch.op.Histograms;
import jtorch.op.Integrals;
import jtorch.op.Segments;
import jtorch.op.Statistics;
import jtorch.op.VectorProducts;
import jtorch.op.WindowFunctions;
import org.jspecify.annotations.Nullable;

/// Sums of products, distances, integrals and windows, which [Torch] inherits.
public abstract class ProductFunctions extends SparseFunctions {
  ProductFunctions() {}

  // ---- sums of products ------------------------------------------------------------------------------------------

  /// `einsum("bij,bjk->bik", a, b)`: letters not in the result are summed over, repeated ones in an operand take its
  /// diagonal, `...` stands for broadcast dimensions. Without an arrow, letters that occur once form the result.
  public static Tensor einsum(String equation, Tensor... operands) {
    return EinsteinSums.EINSUM.tensor(equation, operands, null);
  }

  /// The sublist form: operands and their subscripts in turn, numbers from 0 to 51, then the result's:
  /// `einsum(a, new int[] {0, 1}, b, new int[] {1, 2}, new int[] {0, 2})`.
  ///
  /// @throws IllegalArgumentException if a subscript is outside or an operand has none
  public static Tensor einsum(Tensor first, Object... rest) {
    var letters = new HashMap<Integer, Character>();
    int count = (rest.length + 1) / 2;
    Tensor[] operands = new Tensor[count];
    operands[0] = first;
    var equation = new StringBuilder();
    for (int i = 0; i < rest.length; i++) {
      boolean last = i == rest.length - 1 && i % 2 == 1;
      if (i % 2 == 0 || last) {
        if (!(rest[i] instanceof int[] subscripts))
          throw new IllegalArgumentException("einsum: operands and int[] subscripts must follow each other");
        equation.append(last ? "->" : i == 0 ? "" : ",").append(word(subscripts, letters));
      } else if (rest[i] instanceof Tensor operand) {
        operands[(i + 1) / 2] = operand;
      } else {
        throw new IllegalArgumentException("einsum: operands and int[] subscripts must follow each other");
      }
    }
    return einsum(equation.toString(), operands);
  }

  private static String word(int[] subscripts, Map<Integer, Character> letters) {
    var word = new StringBuilder();
    for (int s : subscripts) {
      if (s < 0 || s >= 52)
        throw new IllegalArgumentException("einsum: subscripts must be in the range [0, 52), got " + s);
      word.append(letters.computeIfAbsent(s, n -> (char) (n < 26 ? 'A' + n : 'a' + n - 26)));
    }
    return word.toString();
  }

  /// The sum of products over the last `dims` dimensions of `a` and the first of `b`.
  public static Tensor tensordot(Tensor a, Tensor b, int dims) {
    if (dims < 0 || dims > a.dim() || dims > b.dim())
      throw new IllegalArgumentException("tensordot expects dims >= 0 and at most as many as both have, got " + dims);
    long[] left = new long[dims];
    long[] right = new long[dims];
    for (int i = 0; i < dims; i++) {
      left[i] = i - dims;
      right[i] = i;
    }
    return tensordot(a, b, left, right);
  }

  /// The sum of products over pairs of dimensions; what is left of `a` comes first.
  public static Tensor tensordot(Tensor a, Tensor b, long[] dimsA, long[] dimsB) {
    return VectorProducts.TENSORDOT.tensor(a, b, dimsA, dimsB);
  }

  /// `y[.., k] = input1[..] @ weight[k] @ input2[..] + bias[k]`: `[*, i], [*, j], [k, i, j] -> [*, k]`.
  public static Tensor bilinear(Tensor input1, Tensor input2, Tensor weight, @Nullable Tensor bias) {
    return VectorProducts.BILINEAR.tensor(input1, input2, weight, bias);
  }

  // ---- methods as functions --------------------------------------------------------------------------------------

  /// As [Tensor#dot].
  public static Tensor dot(Tensor self, Tensor tensor) {
    return self.dot(tensor);
  }

  /// As [Tensor#vdot].
  public static Tensor vdot(Tensor self, Tensor other) {
    return self.vdot(other);
  }

  /// As [Tensor#mv].
  public static Tensor mv(Tensor self, Tensor vec) {
    return self.mv(vec);
  }

  /// As [Tensor#inner].
  public static Tensor inner(Tensor self, Tensor other) {
    return self.inner(other);
  }

  /// As [Tensor#outer].
  public static Tensor outer(Tensor self, Tensor vec2) {
    return self.outer(vec2);
  }

  /// As [Tensor#ger].
  public static Tensor ger(Tensor self, Tensor vec2) {
    return self.ger(vec2);
  }

  /// As [Tensor#addmv].
  public static Tensor addmv(Tensor self, Tensor mat, Tensor vec) {
    return self.addmv(mat, vec);
  }

  /// As [Tensor#addr].
  public static Tensor addr(Tensor self, Tensor vec1, Tensor vec2) {
    return self.addr(vec1, vec2);
  }

  /// As [Tensor#addbmm].
  public static Tensor addbmm(Tensor self, Tensor batch1, Tensor batch2) {
    return self.addbmm(batch1, batch2);
  }

  /// As [Tensor#baddbmm].
  public static Tensor baddbmm(Tensor self, Tensor batch1, Tensor batch2) {
    return self.baddbmm(batch1, batch2);
  }

  /// As [Tensor#cov].
  public static Tensor cov(Tensor self) {
    return self.cov();
  }

  /// As [Tensor#corrcoef].
  public static Tensor corrcoef(Tensor self) {
    return self.corrcoef();
  }

  /// As [Tensor#quantile].
  public static Tensor quantile(Tensor self, double q) {
    return self.quantile(q);
  }

  /// As [Tensor#nanquantile].
  public static Tensor nanquantile(Tensor self, double q) {
    return self.nanquantile(q);
  }

  /// As [Tensor#renorm].
  public static Tensor renorm(Tensor self, Number p, long dim, Number maxnorm) {
    return self.renorm(p, dim, maxnorm);
  }

  /// As [Tensor#gradient].
  public static Tensor[] gradient(Tensor self) {
    return self.gradient();
  }

  /// As [Tensor#histogram].
  public static StatisticsMethods.Histogram histogram(Tensor self, long bins) {
    return self.histogram(bins);
  }

  /// As [Tensor#stft].
  public static Tensor stft(Tensor self, long nFft, Tensor window) {
    return self.stft(nFft, window);
  }

  /// As [Tensor#istft].
  public static Tensor istft(Tensor self, long nFft, Tensor window) {
    return self.istft(nFft, window);
  }

  // ---- distances and statistics ----------------------------------------------------------------------------------

  /// The Euclidean distances of rows: `[*, n, m], [*, r, m] -> [*, n, r]`.
  public static Tensor cdist(Tensor x1, Tensor x2) {
    return cdist(x1, x2, 2);
  }

  /// The p-norms of the differences of rows.
  public static Tensor cdist(Tensor x1, Tensor x2, double p) {
    return Distances.CDIST.tensor(x1, x2, p, null);
  }

  /// The p-norms of the differences of all pairs of rows, (0, 1), (0, 2), ...: `[n, m] -> [n (n - 1) / 2]`.
  public static Tensor pdist(Tensor input, double p) {
    return Distances.PDIST.tensor(input, p);
  }

  /// Powers of a vector's elements: `[n] -> [n, N]`, falling from N - 1 to 0, or rising.
  public static Tensor vander(Tensor x, long n, boolean increasing) {
    return Statistics.VANDER.tensor(x, n, increasing);
  }

  /// A histogram in several dimensions, and the edges of each.
  public record HistogramDd(Tensor hist, Tensor[] binEdges) {}

  /// The histogram of points `[*, d]` in a grid with `bins[i]` equal bins along dimension i.
  ///
  /// @param range lowest and highest edge of each dimension; null for the extremes of the data
  public static HistogramDd histogramdd(Tensor input, long[] bins, double @Nullable [] range, @Nullable Tensor weight,
      boolean density) {
    return grid(Histograms.HISTOGRAMDD.tensors(input, bins, range, weight, density));
  }

  /// The histogram of points `[*, d]` between sorted edges.
  public static HistogramDd histogramdd(Tensor input, Tensor[] bins, @Nullable Tensor weight, boolean density) {
    return grid(Histograms.HISTOGRAMDD_BINS.tensors(input, bins, null, weight, density));
  }

  private static HistogramDd grid(Tensor[] all) {
    return new HistogramDd(all[0], java.util.Arrays.copyOfRange(all, 1, all.length));
  }

  /// Reduces segments along `axis`, given by their lengths, by "sum", "mean", "max", "min" or "prod".
  public static Tensor segmentReduce(Tensor data, String reduce, Tensor lengths, long axis) {
    return Segments.SEGMENT_REDUCE.tensor(data, reduce, lengths, null, null, axis, false, null);
  }

  // ---- integrals -------------------------------------------------------------------------------------------------

  /// The integral of samples `y` at the places `x` along a dimension, by the trapezoidal rule.
  public static Tensor trapezoid(Tensor y, Tensor x, long dim) {
    return Integrals.TRAPEZOID_X.tensor(y, x, dim);
  }

  /// The integral of samples that are `dx` apart.
  public static Tensor trapezoid(Tensor y, Number dx, long dim) {
    return Integrals.TRAPEZOID_DX.tensor(y, dx, dim);
  }

  /// As [#trapezoid].
  public static Tensor trapz(Tensor y, Tensor x, long dim) {
    return Integrals.TRAPZ_X.tensor(y, x, dim);
  }

  public static Tensor trapz(Tensor y, double dx, long dim) {
    return Integrals.TRAPZ_DX.tensor(y, dx, dim);
  }

  /// The integrals up to each sample but the first.
  public static Tensor cumulativeTrapezoid(Tensor y, Tensor x, long dim) {
    return Integrals.CUMULATIVE_TRAPEZOID_X.tensor(y, x, dim);
  }

  public static Tensor cumulativeTrapezoid(Tensor y, Number dx, long dim) {
    return Integrals.CUMULATIVE_TRAPEZOID_DX.tensor(y, dx, dim);
  }

  // ---- windows ---------------------------------------------------------------------------------------------------

  /// `sin^2(pi k / n)`, a period of n; `jtorch.signal.Windows` has symmetric ones.
  public static Tensor hannWindow(long n) {
    return hannWindow(n, true);
  }

  public static Tensor hannWindow(long n, boolean periodic) {
    return WindowFunctions.HANN_PERIODIC.tensor(n, periodic, null, null, null, null);
  }

  /// `0.54 - 0.46 cos(2 pi k / n)`
  public static Tensor hammingWindow(long n) {
    return hammingWindow(n, true, 0.54, 0.46);
  }

  /// `alpha - beta cos(2 pi k / n)`; n - 1 instead of n where it is not periodic.
  public static Tensor hammingWindow(long n, boolean periodic, double alpha, double beta) {
    return WindowFunctions.HAMMING_ALPHA_BETA.tensor(n, periodic, alpha, beta, null, null, null, null);
  }

  /// `0.42 - 0.5 cos(2 pi k / n) + 0.08 cos(4 pi k / n)`
  public static Tensor blackmanWindow(long n, boolean periodic) {
    return WindowFunctions.BLACKMAN_PERIODIC.tensor(n, periodic, null, null, null, null);
  }

  /// A triangle, from 0 to 1 and back.
  public static Tensor bartlettWindow(long n, boolean periodic) {
    return WindowFunctions.BARTLETT_PERIODIC.tensor(n, periodic, null, null, null, null);
  }

  /// `I0(beta sqrt(1 - (2k / n - 1)^2)) / I0(beta)`
  public static Tensor kaiserWindow(long n, boolean periodic, double beta) {
    return WindowFunctions.KAISER_BETA.tensor(n, periodic, beta, null, null, null, null);
  }
}
