package jtorch.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.random.Generator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DataLoaderTest {
  /// Item i is i; making item 7 may fail.
  private record Numbers(long size, boolean broken) implements Dataset<Long> {
    @Override
    public Long get(long index) {
      if (broken && index == 7) throw new IllegalStateException("item 7 is broken");
      return index;
    }
  }

  private static <T> Collate<T, List<T>> lists() {
    return List::copyOf;
  }

  @Test
  void batchesOfTensorsAreThoseOfTheirItemsStacked() {
    Tensor x = Torch.randn(10, 3);
    Tensor y = Torch.arange(10);
    var data = new TensorDataset(x, y);
    var fast = new DataLoader<>(data, o -> o.batchSize(4).shuffle(true).generator(Generator.seeded(1)));
    var slow = new DataLoader<>(data, Collate.stacking(),
        o -> o.batchSize(4).shuffle(true).generator(Generator.seeded(1)));
    var expected = new ArrayList<Tensor[]>();
    slow.forEach(expected::add);
    int i = 0;
    for (Tensor[] batch : fast) {
      assertThat(batch[0].sizes()).isEqualTo(expected.get(i)[0].sizes());
      assertThat(batch[0].toFloatArray()).isEqualTo(expected.get(i)[0].toFloatArray());
      assertThat(batch[1].toLongArray()).isEqualTo(expected.get(i++)[1].toLongArray());
    }
    assertThat(i).isEqualTo(3).isEqualTo((int) fast.size());
  }

  @Test
  void workersKeepTheOrderAndEndWithTheLastBatch() throws Exception {
    var loader = new DataLoader<>(new Numbers(1000, false), lists(), o -> o.batchSize(7).workers(3));
    var seen = new ArrayList<Long>();
    loader.forEach(seen::addAll);
    assertThat(seen).hasSize(1000).isSorted();
    assertNoWorkers();
  }

  @Test
  void workersPrefetchNoMoreThanAsked() throws Exception {
    var made = new AtomicInteger();
    Dataset<Long> counting = new Dataset<>() {
      @Override
      public Long get(long index) {
        made.incrementAndGet();
        return index;
      }

      @Override
      public long size() {
        return 100;
      }
    };
    try (var batches =
        new DataLoader<>(counting, lists(), o -> o.batchSize(1).workers(2).prefetch(3)).iterator()) {
      while (made.get() < 6) Thread.sleep(1);
      Thread.sleep(20);
      assertThat(made).hasValue(6);
      batches.next();
      while (made.get() < 7) Thread.sleep(1);
    }
    assertNoWorkers();
  }

  @Test
  void aFailingWorkerFailsTheConsumer() throws Exception {
    for (int workers : new int[] {0, 2}) {
      var batches =
          new DataLoader<>(new Numbers(20, true), lists(), o -> o.batchSize(4).workers(workers)).iterator();
      assertThat(batches.next()).containsExactly(0L, 1L, 2L, 3L);
      assertThatThrownBy(batches::next).isExactlyInstanceOf(IllegalStateException.class)
          .hasMessage("item 7 is broken").satisfies(failure -> {
            if (workers > 0) assertThat(failure.getSuppressed()).singleElement().extracting(Throwable::getMessage)
                .isEqualTo("in worker 1 of 2 of a DataLoader, on the batch of items [4, 5, 6, 7]");
          });
      if (workers > 0) {
        assertThat(batches.hasNext()).isFalse();
        assertThatThrownBy(batches::next).isInstanceOf(NoSuchElementException.class);
      }
    }
    assertNoWorkers();
  }

  @Test
  void closingEarlyEndsTheThreadsEvenInsideAnItem() throws Exception {
    var inside = new CountDownLatch(1);
    Dataset<Long> sleeping = new Dataset<>() {
      @Override
      public Long get(long index) {
        inside.countDown();
        try {
          Thread.sleep(60_000);
        } catch (InterruptedException closed) {
          throw new IllegalStateException(closed);
        }
        return index;
      }

      @Override
      public long size() {
        return 10;
      }
    };
    var batches = new DataLoader<>(sleeping, lists(), o -> o.workers(2)).iterator();
    assertThat(inside.await(30, TimeUnit.SECONDS)).isTrue();
    batches.close();
    assertNoWorkers();
    assertThat(batches.hasNext()).isFalse();
  }

  @Test
  void aPassThatIsForgottenEndsItsThreads() throws Exception {
    for (Long first : new DataLoader<>(new Numbers(100, false), o -> o.unbatched().workers(2))) {
      assertThat(first).isZero();
      break;
    }
    for (int i = 0; i < 200 && workers() > 0; i++) {
      System.gc();
      Thread.sleep(20);
    }
    assertThat(workers()).isZero();
  }

  @Test
  void workersKnowTheirNumberAndSeed() {
    Generator generator = Generator.seeded(3);
    long base = Generator.seeded(3).random64() & Long.MAX_VALUE;
    Dataset<WorkerInfo> infos = new Dataset<>() {
      @Override
      public WorkerInfo get(long index) {
        WorkerInfo info = WorkerInfo.current();
        assertThat(Generator.defaultGenerator().initialSeed()).isEqualTo(info.seed());
        return info;
      }

      @Override
      public long size() {
        return 4;
      }
    };
    var initialised = java.util.concurrent.ConcurrentHashMap.<Integer>newKeySet();
    var seen = new ArrayList<WorkerInfo>();
    new DataLoader<>(infos, o -> o.unbatched().workers(2).generator(generator).workerInit(initialised::add))
        .forEach(seen::add);
    assertThat(seen).containsExactly(new WorkerInfo(0, 2, base), new WorkerInfo(1, 2, base + 1),
        new WorkerInfo(0, 2, base), new WorkerInfo(1, 2, base + 1));
    assertThat(initialised).containsExactlyInAnyOrder(0, 1);
    assertThat(WorkerInfo.current()).isNull();
  }

  @Test
  void optionsThatExcludeEachOtherAreRefused() {
    var data = new TensorDataset(Torch.arange(4));
    var some = new SequentialSampler(4);
    assertRefused(data, o -> o.shuffle(true).sampler(some), "sampler option is mutually exclusive with shuffle");
    assertRefused(data, o -> o.batchSampler(new BatchSampler(some, 2, false)).batchSize(2),
        "batch_sampler option is mutually exclusive with batch_size, shuffle, sampler, and drop_last");
    assertRefused(data, o -> o.unbatched().dropLast(true),
        "batch_size=None option disables auto-batching and is mutually exclusive with drop_last");
    assertRefused(data, o -> o.workers(-1), "num_workers option should be non-negative");
    assertRefused(data, o -> o.batchSize(0), "batch_size should be a positive integer value");
    assertRefused(new TensorDataset(Torch.zeros(0)), o -> o.shuffle(true), "num_samples should be a positive integer");
  }

  private static void assertRefused(Dataset<Tensor[]> data, java.util.function.UnaryOperator<LoaderOptions> options,
      String reason) {
    assertThatIllegalArgumentException().isThrownBy(() -> new DataLoader<>(data, options))
        .withMessageContaining(reason);
  }

  private static long workers() {
    var threads = new Thread[Thread.activeCount() + 50];
    int count = Thread.enumerate(threads);
    return Arrays.stream(threads, 0, count).filter(t -> t.getName().startsWith("jtorch-loader-")).count();
  }

  /// Interrupted threads need a moment to end.
  private static void assertNoWorkers() throws InterruptedException {
    for (int i = 0; i < 500 && workers() > 0; i++) Thread.sleep(10);
    assertThat(workers()).isZero();
  }
}
