package jtorch;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import jtorch.op.Promotion;
import jtorch.op.RandomNumbers;
import jtorch.random.Generator;
import org.jspecify.annotations.Nullable;

/// Settings of the library, states of the default generator, facts about dtypes, and tensors from other sources, for
/// [Torch] to inherit.
public abstract class SettingFunctions extends AutocastFunctions {
  private static volatile String matmulPrecision = "highest";
  private static volatile int deterministicMode;
  private static volatile boolean warnAlways;

  SettingFunctions() {}

  // ---- dtypes ----------------------------------------------------------------------------------------------------

  /// The smallest dtype that both can be converted to: `promoteTypes(INT32, FLOAT32)` is float32.
  public static DType promoteTypes(DType type1, DType type2) {
    return Promotion.promote(type1, type2);
  }

  /// The dtype of an operation on these tensors and numbers.
  public static DType resultType(Object first, Object second) {
    return Promotion.resultType(first, second);
  }

  /// Whether values of one dtype may be written into another in place: not from a higher kind into a lower one.
  public static boolean canCast(DType from, DType to) {
    return Promotion.canCast(from, to);
  }

  public static FInfo finfo(DType dtype) {
    return FInfo.of(dtype);
  }

  public static IInfo iinfo(DType dtype) {
    return IInfo.of(dtype);
  }

  // ---- the default generator -------------------------------------------------------------------------------------

  /// The CPU's default generator's state: 5,056 bytes, as PyTorch's.
  public static Tensor getRngState() {
    return Torch.fromSegment(MemorySegment.ofArray(Generator.defaultGenerator().state()), DType.UINT8, 5056);
  }

  /// Goes on where a state was taken.
  ///
  /// @throws IllegalArgumentException if these bytes are no state
  public static void setRngState(Tensor state) {
    Generator.defaultGenerator().setState(state.toByteArray());
  }

  /// The number that the default generator was last seeded with.
  public static long initialSeed() {
    return Generator.defaultGenerator().initialSeed();
  }

  /// Seeds the default generators of all devices with a number from the system's entropy, and returns it.
  public static long seed() {
    long seed = Generator.defaultGenerator().seed();
    if (!Generator.isBound()) Generator.manualSeedDevices(seed);
    return seed;
  }

  // ---- random numbers --------------------------------------------------------------------------------------------

  /// Normal numbers with these means and deviations, broadcast.
  public static Tensor normal(Tensor mean, Tensor std) {
    return RandomNumbers.NORMAL_TENSOR_TENSOR.tensor(mean, std, null);
  }

  public static Tensor normal(Tensor mean, double std) {
    return RandomNumbers.NORMAL_TENSOR_FLOAT.tensor(mean, std, null);
  }

  public static Tensor normal(double mean, Tensor std) {
    return RandomNumbers.NORMAL_FLOAT_TENSOR.tensor(mean, std, null);
  }

  public static Tensor normal(double mean, double std, long... size) {
    return RandomNumbers.NORMAL_FLOAT_FLOAT.tensor(mean, std, size, null, null, null, null, null);
  }

  // ---- settings --------------------------------------------------------------------------------------------------

  /// Where tensors are made if no device is given.
  public static Device getDefaultDevice() {
    return Placement.chosen();
  }

  /// @throws UnsupportedOperationException if there is no such device
  public static void setDefaultDevice(Device device) {
    jtorch.spi.Backends.of(device);
    Placement.choose(device);
  }

  /// How exact float32 matrix products are: `highest`, `high` or `medium`. On the CPU all are computed in float32;
  /// on GPUs `high` and `medium` allow TF32, which keeps 10 bits of the mantissa.
  public static String getFloat32MatmulPrecision() {
    return matmulPrecision;
  }

  public static void setFloat32MatmulPrecision(String precision) {
    if (!Set.of("highest", "high", "medium").contains(precision)) throw new IllegalArgumentException(
        "setFloat32MatmulPrecision: expected highest, high or medium, got '" + precision + "'");
    matmulPrecision = precision;
  }

  /// Asks for operators that give the same bits in every run. JTorch's on the CPU always do.
  public static void useDeterministicAlgorithms(boolean mode) {
    deterministicMode = mode ? 2 : 0;
  }

  /// As [#useDeterministicAlgorithms(boolean)]; with `warnOnly` others would warn instead of throwing.
  public static void useDeterministicAlgorithms(boolean mode, boolean warnOnly) {
    deterministicMode = mode ? warnOnly ? 1 : 2 : 0;
  }

  public static boolean areDeterministicAlgorithmsEnabled() {
    return deterministicMode != 0;
  }

  public static boolean isDeterministicAlgorithmsWarnOnlyEnabled() {
    return deterministicMode == 1;
  }

