package jtorch.random;

import static jtorch.random.Draw.check;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import jtorch.DType;

/// Draws of categories by weight.
public final class Categories {
  private Categories() {}

  /// Indices of categories drawn in proportion to their weights. `weights` has shape `[k]` or `[rows, k]` and need not
  /// sum to one; `out` holds int64, `samples` of them for each row. **As** `multinomial`.
  ///
  /// With replacement the weights' running sums, divided by their total, are searched for a u53 each (in the weights'
  /// dtype; halves in float32). Without, and for a single sample, each weight is divided by an exponential number of its
  /// own, in the weights' dtype and in the order of their memory, and the largest quotients win, the largest first.
  /// (Of equal quotients, which halves meet often and the wider dtypes next to never, the first goes first; PyTorch leaves
  /// their order to its sorting.)
  ///
  /// **Source** of the way without replacement: P. S. Efraimidis, P. G. Spirakis, *Weighted random sampling with a
  /// reservoir*, Inf. Process. Lett. 97 (2006) 181-185.
  ///
  /// @throws IllegalArgumentException for `samples < 1`, for more samples than categories without replacement, for
  ///     weights that are negative, infinite or NaN, for a row whose sum is zero
  public static void multinomial(
      Generator generator, Region out, Region weights, long samples, boolean replacement) {
    Draw.requireFloating("multinomial's weights", weights.dtype());
    int dimensions = weights.dimensions();
    check(dimensions == 1 || dimensions == 2,
        () -> "multinomial's weights must have 1 or 2 dimensions, not " + dimensions);
    long rows = dimensions == 2 ? weights.size(0) : 1;
    long categories = weights.size(dimensions - 1);
    check(samples > 0, () -> "multinomial cannot draw " + samples + " samples");
    check(replacement || samples <= categories,
        () -> "multinomial cannot draw " + samples + " of " + categories + " categories without replacement");
    check(categories <= 1 << 24, () -> "multinomial takes at most 2^24 categories, not " + categories);
    check(out.dtype() == DType.INT64 && out.isContiguous() && out.count() == Math.multiplyExact(rows, samples),
        () -> "multinomial needs room for " + rows + " times " + samples + " contiguous int64, not " + out);
    check(Draw.all(weights, v -> v >= 0 && v < Double.POSITIVE_INFINITY),
        () -> "multinomial: probability tensor contains either inf, nan or element < 0");
    checkSums(weights, rows, (int) categories);
    if (rows == 0) return;
    if (replacement && samples > 1) {
      generator.exclusively(t -> withReplacement(t, out, weights, rows, (int) categories, samples));
    } else {
      generator.exclusively(t -> withoutReplacement(t, out, weights, rows, (int) categories, (int) samples));
    }
  }

  private static int[] rowOrder(Region weights) {
    return weights.dimensions() == 1 ? new int[] {0} : new int[] {0, 1};
  }

  private static void checkSums(Region weights, long rows, int categories) {
    var source = new Cursor(weights, rowOrder(weights));
    var row = new double[categories];
    for (long r = 0; r < rows; r++) {
      source.get(row, categories);
      check(Arrays.stream(row).anyMatch(v -> v > 0),
          () -> "multinomial: invalid multinomial distribution (sum of probabilities <= 0)");
    }
  }

  private static void withReplacement(
      MersenneTwister twister, Region out, Region weights, long rows, int categories, long samples) {
    var source = new Cursor(weights, rowOrder(weights));
    var target = new Cursor(out);
    boolean wide = weights.dtype() == DType.FLOAT64;
    var sums = new double[categories];
    var chosen = new long[MersenneTwister.CHUNK];
    for (long r = 0; r < rows; r++) {
      source.get(sums, categories);
      for (int i = 1; i < categories; i++)
        sums[i] = wide ? sums[i - 1] + sums[i] : (float) sums[i - 1] + (float) sums[i];
      double total = sums[categories - 1];
      for (int i = 0; i < categories; i++) sums[i] = wide ? sums[i] / total : (float) sums[i] / (float) total;
      sums[categories - 1] = 1;
      for (long done = 0; done < samples; done += chosen.length) {
        int n = (int) Math.min(samples - done, chosen.length);
        for (int i = 0; i < n; i++) chosen[i] = firstAtLeast(sums, twister.uniform53());
        target.put(chosen, n);
      }
    }
  }

  private static int firstAtLeast(double[] sums, double u) {
    int low = 0;
    int high = sums.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (sums[middle] < u) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private static void withoutReplacement(
      MersenneTwister twister, Region out, Region weights, long rows, int categories, int samples) {
    DType dtype = weights.dtype();
    boolean byRow = rows == 1 || weights.stride(0) >= weights.stride(1);
    double[][] drawnByColumn = byRow ? new double[0][] : byColumn(twister, dtype, Math.toIntExact(rows), categories);
    var source = new Cursor(weights, rowOrder(weights));
    var target = new Cursor(out);
    var row = new double[categories];
    var exponentials = new double[categories];
    for (long r = 0; r < rows; r++) {
      if (byRow) {
        for (int i = 0; i < categories; i++) exponentials[i] = exponential(twister, dtype);
      } else {
        exponentials = drawnByColumn[(int) r];
      }
      source.get(row, categories);
      for (int i = 0; i < categories; i++) {
        row[i] = dtype == DType.FLOAT64
            ? row[i] / exponentials[i]
            : Draw.round((float) row[i] / (float) exponentials[i], dtype);
      }
      target.put(largest(row, samples), samples);
    }
  }

  private static double[][] byColumn(MersenneTwister twister, DType dtype, int rows, int categories) {
    var numbers = new double[rows][categories];
    for (int i = 0; i < categories; i++) {
      for (double[] row : numbers) row[i] = exponential(twister, dtype);
    }
    return numbers;
  }

  private static double exponential(MersenneTwister twister, DType dtype) {
    double value = Uniforms.exponential(twister.uniform53(), 1);
    return dtype == DType.FLOAT64 ? value : Draw.round((float) value, dtype);
  }

  /// The indices of the n largest, the largest first; among equals the first.
  private static long[] largest(double[] values, int n) {
    if (n == 1) {
      int best = 0;
      for (int i = 1; i < values.length; i++) {
        if (values[i] > values[best]) best = i;
      }
      return new long[] {best};
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    double least = sorted[values.length - n];
    return IntStream.range(0, values.length).filter(i -> values[i] >= least).boxed()
        .sorted(Comparator.comparingDouble((Integer i) -> values[i]).reversed())
        .limit(n).mapToLong(Integer::longValue).toArray();
  }
}
