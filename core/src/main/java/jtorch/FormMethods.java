package jtorch;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import jtorch.memory.Storage;
import jtorch.op.Creation;
import jtorch.spi.Backends;

/// What a tensor is: questions about dtype, device and form, and conversions named after dtypes.
public sealed interface FormMethods permits Tensor {
  private Tensor self() {
    return (Tensor) this;
  }

  // ---- dtype -----------------------------------------------------------------------------------------------------

  default boolean isFloatingPoint() {
    return self().dtype().isFloatingPoint();
  }

  default boolean isComplex() {
    return self().dtype().isComplex();
  }

  /// Whether the dtype has negative numbers: all but bool and the unsigned ones.
  default boolean isSigned() {
    return self().dtype() != DType.BOOL && self().dtype() != DType.UINT8 && !self().dtype().isBareUnsigned();
  }

  /// The dtype as PyTorch's class of tensors: `torch.FloatTensor`.
  default String type() {
    return (self().device().type() == Device.Type.CPU ? "torch." : "torch.cuda.")
        + self().dtype().scalarTypeName() + "Tensor";
  }

  /// As `to(dtype)`.
  default Tensor type(DType dtype) {
    return self().to(dtype);
  }

  /// With the other's dtype.
  default Tensor typeAs(Tensor other) {
    return self().to(other.dtype());
  }

  default Tensor bool() {
    return self().to(DType.BOOL);
  }

  /// float16
  default Tensor half() {
    return self().to(DType.FLOAT16);
  }

  default Tensor bfloat16() {
    return self().to(DType.BFLOAT16);
  }

  /// complex32
  default Tensor chalf() {
    return self().to(DType.COMPLEX32);
  }

  /// complex64
  default Tensor cfloat() {
    return self().to(DType.COMPLEX64);
  }

  /// complex128
  default Tensor cdouble() {
    return self().to(DType.COMPLEX128);
  }

  /// uint8, as `Tensor.byte` in PyTorch
  default Tensor toByte() {
    return self().to(DType.UINT8);
  }

  /// int8, as `Tensor.char` in PyTorch
  default Tensor toChar() {
    return self().to(DType.INT8);
  }

  /// int16
  default Tensor toShort() {
    return self().to(DType.INT16);
  }

  /// int32
  default Tensor toInt() {
    return self().to(DType.INT32);
  }

  // ---- sizes and memory ------------------------------------------------------------------------------------------

  /// As `dim()`.
  default int ndim() {
    return self().dim();
  }

  /// As `dim()`.
  default int ndimension() {
    return self().dim();
  }

  /// As `numel()`.
  default long nelement() {
    return self().numel();
  }

  /// Bytes an element.
  default int itemsize() {
    return self().dtype().size();
  }

  /// Bytes of all elements.
  default long nbytes() {
    return self().numel() * self().dtype().size();
  }

  /// The address of the first element; valid as long as the tensor is reachable.
  default long dataPtr() {
    return self().address();
  }

  /// As [#dataPtr], for reading.
  default long constDataPtr() {
    return self().address();
  }

  /// The bytes that this tensor and its views share.
  default Storage untypedStorage() {
    return self().storage();
  }

  /// The dimensions by falling stride: the order in which elements lie in memory.
  default int[] dimOrder() {
    long[] strides = self().strides();
    return IntStream.range(0, strides.length).boxed().sorted(Comparator.comparingLong(d -> -strides[d]))
        .mapToInt(Integer::intValue).toArray();
  }

  /// Whether both are the same window on the same memory.
  default boolean isSetTo(Tensor other) {
    return self().storage() == other.storage() && self().storageOffset() == other.storageOffset()
        && Arrays.equals(self().sizes(), other.sizes()) && Arrays.equals(self().strides(), other.strides());
  }

  default boolean isSameSize(Tensor other) {
    return Arrays.equals(self().sizes(), other.sizes());
  }

  // ---- device and layout -----------------------------------------------------------------------------------------

  default Layout layout() {
    return Layout.STRIDED;
  }

