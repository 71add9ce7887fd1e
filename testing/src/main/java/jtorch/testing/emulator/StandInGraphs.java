package jtorch.testing.emulator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import jtorch.cuda.driver.CudaException;
import jtorch.cuda.driver.GraphDriver;
import org.jspecify.annotations.Nullable;

/// Stream capture as CUDA's documentation has it: what a stream is given becomes a node of a graph; streams that wait for its
/// events take part and must be waited for; what asks how far they are invalidates the capture.
final class StandInGraphs implements GraphDriver {
  private final StandInDriver driver;
  private final Map<Long, Capture> captures = new HashMap<>();
  private final Map<Long, Place> events = new HashMap<>();
  private final Map<Long, List<Node>> graphs = new HashMap<>();
  private final Map<Long, List<Node>> executables = new HashMap<>();
  private long handles;

  private record Node(String name, Runnable work) {}

  /// @param reach the nodes that come before it
  private record Place(Capture capture, BitSet reach) {}

  private static final class Capture {
    final long id;
    final long origin;
    final Thread thread = Thread.currentThread();
    final int mode;
    final List<Node> nodes = new ArrayList<>();
    /// By stream, the nodes that come before what it is given next.
    final Map<Long, BitSet> streams = new HashMap<>();
    boolean invalid;

    Capture(long id, long origin, int mode) {
      this.id = id;
      this.origin = origin;
      this.mode = mode;
      streams.put(origin, new BitSet());
    }
  }

  StandInGraphs(StandInDriver driver) {
    this.driver = driver;
  }

  private static CudaException error(String call, String name) {
    return new CudaException("CUDA error in " + call + ": " + name);
  }

  // ---- what the driver asks -------------------------------------------------------------------------------------------

  /// Whether a stream's work has become part of a graph instead of being done.
  synchronized boolean records(long stream, String name, Runnable work) {
    Capture capture = captures.get(stream);
    if (capture == null) return false;
    if (capture.invalid) throw error(name, "CUDA_ERROR_STREAM_CAPTURE_INVALIDATED");
    java.util.Objects.requireNonNull(capture.streams.get(stream)).set(capture.nodes.size());
    capture.nodes.add(new Node(name, work));
    return true;
  }

  /// Refuses a call that a stream must not see while it captures.
  synchronized void forbid(long stream, String call) {
    Capture capture = captures.get(stream);
    if (capture == null) return;
    capture.invalid = true;
    throw error(call, "CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED");
  }

  /// Refuses a call that concerns all streams.
  synchronized void forbid(String call) {
    for (long stream : captures.keySet()) forbid(stream, call);
  }

  synchronized void recorded(long event, long stream) {
    Capture capture = captures.get(stream);
    if (capture == null) events.remove(event);
    else events.put(event,
        new Place(capture, (BitSet) java.util.Objects.requireNonNull(capture.streams.get(stream)).clone()));
  }

  /// Refuses to say how far an event is that stands in a capture.
  synchronized void ask(long event, String call) {
    Place place = events.get(event);
    if (place == null) return;
    place.capture.invalid = true;
    throw error(call, "CUDA_ERROR_CAPTURED_EVENT");
  }

  /// Whether a stream that takes part in a capture, or does so from now on, waits for an event of it.
  synchronized boolean awaits(long stream, long event) {
    @Nullable Place place = events.get(event);
    @Nullable Capture capture = captures.get(stream);
    if (place == null && capture == null) return false;
    if (place == null) {
      java.util.Objects.requireNonNull(capture).invalid = true;
      throw error("cuStreamWaitEvent", "CUDA_ERROR_STREAM_CAPTURE_ISOLATION");
    }
    if (!captures.containsValue(place.capture)) throw error("cuStreamWaitEvent", "CUDA_ERROR_CAPTURED_EVENT");
    if (capture != null && capture != place.capture) {
      capture.invalid = true;
      place.capture.invalid = true;
      throw error("cuStreamWaitEvent", "CUDA_ERROR_STREAM_CAPTURE_MERGE");
    }
    captures.put(stream, place.capture);
    place.capture.streams.computeIfAbsent(stream, _ -> new BitSet()).or(place.reach);
    return true;
  }

  // ---- the driver's interface -----------------------------------------------------------------------------------------

  @Override
  public synchronized void begin(int device, long stream, int mode) {
    if (stream == 0) throw error("cuStreamBeginCapture", "CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED");
    if (captures.containsKey(stream)) throw error("cuStreamBeginCapture", "CUDA_ERROR_ILLEGAL_STATE");
    captures.put(stream, new Capture(++handles, stream, mode));
  }

  @Override
  public synchronized long captureId(int device, long stream) {
    Capture capture = captures.get(stream);
    return capture == null ? 0 : capture.id;
  }

  @Override
  public synchronized long end(int device, long stream) {
    Capture capture = captures.get(stream);
    if (capture == null) throw error("cuStreamEndCapture", "CUDA_ERROR_ILLEGAL_STATE");
    if (capture.origin != stream) throw error("cuStreamEndCapture", "CUDA_ERROR_STREAM_CAPTURE_UNMATCHED");
    if (capture.mode != 2 && capture.thread != Thread.currentThread())
      throw error("cuStreamEndCapture", "CUDA_ERROR_STREAM_CAPTURE_WRONG_THREAD");
    captures.values().removeIf(c -> c == capture);
    if (capture.invalid) throw error("cuStreamEndCapture", "CUDA_ERROR_STREAM_CAPTURE_INVALIDATED");
    if (java.util.Objects.requireNonNull(capture.streams.get(stream)).cardinality() != capture.nodes.size())
      throw error("cuStreamEndCapture", "CUDA_ERROR_STREAM_CAPTURE_UNJOINED");
    graphs.put(++handles, List.copyOf(capture.nodes));
    return handles;
  }

  private static List<Node> known(Map<Long, List<Node>> all, long handle, String call) {
    List<Node> found = all.get(handle);
    if (found == null) throw error(call, "CUDA_ERROR_INVALID_VALUE");
    return found;
  }

  @Override
  public synchronized long nodes(int device, long graph) {
    return known(graphs, graph, "cuGraphGetNodes").size();
  }

  @Override
  public synchronized long instantiate(int device, long graph) {
    executables.put(++handles, known(graphs, graph, "cuGraphInstantiateWithFlags"));
    return handles;
  }

  @Override
  public void launch(int device, long executable, long stream) {
    List<Node> nodes;
    synchronized (this) {
      nodes = known(executables, executable, "cuGraphLaunch");
    }
    driver.give(device, stream, "cuGraphLaunch", () -> nodes.forEach(node -> node.work.run()));
  }

  @Override
  public synchronized void freeGraph(int device, long graph) {
    known(graphs, graph, "cuGraphDestroy");
    graphs.remove(graph);
  }

  @Override
  public synchronized void freeExecutable(int device, long executable) {
    known(executables, executable, "cuGraphExecDestroy");
    executables.remove(executable);
  }

  /// How many graphs and executables nobody has freed.
  synchronized int alive() {
    return graphs.size() + executables.size();
  }

  @Override
  public synchronized void dump(int device, long graph, Path path) {
    var text = new StringBuilder("digraph dot {\n");
    List<Node> nodes = known(graphs, graph, "cuGraphDebugDotPrint");
    for (int i = 0; i < nodes.size(); i++)
      text.append("\"node_").append(i).append("\" [label=\"").append(nodes.get(i).name).append("\"];\n");
    try {
      Files.writeString(path, text.append("}\n"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
