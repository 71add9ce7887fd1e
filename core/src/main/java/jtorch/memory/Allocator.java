package jtorch.memory;

import java.lang.ref.ReferenceQueue;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/// The memory of a device, lent in blocks: what the processor's and a GPU's have in common.
///
/// On shortage it reads the reference queue, reuses, gives cached blocks back, forces one bounded collection, and only
/// then throws [OutOfMemoryException]. It also forces a collection when a graph has been freed and a quarter of what
/// waits for the collector is new, and wherever the new bytes have grown to a set share of what a program needs at once;
/// never on a timer, and nothing is read from the size of the Java heap, which knows nothing of tensors.
public abstract sealed class Allocator permits CachingAllocator, DeviceAllocator, PinnedAllocator {
  /// Less garbage than this never forces a collection.
  static final long LEAST_GARBAGE = 128L << 20;
  /// Garbage may grow to this share of what the program had at once, at its highest of late.
  private static final double GARBAGE_SHARE = 0.9;
  /// What a graph has left behind is collected when it is this share of all.
  private static final double LEFT_SHARE = 0.25;
  /// A need counts for so much less at each later collection.
  private static final double DECAY = 0.9;
  /// A collection of young objects may leave this factor of the least that one left since the last full one, or half of
  /// [#LEAST_GARBAGE] more.
  private static final double OLD_GARBAGE = 1.25;

  private static final List<Allocator> ALL = new CopyOnWriteArrayList<>();
  private static final Collector COLLECTOR = new Collector();

  private final ReferenceQueue<Storage> queue = new ReferenceQueue<>();
  private Block.@Nullable Guard guards;

  long limit = Long.MAX_VALUE;
  long live;
  long peak;
  long allocations;
  long collections;
  long collectionNanos;
  /// Bytes of storages that the collector guards, made since the last forced collection.
  private long guardedSince;
  private long guardedLive;
  /// The least that a collection left since the last full one, which included.
  private long settled;
  private double highWater;
  private double scopeHighWater;

  @SuppressWarnings("this-escape") // whoever walks over all of them takes each one's lock
  Allocator() {
    ALL.add(this);
  }

  // ---- what differs ----------------------------------------------------------------------------------------------

  /// How many bytes are lent where so many are wanted.
  abstract long capacityFor(long bytes);

  /// A block from the cache; holding the lock.
  abstract @Nullable Block fromCache(long capacity);

  /// A block of new memory, with cached blocks given back where that helps; null if there is none.
  abstract @Nullable Block fromSystem(long capacity);

  /// Takes a block back; holding the lock.
  abstract void takeBack(Block block);

  /// For people: `the system`, `cuda:0`.
  abstract String place();

  /// Bytes in the cache; holding the lock.
  abstract long cachedBytes();

  // ---- lending ---------------------------------------------------------------------------------------------------

  Block allocate(long bytes) {
    long capacity = capacityFor(bytes);
    boolean collect;
    synchronized (this) {
      drain();
      allocations++;
      Block reused = fromCache(capacity);
      if (reused != null) return reused;
      collect = guardedSince > allowedGarbage();
    }
    if (collect) {
      collect(0);
      synchronized (this) {
        Block reused = fromCache(capacity);
        if (reused != null) return reused;
      }
    }
    Block made = fromSystem(capacity);
    if (made != null) return made;
    collectAll(System.nanoTime(), 0);
    synchronized (this) {
      Block reused = fromCache(capacity);
      if (reused != null) return reused;
    }
    made = fromSystem(capacity);
    if (made != null) return made;
    throw new OutOfMemoryException(shortage(bytes));
  }

  /// Counts a block that is about to be lent; holding the lock.
  Block lend(Block block) {
    live += block.capacity;
    peak = Math.max(peak, live);
    return block;
  }

  synchronized void giveBack(Block block) {
    live -= block.capacity;
    takeBack(block);
    Block.Guard guard = block.guard;
    if (guard != null) {
      unlink(guard);
      guard.clear();
    }
  }

  /// In a scope as much more as the scopes before it have freed: what it holds will go without a collection.
  private long allowedGarbage() {
    double scopes = ThreadMemory.current().scope == null ? 0 : scopeHighWater;
    return (long) Math.max(LEAST_GARBAGE, GARBAGE_SHARE * highWater + scopes);
  }

  /// A scope has ended, and its blocks have come back.
  synchronized void scopeEnded(long bytes) {
    scopeHighWater = Math.max(bytes, 0.9 * scopeHighWater);
  }

