package jtorch.cuda;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import jtorch.memory.GraphPool;
import jtorch.memory.Storage;
import jtorch.spi.GraphCapture;
import org.jspecify.annotations.Nullable;

/// A recording under way in a stream of a device, and in those that wait for it.
final class CudaCapture implements GraphCapture.Recording {
  private final CudaDevice device;
  final long stream;
  final GraphPool pool;
  private long id;
  /// Pinned memory that recorded copies read and write.
  private final List<Storage> held = new ArrayList<>();
  /// Operators whose kernels may find an index outside of its tensor.
  private final Set<String> suspects = new LinkedHashSet<>();
  private @Nullable String refused;

  private CudaCapture(CudaDevice device, long stream, GraphPool pool) {
    this.device = device;
    this.stream = stream;
    this.pool = pool;
  }

  /// Begins to record the thread's stream.
  static CudaCapture begin(CudaDevice device, GraphPool pool, GraphCapture.Mode mode) {
    long stream = device.stream();
    if (stream == 0)
      throw new IllegalStateException("captureBegin: CUDA graphs must be captured on a non-default stream."
          + " (However, after capture, it's ok to replay them on the default stream.)");
    if (device.capture(stream) != null)
      throw new IllegalStateException("captureBegin: this stream is being captured already");
    var capture = new CudaCapture(device, stream, pool);
    // What is set up at its first use waits for the device.
    device.prepare();
    device.allocator().beginGraph(pool, s -> device.capture(s) == capture);
    try {
      device.driver().graphs().begin(device.index(), stream, mode.ordinal());
    } catch (RuntimeException failure) {
      device.allocator().endGraph(pool);
      device.allocator().releaseGraph(pool);
      throw failure;
    }
    capture.id = device.driver().graphs().captureId(device.index(), stream);
    return capture;
  }

  boolean takesIn(long other) {
    return other == stream || other != 0 && device.driver().graphs().captureId(device.index(), other) == id;
  }

  /// What cannot be recorded: the graph is lost, but not the stream.
  IllegalStateException refuse(String what) {
    if (refused == null) refused = what;
    return new IllegalStateException("operation not permitted when stream is capturing: " + what
        + " cannot be recorded in a CUDA graph on cuda:" + device.index()
        + "; do it before the capture begins or after it has ended");
  }

  synchronized void hold(Storage storage) {
    storage.hold();
    held.add(storage);
  }

  synchronized void suspect(String operator) {
    suspects.add(operator);
  }

  @Override
  public GraphCapture.Graph end() {
    long graph;
    try {
      graph = device.driver().graphs().end(device.index(), stream);
    } catch (RuntimeException invalid) {
      device.ended(this);
      discard();
      if (refused == null) throw invalid;
      throw lost(invalid);
    }
    device.ended(this);
    if (refused != null) {
      device.driver().graphs().freeGraph(device.index(), graph);
      discard();
      throw lost(null);
    }
    return new CudaGraphWork(device, graph, pool, List.copyOf(held), Set.copyOf(suspects));
  }

  private IllegalStateException lost(@Nullable Throwable cause) {
    return new IllegalStateException(
        "captureEnd: there is no graph, because the capture asked for " + refused + ", which cannot be recorded",
        cause);
  }

  private void discard() {
    device.allocator().releaseGraph(pool);
    held.forEach(Storage::release);
  }
}
