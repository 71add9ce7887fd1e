package jtorch;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import jtorch.memory.DeviceStatistics;
import jtorch.memory.GraphPool;
import jtorch.op.HostFallback;
import jtorch.random.Generator;
import jtorch.spi.Accelerator;
import jtorch.spi.Backends;
import jtorch.spi.GraphCapture;
import org.jspecify.annotations.Nullable;

/// NVIDIA's GPUs, as `torch.cuda` shows them; the artifact jtorch-cuda does the work.
///
/// Functions without a device mean the thread's current one, 0 unless [#setDevice] or [#device] changed it. Asking whether
/// there is a GPU never fails; asking for what only a GPU has throws `UnsupportedOperationException`, which says what is
/// missing.
public final class Cuda {
  private static final ThreadLocal<int[]> CURRENT = ThreadLocal.withInitial(() -> new int[1]);

  private Cuda() {}

  // ---- devices ---------------------------------------------------------------------------------------------------

  /// Whether there is a GPU that can be used.
  public static boolean isAvailable() {
    return deviceCount() > 0;
  }

  public static int deviceCount() {
    Accelerator accelerator = Backends.accelerator(Device.Type.CUDA);
    return accelerator == null ? 0 : accelerator.count();
  }

  /// Why there is no GPU, in one sentence that says what to do; null where there is one.
  public static @Nullable String absence() {
    Accelerator accelerator = Backends.accelerator(Device.Type.CUDA);
    return accelerator == null ? "the artifact jtorch-cuda is not on the class path" : accelerator.absence();
  }

  /// The index of the thread's current GPU, which `Device.of("cuda")` means.
  public static int currentDevice() {
    return CURRENT.get()[0];
  }

  /// @throws UnsupportedOperationException if there is no such GPU
  public static void setDevice(int device) {
    accelerator(device);
    CURRENT.get()[0] = device;
  }

  /// Another current GPU until the result is closed: `try (var on = Cuda.device(1)) { ... }`.
  public static Restoring device(int device) {
    int before = currentDevice();
    setDevice(device);
    return () -> CURRENT.get()[0] = before;
  }

  /// What puts something back as it was.
  @FunctionalInterface
  public interface Restoring extends AutoCloseable {
    @Override
    void close();
  }

  public static String getDeviceName() {
    return getDeviceName(currentDevice());
  }

  public static String getDeviceName(int device) {
    return getDeviceProperties(device).name();
  }

  /// The two numbers of the compute capability.
  public static int[] getDeviceCapability(int device) {
    DeviceProperties properties = getDeviceProperties(device);
    return new int[] {properties.major(), properties.minor()};
  }

  public static DeviceProperties getDeviceProperties(int device) {
    return accelerator(device).properties(device);
  }

  /// Waits until the current GPU has done all that was asked of it.
  public static void synchronize() {
    synchronize(currentDevice());
  }

  public static void synchronize(int device) {
    accelerator(device).synchronize(device);
  }

  /// Whether a GPU can reach another's memory directly; otherwise copies between them go by way of the processor.
  ///
  /// @throws UnsupportedOperationException if there is no such GPU
  public static boolean canDeviceAccessPeer(int device, int peer) {
    accelerator(peer);
    return accelerator(device).canAccessPeer(device, peer);
  }

  static Accelerator accelerator(int device) {
    return Backends.accelerator(Device.cuda(device));
  }

  // ---- streams ---------------------------------------------------------------------------------------------------

  /// The stream to which this thread gives its work on the current GPU.
  public static CudaStream currentStream() {
    return currentStream(currentDevice());
  }

  public static CudaStream currentStream(int device) {
    return CudaStream.of(device, accelerator(device).stream(device));
  }

  /// The stream of those who ask for no other.
  public static CudaStream defaultStream(int device) {
    accelerator(device);
    return CudaStream.of(device, 0);
  }

  /// Gives this thread's work to a stream until the result is closed: `try (var in = Cuda.stream(s)) { ... }`.
  public static Restoring stream(CudaStream stream) {
    int device = stream.device().index();
    Accelerator accelerator = accelerator(device);
    long before = accelerator.stream(device);
    accelerator.stream(device, stream.handle());
    return () -> accelerator.stream(device, before);
  }