  /// Whether it is a list of coordinates with values: [Layout#SPARSE_COO].
  default boolean isSparse() {
    return layout() == Layout.SPARSE_COO;
  }

  default boolean isSparseCsr() {
    return layout() == Layout.SPARSE_CSR;
  }

  default boolean isCpu() {
    return self().device().type() == Device.Type.CPU;
  }

  default boolean isCuda() {
    return self().device().type() == Device.Type.CUDA;
  }

  /// Whether it has a form but no memory: JTorch has no such tensors.
  default boolean isMeta() {
    return false;
  }

  /// Whether it holds tensors of several sizes: JTorch has no such tensors.
  default boolean isNested() {
    return false;
  }

  /// Whether its memory is locked for copies to a GPU.
  default boolean isPinned() {
    return isCpu() && layout() == Layout.STRIDED && self().storage().isPinned();
  }

  /// A copy in memory that is locked for copies to a GPU, from which copies need nobody to wait for them
  /// ([ViewMethods#to(Device, boolean)]); itself if it lies there.
  ///
  /// @throws UnsupportedOperationException if there is no GPU
  /// @throws IllegalArgumentException if it does not lie on the CPU, or is sparse
  default Tensor pinMemory() {
    Tensor self = self();
    if (isPinned()) return self;
    if (!isCpu() || layout() != Layout.STRIDED) throw new IllegalArgumentException(
        "pinMemory: cannot pin '" + type() + "' only dense CPU tensors can be pinned");
    return Backends.emptyPinned("pinMemory", self).copy_(self);
  }

  /// Whether it was made for inference only: JTorch's inference mode makes ordinary tensors, without a graph.
  default boolean isInference() {
    return false;
  }

  /// The index of its GPU; -1 on the CPU.
  default int getDevice() {
    return isCpu() ? -1 : self().device().index();
  }

  /// Its memory is not reused before this stream, which is not the one that it was made in, has done what it was given so far.
  ///
  /// @throws IllegalArgumentException if it does not lie in the memory of the stream's GPU
  default void recordStream(CudaStream stream) {
    int device = stream.device().index();
    Cuda.accelerator(device).memory(device).use(self().storage(), stream.handle());
  }

  default Tensor cpu() {
    return self().to(Device.CPU);
  }

  default Tensor cuda() {
    return self().to(Device.cuda(Cuda.currentDevice()));
  }

  default Tensor cuda(int index) {
    return self().to(Device.cuda(index));
  }

  // ---- lazy views, which JTorch computes at once -----------------------------------------------------------------

  /// Whether a conjugation waits to be done: it never does, as [FunctionMethods#conj] computes.
  default boolean isConj() {
    return false;
  }

  /// Whether a sign waits to be changed: it never does.
  default boolean isNeg() {
    return false;
  }

  /// Itself: no conjugation waits.
  default Tensor resolveConj() {
    return self();
  }

  /// Itself: no sign waits.
  default Tensor resolveNeg() {
    return self();
  }

  // ---- transposed forms ------------------------------------------------------------------------------------------

  /// The dimensions in reverse order; NumPy's and PyTorch's `T`.
  default Tensor T() {
    return self().numpyT();
  }

  /// The conjugate transpose of a matrix.
  default Tensor H() {
    return self().matrixH();
  }

  // ---- elements --------------------------------------------------------------------------------------------------

  /// Whether the only element is not zero.
  ///
  /// @throws IllegalArgumentException if there are more, or none
  default boolean isNonzero() {
    if (self().numel() != 1) throw new IllegalArgumentException(self().numel() == 0
        ? "isNonzero: Boolean value of Tensor with no values is ambiguous"
        : "isNonzero: Boolean value of Tensor with more than one value is ambiguous");
    return self().itemBoolean();
  }

  /// Whether an element equals the value.
  default boolean contains(Object value) {
    Tensor equal = value instanceof Tensor t ? self().eq(t) : self().eq(Torch.scalarTensor(value));
    return equal.any().itemBoolean();
  }

  /// The slices of the first dimension, one after another.
  ///
  /// @throws IllegalStateException if there is no dimension
  default Iterator<Tensor> iterator() {
    if (self().dim() == 0) throw new IllegalStateException("iterator: iteration over a 0-d tensor");
    return LongStream.range(0, self().size(0)).mapToObj(i -> self().select(0, i)).iterator();
  }

