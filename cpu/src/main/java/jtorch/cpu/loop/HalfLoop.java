package jtorch.cpu.loop;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.nio.ByteOrder.nativeOrder;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import jtorch.DType;
import jtorch.cpu.PooledScratch;
import jtorch.cpu.VectorApi;
import jtorch.expr.Expr;
import jtorch.memory.Memory;
import org.jspecify.annotations.Nullable;

/// A loop with a `float16` result that computes: some elements at a time are widened into the nearest cache, where the same
/// loop of `float32` works, and narrowed from there.
///
/// The Vector API has no operation for the processor's own conversions (F16C), and doing without takes seven operations a
/// vector to widen, which memory hides where nothing else is done, and twice as many to narrow. But C2 knows the
/// conversions of single numbers, and makes vectors of a plain loop over them, where one side is an array of the Java
/// heap: of two native addresses it does not know whether they overlap.
final class HalfLoop extends Loop {
  /// With more at a time the processor no longer sees that memory is read on and on: measured, sums of 1024 at a time are
  /// twice as slow.
  private static final int PIECE = 768;
  private static final long BYTES = PIECE * Float.BYTES;
  /// Shorter calls take the loop that converts element by element.
  private static final int WIDE_FROM = 64;
  private static final ThreadLocal<float[]> NUMBERS = ThreadLocal.withInitial(() -> new float[PIECE]);
  private static final ThreadLocal<float[]> OTHERS = ThreadLocal.withInitial(() -> new float[PIECE]);

  private final Loop narrow;
  private final Loop wide;
  private final boolean[] half;
  private final int halves;
  private final @Nullable Rule rule;

  /// A rule of arithmetic for two rows of numbers, which is done together with the conversion of its results.
  private interface Rule {
    void apply(float[] x, float[] y, long to, int n);

    static @Nullable Rule of(Expr body) {
      return body == Expr.X.add(Expr.Y) ? HalfLoop::add : body == Expr.X.sub(Expr.Y) ? HalfLoop::sub
          : body == Expr.X.mul(Expr.Y) ? HalfLoop::mul : body == Expr.X.div(Expr.Y) ? HalfLoop::div : null;
    }
  }

  /// @param narrow the loop over the operands as they are
  /// @param wide the same with `float32` in the place of `float16`
  HalfLoop(Loop narrow, Loop wide, Expr body, DType[] inputs, DType output) {
    this.narrow = narrow;
    this.wide = wide;
    half = new boolean[inputs.length + 1];
    int count = 0;
    for (int k = 0; k < half.length; k++) {
      half[k] = (k == 0 ? output : inputs[k - 1]) == DType.FLOAT16;
      if (half[k]) count++;
    }
    halves = count;
    rule = count == 3 ? Rule.of(body) : null;
  }

  static boolean suits(Expr body, DType compute, DType output) {
    return compute == DType.FLOAT32 && output == DType.FLOAT16 && body != Expr.X;
  }

  @Override
  public void run(long count, long[] addresses, long[] byteStrides, long[] parameters) {
    if (count < WIDE_FROM || !dense(byteStrides)) {
      narrow.run(count, addresses, byteStrides, parameters);
    } else if (rule != null && byteStrides[1] != 0 && byteStrides[2] != 0) {
      apply(rule, count, addresses);
    } else {
      widened(count, addresses, byteStrides, parameters);
    }
  }

  private boolean dense(long[] byteStrides) {
    for (int k = 0; k < half.length; k++) {
      if (half[k] && byteStrides[k] != Short.BYTES && (k == 0 || byteStrides[k] != 0)) return false;
    }
    return true;
  }

  private static void apply(Rule rule, long count, long[] addresses) {
    float[] x = NUMBERS.get();
    float[] y = OTHERS.get();
    for (long at = 0; at < count; at += PIECE) {
      int n = (int) Math.min(PIECE, count - at);
      read(addresses[1] + 2 * at, n, x);
      read(addresses[2] + 2 * at, n, y);
      rule.apply(x, y, addresses[0] + 2 * at, n);
    }
  }