  // ---- the collector ---------------------------------------------------------------------------------------------

  /// Lets the collector guard a storage.
  synchronized void guard(Storage storage, Block block) {
    if (block.guard != null || block.isReleased()) return;
    Block.Guard guard = new Block.Guard(storage, block, queue);
    block.guard = guard;
    guard.next = guards;
    if (guards != null) guards.previous = guard;
    guards = guard;
    guardedSince += block.capacity;
    guardedLive += block.capacity;
  }

  private void unlink(Block.Guard guard) {
    if (guard.previous != null) guard.previous.next = guard.next;
    else if (guards == guard) guards = guard.next;
    else return;
    if (guard.next != null) guard.next.previous = guard.previous;
    guard.previous = null;
    guard.next = null;
    guard.block.guard = null;
    guardedLive -= guard.block.capacity;
    // What went by itself or by a scope is no garbage that waits for the collector.
    guardedSince = Math.max(0, guardedSince - guard.block.capacity);
  }

  void drain() {
    while (queue.poll() instanceof Block.Guard guard) guard.block.collected();
  }

  /// A backward pass has let its graph go: the best moment to collect, for little is alive and most of what died is
  /// young.
  public static void graphFreed() {
    for (Allocator allocator : ALL) allocator.collectWhatAGraphLeft();
  }

  private void collectWhatAGraphLeft() {
    long need;
    synchronized (this) {
      drain();
      need = guardedLive;
      if (guardedSince < Math.max(LEAST_GARBAGE / 2, LEFT_SHARE * need)) return;
    }
    if (ThreadMemory.current().scope == null) collect(need);
  }

  /// Collects the young objects, or all where that leaves too much: garbage that has grown old, or a program that
  /// needs more than before.
  void collect(long need) {
    long start = System.nanoTime();
    if (COLLECTOR.young()) {
      synchronized (this) {
        drain();
        if (guardedLive <= Math.max(OLD_GARBAGE * settled, settled + LEAST_GARBAGE / 2)) {
          settled = Math.min(settled, guardedLive);
          collected(start, need);
          return;
        }
      }
    }
    collectAll(start, need);
  }

  void collectAll(long start, long need) {
    COLLECTOR.full();
    synchronized (this) {
      drain();
      settled = guardedLive;
      collected(start, need);
    }
  }

  private void collected(long start, long need) {
    collections++;
    collectionNanos += System.nanoTime() - start;
    guardedSince = 0;
    highWater = Math.max(Math.max(need, guardedLive), DECAY * highWater);
  }

  // ---- what is known ---------------------------------------------------------------------------------------------

  String shortage(long bytes) {
    MemoryStatistics now = statistics();
    String bound =
        limit == Long.MAX_VALUE ? place() + " has no more" : "the limit is " + MemoryStatistics.text(limit);
    var owners = new TreeMap<Long, Integer>(java.util.Comparator.reverseOrder());
    synchronized (this) {
      for (Block.Guard g = guards; g != null; g = g.next) owners.merge(g.block.capacity, 1, Integer::sum);
    }
    var top = new StringBuilder();
    owners.entrySet().stream().limit(5).forEach(e -> top.append(top.isEmpty() ? "" : ", ").append(e.getValue())
        .append(" x ").append(MemoryStatistics.text(e.getKey())));
    return "not enough memory for a tensor of %s: %s; live %s, cached %s; largest tensors: %s. A smaller batch, Torch.noGrad or Torch.scope() would help"
        .formatted(MemoryStatistics.text(bytes), bound, MemoryStatistics.text(now.live()),
            MemoryStatistics.text(now.cached()), top.isEmpty() ? "none" : top);
  }

  public MemoryStatistics statistics() {
    synchronized (this) {
      drain();
      return statistics(live, cachedBytes(), peak);
    }
  }

  MemoryStatistics statistics(long live, long cached, long peak) {
    return new MemoryStatistics(live, cached, peak, allocations, systemAllocations(), collections, collectionNanos);
  }

  abstract long systemAllocations();

  /// At most this many bytes may be live and cached together; slabs of small tensors are not counted.
  ///
  /// @throws IllegalArgumentException if it is not positive
  public synchronized void limit(long bytes) {
    if (bytes <= 0) throw new IllegalArgumentException("a memory limit must be positive, got " + bytes);
    limit = bytes;
  }

  public synchronized void resetPeak() {
    peak = live;
  }

  /// Gives all cached blocks back.
  public abstract void emptyCache();
}
