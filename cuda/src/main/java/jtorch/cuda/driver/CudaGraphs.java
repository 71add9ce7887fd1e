package jtorch.cuda.driver;

import static jtorch.cuda.driver.Native.INT;
import static jtorch.cuda.driver.Native.LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/// Stream capture and graphs of NVIDIA's driver.
///
/// **Source**: CUDA Driver API, Stream Management and Graph Management.
final class CudaGraphs implements GraphDriver {
  private static final int RELAXED = 2;
  private static final int NOT_CAPTURING = 0;
  /// `CUDA_GRAPH_INSTANTIATE_FLAG_AUTO_FREE_ON_LAUNCH | ..._USE_NODE_PRIORITY`
  private static final long INSTANTIATE_FLAGS = 1 | 8;
  /// `CU_GRAPH_DEBUG_DOT_FLAGS_VERBOSE`
  private static final int VERBOSE = 1;

  private static final class Functions {
    static final MethodHandle BEGIN = bind("cuStreamBeginCapture_v2", LONG, INT);
    static final MethodHandle END = bind("cuStreamEndCapture", LONG, LONG);
    static final MethodHandle CAPTURE_INFO = bind("cuStreamGetCaptureInfo_v2", LONG, LONG, LONG, LONG, LONG, LONG);
    static final MethodHandle EXCHANGE_MODE = bind("cuThreadExchangeStreamCaptureMode", LONG);
    static final MethodHandle GET_NODES = bind("cuGraphGetNodes", LONG, LONG, LONG);
    static final MethodHandle INSTANTIATE = bind("cuGraphInstantiateWithFlags", LONG, LONG, LONG);
    static final MethodHandle LAUNCH = bind("cuGraphLaunch", LONG, LONG);
    static final MethodHandle DESTROY = bind("cuGraphDestroy", LONG);
    static final MethodHandle EXEC_DESTROY = bind("cuGraphExecDestroy", LONG);
    static final MethodHandle DUMP = bind("cuGraphDebugDotPrint", LONG, LONG, INT);

    private static MethodHandle bind(String name, MemoryLayout... arguments) {
      return CudaDriver.function(name, arguments);
    }
  }

  private final CudaDriver driver;
  private final AtomicInteger underway = new AtomicInteger();

  CudaGraphs(CudaDriver driver) {
    this.driver = driver;
  }

  // ---- calls that a recording forbids for fear of what they wait for ---------------------------------------------------

  /// Lets this thread make such calls until [#restore]: those for memory and modules wait for nothing that is recorded.
  ///
  /// @return what restores the thread's mode
  int relax() throws Throwable {
    return underway.get() == 0 ? -1 : exchange(RELAXED);
  }

  void restore(int mode) throws Throwable {
    if (mode >= 0) exchange(mode);
  }

  private static int exchange(int mode) throws Throwable {
    MemorySegment room = Native.modeRoom();
    room.set(INT, 0, mode);
    CudaDriver.check((int) Functions.EXCHANGE_MODE.invokeExact(room.address()), "cuThreadExchangeStreamCaptureMode");
    return room.get(INT, 0);
  }

  // ---- recording -----------------------------------------------------------------------------------------------------

  @Override
  public void begin(int device, long stream, int mode) {
    try {
      driver.enter(device);
      CudaDriver.check((int) Functions.BEGIN.invokeExact(stream, mode), "cuStreamBeginCapture");
      underway.incrementAndGet();
    } catch (Throwable failure) {
      throw Native.failure(failure);
    }
  }

  /// The default stream never records.
  @Override
  public long captureId(int device, long stream) {
    if (stream == 0 || underway.get() == 0) return 0;
    try {
      driver.enter(device);
      MemorySegment room = Native.room();
      room.set(LONG, 8, 0);
      CudaDriver.check((int) Functions.CAPTURE_INFO.invokeExact(stream, room.address(), room.address() + 8, 0L, 0L, 0L),
          "cuStreamGetCaptureInfo");
      return room.get(INT, 0) == NOT_CAPTURING ? 0 : room.get(LONG, 8);
    } catch (Throwable failure) {
      throw Native.failure(failure);
    }
  }

  @Override
  public long end(int device, long stream) {
    try {
      driver.enter(device);
      MemorySegment room = Native.room();
      int status = (int) Functions.END.invokeExact(stream, room.address());
      underway.decrementAndGet();
      CudaDriver.check(status, "cuStreamEndCapture");
      return room.get(LONG, 0);
    } catch (Throwable failure) {
      throw Native.failure(failure);
    }
  }

  // ---- graphs --------------------------------------------------------------------------------------------------------

  @Override
  public long nodes(int device, long graph) {
    try {
      driver.enter(device);
      MemorySegment room = Native.room();
      CudaDriver.check((int) Functions.GET_NODES.invokeExact(graph, 0L, room.address()), "cuGraphGetNodes");
      return room.get(LONG, 0);
    } catch (Throwable failure) {
      throw Native.failure(failure);
    }
  }

  @Override
  public long instantiate(int device, long graph) {
    try {
      driver.enter(device);
      MemorySegment room = Native.room();
      CudaDriver.check((int) Functions.INSTANTIATE.invokeExact(room.address(), graph, INSTANTIATE_FLAGS),
          "cuGraphInstantiateWithFlags");
      return room.get(LONG, 0);
    } catch (Throwable failure) {
      throw Native.failure(failure);
    }
  }

  @Override
  public void launch(int device, long executable, long stream) {
    try {
      driver.enter(device);
      CudaDriver.check((int) Functions.LAUNCH.invokeExact(executable, stream), "cuGraphLaunch");
    } catch (Throwable failure) {
      throw Native.failure(failure);
    }
  }

  @Override
  public void freeGraph(int device, long graph) {
    free(device, Functions.DESTROY, graph, "cuGraphDestroy");
  }

  @Override
  public void freeExecutable(int device, long executable) {
    free(device, Functions.EXEC_DESTROY, executable, "cuGraphExecDestroy");
  }

  private void free(int device, MethodHandle function, long handle, String name) {
    try {
      driver.enter(device);
      int mode = relax();
      try {
        CudaDriver.check((int) function.invokeExact(handle), name);
      } finally {
        restore(mode);
      }
    } catch (Throwable failure) {
      throw Native.failure(failure);
    }
  }

  @Override
  public void dump(int device, long graph, Path path) {
    try (Arena arena = Arena.ofConfined()) {
      driver.enter(device);
      CudaDriver.check((int) Functions.DUMP.invokeExact(graph, arena.allocateFrom(path.toString()).address(), VERBOSE),
          "cuGraphDebugDotPrint");
    } catch (Throwable failure) {
      throw Native.failure(failure);
    }
  }
}
