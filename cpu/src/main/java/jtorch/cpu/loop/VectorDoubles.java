package jtorch.cpu.loop;

import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LE;
import static jdk.incubator.vector.VectorOperators.LT;
import static jdk.incubator.vector.VectorOperators.NE;
import static jtorch.cpu.loop.VectorClasses.bytes;
import static jtorch.cpu.loop.VectorClasses.doubles;
import static jtorch.cpu.loop.VectorClasses.floats;
import static jtorch.cpu.loop.VectorClasses.ints;
import static jtorch.cpu.loop.VectorClasses.longs;

import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;
import jtorch.memory.Memory;

/// The vocabulary of vector loops in double.
final class VectorDoubles {
  static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
  static final VectorSpecies<Long> LONGS = LongVector.SPECIES_PREFERRED;
  static final VectorSpecies<Float> FLOATS = VectorSpecies.of(float.class, fraction(2));
  static final VectorSpecies<Integer> INTS = VectorSpecies.of(int.class, fraction(2));
  static final VectorSpecies<Byte> BYTES = VectorSpecies.of(byte.class, fraction(8));
  static final ByteOrder ORDER = ByteOrder.nativeOrder();
  static final long SIGN = Long.MIN_VALUE;

  private VectorDoubles() {}

  /// The shape for as many elements of a fraction of the size. Loops with narrower elements than the smallest shape can
  /// hold are not compiled.
  private static VectorShape fraction(int divisor) {
    return VectorShape.forBitSize(Math.max(64, SPECIES.vectorBitSize() / divisor));
  }

  // Memory

  static DoubleVector broadcast(double x) {
    return doubles(SPECIES, DoubleVector.broadcast(SPECIES, x));
  }

  static LongVector bits(DoubleVector x) {
    return longs(LONGS, x.reinterpretAsLongs());
  }

  static DoubleVector ofBits(LongVector x) {
    return doubles(SPECIES, x.reinterpretAsDoubles());
  }

  static DoubleVector number(LongVector x) {
    return doubles(SPECIES, x.convertShape(VectorOperators.L2D, SPECIES, 0));
  }

  static DoubleVector constant(double value) {
    return broadcast(value);
  }

  static DoubleVector parameter(long bits) {
    return broadcast(Double.longBitsToDouble(bits));
  }

  static DoubleVector loadFloat64(long address) {
    return doubles(SPECIES, DoubleVector.fromMemorySegment(SPECIES, Memory.ALL, address, ORDER));
  }

  static void storeFloat64(long address, DoubleVector x) {
    x.intoMemorySegment(Memory.ALL, address, ORDER);
  }

  static DoubleVector loadFloat32(long address) {
    FloatVector x = floats(FLOATS, FloatVector.fromMemorySegment(FLOATS, Memory.ALL, address, ORDER));
    return doubles(SPECIES, x.convertShape(VectorOperators.F2D, SPECIES, 0));
  }

  static void storeFloat32(long address, DoubleVector x) {
    floats(FLOATS, x.convertShape(VectorOperators.D2F, FLOATS, 0)).intoMemorySegment(Memory.ALL, address, ORDER);
  }

  static DoubleVector loadInt64(long address) {
    return number(longs(LONGS, LongVector.fromMemorySegment(LONGS, Memory.ALL, address, ORDER)));
  }

  static DoubleVector loadInt32(long address) {
    IntVector x = ints(INTS, IntVector.fromMemorySegment(INTS, Memory.ALL, address, ORDER));
    return doubles(SPECIES, x.convertShape(VectorOperators.I2D, SPECIES, 0));
  }

  static VectorMask<Double> testBool(long address) {
    ByteVector x = bytes(BYTES, ByteVector.fromMemorySegment(BYTES, Memory.ALL, address, ORDER));
    return x.compare(NE, (byte) 0).cast(SPECIES);
  }

  static DoubleVector loadBool(long address) {
    return broadcast(0).blend(1, testBool(address));
  }

  static void storeBool(long address, VectorMask<Double> x) {
    bytes(BYTES, ByteVector.zero(BYTES)).blend((byte) 1, x.cast(BYTES)).intoMemorySegment(Memory.ALL, address, ORDER);
  }

  // Arithmetic

  static DoubleVector add(DoubleVector a, DoubleVector b) {
    return a.add(b);
  }

  static DoubleVector sub(DoubleVector a, DoubleVector b) {
    return a.sub(b);
  }

  static DoubleVector mul(DoubleVector a, DoubleVector b) {
    return a.mul(b);
  }

