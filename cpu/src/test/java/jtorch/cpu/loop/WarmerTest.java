package jtorch.cpu.loop;

import static jdk.incubator.vector.VectorOperators.EQ;
import static jtorch.expr.Expr.P;
import static jtorch.expr.Expr.X;
import static jtorch.expr.Expr.Y;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;
import jtorch.DType;
import jtorch.cpu.VectorApi;
import jtorch.expr.Expr;
import jtorch.expr.LoopPlan;
import jtorch.expr.ScalarFunction;
import jtorch.memory.Memory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// How loops get from scalar to vector kernels, and that nobody sees it.
class WarmerTest {
  private static final int COUNT = 4099;

  @Test
  @Tag("slow")
  void resultsStayTheSameWhenVectorsArrive() throws InterruptedException {
    Expr gelu = X.mul(0.5).mul(X.mul(Math.sqrt(0.5)).erf().add(1)).add(Y.sin().exp());
    AdaptiveLoop loop = new AdaptiveLoop(LoopPlan.of(new ScalarFunction("gelu", 2, 0, gelu), DType.FLOAT32,
        new DType[] {DType.FLOAT32, DType.FLOAT32}, DType.FLOAT32));
    try (Arena arena = Arena.ofConfined()) {
      long[] addresses = {0, arena.allocate(4 * COUNT).address(), arena.allocate(4 * COUNT).address()};
      for (int i = 0; i < COUNT; i++) {
        Memory.putFloat(addresses[1] + 4L * i, (i - 2000) * 0.01f);
        Memory.putFloat(addresses[2] + 4L * i, i % 7 == 0 ? i * 100 : i);
      }
      int[] first = run(loop, arena, addresses);
      assertThat(loop.hasVectors(0)).isFalse();
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
      while (!loop.hasVectors(0) && System.nanoTime() < end) {
        assertThat(run(loop, arena, addresses)).isEqualTo(first);
        Thread.sleep(5);
      }
      assertThat(loop.hasVectors(0)).isTrue();
      for (int i = 0; i < 20_000; i++) run(loop, arena, addresses);
      assertThat(run(loop, arena, addresses)).isEqualTo(first);
    }
  }

  private static int[] run(Loop loop, Arena arena, long[] addresses) {
    if (addresses[0] == 0) addresses[0] = arena.allocate(4 * COUNT).address();
    loop.run(COUNT, addresses, new long[] {4, 4, 4}, new long[0]);
    int[] bits = new int[COUNT];
    for (int i = 0; i < COUNT; i++) bits[i] = Memory.getInt(addresses[0] + 4L * i);
    return bits;
  }

  /// 32-bit vectors cannot compare with a longer scalar; such calls stay scalar.
  @Test
  @Tag("slow")
  void longScalarsMeetNarrowVectors() throws InterruptedException {
    AdaptiveLoop loop = new AdaptiveLoop(LoopPlan.of(new ScalarFunction("below", 1, 1, X.lt(P)), DType.INT64,
        new DType[] {DType.INT32}, DType.BOOL));
    try (Arena arena = Arena.ofConfined()) {
      long[] addresses = {arena.allocate(COUNT).address(), arena.allocate(4 * COUNT).address()};
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
      while (!loop.hasVectors(0) && System.nanoTime() < end) {
        loop.run(COUNT, addresses, new long[] {1, 4}, new long[] {0});
        Thread.sleep(1);
      }
      assertThat(loop.hasVectors(0)).isTrue();
      loop.run(COUNT, addresses, new long[] {1, 4}, new long[] {1L << 40});
      for (int i = 0; i < COUNT; i++) assertThat(Memory.getByte(addresses[0] + i)).isEqualTo((byte) 1);
    }
  }

