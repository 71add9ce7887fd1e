package jtorch.cpu.kernel;

import static java.nio.ByteOrder.nativeOrder;
import static jtorch.memory.Memory.ALL;
import static jtorch.memory.Memory.getFloat;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/// Sums of rows of `float32` in the order of PyTorch's kernels on x86, so that they are its sums to the last digit.
///
/// `DoubleCascade` is this file with the type names replaced; a test keeps it so.
final class FloatCascade {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int BYTES = Float.BYTES;
  private static final int STEP = SPECIES.vectorByteSize();
  /// Whether vectors are twice as wide as those that PyTorch sums with.
  private static final boolean WIDE = SPECIES.vectorBitSize() > 256;
  private static final VectorMask<Float> LOWER_HALF = SPECIES.indexInRange(0, SPECIES.length() / 2);
  private static final int HALF_STEP = WIDE ? STEP / 2 : STEP;
  /// Bytes that four sums of vectors take in before they are added to others.
  private static final long LEAF = 16 * 4 * HALF_STEP;
  /// Rows of so many elements do not gain from several sums side by side.
  static final int SHORT = 128;
  /// Elements that PyTorch sums in one go; it divides longer rows among threads.
  static final int MOST = 1 << 15;

  private FloatCascade() {}

  private static FloatVector load(long address) {
    return FloatVector.fromMemorySegment(SPECIES, ALL, address, nativeOrder());
  }

  /// A vector of 256 bits at most, in the lower half of a wider one.
  private static FloatVector loadHalf(long address) {
    return WIDE ? FloatVector.fromMemorySegment(SPECIES, ALL, address, nativeOrder(), LOWER_HALF) : load(address);
  }

  /// The order of PyTorch's cascade: four sums of 256-bit vectors side by side, added up every 16 times and those sums
  /// every 16 times again; the elements that fill no vector come first when the lanes are added.
  ///
  /// Wider vectors hold two of the four sums. (256-bit ones beside them would spoil the compiler's knowledge of the species
  /// in code that all kernels share: measured, sums three times as slow.)
  static float sum(long x, long end) {
    if (x > end - HALF_STEP) {
      return sumFew(x, end);
    }
    FloatVector a = FloatVector.zero(SPECIES);
    FloatVector b = a;
    FloatVector aa = a;
    FloatVector bb = a;
    FloatVector aaa = a;
    FloatVector bbb = a;
    FloatVector c = a;
    FloatVector d = a;
    FloatVector cc = a;
    FloatVector dd = a;
    FloatVector ccc = a;
    FloatVector ddd = a;
    for (int leaves = 1; x <= end - LEAF; leaves++) {
      a = FloatVector.zero(SPECIES);
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
        aa = FloatVector.zero(SPECIES);
        bb = aa;
        if (!WIDE) {
          ccc = ccc.add(cc);
          ddd = ddd.add(dd);
          cc = aa;
          dd = aa;
        }
      }
    }
    a = FloatVector.zero(SPECIES);
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
    float rest = 0;
    for (; x < end; x += BYTES) {
      rest += getFloat(x);
    }
    FloatVector sum = WIDE ? a.add(Lanes.upperHalf(a)).add(b).add(Lanes.upperHalf(b))
        : a.add(b).add(c.add(cc).add(ccc)).add(d.add(dd).add(ddd));
    return Lanes.addInOrder(rest, sum);
  }

  /// Less than a vector, in the same order with single elements.
  private static float sumFew(long x, long end) {
    float a = 0;
    float b = 0;
    float c = 0;
    float d = 0;
    for (; x <= end - 4 * BYTES; x += 4 * BYTES) {
      a += getFloat(x);
      b += getFloat(x + BYTES);
      c += getFloat(x + 2 * BYTES);
      d += getFloat(x + 3 * BYTES);
    }
    for (; x < end; x += BYTES) {
      a += getFloat(x);
    }
    return a + b + c + d;
  }

  /// `sum (x - centre)^2` with one sum in lanes, as PyTorch's norm.
  static float sumSquares(long x, long end, float centre) {
    FloatVector lanes = FloatVector.zero(SPECIES);
    FloatVector c = FloatVector.broadcast(SPECIES, centre);
    for (; x <= end - HALF_STEP; x += HALF_STEP) {
      FloatVector p = loadHalf(x).sub(c);
      lanes = p.fma(p, lanes);
    }
    float sum = Lanes.addInOrder(0, lanes);
    for (; x < end; x += BYTES) {
      float p = getFloat(x) - centre;
      sum = Math.fma(p, p, sum);
    }
    return sum;
  }
}
