package jtorch.cli.train;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Ctrl-C (or a termination signal) as a wish to stop: the JVM, which would end at once, waits until this is closed.
///
/// The JVM itself then ends with the signal's exit code, 130 for Ctrl-C.
final class StopSignal implements AutoCloseable {
  /// A write that takes longer than this is not coming back.
  private static final long PATIENCE_SECONDS = 60;

  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile boolean requested;
  private final Thread hook = new Thread(this::waitForClose, "jtorch-stop");

  StopSignal() {
    Runtime.getRuntime().addShutdownHook(hook);
  }

  private void waitForClose() {
    requested = true;
    try {
      boolean unused = closed.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Whether the user asked to stop.
  boolean requested() {
    return requested;
  }

  @Override
  public void close() {
    closed.countDown();
    if (requested) return;
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException stopping) {
      // The signal came just now; the hook finds the latch open.
      requested = true;
    }
  }
}
