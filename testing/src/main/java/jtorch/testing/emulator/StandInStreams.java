package jtorch.testing.emulator;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The order of work: at once, or, for tests, as late as a GPU might do it. Then nothing is done before somebody waits, and
/// the streams that were used last go first: whatever should wait for another stream, and does not, comes too early.
final class StandInStreams {
  private record Stream(int device, long handle) {}

  /// @param event what has to be done first; null for none
  /// @param count how often it has to have been recorded
  private record Item(@Nullable Long event, long count, Runnable work) {}

  private final Map<Stream, ArrayDeque<Item>> pending = new LinkedHashMap<>();
  /// How often each event has been given to a stream, and how often it has come to pass.
  private final Map<Long, Long> given = new HashMap<>();
  private final Map<Long, Long> passed = new HashMap<>();
  private final Map<Long, Long> times = new HashMap<>();
  private boolean deferring;

  synchronized void defer(boolean wanted) {
    deferring = wanted;
    drain();
  }

  synchronized void give(int device, long stream, Runnable work) {
    give(device, stream, new Item(null, 0, work));
  }

  private void give(int device, long stream, Item item) {
    if (deferring) pending.computeIfAbsent(new Stream(device, stream), _ -> new ArrayDeque<>()).add(item);
    else item.work.run();
  }

  synchronized void record(int device, long stream, long event) {
    long count = given.merge(event, 1L, Long::sum);
    give(device, stream, () -> {
      passed.put(event, count);
      times.put(event, System.nanoTime());
    });
  }

  synchronized void await(int device, long stream, long event) {
    give(device, stream, new Item(event, given.getOrDefault(event, 0L), () -> {}));
  }

  synchronized boolean isPassed(long event) {
    return Objects.equals(passed.get(event), given.get(event));
  }

  @Nullable synchronized Long time(long event) {
    return times.get(event);
  }

  synchronized boolean isIdle(int device, long stream) {
    ArrayDeque<Item> items = pending.get(new Stream(device, stream));
    return items == null || items.isEmpty();
  }

  /// Does all that has been given.
  synchronized void drain() {
    boolean any = true;
    while (any) {
      any = false;
      List<ArrayDeque<Item>> lastFirst = new ArrayList<>(pending.values());
      Collections.reverse(lastFirst);
      for (ArrayDeque<Item> items : lastFirst) {
        for (Item next = items.peek(); next != null && isReady(next); next = items.peek()) {
          items.remove();
          next.work.run();
          any = true;
        }
      }
    }
    if (pending.values().stream().anyMatch(items -> !items.isEmpty()))
      throw new IllegalStateException("streams wait for each other");
    pending.clear();
  }

  private boolean isReady(Item item) {
    return item.event == null || passed.getOrDefault(item.event, 0L) >= item.count;
  }
}
