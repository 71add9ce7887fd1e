package jtorch.cpu;

import java.nio.ByteOrder;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import jtorch.memory.Memory;

/// Loops over neighbouring `int64` numbers.
final class LongRows {
  private LongRows() {}

  static long sum(long numbers, long count) {
    long whole = VectorApi.PRESENT ? Wide.whole(count) : 0;
    long sum = whole > 0 ? Wide.sum(numbers, whole) : 0;
    for (long i = whole; i < count; i++) sum += Memory.getLong(numbers + 8 * i);
    return sum;
  }

  /// Adds numbers to those at `target`.
  static void add(long target, long numbers, long count) {
    long whole = VectorApi.PRESENT ? Wide.whole(count) : 0;
    if (whole > 0) Wide.add(target, numbers, whole);
    for (long i = whole; i < count; i++)
      Memory.putLong(target + 8 * i, Memory.getLong(target + 8 * i) + Memory.getLong(numbers + 8 * i));
  }

  /// The position of the first number that is negative or not below a bound, -1 if there is none.
  static long firstOutside(long numbers, long count, long bound) {
    // One test for many: a number that is negative or too large leaves its sign.
    long whole = VectorApi.PRESENT ? Wide.whole(count) : 0;
    long sign = whole > 0 ? Wide.outside(numbers, whole, bound) : 0;
    for (long i = whole; i < count; i++) sign |= outside(numbers + 8 * i, bound);
    if (sign >= 0) return -1;
    for (long i = 0; i < count; i++) {
      if (outside(numbers + 8 * i, bound) < 0) return i;
    }
    throw new IllegalStateException("indices changed while they were read");
  }

  /// Whether numbers, combined by or, are small enough to be multiplied by an element's size, as they were before a segment
  /// checked the product: what is too large could come out as one of its places.
  ///
  /// @throws IndexOutOfBoundsException if not
  static void checkBytes(long all) {
    if (all >>> 58 != 0) throw new IndexOutOfBoundsException("an index is too large");
  }

  private static long outside(long address, long bound) {
    long at = Memory.getLong(address);
    return at | bound - 1 - at;
  }

  /// In a class of its own, which a JVM without the Vector API never loads.
  private static final class Wide {
    private static final VectorSpecies<Long> SPECIES = LongVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();

    private static LongVector load(long address) {
      return LongVector.fromMemorySegment(SPECIES, Memory.ALL, address, ByteOrder.nativeOrder());
    }

    static long whole(long count) {
      return count / (2 * LANES) * (2 * LANES);
    }

    static long sum(long numbers, long count) {
      LongVector a = LongVector.zero(SPECIES);
      LongVector b = LongVector.zero(SPECIES);
      for (long i = 0; i < count; i += 2 * LANES) {
        a = a.add(load(numbers + 8 * i));
        b = b.add(load(numbers + 8 * (i + LANES)));
      }
      long sum = 0;
      for (long lane : a.add(b).toArray()) sum += lane;
      return sum;
    }

    static void add(long target, long numbers, long count) {
      for (long i = 0; i < count; i += LANES)
        load(target + 8 * i).add(load(numbers + 8 * i)).intoMemorySegment(Memory.ALL, target + 8 * i,
            ByteOrder.nativeOrder());
    }

    static long outside(long numbers, long count, long bound) {
      LongVector last = LongVector.broadcast(SPECIES, bound - 1);
      LongVector signs = LongVector.zero(SPECIES);
      for (long i = 0; i < count; i += LANES) {
        LongVector at = load(numbers + 8 * i);
        signs = signs.or(at).or(last.sub(at));
      }
      return signs.reduceLanes(VectorOperators.OR);
    }
  }
}
