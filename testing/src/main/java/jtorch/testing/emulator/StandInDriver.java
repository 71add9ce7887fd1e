package jtorch.testing.emulator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import jtorch.DeviceProperties;
import jtorch.cuda.driver.Compiler;
import jtorch.cuda.driver.CudaException;
import jtorch.cuda.driver.CudaLibraries;
import jtorch.cuda.driver.Driver;
import org.jspecify.annotations.Nullable;

/// A driver without a GPU, asked for by `-Djtorch.cuda.driver=stand-in`: device memory is the processor's, kernels are
/// compiled by `g++` and run at once, one thread after another. It is slow, and exact about what a kernel does.
///
/// Two devices, so that tensors in the wrong place are seen; the second one has libraries that stand in for cuFFT, cuBLAS and
/// cuSOLVER. Memory is full of NaN when new, and bounded, so that running
/// out can be tested: `-Djtorch.stand-in.memory=BYTES`, 2 GiB unless said otherwise.
public final class StandInDriver implements Driver {
  /// Found by `ServiceLoader`.
  public static final class Provider implements DriverProvider {
    @Override
    public String name() {
      return "stand-in";
    }

    @Override
    public Driver open() {
      StandInDriver driver = new StandInDriver();
      opened = driver;
      return driver;
    }
  }

  private static volatile @Nullable StandInDriver opened;

  /// The driver in use, for tests that ask what it was given.
  public static StandInDriver opened() {
    return java.util.Objects.requireNonNull(opened, "no device stands in for a GPU");
  }

