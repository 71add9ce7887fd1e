package jtorch.cpu.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.util.Random;
import java.util.stream.Stream;
import jtorch.memory.Memory;

/// Native rows for the kernels' tests: each with guard bytes behind its end, so that a kernel that writes too far is
/// found, and at an address that is not aligned to vectors.
record Sample(Rows rows, Arena arena) implements AutoCloseable {
  private static final int GUARD = 64;
  private static final byte MARK = 0x5a;

  /// Sizes around the widths of vectors, unrolled loops, panels and blocks.
  static final int[] SIZES = {1, 4, 13, 16, 207, 702, 4098};

  static final int[] INNERS = {1, 3, 16, 50};

  /// All the loops: vector and scalar, `float32` and `float64`.
  static Stream<Rows> loops() {
    return Stream.of(Rows.f32(), Rows.f64(), ScalarRows.F32, ScalarRows.F64);
  }

  static Sample of(Rows rows) {
    return new Sample(rows, Arena.ofShared());
  }

  /// Room for `count` values, filled with something that is not a number.
  long room(long count) {
    long address = bytes(count * rows.bytes());
    for (long i = 0; i < count; i++) {
      rows.put(address, i, Double.NaN);
    }
    return address;
  }

  /// Room for `count` bytes.
  long bytes(long count) {
    long address = arena.allocate(count + 2 * GUARD, 64).address() + 8;
    Memory.fill(address + count, GUARD, MARK);
    return address;
  }

  long longs(long... values) {
    long address = bytes(values.length * 8L);
    for (int i = 0; i < values.length; i++) {
      Memory.putLong(address + i * 8L, values[i]);
    }
    return address;
  }

  long values(double... values) {
    long address = bytes((long) values.length * rows.bytes());
    for (int i = 0; i < values.length; i++) {
      rows.put(address, i, values[i]);
    }
    return address;
  }

  /// Normal random values, the same for each call with the same seed.
  long random(long count, int seed) {
    Random random = new Random(seed);
    long address = bytes(count * rows.bytes());
    for (long i = 0; i < count; i++) {
      rows.put(address, i, random.nextGaussian());
    }
    return address;
  }

  double[] read(long address, long count) {
    double[] values = new double[(int) count];
    for (int i = 0; i < count; i++) {
      values[i] = rows.get(address, i);
    }
    unharmed(address + count * rows.bytes());
    return values;
  }

  long[] readLongs(long address, long count) {
    long[] values = new long[(int) count];
    for (int i = 0; i < count; i++) {
      values[i] = Memory.getLong(address + i * 8L);
    }
    unharmed(address + count * 8);
    return values;
  }

  private static void unharmed(long end) {
    byte[] guard = new byte[GUARD];
    for (int i = 0; i < GUARD; i++) {
      guard[i] = Memory.getByte(end + i);
    }
    assertThat(guard).as("bytes behind the end").containsOnly(MARK);
  }

  /// Rounding of the dtype, relative.
  double epsilon() {
    return rows.bytes() == Float.BYTES ? 0x1p-24 : 0x1p-53;
  }

  /// Whether each value is within `units` roundings of what is expected, measured at `scale` or the value itself.
  void assertClose(double[] actual, double[] expected, double units, double scale) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      double e = rows.bytes() == Float.BYTES ? (float) expected[i] : expected[i];
      double bound = units * epsilon() * Math.max(Math.abs(e), scale);
      boolean close = Double.isFinite(e) ? Math.abs(actual[i] - e) <= bound : Double.compare(actual[i], e) == 0;
      if (!close) { // the assertion's texts cost much more than the comparison
        throw new AssertionError("element %d: %s, expected %s within %s".formatted(i, actual[i], e, bound));
      }
    }
  }

  @Override
  public void close() {
    arena.close();
  }

  @Override
  public String toString() {
    return rows.getClass().getSimpleName() + rows.bytes() * 8;
  }
}
