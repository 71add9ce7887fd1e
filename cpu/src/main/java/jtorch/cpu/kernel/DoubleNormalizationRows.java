package jtorch.cpu.kernel;

import static java.nio.ByteOrder.nativeOrder;
import static jtorch.memory.Memory.ALL;
import static jtorch.memory.Memory.getDouble;
import static jtorch.memory.Memory.putDouble;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/// [NormalizationRows] of `float64` on the Vector API, in the manner of [DoubleRows]: addresses of other rows count from
/// the one that moves.
///
final class DoubleNormalizationRows implements NormalizationRows {
  private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
  private static final int BYTES = Double.BYTES;
  private static final int STEP = SPECIES.vectorByteSize();
  private static final int BLOCK = Rows.BLOCK * BYTES;

  private static DoubleVector load(long address) {
    return DoubleVector.fromMemorySegment(SPECIES, ALL, address, nativeOrder());
  }

  private static void store(DoubleVector v, long address) {
    v.intoMemorySegment(ALL, address, nativeOrder());
  }

  private static DoubleVector constant(double value) {
    return DoubleVector.broadcast(SPECIES, value);
  }

  @Override
  public void normalize(long y, long x, long n, double mean, double factor, long weight, long bias) {
    long end = x + n * BYTES;
    double m = (double) mean;
    double f = (double) factor;
    y -= x;
    weight -= x;
    bias -= x;
    for (; x <= end - STEP; x += STEP) {
      store(load(x).sub(constant(m)).mul(constant(f)).fma(load(weight + x), load(bias + x)), y + x);
    }
    for (; x < end; x += BYTES) {
      putDouble(y + x, Math.fma((getDouble(x) - m) * f, getDouble(weight + x), getDouble(bias + x)));
    }
  }

  @Override
  public void affine(long y, long x, long n, double factor, double term) {
    long end = x + n * BYTES;
    double a = (double) factor;
    double b = (double) term;
    y -= x;
    for (; x <= end - STEP; x += STEP) {
      store(load(x).fma(constant(a), constant(b)), y + x);
    }
    for (; x < end; x += BYTES) {
      putDouble(y + x, Math.fma(getDouble(x), a, b));
    }
  }

  @Override
  public void affine(long y, long x, long n, long a, long b) {
    long end = x + n * BYTES;
    y -= x;
    a -= x;
    b -= x;
    for (; x <= end - STEP; x += STEP) {
      store(load(x).fma(load(a + x), load(b + x)), y + x);
    }
    for (; x < end; x += BYTES) {
      putDouble(y + x, Math.fma(getDouble(x), getDouble(a + x), getDouble(b + x)));
    }
  }

  @Override
  public void gradient(long dx, long g, long x, long n, double ofGradient, double ofInput, double term) {
    long end = x + n * BYTES;
    double a = (double) ofGradient;
    double b = (double) ofInput;
    double c = (double) term;
    dx -= x;
    g -= x;
    for (; x <= end - STEP; x += STEP) {
      store(load(g + x).fma(constant(a), load(x).fma(constant(b), constant(c))), dx + x);
    }
    for (; x < end; x += BYTES) {
      putDouble(dx + x, Math.fma(getDouble(g + x), a, Math.fma(getDouble(x), b, c)));
    }
  }

  @Override
  public void weightedGradient(
      long dx, long g, long weight, long x, long n, double ofGradient, double ofInput, double term) {
    long end = x + n * BYTES;
    double a = (double) ofGradient;
    double b = (double) ofInput;
    double c = (double) term;
    dx -= x;
    g -= x;
    weight -= x;
    for (; x <= end - STEP; x += STEP) {
      DoubleVector weighted = load(g + x).mul(load(weight + x));
      store(weighted.fma(constant(a), load(x).fma(constant(b), constant(c))), dx + x);
    }
    for (; x < end; x += BYTES) {
      double weighted = getDouble(g + x) * getDouble(weight + x);
      putDouble(dx + x, Math.fma(weighted, a, Math.fma(getDouble(x), b, c)));
    }
  }

  @Override
  public void gradient(long dx, long g, long x, long n, long a, long b, long c) {
    long end = x + n * BYTES;
    dx -= x;
    g -= x;
    a -= x;
    b -= x;
    c -= x;
    for (; x <= end - STEP; x += STEP) {
      store(load(g + x).fma(load(a + x), load(x).fma(load(b + x), load(c + x))), dx + x);
    }
    for (; x < end; x += BYTES) {
      putDouble(dx + x,
          Math.fma(getDouble(g + x), getDouble(a + x), Math.fma(getDouble(x), getDouble(b + x), getDouble(c + x))));
    }
  }

