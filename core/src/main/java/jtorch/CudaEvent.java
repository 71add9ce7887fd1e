package jtorch;

import jtorch.spi.Accelerator;
import org.jspecify.annotations.Nullable;

/// A place in a stream of work, as `torch.cuda.Event`: to wait for, or to take the time.
public final class CudaEvent implements AutoCloseable {
  private final boolean timing;
  private @Nullable Device device;
  private long handle;

  public CudaEvent() {
    this(false);
  }

  /// @param timing whether [#elapsedTime] will be asked
  public CudaEvent(boolean timing) {
    this.timing = timing;
  }

  /// Puts the event behind all work of the thread's current stream.
  public void record() {
    record(Cuda.currentStream());
  }

  /// @throws IllegalArgumentException if it has been recorded on another device
  public void record(CudaStream stream) {
    Device where = stream.device();
    Accelerator accelerator = Cuda.accelerator(where.index());
    if (device == null) {
      device = where;
      handle = accelerator.newEvent(where.index(), timing);
    } else if (!device.equals(where)) {
      throw new IllegalArgumentException("record: the event is on " + device + ", the stream on " + where);
    }
    accelerator.record(where.index(), handle, stream.handle());
  }

  void await(CudaStream stream) {
    if (device != null) Cuda.accelerator(device.index()).await(stream.device().index(), stream.handle(), handle);
  }

  /// Whether the work before it is done; true if it has never been recorded.
  public boolean query() {
    return device == null || Cuda.accelerator(device.index()).isPassed(device.index(), handle);
  }

  /// Waits until the work before it is done.
  public void synchronize() {
    if (device != null) Cuda.accelerator(device.index()).synchronizeEvent(device.index(), handle);
  }

  /// The milliseconds from this event to a later one; both must be done.
  ///
  /// @throws IllegalStateException if one of them takes no time, or has not been recorded
  public float elapsedTime(CudaEvent end) {
    if (!timing || !end.timing)
      throw new IllegalStateException("elapsedTime: Both events must be created with argument 'timing=true'.");
    Device where = device;
    if (where == null || end.device == null)
      throw new IllegalStateException("elapsedTime: Both events must be recorded before calculating elapsed time.");
    return Cuda.accelerator(where.index()).elapsed(where.index(), handle, end.handle);
  }

  @Override
  public void close() {
    Device where = device;
    if (where != null) Cuda.accelerator(where.index()).freeEvent(where.index(), handle);
    device = null;
  }
}