  // ---- graphs ----------------------------------------------------------------------------------------------------

  /// The side streams in which graphs are recorded, by device.
  private static final ConcurrentHashMap<Integer, CudaStream> CAPTURE_STREAMS = new ConcurrentHashMap<>();

  /// Records into a graph until the result is closed, in a stream of its own: `try (var r = Cuda.graph(g)) { ... }`.
  ///
  /// Closing throws `IllegalStateException` if something on the way could not be recorded.
  public static Restoring graph(CudaGraph graph) {
    return graph(graph, new GraphPool());
  }

  /// @param pool where memory comes from: that of another graph, or [#graphPoolHandle]
  public static Restoring graph(CudaGraph graph, GraphPool pool) {
    int device = currentDevice();
    CudaStream stream = CAPTURE_STREAMS.computeIfAbsent(device, d -> new CudaStream(Device.cuda(d), 0));
    return graph(graph, pool, stream, GraphCapture.Mode.GLOBAL);
  }

  /// @param stream in which the work is recorded
  /// @param mode what other calls may do meanwhile
  public static Restoring graph(CudaGraph graph, GraphPool pool, CudaStream stream, GraphCapture.Mode mode) {
    synchronize(stream.device().index());
    // As much memory as can be for the graph.
    accelerator(stream.device().index()).memory(stream.device().index()).emptyCache();
    Restoring before = stream(stream);
    try {
      graph.captureBegin(pool, mode);
    } catch (RuntimeException failure) {
      before.close();
      throw failure;
    }
    return () -> {
      try {
        graph.captureEnd();
      } finally {
        before.close();
      }
    };
  }

  /// Records a function and its gradients, to be replayed as a whole in an ordinary training loop:
  ///
  /// ```java
  /// UnaryOperator<Tensor> fast = Cuda.makeGraphedCallables(model::call, sample, model.parameters());
  /// loss(fast.apply(x)).backward();
  /// ```
  ///
  /// Later arguments have the shape, dtype and wish for a gradient of the sample, whose memory is the graph's. The result is
  /// overwritten by the next call; second derivatives are refused.
  ///
  /// @param parameters what else the function reads that wants gradients
  public static UnaryOperator<Tensor> makeGraphedCallables(UnaryOperator<Tensor> callable, Tensor sample,
      List<? extends Tensor> parameters) {
    var source =
        new GraphedCallable.Source(in -> new Tensor[] {callable.apply(in[0])}, new Tensor[] {sample}, parameters);
    GraphedCallable graphed = makeGraphedCallables(List.of(source), o -> o).get(0);
    return input -> graphed.call(input)[0];
  }

  /// Several functions that share memory: they are to be called in this order, and gradients taken in the reverse one.
  ///
  /// @throws IllegalStateException if something in them cannot be recorded, or an input has no part in the outputs
  public static List<GraphedCallable> makeGraphedCallables(List<GraphedCallable.Source> sources,
      UnaryOperator<GraphedOptions> options) {
    return GraphedCallable.of(sources, options.apply(GraphedOptions.DEFAULT));
  }

  /// A pool of memory for graphs that may share it: see [GraphPool].
  public static GraphPool graphPoolHandle() {
    return new GraphPool();
  }

  /// Whether the thread's stream on the current GPU records a graph; false where there is no GPU.
  public static boolean isCurrentStreamCapturing() {
    Accelerator accelerator = Backends.accelerator(Device.Type.CUDA);
    int device = currentDevice();
    return accelerator != null && device < accelerator.count() && accelerator.isCapturing(device);
  }

  // ---- random numbers --------------------------------------------------------------------------------------------

  /// Seeds the current GPU's default generator.
  public static void manualSeed(long seed) {
    Generator.defaultOn(Device.cuda(currentDevice())).manualSeed(seed);
  }

  /// Seeds the default generators of all GPUs, also of those that have not been used yet.
  public static void manualSeedAll(long seed) {
    Generator.manualSeedDevices(seed);
  }

  /// Seeds the current GPU's default generator from the system's entropy.
  public static void seed() {
    Generator.defaultOn(Device.cuda(currentDevice())).seed();
  }

