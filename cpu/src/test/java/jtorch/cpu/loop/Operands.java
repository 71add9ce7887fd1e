package jtorch.cpu.loop;

import java.lang.foreign.Arena;
import java.util.Random;
import jtorch.DType;
import jtorch.expr.Complex;
import jtorch.memory.Memory;

/// Numbers in native memory for tests of loops.
final class Operands {
  static final int COUNT = 4098;
  private static final double[] SPECIAL = {0, -0.0, 1, -1, 0.5, -0.5, 2, -2, Double.NaN, Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY, 1e-42, -1e-42, 3e38, -3e38, 87.5, -87.5, 88.8, -104.5, 1e-8, 16777217, 40000, -1e20, 2.5,
    -2.5, 3.5, 127, 128, 255, 300};

  private Operands() {}

  /// Test values of a kind of number: special ones, then others of many sizes.
  static double[] values(DType.Category category, long seed) {
    Random random = new Random(seed);
    double[] values = new double[COUNT];
    for (int i = 0; i < COUNT; i++) {
      values[i] = switch (category) {
        case BOOL -> random.nextInt(2);
        case INTEGRAL -> i % 3 == 0 ? random.nextInt(7) - 3 : random.nextInt(1 << random.nextInt(1, 31)) - 100;
        case FLOATING, COMPLEX, QUANTIZED ->
          (float) (i % 2 == 0 ? random.nextGaussian(0, 3) : Math.exp(random.nextGaussian(0, 6)));
      };
      if (category == DType.Category.FLOATING && i < SPECIAL.length) {
        values[i] = (float) SPECIAL[(i + (int) seed) % SPECIAL.length];
      }
    }
    return values;
  }

  static long allocate(Arena arena, DType dtype, long stride) {
    return arena.allocate((COUNT + 1) * Math.max(stride, dtype.size()), 64).address();
  }

  /// Writes numbers that the dtype can hold.
  static void put(long address, DType dtype, double value) {
    switch (dtype) {
      case BOOL -> Memory.putByte(address, (byte) (value != 0 ? 1 : 0));
      case UINT8, INT8 -> Memory.putByte(address, (byte) (long) value);
      case INT16 -> Memory.putShort(address, (short) (long) value);
      case INT32 -> Memory.putInt(address, (int) (long) value);
      case INT64 -> Memory.putLong(address, (long) value);
      case FLOAT16 -> Memory.putShort(address, Float.floatToFloat16((float) value));
      case BFLOAT16 -> Memory.putShort(address, (short) (Float.floatToRawIntBits((float) value) >>> 16));
      case FLOAT32 -> Memory.putFloat(address, (float) value);
      case FLOAT64 -> Memory.putDouble(address, value);
      case COMPLEX64 -> {
        Memory.putFloat(address, (float) value);
        Memory.putFloat(address + 4, 0);
      }
      case COMPLEX128 -> {
        Memory.putDouble(address, value);
        Memory.putDouble(address + 8, 0);
      }
      default -> throw new IllegalArgumentException("no operands of " + dtype);
    }
  }

  static void put(long address, DType dtype, Complex value) {
    put(address, dtype.toReal(), value.re());
    put(address + dtype.size() / 2, dtype.toReal(), value.im());
  }

  /// The real part of an element.
  static double get(long address, DType dtype) {
    return switch (dtype) {
      case BOOL, INT8 -> Memory.getByte(address);
      case UINT8 -> Memory.getByte(address) & 0xff;
      case INT16 -> Memory.getShort(address);
      case INT32 -> Memory.getInt(address);
      case INT64 -> Memory.getLong(address);
      case FLOAT16 -> Float.float16ToFloat(Memory.getShort(address));
      case BFLOAT16 -> Float.intBitsToFloat(Memory.getShort(address) << 16);
      case FLOAT32, COMPLEX64 -> Memory.getFloat(address);
      case FLOAT64, COMPLEX128 -> Memory.getDouble(address);
      default -> throw new IllegalArgumentException("no operands of " + dtype);
    };
  }

  static Complex getComplex(long address, DType dtype) {
    return new Complex(get(address, dtype), get(address + dtype.size() / 2, dtype));
  }
}
