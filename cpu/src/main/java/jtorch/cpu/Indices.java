package jtorch.cpu;

import java.nio.ByteOrder;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import jtorch.memory.Memory;

/// Checks of indices in memory, many at a time.
final class Indices {
  private static final VectorSpecies<Long> SPECIES = LongVector.SPECIES_PREFERRED;

  private Indices() {}

  /// The position of the first of these `int64` numbers that is negative or not below a bound, -1 if there is none.
  static long firstOutside(long numbers, long count, long bound) {
    // One test for many: a number that is negative or too large leaves its sign.
    LongVector last = LongVector.broadcast(SPECIES, bound - 1);
    LongVector signs = LongVector.zero(SPECIES);
    long i = 0;
    for (; i <= count - SPECIES.length(); i += SPECIES.length()) {
      LongVector at = LongVector.fromMemorySegment(SPECIES, Memory.ALL, numbers + 8 * i, ByteOrder.nativeOrder());
      signs = signs.or(at).or(last.sub(at));
    }
    long sign = signs.reduceLanes(VectorOperators.OR);
    for (; i < count; i++) {
      long at = Memory.getLong(numbers + 8 * i);
      sign |= at | bound - 1 - at;
    }
    if (sign >= 0) return -1;
    for (i = 0; i < count; i++) {
      long at = Memory.getLong(numbers + 8 * i);
      if (at < 0 || at >= bound) return i;
    }
    throw new IllegalStateException("indices changed while they were read");
  }
}
