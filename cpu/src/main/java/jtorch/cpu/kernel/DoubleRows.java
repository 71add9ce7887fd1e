package jtorch.cpu.kernel;

import static java.nio.ByteOrder.nativeOrder;
import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.MAX;
import static jdk.incubator.vector.VectorOperators.NE;
import static jtorch.memory.Memory.ALL;
import static jtorch.memory.Memory.getDouble;
import static jtorch.memory.Memory.putDouble;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;
import jtorch.memory.Memory;

/// [Rows] of `float64` on the Vector API.
///
/// The loops share one shape. Reductions keep four accumulators, since an addition takes several cycles and two can
/// begin in each; then a vector at a time; then the tail one by one. Loops count addresses, which the compiler turns
/// into better code for short rows than it does loops over indices (measured on rows of 1024: 21 against 35 ns a
/// row).
///
/// Scalars become vectors by `constant`, not in the overloads that take a scalar. Those share code of `DoubleVector`
/// with vectors of other widths: once copies to `float64` had run through it, with half a vector of doubles, the
/// compiler left boxed vectors in the loop of layer norm, which made it six times slower.
///
final class DoubleRows implements Rows {
  private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
  private static final int BYTES = Double.BYTES;
  private static final int STEP = SPECIES.vectorByteSize();

  /// Elements of a softmax that are summed in lanes without an end, as PyTorch does.
  private static final int LONG_BLOCK = 1 << 16;
  /// Bytes that surely stay in the L1 cache.
  private static final int NEAR = 16 << 10;

  private static final NormalizationRows NORMALIZATION =
      Apart.of(NormalizationRows.class, new DoubleNormalizationRows());

  private final PoolRows pooling;
  private final StepRows steps;

  /// @param pooling the loops of pooling, vector or scalar
  /// @param scalar the scalar twin, for what is shorter than a vector
  DoubleRows(PoolRows pooling, Rows scalar) {
    this.pooling = pooling;
    steps = Apart.of(StepRows.class, new DoubleStepRows(scalar.steps()));
  }

  private static DoubleVector load(long address) {
    return DoubleVector.fromMemorySegment(SPECIES, ALL, address, nativeOrder());
  }

  private static DoubleVector load(long address, VectorMask<Double> lanes) {
    return DoubleVector.fromMemorySegment(SPECIES, ALL, address, nativeOrder(), lanes);
  }

  private static void store(DoubleVector v, long address) {
    v.intoMemorySegment(ALL, address, nativeOrder());
  }

  private static DoubleVector constant(double value) {
    return DoubleVector.broadcast(SPECIES, value);
  }

  @Override
  public int bytes() {
    return BYTES;
  }

  @Override
  public NormalizationRows normalization() {
    return NORMALIZATION;
  }

  @Override
  public PoolRows pooling() {
    return pooling;
  }

  @Override
  public StepRows steps() {
    return steps;
  }

  @Override
  public double get(long x, long i) {
    return getDouble(x + i * BYTES);
  }

  @Override
  public void put(long x, long i, double value) {
    putDouble(x + i * BYTES, (double) value);
  }

  // ---- one row to one number: blocks of elements in lanes, sums of blocks in float64

  @Override
  public double sum(long x, long n) {
    double sum = 0;
    for (long end = x + n * BYTES; x < end; x += BLOCK * BYTES) {
      sum += sumBlock(x, Math.min(end, x + BLOCK * BYTES));
    }
    return sum;
  }

  private static double sumBlock(long x, long end) {
    DoubleVector a = DoubleVector.zero(SPECIES);
    DoubleVector b = a;
    DoubleVector c = a;
    DoubleVector d = a;
    for (; x <= end - 4 * STEP; x += 4 * STEP) {
      a = a.add(load(x));
      b = b.add(load(x + STEP));
      c = c.add(load(x + 2 * STEP));
      d = d.add(load(x + 3 * STEP));
    }
    for (; x <= end - STEP; x += STEP) {
      a = a.add(load(x));
    }
    double sum = Lanes.sum(a.add(b).add(c.add(d)));
    for (; x < end; x += BYTES) {
      sum += getDouble(x);
    }
    return sum;
  }

