package jtorch;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import jtorch.autograd.Engine;
import jtorch.memory.CachingAllocator;
import jtorch.memory.Memory;
import jtorch.memory.Scope;
import jtorch.memory.Storage;
import jtorch.op.Creation;
import jtorch.op.Output;
import jtorch.random.Generator;
import jtorch.spi.Backends;
import jtorch.spi.Serialization;
import jtorch.spi.Tracer;
import org.jspecify.annotations.Nullable;

/// The functions of the `torch` module that are not methods of one tensor; meant for `import static jtorch.Torch.*`.
///
/// Making tensors stands here; joining, choosing and comparing several is inherited from [TensorFunctions].
public final class Torch extends CompileFunctions {
  private static volatile DType defaultDType = DType.FLOAT32;

  private Torch() {}

  // ---- defaults --------------------------------------------------------------------------------------------------

  /// The dtype of floating tensors whose dtype is not given; float32 unless changed.
  public static DType defaultDType() {
    return defaultDType;
  }

  /// @throws IllegalArgumentException if it is not a floating dtype
  public static void setDefaultDType(DType dtype) {
    if (!dtype.isFloatingPoint()) throw new IllegalArgumentException(
        "setDefaultDType: only floating-point types are supported as the default type, not " + dtype);
    defaultDType = dtype;
  }

  /// Seeds the default generators of all devices, as `torch.manual_seed`, and returns the CPU's. Where a call around has
  /// bound generators of its own, as a loader's worker does, only its own.
  public static Generator manualSeed(long seed) {
    if (!Generator.isBound()) Generator.manualSeedDevices(seed);
    return Generator.defaultGenerator().manualSeed(seed);
  }

  /// How many threads work on one operator.
  public static int getNumThreads() {
    return Backends.of(Device.CPU).threads();
  }

  public static void setNumThreads(int threads) {
    Backends.of(Device.CPU).setThreads(threads);
  }

  /// How tensors are printed.
  public static PrintOptions printOptions() {
    return TensorPrinter.options();
  }

  /// Changes how tensors are printed: `setPrintOptions(o -> o.precision(2).sciMode(false))`.
  public static void setPrintOptions(UnaryOperator<PrintOptions> options) {
    TensorPrinter.options(options.apply(TensorPrinter.options()));
  }

  // ---- memory ----------------------------------------------------------------------------------------------------

  /// Frees at its end what was made inside: `try (var scope = Torch.scope()) { ... }`.
  public static TensorScope scope() {
    return new TensorScope(Scope.open());
  }

  /// The memory of tensors on the CPU: statistics, a limit, the cache.
  public static CachingAllocator memory() {
    return CachingAllocator.CPU;
  }

  /// Writes the result of one operator's call to a tensor, as PyTorch's `out=`:
  ///
  /// ```java
  /// Torch.out(buffer, () -> a.add(b));       // torch.add(a, b, out=buffer)
  /// ```
  ///
  /// Where `buffer` has the result's shape and dtype, is contiguous and is none of the arguments, operators with a kernel or
  /// an expression of their own compute right into it; what is made of other operators, or does not fit, is computed
  /// beside it, converted and copied. It takes the result's shape.
  ///
  /// @return `out`
  /// @throws IllegalArgumentException if the function calls no or a second operator, a gradient is wanted, or the result's
  ///     dtype cannot become that of `out` (floats to integers, say)
  public static Tensor out(Tensor out, Supplier<Tensor> call) {
    return Output.of(out, call);
  }

  // ---- gradient modes --------------------------------------------------------------------------------------------

  /// No graph until the result is closed: `try (var off = Torch.noGrad()) { ... }`.
  public static GradMode noGrad() {
    return new GradMode(false, ThreadContext.current().inferenceMode);
  }

  /// Runs work without a graph.
  public static <T> T noGrad(Supplier<T> work) {
    try (var off = noGrad()) {
      return work.get();
    }
  }

  public static void noGrad(Runnable work) {
    try (var off = noGrad()) {
      work.run();
    }
  }

  /// Records again inside [#noGrad].
  public static GradMode enableGrad() {
    return new GradMode(true, false);
  }

  public static <T> T enableGrad(Supplier<T> work) {
    try (var on = enableGrad()) {
      return work.get();
    }
  }

  public static GradMode setGradEnabled(boolean enabled) {
    return new GradMode(enabled, ThreadContext.current().inferenceMode);
  }

  /// As [#noGrad], for work whose results never take part in a graph.
  public static GradMode inferenceMode() {
    return new GradMode(false, true);
  }

  public static <T> T inferenceMode(Supplier<T> work) {
    try (var on = inferenceMode()) {
      return work.get();
    }
  }

