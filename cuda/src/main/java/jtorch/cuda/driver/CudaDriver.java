package jtorch.cuda.driver;

import static jtorch.cuda.driver.Native.INT;
import static jtorch.cuda.driver.Native.LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import jtorch.DeviceProperties;
import org.jspecify.annotations.Nullable;

/// NVIDIA's driver, `libcuda`, with the primary context of each device, which other libraries of the process share.
///
/// **Source**: CUDA Driver API, versions 12 and 13.
public final class CudaDriver implements Driver {
  private static final int SUCCESS = 0;
  private static final int OUT_OF_MEMORY = 2;
  private static final int NOT_READY = 600;
  private static final int NON_BLOCKING = 1;
  private static final int DISABLE_TIMING = 2;
  private static final int PEER_ACCESS_ALREADY_ENABLED = 704;
  private static final int TOO_MANY_PEERS = 711;
  /// Locked for all contexts, not only the one that asked.
  private static final int PORTABLE = 1;
  private static final int MAX_DYNAMIC_SHARED_BYTES = 8;
  /// More shared memory than this has to be asked for.
  private static final int USUAL_SHARED_BYTES = 48 << 10;
  private static final long ARGUMENTS = 1;
  private static final long ARGUMENTS_SIZE = 2;

  private static final boolean BLOCKING =
      Boolean.getBoolean("jtorch.cuda.blocking") || "1".equals(System.getenv("CUDA_LAUNCH_BLOCKING"));

  private static @Nullable CudaDriver opened;

  private final String path;
  private final int version;
  private final long[] contexts;
  private final int[] handles;
  private final DeviceProperties[] properties;
  private final CudaGraphs graphs = new CudaGraphs(this);
  private @Nullable Nvrtc compiler;
  /// The device whose context is current in a thread.
  private final ThreadLocal<int[]> current = ThreadLocal.withInitial(() -> new int[] {-1});

  /// Bound once the library is known to be there.
  private static final class Functions {
    static final CudaLibraries.@Nullable Found LIBRARY = CudaLibraries.find(CudaLibraries.DRIVER);

