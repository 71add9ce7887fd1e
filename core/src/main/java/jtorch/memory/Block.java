package jtorch.memory;

import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import org.jspecify.annotations.Nullable;

/// A piece of memory that an [Allocator] lends to one storage at a time, and what decides when it comes back.
///
/// A block comes back once, by whichever of these is first: its phantom reference (the collector found the storage
/// unreachable), its scope's end, or the last release of a storage that only the framework knew.
class Block {
  final Allocator allocator;
  final long address;
  final long capacity;
  private int holds;
  private boolean released;
  /// Nobody but holders can see the storage: the last release frees it.
  private boolean owned;
  @Nullable Guard guard;
  @Nullable Scope scope;
  /// The scope in which the framework made it; it takes over what a user gets to see before it ends.
  @Nullable Scope birth;
  /// When it came back, in the count of all that did.
  long cachedAt;

  Block(Allocator allocator, long address, long capacity) {
    this.allocator = allocator;
    this.address = address;
    this.capacity = capacity;
  }

  /// The collector's way to a block: reaches the block, never the storage.
  static final class Guard extends PhantomReference<Storage> {
    final Block block;
    /// Links of the list of live guards, which keeps them reachable; held by the allocator.
    @Nullable Guard previous;
    @Nullable Guard next;

    Guard(Storage storage, Block block, ReferenceQueue<Storage> queue) {
      super(storage, queue);
      this.block = block;
    }
  }

  boolean isReleased() {
    return released;
  }

  synchronized void hold() {
    if (released) throw new IllegalStateException("this tensor was made in a scope that has been closed");
    holds++;
  }

  synchronized boolean isTemporary() {
    return owned && holds == 1 && !released;
  }

  void release() {
    boolean free;
    synchronized (this) {
      holds--;
      free = holds == 0 && owned && !released;
      if (free) released = true;
    }
    if (free) allocator.giveBack(this);
  }

  /// The storage is unreachable; holders reach it, so there are none.
  void collected() {
    boolean free;
    synchronized (this) {
      free = !released;
      released = true;
    }
    if (free) allocator.giveBack(this);
  }

  /// The end of a scope or of a framework's frame: free now, or when the last holder lets go. Where holders remain
  /// the collector guards the block too, for a graph may be dropped without a backward pass.
  void end(@Nullable Storage storage) {
    boolean free;
    synchronized (this) {
      if (released) return;
      owned = true;
      free = holds == 0;
      if (free) released = true;
    }
    if (free) allocator.giveBack(this);
    else if (storage != null && guard == null) allocator.guard(storage, this);
  }

  void expose(Storage storage) {
    synchronized (this) {
      owned = false;
    }
    if (guard == null) allocator.guard(storage, this);
    if (birth != null && scope == null && birth.isOpenHere()) birth.add(storage);
  }
}
