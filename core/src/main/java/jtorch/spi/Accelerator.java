package jtorch.spi;

import jtorch.DeviceProperties;
import jtorch.FourierPlanCache;
import jtorch.memory.DeviceAllocator;
import jtorch.memory.PinnedAllocator;
import jtorch.memory.Storage;
import org.jspecify.annotations.Nullable;

/// A backend whose memory the processor cannot reach: GPUs. Devices are named by their index.
///
/// Work is given to a stream, which does it in order, and calls return before it is done. Each thread has a current stream
/// on each device; streams and events are named by numbers. Stream 0 is the default one.
public interface Accelerator extends Backend, GraphCapture {
  /// How many devices there are.
  int count();

  /// Why there is no device, in one sentence that says what to do; null where there is one.
  @Nullable String absence();

  DeviceProperties properties(int device);

  /// The version of cuDNN that a device's convolutions use, as PyTorch writes it; null where there is none.
  default @Nullable Integer cudnnVersion(int device) {
    return null;
  }

  /// Random numbers that devices draw themselves.
  DeviceRandom random();

  // ---- memory ----------------------------------------------------------------------------------------------------

  DeviceAllocator memory(int device);

  /// Copies from the processor's memory, which may be changed as soon as this returns.
  void copyIn(int device, long to, long from, long bytes);

  /// Copies to the processor's memory, and waits until it is there.
  void copyOut(int device, long to, long from, long bytes);

  /// Memory of the processor that is locked for copies.
  PinnedAllocator pinned();

  /// Copies from pinned memory, which is not to be changed before the stream has passed.
  void copyInLater(int device, long to, long from, long bytes);

  /// Copies to pinned memory, which is not to be read before the stream has passed.
  void copyOutLater(int device, long to, long from, long bytes);

  /// Keeps pinned memory, from or to which the thread's stream copies now, until that is done.
  void usesPinned(int device, Storage storage);

  /// Whether a device can reach another's memory directly.
  boolean canAccessPeer(int device, int peer);

  /// Copies from one device's memory to another's, or within one.
  void copyAcross(int toDevice, long to, int fromDevice, long from, long bytes);

  /// The device's free and whole memory in bytes, whoever uses it.
  long[] freeAndTotal(int device);

  /// The plans of a device's Fourier transforms.
  FourierPlanCache fourierPlans(int device);

  // ---- order -----------------------------------------------------------------------------------------------------

  /// The calling thread's stream.
  long stream(int device);

  void stream(int device, long stream);

  /// @param priority lower numbers go first; 0 is the usual one
  long newStream(int device, int priority);

  void freeStream(int device, long stream);

  boolean isIdle(int device, long stream);

  void synchronize(int device, long stream);

  /// Waits for all streams.
  void synchronize(int device);

  long newEvent(int device, boolean timing);

  void freeEvent(int device, long event);

  /// Puts the event behind all work of a stream.
  void record(int device, long event, long stream);

  /// Work given to the stream from now on waits for the event.
  void await(int device, long stream, long event);

  boolean isPassed(int device, long event);

  /// Waits for the event.
  void synchronizeEvent(int device, long event);

  /// The milliseconds between two events.
  float elapsed(int device, long start, long end);

  /// Names for parts of a program in the maker's tools; null where they are not there.
  default @Nullable Ranges ranges() {
    return null;
  }
}