  public static boolean isGradEnabled() {
    return ThreadContext.current().gradEnabled;
  }

  public static boolean isInferenceModeEnabled() {
    return ThreadContext.current().inferenceMode;
  }

  /// The gradients of outputs by inputs; null where an input was not used. No `grad` is touched.
  public static @Nullable Tensor[] grad(Tensor[] outputs, Tensor[] inputs, @Nullable Tensor @Nullable [] gradOutputs,
      boolean retainGraph, boolean createGraph) {
    return Engine.grad(outputs, gradOutputs == null ? new @Nullable Tensor[outputs.length] : gradOutputs, inputs,
        retainGraph || createGraph, createGraph);
  }

  /// The gradient of a scalar by one input.
  ///
  /// @throws IllegalStateException if the output does not depend on the input
  public static Tensor grad(Tensor output, Tensor input) {
    return grad(output, input, false);
  }

  public static Tensor grad(Tensor output, Tensor input, boolean createGraph) {
    Tensor grad = grad(new Tensor[] {output}, new Tensor[] {input}, null, createGraph, createGraph)[0];
    if (grad == null) throw new IllegalStateException(
        "The differentiated Tensor at index 0 appears to not have been used in the graph. Use Torch.grad(outputs, inputs, ...) if null is a fine answer");
    return grad;
  }

  // ---- raw tensors -----------------------------------------------------------------------------------------------

  /// A tensor with undefined content.
  public static Tensor empty(long... sizes) {
    return empty(sizes, defaultDType, Placement.current());
  }

  public static Tensor empty(long[] sizes, DType dtype) {
    return empty(sizes, dtype, Placement.current());
  }

  /// @throws ShapeException if a size is negative or there are more elements than memory could hold
  public static Tensor empty(long[] sizes, DType dtype, Device device) {
    return new Tensor(allocate(sizes, dtype, device), dtype, sizes, Tensor.contiguousStrides(sizes), 0);
  }

  public static Tensor empty(long[] sizes, DType dtype, Device device, MemoryFormat format) {
    if (format == MemoryFormat.CONTIGUOUS_FORMAT || format == MemoryFormat.PRESERVE_FORMAT)
      return empty(sizes, dtype, device);
    int wanted = format == MemoryFormat.CHANNELS_LAST ? 4 : 5;
    if (sizes.length != wanted) throw new ShapeException(
        "empty: required rank " + wanted + " tensor to use " + format + " format, got " + sizes.length + " dimensions");
    return new Tensor(allocate(sizes, dtype, device), dtype, sizes, Tensor.channelsLastStrides(sizes), 0);
  }

  private static Storage allocate(long[] sizes, DType dtype, Device device) {
    if (dtype.isQuantized()) throw new IllegalArgumentException(
        "a tensor of " + dtype + " is made by quantizePerTensor, quantizePerChannel or emptyQuantized");
    long count = 1;
    for (long size : sizes) {
      if (size < 0) throw new ShapeException(
          "Trying to create tensor with negative dimension " + size + ": " + Arrays.toString(sizes));
      count = Math.multiplyHigh(count, size) != 0 || count * size < 0 ? Long.MAX_VALUE / 16 : count * size;
    }
    if (count >= Long.MAX_VALUE / 16) throw new ShapeException(
        "a tensor of shape " + Arrays.toString(sizes) + " has more elements than can be addressed");
    Storage made = device == Device.CPU ? Storage.allocate(count * dtype.size())
        : Backends.allocate(count * dtype.size(), device);
    if (ThreadContext.isTraced()) announce(made);
    return made;
  }

  private static void announce(Storage made) {
    Tracer tracer = ThreadContext.current().tracer;
    if (tracer != null) tracer.allocated(made);
  }

  /// Undefined content with these strides, which must not overlap.
  public static Tensor emptyStrided(long[] sizes, long[] strides, DType dtype, Device device) {
    long extent = 1;
    for (int d = 0; d < sizes.length; d++) {
      if (sizes[d] == 0) return new Tensor(allocate(sizes, dtype, device), dtype, sizes, strides, 0);
      extent += (sizes[d] - 1) * strides[d];
    }
    return new Tensor(allocate(new long[] {extent}, dtype, device), dtype, sizes, strides, 0);
  }

  /// Undefined content in the form of a tensor: its strides too, where it is dense.
  public static Tensor emptyLike(Tensor like) {
    return emptyLike(like, like.dtype());
  }

  public static Tensor emptyLike(Tensor like, DType dtype) {
    if (!like.isContiguous() && like.isDense()) return emptyStrided(like.sizes(), like.strides(), dtype, like.device());
    return empty(like.sizes(), dtype, like.device());
  }

