package jtorch.cpu.loop;

import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LE;
import static jdk.incubator.vector.VectorOperators.LT;
import static jdk.incubator.vector.VectorOperators.NE;
import static jtorch.cpu.loop.VectorClasses.bytes;
import static jtorch.cpu.loop.VectorClasses.ints;
import static jtorch.cpu.loop.VectorClasses.longs;

import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;
import jtorch.memory.Memory;

/// The vocabulary of vector loops over long integers.
final class VectorLongs {
  static final VectorSpecies<Long> SPECIES = LongVector.SPECIES_PREFERRED;
  static final VectorSpecies<Integer> INTS = VectorSpecies.of(int.class, fraction(2));
  static final VectorSpecies<Byte> BYTES = VectorSpecies.of(byte.class, fraction(8));
  static final ByteOrder ORDER = ByteOrder.nativeOrder();

  private VectorLongs() {}

  /// The shape for as many elements of a fraction of the size. Loops with narrower elements than the smallest shape can
  /// hold are not compiled.
  private static VectorShape fraction(int divisor) {
    return VectorShape.forBitSize(Math.max(64, SPECIES.vectorBitSize() / divisor));
  }

  // Memory

  static LongVector broadcast(long x) {
    return longs(SPECIES, LongVector.broadcast(SPECIES, x));
  }

  static LongVector constant(double value) {
    return broadcast((long) value);
  }

  static LongVector parameter(long bits) {
    return broadcast(bits);
  }

  static LongVector loadInt64(long address) {
    return longs(SPECIES, LongVector.fromMemorySegment(SPECIES, Memory.ALL, address, ORDER));
  }

  static void storeInt64(long address, LongVector x) {
    x.intoMemorySegment(Memory.ALL, address, ORDER);
  }

  static LongVector loadInt32(long address) {
    IntVector x = ints(INTS, IntVector.fromMemorySegment(INTS, Memory.ALL, address, ORDER));
    return longs(SPECIES, x.convertShape(VectorOperators.I2L, SPECIES, 0));
  }

  static void storeInt32(long address, LongVector x) {
    ints(INTS, x.convertShape(VectorOperators.L2I, INTS, 0)).intoMemorySegment(Memory.ALL, address, ORDER);
  }

  private static ByteVector loadBytes(long address) {
    return bytes(BYTES, ByteVector.fromMemorySegment(BYTES, Memory.ALL, address, ORDER));
  }

  static VectorMask<Long> testBool(long address) {
    return loadBytes(address).compare(NE, (byte) 0).cast(SPECIES);
  }

  static LongVector loadBool(long address) {
    return broadcast(0).blend(1, testBool(address));
  }

  static void storeBool(long address, VectorMask<Long> x) {
    bytes(BYTES, ByteVector.zero(BYTES)).blend((byte) 1, x.cast(BYTES)).intoMemorySegment(Memory.ALL, address, ORDER);
  }

  // Arithmetic

  static LongVector add(LongVector a, LongVector b) {
    return a.add(b);
  }

  static LongVector sub(LongVector a, LongVector b) {
    return a.sub(b);
  }

  static LongVector mul(LongVector a, LongVector b) {
    return a.mul(b);
  }

  static LongVector min(LongVector a, LongVector b) {
    return a.min(b);
  }

  static LongVector max(LongVector a, LongVector b) {
    return a.max(b);
  }

  static LongVector fmin(LongVector a, LongVector b) {
    return a.min(b);
  }

  static LongVector fmax(LongVector a, LongVector b) {
    return a.max(b);
  }

  static LongVector bitAnd(LongVector a, LongVector b) {
    return a.lanewise(VectorOperators.AND, b);
  }

  static LongVector bitOr(LongVector a, LongVector b) {
    return a.lanewise(VectorOperators.OR, b);
  }

  static LongVector bitXor(LongVector a, LongVector b) {
    return a.lanewise(VectorOperators.XOR, b);
  }

  static LongVector shiftLeft(LongVector a, LongVector b) {
    return a.lanewise(VectorOperators.LSHL, b).blend(0, b.compare(VectorOperators.UGE, 64));
  }

  static LongVector shiftRight(LongVector a, LongVector b) {
    return a.lanewise(VectorOperators.ASHR, b.blend(63, b.compare(VectorOperators.UGE, 64)));
  }

  static LongVector neg(LongVector x) {
    return x.neg();
  }

  static LongVector abs(LongVector x) {
    return x.abs();
  }

  static LongVector sign(LongVector x) {
    return broadcast(0).blend(1, x.compare(GT, 0)).blend(-1, x.compare(LT, 0));
  }

  static LongVector sgn(LongVector x) {
    return sign(x);
  }

  static LongVector square(LongVector x) {
    return x.mul(x);
  }

  static LongVector bitNot(LongVector x) {
    return x.not();
  }

  static LongVector floor(LongVector x) {
    return x;
  }

  static LongVector ceil(LongVector x) {
    return x;
  }

  static LongVector round(LongVector x) {
    return x;
  }

  static LongVector trunc(LongVector x) {
    return x;
  }

  static LongVector conj(LongVector x) {
    return x;
  }

  static LongVector real(LongVector x) {
    return x;
  }

  static VectorMask<Long> signbit(LongVector x) {
    return x.compare(LT, 0);
  }

  // Truths

  static VectorMask<Long> lt(LongVector a, LongVector b) {
    return a.compare(LT, b);
  }

  static VectorMask<Long> le(LongVector a, LongVector b) {
    return a.compare(LE, b);
  }

  static VectorMask<Long> gt(LongVector a, LongVector b) {
    return a.compare(GT, b);
  }

  static VectorMask<Long> ge(LongVector a, LongVector b) {
    return a.compare(GE, b);
  }

  static VectorMask<Long> eq(LongVector a, LongVector b) {
    return a.compare(EQ, b);
  }

  static VectorMask<Long> ne(LongVector a, LongVector b) {
    return a.compare(NE, b);
  }

  static LongVector select(VectorMask<Long> condition, LongVector then, LongVector otherwise) {
    return otherwise.blend(then, condition);
  }
}