  private static final int DEVICES = 2;
  private static final long MEMORY = Long.getLong("jtorch.stand-in.memory", 2L << 30);
  private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  private static final MethodHandle ALIGNED_ALLOC = system("aligned_alloc",
      FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));
  private static final MethodHandle FREE = system("free", FunctionDescriptor.ofVoid(ValueLayout.JAVA_LONG));

  private final StandInCompiler compiler = new StandInCompiler();
  private final Map<String, SymbolLookup> libraries = new HashMap<>();
  private final Map<Long, Long> blocks = new HashMap<>();
  private final long[] used = new long[DEVICES];
  private final List<SymbolLookup> modules = new ArrayList<>();
  private final List<MethodHandle> functions = new ArrayList<>();
  private long handles;
  private long launches;

  private final TreeMap<Long, Long> host = new TreeMap<>();
  private final StandInGraphs graphs = new StandInGraphs(this);
  private final List<String> peers = new CopyOnWriteArrayList<>();
  private final StandInStreams streams = new StandInStreams();
  StandInDriver() {}

  private static MethodHandle system(String name, FunctionDescriptor form) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), form);
  }

  @Override
  public String description() {
    return "a stand-in for GPUs on the processor (" + compiler.version() + ")";
  }

  @Override
  public int count() {
    return DEVICES;
  }

  @Override
  public DeviceProperties properties(int device) {
    return new DeviceProperties("stand-in", 9, 0, MEMORY, 4, 2048, 227 << 10, 1 << 20);
  }

  @Override
  public Compiler compiler() {
    return compiler;
  }

  /// The second device has NVIDIA's libraries, or what stands in for them; the first one has none.
  @Override
  public synchronized @Nullable SymbolLookup library(int device, CudaLibraries.Library library) {
    if (device == 0) return null;
    if (library == CudaLibraries.CUDNN) return StandInCudnn.symbols();
    String source = library == CudaLibraries.CUFFT ? "library-fourier"
        : library == CudaLibraries.CUBLAS || library == CudaLibraries.CUSOLVER ? "library-matrices" : null;
    return source == null ? null : libraries.computeIfAbsent(source, StandInCompiler::library);
  }

  /// How many kernels have run.
  public synchronized long launches() {
    return launches;
  }

  // ---- memory ----------------------------------------------------------------------------------------------------

  @Override
  public synchronized long allocate(int device, long bytes) {
    if (used[device] + bytes > MEMORY) return 0;
    long address = systemMemory(bytes);
    if (address == 0) return 0;
    used[device] += bytes;
    blocks.put(address, bytes);
    return address;
  }

  private static long systemMemory(long bytes) {
    try {
      long address = (long) ALIGNED_ALLOC.invokeExact(512L, (bytes + 511) & -512L);
      if (address != 0) ALL.asSlice(address, bytes).fill((byte) 0xff);
      return address;
    } catch (Throwable e) {
      throw new CudaException("memory cannot be allocated", e);
    }
  }

  private static void systemFree(long address) {
    try {
      FREE.invokeExact(address);
    } catch (Throwable e) {
      throw new CudaException("memory cannot be freed", e);
    }
  }

  @Override
  public synchronized void free(int device, long address) {
    Long bytes = blocks.remove(address);
    if (bytes == null) throw new CudaException("no memory was lent at this address");
    used[device] -= bytes;
    streams.drain();
    systemFree(address);
  }

  @Override
  public synchronized long[] freeAndTotal(int device) {
    return new long[] {MEMORY - used[device], MEMORY};
  }

  @Override
  public synchronized long allocateHost(long bytes) {
    long address = systemMemory(bytes);
    if (address != 0) host.put(address, bytes);
    return address;
  }

  @Override
  public synchronized void freeHost(long address) {
    if (host.remove(address) == null) throw new CudaException("no pinned memory was lent at this address");
    streams.drain();
    systemFree(address);
  }

  private synchronized boolean isPinned(long address) {
    var below = host.floorEntry(address);
    return below != null && address < below.getKey() + below.getValue();
  }

  /// Ordinary memory is read before this returns, pinned memory when the stream comes to it.
  @Override
  public void copyIn(int device, long to, long from, long bytes, long stream) {
    if (isPinned(from)) {
      give(device, stream, "cuMemcpyHtoDAsync", () -> MemorySegment.copy(ALL, from, ALL, to, bytes));
      return;
    }
    graphs.forbid(stream, "cuMemcpyHtoDAsync");
    byte[] staged = ALL.asSlice(from, bytes).toArray(ValueLayout.JAVA_BYTE);
    give(device, stream, "cuMemcpyHtoDAsync",
        () -> MemorySegment.copy(staged, 0, ALL, ValueLayout.JAVA_BYTE, to, staged.length));
  }

  @Override
  public void copyOut(int device, long to, long from, long bytes, long stream) {
    graphs.forbid(stream, "cuMemcpyDtoHAsync");
    streams.drain();
    MemorySegment.copy(ALL, from, ALL, to, bytes);
  }

  @Override
  public void copyOutLater(int device, long to, long from, long bytes, long stream) {
    if (!isPinned(to)) throw new CudaException("copyOutLater wants pinned memory");
    give(device, stream, "cuMemcpyDtoHAsync", () -> MemorySegment.copy(ALL, from, ALL, to, bytes));
  }

  @Override
  public void copyAcross(int toDevice, long to, int fromDevice, long from, long bytes, long stream) {
    give(toDevice, stream, "cuMemcpyDtoDAsync", () -> MemorySegment.copy(ALL, from, ALL, to, bytes));
  }

  @Override
  public void fill(int device, long address, byte value, long bytes, long stream) {
    give(device, stream, "cuMemsetD8Async", () -> ALL.asSlice(address, bytes).fill(value));
  }

  @Override
  public boolean canAccessPeer(int device, int peer) {
    return device != peer;
  }

  @Override
  public void enablePeerAccess(int device, int peer) {
    peers.add(device + " reaches " + peer);
  }

  /// Which devices may reach which, in the order in which that was asked for.
  List<String> peers() {
    return peers;
  }

  @Override
  public StandInGraphs graphs() {
    return graphs;
  }

  // ---- order: everything is done at once, or in the order in which it was given when somebody waits ------------------

  /// The driver in use, null where a GPU is.
  static @Nullable StandInDriver current() {
    return opened;
  }

  /// From now on work is done when somebody waits for it ([StandInStreams]), or gives memory back; `false` does what has been
  /// given so far.
  void defer(boolean wanted) {
    streams.defer(wanted);
  }

  /// Gives work to a stream.
  void give(int device, long stream, String name, Runnable work) {
    if (!graphs.records(stream, name, work)) streams.give(device, stream, work);
  }

  private synchronized long handle() {
    return ++handles;
  }

  @Override
  public long newStream(int device, int priority) {
    return handle();
  }

  @Override
  public void freeStream(int device, long stream) {}

  @Override
  public boolean isIdle(int device, long stream) {
    graphs.forbid(stream, "cuStreamQuery");
    return streams.isIdle(device, stream);
  }

  @Override
  public void synchronize(int device, long stream) {
    graphs.forbid(stream, "cuStreamSynchronize");
    streams.drain();
  }

  @Override
  public void synchronize(int device) {
    graphs.forbid("cuCtxSynchronize");
    streams.drain();
  }

  @Override
  public long newEvent(int device, boolean timing) {
    return handle();
  }

  @Override
  public void freeEvent(int device, long event) {}

  @Override
  public void record(int device, long event, long stream) {
    graphs.recorded(event, stream);
    if (graphs.captureId(device, stream) == 0) streams.record(device, stream, event);
  }

  @Override
  public void await(int device, long stream, long event) {
    if (!graphs.awaits(stream, event)) streams.await(device, stream, event);
  }

  @Override
  public boolean isPassed(int device, long event) {
    graphs.ask(event, "cuEventQuery");
    return streams.isPassed(event);
  }

  @Override
  public void synchronizeEvent(int device, long event) {
    graphs.ask(event, "cuEventSynchronize");
    streams.drain();
  }

  @Override
  public float elapsed(int device, long start, long end) {
    graphs.ask(start, "cuEventElapsedTime");
    graphs.ask(end, "cuEventElapsedTime");
    return (time(end) - time(start)) / 1e6f;
  }

  private long time(long event) {
    @Nullable Long at = streams.time(event);
    if (at == null) throw new CudaException("the event has not been recorded");
    return at;
  }

  // ---- kernels ---------------------------------------------------------------------------------------------------

  @Override
  public synchronized long load(int device, byte[] image) {
    try {
      Path file = Files.createTempFile("jtorch-stand-in", ".so");
      try {
        Files.write(file, image);
        modules.add(SymbolLookup.libraryLookup(file, Arena.global()));
      } finally {
        Files.delete(file);
      }
      return modules.size();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public synchronized long function(int device, long module, String name) {
    MemorySegment symbol = modules.get((int) module - 1).find(name)
        .orElseThrow(() -> new CudaException("the module has no kernel " + name));
    functions.add(Linker.nativeLinker().downcallHandle(symbol,
        FunctionDescriptor.ofVoid(ValueLayout.JAVA_LONG, ValueLayout.ADDRESS)));
    return functions.size();
  }

  @Override
  public void launch(int device, String name, long function, Grid grid, long stream, long arguments, long bytes) {
    if (grid.threads() * grid.threadRows() > 1024 || grid.shared() > properties(device).sharedMemoryPerBlock())
      throw new CudaException("CUDA error in " + name + ": a block of " + grid + " is too large");
    // Arguments are those of now.
    byte[] given = ALL.asSlice(arguments, bytes).toArray(ValueLayout.JAVA_BYTE);
    give(device, stream, name, () -> run(name, function, grid, given));
  }

  private synchronized void run(String name, long function, Grid grid, byte[] given) {
    launches++;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment arguments = arena.allocate(given.length, 16);
      MemorySegment.copy(given, 0, arguments, ValueLayout.JAVA_BYTE, 0, given.length);
      MemorySegment numbers = arena.allocateFrom(ValueLayout.JAVA_INT, grid.x(), grid.y(), grid.z(), grid.threads(),
          grid.threadRows(), grid.shared());
      functions.get((int) function - 1).invokeExact(arguments.address(), numbers);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new CudaException("the kernel " + name + " could not be called", e);
    }
  }
}