  public static Tensor emptyLike(Tensor like, UnaryOperator<TensorOptions> options) {
    TensorOptions o = options.apply(TensorOptions.DEFAULT);
    DType dtype = o.dtypeOr(like.dtype());
    Device device = o.deviceOr(like.device());
    return o.finish(!like.isContiguous() && like.isDense() ? emptyStrided(like.sizes(), like.strides(), dtype, device)
        : empty(like.sizes(), dtype, device));
  }

  // ---- filled tensors --------------------------------------------------------------------------------------------

  public static Tensor zeros(long... sizes) {
    return full(sizes, 0.0, defaultDType, Placement.current());
  }

  public static Tensor zeros(long[] sizes, DType dtype) {
    return full(sizes, 0L, dtype, Placement.current());
  }

  public static Tensor zeros(long[] sizes, DType dtype, Device device) {
    return full(sizes, 0L, dtype, device);
  }

  public static Tensor zeros(long[] sizes, UnaryOperator<TensorOptions> options) {
    return full(sizes, 0.0, options);
  }

  public static Tensor ones(long... sizes) {
    return full(sizes, 1.0, defaultDType, Placement.current());
  }

  public static Tensor ones(long[] sizes, DType dtype) {
    return full(sizes, 1L, dtype, Placement.current());
  }

  public static Tensor ones(long[] sizes, UnaryOperator<TensorOptions> options) {
    return full(sizes, 1.0, options);
  }

  /// A tensor filled with a value; its dtype is the value's kind's: bool, int64 or the default dtype.
  public static Tensor full(long[] sizes, Object value) {
    return full(sizes, value, jtorch.op.Promotion.ofScalar(value), Placement.current());
  }

  public static Tensor full(long[] sizes, Object value, DType dtype) {
    return full(sizes, value, dtype, Placement.current());
  }

  public static Tensor full(long[] sizes, Object value, DType dtype, Device device) {
    Tensor made = empty(sizes, dtype, device);
    Creation.fill(made, value);
    return made;
  }

  public static Tensor full(long[] sizes, Object value, UnaryOperator<TensorOptions> options) {
    TensorOptions o = options.apply(TensorOptions.DEFAULT);
    return o.finish(full(sizes, value, o.dtypeOr(defaultDType), o.device()));
  }

  /// A 0-dim tensor with a value.
  public static Tensor scalarTensor(Object value) {
    return full(new long[0], value);
  }

  /// A 0-dim tensor that counts as a Java number in type promotion.
  public static Tensor wrappedNumber(Object value) {
    return full(new long[0], value,
        jtorch.op.Promotion.ofScalar(value) == defaultDType ? DType.FLOAT64 : jtorch.op.Promotion.ofScalar(value))
        .asWrappedNumber();
  }

  // ---- from Java -------------------------------------------------------------------------------------------------

  /// Where tensors are made.
  static Tensor placed(Tensor made) {
    return Placement.matters() ? made.to(Placement.current()) : made;
  }

  /// A 1-dim float32 tensor with these values.
  public static Tensor tensor(float... values) {
    Tensor made = empty(new long[] {values.length}, DType.FLOAT32, Device.CPU);
    MemorySegment.copy(values, 0, Memory.ALL, ValueLayout.JAVA_FLOAT_UNALIGNED, made.address(), values.length);
    return placed(made);
  }

  /// A 1-dim tensor of the default dtype with these values, as `torch.tensor` makes of Python's floats.
  public static Tensor tensor(double... values) {
    Tensor made = empty(new long[] {values.length}, DType.FLOAT64, Device.CPU);
    MemorySegment.copy(values, 0, Memory.ALL, ValueLayout.JAVA_DOUBLE_UNALIGNED, made.address(), values.length);
    return placed(made.to(defaultDType));
  }

  /// A 1-dim int64 tensor with these values.
  public static Tensor tensor(long... values) {
    Tensor made = empty(new long[] {values.length}, DType.INT64, Device.CPU);
    MemorySegment.copy(values, 0, Memory.ALL, ValueLayout.JAVA_LONG_UNALIGNED, made.address(), values.length);
    return placed(made);
  }

  /// A 1-dim int64 tensor with these values: integers are int64, as in PyTorch.
  public static Tensor tensor(int... values) {
    return tensor(Arrays.stream(values).asLongStream().toArray());
  }

  /// A 1-dim bool tensor with these values.
  public static Tensor tensor(boolean... values) {
    Tensor made = empty(new long[] {values.length}, DType.BOOL, Device.CPU);
    for (int i = 0; i < values.length; i++) Memory.putByte(made.address() + i, (byte) (values[i] ? 1 : 0));
    java.lang.ref.Reference.reachabilityFence(made);
    return placed(made);
  }

