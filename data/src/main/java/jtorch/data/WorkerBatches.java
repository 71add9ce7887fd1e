package jtorch.data;

import java.lang.ref.Cleaner;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;
import java.util.function.IntConsumer;
import jtorch.random.Generator;

/// Batches made ahead by threads: batch k by worker k mod workers, each with a default generator of its own, so that
/// the numbers drawn on the way do not depend on who is faster.
final class WorkerBatches<B> implements BatchIterator<B> {
  private static final Cleaner CLEANER = Cleaner.create();
  /// How long [#close] waits for an item under way that does not heed interruption.
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private record Job<B>(long[] indices, CompletableFuture<B> result) {}

  /// One worker's work; knows nothing of the iterator, which must be able to become unreachable.
  private static final class Worker<B> implements Runnable {
    final WorkerInfo info;
    final Function<long[], B> fetch;
    final IntConsumer init;
    final BlockingQueue<Job<B>> jobs = new LinkedBlockingQueue<>();
    final Thread thread;
    /// Items may swallow an interruption.
    private volatile boolean closed;

    Worker(WorkerInfo info, Function<long[], B> fetch, IntConsumer init) {
      this.info = info;
      this.fetch = fetch;
      this.init = init;
      thread = Thread.ofPlatform().daemon().name("jtorch-loader-" + info.id()).unstarted(this);
    }

    @Override
    public void run() {
      ScopedValue.where(WorkerInfo.CURRENT, info).run(() -> Generator.seeded(info.seed()).asDefault(this::work));
    }

    private void work() {
      boolean ready = false;
      while (!closed) {
        Job<B> job;
        try {
          job = jobs.take();
        } catch (InterruptedException end) {
          return;
        }
        try {
          if (!ready) init.accept(info.id());
          ready = true;
          job.result.complete(fetch.apply(job.indices));
        } catch (Throwable failure) {
          failure.addSuppressed(new IllegalStateException("in worker " + info.id() + " of " + info.workers()
              + " of a DataLoader, on the batch of items " + Arrays.toString(job.indices)));
          job.result.completeExceptionally(failure);
        }
      }
    }

    void end() {
      closed = true;
      thread.interrupt();
    }
  }

  private final Iterator<long[]> lots;
  private final List<Worker<B>> workers = new ArrayList<>();
  private final ArrayDeque<Job<B>> pending = new ArrayDeque<>();
  private final Cleaner.Cleanable threads;
  private int next;

  WorkerBatches(Iterator<long[]> lots, Function<long[], B> fetch, LoaderOptions options, long baseSeed) {
    this.lots = lots;
    for (int id = 0; id < options.workers(); id++)
      workers.add(new Worker<>(new WorkerInfo(id, options.workers(), baseSeed + id), fetch, options.workerInit()));
    List<Worker<B>> all = List.copyOf(workers);
    threads = CLEANER.register(this, () -> all.forEach(Worker::end));
    all.forEach(worker -> worker.thread.start());
    try {
      for (int i = 0; i < options.prefetch() * options.workers(); i++) order();
    } catch (Throwable failure) {
      close();
      throw failure;
    }
  }

  /// Gives the next worker the next batch to make, if there is one.
  private void order() {
    if (!lots.hasNext()) return;
    var job = new Job<>(lots.next(), new CompletableFuture<B>());
    pending.add(job);
    workers.get(next++ % workers.size()).jobs.add(job);
  }

  @Override
  public boolean hasNext() {
    return !pending.isEmpty();
  }

  /// Waits for the next batch. What its making threw is thrown here, and ends the pass.
  @Override
  public B next() {
    Job<B> job = pending.poll();
    if (job == null) throw new NoSuchElementException();
    try {
      B batch = job.result.get();
      order();
      if (pending.isEmpty()) threads.clean();
      return batch;
    } catch (ExecutionException failure) {
      close();
      switch (failure.getCause()) {
        case RuntimeException cause -> throw cause;
        case Error cause -> throw cause;
        case null, default -> throw new IllegalStateException(failure.getCause());
      }
    } catch (InterruptedException interrupted) {
      close();
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for a batch", interrupted);
    } catch (RuntimeException | Error failure) {
      close();
      throw failure;
    }
  }

  @Override
  public void close() {
    threads.clean();
    pending.forEach(job -> job.result.completeExceptionally(new CancellationException("the pass was closed")));
    pending.clear();
    boolean interrupted = Thread.interrupted();
    for (Worker<B> worker : workers) {
      try {
        worker.thread.join(PATIENCE);
      } catch (InterruptedException again) {
        interrupted = true;
      }
    }
    if (interrupted) Thread.currentThread().interrupt();
  }
}
