package jtorch.cpu.kernel;

import static java.nio.ByteOrder.nativeOrder;
import static jtorch.memory.Memory.ALL;
import static jtorch.memory.Memory.getFloat;
import static jtorch.memory.Memory.getLong;
import static jtorch.memory.Memory.putFloat;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import jtorch.cpu.VectorApi;

/// Sums of a few of a table's float32 rows, with the sums in registers: four vectors wide, row after row.
public final class BagSums {
  private static final int BYTES = Float.BYTES;

  private BagSums() {}

  /// `y = (sum of table[index[i]] for i below count) / divisor`, without those whose int64 index is `padding`.
  public static void run(long y, long table, long index, int count, long padding, float divisor, long width) {
    long done = VectorApi.PRESENT ? Wide.run(y, table, index, count, padding, divisor, width) : 0;
    for (long at = done * BYTES; at < width * BYTES; at += BYTES) {
      float sum = 0;
      for (int i = 0; i < count; i++) {
        long row = getLong(index + 8L * i);
        if (row != padding) sum += getFloat(table + row * width * BYTES + at);
      }
      putFloat(y + at, sum / divisor);
    }
  }

  /// In a class of its own, which a JVM without the Vector API never loads.
  private static final class Wide {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final long STEP = (long) SPECIES.length() * BYTES;

    private static FloatVector load(long address) {
      return FloatVector.fromMemorySegment(SPECIES, ALL, address, nativeOrder());
    }

    /// As many columns as fill vectors; gives their number.
    static long run(long y, long table, long index, int count, long padding, float divisor, long width) {
      long at = 0;
      for (; at + 4 * STEP <= width * BYTES; at += 4 * STEP) {
        FloatVector a = FloatVector.zero(SPECIES);
        FloatVector b = a;
        FloatVector c = a;
        FloatVector d = a;
        for (int i = 0; i < count; i++) {
          long number = getLong(index + 8L * i);
          if (number == padding) continue;
          long row = table + number * width * BYTES + at;
          a = a.add(load(row));
          b = b.add(load(row + STEP));
          c = c.add(load(row + 2 * STEP));
          d = d.add(load(row + 3 * STEP));
        }
        a.div(divisor).intoMemorySegment(ALL, y + at, nativeOrder());
        b.div(divisor).intoMemorySegment(ALL, y + at + STEP, nativeOrder());
        c.div(divisor).intoMemorySegment(ALL, y + at + 2 * STEP, nativeOrder());
        d.div(divisor).intoMemorySegment(ALL, y + at + 3 * STEP, nativeOrder());
      }
      for (; at + STEP <= width * BYTES; at += STEP) {
        FloatVector a = FloatVector.zero(SPECIES);
        for (int i = 0; i < count; i++) {
          long number = getLong(index + 8L * i);
          if (number != padding) a = a.add(load(table + number * width * BYTES + at));
        }
        a.div(divisor).intoMemorySegment(ALL, y + at, nativeOrder());
      }
      return at / BYTES;
    }
  }
}