  @Override
  public double cascadeSum(long x, long n) {
    return n <= DoubleCascade.MOST ? DoubleCascade.sum(x, x + n * BYTES) : sum(x, n);
  }

  @Override
  public void cascadeSums(long x, long n, long out, long count) {
    for (long r = 0; r < count; r++) putDouble(out + r * BYTES, (double) cascadeSum(x + r * n * BYTES, n));
  }

  @Override
  public double sumAbs(long x, long n) {
    double sum = 0;
    for (long end = x + n * BYTES; x < end; x += BLOCK * BYTES) {
      sum += sumAbsBlock(x, Math.min(end, x + BLOCK * BYTES));
    }
    return sum;
  }

  private static double sumAbsBlock(long x, long end) {
    DoubleVector a = DoubleVector.zero(SPECIES);
    DoubleVector b = a;
    for (; x <= end - 2 * STEP; x += 2 * STEP) {
      a = a.add(load(x).abs());
      b = b.add(load(x + STEP).abs());
    }
    double sum = Lanes.sum(a.add(b));
    for (; x < end; x += BYTES) {
      sum += Math.abs(getDouble(x));
    }
    return sum;
  }

  @Override
  public double sumSquares(long x, long n, double centre) {
    double sum = 0;
    for (long end = x + n * BYTES; x < end; x += BLOCK * BYTES) {
      sum += sumSquaresBlock(x, Math.min(end, x + BLOCK * BYTES), (double) centre);
    }
    return sum;
  }

  private static double sumSquaresBlock(long x, long end, double centre) {
    DoubleVector a = DoubleVector.zero(SPECIES);
    DoubleVector b = a;
    DoubleVector c = a;
    DoubleVector d = a;
    for (; x <= end - 4 * STEP; x += 4 * STEP) {
      DoubleVector p = load(x).sub(constant(centre));
      DoubleVector q = load(x + STEP).sub(constant(centre));
      DoubleVector r = load(x + 2 * STEP).sub(constant(centre));
      DoubleVector s = load(x + 3 * STEP).sub(constant(centre));
      a = p.fma(p, a);
      b = q.fma(q, b);
      c = r.fma(r, c);
      d = s.fma(s, d);
    }
    for (; x <= end - STEP; x += STEP) {
      DoubleVector p = load(x).sub(constant(centre));
      a = p.fma(p, a);
    }
    double sum = Lanes.sum(a.add(b).add(c.add(d)));
    for (; x < end; x += BYTES) {
      double p = getDouble(x) - centre;
      sum = Math.fma(p, p, sum);
    }
    return sum;
  }

  @Override
  public double sumSquaresInOrder(long x, long n, double centre) {
    return n <= DoubleCascade.SHORT ? DoubleCascade.sumSquares(x, x + n * BYTES, (double) centre)
        : sumSquares(x, n, centre);
  }

  @Override
  public double dot(long x, long y, long n, double centre) {
    if (n < 16) return shortDot(x, y - x, x + n * BYTES, (double) centre);
    double sum = 0;
    long between = y - x;
    for (long end = x + n * BYTES; x < end; x += BLOCK * BYTES) {
      sum += dotBlock(x, between, Math.min(end, x + BLOCK * BYTES), (double) centre);
    }
    return sum;
  }

  /// Rows shorter than PyTorch's vectors are summed in order.
  private static double shortDot(long x, long y, long end, double centre) {
    double sum = 0;
    for (; x < end; x += BYTES) sum += getDouble(x) * (getDouble(y + x) - centre);
    return sum;
  }

