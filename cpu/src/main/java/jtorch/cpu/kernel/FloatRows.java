package jtorch.cpu.kernel;

import static java.nio.ByteOrder.nativeOrder;
import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.MAX;
import static jdk.incubator.vector.VectorOperators.NE;
import static jtorch.memory.Memory.ALL;
import static jtorch.memory.Memory.getFloat;
import static jtorch.memory.Memory.putFloat;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;
import jtorch.memory.Memory;

/// [Rows] of `float32` on the Vector API.
///
/// The loops share one shape. Reductions keep four accumulators, since an addition takes several cycles and two can
/// begin in each; then a vector at a time; then the tail one by one. Loops count addresses, which the compiler turns
/// into better code for short rows than it does loops over indices (measured on rows of 1024: 21 against 35 ns a
/// row).
///
/// Scalars become vectors by `constant`, not in the overloads that take a scalar. Those share code of `FloatVector`
/// with vectors of other widths: once copies to `float64` had run through it, with half a vector of floats, the
/// compiler left boxed vectors in the loop of layer norm, which made it six times slower.
///
/// `DoubleRows` is this file with the type names replaced; a test keeps it so.
final class FloatRows implements Rows {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int BYTES = Float.BYTES;
  private static final int STEP = SPECIES.vectorByteSize();

  /// Elements of a softmax that are summed in lanes without an end, as PyTorch does.
  private static final int LONG_BLOCK = 1 << 16;
  /// Bytes that surely stay in the L1 cache.
  private static final int NEAR = 16 << 10;

  private static final NormalizationRows NORMALIZATION =
      Apart.of(NormalizationRows.class, new FloatNormalizationRows());

  private final PoolRows pooling;
  private final StepRows steps;

  /// @param pooling the loops of pooling, vector or scalar
  /// @param scalar the scalar twin, for what is shorter than a vector
  FloatRows(PoolRows pooling, Rows scalar) {
    this.pooling = pooling;
    steps = Apart.of(StepRows.class, new FloatStepRows(scalar.steps()));
  }

  private static FloatVector load(long address) {
    return FloatVector.fromMemorySegment(SPECIES, ALL, address, nativeOrder());
  }

  private static FloatVector load(long address, VectorMask<Float> lanes) {
    return FloatVector.fromMemorySegment(SPECIES, ALL, address, nativeOrder(), lanes);
  }

  private static void store(FloatVector v, long address) {
    v.intoMemorySegment(ALL, address, nativeOrder());
  }

  private static FloatVector constant(float value) {
    return FloatVector.broadcast(SPECIES, value);
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
    return getFloat(x + i * BYTES);
  }

