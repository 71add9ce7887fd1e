package jtorch.cpu.kernel;

import static java.nio.ByteOrder.nativeOrder;
import static jtorch.memory.Memory.ALL;
import static jtorch.memory.Memory.getDouble;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/// Sums of rows of `float64` in the order of PyTorch's kernels on x86, so that they are its sums to the last digit.
///
final class DoubleCascade {
  private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
  private static final int BYTES = Double.BYTES;
  private static final int STEP = SPECIES.vectorByteSize();
  /// Whether vectors are twice as wide as those that PyTorch sums with.
  private static final boolean WIDE = SPECIES.vectorBitSize() > 256;
  private static final VectorMask<Double> LOWER_HALF = SPECIES.indexInRange(0, SPECIES.length() / 2);
  private static final int HALF_STEP = WIDE ? STEP / 2 : STEP;
  /// Bytes that four sums of vectors take in before they are added to others.
  private static final long LEAF = 16 * 4 * HALF_STEP;
  /// Rows of so many elements do not gain from several sums side by side.
  static final int SHORT = 128;
  /// Elements that PyTorch sums in one go; it divides longer rows among threads.
  static final int MOST = 1 << 15;

  private DoubleCascade() {}

  private static DoubleVector load(long address) {
    return DoubleVector.fromMemorySegment(SPECIES, ALL, address, nativeOrder());
  }

  /// A vector of 256 bits at most, in the lower half of a wider one.
  private static DoubleVector loadHalf(long address) {
    return WIDE ? DoubleVector.fromMemorySegment(SPECIES, ALL, address, nativeOrder(), LOWER_HALF) : load(address);
  }

  /// The order of PyTorch's cascade: four sums of 256-bit vectors side by side, added up every 16 times and those sums
  /// every 16 times again; the elements that fill no vector come first when the lanes are added.
  ///
  /// Wider vectors hold two of the four sums. (256-bit ones beside them would spoil the compiler's knowledge of the species
  /// in code that all kernels share: measured, sums three times as slow.)
  static double sum(long x, long end) {
    if (x > end - HALF_STEP) {
      return sumFew(x, end);
    }
    DoubleVector a = DoubleVector.zero(SPECIES);
    DoubleVector b = a;
    DoubleVector aa = a;
    DoubleVector bb = a;
    DoubleVector aaa = a;
    DoubleVector bbb = a;
    DoubleVector c = a;
    DoubleVector d = a;
    DoubleVector cc = a;
    DoubleVector dd = a;
    DoubleVector ccc = a;
    DoubleVector ddd = a;
    for (int leaves = 1; x <= end - LEAF; leaves++) {
      a = DoubleVector.zero(SPECIES);
      b = a;
      c = a;
      d = a;
      for (long leaf = x + LEAF; x < leaf; x += 4 * HALF_STEP) {
        a = a.add(load(x));
        b = b.add(load(x + STEP));
        if (!WIDE) {
          c = c.add(load(x + 2 * STEP));
          d = d.add(load(x + 3 * STEP));
        }
      }
      aa = aa.add(a);
      bb = bb.add(b);
      if (!WIDE) {
        cc = cc.add(c);
        dd = dd.add(d);
      }
      if ((leaves & 15) == 0) {
        aaa = aaa.add(aa);
        bbb = bbb.add(bb);
        aa = DoubleVector.zero(SPECIES);
        bb = aa;
        if (!WIDE) {
          ccc = ccc.add(cc);
          ddd = ddd.add(dd);
          cc = aa;
          dd = aa;
        }
      }
    }
    a = DoubleVector.zero(SPECIES);
    b = a;
    c = a;
    d = a;
    for (; x <= end - 4 * HALF_STEP; x += 4 * HALF_STEP) {
      a = a.add(load(x));
      b = b.add(load(x + STEP));
      if (!WIDE) {
        c = c.add(load(x + 2 * STEP));
        d = d.add(load(x + 3 * STEP));
      }
    }
    a = a.add(aa).add(aaa);
    b = b.add(bb).add(bbb);
    for (; x <= end - HALF_STEP; x += HALF_STEP) {
      a = a.add(loadHalf(x));
    }
    double rest = 0;
    for (; x < end; x += BYTES) {
      rest += getDouble(x);
    }
    DoubleVector sum = WIDE ? a.add(Lanes.upperHalf(a)).add(b).add(Lanes.upperHalf(b))
        : a.add(b).add(c.add(cc).add(ccc)).add(d.add(dd).add(ddd));
    return Lanes.addInOrder(rest, sum);
  }

  /// Less than a vector, in the same order with single elements.
  private static double sumFew(long x, long end) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    for (; x <= end - 4 * BYTES; x += 4 * BYTES) {
      a += getDouble(x);
      b += getDouble(x + BYTES);
      c += getDouble(x + 2 * BYTES);
      d += getDouble(x + 3 * BYTES);
    }
    for (; x < end; x += BYTES) {
      a += getDouble(x);
    }
    return a + b + c + d;
  }

  /// `sum (x - centre)^2` with one sum in lanes, as PyTorch's norm.
  static double sumSquares(long x, long end, double centre) {
    DoubleVector lanes = DoubleVector.zero(SPECIES);
    DoubleVector c = DoubleVector.broadcast(SPECIES, centre);
    for (; x <= end - HALF_STEP; x += HALF_STEP) {
      DoubleVector p = loadHalf(x).sub(c);
      lanes = p.fma(p, lanes);
    }
    double sum = Lanes.addInOrder(0, lanes);
    for (; x < end; x += BYTES) {
      double p = getDouble(x) - centre;
      sum = Math.fma(p, p, sum);
    }
    return sum;
  }
}
