package jtorch.cpu.kernel;

import static java.nio.ByteOrder.nativeOrder;
import static jtorch.memory.Memory.ALL;
import static jtorch.memory.Memory.getDouble;
import static jtorch.memory.Memory.putDouble;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;
import jtorch.spi.ResampleAxis;

/// [MixRows] of `double64` on the Vector API. Made from `FloatMixRows` by replacing the type names.
final class DoubleMixRows implements MixRows {
  static final MixRows APART = Apart.of(MixRows.class, new DoubleMixRows());

  private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
  private static final int BYTES = Double.BYTES;
  private static final int LANES = SPECIES.length();

  @Override
  public int bytes() {
    return BYTES;
  }

  private static DoubleVector load(long address) {
    return DoubleVector.fromMemorySegment(SPECIES, ALL, address, nativeOrder());
  }

  @Override
  public void mix(long y, long[] rows, ResampleAxis axis, int from, int count, long n) {
    double[] w = axis.weight();
    long end = n / LANES * LANES * BYTES;
    if (count == 2) {
      DoubleVector w0 = DoubleVector.broadcast(SPECIES, w[from]);
      DoubleVector w1 = DoubleVector.broadcast(SPECIES, w[from + 1]);
      long a = rows[0];
      long b = rows[1];
      for (long i = 0; i < end; i += LANES * BYTES)
        load(b + i).fma(w1, load(a + i).mul(w0)).intoMemorySegment(ALL, y + i, nativeOrder());
    } else {
      for (long i = 0; i < end; i += LANES * BYTES) {
        DoubleVector sum = load(rows[0] + i).mul(DoubleVector.broadcast(SPECIES, w[from]));
        for (int t = 1; t < count; t++)
          sum = load(rows[t] + i).fma(DoubleVector.broadcast(SPECIES, w[from + t]), sum);
        sum.intoMemorySegment(ALL, y + i, nativeOrder());
      }
    }
    for (long i = end; i < n * BYTES; i += BYTES) {
      double sum = w[from] * getDouble(rows[0] + i);
      for (int t = 1; t < count; t++) sum = Math.fma(w[from + t], getDouble(rows[t] + i), sum);
      putDouble(y + i, sum);
    }
  }

  @Override
  public void gather(long y, long x, ResampleAxis axis, int taps) {
    int[] index = axis.index();
    double[] w = axis.weight();
    int out = axis.out();
    if (taps == 2) {
      for (int o = 0; o < out; o++) {
        double sum = getDouble(x + (long) index[2 * o] * BYTES) * w[2 * o];
        putDouble(y + (long) o * BYTES, Math.fma(getDouble(x + (long) index[2 * o + 1] * BYTES), w[2 * o + 1], sum));
      }
    } else if (taps == 1) {
      for (int o = 0; o < out; o++) putDouble(y + (long) o * BYTES, getDouble(x + (long) index[o] * BYTES) * w[o]);
    } else {
      int[] start = axis.start();
      for (int o = 0; o < out; o++) {
        double sum = 0;
        for (int t = start[o]; t < start[o + 1]; t++) sum = Math.fma(w[t], getDouble(x + (long) index[t] * BYTES), sum);
        putDouble(y + (long) o * BYTES, sum);
      }
    }
  }
}
