package jtorch.memory;

import java.util.ArrayDeque;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The memory of tensors on the processor: blocks that come back are kept and lent again, because fresh pages cost more
/// than most arithmetic on them.
public final class CachingAllocator extends Allocator {
  public static final CachingAllocator CPU = new CachingAllocator();

  /// Live and cached bytes together may pass the peak of the live ones by this factor before cached ones go.
  private static final double CACHE_SLACK = 1.1;
  /// Collections for slabs may take this share of the time; where they take more, more slabs are allowed, up to
  /// [#MOST_PATIENCE] times [#LEAST_GARBAGE].
  private static final double SLAB_COLLECTION_SHARE = 0.05;
  private static final double MOST_PATIENCE = 16;
  private static final long PAGE = 4096;

  /// Cached blocks by capacity; most recently used first, for their pages are warm.
  private final TreeMap<Long, ArrayDeque<Block>> cache = new TreeMap<>();

  private long cached;
  private long returns;
  private long slabBytes;
  private long systemAllocations;
  private long allowedSlabs = LEAST_GARBAGE;
  private double slabPatience = 1;
  private long slabsCollected = System.nanoTime();

  private CachingAllocator() {}

  /// Block sizes: pages up to a megabyte, then sixteenths of the power of two below.
  @Override
  long capacityFor(long bytes) {
    if (FencedMemory.ON) return bytes;
    if (bytes <= 1 << 14) return (bytes + 1023) & -1024L;
    if (bytes <= 1 << 20) {
      long step = Math.max(PAGE, Long.highestOneBit(bytes - 1) >> 3);
      return (bytes + step - 1) & -step;
    }
    long step = Long.highestOneBit(bytes - 1) >> 4;
    return (bytes + step - 1) & -step;
  }

  @Override
  @Nullable Block fromCache(long capacity) {
    // A little larger will do: an eighth of waste is cheaper than fresh pages.
    var found = cache.ceilingEntry(capacity);
    if (found == null || found.getKey() > capacity + (capacity >> 3)) return null;
    ArrayDeque<Block> blocks = found.getValue();
    Block old = blocks.pop();
    if (blocks.isEmpty()) cache.remove(found.getKey());
    cached -= old.capacity;
    return lend(new Block(this, old.address, old.capacity));
  }

  @Override
  @Nullable Block fromSystem(long capacity) {
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
      return lend(new Block(this, address, capacity));
    }
  }

  /// Gives cached blocks back to the system until `bytes` are freed: those that nobody has wanted for longest, for a
  /// program that has gone on to other sizes would soon ask again for the ones of now.
  private void releaseCached(long bytes) {
    long freed = 0;
    while (freed < bytes && !cache.isEmpty()) {
      ArrayDeque<Block> oldest = cache.lastEntry().getValue();
      for (ArrayDeque<Block> blocks : cache.values()) {
        if (blocks.getLast().cachedAt < oldest.getLast().cachedAt) oldest = blocks;
      }
      Block block = oldest.removeLast();
      if (oldest.isEmpty()) cache.remove(block.capacity);
      cached -= block.capacity;
      freed += block.capacity;
      SystemMemory.free(block.address, block.capacity);
    }
  }

  @Override
  void takeBack(Block block) {
    if (FencedMemory.ON) {
      SystemMemory.free(block.address, block.capacity);
    } else {
      cached += block.capacity;
      block.cachedAt = ++returns;
      cache.computeIfAbsent(block.capacity, c -> new ArrayDeque<>()).push(block);
    }
  }

  @Override
  String place() {
    return "the system";
  }

  @Override
  long cachedBytes() {
    return cached;
  }

  @Override
  long systemAllocations() {
    return systemAllocations;
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

  @Override
  public MemoryStatistics statistics() {
    // Outside the lock: opening a slab takes the locks the other way round.
    long slabs = Slab.liveBytes();
    synchronized (this) {
      drain();
      return statistics(live + slabs, cached + slabBytes - slabs, peak + slabs);
    }
  }

  /// Gives all cached blocks back to the system.
  @Override
  public synchronized void emptyCache() {
    drain();
    releaseCached(Long.MAX_VALUE);
  }
}
