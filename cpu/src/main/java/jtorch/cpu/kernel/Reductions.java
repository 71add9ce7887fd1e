package jtorch.cpu.kernel;

import java.lang.foreign.Arena;
import java.util.function.DoubleUnaryOperator;
import jtorch.cpu.Parallel;
import jtorch.memory.Memory;

/// Reductions of contiguous `[outer, n, inner]` over the middle dim, to `[outer, inner]`, in `float32` and `float64`.
///
/// Long rows are cut into chunks of [#CHUNK] elements and tall columns into leaves of [Columns#LEAF] rows, whose
/// results are joined pairwise. Both cuts follow from the shape alone, so results are the same for any number of
/// threads.
///
/// A sum's error grows with the logarithm of `n`, as that of PyTorch's cascade does. Sums of nothing are 0, products 1;
/// `max` and its like need `n >= 1`.
public final class Reductions {
  /// Elements of a row that one piece of work folds: larger than the cost of handing out work, small enough that
  /// the halves of a row of a million keep all threads busy.
  static final int CHUNK = 1 << 16;

  /// Elements that one thread should have at least.
  static final int GRAIN = 1 << 15;

  /// Pieces that the rows of tall and narrow columns are cut into, at most.
  private static final int BLOCKS = 64;

  /// Columns whose places are sought together.
  private static final long PANEL = 1024;

  private Reductions() {}

  /// `out = sum x`.
  public static void sum(Rows rows, long x, long out, long outer, long n, long inner) {
    fold(Fold.SUM, rows, x, 0, out, outer, n, inner);
  }

  /// `out = sum x / n`; NaN of nothing.
  public static void mean(Rows rows, long x, long out, long outer, long n, long inner) {
    fold(Fold.SUM, rows, x, 0, out, outer, n, inner);
    Parallel.run(outer * inner, GRAIN, (begin, end) -> {
      long part = out + begin * rows.bytes();
      rows.divide(part, part, end - begin, n);
    });
  }

  /// `out = product x`.
  public static void prod(Rows rows, long x, long out, long outer, long n, long inner) {
    fold(Fold.PRODUCT, rows, x, 0, out, outer, n, inner);
  }

  /// `out = max x`, NaN if there is one.
  public static void max(Rows rows, long x, long out, long outer, long n, long inner) {
    fold(Fold.MAX, rows, x, 0, out, outer, n, inner);
  }

  /// `out = min x`, NaN if there is one.
  public static void min(Rows rows, long x, long out, long outer, long n, long inner) {
    fold(Fold.MIN, rows, x, 0, out, outer, n, inner);
  }

  /// `out = (sum |x|^p)^(1/p)`; for `p = 0` the number of elements that are not 0, for `p = inf` and `-inf` the
  /// greatest and the least `|x|`.
  public static void norm(Rows rows, long x, long out, long outer, long n, long inner, double p) {
    Fold fold;
    DoubleUnaryOperator finish = DoubleUnaryOperator.identity();
    if (p == 0) {
      fold = Fold.SUM.mapped(v -> v != 0 ? 1 : 0);
    } else if (p == 1) {
      fold = Fold.SUM_ABS;
    } else if (p == 2) {
      fold = Fold.SUM_SQUARES;
      finish = Math::sqrt;
    } else if (p == Double.POSITIVE_INFINITY) {
      // The least |x| of nothing would be inf, the greatest is 0.
      fold = new Fold(0, Math::max, Fold.MAX.row(), Fold.MAX.rows(), Fold.MAX.joinRows()).mapped(Math::abs);
    } else if (p == Double.NEGATIVE_INFINITY) {
      fold = Fold.MIN.mapped(Math::abs);
    } else {
      fold = Fold.SUM.mapped(v -> Math.pow(Math.abs(v), p));
      finish = sum -> Math.pow(sum, 1 / p);
    }
    fold(fold, rows, x, 0, out, outer, n, inner);
    if (p != 0 && p != 1 && !Double.isInfinite(p)) {
      finish(rows, out, outer * inner, finish);
    }
  }

  /// `out = sum (x - mean)^2 / max(0, n - correction)`, its square root if `root`; `mean` receives `sum x / n` unless
  /// it is 0. Two passes, so that nothing cancels.
  public static void variance(
      Rows rows, long x, long mean, long out, long outer, long n, long inner, double correction, boolean root) {
    double divisor = Math.max(0, n - correction);
    DoubleUnaryOperator finish = root ? m2 -> Math.sqrt(m2 / divisor) : m2 -> m2 / divisor;
    if (inner == 1 && n <= CHUNK) {
      Parallel.run(outer, grain(n), (begin, end) -> {
        for (long o = begin; o < end; o++) {
          long row = x + o * n * rows.bytes();
          double m = rows.sum(row, n) / n;
          rows.put(out, o, finish.applyAsDouble(rows.sumSquares(row, n, m)));
          if (mean != 0) {
            rows.put(mean, o, m);
          }
        }
      });
      return;
    }
    try (Arena arena = Arena.ofConfined()) {
      long centre = mean != 0 ? mean : arena.allocate(outer * inner * rows.bytes(), Double.BYTES).address();
      mean(rows, x, centre, outer, n, inner);
      fold(Fold.SUM_SQUARES, rows, x, centre, out, outer, n, inner);
      finish(rows, out, outer * inner, finish);
    }
  }

