package jtorch.cuda;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import jtorch.DType;
import jtorch.Device;
import jtorch.DeviceProperties;
import jtorch.FourierPlanCache;
import jtorch.cuda.dnn.DnnConvolutions;
import jtorch.cuda.driver.CudaException;
import jtorch.cuda.driver.Driver;
import jtorch.cuda.driver.NvtxRanges;
import jtorch.expr.Expr;
import jtorch.expr.LoopPlan;
import jtorch.expr.ScalarFunction;
import jtorch.memory.DeviceAllocator;
import jtorch.memory.GraphPool;
import jtorch.memory.PinnedAllocator;
import jtorch.memory.Storage;
import jtorch.spi.Accelerator;
import jtorch.spi.Backends;
import jtorch.spi.DeviceRandom;
import jtorch.spi.ElementwiseKernel;
import jtorch.spi.Kernel;
import jtorch.spi.Ranges;
import org.jspecify.annotations.Nullable;

/// NVIDIA's GPUs: element-wise kernels made from expressions, kernels by name, and everything else by way of the processor.
///
/// Nothing is looked for before the first question, and a machine without GPU or driver is none the worse for this class.
public final class CudaBackend implements Accelerator {
  private static final String READING = "reading values of a tensor (item(), cpu(), toString() and the like)";

  private final Map<String, Kernel> kernels = new HashMap<>();
  /// The pairs of devices whose way to each other has been opened.
  private final Set<Reach> reached = ConcurrentHashMap.newKeySet();
  private final ConcurrentHashMap<Loop, ElementwiseKernel> loops = new ConcurrentHashMap<>();
  private final RandomKernels random = new RandomKernels(this);
  private @Nullable Machine machine;

  private record Reach(int device, int peer) {}

  /// What makes an element-wise kernel.
  private record Loop(Device device, Expr body, DType compute, List<DType> inputs, DType output) {}

  /// What was found: devices, or the reason why there are none.
  private record Machine(CudaDevice[] devices, @Nullable Driver driver, @Nullable PinnedAllocator pinned,
      @Nullable String absence) {}

  /// Called by `ServiceLoader`.
  public CudaBackend() {
    CudaKernels.register(this, kernels::put);
  }

  private synchronized Machine machine() {
    Machine known = machine;
    if (known == null) {
      known = find();
      machine = known;
    }
    return known;
  }

  private static Machine find() {
    try {
      Driver driver = Driver.find();
      var cache = new KernelCache(driver);
      var devices = new CudaDevice[driver.count()];
      for (int i = 0; i < devices.length; i++) devices[i] = new CudaDevice(driver, i, cache);
      var pinned = new PinnedAllocator(new CudaHostMemory(driver, devices));
      for (CudaDevice device : devices) device.pinned(pinned);
      return new Machine(devices, driver, pinned, null);
    } catch (CudaException absent) {
      return new Machine(new CudaDevice[0], null, null, "no CUDA device: " + absent.getMessage());
    }
  }

  CudaDevice device(int index) {
    return machine().devices[index];
  }

  CudaDevice device(Device device) {
    return machine().devices[device.index()];
  }

  private Driver driver() {
    Machine found = machine();
    if (found.driver == null) throw new UnsupportedOperationException(found.absence);
    return found.driver;
  }

  // ---- what it is ------------------------------------------------------------------------------------------------

  @Override
  public Device.Type deviceType() {
    return Device.Type.CUDA;
  }

  @Override
  public String description() {
    Machine found = machine();
    if (found.driver == null) return String.valueOf(found.absence);
    var text = new StringBuilder(found.driver.description());
    for (CudaDevice device : found.devices) text.append("; ").append(device.properties().name());
    return text.toString();
  }

  @Override
  public int count() {
    return machine().devices.length;
  }

  @Override
  public @Nullable String absence() {
    return machine().absence;
  }

  @Override
  public DeviceProperties properties(int device) {
    return device(device).properties();
  }

  @Override
  public DeviceRandom random() {
    return random;
  }

  /// GPUs have no number of threads to be set.
  @Override
  public int threads() {
    return 1;
  }

  @Override
  public void setThreads(int threads) {
    throw new UnsupportedOperationException("the number of threads is the processor's");
  }

  @Override
  public @Nullable Integer cudnnVersion(int device) {
    DnnConvolutions library = device(device).dnn();
    return library == null ? null : library.version();
  }

  // ---- kernels ---------------------------------------------------------------------------------------------------

  @Override
  public @Nullable Kernel kernel(String name) {
    return kernels.get(name);
  }

  @Override
  public ElementwiseKernel elementwise(Device device, ScalarFunction function, DType compute, DType[] inputs,
      DType output) {
    var key = new Loop(device, function.body(), compute, List.of(inputs), output);
    ElementwiseKernel known = loops.get(key);
    if (known != null) return known;
    ElementwiseKernel made = compiled(device(device), function, compute, inputs, output);
    loops.put(key, made);
    return made;
  }

  private static ElementwiseKernel compiled(CudaDevice gpu, ScalarFunction function, DType compute, DType[] inputs,
      DType output) {
    LoopPlan plan = LoopPlan.of(function, compute, inputs, output);
    try {
      gpu.driver().compiler();
    } catch (CudaException noCompiler) {
      ElementwiseKernel loop = Backends.of(Device.CPU).elementwise(Device.CPU, function, compute, inputs, output);
      int[] sizes = plan.operands().stream().mapToInt(DType::size).toArray();
      return new HostLoop(gpu, loop, function.name(), sizes);
    }
    return new CudaLoop(gpu, plan);
  }