    static final MethodHandle GET_ERROR_NAME = bind("cuGetErrorName", INT, LONG);
    static final MethodHandle GET_ERROR_STRING = bind("cuGetErrorString", INT, LONG);
    static final MethodHandle INIT = bind("cuInit", INT);
    static final MethodHandle DRIVER_GET_VERSION = bind("cuDriverGetVersion", LONG);
    static final MethodHandle DEVICE_GET_COUNT = bind("cuDeviceGetCount", LONG);
    static final MethodHandle DEVICE_GET = bind("cuDeviceGet", LONG, INT);
    static final MethodHandle DEVICE_GET_NAME = bind("cuDeviceGetName", LONG, INT, INT);
    static final MethodHandle DEVICE_TOTAL_MEM = bind("cuDeviceTotalMem_v2", LONG, INT);
    static final MethodHandle DEVICE_GET_ATTRIBUTE = bind("cuDeviceGetAttribute", LONG, INT, INT);
    static final MethodHandle PRIMARY_CONTEXT_RETAIN = bind("cuDevicePrimaryCtxRetain", LONG, INT);
    static final MethodHandle CONTEXT_SET_CURRENT = bind("cuCtxSetCurrent", LONG);
    static final MethodHandle CONTEXT_SYNCHRONIZE = bind("cuCtxSynchronize");
    static final MethodHandle MEMORY_INFO = bind("cuMemGetInfo_v2", LONG, LONG);
    static final MethodHandle ALLOCATE = bind("cuMemAlloc_v2", LONG, LONG);
    static final MethodHandle FREE = bind("cuMemFree_v2", LONG);
    static final MethodHandle COPY_IN = bind("cuMemcpyHtoDAsync_v2", LONG, LONG, LONG, LONG);
    static final MethodHandle COPY_OUT = bind("cuMemcpyDtoHAsync_v2", LONG, LONG, LONG, LONG);
    static final MethodHandle COPY_WITHIN = bind("cuMemcpyDtoDAsync_v2", LONG, LONG, LONG, LONG);
    static final MethodHandle COPY_PEER = bind("cuMemcpyPeerAsync", LONG, LONG, LONG, LONG, LONG, LONG);
    static final MethodHandle FILL = bind("cuMemsetD8Async", LONG, ValueLayout.JAVA_BYTE, LONG, LONG);
    static final MethodHandle ALLOCATE_HOST = bind("cuMemHostAlloc", LONG, LONG, INT);
    static final MethodHandle FREE_HOST = bind("cuMemFreeHost", LONG);
    static final MethodHandle CAN_ACCESS_PEER = bind("cuDeviceCanAccessPeer", LONG, INT, INT);
    static final MethodHandle ENABLE_PEER_ACCESS = bind("cuCtxEnablePeerAccess", LONG, INT);
    static final MethodHandle STREAM_CREATE = bind("cuStreamCreateWithPriority", LONG, INT, INT);
    static final MethodHandle STREAM_DESTROY = bind("cuStreamDestroy_v2", LONG);
    static final MethodHandle STREAM_QUERY = bind("cuStreamQuery", LONG);
    static final MethodHandle STREAM_SYNCHRONIZE = bind("cuStreamSynchronize", LONG);
    static final MethodHandle STREAM_WAIT_EVENT = bind("cuStreamWaitEvent", LONG, LONG, INT);
    static final MethodHandle EVENT_CREATE = bind("cuEventCreate", LONG, INT);
    static final MethodHandle EVENT_DESTROY = bind("cuEventDestroy_v2", LONG);
    static final MethodHandle EVENT_RECORD = bind("cuEventRecord", LONG, LONG);
    static final MethodHandle EVENT_QUERY = bind("cuEventQuery", LONG);
    static final MethodHandle EVENT_SYNCHRONIZE = bind("cuEventSynchronize", LONG);
    static final MethodHandle EVENT_ELAPSED = bind("cuEventElapsedTime", LONG, LONG, LONG);
    static final MethodHandle MODULE_LOAD = bind("cuModuleLoadData", LONG, LONG);
    static final MethodHandle MODULE_GET_FUNCTION = bind("cuModuleGetFunction", LONG, LONG, LONG);
    static final MethodHandle FUNCTION_SET_ATTRIBUTE = bind("cuFuncSetAttribute", LONG, INT, INT);
    static final MethodHandle LAUNCH =
        bind("cuLaunchKernel", LONG, INT, INT, INT, INT, INT, INT, INT, LONG, LONG, LONG);

    private Functions() {}

    private static MethodHandle bind(String name, java.lang.foreign.MemoryLayout... arguments) {
      return Native.bind(library(), name, arguments);
    }

    static SymbolLookup library() {
      CudaLibraries.Found found = LIBRARY;
      if (found == null) throw new CudaException(CudaLibraries.absence(CudaLibraries.DRIVER));
      return found.symbols();
    }
  }

  /// A function of the library, which must be there.
  static MethodHandle function(String name, java.lang.foreign.MemoryLayout... arguments) {
    return Functions.bind(name, arguments);
  }

  private CudaDriver(String path) throws Throwable {
    this.path = path;
    int status = (int) Functions.INIT.invokeExact(0);
    if (status != SUCCESS) throw new CudaException(
        "the NVIDIA driver (" + path + ") finds no GPU that it can use: " + describe(status));
    MemorySegment room = Native.room();
    check((int) Functions.DRIVER_GET_VERSION.invokeExact(room.address()), "cuDriverGetVersion");
    version = room.get(INT, 0);
    check((int) Functions.DEVICE_GET_COUNT.invokeExact(room.address()), "cuDeviceGetCount");
    int count = room.get(INT, 0);
    if (count == 0) throw new CudaException("the NVIDIA driver (" + path + ") is there, but no GPU that it can use");
    contexts = new long[count];
    handles = new int[count];
    properties = new DeviceProperties[count];
    for (int i = 0; i < count; i++) {
      check((int) Functions.DEVICE_GET.invokeExact(room.address(), i), "cuDeviceGet");
      handles[i] = room.get(INT, 0);
      properties[i] = describe(room, handles[i]);
    }
  }

