package jtorch.cpu.kernel;

import static java.nio.ByteOrder.nativeOrder;
import static jtorch.memory.Memory.ALL;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;
import jtorch.DType;
import jtorch.cpu.VectorApi;
import jtorch.memory.Memory;

/// Sums of rows of halves in `float32`, in the order of [FloatCascade], read from where they lie.
///
/// A half moved to a float's place is that half times a power of 2, of which sums are the same to the last digit and are
/// scaled in the end. Only infinities and NaN would not be: their exponent carries over to a bit that is collected.
public final class HalfCascade {
  /// Elements that make a whole round of the four sums of eight.
  private static final int ROUND = 32;

  private HalfCascade() {}

  /// Whether rows of that length are for this class.
  public static boolean takes(DType dtype, long n) {
    return VectorApi.PRESENT && dtype.isHalf() && n > 0 && n % ROUND == 0 && n <= FloatCascade.MOST && Wide.FITS;
  }

  /// `out[r] = sum of row r`, in `float32`, of neighbouring rows of a half dtype.
  public static void run(DType dtype, long x, long n, long out, long rows) {
    long bytes = n * Short.BYTES;
    for (long r = 0; r < rows; r++) {
      long row = x + r * bytes;
      Memory.putFloat(out + r * Float.BYTES,
          dtype == DType.FLOAT16 ? float16(row, row + bytes) : Wide.sum(row, row + bytes, 16, -1, 0, 0));
    }
  }

  private static float float16(long x, long end) {
    float sum = Wide.sum(x, end, 13, 0x8fffe000, 0x00800000, 0x10000000);
    return Float.isNaN(sum) ? oneByOne(x, end) : sum * 0x1p112f;
  }

  /// With infinities or NaN, which come through any order.
  private static float oneByOne(long x, long end) {
    float sum = 0;
    for (long at = x; at < end; at += Short.BYTES) sum += Float.float16ToFloat(Memory.getShort(at));
    return sum;
  }

  /// In a class of its own, which a JVM without the Vector API never loads.
  private static final class Wide {
    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Short> SHORTS =
        VectorSpecies.of(short.class, VectorShape.forBitSize(Math.max(64, FLOATS.vectorBitSize() / 2)));
    /// Whether vectors have 8 or 16 lanes; other processors take other ways.
    static final boolean FITS = FLOATS.length() == 8 || FLOATS.length() == 16;
    private static final boolean WIDE = FLOATS.length() == 16;
    private static final int STEP = SHORTS.vectorByteSize();
    private static final long LEAF = 16 * ROUND * Short.BYTES;

    private static IntVector load(long address, int shift, IntVector mask) {
      return ((IntVector) ShortVector.fromMemorySegment(SHORTS, ALL, address, nativeOrder())
          .convertShape(VectorOperators.S2I, INTS, 0)).lanewise(VectorOperators.LSHL, shift).and(mask);
    }

    /// @param step what carries a largest exponent over to `flag`; NaN is the result if one does
    static float sum(long x, long end, int shift, int bits, int step, int flag) {
      IntVector mask = IntVector.broadcast(INTS, bits);
      IntVector carry = IntVector.broadcast(INTS, step);
      IntVector flags = IntVector.zero(INTS);
      FloatVector a = FloatVector.zero(FLOATS);
      FloatVector b = a;
      FloatVector c = a;
      FloatVector d = a;
      FloatVector aa = a;
      FloatVector bb = a;
      FloatVector cc = a;
      FloatVector dd = a;
      FloatVector aaa = a;
      FloatVector bbb = a;
      FloatVector ccc = a;
      FloatVector ddd = a;
      for (int leaves = 1; x < end; leaves++) {
        boolean whole = x <= end - LEAF;
        for (long leaf = whole ? x + LEAF : end; x < leaf; x += ROUND * Short.BYTES) {
          IntVector p = load(x, shift, mask);
          IntVector q = load(x + STEP, shift, mask);
          flags = flags.or(p.add(carry)).or(q.add(carry));
          a = a.add(p.reinterpretAsFloats());
          b = b.add(q.reinterpretAsFloats());
          if (!WIDE) {
            IntVector r = load(x + 2 * STEP, shift, mask);
            IntVector s = load(x + 3 * STEP, shift, mask);
            flags = flags.or(r.add(carry)).or(s.add(carry));
            c = c.add(r.reinterpretAsFloats());
            d = d.add(s.reinterpretAsFloats());
          }
        }
        if (!whole) break;
        aa = aa.add(a);
        bb = bb.add(b);
        cc = cc.add(c);
        dd = dd.add(d);
        a = FloatVector.zero(FLOATS);
        b = a;
        c = a;
        d = a;
        if ((leaves & 15) == 0) {
          aaa = aaa.add(aa);
          bbb = bbb.add(bb);
          ccc = ccc.add(cc);
          ddd = ddd.add(dd);
          aa = a;
          bb = a;
          cc = a;
          dd = a;
        }
      }
      if ((flags.reduceLanes(VectorOperators.OR) & flag) != 0) return Float.NaN;
      a = a.add(aa).add(aaa);
      b = b.add(bb).add(bbb);
      FloatVector sum = WIDE ? a.add(Lanes.upperHalf(a)).add(b).add(Lanes.upperHalf(b))
          : a.add(b).add(c.add(cc).add(ccc)).add(d.add(dd).add(ddd));
      return Lanes.addInOrder(0, sum);
    }
  }
}