  /// The elements as nested lists of `Long`, `Double`, `Boolean` or [Complex]; a single one without dimensions.
  default Object tolist() {
    if (self().dim() == 0) return self().item();
    return LongStream.range(0, self().size(0)).mapToObj(i -> self().select(0, i).tolist()).toList();
  }

  // ---- new tensors like this one ---------------------------------------------------------------------------------

  /// A tensor of those values ([Torch#tensor(Object)]) with this one's dtype and device.
  default Tensor newTensor(Object values) {
    return Torch.tensor(values).to(self().dtype()).to(self().device());
  }

  /// With undefined content and these strides, in elements.
  default Tensor newEmptyStrided(long[] size, long[] stride) {
    return Creation.NEW_EMPTY_STRIDED.tensor(self(), size, stride, null, null, null, null);
  }

  // ---- becoming another window -----------------------------------------------------------------------------------

  /// Becomes the same window as the source, without a graph.
  default Tensor set_(Tensor source) {
    if (source.dtype() != self().dtype()) throw new IllegalArgumentException(
        "set_: Could not set tensor of type " + source.dtype() + " to a tensor of type " + self().dtype());
    self().data(source);
    return self();
  }

  /// Takes these sizes, contiguous; elements keep their places in memory, those beyond it are undefined.
  ///
  /// @throws IllegalStateException if the tensor requires a gradient
  default Tensor resize_(long... sizes) {
    if (self().requiresGrad())
      throw new IllegalStateException("resize_: cannot resize variables that require grad");
    if (Arrays.stream(sizes).anyMatch(size -> size < 0)) throw new ShapeException(
        "resize_: Trying to create tensor with negative dimension: " + Arrays.toString(sizes));
    long count = Arrays.stream(sizes).reduce(1, Math::multiplyExact);
    long[] strides = Tensor.contiguousStrides(sizes);
    long room = self().storage().bytes() / self().dtype().size() - self().storageOffset();
    if (count <= room) return self().restride(sizes.clone(), strides, self().storageOffset());
    Tensor larger = Torch.empty(sizes.clone(), self().dtype(), self().device());
    Tensor kept = self().window(new long[] {room}, new long[] {1}, self().storageOffset());
    larger.window(new long[] {room}, new long[] {1}, 0).copy_(kept);
    self().data(larger);
    return self();
  }

  /// Writes a value onto the main diagonal; with `wrap` a tall matrix's diagonal begins again below, after a row between.
  ///
  /// @throws IllegalArgumentException if there are fewer than two dimensions, or more than two of unequal sizes
  default Tensor fillDiagonal_(Number value, boolean wrap) {
    Tensor self = self();
    if (self.dim() < 2) throw new IllegalArgumentException("fillDiagonal_: dimensions must larger than 1");
    for (long size : self.sizes()) {
      if (self.dim() > 2 && size != self.size(0))
        throw new IllegalArgumentException("fillDiagonal_: all dimensions of input must be of equal length");
    }
    long step = Arrays.stream(self.strides()).sum();
    long count = Arrays.stream(self.sizes()).min().orElse(0);
    self.asStrided(new long[] {count}, new long[] {step}, self.storageOffset()).fill_(value);
    long columns = self.size(1);
    if (wrap && self.dim() == 2) {
      for (long row = columns + 1; row < self.size(0); row += columns + 1)
        self.narrow(0, row, self.size(0) - row).fillDiagonal_(value, false);
    }
    return self;
  }

  default Tensor fillDiagonal_(Number value) {
    return fillDiagonal_(value, false);
  }

  /// Takes the other's sizes, as [#resize_].
  default Tensor resizeAs_(Tensor other) {
    return resize_(other.sizes());
  }