  /// `index` (int64) `= argmax x`, the first where several are greatest; the first NaN if there is one. `value`
  /// receives the maximum unless it is 0.
  public static void argmax(Rows rows, long x, long value, long index, long outer, long n, long inner) {
    locate(Fold.MAX, rows, x, value, index, outer, n, inner);
  }

  /// `index` (int64) `= argmin x`, the first where several are least; the first NaN if there is one. `value` receives
  /// the minimum unless it is 0.
  public static void argmin(Rows rows, long x, long value, long index, long outer, long n, long inner) {
    locate(Fold.MIN, rows, x, value, index, outer, n, inner);
  }

  /// `out = log sum exp x`, without overflow; `-inf` of nothing.
  public static void logSumExp(Rows rows, long x, long out, long outer, long n, long inner) {
    if (n == 0) {
      rows.fill(out, outer * inner, Double.NEGATIVE_INFINITY);
      return;
    }
    try (Arena arena = Arena.ofConfined()) {
      long max = arena.allocate(outer * inner * rows.bytes(), Double.BYTES).address();
      fold(Fold.MAX, rows, x, 0, max, outer, n, inner);
      fold(Fold.SUM_EXP, rows, x, max, out, outer, n, inner);
      Parallel.run(outer * inner, GRAIN, (begin, end) -> {
        for (long i = begin; i < end; i++) {
          double m = rows.get(max, i);
          rows.put(out, i, Math.log(rows.get(out, i)));
          rows.put(out, i, Double.isInfinite(m) ? m : m + rows.get(out, i));
        }
      });
    }
  }

  // ---- the skeletons

  /// Folds the middle dim; `centre` holds `[outer, inner]` numbers for those folds that need them, else is 0.
  static void fold(Fold fold, Rows rows, long x, long centre, long out, long outer, long n, long inner) {
    if (n == 0 || inner == 0) {
      rows.fill(out, outer * inner, fold.neutral());
    } else if (inner != 1) {
      columns(fold, rows, x, centre, out, outer, n, inner);
    } else if (n <= CHUNK) {
      long bytes = rows.bytes();
      Parallel.run(outer, grain(n), (begin, end) -> fold.row().each(rows, x + begin * n * bytes, n,
          centre == 0 ? 0 : centre + begin * bytes, out + begin * bytes, end - begin));
    } else {
      int chunks = Math.toIntExact(Math.ceilDiv(n, CHUNK));
      double[] results = chunks(fold, rows, x, centre, outer, n, chunks);
      for (int o = 0; o < outer; o++) {
        rows.put(out, o, pairwise(fold, results, o * chunks, (o + 1) * chunks));
      }
    }
  }

  /// The folds of every chunk of every row.
  private static double[] chunks(Fold fold, Rows rows, long x, long centre, long outer, long n, int chunks) {
    double[] results = new double[Math.toIntExact(outer * chunks)];
    Parallel.run(results.length, 1, (begin, end) -> {
      for (int i = (int) begin; i < end; i++) {
        long o = i / chunks;
        long start = (long) (i % chunks) * CHUNK;
        double c = centre == 0 ? 0 : rows.get(centre, o);
        results[i] = fold.row().of(rows, x + (o * n + start) * rows.bytes(), Math.min(CHUNK, n - start), c);
      }
    });
    return results;
  }

  private static double pairwise(Fold fold, double[] values, int begin, int end) {
    if (end - begin == 1) {
      return values[begin];
    }
    int middle = (begin + end) >>> 1;
    return fold.join().applyAsDouble(pairwise(fold, values, begin, middle), pairwise(fold, values, middle, end));
  }

  private static void columns(Fold fold, Rows rows, long x, long centre, long out, long outer, long n, long inner) {
    Columns walk = Columns.of(n, inner);
    long tasks = outer * walk.panels();
    // Few columns would leave threads idle: then the strips are divided as well.
    long blocks = tasks >= 8 ? 1 : Math.clamp(walk.strips() * walk.panelSize() / CHUNK, 1, BLOCKS);
    if (n <= Columns.LEAF && blocks == 1 && walk.panels() == 1) {
      shortColumns(fold, rows, x, centre, out, outer, n, inner);
      return;
    }
    long bytes = rows.bytes();
    if (blocks == 1) {
      walk.forEach(outer, columns -> {
        long panel = Scratch.of(columns.scratch(2, rows));
        long c = panel + columns.width() * bytes;
        centre(rows, columns, c, centre);
        columns.fold(fold, rows, x, c, panel, c + columns.width() * bytes);
        Memory.copy(panel, out + columns.columnOffset() * bytes, columns.columns() * bytes);
      });
      return;
    }
    long size = walk.panelSize() * bytes;
    try (Arena arena = Arena.ofConfined()) {
      long partial = arena.allocate(tasks * blocks * size, 64).address();
      Parallel.run(tasks * blocks, 1, (begin, end) -> {
        for (long i = begin; i < end; i++) {
          Columns columns = walk.panel(i / blocks);
          long c = Scratch.of(columns.scratch(1, rows));
          centre(rows, columns, c, centre);
          long block = i % blocks;
          long from = walk.strips() * block / blocks;
          long to = walk.strips() * (block + 1) / blocks;
          columns.foldStrips(fold, rows, x, c, partial + i * size, c + columns.width() * bytes, from, to);
        }
      });
      for (long task = 0; task < tasks; task++) {
        Columns columns = walk.panel(task);
        long panel = partial + task * blocks * size;
        fold.joinRows().into(rows, panel, panel + size, 0, blocks - 1, walk.panelSize(), columns.width());
        long c = Scratch.of(columns.scratch(1, rows));
        centre(rows, columns, c, centre);
        columns.collapse(fold, rows, x, c, panel);
        Memory.copy(panel, out + columns.columnOffset() * bytes, columns.columns() * bytes);
      }
    }
  }