  private static double dotBlock(long x, long y, long end, double centre) {
    DoubleVector a = DoubleVector.zero(SPECIES);
    DoubleVector b = a;
    DoubleVector c = a;
    DoubleVector d = a;
    for (; x <= end - 4 * STEP; x += 4 * STEP) {
      a = load(x).fma(load(y + x).sub(constant(centre)), a);
      b = load(x + STEP).fma(load(y + x + STEP).sub(constant(centre)), b);
      c = load(x + 2 * STEP).fma(load(y + x + 2 * STEP).sub(constant(centre)), c);
      d = load(x + 3 * STEP).fma(load(y + x + 3 * STEP).sub(constant(centre)), d);
    }
    for (; x <= end - STEP; x += STEP) {
      a = load(x).fma(load(y + x).sub(constant(centre)), a);
    }
    double sum = Lanes.sum(a.add(b).add(c.add(d)));
    for (; x < end; x += BYTES) {
      sum += getDouble(x) * (getDouble(y + x) - centre);
    }
    return sum;
  }

  @Override
  public double product(long x, long n) {
    DoubleVector a = constant(1);
    DoubleVector b = a;
    long end = x + n * BYTES;
    for (; x <= end - 2 * STEP; x += 2 * STEP) {
      a = a.mul(load(x));
      b = b.mul(load(x + STEP));
    }
    double product = Lanes.product(a.mul(b));
    for (; x < end; x += BYTES) {
      product *= getDouble(x);
    }
    return product;
  }

  @Override
  public double max(long x, long n) {
    return extreme(x, n, 1);
  }

  @Override
  public double min(long x, long n) {
    return -extreme(x, n, -1);
  }

  /// The greatest of `x[i] * sign`. Comparing and blending is half the work of a maximum that minds NaN; that there may
  /// be a NaN shows in the sum of all elements, and then is looked for (`inf - inf` also leads there).
  private static double extreme(long row, long n, double sign) {
    long x = row;
    long end = x + n * BYTES;
    if (n < SPECIES.length()) {
      return extremeTail(x, end, sign, Double.NEGATIVE_INFINITY);
    }
    DoubleVector a = constant(Double.NEGATIVE_INFINITY);
    DoubleVector b = a;
    DoubleVector c = a;
    DoubleVector d = a;
    DoubleVector sum = DoubleVector.zero(SPECIES);
    for (; x <= end - 4 * STEP; x += 4 * STEP) {
      DoubleVector p = load(x).mul(constant(sign));
      DoubleVector q = load(x + STEP).mul(constant(sign));
      DoubleVector r = load(x + 2 * STEP).mul(constant(sign));
      DoubleVector s = load(x + 3 * STEP).mul(constant(sign));
      a = greater(a, p);
      b = greater(b, q);
      c = greater(c, r);
      d = greater(d, s);
      sum = sum.add(p.add(q).add(r.add(s)));
    }
    for (; x <= end - STEP; x += STEP) {
      DoubleVector p = load(x).mul(constant(sign));
      a = greater(a, p);
      sum = sum.add(p);
    }
    double extreme = greater(greater(a, b), greater(c, d)).reduceLanes(MAX);
    if (Double.isNaN(Lanes.sum(sum)) && hasNaN(row, x)) {
      return Double.NaN;
    }
    return extremeTail(x, end, sign, extreme);
  }

  private static double extremeTail(long x, long end, double sign, double extreme) {
    for (; x < end; x += BYTES) {
      double v = getDouble(x) * sign;
      if (!(v <= extreme)) {
        if (Double.isNaN(v)) {
          return v;
        }
        extreme = v;
      }
    }
    return extreme;
  }

  private static DoubleVector greater(DoubleVector a, DoubleVector b) {
    return a.blend(b, b.compare(GT, a));
  }

  private static boolean hasNaN(long x, long end) {
    for (; x < end; x += STEP) {
      DoubleVector v = load(x);
      if (v.compare(NE, v).anyTrue()) {
        return true;
      }
    }
    return false;
  }