  @Override
  public void put(long x, long i, double value) {
    putFloat(x + i * BYTES, (float) value);
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

  private static float sumBlock(long x, long end) {
    FloatVector a = FloatVector.zero(SPECIES);
    FloatVector b = a;
    FloatVector c = a;
    FloatVector d = a;
    for (; x <= end - 4 * STEP; x += 4 * STEP) {
      a = a.add(load(x));
      b = b.add(load(x + STEP));
      c = c.add(load(x + 2 * STEP));
      d = d.add(load(x + 3 * STEP));
    }
    for (; x <= end - STEP; x += STEP) {
      a = a.add(load(x));
    }
    float sum = Lanes.sum(a.add(b).add(c.add(d)));
    for (; x < end; x += BYTES) {
      sum += getFloat(x);
    }
    return sum;
  }

  @Override
  public double cascadeSum(long x, long n) {
    return n <= FloatCascade.MOST ? FloatCascade.sum(x, x + n * BYTES) : sum(x, n);
  }

  @Override
  public void cascadeSums(long x, long n, long out, long count) {
    for (long r = 0; r < count; r++) putFloat(out + r * BYTES, (float) cascadeSum(x + r * n * BYTES, n));
  }

  @Override
  public double sumAbs(long x, long n) {
    double sum = 0;
    for (long end = x + n * BYTES; x < end; x += BLOCK * BYTES) {
      sum += sumAbsBlock(x, Math.min(end, x + BLOCK * BYTES));
    }
    return sum;
  }

  private static float sumAbsBlock(long x, long end) {
    FloatVector a = FloatVector.zero(SPECIES);
    FloatVector b = a;
    for (; x <= end - 2 * STEP; x += 2 * STEP) {
      a = a.add(load(x).abs());
      b = b.add(load(x + STEP).abs());
    }
    float sum = Lanes.sum(a.add(b));
    for (; x < end; x += BYTES) {
      sum += Math.abs(getFloat(x));
    }
    return sum;
  }

  @Override
  public double sumSquares(long x, long n, double centre) {
    double sum = 0;
    for (long end = x + n * BYTES; x < end; x += BLOCK * BYTES) {
      sum += sumSquaresBlock(x, Math.min(end, x + BLOCK * BYTES), (float) centre);
    }
    return sum;
  }

  private static float sumSquaresBlock(long x, long end, float centre) {
    FloatVector a = FloatVector.zero(SPECIES);
    FloatVector b = a;
    FloatVector c = a;
    FloatVector d = a;
    for (; x <= end - 4 * STEP; x += 4 * STEP) {
      FloatVector p = load(x).sub(constant(centre));
      FloatVector q = load(x + STEP).sub(constant(centre));
      FloatVector r = load(x + 2 * STEP).sub(constant(centre));
      FloatVector s = load(x + 3 * STEP).sub(constant(centre));
      a = p.fma(p, a);
      b = q.fma(q, b);
      c = r.fma(r, c);
      d = s.fma(s, d);
    }
    for (; x <= end - STEP; x += STEP) {
      FloatVector p = load(x).sub(constant(centre));
      a = p.fma(p, a);
    }
    float sum = Lanes.sum(a.add(b).add(c.add(d)));
    for (; x < end; x += BYTES) {
      float p = getFloat(x) - centre;
      sum = Math.fma(p, p, sum);
    }
    return sum;
  }

  @Override
  public double sumSquaresInOrder(long x, long n, double centre) {
    return n <= FloatCascade.SHORT ? FloatCascade.sumSquares(x, x + n * BYTES, (float) centre)
        : sumSquares(x, n, centre);
  }

  @Override
  public double dot(long x, long y, long n, double centre) {
    if (n < 16) return shortDot(x, y - x, x + n * BYTES, (float) centre);
    double sum = 0;
    long between = y - x;
    for (long end = x + n * BYTES; x < end; x += BLOCK * BYTES) {
      sum += dotBlock(x, between, Math.min(end, x + BLOCK * BYTES), (float) centre);
    }
    return sum;
  }

  /// Rows shorter than PyTorch's vectors are summed in order.
  private static float shortDot(long x, long y, long end, float centre) {
    float sum = 0;
    for (; x < end; x += BYTES) sum += getFloat(x) * (getFloat(y + x) - centre);
    return sum;
  }

  private static float dotBlock(long x, long y, long end, float centre) {
    FloatVector a = FloatVector.zero(SPECIES);
    FloatVector b = a;
    FloatVector c = a;
    FloatVector d = a;
    for (; x <= end - 4 * STEP; x += 4 * STEP) {
      a = load(x).fma(load(y + x).sub(constant(centre)), a);
      b = load(x + STEP).fma(load(y + x + STEP).sub(constant(centre)), b);
      c = load(x + 2 * STEP).fma(load(y + x + 2 * STEP).sub(constant(centre)), c);
      d = load(x + 3 * STEP).fma(load(y + x + 3 * STEP).sub(constant(centre)), d);
    }
    for (; x <= end - STEP; x += STEP) {
      a = load(x).fma(load(y + x).sub(constant(centre)), a);
    }
    float sum = Lanes.sum(a.add(b).add(c.add(d)));
    for (; x < end; x += BYTES) {
      sum += getFloat(x) * (getFloat(y + x) - centre);
    }
    return sum;
  }

  @Override
  public double product(long x, long n) {
    FloatVector a = constant(1);
    FloatVector b = a;
    long end = x + n * BYTES;
    for (; x <= end - 2 * STEP; x += 2 * STEP) {
      a = a.mul(load(x));
      b = b.mul(load(x + STEP));
    }
    float product = Lanes.product(a.mul(b));
    for (; x < end; x += BYTES) {
      product *= getFloat(x);
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
  private static float extreme(long row, long n, float sign) {
    long x = row;
    long end = x + n * BYTES;
    if (n < SPECIES.length()) {
      return extremeTail(x, end, sign, Float.NEGATIVE_INFINITY);
    }
    FloatVector a = constant(Float.NEGATIVE_INFINITY);
    FloatVector b = a;
    FloatVector c = a;
    FloatVector d = a;
    FloatVector sum = FloatVector.zero(SPECIES);
    for (; x <= end - 4 * STEP; x += 4 * STEP) {
      FloatVector p = load(x).mul(constant(sign));
      FloatVector q = load(x + STEP).mul(constant(sign));
      FloatVector r = load(x + 2 * STEP).mul(constant(sign));
      FloatVector s = load(x + 3 * STEP).mul(constant(sign));
      a = greater(a, p);
      b = greater(b, q);
      c = greater(c, r);
      d = greater(d, s);
      sum = sum.add(p.add(q).add(r.add(s)));
    }
    for (; x <= end - STEP; x += STEP) {
      FloatVector p = load(x).mul(constant(sign));
      a = greater(a, p);
      sum = sum.add(p);
    }
    float extreme = greater(greater(a, b), greater(c, d)).reduceLanes(MAX);
    if (Float.isNaN(Lanes.sum(sum)) && hasNaN(row, x)) {
      return Float.NaN;
    }
    return extremeTail(x, end, sign, extreme);
  }

  private static float extremeTail(long x, long end, float sign, float extreme) {
    for (; x < end; x += BYTES) {
      float v = getFloat(x) * sign;
      if (!(v <= extreme)) {
        if (Float.isNaN(v)) {
          return v;
        }
        extreme = v;
      }
    }
    return extreme;
  }

  private static FloatVector greater(FloatVector a, FloatVector b) {
    return a.blend(b, b.compare(GT, a));
  }

  private static boolean hasNaN(long x, long end) {
    for (; x < end; x += STEP) {
      FloatVector v = load(x);
      if (v.compare(NE, v).anyTrue()) {
        return true;
      }
    }
    return false;
  }

  @Override
  public long indexOf(long row, long n, double value) {
    float wanted = (float) value;
    boolean nan = Float.isNaN(wanted);
    long x = row;
    long end = x + n * BYTES;
    for (; x <= end - STEP; x += STEP) {
      FloatVector v = load(x);
      VectorMask<Float> found = nan ? v.compare(NE, v) : v.compare(EQ, constant(wanted));
      if (found.anyTrue()) {
        return (x - row) / BYTES + found.firstTrue();
      }
    }
    while (x < end && getFloat(x) != wanted && !(nan && Float.isNaN(getFloat(x)))) {
      x += BYTES;
    }
    return (x - row) / BYTES;
  }

  @Override
  public double sumExp(long x, long n, double shift) {
    double sum = 0;
    for (long end = x + n * BYTES; x < end; x += LONG_BLOCK * BYTES) {
      sum += sumExpBlock(x, Math.min(end, x + LONG_BLOCK * BYTES), (float) shift);
    }
    return sum;
  }

  private static float sumExpBlock(long x, long end, float shift) {
    if (x > end - STEP) {
      float sum = 0;
      for (; x < end; x += BYTES) {
        sum += FloatMath.expOfNonPositive(getFloat(x) - shift);
      }
      return sum;
    }
    FloatVector lanes = FloatVector.zero(SPECIES);
    for (; x <= end - STEP; x += STEP) {
      lanes = lanes.add(FloatMath.expOfNonPositive(load(x).sub(constant(shift))));
    }
    if (x < end) {
      VectorMask<Float> rest = SPECIES.indexInRange(0, (end - x) / BYTES);
      lanes = lanes.add(FloatMath.expOfNonPositive(load(x, rest).sub(constant(shift))), rest);
    }
    return Lanes.sum(lanes);
  }

  // ---- rows to a row; `y`, `g` and so on count from `x`, so that one address moves

  @Override
  public void fill(long y, long n, double value) {
    long end = y + n * BYTES;
    FloatVector v = constant((float) value);
    for (; y <= end - STEP; y += STEP) {
      store(v, y);
    }
    for (; y < end; y += BYTES) {
      putFloat(y, (float) value);
    }
  }

  @Override
  public double exp(long y, long x, long n, double shift) {
    double sum = 0;
    long between = y - x;
    for (long end = x + n * BYTES; x < end; x += LONG_BLOCK * BYTES) {
      sum += expBlock(between, x, Math.min(end, x + LONG_BLOCK * BYTES), (float) shift);
    }
    return sum;
  }

  private static float expBlock(long y, long x, long end, float shift) {
    if (x > end - STEP) {
      float sum = 0;
      for (; x < end; x += BYTES) {
        float e = FloatMath.expOfNonPositive(getFloat(x) - shift);
        putFloat(y + x, e);
        sum += e;
      }
      return sum;
    }
    FloatVector lanes = FloatVector.zero(SPECIES);
    for (; x <= end - STEP; x += STEP) {
      FloatVector e = FloatMath.expOfNonPositive(load(x).sub(constant(shift)));
      store(e, y + x);
      lanes = lanes.add(e);
    }
    if (x < end) {
      VectorMask<Float> rest = SPECIES.indexInRange(0, (end - x) / BYTES);
      FloatVector e = FloatMath.expOfNonPositive(load(x, rest).sub(constant(shift)));
      e.intoMemorySegment(ALL, y + x, nativeOrder(), rest);
      lanes = lanes.add(e, rest);
    }
    return Lanes.sum(lanes);
  }

  @Override
  public void scale(long y, long x, long n, double factor) {
    long end = x + n * BYTES;
    float f = (float) factor;
    y -= x;
    for (; x <= end - STEP; x += STEP) {
      store(load(x).mul(constant(f)), y + x);
    }
    for (; x < end; x += BYTES) {
      putFloat(y + x, getFloat(x) * f);
    }
  }

  @Override
  public void divide(long y, long x, long n, double divisor) {
    long end = x + n * BYTES;
    float d = (float) divisor;
    y -= x;
    for (; x <= end - STEP; x += STEP) {
      store(load(x).div(constant(d)), y + x);
    }
    for (; x < end; x += BYTES) {
      putFloat(y + x, getFloat(x) / d);
    }
  }

  @Override
  public double log(double sum) {
    return FloatMath.accurateLog((float) sum);
  }

  @Override
  public void log(long y, long x, long n) {
    long end = x + n * BYTES;
    y -= x;
    for (; x <= end - STEP; x += STEP) {
      store(FloatMath.logOfPositive(load(x)), y + x);
    }
    for (; x < end; x += BYTES) {
      putFloat(y + x, FloatMath.logOfPositive(getFloat(x)));
    }
  }

  @Override
  public void scaledExp(long y, long x, long n, double first, double second, double factor) {
    long end = x + n * BYTES;
    float a = (float) first;
    float b = (float) second;
    float f = (float) factor;
    y -= x;
    for (; x <= end - STEP; x += STEP) {
      store(FloatMath.expOfNonPositive(load(x).sub(constant(a)).sub(constant(b))).mul(constant(f)), y + x);
    }
    for (; x < end; x += BYTES) {
      putFloat(y + x, FloatMath.expOfNonPositive(getFloat(x) - a - b) * f);
    }
  }

  @Override
  public void subtract(long y, long x, long n, double first, double second) {
    long end = x + n * BYTES;
    float a = (float) first;
    float b = (float) second;
    y -= x;
    for (; x <= end - STEP; x += STEP) {
      store(load(x).sub(constant(a)).sub(constant(b)), y + x);
    }
    for (; x < end; x += BYTES) {
      putFloat(y + x, getFloat(x) - a - b);
    }
  }

  @Override
  public void timesCentred(long y, long x, long g, long n, double centre) {
    long end = x + n * BYTES;
    float c = (float) centre;
    y -= x;
    g -= x;
    for (; x <= end - STEP; x += STEP) {
      store(load(x).mul(load(g + x).sub(constant(c))), y + x);
    }
    for (; x < end; x += BYTES) {
      putFloat(y + x, getFloat(x) * (getFloat(g + x) - c));
    }
  }

  @Override
  public void minusExp(long y, long x, long g, long n, double factor) {
    long end = x + n * BYTES;
    float f = (float) factor;
    y -= x;
    g -= x;
    for (; x <= end - STEP; x += STEP) {
      store(load(g + x).sub(FloatMath.expOfNonPositive(load(x)).mul(constant(f))), y + x);
    }
    for (; x < end; x += BYTES) {
      putFloat(y + x, getFloat(g + x) - FloatMath.expOfNonPositive(getFloat(x)) * f);
    }
  }

  // ---- rows and panels to a row

  @Override
  public void expOfDifference(long y, long x, long m, long n) {
    long end = x + n * BYTES;
    y -= x;
    m -= x;
    for (; x <= end - STEP; x += STEP) {
      store(FloatMath.expOfNonPositive(load(x).sub(load(m + x))), y + x);
    }
    for (; x < end; x += BYTES) {
      putFloat(y + x, FloatMath.expOfNonPositive(getFloat(x) - getFloat(m + x)));
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
      putFloat(y + a, getFloat(a) + getFloat(b + a));
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
      putFloat(y + a, getFloat(a) - getFloat(b + a));
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
      putFloat(y + a, getFloat(a) * getFloat(b + a));
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
      putFloat(y + a, getFloat(a) / getFloat(b + a));
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
      putFloat(y + x, getFloat(x) * (getFloat(g + x) - getFloat(centre + x)));
    }
  }

  @Override
  public void minusExpTimes(long y, long x, long g, long factor, long n) {
    long end = x + n * BYTES;
    y -= x;
    g -= x;
    factor -= x;
    for (; x <= end - STEP; x += STEP) {
      store(load(g + x).sub(FloatMath.expOfNonPositive(load(x)).mul(load(factor + x))), y + x);
    }
    for (; x < end; x += BYTES) {
      putFloat(y + x, getFloat(g + x) - FloatMath.expOfNonPositive(getFloat(x)) * getFloat(factor + x));
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
      putFloat(y + a, getFloat(y + a) + getFloat(a) * getFloat(b + a));
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
      FloatVector sum = load(panel + x);
      for (long a = x; a < last; a += row) {
        sum = sum.add(load(a));
      }
      store(sum, panel + x);
    }
    for (; x < end; x += BYTES, last += BYTES) {
      float sum = getFloat(panel + x);
      for (long a = x; a < last; a += row) {
        sum += getFloat(a);
      }
      putFloat(panel + x, sum);
    }
  }

  private static void addFourRows(long panel, long x, long row, long n) {
    long end = x + n * BYTES;
    panel -= x;
    for (; x <= end - STEP; x += STEP) {
      FloatVector sum = load(x).add(load(x + row)).add(load(x + 2 * row).add(load(x + 3 * row)));
      store(load(panel + x).add(sum), panel + x);
    }
    for (; x < end; x += BYTES) {
      float sum = (getFloat(x) + getFloat(x + row)) + (getFloat(x + 2 * row) + getFloat(x + 3 * row));
      putFloat(panel + x, getFloat(panel + x) + sum);
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
        putFloat(p + x, getFloat(p + x) + Math.abs(getFloat(x)));
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
        FloatVector d = load(x).sub(load(c + x));
        store(d.fma(d, load(p + x)), p + x);
      }
      for (; x < end; x += BYTES) {
        float d = getFloat(x) - getFloat(c + x);
        putFloat(p + x, getFloat(p + x) + d * d);
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
        store(load(p + x).add(FloatMath.expOfNonPositive(load(x).sub(load(s + x)))), p + x);
      }
      for (; x < end; x += BYTES) {
        putFloat(p + x, getFloat(p + x) + FloatMath.expOfNonPositive(getFloat(x) - getFloat(s + x)));
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
        putFloat(p + x, Math.max(getFloat(p + x), getFloat(x)));
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
        putFloat(p + x, Math.min(getFloat(p + x), getFloat(x)));
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
        FloatVector v = load(x);
        FloatVector wanted = load(w + x);
        VectorMask<Float> found = v.compare(EQ, wanted).or(v.compare(NE, v).and(wanted.compare(NE, wanted)));
        loadIndex(p + x)
            .blend(IntVector.broadcast(IntVector.SPECIES_PREFERRED, r), found.cast(IntVector.SPECIES_PREFERRED))
            .intoMemorySegment(ALL, p + x, nativeOrder());
      }
      for (; x < end; x += BYTES) {
        float v = getFloat(x);
        float wanted = getFloat(w + x);
        if (v == wanted || Float.isNaN(v) && Float.isNaN(wanted)) {
          Memory.putInt(p + x, r);
        }
      }
    }
  }

  private static IntVector loadIndex(long address) {
    return IntVector.fromMemorySegment(IntVector.SPECIES_PREFERRED, ALL, address, nativeOrder());
  }
}