  private static DeviceProperties describe(MemorySegment room, int handle) throws Throwable {
    check((int) Functions.DEVICE_GET_NAME.invokeExact(room.address(), 256, handle), "cuDeviceGetName");
    String name = room.getString(0);
    check((int) Functions.DEVICE_TOTAL_MEM.invokeExact(room.address(), handle), "cuDeviceTotalMem");
    long memory = room.get(LONG, 0);
    int[] values = new int[6];
    int[] attributes = {75, 76, 16, 39, 97, 38};
    for (int a = 0; a < attributes.length; a++) {
      check((int) Functions.DEVICE_GET_ATTRIBUTE.invokeExact(room.address(), attributes[a], handle),
          "cuDeviceGetAttribute");
      values[a] = room.get(INT, 0);
    }
    return new DeviceProperties(name, values[0], values[1], memory, values[2], values[3], values[4], values[5]);
  }

  /// The driver of this machine.
  ///
  /// @throws CudaException in one sentence, if there is none or it has no GPU
  static synchronized CudaDriver open() {
    if (opened != null) return opened;
    CudaLibraries.Found found;
    try {
      found = Functions.LIBRARY;
    } catch (ExceptionInInitializerError e) {
      if (e.getCause() instanceof CudaException c) throw c;
      throw e;
    }
    if (found == null) throw new CudaException(CudaLibraries.absence(CudaLibraries.DRIVER));
    try {
      opened = new CudaDriver(found.path());
      return opened;
    } catch (Throwable failure) {
      throw Native.failure(failure);
    }
  }

  // ---- failures --------------------------------------------------------------------------------------------------

  private static String describe(int status) {
    try {
      MemorySegment room = Native.room();
      if ((int) Functions.GET_ERROR_NAME.invokeExact(status, room.address()) != SUCCESS) return "error " + status;
      String name = Native.text(room.get(LONG, 0));
      if ((int) Functions.GET_ERROR_STRING.invokeExact(status, room.address()) != SUCCESS) return name;
      return name + ", " + Native.text(room.get(LONG, 0));
    } catch (Throwable failure) {
      throw Native.failure(failure);
    }
  }

  static void check(int status, String what) {
    if (status != SUCCESS) throw new CudaException("CUDA error in " + what + ": " + describe(status)
        + (BLOCKING ? "" : "; kernels report late: -Djtorch.cuda.blocking=true shows which one failed"));
  }

  // ---- devices ---------------------------------------------------------------------------------------------------

  @Override
  public String description() {
    return "CUDA driver for version %d.%d (%s)".formatted(version / 1000, version % 1000 / 10, path);
  }

  @Override
  public int count() {
    return contexts.length;
  }

  @Override
  public DeviceProperties properties(int device) {
    return properties[device];
  }

  @Override
  public synchronized Compiler compiler() {
    if (compiler == null) compiler = Nvrtc.open();
    return compiler;
  }

  @Override
  public boolean enterForLibraries(int device) {
    try {
      enter(device);
      return true;
    } catch (Throwable failure) {
      throw Native.failure(failure);
    }
  }

  @Override
  public @Nullable SymbolLookup library(int device, CudaLibraries.Library library) {
    enterForLibraries(device);
    CudaLibraries.Found found = CudaLibraries.find(library);
    if (found == null) return null;
    if (library == CudaLibraries.CUDNN) CudaLibraries.prepare(found);
    return found.symbols();
  }

  /// Makes a device's context that of the calling thread.
  void enter(int device) throws Throwable {
    int[] mine = current.get();
    if (mine[0] == device && !Thread.currentThread().isVirtual()) return;
    check((int) Functions.CONTEXT_SET_CURRENT.invokeExact(context(device)), "cuCtxSetCurrent");
    mine[0] = device;
  }

