package jtorch.memory;

/// What a [DeviceAllocator] needs from a device: raw memory, and its order of things.
///
/// A stream is a queue of work that a device does in order; it is named by a number. A mark is a place in a stream.
public interface DeviceMemory {
  /// The address of new memory, aligned to 512 bytes, or 0 if the device has no more.
  long allocate(long bytes);

  /// Gives memory back; waits for the work that uses it.
  void free(long address);

  /// The stream to which the calling thread gives its work.
  long stream();

  /// A mark behind all work given to a stream so far.
  long mark(long stream);

  /// Whether the device has passed the mark; it must not be asked for again then.
  boolean passed(long mark);

  /// Waits until the device has passed the mark.
  void await(long mark);
}