  static DoubleVector div(DoubleVector a, DoubleVector b) {
    return a.div(b);
  }

  static DoubleVector min(DoubleVector a, DoubleVector b) {
    return a.min(b);
  }

  static DoubleVector max(DoubleVector a, DoubleVector b) {
    return a.max(b);
  }

  static DoubleVector fmin(DoubleVector a, DoubleVector b) {
    return a.min(b).blend(b, isNan(a)).blend(a, isNan(b));
  }

  static DoubleVector fmax(DoubleVector a, DoubleVector b) {
    return a.max(b).blend(b, isNan(a)).blend(a, isNan(b));
  }

  static DoubleVector truncDivide(DoubleVector a, DoubleVector b) {
    return trunc(a.div(b));
  }

  static DoubleVector copysign(DoubleVector a, DoubleVector b) {
    return withSign(a.abs(), b);
  }

  static DoubleVector neg(DoubleVector x) {
    return x.neg();
  }

  static DoubleVector abs(DoubleVector x) {
    return x.abs();
  }

  static DoubleVector sign(DoubleVector x) {
    return broadcast(0).blend(1, x.compare(GT, 0)).blend(-1, x.compare(LT, 0));
  }

  static DoubleVector sgn(DoubleVector x) {
    return sign(x);
  }

  static DoubleVector square(DoubleVector x) {
    return x.mul(x);
  }

  static DoubleVector sqrt(DoubleVector x) {
    return x.sqrt();
  }

  static DoubleVector rsqrt(DoubleVector x) {
    return broadcast(1).div(x.sqrt());
  }

  static DoubleVector reciprocal(DoubleVector x) {
    return broadcast(1).div(x);
  }

  static DoubleVector conj(DoubleVector x) {
    return x;
  }

  static DoubleVector real(DoubleVector x) {
    return x;
  }

  /// Adding and taking away 2^52 leaves no fraction; larger numbers have none.
  static DoubleVector round(DoubleVector x) {
    DoubleVector magnitude = x.abs();
    DoubleVector whole = withSign(magnitude.add(0x1p52).sub(0x1p52), x);
    return x.blend(whole, magnitude.compare(LT, 0x1p52));
  }

  static DoubleVector floor(DoubleVector x) {
    DoubleVector near = round(x);
    return near.blend(near.sub(1), near.compare(GT, x));
  }

  static DoubleVector ceil(DoubleVector x) {
    DoubleVector near = round(x);
    return withSign(near.blend(near.add(1), near.compare(LT, x)), x);
  }

  static DoubleVector trunc(DoubleVector x) {
    return withSign(floor(x.abs()), x);
  }

  static DoubleVector frac(DoubleVector x) {
    return x.sub(trunc(x));
  }

  private static DoubleVector withSign(DoubleVector magnitude, DoubleVector sign) {
    return ofBits(bits(magnitude).and(~SIGN).or(bits(sign).and(SIGN)));
  }

  // Truths. The Vector API's own tests work with vectors whose class C2 does not know: they came to lie on the heap where
  // a program had used other shapes.

  static VectorMask<Double> isNan(DoubleVector x) {
    return x.compare(NE, x);
  }

  static VectorMask<Double> isInf(DoubleVector x) {
    return x.abs().compare(EQ, Double.POSITIVE_INFINITY);
  }

  static VectorMask<Double> isFinite(DoubleVector x) {
    return x.abs().compare(LT, Double.POSITIVE_INFINITY);
  }

  static VectorMask<Double> signbit(DoubleVector x) {
    return bits(x).compare(LT, 0).cast(SPECIES);
  }

  static VectorMask<Double> lt(DoubleVector a, DoubleVector b) {
    return a.compare(LT, b);
  }

  static VectorMask<Double> le(DoubleVector a, DoubleVector b) {
    return a.compare(LE, b);
  }

  static VectorMask<Double> gt(DoubleVector a, DoubleVector b) {
    return a.compare(GT, b);
  }

  static VectorMask<Double> ge(DoubleVector a, DoubleVector b) {
    return a.compare(GE, b);
  }

  static VectorMask<Double> eq(DoubleVector a, DoubleVector b) {
    return a.compare(EQ, b);
  }

  static VectorMask<Double> ne(DoubleVector a, DoubleVector b) {
    return a.compare(NE, b);
  }

  static DoubleVector select(VectorMask<Double> condition, DoubleVector then, DoubleVector otherwise) {
    return otherwise.blend(then, condition);
  }
}
