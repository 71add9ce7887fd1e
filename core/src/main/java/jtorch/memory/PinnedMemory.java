package jtorch.memory;

/// What a [PinnedAllocator] needs: memory of the processor that a device's copies reach without help, and the order of
/// the streams that copy. A mark is a place in a stream.
public interface PinnedMemory {
  /// The address of new memory at a page's begin, or 0 if there is no more.
  long allocate(long bytes);

  void free(long address);

  /// Whether marks cannot be set or asked for now, because a stream records what it is given instead of doing it.
  boolean isCapturing();

  /// A mark behind all work given to a stream so far.
  long mark(int device, long stream);

  /// Whether the device has passed the mark; it must not be asked for again then.
  boolean passed(int device, long mark);

  /// Waits until the device has passed the mark.
  void await(int device, long mark);
}