  @Override
  public long indexOf(long row, long n, double value) {
    double wanted = (double) value;
    boolean nan = Double.isNaN(wanted);
    long x = row;
    long end = x + n * BYTES;
    for (; x <= end - STEP; x += STEP) {
      DoubleVector v = load(x);
      VectorMask<Double> found = nan ? v.compare(NE, v) : v.compare(EQ, constant(wanted));
      if (found.anyTrue()) {
        return (x - row) / BYTES + found.firstTrue();
      }
    }
    while (x < end && getDouble(x) != wanted && !(nan && Double.isNaN(getDouble(x)))) {
      x += BYTES;
    }
    return (x - row) / BYTES;
  }

  @Override
  public double sumExp(long x, long n, double shift) {
    double sum = 0;
    for (long end = x + n * BYTES; x < end; x += LONG_BLOCK * BYTES) {
      sum += sumExpBlock(x, Math.min(end, x + LONG_BLOCK * BYTES), (double) shift);
    }
    return sum;
  }

  private static double sumExpBlock(long x, long end, double shift) {
    if (x > end - STEP) {
      double sum = 0;
      for (; x < end; x += BYTES) {
        sum += DoubleMath.expOfNonPositive(getDouble(x) - shift);
      }
      return sum;
    }
    DoubleVector lanes = DoubleVector.zero(SPECIES);
    for (; x <= end - STEP; x += STEP) {
      lanes = lanes.add(DoubleMath.expOfNonPositive(load(x).sub(constant(shift))));
    }
    if (x < end) {
      VectorMask<Double> rest = SPECIES.indexInRange(0, (end - x) / BYTES);
      lanes = lanes.add(DoubleMath.expOfNonPositive(load(x, rest).sub(constant(shift))), rest);
    }
    return Lanes.sum(lanes);
  }

  // ---- rows to a row; `y`, `g` and so on count from `x`, so that one address moves

  @Override
  public void fill(long y, long n, double value) {
    long end = y + n * BYTES;
    DoubleVector v = constant((double) value);
    for (; y <= end - STEP; y += STEP) {
      store(v, y);
    }
    for (; y < end; y += BYTES) {
      putDouble(y, (double) value);
    }
  }

  @Override
  public double exp(long y, long x, long n, double shift) {
    double sum = 0;
    long between = y - x;
    for (long end = x + n * BYTES; x < end; x += LONG_BLOCK * BYTES) {
      sum += expBlock(between, x, Math.min(end, x + LONG_BLOCK * BYTES), (double) shift);
    }
    return sum;
  }

  private static double expBlock(long y, long x, long end, double shift) {
    if (x > end - STEP) {
      double sum = 0;
      for (; x < end; x += BYTES) {
        double e = DoubleMath.expOfNonPositive(getDouble(x) - shift);
        putDouble(y + x, e);
        sum += e;
      }
      return sum;
    }
    DoubleVector lanes = DoubleVector.zero(SPECIES);
    for (; x <= end - STEP; x += STEP) {
      DoubleVector e = DoubleMath.expOfNonPositive(load(x).sub(constant(shift)));
      store(e, y + x);
      lanes = lanes.add(e);
    }
    if (x < end) {
      VectorMask<Double> rest = SPECIES.indexInRange(0, (end - x) / BYTES);
      DoubleVector e = DoubleMath.expOfNonPositive(load(x, rest).sub(constant(shift)));
      e.intoMemorySegment(ALL, y + x, nativeOrder(), rest);
      lanes = lanes.add(e, rest);
    }
    return Lanes.sum(lanes);
  }

  @Override
  public void scale(long y, long x, long n, double factor) {
    long end = x + n * BYTES;
    double f = (double) factor;
    y -= x;
    for (; x <= end - STEP; x += STEP) {
      store(load(x).mul(constant(f)), y + x);
    }
    for (; x < end; x += BYTES) {
      putDouble(y + x, getDouble(x) * f);
    }
  }

  @Override
  public void divide(long y, long x, long n, double divisor) {
    long end = x + n * BYTES;
    double d = (double) divisor;
    y -= x;
    for (; x <= end - STEP; x += STEP) {
      store(load(x).div(constant(d)), y + x);
    }
    for (; x < end; x += BYTES) {
      putDouble(y + x, getDouble(x) / d);
    }
  }