  private long context(int device) throws Throwable {
    synchronized (contexts) {
      if (contexts[device] == 0) {
        MemorySegment room = Native.room();
        check((int) Functions.PRIMARY_CONTEXT_RETAIN.invokeExact(room.address(), handles[device]),
            "cuDevicePrimaryCtxRetain");
        contexts[device] = room.get(LONG, 0);
      }
      return contexts[device];
    }
  }

  // ---- memory ----------------------------------------------------------------------------------------------------

  @Override
  public long allocate(int device, long bytes) {
    try {
      enter(device);
      MemorySegment room = Native.room();
      int mode = graphs.relax();
      int status = (int) Functions.ALLOCATE.invokeExact(room.address(), bytes);
      graphs.restore(mode);
      if (status == OUT_OF_MEMORY) return 0;
      check(status, "cuMemAlloc");
      return room.get(LONG, 0);
    } catch (Throwable failure) {
      throw Native.failure(failure);
    }
  }

  @Override
  public void free(int device, long address) {
    try {
      enter(device);
      int mode = graphs.relax();
      int status = (int) Functions.FREE.invokeExact(address);
      graphs.restore(mode);
      check(status, "cuMemFree");
    } catch (Throwable failure) {
      throw Native.failure(failure);
    }
  }

  @Override
  public long allocateHost(long bytes) {
    try {
      enter(0);
      MemorySegment room = Native.room();
      int mode = graphs.relax();
      int status = (int) Functions.ALLOCATE_HOST.invokeExact(room.address(), bytes, PORTABLE);
      graphs.restore(mode);
      if (status == OUT_OF_MEMORY) return 0;
      check(status, "cuMemHostAlloc");
      return room.get(LONG, 0);
    } catch (Throwable failure) {
      throw Native.failure(failure);
    }
  }

  @Override
  public void freeHost(long address) {
    try {
      enter(0);
      int mode = graphs.relax();
      int status = (int) Functions.FREE_HOST.invokeExact(address);
      graphs.restore(mode);
      check(status, "cuMemFreeHost");
    } catch (Throwable failure) {
      throw Native.failure(failure);
    }
  }

  @Override
  public boolean canAccessPeer(int device, int peer) {
    if (device == peer) return false;
    try {
      MemorySegment room = Native.room();
      check((int) Functions.CAN_ACCESS_PEER.invokeExact(room.address(), handles[device], handles[peer]),
          "cuDeviceCanAccessPeer");
      return room.get(INT, 0) != 0;
    } catch (Throwable failure) {
      throw Native.failure(failure);
    }
  }

  /// Hardware has room for so many peers; those beyond it are reached by way of the processor, as those without access.
  @Override
  public void enablePeerAccess(int device, int peer) {
    if (!canAccessPeer(device, peer)) return;
    try {
      enter(device);
      int status = (int) Functions.ENABLE_PEER_ACCESS.invokeExact(context(peer), 0);
      if (status != PEER_ACCESS_ALREADY_ENABLED && status != TOO_MANY_PEERS) check(status, "cuCtxEnablePeerAccess");
    } catch (Throwable failure) {
      throw Native.failure(failure);
    }
  }

  @Override
  public long[] freeAndTotal(int device) {
    try {
      enter(device);
      MemorySegment room = Native.room();
      check((int) Functions.MEMORY_INFO.invokeExact(room.address(), room.address() + 8), "cuMemGetInfo");
      return new long[] {room.get(LONG, 0), room.get(LONG, 8)};
    } catch (Throwable failure) {
      throw Native.failure(failure);
    }
  }

  /// Ordinary memory is read before the driver returns, whatever the stream does.
  @Override
  public void copyIn(int device, long to, long from, long bytes, long stream) {
    try {
      enter(device);
      check((int) Functions.COPY_IN.invokeExact(to, from, bytes, stream), "cuMemcpyHtoDAsync");
    } catch (Throwable failure) {
      throw Native.failure(failure);
    }
  }

