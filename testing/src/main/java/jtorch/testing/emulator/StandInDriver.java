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
    long address;
    try {
      address = (long) ALIGNED_ALLOC.invokeExact(512L, (bytes + 511) & -512L);
    } catch (Throwable e) {
      throw new CudaException("memory cannot be allocated", e);
    }
    if (address == 0) return 0;
    used[device] += bytes;
    ALL.asSlice(address, bytes).fill((byte) 0xff);
    blocks.put(address, bytes);
    return address;
  }

  @Override
  public synchronized void free(int device, long address) {
    Long bytes = blocks.remove(address);
    if (bytes == null) throw new CudaException("no memory was lent at this address");
    used[device] -= bytes;
    try {
      FREE.invokeExact(address);
    } catch (Throwable e) {
      throw new CudaException("memory cannot be freed", e);
    }
  }

  @Override
  public synchronized long[] freeAndTotal(int device) {
    return new long[] {MEMORY - used[device], MEMORY};
  }

  @Override
  public void copyIn(int device, long to, long from, long bytes, long stream) {
    MemorySegment.copy(ALL, from, ALL, to, bytes);
  }

  @Override
  public void copyOut(int device, long to, long from, long bytes, long stream) {
    MemorySegment.copy(ALL, from, ALL, to, bytes);
  }

  @Override
  public void copyAcross(int toDevice, long to, int fromDevice, long from, long bytes, long stream) {
    MemorySegment.copy(ALL, from, ALL, to, bytes);
  }

  @Override
  public void fill(int device, long address, byte value, long bytes, long stream) {
    ALL.asSlice(address, bytes).fill(value);
  }

  // ---- order: everything is done at once -------------------------------------------------------------------------

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
    return true;
  }

  @Override
  public void synchronize(int device, long stream) {}

  @Override
  public void synchronize(int device) {}

  @Override
  public long newEvent(int device, boolean timing) {
    return handle();
  }

  @Override
  public void freeEvent(int device, long event) {}

  @Override
  public void record(int device, long event, long stream) {
    times.put(event, System.nanoTime());
  }

  private final Map<Long, Long> times = java.util.Collections.synchronizedMap(new HashMap<>());

  @Override
  public void await(int device, long stream, long event) {}

  @Override
  public boolean isPassed(int device, long event) {
    return true;
  }

  @Override
  public void synchronizeEvent(int device, long event) {}

  @Override
  public float elapsed(int device, long start, long end) {
    return (time(end) - time(start)) / 1e6f;
  }

  private long time(long event) {
    @Nullable Long at = times.get(event);
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
  public synchronized void launch(int device, String name, long function, Grid grid, long stream, long arguments,
      long bytes) {
    launches++;
    if (grid.threads() * grid.threadRows() > 1024 || grid.shared() > properties(device).sharedMemoryPerBlock())
      throw new CudaException("CUDA error in " + name + ": a block of " + grid + " is too large");
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment numbers = arena.allocateFrom(ValueLayout.JAVA_INT, grid.x(), grid.y(), grid.z(), grid.threads(),
          grid.threadRows(), grid.shared());
      functions.get((int) function - 1).invokeExact(arguments, numbers);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new CudaException("the kernel " + name + " could not be called", e);
    }
  }
}