  /// Seeds the default generators of all GPUs with one number from the system's entropy.
  public static void seedAll() {
    manualSeedAll(new Generator().seed());
  }

  /// The number that the current GPU's default generator was last seeded with.
  public static long initialSeed() {
    return Generator.defaultOn(Device.cuda(currentDevice())).initialSeed();
  }

  /// The state of the current GPU's default generator: 16 bytes on the CPU, the seed and the offset, as PyTorch's.
  public static Tensor getRngState() {
    return getRngState(currentDevice());
  }

  public static Tensor getRngState(int device) {
    byte[] state = Generator.defaultOn(Device.cuda(device)).state();
    return Torch.fromSegment(MemorySegment.ofArray(state), DType.UINT8, state.length);
  }

  /// The states of all GPUs' default generators.
  public static Tensor[] getRngStateAll() {
    return IntStream.range(0, deviceCount()).mapToObj(Cuda::getRngState).toArray(Tensor[]::new);
  }

  /// Goes on where a state of the current GPU's default generator was taken.
  ///
  /// @throws IllegalArgumentException if these bytes are no state
  public static void setRngState(Tensor state) {
    setRngState(state, currentDevice());
  }

  public static void setRngState(Tensor state, int device) {
    Generator.defaultOn(Device.cuda(device)).setState(state.toByteArray());
  }

  /// One state for each GPU.
  public static void setRngStateAll(Tensor[] states) {
    for (int device = 0; device < states.length; device++) setRngState(states[device], device);
  }

  // ---- memory ----------------------------------------------------------------------------------------------------

  /// Bytes that tensors use on the current GPU.
  public static long memoryAllocated() {
    return memoryStats(currentDevice()).allocated();
  }

  /// The most bytes that tensors used at once since [#resetPeakMemoryStats].
  public static long maxMemoryAllocated() {
    return memoryStats(currentDevice()).peakAllocated();
  }

  /// Bytes taken from the current GPU: what tensors use, and what waits for reuse.
  public static long memoryReserved() {
    return memoryStats(currentDevice()).reserved();
  }

  public static long maxMemoryReserved() {
    return memoryStats(currentDevice()).peakReserved();
  }

  public static DeviceStatistics memoryStats(int device) {
    return accelerator(device).memory(device).deviceStatistics();
  }

  public static void resetPeakMemoryStats() {
    int device = currentDevice();
    accelerator(device).memory(device).resetPeak();
  }

  /// Gives memory that waits for reuse back to the current GPU.
  public static void emptyCache() {
    int device = currentDevice();
    accelerator(device).memory(device).emptyCache();
  }

  /// Tensors may take at most this share of a GPU's memory.
  ///
  /// @throws IllegalArgumentException if it is not in (0, 1]
  public static void setPerProcessMemoryFraction(double fraction, int device) {
    if (!(fraction > 0 && fraction <= 1)) throw new IllegalArgumentException(
        "setPerProcessMemoryFraction: Invalid fraction value: " + fraction + ". Allowed range: 0~1");
    Accelerator accelerator = accelerator(device);
    accelerator.memory(device).limit(Math.max(1, (long) (fraction * accelerator.properties(device).totalMemory())));
  }

  /// A GPU's free and whole memory in bytes, whoever uses it.
  public static long[] memGetInfo(int device) {
    return accelerator(device).freeAndTotal(device);
  }

  /// The plans of the current GPU's Fourier transforms, as `torch.backends.cuda.cufft_plan_cache` has them.
  public static FourierPlanCache fftPlanCache() {
    return fftPlanCache(currentDevice());
  }

  public static FourierPlanCache fftPlanCache(int device) {
    return accelerator(device).fourierPlans(device);
  }

  /// Names for parts of a program in NVIDIA's tools.
  public static Nvtx nvtx() {
    return Nvtx.INSTANCE;
  }

  // ---- what does not run on the GPU ------------------------------------------------------------------------------

  /// The operators for which the GPU has no kernel and which the processor computed instead, with the number of calls.
  public static Map<String, Long> fallbacks() {
    return HostFallback.calls();
  }
}