  /// 0 default, 1 warn, 2 error.
  public static int getDeterministicDebugMode() {
    return deterministicMode;
  }

  /// @param mode `default`, `warn` or `error`
  public static void setDeterministicDebugMode(String mode) {
    deterministicMode = switch (mode.toLowerCase(Locale.ROOT)) {
      case "default" -> 0;
      case "warn" -> 1;
      case "error" -> 2;
      default -> throw new IllegalArgumentException(
          "setDeterministicDebugMode: expected default, warn or error, got '" + mode + "'");
    };
  }

  /// Whether warnings that are given once otherwise are given each time.
  public static boolean isWarnAlwaysEnabled() {
    return warnAlways;
  }

  public static void setWarnAlways(boolean always) {
    warnAlways = always;
  }

  /// Asks the processor to count subnormal numbers as zero: Java has no such mode, so it is refused, as PyTorch does on
  /// processors without it.
  ///
  /// @return whether the mode is set
  public static boolean setFlushDenormal(boolean mode) {
    return false;
  }

  /// As [Torch#getNumThreads]: one pool does both kinds of work.
  public static int getNumInteropThreads() {
    return Torch.getNumThreads();
  }

  /// Accepted and without effect: operators run on the caller's thread and one pool.
  ///
  /// @throws IllegalArgumentException if it is not positive
  public static void setNumInteropThreads(int threads) {
    if (threads < 1) throw new IllegalArgumentException("setNumInteropThreads: expected a positive number");
  }

  /// The default dtype, by PyTorch's class of tensors: `torch.DoubleTensor`.
  public static void setDefaultTensorType(String type) {
    Torch.setDefaultDType(switch (type) {
      case "torch.FloatTensor" -> DType.FLOAT32;
      case "torch.DoubleTensor" -> DType.FLOAT64;
      case "torch.HalfTensor" -> DType.FLOAT16;
      case "torch.BFloat16Tensor" -> DType.BFLOAT16;
      default -> throw new IllegalArgumentException(
          "setDefaultTensorType: only floating-point types are supported as the default type, not " + type);
    });
  }

  /// In anomaly mode each call on the graph remembers where it was made, and NaN among the gradients throws with that place
  /// as the cause. Slow: for finding errors. Counts for the calling thread.
  public static void setAnomalyEnabled(boolean enabled, boolean checkNan) {
    ThreadContext context = ThreadContext.current();
    context.anomalyEnabled = enabled;
    context.anomalyCheckNan = checkNan;
  }

  public static void setAnomalyEnabled(boolean enabled) {
    setAnomalyEnabled(enabled, true);
  }

  public static boolean isAnomalyEnabled() {
    return ThreadContext.current().anomalyEnabled;
  }

  public static boolean isAnomalyCheckNanEnabled() {
    return ThreadContext.current().anomalyCheckNan;
  }

  // ---- from other sources ----------------------------------------------------------------------------------------

  /// Itself if it is a tensor; else a tensor of those numbers, arrays or lists.
  public static Tensor asTensor(Object data) {
    return data instanceof Tensor t ? t : Torch.tensor(data);
  }

  public static Tensor asTensor(Object data, DType dtype) {
    return asTensor(data).to(dtype);
  }

  /// As [#asTensor]; memory segments are copied as bytes.
  public static Tensor asarray(Object data) {
    return data instanceof MemorySegment bytes ? Torch.fromSegment(bytes, DType.UINT8, bytes.byteSize())
        : asTensor(data);
  }

  public static Tensor asarray(Object data, DType dtype) {
    return asarray(data).to(dtype);
  }

  /// The bytes of a segment as elements, without a copy where it is native memory.
  ///
  /// @param offset bytes to skip
  public static Tensor frombuffer(MemorySegment buffer, DType dtype, long count, long offset) {
    long rest = (buffer.byteSize() - offset) / dtype.size();
    if (offset < 0 || offset >= buffer.byteSize()) throw new IllegalArgumentException(
        "frombuffer: offset must be non-negative and no greater than buffer length (%d), got %d"
            .formatted(buffer.byteSize(), offset));
    if (count > rest) throw new IllegalArgumentException(
        "frombuffer: requested buffer length (%d * %d bytes) after offset (%d bytes) must not be greater than actual buffer length (%d bytes)"
            .formatted(count, dtype.size(), offset, buffer.byteSize()));
    long n = count < 0 ? rest : count;
    MemorySegment part = buffer.asSlice(offset, n * dtype.size());
    return part.isNative() ? Torch.wrap(part, dtype, n) : Torch.fromSegment(part, dtype, n);
  }

  public static Tensor frombuffer(MemorySegment buffer, DType dtype) {
    return frombuffer(buffer, dtype, -1, 0);
  }