  @Override
  public double log(double sum) {
    return DoubleMath.accurateLog((double) sum);
  }

  @Override
  public void log(long y, long x, long n) {
    long end = x + n * BYTES;
    y -= x;
    for (; x <= end - STEP; x += STEP) {
      store(DoubleMath.logOfPositive(load(x)), y + x);
    }
    for (; x < end; x += BYTES) {
      putDouble(y + x, DoubleMath.logOfPositive(getDouble(x)));
    }
  }

  @Override
  public void scaledExp(long y, long x, long n, double first, double second, double factor) {
    long end = x + n * BYTES;
    double a = (double) first;
    double b = (double) second;
    double f = (double) factor;
    y -= x;
    for (; x <= end - STEP; x += STEP) {
      store(DoubleMath.expOfNonPositive(load(x).sub(constant(a)).sub(constant(b))).mul(constant(f)), y + x);
    }
    for (; x < end; x += BYTES) {
      putDouble(y + x, DoubleMath.expOfNonPositive(getDouble(x) - a - b) * f);
    }
  }

  @Override
  public void subtract(long y, long x, long n, double first, double second) {
    long end = x + n * BYTES;
    double a = (double) first;
    double b = (double) second;
    y -= x;
    for (; x <= end - STEP; x += STEP) {
      store(load(x).sub(constant(a)).sub(constant(b)), y + x);
    }
    for (; x < end; x += BYTES) {
      putDouble(y + x, getDouble(x) - a - b);
    }
  }

  @Override
  public void timesCentred(long y, long x, long g, long n, double centre) {
    long end = x + n * BYTES;
    double c = (double) centre;
    y -= x;
    g -= x;
    for (; x <= end - STEP; x += STEP) {
      store(load(x).mul(load(g + x).sub(constant(c))), y + x);
    }
    for (; x < end; x += BYTES) {
      putDouble(y + x, getDouble(x) * (getDouble(g + x) - c));
    }
  }

  @Override
  public void minusExp(long y, long x, long g, long n, double factor) {
    long end = x + n * BYTES;
    double f = (double) factor;
    y -= x;
    g -= x;
    for (; x <= end - STEP; x += STEP) {
      store(load(g + x).sub(DoubleMath.expOfNonPositive(load(x)).mul(constant(f))), y + x);
    }
    for (; x < end; x += BYTES) {
      putDouble(y + x, getDouble(g + x) - DoubleMath.expOfNonPositive(getDouble(x)) * f);
    }
  }

  // ---- rows and panels to a row

  @Override
  public void expOfDifference(long y, long x, long m, long n) {
    long end = x + n * BYTES;
    y -= x;
    m -= x;
    for (; x <= end - STEP; x += STEP) {
      store(DoubleMath.expOfNonPositive(load(x).sub(load(m + x))), y + x);
    }
    for (; x < end; x += BYTES) {
      putDouble(y + x, DoubleMath.expOfNonPositive(getDouble(x) - getDouble(m + x)));
    }
  }

  @Override
  public void plus(long y, long a, long b, long n) {
    long end = a + n * BYTES;
    y -= a;
    b -= a;
    for (; a <= end - STEP; a += STEP) {
      store(load(a).add(load(b + a)), y + a);
    }
    for (; a < end; a += BYTES) {
      putDouble(y + a, getDouble(a) + getDouble(b + a));
    }
  }

  @Override
  public void minus(long y, long a, long b, long n) {
    long end = a + n * BYTES;
    y -= a;
    b -= a;
    for (; a <= end - STEP; a += STEP) {
      store(load(a).sub(load(b + a)), y + a);
    }
    for (; a < end; a += BYTES) {
      putDouble(y + a, getDouble(a) - getDouble(b + a));
    }
  }

  @Override
  public void times(long y, long a, long b, long n) {
    long end = a + n * BYTES;
    y -= a;
    b -= a;
    for (; a <= end - STEP; a += STEP) {
      store(load(a).mul(load(b + a)), y + a);
    }
    for (; a < end; a += BYTES) {
      putDouble(y + a, getDouble(a) * getDouble(b + a));
    }
  }

