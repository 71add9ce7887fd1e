package jtorch;

import java.lang.ref.Cleaner;
import java.nio.file.Path;
import jtorch.memory.GraphPool;
import jtorch.spi.GraphCapture;
import org.jspecify.annotations.Nullable;

/// Work of a GPU that is recorded once and then given to it as a whole, as `torch.cuda.CUDAGraph`: a launch costs the
/// processor the same for a thousand kernels as for one.
///
/// ```java
/// var graph = new CudaGraph();
/// try (var recording = Cuda.graph(graph)) {
///   output = model.call(input);
/// }
/// input.copy_(batch);
/// graph.replay();            // output holds the batch's values
/// ```
///
/// What is recorded is not done. Replaying reads and writes the same memory: inputs are copied into the tensors that were
/// used, which the program keeps, and results are found in the tensors that were made. Numbers that are not in tensors are
/// those of the recording. What has to wait for the GPU (`item()`, `cpu()`, shapes that depend on values, operators that
/// the processor computes) cannot be recorded, and throws. Kernels are compiled and memory is settled at their first use:
/// run the work a few times before, in another stream than the default one.
///
/// What the recorded work made for itself stays reserved until [#reset], or until the graph is unreachable.
public final class CudaGraph implements AutoCloseable {
  private static final Cleaner CLEANER = Cleaner.create();
  private static volatile boolean debugging;

  private final boolean keepGraph;
  private @Nullable Device device;
  private @Nullable CudaStream stream;
  private @Nullable GraphPool pool;
  private GraphCapture.@Nullable Recording recording;
  private GraphCapture.@Nullable Graph graph;
  private Cleaner.@Nullable Cleanable cleanable;

  public CudaGraph() {
    this(false);
  }

  /// @param keepGraph whether it is made ready by [#instantiate] or the first [#replay], and what was recorded is kept
  public CudaGraph(boolean keepGraph) {
    this.keepGraph = keepGraph;
  }

  /// Records what this thread's stream is given from now on; [Cuda#graph] calls it.
  public void captureBegin() {
    captureBegin(new GraphPool(), GraphCapture.Mode.GLOBAL);
  }

  /// @param pool where memory comes from: that of another graph, or [Cuda#graphPoolHandle]
  public void captureBegin(GraphPool pool) {
    captureBegin(pool, GraphCapture.Mode.GLOBAL);
  }

  /// @param pool where memory comes from
  /// @param mode what other calls may do meanwhile
  /// @throws IllegalStateException if it has a graph already, the stream is the default one, or it records already
  public void captureBegin(GraphPool pool, GraphCapture.Mode mode) {
    if (recording != null) throw new IllegalStateException("captureBegin: this graph is being captured already");
    if (graph != null) throw new IllegalStateException("captureBegin: This CUDAGraph instance already owns a captured"
        + " graph. To capture a new graph, create a new instance.");
    CudaStream current = Cuda.currentStream();
    recording = Cuda.accelerator(current.device().index()).record(current.device().index(), pool, mode);
    device = current.device();
    stream = current;
    this.pool = pool;
  }

  /// Ends the recording; [Cuda#graph] calls it.
  ///
  /// @throws IllegalStateException if nothing is recorded, another stream is the thread's now, or something on the way could
  ///     not be recorded; in the last case the graph is as new
  public void captureEnd() {
    GraphCapture.Recording open = recording;
    if (open == null) throw new IllegalStateException("captureEnd: capture_end() called before capture_begin().");
    CudaStream began = stream;
    if (began == null || !Cuda.currentStream(device().index()).equals(began))
      throw new IllegalStateException("captureEnd: Capture must end on the same stream it began on.");
    recording = null;
    GraphCapture.Graph made = open.end();
    graph = made;
    cleanable = CLEANER.register(this, made::free);
    if (keepGraph) return;
    made.instantiate();
    if (!debugging) made.forgetSource();
  }

  private Device device() {
    return java.util.Objects.requireNonNull(device);
  }

  private GraphCapture.Graph captured(String function) {
    GraphCapture.Graph made = graph;
    if (made == null) throw new IllegalStateException(
        function + ": Called CUDAGraph::" + function + " without a preceding successful capture.");
    return made;
  }

  /// Makes a graph that is kept ready to be run, anew if it was before.
  ///
  /// @throws IllegalStateException if there is none, or it is not kept
  public void instantiate() {
    GraphCapture.Graph made = captured("instantiate");
    if (!keepGraph) throw new IllegalStateException(
        "instantiate: instantiate() is intended to be called by the user only when keepGraph=true");
    made.instantiate();
  }

  /// Gives the recorded work to this thread's stream on the graph's GPU.
  ///
  /// @throws IllegalStateException if nothing was recorded
  public void replay() {
    GraphCapture.Graph made = captured("replay");
    if (!made.isInstantiated()) made.instantiate();
    made.launch();
  }

  /// Forgets what was recorded, and gives its memory back. The graph is as new.
  public void reset() {
    Cleaner.Cleanable known = cleanable;
    if (known != null) known.clean();
    cleanable = null;
    graph = null;
    pool = null;
  }

  /// As [#reset].
  @Override
  public void close() {
    reset();
  }

  /// Where its memory comes from, for other graphs to share.
  ///
  /// @throws IllegalStateException if nothing was recorded
  public GraphPool pool() {
    captured("pool");
    return java.util.Objects.requireNonNull(pool);
  }

  /// How many kernels, copies and fills were recorded.
  ///
  /// @throws IllegalStateException if nothing was recorded
  public long nodes() {
    return captured("nodes").nodes();
  }

  /// From now on all graphs keep what [#debugDump] writes.
  public void enableDebugMode() {
    debugging = true;
  }

  /// Writes the graph as a drawing in the DOT language.
  ///
  /// @throws IllegalStateException if nothing was recorded, or it was not kept
  public void debugDump(Path path) {
    GraphCapture.Graph made = captured("debugDump");
    if (!keepGraph && !debugging) throw new IllegalStateException(
        "debugDump: CUDA Graphs debug not enabled, set with graph.enableDebugMode() before the capture");
    made.dump(path);
  }
}
