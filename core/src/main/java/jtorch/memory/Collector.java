package jtorch.memory;

import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import org.jspecify.annotations.Nullable;

/// Makes the JVM collect, and waits until the references of that collection have been delivered, but not long.
///
/// A collection of the young objects costs a tenth of a full one, and finds nearly all tensors of a training step; but
/// no call asks for one. Short-lived arrays do: they fill what is left of the space for new objects.
final class Collector {
  /// Small enough to be a young object in the smallest regions of G1, where half a region is the bound.
  private static final int PIECE = 128 << 10;
  /// As many bytes of short-lived arrays cost about what a full collection costs.
  private static final int MOST = 32 << 20;
  /// So many collections are full ones at once where the arrays led to none.
  private static final int PAUSE = 3;
  private static final long PATIENCE_MILLIS = 100;

  private int pause;
  /// Seen by others, so that the compiler cannot leave the arrays out.
  private volatile byte @Nullable [] piece;

  /// A collection of at least the young objects; false if none came, or none is to be expected.
  synchronized boolean young() {
    if (pause > 0) {
      pause--;
      return false;
    }
    var queue = new ReferenceQueue<Object>();
    var canary = new WeakReference<>(new Object());
    var sentinel = new PhantomReference<>(new Object(), queue);
    for (int bytes = 0; bytes < MOST && !canary.refersTo(null); bytes += PIECE) piece = new byte[PIECE];
    piece = null;
    if (!canary.refersTo(null)) {
      pause = PAUSE;
      return false;
    }
    await(queue, sentinel);
    return true;
  }

  void full() {
    var queue = new ReferenceQueue<Object>();
    var sentinel = new PhantomReference<>(new Object(), queue);
    System.gc();
    await(queue, sentinel);
  }

  /// The sentinel comes with or after the references of the same collection.
  private static void await(ReferenceQueue<Object> queue, PhantomReference<Object> sentinel) {
    try {
      if (queue.remove(PATIENCE_MILLIS) == null) sentinel.clear();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