  @Override
  public void over(long y, long a, long b, long n) {
    long end = a + n * BYTES;
    y -= a;
    b -= a;
    for (; a <= end - STEP; a += STEP) {
      store(load(a).div(load(b + a)), y + a);
    }
    for (; a < end; a += BYTES) {
      putDouble(y + a, getDouble(a) / getDouble(b + a));
    }
  }

  @Override
  public void timesDifference(long y, long x, long g, long centre, long n) {
    long end = x + n * BYTES;
    y -= x;
    g -= x;
    centre -= x;
    for (; x <= end - STEP; x += STEP) {
      store(load(x).mul(load(g + x).sub(load(centre + x))), y + x);
    }
    for (; x < end; x += BYTES) {
      putDouble(y + x, getDouble(x) * (getDouble(g + x) - getDouble(centre + x)));
    }
  }

  @Override
  public void minusExpTimes(long y, long x, long g, long factor, long n) {
    long end = x + n * BYTES;
    y -= x;
    g -= x;
    factor -= x;
    for (; x <= end - STEP; x += STEP) {
      store(load(g + x).sub(DoubleMath.expOfNonPositive(load(x)).mul(load(factor + x))), y + x);
    }
    for (; x < end; x += BYTES) {
      putDouble(y + x, getDouble(g + x) - DoubleMath.expOfNonPositive(getDouble(x)) * getDouble(factor + x));
    }
  }

  @Override
  public void addProducts(long y, long a, long b, long n) {
    long end = a + n * BYTES;
    y -= a;
    b -= a;
    for (; a <= end - STEP; a += STEP) {
      store(load(a).fma(load(b + a), load(y + a)), y + a);
    }
    for (; a < end; a += BYTES) {
      putDouble(y + a, getDouble(y + a) + getDouble(a) * getDouble(b + a));
    }
  }

  // ---- many rows into a panel; four rows at a time where the panel's loads and stores would count

  @Override
  public void addRows(long panel, long x, long rows, long stride, long n) {
    long row = stride * BYTES;
    if (rows * row <= NEAR) {
      addColumns(panel, x, x + rows * row, row, n);
      return;
    }
    for (; rows >= 4; rows -= 4, x += 4 * row) {
      addFourRows(panel, x, row, n);
    }
    for (; rows > 0; rows--, x += row) {
      plus(panel, panel, x, n);
    }
  }

  /// For rows that fit the L1 cache: column after column, with the sum in a register.
  private static void addColumns(long panel, long x, long last, long row, long n) {
    long end = x + n * BYTES;
    panel -= x;
    for (; x <= end - STEP; x += STEP, last += STEP) {
      DoubleVector sum = load(panel + x);
      for (long a = x; a < last; a += row) {
        sum = sum.add(load(a));
      }
      store(sum, panel + x);
    }
    for (; x < end; x += BYTES, last += BYTES) {
      double sum = getDouble(panel + x);
      for (long a = x; a < last; a += row) {
        sum += getDouble(a);
      }
      putDouble(panel + x, sum);
    }
  }

  private static void addFourRows(long panel, long x, long row, long n) {
    long end = x + n * BYTES;
    panel -= x;
    for (; x <= end - STEP; x += STEP) {
      DoubleVector sum = load(x).add(load(x + row)).add(load(x + 2 * row).add(load(x + 3 * row)));
      store(load(panel + x).add(sum), panel + x);
    }
    for (; x < end; x += BYTES) {
      double sum = (getDouble(x) + getDouble(x + row)) + (getDouble(x + 2 * row) + getDouble(x + 3 * row));
      putDouble(panel + x, getDouble(panel + x) + sum);
    }
  }

  @Override
  public void addAbsRows(long panel, long first, long rows, long stride, long n) {
    for (long r = 0; r < rows; r++) {
      long x = first + r * stride * BYTES;
      long end = x + n * BYTES;
      long p = panel - x;
      for (; x <= end - STEP; x += STEP) {
        store(load(p + x).add(load(x).abs()), p + x);
      }
      for (; x < end; x += BYTES) {
        putDouble(p + x, getDouble(p + x) + Math.abs(getDouble(x)));
      }
    }
  }

