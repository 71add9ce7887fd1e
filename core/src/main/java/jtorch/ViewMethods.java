package jtorch;

import jtorch.op.Copying;
import jtorch.op.Creation;
import jtorch.op.Pieces;
import jtorch.op.ViewForms;
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
    return Pieces.NARROW.tensor(self(), dim, start, length);
  }

  /// Every `step`-th index of a dimension; null bounds are open.
  default Tensor slice(long dim, @Nullable Long start, @Nullable Long end, long step) {
    return Views.SLICE.tensor(self(), dim, start, end, step);
  }

  /// The transposed matrix; vectors and scalars themselves.
  default Tensor t() {
    return ViewForms.T.tensor(self());
  }

  /// The last two dimensions exchanged.
  default Tensor mT() {
    return ViewForms.MT.tensor(self());
  }

  /// The last two dimensions exchanged, complex numbers conjugated.
  default Tensor mH() {
    return ViewForms.MH.tensor(self());
  }

  /// As [#mH].
  default Tensor adjoint() {
    return ViewForms.ADJOINT.tensor(self());
  }

  /// All dimensions in reverse; PyTorch's `T`.
  default Tensor numpyT() {
    return ViewForms.NUMPY_T.tensor(self());
  }

  /// A transposed and conjugated matrix; PyTorch's `H`.
  default Tensor matrixH() {
    return ViewForms.MATRIX_H.tensor(self());
  }

  default Tensor swapaxes(long axis0, long axis1) {
    return transpose(axis0, axis1);
  }

  default Tensor swapdims(long dim0, long dim1) {
    return transpose(dim0, dim1);
  }

  /// A dimension at another place, the others in order.
  default Tensor movedim(long source, long destination) {
    return ViewForms.MOVEDIM.tensor(self(), source, destination);
  }

  default Tensor movedim(long[] source, long[] destination) {
    return ViewForms.MOVEDIM_INTS.tensor(self(), source, destination);
  }

  default Tensor moveaxis(long source, long destination) {
    return movedim(source, destination);
  }

  // ---- dimensions joined and parted ------------------------------------------------------------------------------

  /// All dimensions as one.
  default Tensor flatten() {
    return flatten(0, -1);
  }

  default Tensor flatten(long startDim) {
    return flatten(startDim, -1);
  }

  /// Dimensions `startDim` to `endDim` as one; a view where memory allows.
  default Tensor flatten(long startDim, long endDim) {
    return ViewForms.FLATTEN.tensor(self(), startDim, endDim);
  }

  /// One dimension as several; one of the sizes may be -1.
  default Tensor unflatten(long dim, long... sizes) {
    return ViewForms.UNFLATTEN.tensor(self(), dim, sizes);
  }

  /// All dimensions as one, contiguous.
  default Tensor ravel() {
    return ViewForms.RAVEL.tensor(self());
  }

  /// Without all dimensions of size 1.
  default Tensor squeeze() {
    return ViewForms.SQUEEZE.tensor(self());
  }

  default Tensor viewAs(Tensor other) {
    return view(other.sizes());
  }

  default Tensor reshapeAs(Tensor other) {
    return reshape(other.sizes());
  }

  default Tensor broadcastTo(long... size) {
    return expand(size);
  }

  // ---- pieces ----------------------------------------------------------------------------------------------------

  /// At most `chunks` parts of equal size along a dimension; the last may be smaller.
  default Tensor[] chunk(long chunks, long dim) {
    return Pieces.CHUNK.tensors(self(), chunks, dim);
  }

  /// Parts of one size along a dimension; the last may be smaller.
  default Tensor[] split(long size, long dim) {
    return Pieces.SPLIT.tensors(self(), size, dim);
  }

  /// Consecutive parts of these sizes along a dimension.
  default Tensor[] split(long[] sizes, long dim) {
    return Pieces.SPLIT_WITH_SIZES.tensors(self(), sizes, dim);
  }

  default Tensor[] splitWithSizes(long[] sizes, long dim) {
    return Pieces.SPLIT_WITH_SIZES.tensors(self(), sizes, dim);
  }

  /// `sections` parts whose sizes differ by at most one.
  default Tensor[] tensorSplit(long sections, long dim) {
    return Pieces.TENSOR_SPLIT.tensors(self(), sections, dim);
  }

  /// Parts cut before these indices.
  default Tensor[] tensorSplit(long[] indices, long dim) {
    return Pieces.TENSOR_SPLIT_INDICES.tensors(self(), indices, dim);
  }

  /// Equal parts of the columns (of a vector: of its elements).
  default Tensor[] hsplit(long sections) {
    return Pieces.HSPLIT.tensors(self(), sections);
  }

  default Tensor[] hsplit(long[] indices) {
    return Pieces.HSPLIT_INDICES.tensors(self(), indices);
  }

  /// Equal parts of the rows.
  default Tensor[] vsplit(long sections) {
    return Pieces.VSPLIT.tensors(self(), sections);
  }

  default Tensor[] vsplit(long[] indices) {
    return Pieces.VSPLIT_INDICES.tensors(self(), indices);
  }

  /// Equal parts of the third dimension.
  default Tensor[] dsplit(long sections) {
    return Pieces.DSPLIT.tensors(self(), sections);
  }

  default Tensor[] dsplit(long[] indices) {
    return Pieces.DSPLIT_INDICES.tensors(self(), indices);
  }

  /// Every index of the first dimension.
  default Tensor[] unbind() {
    return unbind(0);
  }

  /// Every index of a dimension, which goes.
  default Tensor[] unbind(long dim) {
    return Pieces.UNBIND.tensors(self(), dim);
  }

  /// The diagonal of a matrix; of more dimensions, of the first two.
  default Tensor diagonal() {
    return diagonal(0, 0, 1);
  }

  /// The diagonal of two dimensions, `offset` above the main one, as a new last dimension.
  default Tensor diagonal(long offset, long dim1, long dim2) {
    return Pieces.DIAGONAL.tensor(self(), offset, dim1, dim2);
  }

  /// Windows of a dimension, each `size` long, `step` apart, in a new last dimension.
  default Tensor unfold(long dimension, long size, long step) {
    return Pieces.UNFOLD.tensor(self(), dimension, size, step);
  }

  // ---- dtypes ----------------------------------------------------------------------------------------------------

  /// The same bytes as elements of another dtype.
  default Tensor view(DType dtype) {
    return ViewForms.VIEW_DTYPE.tensor(self(), dtype);
  }

  /// Complex numbers as pairs of reals: `[...] -> [..., 2]`.
  default Tensor viewAsReal() {
    return ViewForms.VIEW_AS_REAL.tensor(self());
  }

  /// Pairs of reals as complex numbers: `[..., 2] -> [...]`.
  default Tensor viewAsComplex() {
    return ViewForms.VIEW_AS_COMPLEX.tensor(self());
  }

  /// The imaginary part, a view.
  default Tensor imag() {
    return ViewForms.IMAG.tensor(self());
  }

  // ---- in place: the tensor itself becomes the view --------------------------------------------------------------

  default Tensor unsqueeze_(long dim) {
    return ViewForms.UNSQUEEZE_.tensor(self(), dim);
  }

  default Tensor squeeze_() {
    return ViewForms.SQUEEZE_.tensor(self());
  }

  default Tensor squeeze_(long... dim) {
    return ViewForms.SQUEEZE_DIMS_.tensor(self(), dim);
  }

  default Tensor t_() {
    return ViewForms.T_.tensor(self());
  }

  default Tensor transpose_(long dim0, long dim1) {
    return ViewForms.TRANSPOSE_.tensor(self(), dim0, dim1);
  }

  // ---- copies ----------------------------------------------------------------------------------------------------

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

  /// As [#to(Device)]; with `nonBlocking`, a copy from pinned memory to a GPU goes on after this returns, in the thread's
  /// stream, and a copy to the CPU lands in pinned memory, which may be read when the stream has been waited for.
  default Tensor to(Device device, boolean nonBlocking) {
    return to(device, self().dtype(), nonBlocking, false);
  }

  /// @param copy whether the result is a copy even if nothing changes
  default Tensor to(Device device, DType dtype, boolean nonBlocking, boolean copy) {
    return Copying.TO_DEVICE.tensor(self(), device, dtype, nonBlocking, copy, null);
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
    return copy_(source, false);
  }

  /// As [#copy_(Tensor)]; with `nonBlocking`, a copy between pinned memory and a GPU goes on after this returns, in the
  /// thread's stream.
  default Tensor copy_(Tensor source, boolean nonBlocking) {
    return Copying.COPY.mutating().tensor(self(), source, nonBlocking);
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

  /// Becomes the view of [#asStrided].
  default Tensor asStrided_(long[] size, long... stride) {
    return ViewForms.AS_STRIDED_.tensor(self(), size, stride, null);
  }

  default Tensor asStrided_(long[] size, long[] stride, @Nullable Long storageOffset) {
    return ViewForms.AS_STRIDED_.tensor(self(), size, stride, storageOffset);
  }

  /// As [#chunk]; PyTorch lets its results be changed in place without care.
  default Tensor[] unsafeChunk(long chunks) {
    return Pieces.UNSAFE_CHUNK.tensors(self(), chunks, 0L);
  }

  default Tensor[] unsafeChunk(long chunks, long dim) {
    return Pieces.UNSAFE_CHUNK.tensors(self(), chunks, dim);
  }

  /// As [#split], as above.
  default Tensor[] unsafeSplit(long splitSize) {
    return Pieces.UNSAFE_SPLIT.tensors(self(), splitSize, 0L);
  }

  default Tensor[] unsafeSplit(long splitSize, long dim) {
    return Pieces.UNSAFE_SPLIT.tensors(self(), splitSize, dim);
  }

  /// As [#splitWithSizes], as above.
  default Tensor[] unsafeSplitWithSizes(long... splitSizes) {
    return Pieces.UNSAFE_SPLIT_WITH_SIZES.tensors(self(), splitSizes, 0L);
  }

  default Tensor[] unsafeSplitWithSizes(long[] splitSizes, long dim) {
    return Pieces.UNSAFE_SPLIT_WITH_SIZES.tensors(self(), splitSizes, dim);
  }
}
