package jtorch.cpu.matrix;

import java.lang.foreign.Arena;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import jtorch.DType;
import jtorch.cpu.Scratch;
import jtorch.memory.Memory;

/// Native memory for tests: filled with random numbers, freed together, and a [Scratch] that hands out memory full of
/// NaN and knows whether all of it came back.
final class Buffers implements AutoCloseable, Scratch {
  private final Arena arena = Arena.ofShared();
  private final Random random = new Random(7);
  private final Map<Long, Arena> scratch = new ConcurrentHashMap<>();

  long allocate(DType type, long count) {
    long address = arena.allocate(Math.max(1, count) * type.size(), 64).address();
    fill(type, address, count, Double.NaN);
    return address;
  }

  /// Small integers and halves: exact in every type, so that sums of products are too.
  long random(DType type, long count) {
    long address = allocate(type, count);
    for (long i = 0; i < count; i++) {
      put(type, address, i, type.isFloatingPoint() ? (random.nextInt(17) - 8) / 4.0 : random.nextInt(2001) - 1000);
    }
    return address;
  }

  long copy(DType type, long address, long count) {
    long copy = allocate(type, count);
    Memory.copy(address, copy, count * type.size());
    return copy;
  }

  static void fill(DType type, long address, long count, double value) {
    for (long i = 0; i < count; i++) {
      put(type, address, i, value);
    }
  }

  static double[] values(DType type, long address, long count) {
    double[] values = new double[(int) count];
    for (int i = 0; i < count; i++) {
      values[i] = get(type, address, i);
    }
    return values;
  }

  static double get(DType type, long address, long index) {
    return switch (type) {
      case FLOAT32 -> Memory.getFloat(address + index * 4);
      case FLOAT64 -> Memory.getDouble(address + index * 8);
      case INT32 -> Memory.getInt(address + index * 4);
      case INT64 -> Memory.getLong(address + index * 8);
      default -> throw new IllegalArgumentException(type.toString());
    };
  }

  static void put(DType type, long address, long index, double value) {
    switch (type) {
      case FLOAT32 -> Memory.putFloat(address + index * 4, (float) value);
      case FLOAT64 -> Memory.putDouble(address + index * 8, value);
      case INT32 -> Memory.putInt(address + index * 4, (int) value);
      case INT64 -> Memory.putLong(address + index * 8, (long) value);
      default -> throw new IllegalArgumentException(type.toString());
    }
  }

  @Override
  public long allocate(long bytes) {
    Arena block = Arena.ofShared();
    long address = block.allocate(Math.max(1, bytes), 64).address();
    fill(DType.FLOAT32, address, bytes / 4, Double.NaN);
    scratch.put(address, block);
    return address;
  }

  @Override
  public void free(long address) {
    Arena block = scratch.remove(address);
    if (block == null) {
      throw new IllegalStateException("freed twice, or never allocated: " + address);
    }
    block.close();
  }

  @Override
  public void close() {
    arena.close();
    if (!scratch.isEmpty()) {
      throw new IllegalStateException(scratch.size() + " scratch buffers were not freed");
    }
  }
}
