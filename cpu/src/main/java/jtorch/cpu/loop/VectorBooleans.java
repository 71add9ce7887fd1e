package jtorch.cpu.loop;

import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LE;
import static jdk.incubator.vector.VectorOperators.LT;
import static jdk.incubator.vector.VectorOperators.NE;
import static jtorch.cpu.loop.VectorClasses.bytes;

import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import jtorch.memory.Memory;

/// The vocabulary of vector loops over bools, which are bytes of 0 or 1.
final class VectorBooleans {
  static final VectorSpecies<Byte> SPECIES = ByteVector.SPECIES_PREFERRED;
  static final ByteOrder ORDER = ByteOrder.nativeOrder();

  private VectorBooleans() {}

  static ByteVector broadcast(boolean x) {
    return bytes(SPECIES, ByteVector.broadcast(SPECIES, x ? 1 : 0));
  }

  static ByteVector constant(double value) {
    return broadcast(value != 0);
  }

  static ByteVector parameter(long bits) {
    return broadcast(bits != 0);
  }

  static VectorMask<Byte> testBool(long address) {
    return bytes(SPECIES, ByteVector.fromMemorySegment(SPECIES, Memory.ALL, address, ORDER)).compare(NE, (byte) 0);
  }

  static ByteVector loadBool(long address) {
    return number(testBool(address));
  }

  static ByteVector loadUint8(long address) {
    return loadBool(address);
  }

  static ByteVector loadInt8(long address) {
    return loadBool(address);
  }

  static void storeBool(long address, VectorMask<Byte> x) {
    number(x).intoMemorySegment(Memory.ALL, address, ORDER);
  }

  private static ByteVector number(VectorMask<Byte> x) {
    return bytes(SPECIES, ByteVector.zero(SPECIES)).blend((byte) 1, x);
  }

  static ByteVector add(ByteVector a, ByteVector b) {
    return a.lanewise(VectorOperators.OR, b);
  }

  static ByteVector mul(ByteVector a, ByteVector b) {
    return a.lanewise(VectorOperators.AND, b);
  }

  static ByteVector min(ByteVector a, ByteVector b) {
    return a.lanewise(VectorOperators.AND, b);
  }

  static ByteVector max(ByteVector a, ByteVector b) {
    return a.lanewise(VectorOperators.OR, b);
  }

  static ByteVector fmin(ByteVector a, ByteVector b) {
    return a.lanewise(VectorOperators.AND, b);
  }

  static ByteVector fmax(ByteVector a, ByteVector b) {
    return a.lanewise(VectorOperators.OR, b);
  }

  static ByteVector bitAnd(ByteVector a, ByteVector b) {
    return a.lanewise(VectorOperators.AND, b);
  }

  static ByteVector bitOr(ByteVector a, ByteVector b) {
    return a.lanewise(VectorOperators.OR, b);
  }

  static ByteVector bitXor(ByteVector a, ByteVector b) {
    return a.lanewise(VectorOperators.XOR, b);
  }

  static ByteVector bitNot(ByteVector x) {
    return x.lanewise(VectorOperators.XOR, (byte) 1);
  }

  static ByteVector abs(ByteVector x) {
    return x;
  }

  static ByteVector sign(ByteVector x) {
    return x;
  }

  static ByteVector sgn(ByteVector x) {
    return x;
  }

  static ByteVector square(ByteVector x) {
    return x;
  }

  static ByteVector conj(ByteVector x) {
    return x;
  }

  static ByteVector real(ByteVector x) {
    return x;
  }

  static VectorMask<Byte> lt(ByteVector a, ByteVector b) {
    return a.compare(LT, b);
  }

  static VectorMask<Byte> le(ByteVector a, ByteVector b) {
    return a.compare(LE, b);
  }

  static VectorMask<Byte> gt(ByteVector a, ByteVector b) {
    return a.compare(GT, b);
  }

  static VectorMask<Byte> ge(ByteVector a, ByteVector b) {
    return a.compare(GE, b);
  }

  static VectorMask<Byte> eq(ByteVector a, ByteVector b) {
    return a.compare(EQ, b);
  }

  static VectorMask<Byte> ne(ByteVector a, ByteVector b) {
    return a.compare(NE, b);
  }

  static ByteVector select(VectorMask<Byte> condition, ByteVector then, ByteVector otherwise) {
    return otherwise.blend(then, condition);
  }
}
