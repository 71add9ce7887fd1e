package jtorch.memory;

import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/// What the framework makes for itself while it works on one call: temporaries of a composition, gradients inside a
/// backward pass. At its end everything goes at once but what is handed out or held; no collector is needed for it.
///
/// A frame belongs to one thread and is ended in the same method that opened it.
public final class Frame {
  private final ThreadMemory thread;
  private final @Nullable Frame outer;
  private @Nullable ArrayList<Storage> made;

  private Frame(ThreadMemory thread) {
    this.thread = thread;
    this.outer = thread.frame;
  }

  public static Frame open() {
    ThreadMemory thread = ThreadMemory.current();
    Frame frame = new Frame(thread);
    thread.frame = frame;
    return frame;
  }

  void add(Storage storage) {
    if (made == null) made = new ArrayList<>();
    made.add(storage);
  }

  /// This storage leaves the frame: it belongs to the frame around, or to the user.
  public void handOut(Storage storage) {
    if (made == null) return;
    if (storage.parts != null) {
      for (Storage part : storage.parts) handOut(part);
      return;
    }
    for (int i = made.size() - 1; i >= 0; i--) {
      if (made.get(i) == storage) {
        made.remove(i);
        if (outer != null) outer.add(storage);
        else thread.adopt(storage);
        return;
      }
    }
  }

  /// Nobody will use this storage any more: what of it was made in this frame goes back now, unless it is held.
  public void drop(Storage storage) {
    Block block = storage.block;
    if (made == null || block == null) return;
    for (int i = made.size() - 1; i >= 0; i--) {
      if (made.get(i) == storage) {
        made.remove(i);
        end(storage, block);
        return;
      }
    }
  }

  /// Ends the frame; what was neither handed out nor held goes back to the allocator.
  public void end() {
    thread.frame = outer;
    if (made == null) return;
    for (Storage storage : made) {
      Block block = storage.block;
      if (block != null) end(storage, block);
    }
    made = null;
  }

  private void end(Storage storage, Block block) {
    if (!thread.persistent) block.birth = thread.scope;
    block.end(storage);
  }
}
