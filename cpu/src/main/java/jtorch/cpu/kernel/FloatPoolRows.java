package jtorch.cpu.kernel;

import static java.nio.ByteOrder.nativeOrder;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.I2L;
import static jdk.incubator.vector.VectorOperators.L2I;
import static jdk.incubator.vector.VectorOperators.NE;
import static jtorch.memory.Memory.ALL;
import static jtorch.memory.Memory.getFloat;
import static jtorch.memory.Memory.getLong;
import static jtorch.memory.Memory.putFloat;
import static jtorch.memory.Memory.putLong;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/// [PoolRows] of `float32` on the Vector API.
///
/// Windows at every input lie in lanes as they are. For windows at every second input the same loads are made, and only
/// every second lane counts in the end: it is the low half of a 64-bit lane, so narrowing those gives the values and
/// masking them gives the `int64` places. The last vector of a row overlaps the one before.
final class FloatPoolRows implements PoolRows {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Long> LONGS = LongVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Integer> HALF =
      VectorSpecies.of(int.class, VectorShape.forBitSize(SPECIES.vectorBitSize() / 2));
  private static final int LANES = SPECIES.length();
  private static final int BYTES = Float.BYTES;
  private static final LongVector LOW = LongVector.broadcast(LONGS, 0xffffffffL);
  private static final IntVector IOTA = IntVector.zero(INTS).addIndex(1);

  private static final VectorShuffle<Float> EVEN = VectorShuffle.fromOp(SPECIES, i -> 2 * i % LANES);
  private static final VectorShuffle<Float> EVEN_ABOVE =
      VectorShuffle.fromOp(SPECIES, i -> Math.max(0, 2 * i - LANES));
  private static final VectorMask<Float> ABOVE = VectorMask.fromLong(SPECIES, -1L << LANES / 2);

  private final PoolRows scalar;

  /// @param scalar for windows at other strides, and for what is shorter than a vector
  FloatPoolRows(PoolRows scalar) {
    this.scalar = scalar;
  }

  private static FloatVector load(long address) {
    return FloatVector.fromMemorySegment(SPECIES, ALL, address, nativeOrder());
  }

  private static IntVector constant(int value) {
    return IntVector.broadcast(INTS, value);
  }

  /// The number of outputs that vectors can make, `whole` at a time, without reading at `limit`.
  private static long inReach(long x, long origin, long[] taps, int tapCount, long outputs, int stride, long limit) {
    if (stride != 1 && stride != 2) {
      return 0;
    }
    long whole = LANES / stride;
    long last = x + (origin + taps[tapCount - 1] + (outputs - whole) * stride + LANES) * BYTES;
    long beyond = Math.max(0, last - limit);
    long reached = outputs - Math.ceilDiv(beyond, (long) stride * BYTES);
    return reached < whole ? 0 : reached;
  }

  @Override
  public void max(long y, long index, long x, long origin, long[] taps, int tapCount, long outputs, int stride,
      long limit) {
    long reached = inReach(x, origin, taps, tapCount, outputs, stride, limit);
    if (index == 0) {
      values(y, x, origin, taps, tapCount, reached, stride);
      if (reached < outputs)
        one(y + reached * BYTES, 0, x, origin + reached * stride, taps, tapCount, outputs - reached, stride);
      return;
    }
    int whole = stride == 1 ? LANES : LANES / 2;
    for (long j = 0; j < reached; j += whole) {
      long first = Math.min(j, reached - whole);
      int place = (int) (origin + first * stride);
      long at = x + (long) place * BYTES;
      IntVector lanes = IOTA.add(constant(place));
      FloatVector best = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
      IntVector where = lanes.add(constant((int) taps[0]));
      for (int t = 0; t < tapCount; t++) {
        FloatVector v = load(at + taps[t] * BYTES);
        VectorMask<Float> better = v.compare(GT, best).or(v.compare(NE, v));
        best = best.blend(v, better);
        where = where.blend(lanes.add(constant((int) taps[t])), better.cast(INTS));
      }
      if (stride == 1) {
        best.intoMemorySegment(ALL, y + first * BYTES, nativeOrder());
        storeWide(where, index + first * Long.BYTES);
      } else {
        storeEven(best, y + first * BYTES);
        where.reinterpretAsLongs().and(LOW).intoMemorySegment(ALL, index + first * Long.BYTES, nativeOrder());
      }
    }
    if (reached < outputs) one(y + reached * BYTES, index + reached * Long.BYTES, x, origin + reached * stride, taps,
        tapCount, outputs - reached, stride);
  }

  /// Maxima without places, in vectors; a NaN is the maximum of any.
  private static void values(long y, long x, long origin, long[] taps, int tapCount, long reached, int stride) {
    if (reached < LANES) {
      one(y, 0, x, origin, taps, tapCount, reached, stride);
      return;
    }
    for (long j = 0; j < reached; j += LANES) {
      long first = Math.min(j, reached - LANES);
      long at = x + (origin + first * stride) * BYTES;
      FloatVector best = greatest(at, taps, tapCount);
      if (stride == 2) {
        FloatVector above = greatest(at + LANES * BYTES, taps, tapCount);
        best = best.rearrange(EVEN).blend(above.rearrange(EVEN_ABOVE), ABOVE);
      }
      best.intoMemorySegment(ALL, y + first * BYTES, nativeOrder());
    }
  }

  private static FloatVector greatest(long at, long[] taps, int tapCount) {
    FloatVector best = load(at + taps[0] * BYTES);
    for (int t = 1; t < tapCount; t++) best = best.max(load(at + taps[t] * BYTES));
    return best;
  }