  @Override
  public void copyOut(int device, long to, long from, long bytes, long stream) {
    try {
      enter(device);
      check((int) Functions.COPY_OUT.invokeExact(to, from, bytes, stream), "cuMemcpyDtoHAsync");
      check((int) Functions.STREAM_SYNCHRONIZE.invokeExact(stream), "cuStreamSynchronize");
    } catch (Throwable failure) {
      throw Native.failure(failure);
    }
  }

  @Override
  public void copyOutLater(int device, long to, long from, long bytes, long stream) {
    try {
      enter(device);
      check((int) Functions.COPY_OUT.invokeExact(to, from, bytes, stream), "cuMemcpyDtoHAsync");
    } catch (Throwable failure) {
      throw Native.failure(failure);
    }
  }

  @Override
  public void copyAcross(int toDevice, long to, int fromDevice, long from, long bytes, long stream) {
    try {
      enter(toDevice);
      int status = toDevice == fromDevice ? (int) Functions.COPY_WITHIN.invokeExact(to, from, bytes, stream)
          : (int) Functions.COPY_PEER.invokeExact(to, context(toDevice), from, context(fromDevice), bytes, stream);
      check(status, "cuMemcpyPeerAsync");
    } catch (Throwable failure) {
      throw Native.failure(failure);
    }
  }

  @Override
  public void fill(int device, long address, byte value, long bytes, long stream) {
    try {
      enter(device);
      check((int) Functions.FILL.invokeExact(address, value, bytes, stream), "cuMemsetD8Async");
    } catch (Throwable failure) {
      throw Native.failure(failure);
    }
  }

  // ---- order -----------------------------------------------------------------------------------------------------

  @Override
  public long newStream(int device, int priority) {
    try {
      enter(device);
      MemorySegment room = Native.room();
      check((int) Functions.STREAM_CREATE.invokeExact(room.address(), NON_BLOCKING, priority),
          "cuStreamCreateWithPriority");
      return room.get(LONG, 0);
    } catch (Throwable failure) {
      throw Native.failure(failure);
    }
  }

  @Override
  public void freeStream(int device, long stream) {
    call(device, Functions.STREAM_DESTROY, stream, "cuStreamDestroy");
  }

  @Override
  public boolean isIdle(int device, long stream) {
    return ask(device, Functions.STREAM_QUERY, stream, "cuStreamQuery");
  }

  @Override
  public void synchronize(int device, long stream) {
    call(device, Functions.STREAM_SYNCHRONIZE, stream, "cuStreamSynchronize");
  }

  @Override
  public void synchronize(int device) {
    try {
      enter(device);
      check((int) Functions.CONTEXT_SYNCHRONIZE.invokeExact(), "cuCtxSynchronize");
    } catch (Throwable failure) {
      throw Native.failure(failure);
    }
  }

  @Override
  public long newEvent(int device, boolean timing) {
    try {
      enter(device);
      MemorySegment room = Native.room();
      check((int) Functions.EVENT_CREATE.invokeExact(room.address(), timing ? 0 : DISABLE_TIMING), "cuEventCreate");
      return room.get(LONG, 0);
    } catch (Throwable failure) {
      throw Native.failure(failure);
    }
  }

  @Override
  public void freeEvent(int device, long event) {
    call(device, Functions.EVENT_DESTROY, event, "cuEventDestroy");
  }

  @Override
  public void record(int device, long event, long stream) {
    try {
      enter(device);
      check((int) Functions.EVENT_RECORD.invokeExact(event, stream), "cuEventRecord");
    } catch (Throwable failure) {
      throw Native.failure(failure);
    }
  }

  @Override
  public void await(int device, long stream, long event) {
    try {
      enter(device);
      check((int) Functions.STREAM_WAIT_EVENT.invokeExact(stream, event, 0), "cuStreamWaitEvent");
    } catch (Throwable failure) {
      throw Native.failure(failure);
    }
  }

