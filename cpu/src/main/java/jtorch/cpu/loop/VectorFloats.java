package jtorch.cpu.loop;

import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LE;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.LT;
import static jdk.incubator.vector.VectorOperators.NE;
import static jdk.incubator.vector.VectorOperators.OR;
import static jtorch.cpu.loop.VectorClasses.bytes;
import static jtorch.cpu.loop.VectorClasses.floats;
import static jtorch.cpu.loop.VectorClasses.ints;
import static jtorch.cpu.loop.VectorClasses.longs;
import static jtorch.cpu.loop.VectorClasses.shorts;

import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;
import jtorch.memory.Memory;

/// The vocabulary of vector loops in float.
///
/// Every function must stay below 325 bytes of bytecode: HotSpot inlines no larger ones, and a vector that crosses a call
/// is an object on the heap.
final class VectorFloats {
  static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
  static final VectorSpecies<Long> LONGS = LongVector.SPECIES_PREFERRED;
  static final VectorSpecies<Short> SHORTS = VectorSpecies.of(short.class, fraction(2));
  static final VectorSpecies<Byte> BYTES = VectorSpecies.of(byte.class, fraction(4));
  static final ByteOrder ORDER = ByteOrder.nativeOrder();
  static final VectorShuffle<Float> SWAPPED =
      VectorShuffle.fromOp(SPECIES, i -> (i + SPECIES.length() / 2) % SPECIES.length());
  static final int SIGN = Integer.MIN_VALUE;
  static final int INFINITY = 0x7f800000;

  private VectorFloats() {}

  /// The shape for as many elements of a fraction of the size. Loops with narrower elements than the smallest shape can
  /// hold are not compiled.
  private static VectorShape fraction(int divisor) {
    return VectorShape.forBitSize(Math.max(64, SPECIES.vectorBitSize() / divisor));
  }

  // Memory

  static FloatVector broadcast(float x) {
    return floats(SPECIES, FloatVector.broadcast(SPECIES, x));
  }

  static FloatVector constant(double value) {
    return broadcast((float) value);
  }

  static FloatVector parameter(long bits) {
    return broadcast((float) Double.longBitsToDouble(bits));
  }

  static FloatVector loadFloat32(long address) {
    return floats(SPECIES, FloatVector.fromMemorySegment(SPECIES, Memory.ALL, address, ORDER));
  }

  static void storeFloat32(long address, FloatVector x) {
    x.intoMemorySegment(Memory.ALL, address, ORDER);
  }

  /// As [Casts#toLong(float)], in two vectors.
  static void storeInt64(long address, FloatVector x) {
    storeLongs(address, x);
    storeLongs(address + 4L * SPECIES.length(), swapped(x));
  }

  private static void storeLongs(long address, FloatVector x) {
    LongVector whole = longs(LONGS, x.convertShape(VectorOperators.F2L, LONGS, 0));
    VectorMask<Float> held = x.compare(LT, 0x1p63f);
    FloatVector flags = broadcast(0).blend(1, held);
    LongVector inside = longs(LONGS, flags.convertShape(VectorOperators.F2L, LONGS, 0));
    whole.blend(Long.MIN_VALUE, inside.compare(EQ, 0)).intoMemorySegment(Memory.ALL, address, ORDER);
  }

  /// The upper half of the lanes below, the lower one above. A conversion of the upper half alone would slice the vector,
  /// which is one of the methods that [VectorClasses] tells of.
  static FloatVector swapped(FloatVector x) {
    return x.rearrange(SWAPPED);
  }

  static IntVector bits(FloatVector x) {
    return ints(INTS, x.reinterpretAsInts());
  }

  static FloatVector ofBits(IntVector x) {
    return floats(SPECIES, x.reinterpretAsFloats());
  }

  static FloatVector number(IntVector x) {
    return floats(SPECIES, x.convertShape(VectorOperators.I2F, SPECIES, 0));
  }

  private static ByteVector loadBytes(long address) {
    return bytes(BYTES, ByteVector.fromMemorySegment(BYTES, Memory.ALL, address, ORDER));
  }

  private static ShortVector loadShorts(long address) {
    return shorts(SHORTS, ShortVector.fromMemorySegment(SHORTS, Memory.ALL, address, ORDER));
  }

