package jtorch.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ParallelTest {
  private final int before = Parallel.threads();

  @AfterEach
  void restore() {
    Parallel.setThreads(before);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8})
  void everyIndexOnceAndPiecesBeginAtMultiplesOfTheGrain(int threads) {
    Parallel.setThreads(threads);
    for (int count : new int[] {0, 1, 2, 7, 64, 65, 1000, 4099}) {
      for (int grain : new int[] {1, 3, 64, 5000}) {
        var hits = new AtomicIntegerArray(count);
        Parallel.run(count, grain, (begin, end) -> {
          assertThat(begin % grain).isZero();
          assertThat(end - begin == 0 || end == count || end - begin >= grain).isTrue();
          for (long i = begin; i < end; i++) {
            hits.incrementAndGet((int) i);
          }
        });
        for (int i = 0; i < count; i++) {
          assertThat(hits.get(i)).isEqualTo(1);
        }
      }
    }
  }

  @Test
  void severalThreadsWorkAtOnce() throws InterruptedException {
    Parallel.setThreads(3);
    var all = new CountDownLatch(3);
    Set<Thread> seen = ConcurrentHashMap.newKeySet();
    Parallel.run(3, 1, (begin, end) -> {
      seen.add(Thread.currentThread());
      all.countDown();
      try {
        assertThat(all.await(10, TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    });
    assertThat(seen).hasSize(3).contains(Thread.currentThread());
  }

  @Test
  void nestedCallsRunInTheirThread() {
    Parallel.setThreads(2);
    var total = new AtomicLong();
    Parallel.run(8, 1, (begin, end) -> {
      Thread outer = Thread.currentThread();
      Parallel.run(100, 1, (b, e) -> {
        assertThat(Thread.currentThread()).isSameAs(outer);
        total.addAndGet((e - b) * (end - begin));
      });
    });
    assertThat(total).hasValue(800);
  }

  @Test
  void whatAPieceThrowsIsThrownToTheCallerAndThePoolGoesOn() {
    Parallel.setThreads(2);
    for (int bad : new int[] {0, 5, 7}) {
      assertThatThrownBy(() -> Parallel.run(8, 1, (begin, end) -> {
        if (begin <= bad && bad < end) {
          throw new IllegalStateException("index " + bad);
        }
      })).isInstanceOf(IllegalStateException.class).hasMessage("index " + bad);
    }
    var sum = new AtomicLong();
    Parallel.run(10, 1, (begin, end) -> sum.addAndGet(end - begin));
    assertThat(sum).hasValue(10);
  }

  @Test
  void callersFromManyThreadsAndResizingMeanwhile() throws InterruptedException {
    Parallel.setThreads(2);
    List<Thread> callers = new ArrayList<>();
    var total = new AtomicLong();
    for (int t = 0; t < 4; t++) {
      callers.add(Thread.ofPlatform().start(() -> {
        for (int i = 0; i < 2000; i++) {
          Parallel.run(50, 1, (begin, end) -> total.addAndGet(end - begin));
        }
      }));
    }
    for (int i = 0; i < 50; i++) {
      Parallel.setThreads(1 + i % 4);
    }
    for (Thread t : callers) {
      t.join();
    }
    assertThat(total).hasValue(4L * 2000 * 50);
  }

  @Test
  void badArgumentsAreNamed() {
    assertThatThrownBy(() -> Parallel.setThreads(0)).hasMessageContaining("positive, got 0");
    assertThatThrownBy(() -> Parallel.run(-1, 1, (b, e) -> {})).hasMessageContaining("count >= 0");
    assertThatThrownBy(() -> Parallel.run(1, 0, (b, e) -> {})).hasMessageContaining("grain >= 1");
    Parallel.setThreads(2);
    assertThatThrownBy(() -> Parallel.run(2, 1, (b, e) -> Parallel.setThreads(1)))
        .isInstanceOf(IllegalStateException.class);
  }
}
