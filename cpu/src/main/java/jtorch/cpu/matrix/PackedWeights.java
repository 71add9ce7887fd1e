package jtorch.cpu.matrix;

import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.LinkedHashMap;
import java.util.Map;
import jtorch.cpu.Scratch;
import org.jspecify.annotations.Nullable;

/// Weights kept in the layout that oneDNN's code wants, so that inference does not copy them in every call.
///
/// A copy belongs to a place (address and code), an owner and a version of the owner's content. The owner is the object
/// that stands for the memory, known by identity and held weakly: so memory given back and lent again is never taken
/// for the old one, and the copy goes when its owner is collected, is changed, or the limit is reached
/// (`-Djtorch.packed.megabytes`, 256 at first). A copy in use is never freed.
public final class PackedWeights {
  private static final long LIMIT = Long.getLong("jtorch.packed.megabytes", 256) << 20;
  private static final LinkedHashMap<Key, Copy> COPIES = new LinkedHashMap<>(16, 0.75f, true);
  private static final ReferenceQueue<Object> GONE = new ReferenceQueue<>();
  private static long total;

  private record Key(long address, DnnlConvolution code) {}

  /// What stands for the memory of weights, and how often their content has changed. The pair must never come again with
  /// other content: a storage and its version counter will do, if every write is counted.
  public record Owner(Object object, long version) {}

  /// A copy and the number of calls that read it now.
  static final class Copy extends WeakReference<Object> implements AutoCloseable {
    private final Key key;
    private final long version;
    private final Scratch scratch;
    private final long bytes;
    final long address;
    private int readers;
    private boolean dropped;

    private Copy(Key key, Owner owner, Scratch scratch, long bytes) {
      super(owner.object, GONE);
      this.key = key;
      version = owner.version;
      this.scratch = scratch;
      this.bytes = bytes;
      address = scratch.allocate(bytes);
    }

    @Override
    public void close() {
      synchronized (COPIES) {
        readers--;
        freeIfUnused();
      }
    }

    private void freeIfUnused() {
      if (dropped && readers == 0) {
        scratch.free(address);
        total -= bytes;
        dropped = false;
      }
    }
  }

  private PackedWeights() {}

  /// The copy of the weights at `address`, made now if need be; to be closed when read. Null if there is no room for it.
  static @Nullable Copy acquire(Scratch scratch, DnnlConvolution code, long address, Owner owner) {
    synchronized (COPIES) {
      dropCollected();
      Key key = new Key(address, code);
      Copy copy = COPIES.get(key);
      if (copy != null && !(copy.refersTo(owner.object) && copy.version == owner.version)) {
        drop(copy);
        copy = null;
      }
      if (copy == null) {
        if (!makeRoom(code.w.bytes())) {
          return null;
        }
        copy = new Copy(key, owner, scratch, code.w.bytes());
        total += copy.bytes;
        code.w.read(address, copy.address);
        COPIES.put(key, copy);
      }
      copy.readers++;
      return copy;
    }
  }

  /// Lets all copies go, those in use when they have been read.
  public static void clear() {
    synchronized (COPIES) {
      for (Copy copy : Map.copyOf(COPIES).values()) {
        drop(copy);
      }
    }
  }

  /// Bytes held now.
  public static long bytes() {
    synchronized (COPIES) {
      return total;
    }
  }

  private static void dropCollected() {
    while (GONE.poll() instanceof Copy copy) {
      drop(copy);
    }
  }

  /// Drops copies, the least recently used first.
  private static boolean makeRoom(long bytes) {
    while (total + bytes > LIMIT && !COPIES.isEmpty()) {
      long before = total;
      drop(COPIES.firstEntry().getValue());
      if (total == before) {
        return false; // it is being read
      }
    }
    return total + bytes <= LIMIT;
  }

  private static void drop(Copy copy) {
    if (COPIES.remove(copy.key, copy)) {
      copy.dropped = true;
      copy.freeIfUnused();
    }
  }
}
