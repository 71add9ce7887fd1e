package jtorch.cpu.matrix;

import static java.nio.ByteOrder.nativeOrder;
import static jtorch.memory.Memory.ALL;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import jtorch.cpu.kernel.Lanes;
import jtorch.memory.Memory;

/// Loops over contiguous float32 numbers.
final class Floats {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();

  private Floats() {}

  /// Adds `count` numbers to those at `target`.
  static void add(long target, long source, long count) {
    long i = 0;
    for (; i <= count - LANES; i += LANES) {
      FloatVector.fromMemorySegment(SPECIES, ALL, target + i * 4, nativeOrder())
          .add(FloatVector.fromMemorySegment(SPECIES, ALL, source + i * 4, nativeOrder()))
          .intoMemorySegment(ALL, target + i * 4, nativeOrder());
    }
    for (; i < count; i++) {
      Memory.putFloat(target + i * 4, Memory.getFloat(target + i * 4) + Memory.getFloat(source + i * 4));
    }
  }

  /// Adds `value` to `count` numbers.
  static void add(long target, float value, long count) {
    long i = 0;
    for (; i <= count - LANES; i += LANES) {
      FloatVector.fromMemorySegment(SPECIES, ALL, target + i * 4, nativeOrder()).add(value)
          .intoMemorySegment(ALL, target + i * 4, nativeOrder());
    }
    for (; i < count; i++) {
      Memory.putFloat(target + i * 4, Memory.getFloat(target + i * 4) + value);
    }
  }

  /// The sum of `count` numbers, in four vectors of partial sums.
  static float sum(long address, long count) {
    FloatVector a = FloatVector.zero(SPECIES);
    FloatVector b = FloatVector.zero(SPECIES);
    FloatVector c = FloatVector.zero(SPECIES);
    FloatVector d = FloatVector.zero(SPECIES);
    long i = 0;
    for (; i <= count - 4 * LANES; i += 4 * LANES) {
      long at = address + i * 4;
      a = a.add(FloatVector.fromMemorySegment(SPECIES, ALL, at, nativeOrder()));
      b = b.add(FloatVector.fromMemorySegment(SPECIES, ALL, at + LANES * 4, nativeOrder()));
      c = c.add(FloatVector.fromMemorySegment(SPECIES, ALL, at + LANES * 8, nativeOrder()));
      d = d.add(FloatVector.fromMemorySegment(SPECIES, ALL, at + LANES * 12, nativeOrder()));
    }
    float sum = Lanes.sum(a.add(b).add(c.add(d)));
    for (; i < count; i++) {
      sum += Memory.getFloat(address + i * 4);
    }
    return sum;
  }
}