  /// A tensor from nested arrays of one primitive type: `float[][]`, `double[][][]`, `long[][]`, ...
  ///
  /// @throws ShapeException if the rows differ in length
  /// @throws IllegalArgumentException if it is no array of numbers or truths
  public static Tensor tensor(Object nested) {
    return NestedArrays.tensor(nested);
  }

  /// The bytes of a segment as a tensor, copied.
  ///
  /// @throws IllegalArgumentException if the segment has another number of bytes than the tensor
  public static Tensor fromSegment(MemorySegment segment, DType dtype, long... sizes) {
    Tensor made = empty(sizes, dtype, Device.CPU);
    long bytes = made.numel() * dtype.size();
    if (segment.byteSize() != bytes) throw new IllegalArgumentException("fromSegment: a segment of "
        + segment.byteSize() + " bytes cannot be a tensor of " + made.describe() + ", which has " + bytes);
    MemorySegment.copy(segment, 0, Memory.ALL, made.address(), bytes);
    java.lang.ref.Reference.reachabilityFence(made);
    return made;
  }

  /// A native segment as a tensor that shares its memory and keeps it reachable.
  ///
  /// @throws IllegalArgumentException if the segment is on the Java heap or has another number of bytes
  public static Tensor wrap(MemorySegment segment, DType dtype, long... sizes) {
    if (!segment.isNative())
      throw new IllegalArgumentException("wrap: the segment is on the Java heap; fromSegment copies it");
    long bytes = Tensor.product(sizes) * dtype.size();
    if (segment.byteSize() != bytes) throw new IllegalArgumentException("wrap: a segment of " + segment.byteSize()
        + " bytes cannot be a tensor of " + dtype + Arrays.toString(sizes) + ", which has " + bytes);
    return new Tensor(Storage.foreign(segment.address(), bytes, segment), dtype, sizes, Tensor.contiguousStrides(sizes),
        0);
  }

  // ---- files -----------------------------------------------------------------------------------------------------

  /// Writes a value as `torch.save` does: tensors, and maps, lists, tuples, numbers and texts of them, as a state.
  ///
  /// ```java
  /// Torch.save(model.stateDict(), path);
  /// Torch.save(Map.of("model", model.stateDict(), "optimizer", optimizer.stateDict(), "epoch", 3), path);
  /// ```
  ///
  /// The file is the zip format of PyTorch 1.6 and later, which `torch.load(path, weights_only=True)` opens. Tensors that
  /// share memory share it in the file. The file is replaced in one step when all is written: a failure leaves the old
  /// one whole. The artifact jtorch-io does the work.
  ///
  /// @throws IllegalArgumentException if there is something among the values that has no form in Python
  /// @throws IOException if the file cannot be written
  public static void save(@Nullable Object value, Path path) throws IOException {
    Serialization.find().save(value, path);
  }

  /// As [#save(Object, Path)], into a stream, which stays open.
  public static void save(@Nullable Object value, OutputStream out) throws IOException {
    Serialization.find().save(value, out);
  }

  /// Reads what `torch.save` wrote, in any of its formats, or what [#save] wrote.
  ///
  /// ```java
  /// model.loadStateDict(Torch.load(path));
  /// Map<String, Object> checkpoint = Torch.load(path);
  /// ```
  ///
  /// Python's values become Java's: `int` a `Long` (a `BigInteger` where it is too large), `float` a `Double`, `str` a
  /// `String`, `None` null, `bytes` a `byte[]`, `list` a `List`, `dict` a `Map`, `set` a `Set`, `torch.Size` a `long[]`; see
  /// [jtorch.python] for the others. The type of the result is the caller's claim.
  ///
  /// @throws IOException if the file cannot be read; the exception says what is damaged in it and where
  /// @throws UnsupportedOperationException if it names classes that are not allowed
  public static <T extends @Nullable Object> T load(Path path) throws IOException {
    return load(path, o -> o);
  }

  /// As [#load(Path)] with PyTorch's keyword arguments: `Torch.load(path, o -> o.weightsOnly(false))`.
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals", "NullAway"})
  public static <T extends @Nullable Object> T load(Path path, UnaryOperator<LoadOptions> options) throws IOException {
    return (T) Serialization.find().load(path, options.apply(LoadOptions.DEFAULT));
  }

  /// As [#load(Path)], from the rest of a stream.
  public static <T extends @Nullable Object> T load(InputStream in) throws IOException {
    return load(in, o -> o);
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals", "NullAway"})
  public static <T extends @Nullable Object> T load(InputStream in, UnaryOperator<LoadOptions> options)
      throws IOException {
    return (T) Serialization.find().load(in, options.apply(LoadOptions.DEFAULT));
  }
}
