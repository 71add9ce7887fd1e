package jtorch.memory;

import org.jspecify.annotations.Nullable;

/// What a thread knows about memory: its open slabs, its innermost scope, its innermost frame.
final class ThreadMemory {
  private static final ThreadLocal<ThreadMemory> CURRENT = ThreadLocal.withInitial(ThreadMemory::new);

  private @Nullable Slab slab;
  private @Nullable Slab longLived;
  boolean persistent;
  @Nullable Scope scope;
  @Nullable Frame frame;

  static ThreadMemory current() {
    return CURRENT.get();
  }

  Slab slab(long bytes) {
    Slab open = persistent ? longLived : slab;
    // The alignment may take up to 63 bytes more.
    if (open == null || !open.fits(bytes + 63)) {
      open = Slab.open();
      if (persistent) longLived = open;
      else slab = open;
    }
    return open;
  }

  /// A large storage was made: the frame owns it, or the scope and the collector do.
  void made(Storage storage) {
    Frame inner = frame;
    if (inner != null) inner.add(storage);
    else adopt(storage);
  }

  /// A user may see the storage from now on.
  void adopt(Storage storage) {
    Block block = storage.block;
    if (block == null) return;
    block.expose(storage);
    if (scope != null && !persistent) scope.add(storage);
  }
}
