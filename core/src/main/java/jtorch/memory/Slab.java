package jtorch.memory;

import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;

/// A piece of memory from which one thread cuts small storages.
///
/// Each small storage refers to its slab, and one phantom reference a slab tells when all of them are gone. Against a
/// reference a storage this makes small tensors about twenty times cheaper; the price is that one long-lived small
/// tensor keeps its whole slab, which is why long-lived ones (parameters, optimizer state) come from slabs of their own.
final class Slab {
  /// The largest storage that is cut from a slab, in bytes.
  static final long LARGEST = 4096;

  static final long SIZE = 64 << 10;
  private static final ReferenceQueue<Slab> QUEUE = new ReferenceQueue<>();
  private static final Set<Guard> GUARDS = new HashSet<>();
  private static final ArrayDeque<Long> FREE = new ArrayDeque<>();

  private final long end;
  private long next;

  private static final class Guard extends PhantomReference<Slab> {
    final long address;

    Guard(Slab slab, long address) {
      super(slab, QUEUE);
      this.address = address;
    }
  }

  private Slab(long address) {
    this.next = address;
    this.end = address + SIZE;
  }

  static Slab open() {
    long used = 0;
    synchronized (FREE) {
      drain();
      if (FREE.isEmpty()) used = GUARDS.size() * SIZE;
    }
    if (used > 0) CachingAllocator.CPU.slabsUsedUp(used);
    synchronized (FREE) {
      drain();
      Long free = FREE.poll();
      long address = free != null ? free : CachingAllocator.CPU.slabMemory(SIZE);
      Slab slab = new Slab(address);
      GUARDS.add(new Guard(slab, address));
      return slab;
    }
  }

  private static void drain() {
    while (QUEUE.poll() instanceof Guard guard) {
      GUARDS.remove(guard);
      FREE.add(guard.address);
    }
  }

  /// Bytes in slabs that some storage still uses, as far as the collector has told.
  static long liveBytes() {
    synchronized (FREE) {
      drain();
      return GUARDS.size() * SIZE;
    }
  }

  static long cachedBytes() {
    synchronized (FREE) {
      return FREE.size() * SIZE;
    }
  }

  boolean fits(long bytes) {
    return next + bytes <= end;
  }

  long cut(long bytes) {
    long address = next;
    // Cache lines for what spans them, so that vector loads do not straddle; sixteen bytes for scalars.
    long alignment = bytes >= 64 ? 64 : 16;
    address = (address + alignment - 1) & -alignment;
    next = address + bytes;
    return address;
  }
}