  @Override
  public void addSquaresRows(long panel, long first, long centre, long rows, long stride, long n) {
    for (long r = 0; r < rows; r++) {
      long x = first + r * stride * BYTES;
      long end = x + n * BYTES;
      long p = panel - x;
      long c = centre - x;
      for (; x <= end - STEP; x += STEP) {
        DoubleVector d = load(x).sub(load(c + x));
        store(d.fma(d, load(p + x)), p + x);
      }
      for (; x < end; x += BYTES) {
        double d = getDouble(x) - getDouble(c + x);
        putDouble(p + x, getDouble(p + x) + d * d);
      }
    }
  }

  @Override
  public void addExpRows(long panel, long first, long shift, long rows, long stride, long n) {
    for (long r = 0; r < rows; r++) {
      long x = first + r * stride * BYTES;
      long end = x + n * BYTES;
      long p = panel - x;
      long s = shift - x;
      for (; x <= end - STEP; x += STEP) {
        store(load(p + x).add(DoubleMath.expOfNonPositive(load(x).sub(load(s + x)))), p + x);
      }
      for (; x < end; x += BYTES) {
        putDouble(p + x, getDouble(p + x) + DoubleMath.expOfNonPositive(getDouble(x) - getDouble(s + x)));
      }
    }
  }

  @Override
  public void multiplyRows(long panel, long x, long rows, long stride, long n) {
    for (long r = 0; r < rows; r++) {
      times(panel, panel, x + r * stride * BYTES, n);
    }
  }

  @Override
  public void maxRows(long panel, long first, long rows, long stride, long n) {
    for (long r = 0; r < rows; r++) {
      long x = first + r * stride * BYTES;
      long end = x + n * BYTES;
      long p = panel - x;
      for (; x <= end - STEP; x += STEP) {
        store(load(p + x).max(load(x)), p + x);
      }
      for (; x < end; x += BYTES) {
        putDouble(p + x, Math.max(getDouble(p + x), getDouble(x)));
      }
    }
  }

  @Override
  public void minRows(long panel, long first, long rows, long stride, long n) {
    for (long r = 0; r < rows; r++) {
      long x = first + r * stride * BYTES;
      long end = x + n * BYTES;
      long p = panel - x;
      for (; x <= end - STEP; x += STEP) {
        store(load(p + x).min(load(x)), p + x);
      }
      for (; x < end; x += BYTES) {
        putDouble(p + x, Math.min(getDouble(p + x), getDouble(x)));
      }
    }
  }

  @Override
  public void firstRow(long panel, long first, long value, long rows, long stride, long n) {
    for (int r = (int) rows - 1; r >= 0; r--) {
      long x = first + r * stride * BYTES;
      long end = x + n * BYTES;
      long p = panel - x;
      long w = value - x;
      for (; x <= end - STEP; x += STEP) {
        DoubleVector v = load(x);
        DoubleVector wanted = load(w + x);
        VectorMask<Double> found = v.compare(EQ, wanted).or(v.compare(NE, v).and(wanted.compare(NE, wanted)));
        loadIndex(p + x)
            .blend(LongVector.broadcast(LongVector.SPECIES_PREFERRED, r), found.cast(LongVector.SPECIES_PREFERRED))
            .intoMemorySegment(ALL, p + x, nativeOrder());
      }
      for (; x < end; x += BYTES) {
        double v = getDouble(x);
        double wanted = getDouble(w + x);
        if (v == wanted || Double.isNaN(v) && Double.isNaN(wanted)) {
          Memory.putLong(p + x, r);
        }
      }
    }
  }

  private static LongVector loadIndex(long address) {
    return LongVector.fromMemorySegment(LongVector.SPECIES_PREFERRED, ALL, address, nativeOrder());
  }
}