  static FloatVector loadInt32(long address) {
    return number(ints(INTS, IntVector.fromMemorySegment(INTS, Memory.ALL, address, ORDER)));
  }

  static FloatVector loadInt16(long address) {
    return number(widen(loadShorts(address)));
  }

  static FloatVector loadInt8(long address) {
    return number(widen(loadBytes(address)));
  }

  static FloatVector loadUint8(long address) {
    return number(widen(loadBytes(address)).and(0xff));
  }

  static FloatVector loadFloat16(long address) {
    return fromFloat16(widen(loadShorts(address)));
  }

  static void storeFloat16(long address, FloatVector x) {
    narrow(toFloat16(x)).intoMemorySegment(Memory.ALL, address, ORDER);
  }

  static FloatVector loadBfloat16(long address) {
    return ofBits(widen(loadShorts(address)).lanewise(LSHL, 16));
  }

  static void storeBfloat16(long address, FloatVector x) {
    narrow(toBfloat16(x)).intoMemorySegment(Memory.ALL, address, ORDER);
  }

  static VectorMask<Float> testBool(long address) {
    return loadBytes(address).compare(NE, (byte) 0).cast(SPECIES);
  }

  static FloatVector loadBool(long address) {
    return broadcast(0).blend(1, testBool(address));
  }

  static void storeBool(long address, VectorMask<Float> x) {
    bytes(BYTES, ByteVector.zero(BYTES)).blend((byte) 1, x.cast(BYTES)).intoMemorySegment(Memory.ALL, address, ORDER);
  }

  private static IntVector widen(ByteVector x) {
    return ints(INTS, x.convertShape(VectorOperators.B2I, INTS, 0));
  }

  private static IntVector widen(ShortVector x) {
    return ints(INTS, x.convertShape(VectorOperators.S2I, INTS, 0));
  }

  private static ShortVector narrow(IntVector x) {
    return shorts(SHORTS, x.convertShape(VectorOperators.I2S, SHORTS, 0));
  }

  /// Moves exponent and fraction to their places in a float and multiplies by the difference of the exponents' biases,
  /// which makes subnormal numbers normal. The sign, spread by the widening, keeps its place under the mask.
  private static FloatVector fromFloat16(IntVector half) {
    FloatVector scaled = ofBits(half.lanewise(LSHL, 13).and(0x8fffe000)).mul(0x1p112f);
    return ofBits(bits(scaled).lanewise(OR, INFINITY, scaled.abs().compare(GE, 0x1p16f).cast(INTS)));
  }

  /// Rounds to even. Subnormal halves are rounded by an addition that leaves just their bits in the fraction.
  private static IntVector toFloat16(FloatVector x) {
    FloatVector magnitude = x.abs();
    // What rounds to 2^16 or more has the bits of infinity.
    IntVector bits = bits(magnitude).min(0x47800000);
    IntVector odd = bits.lanewise(LSHR, 13).and(1);
    IntVector normal = bits.add(odd).add(0xfff - (112 << 23)).lanewise(LSHR, 13);
    IntVector subnormal = bits(magnitude.add(0.5f)).sub(0x3f000000);
    IntVector half = normal.blend(subnormal, magnitude.compare(LT, 0x1p-14f).cast(INTS))
        .blend(0x7e00, isNan(x).cast(INTS));
    return half.or(bits(x).and(SIGN).lanewise(LSHR, 16));
  }

  /// Rounds to even.
  private static IntVector toBfloat16(FloatVector x) {
    IntVector bits = bits(x);
    IntVector odd = bits.lanewise(LSHR, 16).and(1);
    return bits.add(odd).add(0x7fff).lanewise(LSHR, 16).blend(0x7fc0, isNan(x).cast(INTS));
  }

  // Arithmetic

  static FloatVector add(FloatVector a, FloatVector b) {
    return a.add(b);
  }

  static FloatVector sub(FloatVector a, FloatVector b) {
    return a.sub(b);
  }

  static FloatVector mul(FloatVector a, FloatVector b) {
    return a.mul(b);
  }

  static FloatVector div(FloatVector a, FloatVector b) {
    return a.div(b);
  }

