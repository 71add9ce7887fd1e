package jtorch.cpu;

import jtorch.memory.Memory;

/// Moves elements whose type does not matter, by their size in bytes.
final class Bytes {
  /// Up to here a loop of words is faster than a call that copies memory.
  private static final long SMALL = 64;
  /// Up to here a loop of vectors is faster than the call, which keeps the processor from looking ahead to the next row.
  private static final long ROW = 2048;
  /// Bytes from which on a copy is worth a second thread.
  static final long PARALLEL_FROM = 512 << 10;
  private static final long PIECE = 128 << 10;

  private Bytes() {}

  /// Copies bytes between places that do not overlap.
  static void copy(long from, long to, long bytes) {
    if (bytes > SMALL) {
      if (bytes <= ROW && VectorApi.PRESENT) VectorBytes.COPIES.copy(from, to, bytes);
      else Memory.copy(from, to, bytes);
      return;
    }
    long at = 0;
    for (; at + 8 <= bytes; at += 8) Memory.putLong(to + at, Memory.getLong(from + at));
    if (at + 4 <= bytes) {
      Memory.putInt(to + at, Memory.getInt(from + at));
      at += 4;
    }
    for (; at < bytes; at++) Memory.putByte(to + at, Memory.getByte(from + at));
  }

  /// Copies the rows at the offsets that stand at an address to places so many bytes apart.
  static void collectRows(long from, long offsets, long count, long bytes, long to, long step) {
    if (bytes > SMALL && bytes <= ROW && VectorApi.PRESENT) {
      VectorBytes.COPIES.collect(from, offsets, count, bytes, to, step);
    } else {
      for (long i = 0; i < count; i++) copy(from + Memory.getLong(offsets + 8 * i), to + i * step, bytes);
    }
  }

  /// Copies a large piece of memory on all threads.
  static void copyParallel(long from, long to, long bytes) {
    if (bytes < PARALLEL_FROM) copy(from, to, bytes);
    else Parallel.run(bytes, PIECE, (begin, end) -> Memory.copy(from + begin, to + begin, end - begin));
  }

  /// Moves one element.
  static void move(int size, long from, long to) {
    switch (size) {
      case 4 -> Memory.putInt(to, Memory.getInt(from));
      case 8 -> Memory.putLong(to, Memory.getLong(from));
      case 2 -> Memory.putShort(to, Memory.getShort(from));
      case 1 -> Memory.putByte(to, Memory.getByte(from));
      default -> {
        Memory.putLong(to, Memory.getLong(from));
        Memory.putLong(to + 8, Memory.getLong(from + 8));
      }
    }
  }

  /// Moves elements with any strides in bytes.
  static void move(int size, long count, long from, long fromStride, long to, long toStride) {
    if (fromStride == size && toStride == size) {
      copy(from, to, count * size);
      return;
    }
    if (toStride == size && fromStride == -size) {
      reverse(size, count, from, to);
      return;
    }
    switch (size) {
      case 4 -> {
        for (long i = 0; i < count; i++) Memory.putInt(to + i * toStride, Memory.getInt(from + i * fromStride));
      }
      case 8 -> {
        for (long i = 0; i < count; i++) Memory.putLong(to + i * toStride, Memory.getLong(from + i * fromStride));
      }
      case 2 -> {
        for (long i = 0; i < count; i++) Memory.putShort(to + i * toStride, Memory.getShort(from + i * fromStride));
      }
      case 1 -> {
        for (long i = 0; i < count; i++) Memory.putByte(to + i * toStride, Memory.getByte(from + i * fromStride));
      }
      default -> {
        for (long i = 0; i < count; i++) move(size, from + i * fromStride, to + i * toStride);
      }
    }
  }

  /// Moves the elements at and before an address, the last first: eight bytes at a time.
  private static void reverse(int size, long count, long from, long to) {
    long perWord = Math.max(1, 8 / size);
    long whole = count / perWord * perWord;
    long end = from + size;
    switch (size) {
      case 4 -> {
        for (long at = 0; at < whole * 4; at += 8)
          Memory.putLong(to + at, Long.rotateLeft(Memory.getLong(end - at - 8), 32));
      }
      case 8 -> {
        for (long at = 0; at < whole * 8; at += 8) Memory.putLong(to + at, Memory.getLong(end - at - 8));
      }
      case 2 -> {
        for (long at = 0; at < whole * 2; at += 8) {
          long word = Long.rotateLeft(Memory.getLong(end - at - 8), 32);
          Memory.putLong(to + at, word << 16 & 0xFFFF0000FFFF0000L | word >>> 16 & 0x0000FFFF0000FFFFL);
        }
      }
      case 1 -> {
        for (long at = 0; at < whole; at += 8) Memory.putLong(to + at, Long.reverseBytes(Memory.getLong(end - at - 8)));
      }
      default -> whole = 0;
    }
    for (long i = whole; i < count; i++) move(size, from - i * size, to + i * size);
  }

  /// Moves the elements at these offsets to neighbouring places.
  static void collect(int size, long from, long[] offsets, int begin, int end, long to) {
    switch (size) {
      case 4 -> {
        for (int i = begin; i < end; i++) Memory.putInt(to + 4L * (i - begin), Memory.getInt(from + offsets[i]));
      }
      case 8 -> {
        for (int i = begin; i < end; i++) Memory.putLong(to + 8L * (i - begin), Memory.getLong(from + offsets[i]));
      }
      default -> {
        for (int i = begin; i < end; i++) move(size, from + offsets[i], to + (long) size * (i - begin));
      }
    }
  }

  /// Moves the elements at the offsets that stand at an address to neighbouring places.
  static void collect(int size, long from, long offsets, int count, long to) {
    switch (size) {
      case 4 -> {
        for (int i = 0; i < count; i++)
          Memory.putInt(to + 4L * i, Memory.getInt(from + Memory.getLong(offsets + 8L * i)));
      }
      case 8 -> {
        for (int i = 0; i < count; i++)
          Memory.putLong(to + 8L * i, Memory.getLong(from + Memory.getLong(offsets + 8L * i)));
      }
      default -> {
        for (int i = 0; i < count; i++)
          move(size, from + Memory.getLong(offsets + 8L * i), to + (long) size * i);
      }
    }
  }

  /// Moves the elements with these numbers to neighbouring places.
  static void collect(int size, long from, int[] numbers, int count, long to) {
    switch (size) {
      case 4 -> {
        for (int i = 0; i < count; i++) Memory.putInt(to + 4L * i, Memory.getInt(from + 4L * numbers[i]));
      }
      case 8 -> {
        for (int i = 0; i < count; i++) Memory.putLong(to + 8L * i, Memory.getLong(from + 8L * numbers[i]));
      }
      default -> {
        for (int i = 0; i < count; i++) move(size, from + (long) size * numbers[i], to + (long) size * i);
      }
    }
  }

  /// Moves neighbouring elements to these offsets, in order.
  static void spread(int size, long from, long to, long[] offsets, int begin, int end) {
    switch (size) {
      case 4 -> {
        for (int i = begin; i < end; i++) Memory.putInt(to + offsets[i], Memory.getInt(from + 4L * (i - begin)));
      }
      case 8 -> {
        for (int i = begin; i < end; i++) Memory.putLong(to + offsets[i], Memory.getLong(from + 8L * (i - begin)));
      }
      default -> {
        for (int i = begin; i < end; i++) move(size, from + (long) size * (i - begin), to + offsets[i]);
      }
    }
  }
}
