package jtorch.memory;

import java.lang.ref.ReferenceQueue;
import java.util.ArrayDeque;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The memory of a device: blocks that come back are kept and lent again, because fresh pages cost more than most
/// arithmetic on them.
///
/// On shortage it reads the reference queue, reuses, gives cached blocks back to the system, forces one bounded
/// collection, and only then throws [OutOfMemoryException]. It also forces a collection when a graph has been freed and
/// a quarter of what waits for the collector is new, and wherever the new bytes have grown to a set share of what a program
/// needs at once; never on a timer, and nothing is read from the size of the Java heap, which knows nothing of tensors.
public final class CachingAllocator {
  public static final CachingAllocator CPU = new CachingAllocator();

  /// Less garbage than this never forces a collection.
  private static final long LEAST_GARBAGE = 128L << 20;
  /// Garbage may grow to this share of what the program had at once, at its highest of late.
  private static final double GARBAGE_SHARE = 0.9;
  /// What a graph has left behind is collected when it is this share of all.
  private static final double LEFT_SHARE = 0.25;
  /// A need counts for so much less at each later collection.
  private static final double DECAY = 0.9;
  /// A collection of young objects may leave this factor of the least that one left since the last full one, or half of
  /// [#LEAST_GARBAGE] more.
  private static final double OLD_GARBAGE = 1.25;
  /// Live and cached bytes together may pass the peak of the live ones by this factor before cached ones go.
  private static final double CACHE_SLACK = 1.1;
  /// Collections for slabs may take this share of the time; where they take more, more slabs are allowed, up to
  /// [#MOST_PATIENCE] times [#LEAST_GARBAGE].
  private static final double SLAB_COLLECTION_SHARE = 0.05;
  private static final double MOST_PATIENCE = 16;
  private static final long PAGE = 4096;

  private final Collector collector = new Collector();
  private final ReferenceQueue<Storage> queue = new ReferenceQueue<>();
  /// Cached blocks by capacity; most recently used first, for their pages are warm.
  private final TreeMap<Long, ArrayDeque<Block>> cache = new TreeMap<>();
  private Block.@Nullable Guard guards;

  private long limit = Long.MAX_VALUE;
  private long live;
  private long cached;
  private long peak;
  private long slabBytes;
  private long allocations;
  private long systemAllocations;
  private long collections;
  private long collectionNanos;
  /// Bytes of storages that the collector guards, made since the last forced collection.
  private long guardedSince;
  private long guardedLive;
  /// The least that a collection left since the last full one, which included.
  private long settled;
  private double highWater;
  private double scopeHighWater;
  private long allowedSlabs = LEAST_GARBAGE;
  private double slabPatience = 1;
  private long slabsCollected = System.nanoTime();

  private CachingAllocator() {}

  /// Block sizes: pages up to a megabyte, then sixteenths of the power of two below.
  private static long capacityFor(long bytes) {
    if (FencedMemory.ON) return bytes;
    if (bytes <= 1 << 14) return (bytes + 1023) & -1024L;
    if (bytes <= 1 << 20) {
      long step = Math.max(PAGE, Long.highestOneBit(bytes - 1) >> 3);
      return (bytes + step - 1) & -step;
    }
    long step = Long.highestOneBit(bytes - 1) >> 4;
    return (bytes + step - 1) & -step;
  }

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

  /// In a scope as much more as the scopes before it have freed: what it holds will go without a collection.
  private long allowedGarbage() {
    double scopes = ThreadMemory.current().scope == null ? 0 : scopeHighWater;
    return (long) Math.max(LEAST_GARBAGE, GARBAGE_SHARE * highWater + scopes);
  }

  /// A scope has ended, and its blocks have come back.
  synchronized void scopeEnded(long bytes) {
    scopeHighWater = Math.max(bytes, 0.9 * scopeHighWater);
  }

  private @Nullable Block fromCache(long capacity) {
    // A little larger will do: an eighth of waste is cheaper than fresh pages.
    var found = cache.ceilingEntry(capacity);
    if (found == null || found.getKey() > capacity + (capacity >> 3)) return null;
    ArrayDeque<Block> blocks = found.getValue();
    Block old = blocks.pop();
    if (blocks.isEmpty()) cache.remove(found.getKey());
    cached -= old.capacity;
    return lend(new Block(old.address, old.capacity));
  }

  private Block lend(Block block) {
    live += block.capacity;
    peak = Math.max(peak, live);
    return block;
  }