  static FloatVector min(FloatVector a, FloatVector b) {
    return a.min(b);
  }

  static FloatVector max(FloatVector a, FloatVector b) {
    return a.max(b);
  }

  static FloatVector fmin(FloatVector a, FloatVector b) {
    return a.min(b).blend(b, isNan(a)).blend(a, isNan(b));
  }

  static FloatVector fmax(FloatVector a, FloatVector b) {
    return a.max(b).blend(b, isNan(a)).blend(a, isNan(b));
  }

  static FloatVector truncDivide(FloatVector a, FloatVector b) {
    return trunc(a.div(b));
  }

  static FloatVector copysign(FloatVector a, FloatVector b) {
    return withSign(a.abs(), b);
  }

  static FloatVector neg(FloatVector x) {
    return x.neg();
  }

  static FloatVector abs(FloatVector x) {
    return x.abs();
  }

  static FloatVector sign(FloatVector x) {
    return broadcast(0).blend(1, x.compare(GT, 0)).blend(-1, x.compare(LT, 0));
  }

  static FloatVector sgn(FloatVector x) {
    return sign(x);
  }

  static FloatVector square(FloatVector x) {
    return x.mul(x);
  }

  static FloatVector sqrt(FloatVector x) {
    return x.sqrt();
  }

  static FloatVector rsqrt(FloatVector x) {
    return broadcast(1).div(x.sqrt());
  }

  static FloatVector reciprocal(FloatVector x) {
    return broadcast(1).div(x);
  }

  static FloatVector conj(FloatVector x) {
    return x;
  }

  static FloatVector real(FloatVector x) {
    return x;
  }

  /// Adding and taking away 2^23 leaves no fraction; larger numbers have none.
  static FloatVector round(FloatVector x) {
    FloatVector magnitude = x.abs();
    FloatVector whole = withSign(magnitude.add(0x1p23f).sub(0x1p23f), x);
    return x.blend(whole, magnitude.compare(LT, 0x1p23f));
  }

  static FloatVector floor(FloatVector x) {
    FloatVector near = round(x);
    return near.blend(near.sub(1), near.compare(GT, x));
  }

  static FloatVector ceil(FloatVector x) {
    FloatVector near = round(x);
    return withSign(near.blend(near.add(1), near.compare(LT, x)), x);
  }

  static FloatVector trunc(FloatVector x) {
    return withSign(floor(x.abs()), x);
  }

  static FloatVector frac(FloatVector x) {
    return x.sub(trunc(x));
  }

  private static FloatVector withSign(FloatVector magnitude, FloatVector sign) {
    return ofBits(bits(magnitude).and(~SIGN).or(bits(sign).and(SIGN)));
  }

  // Truths. The Vector API's own tests work with vectors whose class C2 does not know: they came to lie on the heap where
  // a program had used other shapes.

  static VectorMask<Float> isNan(FloatVector x) {
    return x.compare(NE, x);
  }

  static VectorMask<Float> isInf(FloatVector x) {
    return x.abs().compare(EQ, Float.POSITIVE_INFINITY);
  }

  static VectorMask<Float> isFinite(FloatVector x) {
    return x.abs().compare(LT, Float.POSITIVE_INFINITY);
  }

  static VectorMask<Float> signbit(FloatVector x) {
    return bits(x).compare(LT, 0).cast(SPECIES);
  }

  static VectorMask<Float> lt(FloatVector a, FloatVector b) {
    return a.compare(LT, b);
  }

  static VectorMask<Float> le(FloatVector a, FloatVector b) {
    return a.compare(LE, b);
  }

  static VectorMask<Float> gt(FloatVector a, FloatVector b) {
    return a.compare(GT, b);
  }

  static VectorMask<Float> ge(FloatVector a, FloatVector b) {
    return a.compare(GE, b);
  }

  static VectorMask<Float> eq(FloatVector a, FloatVector b) {
    return a.compare(EQ, b);
  }

  static VectorMask<Float> ne(FloatVector a, FloatVector b) {
    return a.compare(NE, b);
  }

  static FloatVector select(VectorMask<Float> condition, FloatVector then, FloatVector otherwise) {
    return otherwise.blend(then, condition);
  }
}
