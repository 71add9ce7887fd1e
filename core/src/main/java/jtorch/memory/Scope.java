package jtorch.memory;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Frees at its end what was made inside: `try (var scope = Torch.scope()) { ... }`.
///
/// A scope only hastens what the collector would do anyway, and it holds what it knows weakly, so the collector can
/// work inside it. Parameters, optimizer state, what a graph still needs, and gradients for as long as a tensor has
/// them survive by themselves; other tensors survive through [#keep]. Using a tensor after its scope has ended throws
/// `IllegalStateException`.
///
/// A scope belongs to the thread that opened it, and scopes are closed in reverse order of opening.
public final class Scope implements AutoCloseable {
  private final ThreadMemory thread = ThreadMemory.current();
  private final @Nullable Scope outer = thread.scope;
  private final List<Block> blocks = new ArrayList<>();
  private boolean closed;

  private Scope() {}

  public static Scope open() {
    Scope scope = new Scope();
    scope.thread.scope = scope;
    return scope;
  }

  void add(Storage storage) {
    Block block = storage.block;
    if (block == null) return;
    block.scope = this;
    blocks.add(block);
  }

  /// This storage outlives the scope: it belongs to the scope around, or to nobody.
  public void keep(Storage storage) {
    if (storage.parts != null) {
      for (Storage part : storage.parts) keep(part);
      return;
    }
    if (storage.scope == this) storage.scope = outer;
    Block block = storage.block;
    if (block != null && block.scope == this) {
      block.scope = outer;
      if (outer != null) outer.blocks.add(block);
    }
  }

  /// Whether it has not been closed and belongs to this thread.
  boolean isOpenHere() {
    return !closed && thread == ThreadMemory.current();
  }

  public boolean isClosed() {
    return closed;
  }

  /// Runs work whose tensors belong to no scope, because they live long: parameters, optimizer state, buffers.
  public static <T> T persistent(java.util.function.Supplier<T> work) {
    ThreadMemory thread = ThreadMemory.current();
    boolean before = thread.persistent;
    Scope scope = thread.scope;
    Frame frame = thread.frame;
    thread.persistent = true;
    thread.scope = null;
    thread.frame = null;
    try {
      return work.get();
    } finally {
      thread.persistent = before;
      thread.scope = scope;
      thread.frame = frame;
    }
  }

  @Override
  public void close() {
    if (closed) return;
    if (ThreadMemory.current() != thread)
      throw new IllegalStateException("a scope is closed by the thread that opened it");
    if (thread.scope != this) throw new IllegalStateException("scopes are closed in reverse order of opening");
    closed = true;
    thread.scope = outer;
    long freed = 0;
    Map<Allocator, Long> elsewhere = Map.of();
    for (Block block : blocks) {
      if (block.scope != this) continue;
      if (block.allocator == CachingAllocator.CPU) {
        freed += block.capacity;
      } else {
        if (elsewhere.isEmpty()) elsewhere = new IdentityHashMap<>(2);
        elsewhere.merge(block.allocator, block.capacity, Long::sum);
      }
      block.end(null);
    }
    blocks.clear();
    CachingAllocator.CPU.scopeEnded(freed);
    elsewhere.forEach(Allocator::scopeEnded);
  }
}
