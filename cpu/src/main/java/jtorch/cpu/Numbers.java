package jtorch.cpu;

import jtorch.DType;
import jtorch.memory.Float8;
import jtorch.memory.Halves;
import jtorch.memory.Memory;

/// Reads and writes single elements of any dtype, for kernels that are not worth a loop of their own for each.
final class Numbers {
  private Numbers() {}

  /// A real number; integers of 64 bits are rounded.
  static double getDouble(DType dtype, long address) {
    return switch (dtype) {
      case FLOAT32, COMPLEX64 -> Memory.getFloat(address);
      case FLOAT64, COMPLEX128 -> Memory.getDouble(address);
      case FLOAT16 -> Float.float16ToFloat(Memory.getShort(address));
      case BFLOAT16 -> Halves.bfloat16ToFloat(Memory.getShort(address));
      case COMPLEX32 -> Float.float16ToFloat(Memory.getShort(address));
      case FLOAT8_E5M2 -> Float8.E5M2.toFloat(Memory.getByte(address));
      case FLOAT8_E4M3FN -> Float8.E4M3FN.toFloat(Memory.getByte(address));
      case FLOAT8_E5M2FNUZ -> Float8.E5M2FNUZ.toFloat(Memory.getByte(address));
      case FLOAT8_E4M3FNUZ -> Float8.E4M3FNUZ.toFloat(Memory.getByte(address));
      case FLOAT8_E8M0FNU -> Float8.E8M0FNU.toFloat(Memory.getByte(address));
      case FLOAT4_E2M1FN_X2 -> throw dtype.notANumber();
      default -> getLong(dtype, address);
    };
  }

  static void putDouble(DType dtype, long address, double value) {
    switch (dtype) {
      case FLOAT32, COMPLEX64 -> Memory.putFloat(address, (float) value);
      case FLOAT64, COMPLEX128 -> Memory.putDouble(address, value);
      case FLOAT16 -> Memory.putShort(address, Float.floatToFloat16((float) value));
      case BFLOAT16 -> Memory.putShort(address, Halves.floatToBfloat16((float) value));
      case COMPLEX32 -> Memory.putShort(address, Float.floatToFloat16((float) value));
      case FLOAT8_E5M2 -> Memory.putByte(address, Float8.E5M2.fromFloat((float) value));
      case FLOAT8_E4M3FN -> Memory.putByte(address, Float8.E4M3FN.fromFloat((float) value));
      case FLOAT8_E5M2FNUZ -> Memory.putByte(address, Float8.E5M2FNUZ.fromFloat((float) value));
      case FLOAT8_E4M3FNUZ -> Memory.putByte(address, Float8.E4M3FNUZ.fromFloat((float) value));
      case FLOAT8_E8M0FNU -> Memory.putByte(address, Float8.E8M0FNU.fromFloat((float) value));
      case FLOAT4_E2M1FN_X2 -> throw dtype.notANumber();
      default -> putLong(dtype, address, (long) value);
    }
  }

  /// The nearest number of a floating dtype.
  static double round(DType dtype, double value) {
    return switch (dtype) {
      case FLOAT32 -> (float) value;
      case FLOAT16 -> Halves.roundToFloat16((float) value);
      case BFLOAT16 -> Halves.roundToBfloat16((float) value);
      default -> value;
    };
  }

  /// An integer; truths are 0 and 1.
  static long getLong(DType dtype, long address) {
    return switch (dtype) {
      case INT64, UINT64 -> Memory.getLong(address);
      case UINT32 -> Memory.getInt(address) & 0xffffffffL;
      case UINT16 -> Memory.getShort(address) & 0xffff;
      case INT32 -> Memory.getInt(address);
      case INT16 -> Memory.getShort(address);
      case INT8 -> Memory.getByte(address);
      case UINT8 -> Memory.getByte(address) & 0xff;
      case BOOL -> Memory.getByte(address) != 0 ? 1 : 0;
      default -> (long) getDouble(dtype, address);
    };
  }

  static void putLong(DType dtype, long address, long value) {
    switch (dtype) {
      case INT64, UINT64 -> Memory.putLong(address, value);
      case INT32, UINT32 -> Memory.putInt(address, (int) value);
      case INT16, UINT16 -> Memory.putShort(address, (short) value);
      case INT8, UINT8 -> Memory.putByte(address, (byte) value);
      case BOOL -> Memory.putByte(address, (byte) (value != 0 ? 1 : 0));
      default -> putDouble(dtype, address, value);
    }
  }

  /// The imaginary part of a complex number.
  static double getImaginary(DType dtype, long address) {
    return dtype == DType.COMPLEX64 ? Memory.getFloat(address + 4) : Memory.getDouble(address + 8);
  }

  static void putImaginary(DType dtype, long address, double value) {
    if (dtype == DType.COMPLEX64) Memory.putFloat(address + 4, (float) value);
    else Memory.putDouble(address + 8, value);
  }

  /// Whether an element is not zero; NaN is not.
  static boolean isTrue(DType dtype, long address) {
    if (dtype.isComplex()) return getDouble(dtype, address) != 0 || getImaginary(dtype, address) != 0;
    return dtype.isFloatingPoint() ? getDouble(dtype, address) != 0 : getLong(dtype, address) != 0;
  }
}
