package jtorch.cpu;

import static java.nio.ByteOrder.nativeOrder;
import static jtorch.memory.Memory.ALL;

import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/// Transpositions of squares in registers. In a class of its own, which a JVM without the Vector API never loads.
///
/// A square of `2^k` rows is transposed by `k` steps that are all alike: row `i` and the one half the square below it,
/// interleaved, become rows `2 i` and `2 i + 1`.
final class VectorSquares {
  private static final VectorSpecies<Integer> SPECIES = IntVector.SPECIES_256;
  /// The lanes of two vectors, one after the other, as they are interleaved.
  private static final IntVector LOW = IntVector.fromArray(SPECIES, new int[] {0, 8, 1, 9, 2, 10, 3, 11}, 0);
  private static final IntVector HIGH = LOW.add(4);

  /// Whether the processor has such vectors.
  static final boolean FAST = IntVector.SPECIES_PREFERRED.length() >= SPECIES.length();

  private VectorSquares() {}

  /// Eight rows of eight 4-byte elements. Strides in bytes.
  static void ints(long from, long fromStride, long to, long toStride) {
    IntVector a = load(from);
    IntVector b = load(from + fromStride);
    IntVector c = load(from + 2 * fromStride);
    IntVector d = load(from + 3 * fromStride);
    IntVector e = load(from + 4 * fromStride);
    IntVector f = load(from + 5 * fromStride);
    IntVector g = load(from + 6 * fromStride);
    IntVector h = load(from + 7 * fromStride);
    IntVector ae = low(a, e);
    IntVector ea = high(a, e);
    IntVector bf = low(b, f);
    IntVector fb = high(b, f);
    IntVector cg = low(c, g);
    IntVector gc = high(c, g);
    IntVector dh = low(d, h);
    IntVector hd = high(d, h);
    a = low(ae, cg);
    b = high(ae, cg);
    c = low(ea, gc);
    d = high(ea, gc);
    e = low(bf, dh);
    f = high(bf, dh);
    g = low(fb, hd);
    h = high(fb, hd);
    store(low(a, e), to);
    store(high(a, e), to + toStride);
    store(low(b, f), to + 2 * toStride);
    store(high(b, f), to + 3 * toStride);
    store(low(c, g), to + 4 * toStride);
    store(high(c, g), to + 5 * toStride);
    store(low(d, h), to + 6 * toStride);
    store(high(d, h), to + 7 * toStride);
  }

  private static IntVector low(IntVector a, IntVector b) {
    return LOW.selectFrom(a, b);
  }

  private static IntVector high(IntVector a, IntVector b) {
    return HIGH.selectFrom(a, b);
  }

  private static IntVector load(long address) {
    return IntVector.fromMemorySegment(SPECIES, ALL, address, nativeOrder());
  }

  private static void store(IntVector row, long address) {
    row.intoMemorySegment(ALL, address, nativeOrder());
  }
}