  @Override
  public boolean isPassed(int device, long event) {
    return ask(device, Functions.EVENT_QUERY, event, "cuEventQuery");
  }

  @Override
  public void synchronizeEvent(int device, long event) {
    call(device, Functions.EVENT_SYNCHRONIZE, event, "cuEventSynchronize");
  }

  @Override
  public float elapsed(int device, long start, long end) {
    try {
      enter(device);
      MemorySegment room = Native.room();
      check((int) Functions.EVENT_ELAPSED.invokeExact(room.address(), start, end), "cuEventElapsedTime");
      return room.get(ValueLayout.JAVA_FLOAT, 0);
    } catch (Throwable failure) {
      throw Native.failure(failure);
    }
  }

  private void call(int device, MethodHandle function, long handle, String name) {
    try {
      enter(device);
      check((int) function.invokeExact(handle), name);
    } catch (Throwable failure) {
      throw Native.failure(failure);
    }
  }

  /// Whether all is done that a handle stands for.
  private boolean ask(int device, MethodHandle function, long handle, String name) {
    try {
      enter(device);
      int status = (int) function.invokeExact(handle);
      if (status == NOT_READY) return false;
      check(status, name);
      return true;
    } catch (Throwable failure) {
      throw Native.failure(failure);
    }
  }

  @Override
  public GraphDriver graphs() {
    return graphs;
  }

  // ---- kernels ---------------------------------------------------------------------------------------------------

  @Override
  public long load(int device, byte[] image) {
    try (Arena arena = Arena.ofConfined()) {
      enter(device);
      MemorySegment copy = arena.allocate(image.length + 1L, 64);
      MemorySegment.copy(image, 0, copy, ValueLayout.JAVA_BYTE, 0, image.length);
      MemorySegment room = Native.room();
      int mode = graphs.relax();
      int status = (int) Functions.MODULE_LOAD.invokeExact(room.address(), copy.address());
      graphs.restore(mode);
      check(status, "cuModuleLoadData");
      return room.get(LONG, 0);
    } catch (Throwable failure) {
      throw Native.failure(failure);
    }
  }

  @Override
  public long function(int device, long module, String name) {
    try (Arena arena = Arena.ofConfined()) {
      enter(device);
      MemorySegment room = Native.room();
      check((int) Functions.MODULE_GET_FUNCTION.invokeExact(room.address(), module,
          arena.allocateFrom(name).address()), "cuModuleGetFunction(" + name + ")");
      return room.get(LONG, 0);
    } catch (Throwable failure) {
      throw Native.failure(failure);
    }
  }

  @Override
  public void launch(int device, String name, long function, Grid grid, long stream, long arguments, long bytes) {
    try {
      enter(device);
      if (grid.shared() > USUAL_SHARED_BYTES) check(
          (int) Functions.FUNCTION_SET_ATTRIBUTE.invokeExact(function, MAX_DYNAMIC_SHARED_BYTES, grid.shared()), name);
      // { ARGUMENTS, address, ARGUMENTS_SIZE, address of the size, 0 }
      MemorySegment room = Native.room();
      long extra = room.address();
      room.set(LONG, 0, ARGUMENTS);
      room.set(LONG, 8, arguments);
      room.set(LONG, 16, ARGUMENTS_SIZE);
      room.set(LONG, 24, extra + 40);
      room.set(LONG, 32, 0);
      room.set(LONG, 40, bytes);
      int status = (int) Functions.LAUNCH.invokeExact(function, grid.x(), grid.y(), grid.z(), grid.threads(),
          grid.threadRows(), 1, grid.shared(), stream, 0L, extra);
      if (status != SUCCESS) check(status, name);
      if (BLOCKING && graphs.captureId(device, stream) == 0)
        check((int) Functions.STREAM_SYNCHRONIZE.invokeExact(stream), name);
    } catch (Throwable failure) {
      throw Native.failure(failure);
    }
  }
}