  /// A copy with the other's shape, which must have as many elements.
  ///
  /// @throws ShapeException if it has not
  default Tensor resizeAs(Tensor other) {
    if (other.numel() != self().numel()) throw new ShapeException(
        "resizeAs: requested resize to %s (%d elements in total), but the given tensor has a size of %s (%d elements). autograd's resize can only change the shape of a given tensor, while preserving the number of elements."
            .formatted(Arrays.toString(other.sizes()), other.numel(), Arrays.toString(self().sizes()), self().numel()));
    return self().contiguous().view(other.sizes());
  }

  /// A copy of the elements `start` to `start + length` along a dimension.
  default Tensor narrowCopy(long dim, long start, long length) {
    return CopyFunctions.narrowCopy(self(), dim, start, length);
  }

  /// The whole that this tensor is a slice of, in the form of `src`: a window on the same memory.
  default Tensor sliceInverse(Tensor src) {
    return self().asStrided(src.sizes(), src.strides(), src.storageOffset());
  }

  /// Whether the tensor lies in parts on several machines: a plain tensor never does.
  default boolean isDistributed() {
    return false;
  }

  // ---- functions of Java on elements -----------------------------------------------------------------------------

  private void checkChangedByHand(String name) {
    if (self().requiresGrad()) throw new IllegalStateException(
        "%s: Can't call %s() on Variable that requires grad. Use var.detach().%s() instead.".formatted(name, name,
            name));
  }

  private double[] likeThis(String name, Tensor other) {
    if (other.dtype() != self().dtype()) throw new IllegalArgumentException(
        "%s: expected %s for 'other' (got %s)".formatted(name, self().type(), other.type()));
    return other.expand(self().sizes()).toDoubleArray();
  }

  private Tensor write(double[] values) {
    return self().copy_(Torch.fromSegment(MemorySegment.ofArray(values), DType.FLOAT64, self().sizes()));
  }

  /// Replaces each element by a function of it, in order of index; integers are passed as doubles. Slow: operators are
  /// the fast way.
  ///
  /// @throws IllegalStateException if the tensor requires a gradient
  default Tensor apply_(DoubleUnaryOperator callable) {
    checkChangedByHand("apply_");
    double[] values = self().toDoubleArray();
    for (int i = 0; i < values.length; i++) values[i] = callable.applyAsDouble(values[i]);
    return write(values);
  }

  /// Replaces each element by a function of it and of the other tensor's, which is expanded to this one's shape.
  ///
  /// @throws IllegalArgumentException if the dtypes differ
  default Tensor map_(Tensor other, DoubleBinaryOperator callable) {
    checkChangedByHand("map_");
    double[] second = likeThis("map_", other);
    double[] values = self().toDoubleArray();
    for (int i = 0; i < values.length; i++) values[i] = callable.applyAsDouble(values[i], second[i]);
    return write(values);
  }

  /// A function of three numbers.
  @FunctionalInterface
  interface DoubleTernaryOperator {
    double applyAsDouble(double a, double b, double c);
  }

  /// As [#map_] with two other tensors.
  default Tensor map2_(Tensor x, Tensor y, DoubleTernaryOperator callable) {
    checkChangedByHand("map2_");
    double[] second = likeThis("map2_", x);
    double[] third = likeThis("map2_", y);
    double[] values = self().toDoubleArray();
    for (int i = 0; i < values.length; i++) values[i] = callable.applyAsDouble(values[i], second[i], third[i]);
    return write(values);
  }

  /// How a parameter takes the value of a state: the value itself if `assign`, else this tensor's memory with the value
  /// written into it.
  default Tensor moduleLoad(Tensor other, boolean assign) {
    return assign ? other.detach() : self().detach().copy_(other.detach());
  }

  default Tensor moduleLoad(Tensor other) {
    return moduleLoad(other, false);
  }

  /// A nested tensor as a dense one, each part filled up with a number at the ends of its dimensions.
  ///
  /// @throws IllegalArgumentException if it is not nested
  default Tensor toPaddedTensor(double padding) {
    return Nested.toPaddedTensor(self(), padding);
  }

  /// @param outputSize the sizes with the batch, at least those of the largest part
  default Tensor toPaddedTensor(double padding, long[] outputSize) {
    return Nested.toPaddedTensor(self(), padding, outputSize);
  }
}
