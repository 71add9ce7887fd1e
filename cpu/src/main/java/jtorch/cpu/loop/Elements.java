package jtorch.cpu.loop;

import jtorch.memory.Float8;
import jtorch.memory.Memory;

/// Reads and writes one element in memory, as the plain Java type nearest to its dtype.
final class Elements {
  private Elements() {}

  static boolean loadBool(long address) {
    return Memory.getByte(address) != 0;
  }

  static int loadUint8(long address) {
    return Memory.getByte(address) & 0xff;
  }

  static int loadInt8(long address) {
    return Memory.getByte(address);
  }

  static int loadInt16(long address) {
    return Memory.getShort(address);
  }

  static int loadInt32(long address) {
    return Memory.getInt(address);
  }

  static long loadInt64(long address) {
    return Memory.getLong(address);
  }

  static float loadFloat16(long address) {
    return Float.float16ToFloat(Memory.getShort(address));
  }

  static float loadBfloat16(long address) {
    return Float.intBitsToFloat(Memory.getShort(address) << 16);
  }

  static float loadFloat32(long address) {
    return Memory.getFloat(address);
  }

  static double loadFloat64(long address) {
    return Memory.getDouble(address);
  }

  static void storeBool(long address, boolean value) {
    Memory.putByte(address, (byte) (value ? 1 : 0));
  }

  static void storeUint8(long address, int value) {
    Memory.putByte(address, (byte) value);
  }

  static void storeInt8(long address, int value) {
    Memory.putByte(address, (byte) value);
  }

  static void storeInt16(long address, int value) {
    Memory.putShort(address, (short) value);
  }

  static void storeInt32(long address, int value) {
    Memory.putInt(address, value);
  }

  static void storeInt64(long address, long value) {
    Memory.putLong(address, value);
  }

  static void storeFloat16(long address, float value) {
    Memory.putShort(address, Float.floatToFloat16(value));
  }

  static void storeBfloat16(long address, float value) {
    int bits = Float.floatToRawIntBits(value);
    int rounded = (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
    Memory.putShort(address, (short) (Float.isNaN(value) ? 0x7fc0 : rounded));
  }

  static void storeFloat32(long address, float value) {
    Memory.putFloat(address, value);
  }

  static void storeFloat64(long address, double value) {
    Memory.putDouble(address, value);
  }

  static int loadUint16(long address) {
    return Memory.getShort(address) & 0xffff;
  }

  static long loadUint32(long address) {
    return Memory.getInt(address) & 0xffffffffL;
  }

  static long loadUint64(long address) {
    return Memory.getLong(address);
  }

  static void storeUint16(long address, int value) {
    Memory.putShort(address, (short) value);
  }

  static void storeUint32(long address, long value) {
    Memory.putInt(address, (int) value);
  }

  static void storeUint64(long address, long value) {
    Memory.putLong(address, value);
  }

  static float loadFloat8_e5m2(long address) {
    return Float8.E5M2.toFloat(Memory.getByte(address));
  }

  static void storeFloat8_e5m2(long address, float value) {
    Memory.putByte(address, Float8.E5M2.fromFloat(value));
  }

  static float loadFloat8_e4m3fn(long address) {
    return Float8.E4M3FN.toFloat(Memory.getByte(address));
  }

  static void storeFloat8_e4m3fn(long address, float value) {
    Memory.putByte(address, Float8.E4M3FN.fromFloat(value));
  }

  static float loadFloat8_e5m2fnuz(long address) {
    return Float8.E5M2FNUZ.toFloat(Memory.getByte(address));
  }

  static void storeFloat8_e5m2fnuz(long address, float value) {
    Memory.putByte(address, Float8.E5M2FNUZ.fromFloat(value));
  }

  static float loadFloat8_e8m0fnu(long address) {
    return Float8.E8M0FNU.toFloat(Memory.getByte(address));
  }

  static void storeFloat8_e8m0fnu(long address, float value) {
    Memory.putByte(address, Float8.E8M0FNU.fromFloat(value));
  }

  static float loadFloat8_e4m3fnuz(long address) {
    return Float8.E4M3FNUZ.toFloat(Memory.getByte(address));
  }

  static void storeFloat8_e4m3fnuz(long address, float value) {
    Memory.putByte(address, Float8.E4M3FNUZ.fromFloat(value));
  }
}
