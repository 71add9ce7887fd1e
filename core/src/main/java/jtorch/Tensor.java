package jtorch;

import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.Function;
import jtorch.autograd.AutogradMeta;
import jtorch.autograd.Engine;
import jtorch.autograd.GraphNode;
import jtorch.autograd.Recording;
import jtorch.memory.Memory;
import jtorch.memory.Storage;
import jtorch.spi.Backends;
import jtorch.spi.Tracer;
import org.jspecify.annotations.Nullable;

/// A multi-dimensional array of numbers on a device, and the node of the graph it came from.
///
/// A tensor is a window on a [Storage]: sizes, strides and an offset in elements. Views (`get`, `transpose`, `view`, ...)
/// are other windows on the same storage, so writing through one is seen through all.
///
/// The operators are methods of the topics that this class implements: [PointwiseMethods], [ComparisonMethods], [FunctionMethods], [ReductionMethods],
/// [ViewMethods], [IndexingMethods], [MatrixMethods], [LinearAlgebraMethods], [ActivationMethods]; more in [Torch] and `jtorch.nn.functional.F`.
///
/// Nobody closes a tensor; see [Torch#scope] for hot loops. Reading a tensor from several threads is safe, writing is not.
///
/// ```java
/// Tensor x = Torch.randn(3, 4).requiresGrad(true);
/// Tensor loss = x.mul(2).sum();
/// loss.backward();
/// Tensor grad = x.grad();   // all 2
/// ```
public non-sealed class Tensor
    implements FormMethods, AliasMethods, PointwiseMethods, ComparisonMethods, FunctionMethods, CreationMethods,
    ReductionMethods, ViewMethods,
    IndexingMethods, ArrangingMethods, MatrixMethods, LinearAlgebraMethods, ActivationMethods, ProductMethods,
    QuantizationMethods,
    RandomMethods,
    SortingMethods, SparseMethods, StatisticsMethods {
  private Storage storage;
  private DType dtype;
  private long[] sizes;
  private long[] strides;
  private long offset;
  private long numel;
  private boolean contiguous;
  private boolean wrappedNumber;
  private @Nullable AutogradMeta autograd;

  /// A window on a storage; the arrays are taken over, and must not change afterwards.
  public Tensor(Storage storage, DType dtype, long[] sizes, long[] strides, long offset) {
    this.storage = storage;
    this.dtype = dtype;
    this.sizes = sizes;
    this.strides = strides;
    this.offset = offset;
    this.numel = product(sizes);
    this.contiguous = contiguous(sizes, strides);
    if (ThreadContext.isTraced()) announce();
  }

  private void announce() {
    Tracer tracer = ThreadContext.current().tracer;
    if (tracer != null) tracer.made(this);
  }

  private void touch() {
    Tracer tracer = ThreadContext.current().tracer;
    if (tracer != null) tracer.touched(this);
  }

  private void reading() {
    Tracer tracer = ThreadContext.current().tracer;
    if (tracer != null) tracer.read(this);
  }

  /// Another handle on the same memory: the way in which parameters are made.
  protected Tensor(Tensor other) {
    this(other.storage, other.dtype, other.sizes, other.strides, other.offset);
  }

  // ---- form ------------------------------------------------------------------------------------------------------

  static long product(long[] sizes) {
    long n = 1;
    for (long size : sizes) n *= size;
    return n;
  }

  /// The strides of a contiguous tensor.
  public static long[] contiguousStrides(long[] sizes) {
    long[] strides = new long[sizes.length];
    long next = 1;
    for (int d = sizes.length - 1; d >= 0; d--) {
      strides[d] = next;
      next *= Math.max(1, sizes[d]);
    }
    return strides;
  }

  /// The strides of a tensor whose channels (dimension 1) are innermost.
  public static long[] channelsLastStrides(long[] sizes) {
    long[] strides = new long[sizes.length];
    strides[1] = 1;
    long next = Math.max(1, sizes[1]);
    for (int d = sizes.length - 1; d >= 2; d--) {
      strides[d] = next;
      next *= Math.max(1, sizes[d]);
    }
    strides[0] = next;
    return strides;
  }

  private static boolean contiguous(long[] sizes, long[] strides) {
    long next = 1;
    for (int d = sizes.length - 1; d >= 0; d--) {
      long size = sizes[d];
      if (size == 0) return true;
      if (size != 1) {
        if (strides[d] != next) {
          for (int e = d - 1; e >= 0; e--) {
            if (sizes[e] == 0) return true;
          }
          return false;
        }
        next *= size;
      }
    }
    return true;
  }

  public Storage storage() {
    return storage;
  }

  public DType dtype() {
    return dtype;
  }

  public Device device() {
    return storage.device();
  }

  /// The sizes; not to be changed by the caller.
  public long[] sizes() {
    return sizes;
  }

  /// The sizes, as PyTorch calls them; a copy.
  public long[] shape() {
    return sizes.clone();
  }

  /// The strides in elements; not to be changed by the caller.
  public long[] strides() {
    return strides;
  }

  /// The number of dimensions.
  public int dim() {
    return sizes.length;
  }

  /// The size of a dimension, negative ones counted from the end.
  ///
  /// @throws IndexOutOfBoundsException if there is no such dimension
  public long size(int dim) {
    int d = dim < 0 ? dim + sizes.length : dim;
    if (sizes.length == 0)
      throw new IndexOutOfBoundsException("size: Dimension specified as " + dim + " but tensor has no dimensions");
    if (d < 0 || d >= sizes.length)
      throw new IndexOutOfBoundsException("size: Dimension out of range (expected to be in range of [" + -sizes.length
          + ", " + (sizes.length - 1) + "], but got " + dim + ")");
    return sizes[d];
  }

  /// How far apart neighbours along a dimension are, in elements.
  ///
  /// @throws IndexOutOfBoundsException if there is no such dimension
  public long stride(int dim) {
    size(dim);
    return strides[dim < 0 ? dim + sizes.length : dim];
  }

  /// The number of elements.
  public long numel() {
    return numel;
  }

  /// Where the first element lies in the storage, in elements.
  public long storageOffset() {
    return offset;
  }

  /// Bytes an element.
  public int elementSize() {
    return dtype.size();
  }

  /// The address of the first element, for the processor: valid while this tensor is reachable.
  ///
  /// @throws UnsupportedOperationException if it lies on another device
  public long address() {
    if (ThreadContext.isTraced()) touch();
    return storage.address() + offset * dtype.size();
  }

  /// The address of the first element in the memory of its device, for the backend of that device.
  public long pointer() {
    if (ThreadContext.isTraced()) touch();
    return storage.pointer() + offset * dtype.size();
  }

  /// Whether elements lie in memory in the order of indices, without gaps.
  public boolean isContiguous() {
    return contiguous;
  }

  public boolean isContiguous(MemoryFormat format) {
    return switch (format) {
      case CONTIGUOUS_FORMAT, PRESERVE_FORMAT -> contiguous;
      case CHANNELS_LAST -> sizes.length == 4 && sameLayout(channelsLastStrides(sizes));
      case CHANNELS_LAST_3D -> sizes.length == 5 && sameLayout(channelsLastStrides(sizes));
    };
  }

  private boolean sameLayout(long[] wanted) {
    for (int d = 0; d < sizes.length; d++) {
      if (sizes[d] != 1 && strides[d] != wanted[d]) return false;
    }
    return true;
  }

  /// Whether each element of a piece of memory belongs to exactly one index, in whatever order.
  public boolean isDense() {
    if (contiguous) return true;
    int n = sizes.length;
    long next = 1;
    boolean[] used = new boolean[n];
    for (int i = 0; i < n; i++) {
      int found = -1;
      for (int d = 0; d < n; d++) {
        if (!used[d] && (sizes[d] == 1 || strides[d] == next)) {
          found = d;
          if (sizes[d] != 1) break;
        }
      }
      if (found < 0) return false;
      used[found] = true;
      next *= sizes[found];
    }
    return true;
  }

  /// Whether several indices share an element, as after `expand`.
  public boolean hasInternalOverlap() {
    if (contiguous) return false;
    for (int d = 0; d < sizes.length; d++) {
      if (sizes[d] > 1 && strides[d] == 0) return true;
    }
    return false;
  }

  /// Whether two tensors may share bytes; both lie in one storage.
  public boolean overlaps(Tensor other) {
    if (storage != other.storage || numel == 0 || other.numel == 0) return false;
    long a = (offset + lowest()) * dtype.size();
    long b = (other.offset + other.lowest()) * other.dtype.size();
    return a < (other.offset + other.highest() + 1) * other.dtype.size() && b < (offset + highest() + 1) * dtype.size();
  }

  private long highest() {
    long last = 0;
    for (int d = 0; d < sizes.length; d++) last += Math.max(0, (sizes[d] - 1) * strides[d]);
    return last;
  }

  private long lowest() {
    long first = 0;
    for (int d = 0; d < sizes.length; d++) first += Math.min(0, (sizes[d] - 1) * strides[d]);
    return first;
  }

  /// Dtype, sizes and device in a word, for messages: `float32[2, 3] cpu`.
  public String describe() {
    return dtype + Arrays.toString(sizes) + " " + device();
  }

  /// A 0-dim tensor made from a Java number, which counts only by its kind in type promotion.
  public boolean isWrappedNumber() {
    return wrappedNumber;
  }

  /// Makes this 0-dim tensor count as a Java number.
  public Tensor asWrappedNumber() {
    wrappedNumber = true;
    return this;
  }

  // ---- windows without a trace on the graph ----------------------------------------------------------------------

  /// Another window on the same storage; no graph, no checks.
  public Tensor window(long[] sizes, long[] strides, long offset) {
    return new Tensor(storage, dtype, sizes, strides, offset);
  }

  /// The same bytes as elements of another dtype; no graph, no checks.
  public Tensor window(DType as, long[] sizes, long[] strides, long offset) {
    return new Tensor(storage, as, sizes, strides, offset);
  }

  /// Expanded to a shape that this one broadcasts to; no graph, no checks.
  public Tensor expandRaw(long[] to) {
    long[] expanded = new long[to.length];
    int shift = to.length - sizes.length;
    for (int d = 0; d < sizes.length; d++) expanded[d + shift] = sizes[d] == 1 && to[d + shift] != 1 ? 0 : strides[d];
    return window(to, expanded, offset);
  }

  // ---- elements --------------------------------------------------------------------------------------------------

  /// The value of a tensor with one element: a `Long`, `Double`, `Boolean` or [Complex].
  ///
  /// @throws IllegalStateException if it has more or fewer elements
  public Object item() {
    if (numel != 1)
      throw new IllegalStateException("item: a Tensor with " + numel + " elements cannot be converted to Scalar");
    if (ThreadContext.isTraced()) reading();
    if (!device().isHost()) {
      Backends.accelerator(device()).checkNotCapturing(device().index(), "item()");
      return detach().to(Device.CPU).item();
    }
    return Elements.get(dtype, address());
  }

  /// The value of a tensor with one element as a double.
  public double itemDouble() {
    Object value = item();
    return value instanceof Boolean b ? (b ? 1 : 0) : ((Number) value).doubleValue();
  }

  public float itemFloat() {
    return (float) itemDouble();
  }

  /// The value of a tensor with one element as a long.
  public long itemLong() {
    Object value = item();
    return value instanceof Boolean b ? (b ? 1 : 0) : ((Number) value).longValue();
  }

  /// Whether a tensor with one element is not zero.
  ///
  /// @throws IllegalStateException if it has another number of elements
  public boolean itemBoolean() {
    if (numel() > 1) throw new IllegalStateException("itemBoolean: Boolean value of Tensor with more than one value is "
        + "ambiguous | self " + describe() + " | any() and all() say which is meant");
    Object value = item();
    return value instanceof Boolean b ? b : ((Number) value).doubleValue() != 0;
  }

  private Tensor plain(DType as) {
    if (ThreadContext.isTraced()) reading();
    Tensor converted = detach().to(as).to(Device.CPU);
    return converted.isContiguous() ? converted : converted.contiguous();
  }

  /// All elements in order of index, converted to float.
  public float[] toFloatArray() {
    Tensor source = plain(DType.FLOAT32);
    float[] array = new float[Math.toIntExact(numel)];
    java.lang.foreign.MemorySegment.copy(Memory.ALL, java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED,
        source.address(), array, 0, array.length);
    java.lang.ref.Reference.reachabilityFence(source);
    return array;
  }

  /// All elements in order of index, converted to double.
  public double[] toDoubleArray() {
    Tensor source = plain(DType.FLOAT64);
    double[] array = new double[Math.toIntExact(numel)];
    java.lang.foreign.MemorySegment.copy(Memory.ALL, java.lang.foreign.ValueLayout.JAVA_DOUBLE_UNALIGNED,
        source.address(), array, 0, array.length);
    java.lang.ref.Reference.reachabilityFence(source);
    return array;
  }

  /// All elements in order of index, converted to long.
  public long[] toLongArray() {
    Tensor source = plain(DType.INT64);
    long[] array = new long[Math.toIntExact(numel)];
    java.lang.foreign.MemorySegment.copy(Memory.ALL, java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED,
        source.address(), array, 0, array.length);
    java.lang.ref.Reference.reachabilityFence(source);
    return array;
  }

  /// All elements in order of index, converted to int.
  public int[] toIntArray() {
    return Arrays.stream(toLongArray()).mapToInt(v -> (int) v).toArray();
  }

  /// All elements in order of index, converted to byte.
  public byte[] toByteArray() {
    Tensor source = plain(dtype == DType.INT8 || dtype == DType.BOOL ? dtype : DType.UINT8);
    byte[] array = new byte[Math.toIntExact(numel)];
    java.lang.foreign.MemorySegment.copy(Memory.ALL, java.lang.foreign.ValueLayout.JAVA_BYTE, source.address(), array,
        0, array.length);
    java.lang.ref.Reference.reachabilityFence(source);
    return array;
  }

  /// All elements in order of index: non-zero is true.
  public boolean[] toBooleanArray() {
    byte[] bytes = to(DType.BOOL).toByteArray();
    boolean[] array = new boolean[bytes.length];
    for (int i = 0; i < array.length; i++) array[i] = bytes[i] != 0;
    return array;
  }

  /// All elements in order of index, as a stream of doubles.
  public java.util.stream.DoubleStream doubleStream() {
    return Arrays.stream(toDoubleArray());
  }

  /// The bytes of a contiguous tensor, as they lie in memory.
  ///
  /// The segment keeps the tensor's storage alive; writing through it is seen by the tensor.
  /// @throws IllegalStateException if the tensor is not contiguous
  /// @throws UnsupportedOperationException if it lies on another device than the CPU
  public java.lang.foreign.MemorySegment asSegment() {
    if (!contiguous) throw new IllegalStateException(
        "asSegment: needs a contiguous tensor, got strides " + Arrays.toString(strides) + "; contiguous() gives one");
    return Elements.segment(storage, address(), numel * dtype.size());
  }

  // ---- gradient --------------------------------------------------------------------------------------------------

  public @Nullable AutogradMeta autogradMeta() {
    return autograd;
  }

  /// For the autograd package only.
  public void autogradMeta(@Nullable AutogradMeta meta) {
    autograd = meta;
  }

  /// Whether gradients reach this tensor.
  public boolean requiresGrad() {
    return autograd != null && Recording.requiresGrad(this);
  }

  /// Asks for gradients, or asks for them no more; returns this tensor.
  ///
  /// @throws IllegalStateException if the tensor is not a leaf
  /// @throws IllegalArgumentException if the dtype cannot carry gradients
  public Tensor requiresGrad(boolean requires) {
    Recording.setRequiresGrad(this, requires);
    return this;
  }

  /// PyTorch's `requires_grad_()`.
  public Tensor requiresGrad_() {
    return requiresGrad(true);
  }

  /// Whether it was made by the user rather than by a recorded operator.
  public boolean isLeaf() {
    return autograd == null || Recording.node(this) == null;
  }

  /// The gradient that `backward` has gathered, or null.
  public @Nullable Tensor grad() {
    return Recording.grad(this);
  }

  /// Replaces the gradient; null forgets it.
  ///
  /// @throws IllegalArgumentException if shape or dtype differ from this tensor's
  public void grad(@Nullable Tensor grad) {
    if (grad != null) {
      if (!Arrays.equals(grad.sizes, sizes))
        throw new ShapeException("grad: assigned grad has data of a different size: " + Arrays.toString(grad.sizes)
            + " for a tensor of " + Arrays.toString(sizes));
      DType wanted = gradDtype();
      if (wanted != null && grad.dtype != wanted) throw new IllegalArgumentException(
          "grad: attempting to assign a gradient with dtype '" + grad.dtype + "' to a tensor with grad_dtype '" + wanted
              + "'; gradDtype(dtype) changes what is wanted, null allows any");
    } else if (autograd == null) {
      return;
    }
    Recording.setGrad(this, grad);
  }

  /// The node that made this tensor; null for leaves.
  public @Nullable GraphNode gradFn() {
    return Recording.node(this);
  }

  /// Computes the gradients of all leaves this scalar was computed from, and adds them to their `grad`.
  ///
  /// @throws IllegalStateException if the tensor is not a scalar, or nothing requires a gradient
  public void backward() {
    backward(null, false, false);
  }

  public void backward(@Nullable Tensor gradient) {
    backward(gradient, false, false);
  }

  /// @param gradient the vector in the vector-Jacobian product; null for a scalar's 1
  /// @param retainGraph keep what the graph saved, to go back through it again
  /// @param createGraph record the backward pass too, for higher derivatives
  public void backward(@Nullable Tensor gradient, boolean retainGraph, boolean createGraph) {
    Engine.backward(new Tensor[] {this}, new @Nullable Tensor[] {gradient}, retainGraph || createGraph, createGraph);
  }

  /// Keeps the gradient of a tensor that is not a leaf in its `grad`.
  public void retainGrad() {
    Recording.retainGrad(this);
  }

  public boolean retainsGrad() {
    return Recording.retainsGrad(this);
  }

  /// Calls a function with the gradient whenever one arrives; what it returns replaces it, null leaves it.
  public void registerHook(Function<Tensor, @Nullable Tensor> hook) {
    Recording.registerHook(this, hook);
  }

  /// Calls a function with this leaf whenever `backward` has added to its gradient.
  ///
  /// @throws IllegalStateException if it is no leaf, or requires no gradient
  public void registerPostAccumulateGradHook(Consumer<Tensor> hook) {
    Recording.afterGradient(this, hook);
  }

  /// The dtype of a leaf's gradient: its own unless another was set; null allows any.
  ///
  /// @throws IllegalStateException if it is no leaf
  public @Nullable DType gradDtype() {
    return Recording.gradDType(this);
  }

  /// Sets the dtype that a leaf's gradients are converted to; null leaves them as they come.
  public void gradDtype(@Nullable DType dtype) {
    Recording.setGradDType(this, dtype);
  }

  /// Which of its operator's results this tensor is; 0 for a leaf.
  public int outputNr() {
    return Recording.outputNumber(this);
  }

  /// The same values outside the graph; shares memory.
  public Tensor detach() {
    return new Tensor(storage, dtype, sizes, strides, offset);
  }

  /// Takes this tensor out of its graph.
  public Tensor detach_() {
    ThreadContext.beside("detach_() is called");
    if (autograd != null && autograd.isView())
      throw new IllegalStateException("detach_: can't detach views in-place; use detach() instead");
    autograd = null;
    return this;
  }

  /// PyTorch's `data`: the values outside the graph.
  public Tensor data() {
    return detach();
  }

  /// Replaces what this tensor is a window on; its gradient and its place in modules and optimizers stay.
  public void data(Tensor other) {
    ThreadContext.beside("a tensor's data is replaced");
    boolean held = holdsStorage();
    if (held) storage.release();
    storage = other.storage;
    dtype = other.dtype;
    sizes = other.sizes;
    strides = other.strides;
    offset = other.offset;
    numel = other.numel;
    contiguous = other.contiguous;
    if (held) storage.hold();
  }

  /// This tensor; of one that shows another tensor now and may show a third one later, that other tensor. What the graph keeps.
  public Tensor shown() {
    return this;
  }

  /// Whether this tensor holds its storage against scopes, as parameters do.
  protected boolean holdsStorage() {
    return false;
  }

  /// Replaces sizes and strides in place, for `unsqueeze_` and its kin.
  public Tensor restride(long[] newSizes, long[] newStrides, long newOffset) {
    sizes = newSizes;
    strides = newStrides;
    offset = newOffset;
    numel = product(newSizes);
    contiguous = contiguous(newSizes, newStrides);
    return this;
  }

  /// A copy, in the same order of memory where it is dense; gradients pass through it.
  @Override
  @SuppressWarnings("MethodDoesntCallSuperMethod")
  public Tensor clone() {
    return jtorch.op.Copying.CLONE.tensor(this, (Object) null);
  }

  // ---- identity --------------------------------------------------------------------------------------------------

  /// As PyTorch prints it.
  @Override
  public String toString() {
    return TensorPrinter.print(this);
  }
}
