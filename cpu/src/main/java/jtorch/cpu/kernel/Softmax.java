package jtorch.cpu.kernel;

import jtorch.cpu.Parallel;

/// Softmax of contiguous `[outer, n, inner]` over the middle dim, in `float32` and `float64`, with gradients.
///
/// The greatest element is taken off first, so nothing overflows: `softmax(x) = exp(x - max) / sum exp(x - max)`. A row
/// with a NaN or `inf`, and a row of `-inf` only, gives NaN, as in PyTorch. A result may take the place of any input.
public final class Softmax {
  private Softmax() {}

  /// `y = exp(x - max x) / sum exp(x - max x)`.
  public static void softmax(Rows rows, long x, long y, long outer, long n, long inner) {
    if (inner == 1) {
      eachRow(rows, outer, n, row -> {
        double sum = rows.exp(y + row, x + row, n, rows.max(x + row, n));
        rows.scale(y + row, y + row, n, 1 / sum);
      });
      return;
    }
    long bytes = rows.bytes();
    eachPanel(rows, outer, n, inner, columns -> {
      long width = columns.width();
      long max = Scratch.of(columns.scratch(2, rows));
      long sum = max + width * bytes;
      long free = sum + width * bytes;
      columns.fold(Fold.MAX, rows, x, 0, max, free);
      columns.forEachStrip((i, length) -> rows.expOfDifference(y + i * bytes, x + i * bytes, max, length));
      columns.fold(Fold.SUM, rows, y, 0, sum, free);
      rows.fill(max, width, 1);
      rows.over(sum, max, sum, width);
      columns.forEachStrip((i, length) -> rows.times(y + i * bytes, y + i * bytes, sum, length));
    });
  }

  /// `y = x - max x - log sum exp(x - max x)`.
  public static void logSoftmax(Rows rows, long x, long y, long outer, long n, long inner) {
    if (inner == 1) {
      eachRow(rows, outer, n, row -> {
        double max = rows.max(x + row, n);
        rows.subtract(y + row, x + row, n, max, rows.log(rows.sumExp(x + row, n, max)));
      });
      return;
    }
    long bytes = rows.bytes();
    eachPanel(rows, outer, n, inner, columns -> {
      long width = columns.width();
      long max = Scratch.of(columns.scratch(2, rows));
      long sum = max + width * bytes;
      long free = sum + width * bytes;
      columns.fold(Fold.MAX, rows, x, 0, max, free);
      columns.fold(Fold.SUM_EXP, rows, x, max, sum, free);
      rows.log(sum, sum, width);
      columns.forEachStrip((i, length) -> {
        rows.minus(y + i * bytes, x + i * bytes, max, length);
        rows.minus(y + i * bytes, y + i * bytes, sum, length);
      });
    });
  }

  /// From the gradient `g` of `y = softmax(x)`: `dx = y * (g - sum g * y)`.
  public static void softmaxBackward(Rows rows, long g, long y, long dx, long outer, long n, long inner) {
    if (inner == 1) {
      eachRow(rows, outer, n,
          row -> rows.timesCentred(dx + row, y + row, g + row, n, rows.dot(g + row, y + row, n, 0)));
      return;
    }
    long bytes = rows.bytes();
    eachPanel(rows, outer, n, inner, columns -> {
      long dot = Scratch.of(columns.scratch(1, rows));
      rows.fill(dot, columns.width(), 0);
      columns.forEachStrip((i, length) -> rows.addProducts(dot, g + i * bytes, y + i * bytes, length));
      columns.join(Fold.SUM, rows, dot);
      columns
          .forEachStrip((i, length) -> rows.timesDifference(dx + i * bytes, y + i * bytes, g + i * bytes, dot, length));
    });
  }

  /// From the gradient `g` of `y = log_softmax(x)`: `dx = g - exp(y) * sum g`.
  public static void logSoftmaxBackward(Rows rows, long g, long y, long dx, long outer, long n, long inner) {
    if (inner == 1) {
      eachRow(rows, outer, n, row -> rows.minusExp(dx + row, y + row, g + row, n, rows.sum(g + row, n)));
      return;
    }
    long bytes = rows.bytes();
    eachPanel(rows, outer, n, inner, columns -> {
      long sum = Scratch.of(columns.scratch(1, rows));
      columns.fold(Fold.SUM, rows, g, 0, sum, sum + columns.width() * bytes);
      columns
          .forEachStrip((i, length) -> rows.minusExpTimes(dx + i * bytes, y + i * bytes, g + i * bytes, sum, length));
    });
  }

  /// The work on one row, which begins `offset` bytes after the tensors do.
  private interface Row {
    void run(long offset);
  }

  private static void eachRow(Rows rows, long outer, long n, Row body) {
    Parallel.run(outer, Reductions.grain(n), (begin, end) -> {
      for (long o = begin; o < end; o++) {
        body.run(o * n * rows.bytes());
      }
    });
  }

  private static void eachPanel(Rows rows, long outer, long n, long inner, Columns.Body body) {
    if (n * inner > 0) {
      Columns.revisited(n, inner, rows.bytes()).forEach(outer, body);
    }
  }
}
