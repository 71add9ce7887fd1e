package jtorch;

import jtorch.op.Copying;
import jtorch.op.Creation;
import jtorch.op.Views;
import org.jspecify.annotations.Nullable;

/// Other shapes and pieces of the same memory, copies, and conversions.
public sealed interface ViewMethods permits Tensor {
  private Tensor self() {
    return (Tensor) this;
  }

  /// Any window on the storage, in elements.
  default Tensor asStrided(long[] size, long[] stride, long storageOffset) {
    return Views.AS_STRIDED.tensor(self(), size, stride, storageOffset);
  }

  /// The same elements under another shape; one size may be -1.
  default Tensor view(long... size) {
    return Views.VIEW.tensor(self(), size);
  }

  /// As [#view] where memory allows, a copy elsewhere.
  default Tensor reshape(long... shape) {
    return Views.RESHAPE.tensor(self(), shape);
  }

  /// Repeats dimensions of size 1 without copying; -1 keeps a size.
  default Tensor expand(long... size) {
    return Views.EXPAND.tensor(self(), size, false);
  }

  default Tensor expandAs(Tensor other) {
    return expand(other.sizes());
  }

  default Tensor permute(long... dims) {
    return Views.PERMUTE.tensor(self(), dims);
  }

  default Tensor transpose(long dim0, long dim1) {
    return Views.TRANSPOSE.tensor(self(), dim0, dim1);
  }

  default Tensor unsqueeze(long dim) {
    return Views.UNSQUEEZE.tensor(self(), dim);
  }

  /// Without these dimensions where their size is 1.
  default Tensor squeeze(long... dim) {
    return Views.SQUEEZE_DIMS.tensor(self(), dim);
  }

  default Tensor select(long dim, long index) {
    return Views.SELECT.tensor(self(), dim, index);
  }

  /// `length` indices of a dimension from `start` on.
  default Tensor narrow(long dim, long start, long length) {
    return Views.SLICE.tensor(self(), dim, start, start + length, 1L);
  }

  /// Every `step`-th index of a dimension; null bounds are open.
  default Tensor slice(long dim, @Nullable Long start, @Nullable Long end, long step) {
    return Views.SLICE.tensor(self(), dim, start, end, step);
  }

  /// The transposed matrix; vectors and scalars themselves.
  default Tensor t() {
    if (self().dim() > 2)
      throw new ShapeException("t: expects a tensor with <= 2 dimensions, but self is " + self().dim() + "D");
    return self().dim() < 2 ? self() : transpose(0, 1);
  }

  /// The last two dimensions exchanged.
  default Tensor mT() {
    return transpose(-2, -1);
  }

  /// A copy, in the same order of memory where it is dense.
  default Tensor clone(@Nullable MemoryFormat format) {
    return Copying.CLONE.tensor(self(), format);
  }

  /// Itself if contiguous, else a contiguous copy.
  default Tensor contiguous() {
    return self().isContiguous() ? self() : Copying.CONTIGUOUS.tensor(self(), MemoryFormat.CONTIGUOUS_FORMAT);
  }

  default Tensor contiguous(MemoryFormat format) {
    return Copying.CONTIGUOUS.tensor(self(), format);
  }

  /// Itself if it has that dtype, else converted.
  default Tensor to(DType dtype) {
    return self().dtype() == dtype ? self() : Copying.TO_DTYPE.tensor(self(), dtype, false, false, null);
  }

  default Tensor to(Device device) {
    return Copying.TO_DEVICE.tensor(self(), device, self().dtype(), false, false, null);
  }

  default Tensor to(MemoryFormat format) {
    return Copying.TO_DTYPE.tensor(self(), self().dtype(), false, false, format);
  }

  /// float32
  default Tensor toFloat() {
    return to(DType.FLOAT32);
  }

  /// float64
  default Tensor toDouble() {
    return to(DType.FLOAT64);
  }

  /// int64
  default Tensor toLong() {
    return to(DType.INT64);
  }

  /// Writes another tensor's values, broadcast and converted.
  default Tensor copy_(Tensor source) {
    return Copying.COPY.mutating().tensor(self(), source, false);
  }

  default Tensor fill_(Object value) {
    return Creation.FILL.mutating().tensor(self(), value);
  }

  default Tensor zero_() {
    return Creation.ZERO.mutating().tensor(self());
  }

  default Tensor zerosLike() {
    return Creation.ZEROS_LIKE.tensor(self(), null, null, null, null, null);
  }

  default Tensor onesLike() {
    return Creation.ONES_LIKE.tensor(self(), null, null, null, null, null);
  }
}