  @Override
  public void addSums(double[] sums, long g, long x, long n, double mean) {
    g -= x;
    for (long end = x + n * BYTES; x < end; x += BLOCK) {
      addBlock(sums, g, x, Math.min(end, x + BLOCK), (double) mean);
    }
  }

  private static void addBlock(double[] sums, long g, long x, long end, double mean) {
    DoubleVector a = DoubleVector.zero(SPECIES);
    DoubleVector b = a;
    DoubleVector c = a;
    DoubleVector d = a;
    for (; x <= end - 2 * STEP; x += 2 * STEP) {
      DoubleVector p = load(g + x);
      DoubleVector q = load(g + x + STEP);
      a = a.add(p);
      b = p.fma(load(x).sub(constant(mean)), b);
      c = c.add(q);
      d = q.fma(load(x + STEP).sub(constant(mean)), d);
    }
    double sum = Lanes.sum(a.add(c));
    double products = Lanes.sum(b.add(d));
    for (; x < end; x += BYTES) {
      sum += getDouble(g + x);
      products += getDouble(g + x) * (getDouble(x) - mean);
    }
    sums[0] += sum;
    sums[1] += products;
  }

  @Override
  public void addWeightedSums(double[] sums, long g, long weight, long x, long n, double mean) {
    g -= x;
    weight -= x;
    for (long end = x + n * BYTES; x < end; x += BLOCK) {
      addWeightedBlock(sums, g, weight, x, Math.min(end, x + BLOCK), (double) mean);
    }
  }

  private static void addWeightedBlock(double[] sums, long g, long weight, long x, long end, double mean) {
    DoubleVector a = DoubleVector.zero(SPECIES);
    DoubleVector b = a;
    DoubleVector c = a;
    DoubleVector d = a;
    for (; x <= end - 2 * STEP; x += 2 * STEP) {
      DoubleVector p = load(g + x).mul(load(weight + x));
      DoubleVector q = load(g + x + STEP).mul(load(weight + x + STEP));
      a = a.add(p);
      b = p.fma(load(x).sub(constant(mean)), b);
      c = c.add(q);
      d = q.fma(load(x + STEP).sub(constant(mean)), d);
    }
    double sum = Lanes.sum(a.add(c));
    double products = Lanes.sum(b.add(d));
    for (; x < end; x += BYTES) {
      double p = getDouble(g + x) * getDouble(weight + x);
      sum += p;
      products += p * (getDouble(x) - mean);
    }
    sums[0] += sum;
    sums[1] += products;
  }

  @Override
  public void addProducts(long weightSum, long biasSum, long g, long x, long n, double mean, double factor) {
    long end = x + n * BYTES;
    double m = (double) mean;
    double f = (double) factor;
    weightSum -= x;
    biasSum -= x;
    g -= x;
    for (; x <= end - STEP; x += STEP) {
      DoubleVector p = load(g + x);
      store(p.fma(load(x).sub(constant(m)).mul(constant(f)), load(weightSum + x)), weightSum + x);
      store(p.add(load(biasSum + x)), biasSum + x);
    }
    for (; x < end; x += BYTES) {
      double p = getDouble(g + x);
      putDouble(weightSum + x, Math.fma(p, (getDouble(x) - m) * f, getDouble(weightSum + x)));
      putDouble(biasSum + x, p + getDouble(biasSum + x));
    }
  }

  @Override
  public void addProducts(long weightSum, long biasSum, long g, long x, long n, long mean) {
    long end = x + n * BYTES;
    weightSum -= x;
    biasSum -= x;
    g -= x;
    mean -= x;
    for (; x <= end - STEP; x += STEP) {
      DoubleVector p = load(g + x);
      store(p.fma(load(x).sub(load(mean + x)), load(weightSum + x)), weightSum + x);
      store(p.add(load(biasSum + x)), biasSum + x);
    }
    for (; x < end; x += BYTES) {
      double p = getDouble(g + x);
      putDouble(weightSum + x, Math.fma(p, getDouble(x) - getDouble(mean + x), getDouble(weightSum + x)));
      putDouble(biasSum + x, p + getDouble(biasSum + x));
    }
  }
}
