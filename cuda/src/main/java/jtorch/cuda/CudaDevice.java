package jtorch.cuda;

import java.lang.foreign.SymbolLookup;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import jtorch.Device;
import jtorch.DeviceProperties;
import jtorch.cuda.blas.BlasProducts;
import jtorch.cuda.dnn.Cudnn;
import jtorch.cuda.dnn.DnnConvolutions;
import jtorch.cuda.driver.CudaException;
import jtorch.cuda.driver.CudaLibraries;
import jtorch.cuda.driver.Driver;
import jtorch.cuda.driver.Driver.Grid;
import jtorch.cuda.fft.FourierPlans;
import jtorch.cuda.solver.DenseLibrary;
import jtorch.memory.DeviceAllocator;
import jtorch.memory.DeviceMemory;
import jtorch.memory.GraphPool;
import jtorch.memory.Memory;
import jtorch.memory.PinnedAllocator;
import jtorch.memory.ScratchMemory;
import jtorch.memory.Storage;
import jtorch.spi.GraphCapture;
import org.jspecify.annotations.Nullable;

/// One GPU: its memory, its streams, and how kernels are launched on it.
final class CudaDevice implements DeviceMemory {
  private final Driver driver;
  private final int index;
  private final DeviceProperties properties;
  private final KernelCache cache;
  private final DeviceAllocator memory;
  private final ThreadLocal<long[]> stream = ThreadLocal.withInitial(() -> new long[1]);
  private final ArrayDeque<Long> idleMarks = new ArrayDeque<>();
  private final CopyOnWriteArrayList<CudaCapture> captures = new CopyOnWriteArrayList<>();
  private @Nullable PinnedAllocator pinned;
  private @Nullable BlasProducts blas;
  private boolean blasLookedUp;

  @SuppressWarnings("this-escape") // the allocator asks for nothing before it is used
  CudaDevice(Driver driver, int index, KernelCache cache) {
    this.driver = driver;
    this.index = index;
    this.cache = cache;
    properties = driver.properties(index);
    memory = new DeviceAllocator(Device.cuda(index), this);
  }

  int index() {
    return index;
  }

  Driver driver() {
    return driver;
  }

  DeviceProperties properties() {
    return properties;
  }

  DeviceAllocator allocator() {
    return memory;
  }

  // ---- memory ----------------------------------------------------------------------------------------------------

  @Override
  public long allocate(long bytes) {
    return driver.allocate(index, bytes);
  }

  @Override
  public void free(long address) {
    driver.free(index, address);
  }

  @Override
  public long stream() {
    return stream.get()[0];
  }

  void stream(long value) {
    stream.get()[0] = value;
  }

  @Override
  public long mark(long stream) {
    Long mark;
    synchronized (idleMarks) {
      mark = idleMarks.poll();
    }
    if (mark == null) mark = driver.newEvent(index, false);
    driver.record(index, mark, stream);
    return mark;
  }

  @Override
  public boolean passed(long mark) {
    if (!driver.isPassed(index, mark)) return false;
    release(mark);
    return true;
  }

  /// Nobody will ask for this mark any more.
  void release(long mark) {
    synchronized (idleMarks) {
      idleMarks.push(mark);
    }
  }

  @Override
  public void await(long mark) {
    driver.synchronizeEvent(index, mark);
  }

  // ---- problems that kernels find ---------------------------------------------------------------------------------

  private long problem;
  /// Operators whose kernels may have found an index outside of its tensor, since somebody looked.
  private final Set<String> suspects = new LinkedHashSet<>();

  /// The address of the word that a kernel sets where an index lies outside.
  synchronized long problem(String operator) {
    CudaCapture capture = capture(stream());
    if (capture != null) capture.suspect(operator);
    else suspects.add(operator);
    return problemWord();
  }

  private synchronized long problemWord() {
    if (problem == 0) {
      problem = driver.allocate(index, 512);
      if (problem == 0) throw new CudaException("not enough memory on cuda:" + index);
      driver.fill(index, problem, (byte) 0, 512, 0);
      driver.synchronize(index, 0);
    }
    return problem;
  }

  /// The kernels of these operators have been given to the device once more.
  synchronized void suspect(Set<String> operators) {
    suspects.addAll(operators);
  }

  /// After the device has been waited for.
  ///
  /// @throws IndexOutOfBoundsException if an index lay outside of its tensor
  synchronized void reportProblems() {
    if (suspects.isEmpty()) return;
    String names = String.join(", ", suspects);
    suspects.clear();
    long word = ScratchMemory.allocate(8);
    boolean found;
    try {
      driver.copyOut(index, word, problem, 4, stream());
      found = Memory.getInt(word) != 0;
    } finally {
      ScratchMemory.free(word);
    }
    if (!found) return;
    driver.fill(index, problem, (byte) 0, 4, stream());
    throw new IndexOutOfBoundsException("index out of range on cuda:" + index
        + ": in one of these operators, which have run since the device was last waited for: " + names);
  }