  /// What the Vector API's methods have met of other shapes must not bring vectors to the heap, as it does where a kernel
  /// asks `x.test(IS_NAN)`.
  @ParameterizedTest
  @EnumSource(value = DType.class, names = {"FLOAT32", "BFLOAT16", "FLOAT16"})
  @Tag("slow")
  void vectorsStayOffTheHeapAfterOtherShapes(DType stored) throws InterruptedException {
    for (int i = 0; i < 400; i++) {
      useBits(IntVector.SPECIES_PREFERRED);
      useBits(IntVector.SPECIES_PREFERRED.length() > 4 ? VectorSpecies.of(int.class,
          VectorShape.forBitSize(IntVector.SPECIES_PREFERRED.vectorBitSize() / 2)) : IntVector.SPECIES_64);
    }
    Expr body = stored == DType.FLOAT32 ? X.pow(P) : X;
    int parameters = stored == DType.FLOAT32 ? 1 : 0;
    var plan = LoopPlan.of(new ScalarFunction("stored", 1, parameters, body), DType.FLOAT32,
        new DType[] {DType.FLOAT32}, stored);
    Vocabulary words = Vectors.of(plan);
    assertThat(words).isNotNull();
    Kernel kernel = LoopCompiler.compile(plan, words, 0);
    int count = 64 * words.lanes();
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (Arena arena = Arena.ofConfined()) {
      long[] addresses = {arena.allocate(4L * count).address(), arena.allocate(4L * count).address()};
      for (int i = 0; i < count; i++) Memory.putFloat(addresses[1] + 4L * i, 0.75f + i % 7);
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
      long each = Long.MAX_VALUE;
      while (each >= 8 && System.nanoTime() < end) {
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 50; i++) {
          kernel.run(0, count, addresses, new long[] {stored.size(), 4}, new long[] {Double.doubleToRawLongBits(1.5)});
        }
        each = (threads.getCurrentThreadAllocatedBytes() - before) / (50 * 64);
        Thread.sleep(1);
      }
      assertThat(each).as("bytes of the heap a vector").isLessThan(8);
    }
  }

  private static void useBits(VectorSpecies<Integer> species) {
    VectorSpecies<Float> floats = species.withLanes(float.class);
    FloatVector x = FloatVector.broadcast(floats, 2);
    for (int i = 0; i < 300; i++) {
      IntVector bits = x.reinterpretAsInts().and(i).or(3).add(1).sub(1).min(1000).max(1);
      bits = bits.lanewise(VectorOperators.LSHL, 3).lanewise(VectorOperators.LSHR, 2).lanewise(VectorOperators.ASHR, 1);
      bits = bits.blend(3, bits.compare(VectorOperators.LT, 5)).and(bits).or(bits).blend(bits, bits.compare(EQ, bits));
      x = x.abs().neg().mul(0.5f).add(2).sub(x).blend(1, x.compare(VectorOperators.LT, 4)).min(x).max(x);
      x = x.blend(2, x.test(VectorOperators.IS_NAN).or(x.test(VectorOperators.IS_NEGATIVE)));
      assertThat(bits.reinterpretAsFloats().add(x).test(VectorOperators.IS_FINITE).allTrue()).isTrue();
    }
  }

  /// Without the module nothing may even name a class of it.
  @Test
  void loopsRunWithoutTheVectorModule() throws IOException, InterruptedException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Process process = new ProcessBuilder(java, "--enable-native-access=ALL-UNNAMED", "-Xshare:auto",
        "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"), Alone.class.getName())
        .redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output).contains("exp(1) = 2.7182817, vectors: false");
  }

  /// The program of the test above.
  static final class Alone {
    public static void main(String[] arguments) {
      Loop loop = Loops.of(new ScalarFunction("exp", 1, 0, X.exp()), DType.FLOAT32, new DType[] {DType.FLOAT32},
          DType.FLOAT32);
      try (Arena arena = Arena.ofConfined()) {
        long x = arena.allocate(4 * COUNT).address();
        for (int round = 0; round < 40; round++) {
          for (int i = 0; i < COUNT; i++) Memory.putFloat(x + 4L * i, 1);
          loop.run(COUNT, new long[] {x, x}, new long[] {4, 4}, new long[0]);
        }
        System.out.println("exp(1) = " + Memory.getFloat(x) + ", vectors: " + VectorApi.PRESENT);
      }
    }
  }
}
