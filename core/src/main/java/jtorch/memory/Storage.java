package jtorch.memory;

import jtorch.Device;
import org.jspecify.annotations.Nullable;

/// The bytes of one or more tensors: views share a storage, and the storage owns its memory.
///
/// Large storages, and all of other devices than the CPU, own a block of an [Allocator]; small ones are cut from a [Slab]. Nobody closes a storage: it
/// goes when it is unreachable, when its [Scope] closes, or when the framework that made it for itself lets go of it.
/// Holds (graph nodes, parameters, gradients) keep the bytes alive whatever a scope does.
public final class Storage {
  private static final Storage EMPTY = new Storage(Memory.EMPTY_ADDRESS, 0, Device.CPU, null, null);

  private final long address;
  private final long bytes;
  private final Device device;
  /// The block of a large storage, null for small ones and for memory that somebody else owns.
  final @Nullable Block block;
  /// Keeps the memory reachable: the slab of a small storage, or whatever owns foreign memory.
  private final @Nullable Object owner;
  /// The storages that this one stands for; null for one that has bytes of its own.
  final Storage @Nullable [] parts;
  private int version;
  @Nullable Scope scope;

  private Storage(long address, long bytes, Device device, @Nullable Block block, @Nullable Object owner) {
    this(address, bytes, device, block, owner, null);
  }

  private Storage(long address, long bytes, Device device, @Nullable Block block, @Nullable Object owner,
      Storage @Nullable [] parts) {
    this.parts = parts;
    this.address = address;
    this.bytes = bytes;
    this.device = device;
    this.block = block;
    this.owner = owner;
  }

  /// New memory on the CPU with undefined content.
  ///
  /// @throws OutOfMemoryException if neither the system nor a collection gives that much
  public static Storage allocate(long bytes) {
    if (bytes == 0) return EMPTY;
    if (bytes < 0) throw new IllegalArgumentException("a storage cannot have " + bytes + " bytes");
    ThreadMemory thread = ThreadMemory.current();
    Storage made;
    if (bytes <= Slab.LARGEST && !FencedMemory.ON) {
      Slab slab = thread.slab(bytes);
      made = new Storage(slab.cut(bytes), bytes, Device.CPU, null, slab);
      made.scope = thread.scope;
    } else {
      Block block = CachingAllocator.CPU.allocate(bytes);
      made = new Storage(block.address, bytes, Device.CPU, block, null);
      thread.made(made);
    }
    return made;
  }

  /// New memory on another device with undefined content.
  ///
  /// @throws OutOfMemoryException if neither the device nor a collection gives that much
  public static Storage allocate(long bytes, DeviceAllocator memory) {
    if (bytes == 0) return new Storage(0, 0, memory.device(), null, null);
    if (bytes < 0) throw new IllegalArgumentException("a storage cannot have " + bytes + " bytes");
    Block block = memory.allocate(bytes);
    Storage made = new Storage(block.address, bytes, memory.device(), block, null);
    ThreadMemory.current().made(made);
    return made;
  }

  /// New memory of the processor, locked for copies to and from other devices, with undefined content.
  ///
  /// @throws OutOfMemoryException if neither the driver nor a collection gives that much
  public static Storage allocate(long bytes, PinnedAllocator memory) {
    if (bytes < 0) throw new IllegalArgumentException("a storage cannot have " + bytes + " bytes");
    Block block = memory.allocate(bytes);
    Storage made = new Storage(block.address, bytes, Device.CPU, block, null);
    ThreadMemory.current().made(made);
    return made;
  }

  /// Memory that somebody else owns, kept reachable through `owner`.
  public static Storage foreign(long address, long bytes, Object owner) {
    return new Storage(address, bytes, Device.CPU, null, owner);
  }

  /// What stands for several storages at once, as those of a sparse tensor's indices and values: holding it or letting it
  /// go does so with each of them, and a change of one is a change of it. It has no address.
  ///
  /// @param version how often the tensor has been changed so far, apart from changes of the parts
  public static Storage group(int version, Storage... parts) {
    long bytes = 0;
    for (Storage part : parts) bytes += part.bytes;
    Storage group = new Storage(0, bytes, parts[0].device, null, null, parts);
    group.version = version;
    return group;
  }

  /// The address of the first byte, for the processor.
  ///
  /// @throws IllegalStateException if the scope that owned this storage has been closed
  /// @throws UnsupportedOperationException if this stands for several storages, or lies on another device
  public long address() {
    if (device != Device.CPU) throw new UnsupportedOperationException(
        "the processor cannot reach the memory of " + device + ": cpu() gives a copy that it can");
    return pointer();
  }

  /// The address of the first byte in the memory of its device, for that device's backend.
  ///
  /// @throws IllegalStateException if the scope that owned this storage has been closed
  /// @throws UnsupportedOperationException if this stands for several storages
  public long pointer() {
    if (parts != null) throw new UnsupportedOperationException(
        "the elements of a sparse tensor have no common address: call toDense(), or indices() and values()");
    if (scope != null || block != null) checkOpen();
    return address;
  }

  private void checkOpen() {
    boolean released = block != null ? block.isReleased() : scope != null && scope.isClosed();
    if (released) {
      throw new IllegalStateException(
          "this tensor was made in a scope that has been closed: keep it with scope.keep(tensor), or use it inside");
    }
  }

  public boolean isReleased() {
    if (parts != null) {
      for (Storage part : parts) {
        if (part.isReleased()) return true;
      }
      return false;
    }
    return block != null ? block.isReleased() : scope != null && scope.isClosed();
  }

  /// Whether it is cut from a slab, which it keeps alive.
  public boolean isSmall() {
    return owner instanceof Slab;
  }

  /// Whether it is memory of the processor that is locked for copies to and from other devices.
  public boolean isPinned() {
    return block != null && block.allocator instanceof PinnedAllocator;
  }

  public long bytes() {
    return bytes;
  }

  public Device device() {
    return device;
  }

  /// How often the content has been changed in place; saved tensors compare it.
  public int version() {
    if (parts == null) return version;
    int changes = version;
    for (Storage part : parts) changes += part.version();
    return changes;
  }

  public void bumpVersion() {
    // All empty tensors share one storage, and nothing in it can change.
    if (bytes != 0) version++;
  }

  /// Keeps the bytes alive until [#release], whatever a scope does.
  public void hold() {
    if (block != null) block.hold();
    else if (parts == null) scope = null;
    else for (Storage part : parts) part.hold();
  }

  /// Ends one hold; the bytes go back at once if nobody but the framework could still see them.
  public void release() {
    if (block != null) block.release();
    else if (parts != null) {
      for (Storage part : parts) part.release();
    }
  }

  /// Whether only the framework knows this storage and only one holder holds it, so it may be taken over.
  public boolean isTemporary() {
    return block != null && block.isTemporary();
  }

  /// A user may see this storage from now on, so only a scope or the collector ends it.
  public void expose() {
    if (block != null) block.expose(this);
    else if (parts != null) {
      for (Storage part : parts) part.expose();
    }
  }
}