  // ---- graphs ----------------------------------------------------------------------------------------------------

  /// Sets up what waits for the device when it is first used.
  void prepare() {
    problemWord();
    blas();
  }

  CudaCapture record(GraphPool pool, GraphCapture.Mode mode) {
    CudaCapture capture = CudaCapture.begin(this, pool, mode);
    captures.add(capture);
    return capture;
  }

  void ended(CudaCapture capture) {
    captures.remove(capture);
    memory.endGraph(capture.pool);
  }

  boolean isCapturingAnywhere() {
    return !captures.isEmpty();
  }

  /// The recording that a stream takes part in.
  @Nullable CudaCapture capture(long of) {
    for (CudaCapture capture : captures) {
      if (capture.takesIn(of)) return capture;
    }
    return null;
  }

  /// @throws IllegalStateException if this stream records
  void checkNotCapturing(long of, String what) {
    CudaCapture capture = capture(of);
    if (capture != null) throw capture.refuse(what);
  }

  /// @throws IllegalStateException if any stream records
  void checkNotCapturing(String what) {
    for (CudaCapture capture : captures) throw capture.refuse(what);
  }

  void pinned(PinnedAllocator allocator) {
    pinned = allocator;
  }

  /// Pinned memory stays until the thread's stream has done its copies; until the graph that has them is gone.
  void usesPinned(Storage storage) {
    CudaCapture capture = capture(stream());
    if (capture != null) capture.hold(storage);
    else java.util.Objects.requireNonNull(pinned).use(storage, index, stream());
  }

  // ---- libraries -------------------------------------------------------------------------------------------------

  /// Matrix products by cuBLASLt, its device entered; null where it is not there.
  @Nullable BlasProducts blas() {
    if (!driver.enterForLibraries(index)) return null;
    synchronized (idleMarks) {
      if (!blasLookedUp) {
        blas = BlasProducts.open();
        blasLookedUp = true;
      }
      return blas;
    }
  }

  private SolverCall.@Nullable Libraries libraries;
  private boolean librariesLookedUp;

  /// cuBLAS and cuSOLVER, their device entered; null where one of them is not there.
  SolverCall.@Nullable Libraries libraries() {
    driver.enterForLibraries(index);
    synchronized (idleMarks) {
      if (!librariesLookedUp) {
        DenseLibrary blas = DenseLibrary.cublas(driver.library(index, CudaLibraries.CUBLAS));
        DenseLibrary solver =
            blas == null ? null : DenseLibrary.cusolver(driver.library(index, CudaLibraries.CUSOLVER));
        if (blas != null && solver != null) libraries = new SolverCall.Libraries(blas, solver);
        librariesLookedUp = true;
      }
      return libraries;
    }
  }

  private @Nullable FourierPlans fourierPlans;

  /// Fourier transforms by cuFFT, where it is there, its device entered.
  FourierPlans fourierPlans() {
    driver.enterForLibraries(index);
    synchronized (idleMarks) {
      if (fourierPlans == null) fourierPlans = new FourierPlans(driver.library(index, CudaLibraries.CUFFT));
      return fourierPlans;
    }
  }

  private @Nullable DnnConvolutions dnn;
  private boolean dnnLookedUp;

  /// Convolutions by cuDNN, its device entered; null where it is not there or does not work, or
  /// `-Djtorch.cuda.dnn=false`.
  @Nullable DnnConvolutions dnn() {
    if ("false".equals(System.getProperty("jtorch.cuda.dnn"))) return null;
    driver.enterForLibraries(index);
    synchronized (idleMarks) {
      if (!dnnLookedUp) {
        dnnLookedUp = true;
        try {
          SymbolLookup library = driver.library(index, CudaLibraries.CUDNN);
          if (library != null) dnn = new DnnConvolutions(new Cudnn(library));
        } catch (CudaException unusable) {
          System.getLogger("jtorch.cuda.dnn").log(System.Logger.Level.WARNING,
              unusable.getMessage() + "; kernels of our own run instead");
        }
      }
      return dnn;
    }
  }

  // ---- kernels ---------------------------------------------------------------------------------------------------

  long function(String source, String name) {
    return cache.function(index, source, name);
  }

  /// Runs a kernel in the thread's stream.
  void launch(String name, long function, Grid grid, Arguments arguments) {
    long bytes = arguments.bytes();
    driver.launch(index, name, function, grid, stream(), arguments.address(), bytes);
  }

  /// As many blocks as there is work for.
  Grid grid(long elements, int perThread, int threads) {
    long perBlock = (long) perThread * threads;
    return Grid.of(Math.clamp((elements + perBlock - 1) / perBlock, 1, 1 << 30), threads);
  }
}
