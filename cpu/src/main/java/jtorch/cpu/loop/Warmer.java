package jtorch.cpu.loop;

import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import jtorch.DType;
import jtorch.expr.Expr;
import jtorch.expr.LoopPlan;

/// Makes vector kernels and works with them on numbers of its own until the JIT compiler has made them fast.
///
/// That takes some 20,000 vectors of slow work and then the compiler's time, on one background thread; the loops go on
/// with scalar kernels meanwhile. Where vectors never become faster than those (no optimizing compiler), they never get
/// one.
final class Warmer {
  /// The vectors of a call. HotSpot compiles a method for good after 600 calls with 15,000 rounds of its loops.
  private static final int VECTORS = 24;
  private static final int CALLS_AT_ONCE = 50;
  /// From then on it is the compiler that takes its time.
  private static final int CALLS_IN_A_HURRY = 1500;
  /// Slower means not compiled yet: interpreted vectors take microseconds. Below that a kernel must beat the scalar one,
  /// or HotSpot's first compiler has been there and the second one has not: all its vectors are objects.
  private static final long NANOS_PER_VECTOR = 400;
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(20);

  private static final ExecutorService QUEUE = queue();
  private static final AtomicInteger UNFINISHED = new AtomicInteger();

  private Warmer() {}

  private static ExecutorService queue() {
    var pool = new ThreadPoolExecutor(1, 1, 5, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
      Thread thread = new Thread(task, "jtorch-loops");
      thread.setDaemon(true);
      thread.setPriority(Thread.MIN_PRIORITY);
      return thread;
    });
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  /// Publishes a vector kernel for a plan and repeated operands, later and if there is one.
  ///
  /// @param scalar the kernel that it has to beat
  static void request(LoopPlan plan, AdaptiveLoop.Variant variant, Kernel scalar) {
    UNFINISHED.incrementAndGet();
    QUEUE.execute(() -> {
      try {
        make(plan, variant, scalar);
      } finally {
        UNFINISHED.decrementAndGet();
      }
    });
  }

  static boolean isIdle() {
    return UNFINISHED.get() == 0;
  }

  private static void make(LoopPlan plan, AdaptiveLoop.Variant variant, Kernel scalar) {
    Vocabulary words = Vectors.of(plan);
    if (words == null) return;
    Kernel kernel = LoopCompiler.compile(plan, words, variant.repeated);
    if (becomesFast(kernel, scalar, plan, words.lanes(), variant.repeated))
      variant.publish(new AdaptiveLoop.VectorKernel(kernel, words.lanes(), words.lane() == int.class));
  }

  private static boolean becomesFast(Kernel kernel, Kernel scalar, LoopPlan plan, int lanes, long repeated) {
    try (Arena arena = Arena.ofConfined()) {
      int operands = plan.operands().size();
      int count = VECTORS * lanes;
      long[] addresses = new long[operands];
      long[] strides = new long[operands];
      for (int k = 0; k < operands; k++) {
        DType dtype = plan.operands().get(k);
        addresses[k] = arena.allocate((long) count * dtype.size(), 64).address();
        strides[k] = (repeated >> k & 1) != 0 ? 0 : dtype.size();
        fill(addresses[k], dtype, count);
      }
      long[] parameters = parameters(plan);
      long end = System.nanoTime() + PATIENCE;
      for (int calls = 0; System.nanoTime() < end; calls += CALLS_AT_ONCE) {
        long nanos = time(kernel, count, addresses, strides, parameters);
        if (nanos < CALLS_AT_ONCE * VECTORS * NANOS_PER_VECTOR
            && nanos < time(scalar, count, addresses, strides, parameters))
          return true;
        if (calls >= CALLS_IN_A_HURRY) Thread.sleep(5);
      }
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static long time(Kernel kernel, int count, long[] addresses, long[] strides, long[] parameters) {
    long start = System.nanoTime();
    for (int i = 0; i < CALLS_AT_ONCE; i++) kernel.run(0, count, addresses, strides, parameters);
    return System.nanoTime() - start;
  }

  /// Numbers for which functions take their usual way (powers of ones would be too easy for the scalar kernel); and a few
  /// for which some do not, so that the compiler does not think those impossible.
  private static void fill(long address, DType dtype, int count) {
    double[] rare = {Double.POSITIVE_INFINITY, Double.NaN, 0, -1, 1e30};
    for (int i = 0; i < count; i++) {
      long element = address + (long) i * dtype.size();
      double value = i > 0 && i <= rare.length ? rare[i - 1] : dtype.isFloatingPoint() ? 0.75 : 1;
      switch (dtype) {
        case BOOL -> Elements.storeBool(element, value != 0);
        case UINT8, INT8 -> Elements.storeInt8(element, (int) value);
        case INT16 -> Elements.storeInt16(element, (int) value);
        case INT32 -> Elements.storeInt32(element, (int) value);
        case INT64 -> Elements.storeInt64(element, (long) value);
        case FLOAT16 -> Elements.storeFloat16(element, (float) value);
        case BFLOAT16 -> Elements.storeBfloat16(element, (float) value);
        case FLOAT32 -> Elements.storeFloat32(element, (float) value);
        case FLOAT64 -> Elements.storeFloat64(element, value);
        default -> throw new IllegalArgumentException("no vectors of " + dtype);
      }
    }
  }

  private static long[] parameters(LoopPlan plan) {
    long one = plan.compute().isFloatingPoint() ? Double.doubleToRawLongBits(1) : 1;
    int count = 0;
    for (Expr e : plan.subterms()) {
      if (e instanceof Expr.Parameter(int i)) count = Math.max(count, i + 1);
    }
    long[] parameters = new long[count];
    Arrays.fill(parameters, one);
    return parameters;
  }
}
