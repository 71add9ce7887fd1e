package jtorch.cpu.matrix;

import static java.nio.ByteOrder.nativeOrder;
import static jtorch.memory.Memory.ALL;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import jtorch.cpu.VectorApi;
import jtorch.cpu.kernel.Lanes;
import jtorch.memory.Memory;

/// Loops over contiguous float32 numbers.
final class Floats {
  private Floats() {}

  /// Adds `count` numbers to those at `target`.
  static void add(long target, long source, long count) {
    for (long i = VectorApi.PRESENT ? Wide.add(target, source, count) : 0; i < count; i++)
      Memory.putFloat(target + i * 4, Memory.getFloat(target + i * 4) + Memory.getFloat(source + i * 4));
  }

  /// Adds `value` to `count` numbers.
  static void add(long target, float value, long count) {
    for (long i = VectorApi.PRESENT ? Wide.add(target, value, count) : 0; i < count; i++)
      Memory.putFloat(target + i * 4, Memory.getFloat(target + i * 4) + value);
  }

  /// The sum of `count` numbers, in four vectors of partial sums.
  static float sum(long address, long count) {
    long whole = VectorApi.PRESENT ? Wide.whole(count) : 0;
    float sum = whole > 0 ? Wide.sum(address, whole) : 0;
    for (long i = whole; i < count; i++) sum += Memory.getFloat(address + i * 4);
    return sum;
  }

  /// In a class of its own, which a JVM without the Vector API never loads. Each gives the number of elements it has done.
  private static final class Wide {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();

    private static FloatVector load(long address) {
      return FloatVector.fromMemorySegment(SPECIES, ALL, address, nativeOrder());
    }

    static long add(long target, long source, long count) {
      long i = 0;
      for (; i <= count - LANES; i += LANES)
        load(target + i * 4).add(load(source + i * 4)).intoMemorySegment(ALL, target + i * 4, nativeOrder());
      return i;
    }

    static long add(long target, float value, long count) {
      long i = 0;
      for (; i <= count - LANES; i += LANES)
        load(target + i * 4).add(value).intoMemorySegment(ALL, target + i * 4, nativeOrder());
      return i;
    }

    static long whole(long count) {
      return count / (4 * LANES) * (4 * LANES);
    }

    static float sum(long address, long count) {
      FloatVector a = FloatVector.zero(SPECIES);
      FloatVector b = FloatVector.zero(SPECIES);
      FloatVector c = FloatVector.zero(SPECIES);
      FloatVector d = FloatVector.zero(SPECIES);
      for (long i = 0; i < count; i += 4 * LANES) {
        long at = address + i * 4;
        a = a.add(load(at));
        b = b.add(load(at + LANES * 4));
        c = c.add(load(at + LANES * 8));
        d = d.add(load(at + LANES * 12));
      }
      return Lanes.sum(a.add(b).add(c.add(d)));
    }
  }
}
