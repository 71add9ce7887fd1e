package jtorch.cpu.loop;

import static jtorch.expr.Expr.P;
import static jtorch.expr.Expr.X;
import static jtorch.expr.Expr.Y;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import jtorch.DType;
import jtorch.cpu.VectorApi;
import jtorch.expr.Expr;
import jtorch.expr.LoopPlan;
import jtorch.expr.ScalarFunction;
import jtorch.memory.Memory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

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