  /// The elements of a file: a copy, or if `shared` the file itself, mapped into memory and made as long as needed.
  ///
  /// @throws IOException if the file cannot be mapped
  public static Tensor fromFile(Path file, boolean shared, long size, DType dtype) throws IOException {
    long bytes = Math.multiplyExact(size, (long) dtype.size());
    if (!shared) {
      try (FileChannel channel = FileChannel.open(file)) {
        if (channel.size() < bytes)
          throw new IOException(file + " has " + channel.size() + " bytes, but " + bytes + " were asked for");
        try (Arena arena = Arena.ofConfined()) {
          return Torch.fromSegment(channel.map(FileChannel.MapMode.READ_ONLY, 0, bytes, arena), dtype, size);
        }
      }
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE,
        StandardOpenOption.CREATE)) {
      return Torch.wrap(channel.map(FileChannel.MapMode.READ_WRITE, 0, bytes, Arena.ofAuto()), dtype, size);
    }
  }

  /// An empty tensor whose memory has the dimensions in this order, the first outermost.
  public static Tensor emptyPermuted(long[] size, long[] physicalLayout, UnaryOperator<TensorOptions> options) {
    if (size.length != physicalLayout.length) throw new IllegalArgumentException(
        "emptyPermuted: Number of dimensions in size does not match the length of the physical_layout; i.e. len(size) = %d is not equal to len(physical_layout) = %d"
            .formatted(size.length, physicalLayout.length));
    long[] strides = new long[size.length];
    boolean[] seen = new boolean[size.length];
    long next = 1;
    for (int i = size.length - 1; i >= 0; i--) {
      int d = (int) physicalLayout[i];
      if (d < 0 || d >= size.length || seen[d]) throw new IllegalArgumentException(
          "emptyPermuted: the physical layout must name each dimension once: "
              + java.util.Arrays.toString(physicalLayout));
      seen[d] = true;
      strides[d] = next;
      next *= Math.max(size[d], 1);
    }
    TensorOptions o = options.apply(TensorOptions.DEFAULT);
    return o.finish(Torch.emptyStrided(size, strides, o.dtypeOr(Torch.defaultDType()), o.device()));
  }

  public static Tensor emptyPermuted(long[] size, long... physicalLayout) {
    return emptyPermuted(size, physicalLayout, o -> o);
  }

  /// From start to end, **including** it, in steps.
  public static Tensor range(Number start, Number end, Number step) {
    double first = start.doubleValue();
    double width = step.doubleValue();
    if (width == 0) throw new IllegalArgumentException("range: step must be nonzero");
    long count = (long) ((end.doubleValue() - first) / width) + 1;
    if ((end.doubleValue() - first) / width < 0)
      throw new IllegalArgumentException("range: upper bound and lower bound inconsistent with step sign");
    Tensor steps = CreationFunctions.arange(0, count, o -> o.dtype(DType.FLOAT64));
    return steps.mul(width).add(first).to(Torch.defaultDType());
  }

  public static Tensor range(Number start, Number end) {
    return range(start, end, 1);
  }

  // ---- choosing a way --------------------------------------------------------------------------------------------

  /// The result of the first function if the tensor's only element is true, else that of the second.
  public static <T> T cond(Tensor pred, Supplier<T> trueFn, Supplier<T> falseFn) {
    return pred.itemBoolean() ? trueFn.get() : falseFn.get();
  }

  /// Applies the body to the values as long as the condition holds for them.
  public static Tensor[] whileLoop(java.util.function.Predicate<Tensor[]> cond, UnaryOperator<Tensor[]> body,
      Tensor... carriedInputs) {
    Tensor[] values = carriedInputs;
    while (cond.test(values)) values = body.apply(values);
    return values;
  }

  // ---- functions of functions ------------------------------------------------------------------------------------

  /// A function on batches from one on single elements: the first dimension of the input is mapped, and becomes the first of
  /// the result. `vmap(x -> x.dot(w)).apply(batch)`.
  public static UnaryOperator<Tensor> vmap(UnaryOperator<Tensor> func) {
    var mapped = vmap(x -> new Tensor[] {func.apply(x[0])}, new Long[] {0L}, new long[] {0}, "error");
    return x -> mapped.apply(new Tensor[] {x})[0];
  }

  /// A function of several tensors on batches. It runs once a slice, and the results are stacked.
  ///
  /// @param inDims the mapped dimension of each input; null for an input that every call gets whole
  /// @param outDims where each result has the batch
  /// @param randomness `error` if random numbers are refused, `different` or `same` for each slice
  /// @throws IllegalArgumentException if mapped sizes differ, when it is applied
  public static Function<Tensor[], Tensor[]> vmap(Function<Tensor[], Tensor[]> func, @Nullable Long[] inDims,
      long[] outDims, String randomness) {
    return new Vmap(func, inDims, outDims, randomness);
  }
}
