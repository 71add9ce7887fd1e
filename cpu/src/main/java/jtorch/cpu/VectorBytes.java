package jtorch.cpu;

import static java.nio.ByteOrder.nativeOrder;
import static jtorch.memory.Memory.ALL;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.VectorSpecies;

/// Copies of rows by vectors. In a class of its own, which a JVM without the Vector API never loads.
final class VectorBytes {
  private static final VectorSpecies<Byte> SPECIES = ByteVector.SPECIES_PREFERRED;
  private static final int STEP = SPECIES.vectorByteSize();

  private VectorBytes() {}

  /// Copies at least as many bytes as a vector has, between places that do not overlap.
  static void copy(long from, long to, long bytes) {
    // The last vectors may repeat what those before them wrote. Up to four vectors need no loop, which costs more than they.
    long last = bytes - STEP;
    if (bytes <= 2 * STEP) {
      two(from, to, 0, last);
      return;
    }
    long at = 0;
    for (; at < last - 3 * STEP; at += 2 * STEP) two(from, to, at, at + STEP);
    two(from, to, at, Math.min(at + STEP, last));
    two(from, to, last - STEP, last);
  }

  private static void two(long from, long to, long first, long second) {
    ByteVector a = load(from + first);
    ByteVector b = load(from + second);
    store(a, to + first);
    store(b, to + second);
  }

  private static ByteVector load(long address) {
    return ByteVector.fromMemorySegment(SPECIES, ALL, address, nativeOrder());
  }

  private static void store(ByteVector bytes, long address) {
    bytes.intoMemorySegment(ALL, address, nativeOrder());
  }
}
