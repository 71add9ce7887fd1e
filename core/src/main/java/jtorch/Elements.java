package jtorch;

import java.lang.foreign.MemorySegment;
import jtorch.memory.Float8;
import jtorch.memory.Halves;
import jtorch.memory.Memory;
import jtorch.memory.Storage;

/// Single elements and segments of native memory as Java values.
final class Elements {
  private Elements() {}

  static Object get(DType dtype, long address) {
    return switch (dtype) {
      case BOOL -> Memory.getByte(address) != 0;
      case UINT8 -> (long) (Memory.getByte(address) & 0xff);
      case INT8 -> (long) Memory.getByte(address);
      case INT16 -> (long) Memory.getShort(address);
      case INT32 -> (long) Memory.getInt(address);
      case INT64 -> Memory.getLong(address);
      case FLOAT16 -> (double) Float.float16ToFloat(Memory.getShort(address));
      case BFLOAT16 -> (double) Halves.bfloat16ToFloat(Memory.getShort(address));
      case FLOAT32 -> (double) Memory.getFloat(address);
      case FLOAT64 -> Memory.getDouble(address);
      case COMPLEX64 -> Complex.of(Memory.getFloat(address), Memory.getFloat(address + 4));
      case COMPLEX128 -> Complex.of(Memory.getDouble(address), Memory.getDouble(address + 8));
      case UINT16 -> (long) (Memory.getShort(address) & 0xffff);
      case UINT32 -> Memory.getInt(address) & 0xffffffffL;
      case UINT64 -> Memory.getLong(address);
      case FLOAT8_E5M2 -> (double) Float8.E5M2.toFloat(Memory.getByte(address));
      case FLOAT8_E4M3FN -> (double) Float8.E4M3FN.toFloat(Memory.getByte(address));
      case FLOAT8_E5M2FNUZ -> (double) Float8.E5M2FNUZ.toFloat(Memory.getByte(address));
      case FLOAT8_E4M3FNUZ -> (double) Float8.E4M3FNUZ.toFloat(Memory.getByte(address));
      case FLOAT8_E8M0FNU -> (double) Float8.E8M0FNU.toFloat(Memory.getByte(address));
      case FLOAT4_E2M1FN_X2 -> throw dtype.notANumber();
      case QINT8, QUINT8, QINT32 -> throw new IllegalStateException(dtype + " stands for numbers only with its scale");
      case COMPLEX32 -> Complex.of(Float.float16ToFloat(Memory.getShort(address)),
          Float.float16ToFloat(Memory.getShort(address + 2)));
    };
  }

  static void put(DType dtype, long address, Object value) {
    double real = value instanceof Boolean b ? (b ? 1 : 0) : ((Number) value).doubleValue();
    long whole = value instanceof Boolean b ? (b ? 1 : 0) : ((Number) value).longValue();
    double imaginary = value instanceof Complex c ? c.imaginary() : 0;
    switch (dtype) {
      case BOOL -> Memory.putByte(address, (byte) (real != 0 || imaginary != 0 ? 1 : 0));
      case UINT8, INT8 -> Memory.putByte(address, (byte) whole);
      case INT16, UINT16 -> Memory.putShort(address, (short) whole);
      case INT32, UINT32 -> Memory.putInt(address, (int) whole);
      case INT64, UINT64 -> Memory.putLong(address, whole);
      case FLOAT8_E5M2 -> Memory.putByte(address, Float8.E5M2.fromFloat((float) real));
      case FLOAT8_E4M3FN -> Memory.putByte(address, Float8.E4M3FN.fromFloat((float) real));
      case FLOAT8_E5M2FNUZ -> Memory.putByte(address, Float8.E5M2FNUZ.fromFloat((float) real));
      case FLOAT8_E4M3FNUZ -> Memory.putByte(address, Float8.E4M3FNUZ.fromFloat((float) real));
      case FLOAT8_E8M0FNU -> Memory.putByte(address, Float8.E8M0FNU.fromFloat((float) real));
      case FLOAT4_E2M1FN_X2 -> throw dtype.notANumber();
      case COMPLEX32 -> {
        Memory.putShort(address, Float.floatToFloat16((float) real));
        Memory.putShort(address + 2, Float.floatToFloat16((float) imaginary));
      }
      case QINT8, QUINT8, QINT32 ->
        throw new IllegalStateException(dtype + " stands for numbers only with its scale");
      case FLOAT16 -> Memory.putShort(address, Float.floatToFloat16((float) real));
      case BFLOAT16 -> Memory.putShort(address, Halves.floatToBfloat16((float) real));
      case FLOAT32 -> Memory.putFloat(address, (float) real);
      case FLOAT64 -> Memory.putDouble(address, real);
      case COMPLEX64 -> {
        Memory.putFloat(address, (float) real);
        Memory.putFloat(address + 4, (float) imaginary);
      }
      case COMPLEX128 -> {
        Memory.putDouble(address, real);
        Memory.putDouble(address + 8, imaginary);
      }
    }
  }

  /// A segment that keeps its storage reachable.
  static MemorySegment segment(Storage storage, long address, long bytes) {
    return MemorySegment.ofAddress(address).reinterpret(bytes, java.lang.foreign.Arena.ofAuto(),
        ignored -> java.lang.ref.Reference.reachabilityFence(storage));
  }
}
