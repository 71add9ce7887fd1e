package jtorch.cpu.kernel;

import static java.nio.ByteOrder.nativeOrder;
import static jtorch.memory.Memory.ALL;
import static jtorch.memory.Memory.getFloat;
import static jtorch.memory.Memory.putFloat;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// [NormalizationRows] of `float32` on the Vector API, in the manner of [FloatRows]: addresses of other rows count from
/// the one that moves.
///
/// `DoubleNormalizationRows` is this file with the type names replaced; a test keeps it so.
final class FloatNormalizationRows implements NormalizationRows {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int BYTES = Float.BYTES;
  private static final int STEP = SPECIES.vectorByteSize();
  private static final int BLOCK = Rows.BLOCK * BYTES;

  private static FloatVector load(long address) {
    return FloatVector.fromMemorySegment(SPECIES, ALL, address, nativeOrder());
  }

  private static void store(FloatVector v, long address) {
    v.intoMemorySegment(ALL, address, nativeOrder());
  }

  private static FloatVector constant(float value) {
    return FloatVector.broadcast(SPECIES, value);
  }

  @Override
  public void normalize(long y, long x, long n, double mean, double factor, long weight, long bias) {
    long end = x + n * BYTES;
    float m = (float) mean;
    float f = (float) factor;
    y -= x;
    weight -= x;
    bias -= x;
    for (; x <= end - STEP; x += STEP) {
      store(load(x).sub(constant(m)).mul(constant(f)).fma(load(weight + x), load(bias + x)), y + x);
    }
    for (; x < end; x += BYTES) {
      putFloat(y + x, Math.fma((getFloat(x) - m) * f, getFloat(weight + x), getFloat(bias + x)));
    }
  }

  @Override
  public void affine(long y, long x, long n, double factor, double term) {
    long end = x + n * BYTES;
    float a = (float) factor;
    float b = (float) term;
    y -= x;
    for (; x <= end - STEP; x += STEP) {
      store(load(x).fma(constant(a), constant(b)), y + x);
    }
    for (; x < end; x += BYTES) {
      putFloat(y + x, Math.fma(getFloat(x), a, b));
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
      putFloat(y + x, Math.fma(getFloat(x), getFloat(a + x), getFloat(b + x)));
    }
  }

  @Override
  public void gradient(long dx, long g, long x, long n, double ofGradient, double ofInput, double term) {
    long end = x + n * BYTES;
    float a = (float) ofGradient;
    float b = (float) ofInput;
    float c = (float) term;
    dx -= x;
    g -= x;
    for (; x <= end - STEP; x += STEP) {
      store(load(g + x).fma(constant(a), load(x).fma(constant(b), constant(c))), dx + x);
    }
    for (; x < end; x += BYTES) {
      putFloat(dx + x, Math.fma(getFloat(g + x), a, Math.fma(getFloat(x), b, c)));
    }
  }

  @Override
  public void weightedGradient(
      long dx, long g, long weight, long x, long n, double ofGradient, double ofInput, double term) {
    long end = x + n * BYTES;
    float a = (float) ofGradient;
    float b = (float) ofInput;
    float c = (float) term;
    dx -= x;
    g -= x;
    weight -= x;
    for (; x <= end - STEP; x += STEP) {
      FloatVector weighted = load(g + x).mul(load(weight + x));
      store(weighted.fma(constant(a), load(x).fma(constant(b), constant(c))), dx + x);
    }
    for (; x < end; x += BYTES) {
      float weighted = getFloat(g + x) * getFloat(weight + x);
      putFloat(dx + x, Math.fma(weighted, a, Math.fma(getFloat(x), b, c)));
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
      putFloat(dx + x,
          Math.fma(getFloat(g + x), getFloat(a + x), Math.fma(getFloat(x), getFloat(b + x), getFloat(c + x))));
    }
  }

  @Override
  public void addSums(double[] sums, long g, long x, long n, double mean) {
    g -= x;
    for (long end = x + n * BYTES; x < end; x += BLOCK) {
      addBlock(sums, g, x, Math.min(end, x + BLOCK), (float) mean);
    }
  }

  private static void addBlock(double[] sums, long g, long x, long end, float mean) {
    FloatVector a = FloatVector.zero(SPECIES);
    FloatVector b = a;
    FloatVector c = a;
    FloatVector d = a;
    for (; x <= end - 2 * STEP; x += 2 * STEP) {
      FloatVector p = load(g + x);
      FloatVector q = load(g + x + STEP);
      a = a.add(p);
      b = p.fma(load(x).sub(constant(mean)), b);
      c = c.add(q);
      d = q.fma(load(x + STEP).sub(constant(mean)), d);
    }
    float sum = Lanes.sum(a.add(c));
    float products = Lanes.sum(b.add(d));
    for (; x < end; x += BYTES) {
      sum += getFloat(g + x);
      products += getFloat(g + x) * (getFloat(x) - mean);
    }
    sums[0] += sum;
    sums[1] += products;
  }

  @Override
  public void addWeightedSums(double[] sums, long g, long weight, long x, long n, double mean) {
    g -= x;
    weight -= x;
    for (long end = x + n * BYTES; x < end; x += BLOCK) {
      addWeightedBlock(sums, g, weight, x, Math.min(end, x + BLOCK), (float) mean);
    }
  }

  private static void addWeightedBlock(double[] sums, long g, long weight, long x, long end, float mean) {
    FloatVector a = FloatVector.zero(SPECIES);
    FloatVector b = a;
    FloatVector c = a;
    FloatVector d = a;
    for (; x <= end - 2 * STEP; x += 2 * STEP) {
      FloatVector p = load(g + x).mul(load(weight + x));
      FloatVector q = load(g + x + STEP).mul(load(weight + x + STEP));
      a = a.add(p);
      b = p.fma(load(x).sub(constant(mean)), b);
      c = c.add(q);
      d = q.fma(load(x + STEP).sub(constant(mean)), d);
    }
    float sum = Lanes.sum(a.add(c));
    float products = Lanes.sum(b.add(d));
    for (; x < end; x += BYTES) {
      float p = getFloat(g + x) * getFloat(weight + x);
      sum += p;
      products += p * (getFloat(x) - mean);
    }
    sums[0] += sum;
    sums[1] += products;
  }

  @Override
  public void addProducts(long weightSum, long biasSum, long g, long x, long n, double mean, double factor) {
    long end = x + n * BYTES;
    float m = (float) mean;
    float f = (float) factor;
    weightSum -= x;
    biasSum -= x;
    g -= x;
    for (; x <= end - STEP; x += STEP) {
      FloatVector p = load(g + x);
      store(p.fma(load(x).sub(constant(m)).mul(constant(f)), load(weightSum + x)), weightSum + x);
      store(p.add(load(biasSum + x)), biasSum + x);
    }
    for (; x < end; x += BYTES) {
      float p = getFloat(g + x);
      putFloat(weightSum + x, Math.fma(p, (getFloat(x) - m) * f, getFloat(weightSum + x)));
      putFloat(biasSum + x, p + getFloat(biasSum + x));
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
      FloatVector p = load(g + x);
      store(p.fma(load(x).sub(load(mean + x)), load(weightSum + x)), weightSum + x);
      store(p.add(load(biasSum + x)), biasSum + x);
    }
    for (; x < end; x += BYTES) {
      float p = getFloat(g + x);
      putFloat(weightSum + x, Math.fma(p, getFloat(x) - getFloat(mean + x), getFloat(weightSum + x)));
      putFloat(biasSum + x, p + getFloat(biasSum + x));
    }
  }
}
