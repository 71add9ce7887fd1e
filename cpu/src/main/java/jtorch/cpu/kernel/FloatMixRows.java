package jtorch.cpu.kernel;

import static java.nio.ByteOrder.nativeOrder;
import static jtorch.memory.Memory.ALL;
import static jtorch.memory.Memory.getFloat;
import static jtorch.memory.Memory.putFloat;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import jtorch.spi.ResampleAxis;

/// [MixRows] of `float32` on the Vector API. `DoubleMixRows` is this file with the type names replaced.
final class FloatMixRows implements MixRows {
  static final MixRows APART = Apart.of(MixRows.class, new FloatMixRows());

  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int BYTES = Float.BYTES;
  private static final int LANES = SPECIES.length();

  @Override
  public int bytes() {
    return BYTES;
  }

  private static FloatVector load(long address) {
    return FloatVector.fromMemorySegment(SPECIES, ALL, address, nativeOrder());
  }

  @Override
  public void mix(long y, long[] rows, ResampleAxis axis, int from, int count, long n) {
    float[] w = axis.single();
    long end = n / LANES * LANES * BYTES;
    if (count == 2) {
      FloatVector w0 = FloatVector.broadcast(SPECIES, w[from]);
      FloatVector w1 = FloatVector.broadcast(SPECIES, w[from + 1]);
      long a = rows[0];
      long b = rows[1];
      for (long i = 0; i < end; i += LANES * BYTES)
        load(b + i).fma(w1, load(a + i).mul(w0)).intoMemorySegment(ALL, y + i, nativeOrder());
    } else {
      for (long i = 0; i < end; i += LANES * BYTES) {
        FloatVector sum = load(rows[0] + i).mul(FloatVector.broadcast(SPECIES, w[from]));
        for (int t = 1; t < count; t++)
          sum = load(rows[t] + i).fma(FloatVector.broadcast(SPECIES, w[from + t]), sum);
        sum.intoMemorySegment(ALL, y + i, nativeOrder());
      }
    }
    for (long i = end; i < n * BYTES; i += BYTES) {
      float sum = w[from] * getFloat(rows[0] + i);
      for (int t = 1; t < count; t++) sum = Math.fma(w[from + t], getFloat(rows[t] + i), sum);
      putFloat(y + i, sum);
    }
  }

  @Override
  public void gather(long y, long x, ResampleAxis axis, int taps) {
    int[] index = axis.index();
    float[] w = axis.single();
    int out = axis.out();
    if (taps == 2) {
      for (int o = 0; o < out; o++) {
        float sum = getFloat(x + (long) index[2 * o] * BYTES) * w[2 * o];
        putFloat(y + (long) o * BYTES, Math.fma(getFloat(x + (long) index[2 * o + 1] * BYTES), w[2 * o + 1], sum));
      }
    } else if (taps == 1) {
      for (int o = 0; o < out; o++) putFloat(y + (long) o * BYTES, getFloat(x + (long) index[o] * BYTES) * w[o]);
    } else {
      int[] start = axis.start();
      for (int o = 0; o < out; o++) {
        float sum = 0;
        for (int t = start[o]; t < start[o + 1]; t++) sum = Math.fma(w[t], getFloat(x + (long) index[t] * BYTES), sum);
        putFloat(y + (long) o * BYTES, sum);
      }
    }
  }
}
