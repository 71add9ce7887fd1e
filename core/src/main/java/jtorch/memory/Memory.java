package jtorch.memory;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Raw access to native memory by address.
///
/// Indexing one constant segment over the whole address space lets the JIT compiler drop liveness and bounds checks, so
/// kernels run at the speed of plain loads and stores. Shapes are therefore checked before any kernel runs.
public final class Memory {
  /// All of memory; an offset into it is an address.
  public static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  private static final long PIECE = 1 << 20;
  /// A copy of so many bytes is not found in the caches by whoever goes on with it, so it need not go through them.
  private static final long BEYOND_CACHES = 24 << 20;

  /// Where empty tensors point: readable, but nobody reads there.
  static final long EMPTY_ADDRESS = java.lang.foreign.Arena.global().allocate(64, 64).address();

  private Memory() {}

  public static byte getByte(long address) {
    return ALL.get(ValueLayout.JAVA_BYTE, address);
  }

  public static void putByte(long address, byte value) {
    ALL.set(ValueLayout.JAVA_BYTE, address, value);
  }

  public static short getShort(long address) {
    return ALL.get(ValueLayout.JAVA_SHORT_UNALIGNED, address);
  }

  public static void putShort(long address, short value) {
    ALL.set(ValueLayout.JAVA_SHORT_UNALIGNED, address, value);
  }

  public static int getInt(long address) {
    return ALL.get(ValueLayout.JAVA_INT_UNALIGNED, address);
  }

  public static void putInt(long address, int value) {
    ALL.set(ValueLayout.JAVA_INT_UNALIGNED, address, value);
  }

  public static long getLong(long address) {
    return ALL.get(ValueLayout.JAVA_LONG_UNALIGNED, address);
  }

  public static void putLong(long address, long value) {
    ALL.set(ValueLayout.JAVA_LONG_UNALIGNED, address, value);
  }

  public static float getFloat(long address) {
    return ALL.get(ValueLayout.JAVA_FLOAT_UNALIGNED, address);
  }

  public static void putFloat(long address, float value) {
    ALL.set(ValueLayout.JAVA_FLOAT_UNALIGNED, address, value);
  }

  public static double getDouble(long address) {
    return ALL.get(ValueLayout.JAVA_DOUBLE_UNALIGNED, address);
  }

  public static void putDouble(long address, double value) {
    ALL.set(ValueLayout.JAVA_DOUBLE_UNALIGNED, address, value);
  }

  /// Copies bytes; the ranges may overlap.
  public static void copy(long from, long to, long bytes) {
    if (bytes <= PIECE || bytes >= BEYOND_CACHES || Math.abs(to - from) < bytes) {
      MemorySegment.copy(ALL, from, ALL, to, bytes);
      return;
    }
    // Calls that copy more than 2.5 MB write past the caches where vectors have 64 bytes. Who goes on with a copy that
    // the caches could have held then waits for memory: adding numbers to random places of it took twice the time.
    for (long at = 0; at < bytes; at += PIECE)
      MemorySegment.copy(ALL, from + at, ALL, to + at, Math.min(PIECE, bytes - at));
  }

  public static void fill(long address, long bytes, byte value) {
    ALL.asSlice(address, bytes).fill(value);
  }

  /// Turns the bytes of each element around: numbers of the other byte order.
  public static void reverseElements(long address, long bytes, int size) {
    switch (size) {
      case 2 -> {
        for (long at = address, end = address + bytes - 1; at < end; at += 2)
          putShort(at, Short.reverseBytes(getShort(at)));
      }
      case 4 -> {
        for (long at = address, end = address + bytes - 3; at < end; at += 4)
          putInt(at, Integer.reverseBytes(getInt(at)));
      }
      case 8 -> {
        for (long at = address, end = address + bytes - 7; at < end; at += 8)
          putLong(at, Long.reverseBytes(getLong(at)));
      }
      default -> {
        if (size != 1) throw new IllegalArgumentException("no element has " + size + " bytes");
      }
    }
  }

  /// Makes bytes truths: kernels rely on 0 or 1, which no file format checks.
  public static void normalizeTruths(long address, long count) {
    for (long at = address; at < address + count; at++) {
      if (getByte(at) != 0) putByte(at, (byte) 1);
    }
  }
}