  /// Maxima one by one, for windows at other strides.
  private static void one(long y, long index, long x, long origin, long[] taps, int tapCount, long outputs,
      int stride) {
    for (long j = 0; j < outputs; j++) {
      long place = origin + j * stride;
      float best = Float.NEGATIVE_INFINITY;
      long where = taps[0];
      for (int t = 0; t < tapCount; t++) {
        float v = getFloat(x + (place + taps[t]) * BYTES);
        if (v > best || Float.isNaN(v)) {
          best = v;
          where = taps[t];
        }
      }
      putFloat(y + j * BYTES, best);
      if (index != 0) putLong(index + j * Long.BYTES, place + where);
    }
  }

  @Override
  public void maxOfWindow(long y, long index, long x, long first, int height, int width, long row) {
    float best = Float.NEGATIVE_INFINITY;
    long where = first;
    for (int r = 0; r < height; r++) {
      long start = x + (first + r * row) * BYTES;
      for (int i = 0; i < width; i++) {
        float v = getFloat(start + (long) i * BYTES);
        if (v > best || Float.isNaN(v)) {
          best = v;
          where = first + r * row + i;
        }
      }
    }
    putFloat(y, best);
    putLong(index, where);
  }

  @Override
  public void average(long y, long x, long origin, long[] taps, int tapCount, long outputs, int stride,
      double divisor, long limit) {
    long reached = inReach(x, origin, taps, tapCount, outputs, stride, limit);
    int whole = stride == 1 ? LANES : LANES / 2;
    for (long j = 0; j < reached; j += whole) {
      long first = Math.min(j, reached - whole);
      long at = x + (origin + first * stride) * BYTES;
      FloatVector sum = FloatVector.zero(SPECIES);
      for (int t = 0; t < tapCount; t++) {
        sum = sum.add(load(at + taps[t] * BYTES));
      }
      FloatVector average = sum.div(FloatVector.broadcast(SPECIES, (float) divisor));
      if (stride == 1) {
        average.intoMemorySegment(ALL, y + first * BYTES, nativeOrder());
      } else {
        storeEven(average, y + first * BYTES);
      }
    }
    if (reached < outputs) {
      scalar.average(y + reached * BYTES, x, origin + reached * stride, taps, tapCount, outputs - reached, stride,
          divisor, limit);
    }
  }

  @Override
  public void maxOfRows(long y, long index, long x, long[] taps, int tapCount, long channels) {
    if (channels < LANES) {
      scalar.maxOfRows(y, index, x, taps, tapCount, channels);
      return;
    }
    for (long c = 0; c < channels; c += LANES) {
      long first = Math.min(c, channels - LANES);
      FloatVector best = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
      IntVector where = constant((int) taps[0]);
      for (int t = 0; t < tapCount; t++) {
        FloatVector v = load(x + (taps[t] * channels + first) * BYTES);
        VectorMask<Float> better = v.compare(GT, best).or(v.compare(NE, v));
        best = best.blend(v, better);
        where = where.blend(constant((int) taps[t]), better.cast(INTS));
      }
      best.intoMemorySegment(ALL, y + first * BYTES, nativeOrder());
      storeWide(where, index + first * Long.BYTES);
    }
  }

  @Override
  public void averageOfRows(long y, long x, long[] taps, int tapCount, long channels, double divisor) {
    if (channels < LANES) {
      scalar.averageOfRows(y, x, taps, tapCount, channels, divisor);
      return;
    }
    for (long c = 0; c < channels; c += LANES) {
      long first = Math.min(c, channels - LANES);
      FloatVector sum = FloatVector.zero(SPECIES);
      for (int t = 0; t < tapCount; t++) {
        sum = sum.add(load(x + (taps[t] * channels + first) * BYTES));
      }
      sum.div(FloatVector.broadcast(SPECIES, (float) divisor)).intoMemorySegment(ALL, y + first * BYTES, nativeOrder());
    }
  }

  @Override
  public void addAtMaxima(long dx, long g, long index, long count, long channels) {
    long end = g + count * BYTES;
    if (channels == 1) {
      for (; g < end; g += BYTES, index += Long.BYTES) {
        long place = dx + getLong(index) * BYTES;
        putFloat(place, getFloat(place) + getFloat(g));
      }
      return;
    }
    for (long c = 0; g < end; g += BYTES, index += Long.BYTES, c = c + 1 < channels ? c + 1 : 0) {
      long place = dx + (getLong(index) * channels + c) * BYTES;
      putFloat(place, getFloat(place) + getFloat(g));
    }
  }

  @Override
  public void addToWindows(long dx, long g, long[] taps, int tapCount, long outputs, int stride, double divisor) {
    float by = (float) divisor;
    for (int t = 0; t < tapCount; t++) {
      long tap = dx + taps[t] * BYTES;
      long j = 0;
      for (; stride == 1 && j <= outputs - LANES; j += LANES) {
        FloatVector share = load(g + j * BYTES).div(FloatVector.broadcast(SPECIES, by));
        load(tap + j * BYTES).add(share).intoMemorySegment(ALL, tap + j * BYTES, nativeOrder());
      }
      for (; j < outputs; j++) {
        long place = tap + j * stride * BYTES;
        putFloat(place, getFloat(place) + getFloat(g + j * BYTES) / by);
      }
    }
  }

  private static void storeEven(FloatVector v, long address) {
    v.reinterpretAsInts().reinterpretAsLongs().convertShape(L2I, HALF, 0).reinterpretAsInts()
        .intoMemorySegment(ALL, address, nativeOrder());
  }

  private static void storeWide(IntVector v, long address) {
    v.convertShape(I2L, LONGS, 0).reinterpretAsLongs().intoMemorySegment(ALL, address, nativeOrder());
    v.convertShape(I2L, LONGS, 1).reinterpretAsLongs()
        .intoMemorySegment(ALL, address + LONGS.vectorByteSize(), nativeOrder());
  }
}
