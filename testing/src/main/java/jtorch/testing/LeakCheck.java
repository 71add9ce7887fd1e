package jtorch.testing;

import jtorch.Torch;
import jtorch.memory.MemoryStatistics;

/// Whether work gives back the tensor memory it took.
///
/// ```java
/// LeakCheck.assertNoGrowth(100, () -> step(model, batch));
/// ```
public final class LeakCheck {
  /// Small storages share slabs of 64 KiB, of which each thread keeps some open.
  private static final long SLACK = 512 << 10;
  private static final int MOST_COLLECTIONS = 20;

  private LeakCheck() {}

  /// Runs work twice to warm up, then so many rounds, and compares the bytes that tensors use before and after, both
  /// after a collection.
  ///
  /// @throws AssertionError if more bytes are in use afterwards than the slabs of small tensors explain
  public static void assertNoGrowth(int rounds, Runnable work) {
    work.run();
    work.run();
    long before = liveBytes();
    for (int i = 0; i < rounds; i++) work.run();
    long growth = liveBytes() - before;
    if (growth > SLACK) throw new AssertionError("%d rounds left %s more in use: %s".formatted(rounds,
        MemoryStatistics.text(growth), Torch.memory().statistics()));
  }

  /// The bytes that reachable tensors use: collects until the number falls no more.
  public static long liveBytes() {
    long live = Long.MAX_VALUE;
    for (int i = 0; i < MOST_COLLECTIONS; i++) {
      System.gc();
      try {
        // References are enqueued by a thread of the JVM, soon after the collection.
        Thread.sleep(10);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while memory was measured", interrupted);
      }
      long now = Torch.memory().statistics().live();
      if (now >= live && i > 2) return now;
      live = Math.min(live, now);
    }
    return live;
  }
}