  // ---- memory ----------------------------------------------------------------------------------------------------

  @Override
  public DeviceAllocator memory(int device) {
    return device(device).allocator();
  }

  @Override
  public PinnedAllocator pinned() {
    PinnedAllocator pinned = machine().pinned;
    if (pinned == null) throw new UnsupportedOperationException(machine().absence);
    return pinned;
  }

  @Override
  public void copyIn(int device, long to, long from, long bytes) {
    checkNotCapturing(device, "a copy from memory that is not pinned");
    driver().copyIn(device, to, from, bytes, stream(device));
  }

  @Override
  public void copyOut(int device, long to, long from, long bytes) {
    checkNotCapturing(device, READING);
    driver().copyOut(device, to, from, bytes, stream(device));
    device(device).reportProblems();
  }

  @Override
  public void copyInLater(int device, long to, long from, long bytes) {
    driver().copyIn(device, to, from, bytes, stream(device));
  }

  @Override
  public void copyOutLater(int device, long to, long from, long bytes) {
    driver().copyOutLater(device, to, from, bytes, stream(device));
  }

  @Override
  public void usesPinned(int device, Storage storage) {
    device(device).usesPinned(storage);
  }

  @Override
  public boolean canAccessPeer(int device, int peer) {
    return driver().canAccessPeer(device, peer);
  }

  /// In the stream of the target, after what the source's stream was given before; and that stream's later work comes after
  /// the copy. The processor waits for nothing.
  @Override
  public void copyAcross(int toDevice, long to, int fromDevice, long from, long bytes) {
    long here = stream(toDevice);
    if (toDevice == fromDevice) {
      driver().copyAcross(toDevice, to, fromDevice, from, bytes, here);
      return;
    }
    checkNotCapturing(toDevice, "a copy between GPUs");
    checkNotCapturing(fromDevice, "a copy between GPUs");
    if (reached.add(new Reach(toDevice, fromDevice))) driver().enablePeerAccess(toDevice, fromDevice);
    long there = stream(fromDevice);
    waitFor(toDevice, here, fromDevice, there);
    driver().copyAcross(toDevice, to, fromDevice, from, bytes, here);
    waitFor(fromDevice, there, toDevice, here);
  }

  /// A stream's later work waits for what another device's stream has been given so far.
  private void waitFor(int device, long stream, int otherDevice, long otherStream) {
    CudaDevice other = device(otherDevice);
    long mark = other.mark(otherStream);
    driver().await(device, stream, mark);
    // Whoever waits already waits for this place, whatever the mark is used for next.
    other.release(mark);
  }

  @Override
  public long[] freeAndTotal(int device) {
    return driver().freeAndTotal(device);
  }

  @Override
  public FourierPlanCache fourierPlans(int device) {
    driver();
    return device(device).fourierPlans();
  }

  // ---- graphs ----------------------------------------------------------------------------------------------------

  @Override
  public Recording record(int device, GraphPool pool, Mode mode) {
    return device(device).record(pool, mode);
  }

  @Override
  public boolean isCapturing(int device) {
    CudaDevice gpu = device(device);
    return gpu.capture(gpu.stream()) != null;
  }

  @Override
  public void checkNotCapturing(int device, String what) {
    CudaDevice gpu = device(device);
    if (gpu.isCapturingAnywhere()) gpu.checkNotCapturing(gpu.stream(), what);
  }

  // ---- order -----------------------------------------------------------------------------------------------------

  @Override
  public long stream(int device) {
    return device(device).stream();
  }

  @Override
  public void stream(int device, long stream) {
    device(device).stream(stream);
  }

  @Override
  public long newStream(int device, int priority) {
    return driver().newStream(device, priority);
  }

  @Override
  public void freeStream(int device, long stream) {
    driver().freeStream(device, stream);
  }

  @Override
  public boolean isIdle(int device, long stream) {
    device(device).checkNotCapturing(stream, "the question whether the stream is done");
    return driver().isIdle(device, stream);
  }

  @Override
  public void synchronize(int device, long stream) {
    device(device).checkNotCapturing(stream, "waiting for the stream");
    driver().synchronize(device, stream);
  }

  @Override
  public void synchronize(int device) {
    device(device).checkNotCapturing("waiting for the GPU");
    driver().synchronize(device);
    device(device).reportProblems();
  }

  @Override
  public long newEvent(int device, boolean timing) {
    return driver().newEvent(device, timing);
  }

  @Override
  public void freeEvent(int device, long event) {
    driver().freeEvent(device, event);
  }

  @Override
  public void record(int device, long event, long stream) {
    driver().record(device, event, stream);
  }

  @Override
  public void await(int device, long stream, long event) {
    driver().await(device, stream, event);
  }

  @Override
  public boolean isPassed(int device, long event) {
    return driver().isPassed(device, event);
  }

  @Override
  public void synchronizeEvent(int device, long event) {
    driver().synchronizeEvent(device, event);
  }

  @Override
  public float elapsed(int device, long start, long end) {
    return driver().elapsed(device, start, end);
  }

  @Override
  public @Nullable Ranges ranges() {
    return NvtxRanges.find();
  }
}