  private static void add(float[] x, float[] y, long to, int n) {
    for (int i = 0; i < n; i++) Memory.putShort(to + 2L * i, Float.floatToFloat16(x[i] + y[i]));
  }

  private static void sub(float[] x, float[] y, long to, int n) {
    for (int i = 0; i < n; i++) Memory.putShort(to + 2L * i, Float.floatToFloat16(x[i] - y[i]));
  }

  private static void mul(float[] x, float[] y, long to, int n) {
    for (int i = 0; i < n; i++) Memory.putShort(to + 2L * i, Float.floatToFloat16(x[i] * y[i]));
  }

  private static void div(float[] x, float[] y, long to, int n) {
    for (int i = 0; i < n; i++) Memory.putShort(to + 2L * i, Float.floatToFloat16(x[i] / y[i]));
  }

  private void widened(long count, long[] addresses, long[] byteStrides, long[] parameters) {
    float[] numbers = NUMBERS.get();
    long scratch = PooledScratch.INSTANCE.allocate(halves * BYTES);
    try {
      int operands = half.length;
      long[] at = new long[operands];
      long[] strides = new long[operands];
      long free = scratch;
      for (int k = 0; k < operands; k++) {
        strides[k] = half[k] ? 2 * byteStrides[k] : byteStrides[k];
        if (!half[k]) continue;
        at[k] = free;
        free += BYTES;
        if (byteStrides[k] == 0) Memory.putFloat(at[k], Float.float16ToFloat(Memory.getShort(addresses[k])));
      }
      for (long done = 0; done < count; done += PIECE) {
        int n = (int) Math.min(PIECE, count - done);
        for (int k = 0; k < operands; k++) {
          long address = addresses[k] + done * byteStrides[k];
          if (!half[k]) at[k] = address;
          else if (k > 0 && byteStrides[k] != 0) widen(address, at[k], n, numbers);
        }
        wide.run(n, at, strides, parameters);
        narrow(at[0], addresses[0] + done * Short.BYTES, n, numbers);
      }
    } finally {
      PooledScratch.INSTANCE.free(scratch);
    }
  }

  private static void widen(long from, long to, int n, float[] numbers) {
    read(from, n, numbers);
    int whole = VectorApi.PRESENT ? Wide.put(numbers, n, to) : 0;
    MemorySegment.copy(numbers, whole, Memory.ALL, JAVA_FLOAT_UNALIGNED, to + 4L * whole, n - whole);
  }

  private static void narrow(long from, long to, int n, float[] numbers) {
    int whole = VectorApi.PRESENT ? Wide.get(numbers, n, from) : 0;
    MemorySegment.copy(Memory.ALL, JAVA_FLOAT_UNALIGNED, from + 4L * whole, numbers, whole, n - whole);
    write(to, n, numbers);
  }

  private static void read(long from, int n, float[] numbers) {
    for (int i = 0; i < n; i++) numbers[i] = Float.float16ToFloat(Memory.getShort(from + 2L * i));
  }

  private static void write(long to, int n, float[] numbers) {
    for (int i = 0; i < n; i++) Memory.putShort(to + 2L * i, Float.floatToFloat16(numbers[i]));
  }

  /// Copies of whole vectors, the number of whose elements is returned: calls that copy memory cost more than these. In a
  /// class of its own, which a JVM without the Vector API never loads.
  private static final class Wide {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

    static int put(float[] numbers, int n, long to) {
      int whole = SPECIES.loopBound(n);
      for (int i = 0; i < whole; i += SPECIES.length())
        FloatVector.fromArray(SPECIES, numbers, i).intoMemorySegment(Memory.ALL, to + 4L * i, nativeOrder());
      return whole;
    }

    static int get(float[] numbers, int n, long from) {
      int whole = SPECIES.loopBound(n);
      for (int i = 0; i < whole; i += SPECIES.length())
        FloatVector.fromMemorySegment(SPECIES, Memory.ALL, from + 4L * i, nativeOrder()).intoArray(numbers, i);
      return whole;
    }
  }
}
