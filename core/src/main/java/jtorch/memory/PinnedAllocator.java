package jtorch.memory;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Memory of the processor that is locked for copies to and from GPUs. Locking pages takes the driver long, so blocks are
/// kept and lent again.
///
/// A copy that nobody waits for reads or writes its block after the call has returned. A block whose tensor is gone is
/// therefore lent again only when all streams that copied from it or to it ([#use]) have passed the place where it came
/// back.
///
/// **Source**: sizes and reuse are those of PyTorch's `CachingHostAllocator`.
public final class PinnedAllocator extends Allocator {
  private static final long LEAST = 512;

  private final PinnedMemory memory;
  private final TreeMap<Long, ArrayDeque<Block>> cache = new TreeMap<>();
  /// Blocks that come back when streams have passed their marks.
  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
  /// Blocks that came back while no mark could be set.
  private final List<Lent> unmarked = new ArrayList<>();
  private long cached;
  private long systemAllocations;

  private record Mark(int device, long mark) {}

  private record Use(int device, long stream) {}

  private record Waiting(Lent block, List<Mark> marks) {}

  /// A block while it is lent.
  private static final class Lent extends Block {
    /// Streams that have copied from it or to it.
    final List<Use> users = new ArrayList<>(1);

    Lent(Allocator allocator, long address, long capacity) {
      super(allocator, address, capacity);
    }
  }

  public PinnedAllocator(PinnedMemory memory) {
    this.memory = memory;
  }

  /// A power of two.
  @Override
  long capacityFor(long bytes) {
    return bytes <= LEAST ? LEAST : Long.highestOneBit(bytes - 1) << 1;
  }

  @Override
  @Nullable Block fromCache(long capacity) {
    takeBackPassed(false);
    ArrayDeque<Block> blocks = cache.get(capacity);
    Block old = blocks == null ? null : blocks.poll();
    if (old == null) return null;
    cached -= capacity;
    return lend(new Lent(this, old.address, capacity));
  }

  @Override
  @Nullable Block fromSystem(long capacity) {
    synchronized (this) {
      long address = fits(capacity) ? memory.allocate(capacity) : 0;
      if (address == 0) {
        takeBackPassed(true);
        releaseCached();
        address = fits(capacity) ? memory.allocate(capacity) : 0;
        if (address == 0) return null;
      }
      systemAllocations++;
      return lend(new Lent(this, address, capacity));
    }
  }

  private boolean fits(long capacity) {
    return live + cached + capacity <= limit;
  }

  /// A stream copies from a storage or to it, and nobody waits.
  public synchronized void use(Storage storage, int device, long stream) {
    if (!(storage.block instanceof Lent lent) || lent.allocator != this)
      throw new IllegalArgumentException("the memory of this storage is not pinned");
    var use = new Use(device, stream);
    if (!lent.users.contains(use)) lent.users.add(use);
  }

  @Override
  void takeBack(Block block) {
    Lent lent = (Lent) block;
    if (lent.users.isEmpty()) keep(lent);
    else if (memory.isCapturing()) unmarked.add(lent);
    else await(lent);
  }

  private void await(Lent lent) {
    List<Mark> marks = new ArrayList<>();
    for (Use use : lent.users) marks.add(new Mark(use.device, memory.mark(use.device, use.stream)));
    waiting.add(new Waiting(lent, marks));
  }

  /// Takes back what all streams are done with.
  private void takeBackPassed(boolean all) {
    if (waiting.isEmpty() && unmarked.isEmpty() || memory.isCapturing()) return;
    unmarked.forEach(this::await);
    unmarked.clear();
    for (Waiting first = waiting.peek(); first != null; first = waiting.peek()) {
      if (all) first.marks.forEach(m -> memory.await(m.device, m.mark));
      first.marks.removeIf(m -> memory.passed(m.device, m.mark));
      if (!first.marks.isEmpty()) return;
      waiting.remove();
      keep(first.block);
    }
  }

  private void keep(Block block) {
    cached += block.capacity;
    cache.computeIfAbsent(block.capacity, _ -> new ArrayDeque<>()).push(block);
  }

  private void releaseCached() {
    for (ArrayDeque<Block> blocks : cache.values()) {
      for (Block block : blocks) memory.free(block.address);
    }
    cache.clear();
    cached = 0;
  }

  @Override
  String place() {
    return "the driver";
  }

  @Override
  String shortage(long bytes) {
    return "pinned memory: " + super.shortage(bytes);
  }

  @Override
  long cachedBytes() {
    return cached;
  }

  @Override
  long systemAllocations() {
    return systemAllocations;
  }

  @Override
  public synchronized void emptyCache() {
    drain();
    takeBackPassed(true);
    releaseCached();
  }
}
