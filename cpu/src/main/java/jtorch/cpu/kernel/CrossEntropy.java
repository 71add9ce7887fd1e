package jtorch.cpu.kernel;

import jtorch.cpu.Parallel;
import jtorch.memory.Memory;

/// Cross entropy of contiguous `[outer, n, inner]` with `n` classes, and negative log likelihood, in `float32` and
/// `float64`, with gradients. Targets are `int64` `[outer, inner]`, each a class or `ignored`; the caller has checked
/// them. `weight`, `[n]`, is optional (address 0): a target's loss and gradient are multiplied by its class's weight.
///
/// Losses are those of single elements, 0 where ignored: reductions are the caller's.
public final class CrossEntropy {
  private CrossEntropy() {}

  /// `loss = weight[t] * (log sum exp x - x[t])`. `logSum`, `[outer, inner]` of `float64` whatever the dtype, receives
  /// `log sum exp x`: rounded to `float32` it would cost the gradient digits where one class is nearly certain.
  public static void crossEntropy(Rows rows, long x, long target, long weight, long loss, long logSum, long outer,
      long n, long inner, long ignored) {
    if (inner == 1) {
      Parallel.run(outer, Reductions.grain(n), (begin, end) -> {
        for (long o = begin; o < end; o++) {
          long row = x + o * n * rows.bytes();
          double max = rows.max(row, n);
          double logOfSum = Math.log(rows.sumExp(row, n, max));
          Memory.putDouble(logSum + o * Double.BYTES, max + logOfSum);
          long t = Memory.getLong(target + o * Long.BYTES);
          rows.put(loss, o, t == ignored ? 0 : weight(rows, weight, t) * (max - rows.get(row, t) + logOfSum));
        }
      });
    } else if (outer * inner > 0) {
      Columns.revisited(n, inner, rows.bytes()).forEach(outer, columns -> {
        long max = Scratch.of(columns.scratch(2, rows));
        long sum = max + columns.width() * rows.bytes();
        long free = sum + columns.width() * rows.bytes();
        columns.fold(Fold.MAX, rows, x, 0, max, free);
        columns.fold(Fold.SUM_EXP, rows, x, max, sum, free);
        for (long j = 0; j < columns.columns(); j++) {
          long i = columns.columnOffset() + j;
          double logOfSum = Math.log(rows.get(sum, j));
          Memory.putDouble(logSum + i * Double.BYTES, rows.get(max, j) + logOfSum);
          long t = Memory.getLong(target + i * Long.BYTES);
          double chosen = t == ignored ? 0 : rows.get(x, i / inner * n * inner + t * inner + i % inner);
          double lost = rows.get(max, j) - chosen + logOfSum;
          rows.put(loss, i, t == ignored ? 0 : weight(rows, weight, t) * lost);
        }
      });
    }
  }

  /// From the gradient `g` of the losses: `dx = (softmax x - onehot t) * weight[t] * g`, 0 where ignored.
  public static void crossEntropyBackward(Rows rows, long g, long x, long target, long weight, long logSum, long dx,
      long outer, long n, long inner, long ignored) {
    Parallel.run(outer, Reductions.grain(n * inner), (begin, end) -> {
      for (long o = begin; o < end; o++) {
        long offset = o * n * inner * rows.bytes();
        if (inner == 1) {
          gradient(rows, g, x + offset, target, weight, logSum, dx + offset, n, o, ignored);
        } else {
          gradients(rows, g, x + offset, target, weight, logSum, dx + offset, n, inner, o, ignored);
        }
      }
    });
  }

  private static void gradient(Rows rows, long g, long x, long target, long weight, long logSum, long dx, long n,
      long o, long ignored) {
    long t = Memory.getLong(target + o * Long.BYTES);
    if (t == ignored) {
      rows.fill(dx, n, 0);
      return;
    }
    double factor = rows.get(g, o) * weight(rows, weight, t);
    double shift = Memory.getDouble(logSum + o * Double.BYTES);
    double high = (float) shift;
    rows.scaledExp(dx, x, n, high, shift - high, factor);
    rows.put(dx, t, rows.get(dx, t) - factor);
  }

  /// The gradients of all columns of one `[n, inner]`.
  private static void gradients(Rows rows, long g, long x, long target, long weight, long logSum, long dx, long n,
      long inner, long o, long ignored) {
    long size = inner * rows.bytes();
    long high = Scratch.of(3 * size);
    long low = high + size;
    long factor = low + size;
    for (long j = 0; j < inner; j++) {
      long t = Memory.getLong(target + (o * inner + j) * Long.BYTES);
      double shift = Memory.getDouble(logSum + (o * inner + j) * Double.BYTES);
      rows.put(high, j, (float) shift);
      rows.put(low, j, shift - (float) shift);
      rows.put(factor, j, t == ignored ? 0 : rows.get(g, o * inner + j) * weight(rows, weight, t));
    }
    for (long i = 0; i < n; i++) {
      rows.minus(dx + i * size, x + i * size, high, inner);
      rows.expOfDifference(dx + i * size, dx + i * size, low, inner);
      rows.times(dx + i * size, dx + i * size, factor, inner);
    }
    for (long j = 0; j < inner; j++) {
      long t = Memory.getLong(target + (o * inner + j) * Long.BYTES);
      if (t != ignored) {
        rows.put(dx, t * inner + j, rows.get(dx, t * inner + j) - rows.get(factor, j));
      }
    }
  }

  /// `loss = -weight[t] * x[t]` for log-probabilities `x`.
  public static void negativeLogLikelihood(
      Rows rows, long x, long target, long weight, long loss, long outer, long n, long inner, long ignored) {
    Parallel.run(outer * inner, Reductions.GRAIN, (begin, end) -> {
      for (long i = begin; i < end; i++) {
        long t = Memory.getLong(target + i * Long.BYTES);
        double chosen = t == ignored ? 0 : rows.get(x, (i / inner * n + t) * inner + i % inner);
        rows.put(loss, i, t == ignored ? 0 : -weight(rows, weight, t) * chosen);
      }
    });
  }

  /// From the gradient `g` of the losses: `dx[t] = -weight[t] * g`, 0 elsewhere.
  public static void negativeLogLikelihoodBackward(
      Rows rows, long g, long target, long weight, long dx, long outer, long n, long inner, long ignored) {
    Parallel.run(outer, Reductions.grain(n * inner), (begin, end) -> {
      rows.fill(dx + begin * n * inner * rows.bytes(), (end - begin) * n * inner, 0);
      for (long i = begin * inner; i < end * inner; i++) {
        long t = Memory.getLong(target + i * Long.BYTES);
        if (t != ignored) {
          rows.put(dx, (i / inner * n + t) * inner + i % inner, -weight(rows, weight, t) * rows.get(g, i));
        }
      }
    });
  }

  private static double weight(Rows rows, long weight, long t) {
    return weight == 0 ? 1 : rows.get(weight, t);
  }
}
