package jtorch.cpu.loop;

import java.nio.ByteOrder;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;
import jtorch.DType;
import jtorch.expr.Expr;
import jtorch.memory.Memory;

/// The product of complex64 numbers that lie side by side, in vectors of both parts; the bits are those of the loop that
/// does the rest.
final class ComplexProduct extends Loop {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();
  private static final int BYTES = 8;
  private static final long STEP = SPECIES.vectorByteSize();
  private static final VectorShuffle<Float> REAL = VectorShuffle.fromOp(SPECIES, i -> i & -2);
  private static final VectorShuffle<Float> IMAGINARY = VectorShuffle.fromOp(SPECIES, i -> i | 1);
  private static final VectorShuffle<Float> SWAPPED = VectorShuffle.fromOp(SPECIES, i -> i ^ 1);
  private static final FloatVector SIGNS = (FloatVector) SPECIES.broadcast(1).blend(-1, SPECIES.loadMask(evens(), 0));

  private final Loop general;

  ComplexProduct(Loop general) {
    this.general = general;
  }

  private static boolean[] evens() {
    boolean[] evens = new boolean[SPECIES.length()];
    for (int i = 0; i < evens.length; i += 2) evens[i] = true;
    return evens;
  }

  /// Whether this is what a function of these dtypes computes.
  static boolean computes(Expr body, DType[] inputs, DType output) {
    return body == Expr.X.mul(Expr.Y) && output == DType.COMPLEX64
        && Arrays.stream(inputs).allMatch(d -> d == DType.COMPLEX64);
  }

  @Override
  public void run(long count, long[] addresses, long[] byteStrides, long[] parameters) {
    long whole = 0;
    if (byteStrides[0] == BYTES && byteStrides[1] == BYTES && byteStrides[2] == BYTES) {
      whole = count * BYTES / STEP * STEP;
      multiply(addresses[0], addresses[1], addresses[2], whole);
      if (whole == count * BYTES) return;
    }
    long[] rest = {addresses[0] + whole, addresses[1] + whole, addresses[2] + whole};
    general.run(count - whole / BYTES, rest, byteStrides, parameters);
  }

  private static void multiply(long to, long a, long b, long bytes) {
    for (long at = 0; at < bytes; at += STEP) {
      FloatVector x = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, a + at, ORDER);
      FloatVector y = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, b + at, ORDER);
      FloatVector crossed = x.rearrange(IMAGINARY).mul(y.rearrange(SWAPPED)).mul(SIGNS);
      x.rearrange(REAL).mul(y).add(crossed).intoMemorySegment(Memory.ALL, to + at, ORDER);
    }
  }
}