  private @Nullable Block fromSystem(long capacity) {
    synchronized (this) {
      long total = live + cached + capacity;
      if (total > CACHE_SLACK * Math.max(peak, live + capacity) + LEAST_GARBAGE / 2) {
        releaseCached(capacity);
      }
      if (live + cached + capacity > limit) releaseCached(live + cached + capacity - limit);
      if (live + cached + capacity > limit) return null;
    }
    long address = SystemMemory.allocate(capacity);
    if (address == 0) {
      synchronized (this) {
        releaseCached(Long.MAX_VALUE);
      }
      address = SystemMemory.allocate(capacity);
      if (address == 0) return null;
    }
    synchronized (this) {
      systemAllocations++;
      return lend(new Block(address, capacity));
    }
  }

  /// Gives cached blocks back to the system, largest first, until `bytes` are freed.
  private void releaseCached(long bytes) {
    long freed = 0;
    while (freed < bytes && !cache.isEmpty()) {
      var largest = cache.lastEntry();
      Block block = largest.getValue().removeLast();
      if (largest.getValue().isEmpty()) cache.remove(largest.getKey());
      cached -= block.capacity;
      freed += block.capacity;
      SystemMemory.free(block.address, block.capacity);
    }
  }

  synchronized void giveBack(Block block) {
    live -= block.capacity;
    if (FencedMemory.ON) {
      SystemMemory.free(block.address, block.capacity);
    } else {
      cached += block.capacity;
      cache.computeIfAbsent(block.capacity, c -> new ArrayDeque<>()).push(block);
    }
    Block.Guard guard = block.guard;
    if (guard != null) {
      unlink(guard);
      guard.clear();
    }
  }

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

  private void drain() {
    while (queue.poll() instanceof Block.Guard guard) guard.block.collected();
  }

  /// A backward pass has let its graph go: the best moment to collect, for little is alive and most of what died is
  /// young.
  public void graphFreed() {
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
  private void collect(long need) {
    long start = System.nanoTime();
    if (collector.young()) {
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

  private void collectAll(long start, long need) {
    collector.full();
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

  private String shortage(long bytes) {
    MemoryStatistics now = statistics();
    String bound = limit == Long.MAX_VALUE ? "the system has no more" : "the limit is " + MemoryStatistics.text(limit);
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

  /// No slab is free, and so many bytes of them are in use as far as the collector has told. The Java heap knows little
  /// of them: a tensor of 4 KB is a hundred bytes to it, so it may be long until it collects by itself.
  void slabsUsedUp(long used) {
    long start = System.nanoTime();
    synchronized (this) {
      if (used <= allowedSlabs) return;
      allowedSlabs = Long.MAX_VALUE;
    }
    collect(0);
    long left = Slab.liveBytes();
    if (left > used / 2) {
      collectAll(System.nanoTime(), 0);
      left = Slab.liveBytes();
    }
    long end = System.nanoTime();
    synchronized (this) {
      boolean often = end - start > SLAB_COLLECTION_SHARE * (end - slabsCollected);
      slabPatience = often ? Math.min(2 * slabPatience, MOST_PATIENCE) : Math.max(1, 0.9 * slabPatience);
      slabsCollected = end;
      allowedSlabs = Math.max((long) (slabPatience * LEAST_GARBAGE), 2 * left);
    }
  }

  /// Memory for slabs: never given back to the system, for slabs recycle it themselves.
  long slabMemory(long bytes) {
    synchronized (this) {
      slabBytes += bytes;
    }
    // Sixteen slabs at a time: fewer mappings.
    synchronized (slabChunk) {
      if (slabChunk[0] == slabChunk[1]) {
        long chunk = bytes * 16;
        long address = SystemMemory.allocate(chunk);
        if (address == 0) throw new OutOfMemoryException(shortage(bytes));
        slabChunk[0] = address;
        slabChunk[1] = address + chunk;
      }
      long address = slabChunk[0];
      slabChunk[0] += bytes;
      return address;
    }
  }

  private final long[] slabChunk = new long[2];

  public MemoryStatistics statistics() {
    // Outside the lock: opening a slab takes the locks the other way round.
    long slabs = Slab.liveBytes();
    synchronized (this) {
      drain();
      return statistics(slabs);
    }
  }

  private MemoryStatistics statistics(long slabs) {
    return new MemoryStatistics(live + slabs, cached + slabBytes - slabs, peak + slabs, allocations, systemAllocations,
        collections, collectionNanos);
  }

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

  /// Gives all cached blocks back to the system.
  public synchronized void emptyCache() {
    drain();
    releaseCached(Long.MAX_VALUE);
  }
}
