package jtorch.cpu;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// The one thread pool of the CPU backend: splits a range of indices over the calling thread and its workers.
///
/// Idle workers spin for some tens of microseconds, since kernels follow each other closely, and then park. The range is
/// cut into more pieces than there are threads; every thread starts with pieces of its own, always in the same region so
/// that its caches stay warm, and then takes over what the others have not begun. So a call never waits for a worker to
/// wake up, only for work that a worker has begun.
///
/// One call is spread at a time. A nested call, and a call made while another thread's is under way, runs in its calling
/// thread alone.
public final class Parallel {
  /// The work on indices `begin` (inclusive) to `end` (exclusive); runs in several threads at once.
  @FunctionalInterface
  public interface RangeBody {
    void run(long begin, long end);
  }

  /// How long an idle thread looks for work before it parks: longer than the gap between two kernels of a model, short
  /// enough to leave the core to the compiler, the collector and other programs.
  private static final long SPIN_NANOS = Long.getLong("jtorch.spin.micros", 30) * 1000;

  /// Pieces for each thread: enough that one slow thread delays a call by a fraction only.
  private static final int PIECES = 4;

  private static final AtomicBoolean BUSY = new AtomicBoolean();
  private static volatile int threads = Runtime.getRuntime().availableProcessors();
  private static volatile Worker[] workers = {};
  private static volatile @Nullable Job current;
  /// Counts the jobs published, so that an idle worker needs to hold none of them.
  private static volatile int published;

  private Parallel() {}

  /// The number of threads that take part in a call, the calling one included; at first the number of processors.
  public static int threads() {
    return threads;
  }

  /// Sets the number of threads, waiting for a call under way to end.
  ///
  /// @throws IllegalArgumentException if `count` is not positive
  /// @throws IllegalStateException inside a range body
  public static void setThreads(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("the number of threads must be positive, got " + count);
    }
    Job job = current;
    if (Thread.currentThread() instanceof Worker || job != null && job.caller == Thread.currentThread()) {
      throw new IllegalStateException("the number of threads cannot be set inside parallel work");
    }
    while (!BUSY.compareAndSet(false, true)) {
      Thread.yield();
    }
    try {
      threads = count;
      resize(count - 1);
    } finally {
      BUSY.set(false);
    }
  }

  /// Runs `body` over the indices 0 to `count`, in pieces of at least `grain` indices (the last may be smaller) that
  /// begin at multiples of `grain`. Returns when all of it is done. What a piece throws is thrown here, and pieces not
  /// yet begun are left out.
  ///
  /// @throws IllegalArgumentException if `count` is negative or `grain` is not positive
  public static void run(long count, long grain, RangeBody body) {
    if (count < 0 || grain < 1) {
      throw new IllegalArgumentException("need count >= 0 and grain >= 1, got " + count + " and " + grain);
    }
    if (count <= grain || threads == 1 || BUSY.get() || !BUSY.compareAndSet(false, true)) {
      if (count > 0) {
        body.run(0, count);
      }
      return;
    }
    Job job;
    try {
      int team = threads;
      if (workers.length != team - 1) {
        resize(team - 1);
      }
      job = new Job(count, grain, team, body);
      current = job;
      published++; // only the holder of BUSY writes it
      wake(Math.min(team, job.pieces) - 1);
      job.work(0);
      job.await();
    } finally {
      current = null;
      BUSY.set(false);
    }
    job.rethrow();
  }

  private static void wake(int count) {
    Worker[] all = workers;
    for (int i = 0; i < count; i++) {
      if (all[i].parked) {
        LockSupport.unpark(all[i]);
      }
    }
  }

  private static void resize(int count) {
    Worker[] old = workers;
    Worker[] all = new Worker[count];
    for (int i = 0; i < count; i++) {
      all[i] = i < old.length ? old[i] : new Worker(i + 1);
      if (i >= old.length) {
        all[i].start();
      }
    }
    for (int i = count; i < old.length; i++) {
      old[i].stopped = true;
      LockSupport.unpark(old[i]);
    }
    workers = all;
  }

  /// One call's range, cut into pieces. Every thread of the team has a section of consecutive pieces and a counter of
  /// those begun; whoever runs out goes on in the sections of the others.
  private static final class Job {
    private static final VarHandle COUNTER = MethodHandles.arrayElementVarHandle(int[].class);
    private static final int PADDING = 16;

    private final long count;
    private final long grain;
    private final long units;
    private final int pieces;
    private final int team;
    private final RangeBody body;
    private final Thread caller = Thread.currentThread();
    private final int[] begun;
    private final AtomicInteger open;
    private volatile boolean callerParked;
    private volatile @Nullable Throwable failure;

    Job(long count, long grain, int team, RangeBody body) {
      this.count = count;
      this.grain = grain;
      this.team = team;
      this.body = body;
      units = (count - 1) / grain + 1;
      pieces = (int) Math.min(units, (long) team * PIECES);
      begun = new int[team * PADDING];
      open = new AtomicInteger(pieces);
    }

    void work(int self) {
      for (int i = 0; i < team; i++) {
        int section = self + i < team ? self + i : self + i - team;
        int first = firstPiece(section);
        int size = firstPiece(section + 1) - first;
        while (true) {
          int taken = (int) COUNTER.getVolatile(begun, section * PADDING);
          if (taken >= size) {
            break;
          }
          if (COUNTER.compareAndSet(begun, section * PADDING, taken, taken + 1)) {
            run(first + taken);
          }
        }
      }
    }

    private int firstPiece(int section) {
      return (int) ((long) section * pieces / team);
    }

    private void run(int piece) {
      try {
        if (failure == null) {
          body.run(firstIndex(piece), Math.min(count, firstIndex(piece + 1)));
        }
      } catch (Throwable e) {
        failure = e;
      } finally {
        if (open.decrementAndGet() == 0 && callerParked) {
          LockSupport.unpark(caller);
        }
      }
    }

    private long firstIndex(int piece) {
      long share = units / pieces;
      long rest = units % pieces;
      return (piece * share + Math.min(piece, rest)) * grain;
    }

    void await() {
      if (spinUntil(() -> open.get() == 0)) {
        return;
      }
      callerParked = true;
      while (open.get() != 0) {
        LockSupport.park(this);
      }
    }

    void rethrow() {
      switch (failure) {
        case null -> {}
        case RuntimeException e -> throw e;
        case Error e -> throw e;
        case Throwable e -> throw new AssertionError("a range body threw a checked exception", e);
      }
    }
  }

  private static final class Worker extends Thread {
    private final int index;
    private volatile boolean parked;
    private volatile boolean stopped;

    Worker(int index) {
      super("jtorch-" + index);
      this.index = index;
      setDaemon(true);
    }

    @Override
    public void run() {
      int seen = 0;
      while (!stopped) {
        int latest = published;
        if (latest == seen) {
          idle(seen);
          continue;
        }
        seen = latest;
        Job job = current;
        if (job != null) {
          job.work(index);
        }
      }
    }

    private void idle(int seen) {
      if (spinUntil(() -> stopped || published != seen)) {
        return;
      }
      parked = true;
      while (!stopped && published == seen) {
        LockSupport.park(this);
      }
      parked = false;
    }
  }

  private interface Condition {
    boolean holds();
  }

  private static boolean spinUntil(Condition condition) {
    if (condition.holds()) {
      return true;
    }
    long start = System.nanoTime();
    do {
      for (int i = 0; i < 16; i++) {
        if (condition.holds()) {
          return true;
        }
        Thread.onSpinWait();
      }
    } while (System.nanoTime() - start < SPIN_NANOS);
    return false;
  }
}
