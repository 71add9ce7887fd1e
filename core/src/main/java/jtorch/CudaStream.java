package jtorch;

import jtorch.spi.Accelerator;

/// A queue of work that a GPU does in order, as `torch.cuda.Stream`; work of different streams may overlap.
///
/// A tensor belongs to the stream in which it was made. Before another stream uses it, that one has to wait ([#waitStream]),
/// and [Tensor#recordStream] keeps its memory from being reused too early.
public final class CudaStream implements AutoCloseable {
  private final Device device;
  private final long handle;
  private final boolean owned;

  private CudaStream(Device device, long handle, boolean owned) {
    this.device = device;
    this.handle = handle;
    this.owned = owned;
  }

  /// A new stream on the current GPU.
  public CudaStream() {
    this(Device.cuda(Cuda.currentDevice()), 0);
  }

  /// A new stream.
  ///
  /// @param priority lower numbers go first; 0 is the usual one
  /// @throws UnsupportedOperationException if there is no such GPU
  public CudaStream(Device device, int priority) {
    this(device, Cuda.accelerator(device.index()).newStream(device.index(), priority), true);
  }

  static CudaStream of(int device, long handle) {
    return new CudaStream(Device.cuda(device), handle, false);
  }

  public Device device() {
    return device;
  }

  /// The driver's name for it; 0 for the default stream.
  public long handle() {
    return handle;
  }

  private Accelerator accelerator() {
    return Cuda.accelerator(device.index());
  }

  /// Whether all work is done.
  public boolean query() {
    return accelerator().isIdle(device.index(), handle);
  }

  /// Waits until all work is done.
  public void synchronize() {
    accelerator().synchronize(device.index(), handle);
  }

  /// Work given to this stream from now on waits for the event.
  public void waitEvent(CudaEvent event) {
    event.await(this);
  }

  /// Work given to this stream from now on waits for what the other one has been given so far.
  public void waitStream(CudaStream other) {
    try (var event = new CudaEvent()) {
      event.record(other);
      waitEvent(event);
    }
  }

  public CudaEvent recordEvent() {
    var event = new CudaEvent();
    event.record(this);
    return event;
  }

  /// Gives the stream back; work that it was given is still done.
  @Override
  public void close() {
    if (owned) accelerator().freeStream(device.index(), handle);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CudaStream s && s.handle == handle && s.device.equals(device);
  }

  @Override
  public int hashCode() {
    return Long.hashCode(handle) * 31 + device.hashCode();
  }

  @Override
  public String toString() {
    return "CudaStream(%s, 0x%x)".formatted(device, handle);
  }
}