  /// Makes the panel of centres: 0 where the fold has none.
  private static void centre(Rows rows, Columns columns, long panel, long centre) {
    if (centre == 0) {
      rows.fill(panel, columns.width(), 0);
    } else {
      columns.spread(rows, panel, centre + columns.columnOffset() * rows.bytes());
    }
  }

  /// Folds few rows straight into the result.
  private static void shortColumns(
      Fold fold, Rows rows, long x, long centre, long out, long outer, long n, long inner) {
    long bytes = rows.bytes();
    Parallel.run(outer, grain(n * inner), (begin, end) -> {
      long zeros = Scratch.of(inner * bytes);
      rows.fill(zeros, inner, 0);
      for (long o = begin; o < end; o++) {
        long panel = out + o * inner * bytes;
        long c = centre == 0 ? zeros : centre + o * inner * bytes;
        rows.fill(panel, inner, fold.neutral());
        fold.rows().into(rows, panel, x + o * n * inner * bytes, c, n, inner, inner);
      }
    });
  }

  /// Extremes with their places: the value first, then the first place that has it.
  private static void locate(Fold fold, Rows rows, long x, long value, long index, long outer, long n, long inner) {
    long bytes = rows.bytes();
    if (inner != 1) {
      locateInColumns(fold, rows, x, value, index, outer, n, inner);
    } else if (n <= CHUNK) {
      Parallel.run(outer, grain(n), (begin, end) -> {
        for (long o = begin; o < end; o++) {
          long row = x + o * n * bytes;
          double best = fold.row().of(rows, row, n, 0);
          Memory.putLong(index + o * Long.BYTES, rows.indexOf(row, n, best));
          if (value != 0) {
            rows.put(value, o, best);
          }
        }
      });
    } else {
      int chunks = Math.toIntExact(Math.ceilDiv(n, CHUNK));
      double[] results = chunks(fold, rows, x, 0, outer, n, chunks);
      for (int o = 0; o < outer; o++) {
        double best = pairwise(fold, results, o * chunks, (o + 1) * chunks);
        int chunk = 0;
        while (!ScalarRows.same(results[o * chunks + chunk], best)) {
          chunk++;
        }
        long start = (long) chunk * CHUNK;
        long within = rows.indexOf(x + (o * n + start) * bytes, n - start, best);
        Memory.putLong(index + (long) o * Long.BYTES, start + within);
        if (value != 0) {
          rows.put(value, o, best);
        }
      }
    }
  }

  private static void locateInColumns(
      Fold fold, Rows rows, long x, long value, long index, long outer, long n, long inner) {
    long bytes = rows.bytes();
    try (Arena arena = Arena.ofConfined()) {
      long best = value != 0 ? value : arena.allocate(outer * inner * bytes, Double.BYTES).address();
      fold(fold, rows, x, 0, best, outer, n, inner);
      long panels = Math.ceilDiv(inner, PANEL);
      Parallel.run(outer * panels, grain(n * Math.min(inner, PANEL)), (begin, end) -> {
        long places = Scratch.of(PANEL * bytes);
        for (long task = begin; task < end; task++) {
          long o = task / panels;
          long j = task % panels * PANEL;
          long width = Math.min(PANEL, inner - j);
          long columns = o * inner + j;
          rows.firstRow(places, x + (o * n * inner + j) * bytes, best + columns * bytes, n, inner, width);
          for (long i = 0; i < width; i++) {
            long place = bytes == Long.BYTES ? Memory.getLong(places + i * bytes) : Memory.getInt(places + i * bytes);
            Memory.putLong(index + (columns + i) * Long.BYTES, place);
          }
        }
      });
    }
  }

  /// Applies `last` to every result.
  private static void finish(Rows rows, long out, long count, DoubleUnaryOperator last) {
    Parallel.run(count, GRAIN, (begin, end) -> {
      for (long i = begin; i < end; i++) {
        rows.put(out, i, last.applyAsDouble(rows.get(out, i)));
      }
    });
  }

  /// Rows of `n` elements that make up a piece of work.
  static long grain(long n) {
    return Math.max(1, GRAIN / Math.max(1, n));
  }
}
