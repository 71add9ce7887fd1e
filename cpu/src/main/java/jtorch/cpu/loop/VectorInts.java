package jtorch.cpu.loop;

import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LE;
import static jdk.incubator.vector.VectorOperators.LT;
import static jdk.incubator.vector.VectorOperators.NE;
import static jtorch.cpu.loop.VectorClasses.bytes;
import static jtorch.cpu.loop.VectorClasses.ints;
import static jtorch.cpu.loop.VectorClasses.shorts;

import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;
import jtorch.memory.Memory;

/// The vocabulary of vector loops over integers of at most 32 bits.
///
/// Low bits do not depend on higher ones, so what is stored is as with longer numbers; comparisons see numbers that fit.
final class VectorInts {
  static final VectorSpecies<Integer> SPECIES = IntVector.SPECIES_PREFERRED;
  static final VectorSpecies<Short> SHORTS = VectorSpecies.of(short.class, fraction(2));
  static final VectorSpecies<Byte> BYTES = VectorSpecies.of(byte.class, fraction(4));
  static final ByteOrder ORDER = ByteOrder.nativeOrder();

  private VectorInts() {}

  /// The shape for as many elements of a fraction of the size. Loops with narrower elements than the smallest shape can
  /// hold are not compiled.
  private static VectorShape fraction(int divisor) {
    return VectorShape.forBitSize(Math.max(64, SPECIES.vectorBitSize() / divisor));
  }

  // Memory

  static IntVector broadcast(int x) {
    return ints(SPECIES, IntVector.broadcast(SPECIES, x));
  }

  static IntVector constant(double value) {
    return broadcast((int) value);
  }

  static IntVector parameter(long bits) {
    return broadcast((int) bits);
  }

  static IntVector loadInt32(long address) {
    return ints(SPECIES, IntVector.fromMemorySegment(SPECIES, Memory.ALL, address, ORDER));
  }

  static void storeInt32(long address, IntVector x) {
    x.intoMemorySegment(Memory.ALL, address, ORDER);
  }

  static IntVector loadInt16(long address) {
    ShortVector x = shorts(SHORTS, ShortVector.fromMemorySegment(SHORTS, Memory.ALL, address, ORDER));
    return ints(SPECIES, x.convertShape(VectorOperators.S2I, SPECIES, 0));
  }

  static void storeInt16(long address, IntVector x) {
    shorts(SHORTS, x.convertShape(VectorOperators.I2S, SHORTS, 0)).intoMemorySegment(Memory.ALL, address, ORDER);
  }

  static IntVector loadInt8(long address) {
    return ints(SPECIES, loadBytes(address).convertShape(VectorOperators.B2I, SPECIES, 0));
  }

  static void storeInt8(long address, IntVector x) {
    bytes(BYTES, x.convertShape(VectorOperators.I2B, BYTES, 0)).intoMemorySegment(Memory.ALL, address, ORDER);
  }

  static IntVector loadUint8(long address) {
    return loadInt8(address).and(0xff);
  }

  static void storeUint8(long address, IntVector x) {
    storeInt8(address, x);
  }

  private static ByteVector loadBytes(long address) {
    return bytes(BYTES, ByteVector.fromMemorySegment(BYTES, Memory.ALL, address, ORDER));
  }

  static VectorMask<Integer> testBool(long address) {
    return loadBytes(address).compare(NE, (byte) 0).cast(SPECIES);
  }

  static IntVector loadBool(long address) {
    return broadcast(0).blend(1, testBool(address));
  }

  static void storeBool(long address, VectorMask<Integer> x) {
    bytes(BYTES, ByteVector.zero(BYTES)).blend((byte) 1, x.cast(BYTES)).intoMemorySegment(Memory.ALL, address, ORDER);
  }

  // Arithmetic

  static IntVector add(IntVector a, IntVector b) {
    return a.add(b);
  }

  static IntVector sub(IntVector a, IntVector b) {
    return a.sub(b);
  }

  static IntVector mul(IntVector a, IntVector b) {
    return a.mul(b);
  }

  static IntVector min(IntVector a, IntVector b) {
    return a.min(b);
  }

  static IntVector max(IntVector a, IntVector b) {
    return a.max(b);
  }

  static IntVector fmin(IntVector a, IntVector b) {
    return a.min(b);
  }

  static IntVector fmax(IntVector a, IntVector b) {
    return a.max(b);
  }

  static IntVector bitAnd(IntVector a, IntVector b) {
    return a.lanewise(VectorOperators.AND, b);
  }

  static IntVector bitOr(IntVector a, IntVector b) {
    return a.lanewise(VectorOperators.OR, b);
  }

  static IntVector bitXor(IntVector a, IntVector b) {
    return a.lanewise(VectorOperators.XOR, b);
  }

  static IntVector shiftLeft(IntVector a, IntVector b) {
    return a.lanewise(VectorOperators.LSHL, b).blend(0, b.compare(VectorOperators.UGE, 32));
  }

  static IntVector shiftRight(IntVector a, IntVector b) {
    return a.lanewise(VectorOperators.ASHR, b.blend(31, b.compare(VectorOperators.UGE, 32)));
  }

  static IntVector neg(IntVector x) {
    return x.neg();
  }

  static IntVector abs(IntVector x) {
    return x.abs();
  }

  static IntVector sign(IntVector x) {
    return broadcast(0).blend(1, x.compare(GT, 0)).blend(-1, x.compare(LT, 0));
  }

  static IntVector sgn(IntVector x) {
    return sign(x);
  }

  static IntVector square(IntVector x) {
    return x.mul(x);
  }

  static IntVector bitNot(IntVector x) {
    return x.not();
  }

  static IntVector floor(IntVector x) {
    return x;
  }

  static IntVector ceil(IntVector x) {
    return x;
  }

  static IntVector round(IntVector x) {
    return x;
  }

  static IntVector trunc(IntVector x) {
    return x;
  }

  static IntVector conj(IntVector x) {
    return x;
  }

  static IntVector real(IntVector x) {
    return x;
  }

  static VectorMask<Integer> signbit(IntVector x) {
    return x.compare(LT, 0);
  }

  // Truths

  static VectorMask<Integer> lt(IntVector a, IntVector b) {
    return a.compare(LT, b);
  }

  static VectorMask<Integer> le(IntVector a, IntVector b) {
    return a.compare(LE, b);
  }

  static VectorMask<Integer> gt(IntVector a, IntVector b) {
    return a.compare(GT, b);
  }

  static VectorMask<Integer> ge(IntVector a, IntVector b) {
    return a.compare(GE, b);
  }

  static VectorMask<Integer> eq(IntVector a, IntVector b) {
    return a.compare(EQ, b);
  }

  static VectorMask<Integer> ne(IntVector a, IntVector b) {
    return a.compare(NE, b);
  }

  static IntVector select(VectorMask<Integer> condition, IntVector then, IntVector otherwise) {
    return otherwise.blend(then, condition);
  }
}
