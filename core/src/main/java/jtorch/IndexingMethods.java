package jtorch;

import java.util.Arrays;
import jtorch.op.Indexing;
import jtorch.op.Scattering;
import jtorch.op.Searching;
import jtorch.op.ViewCopies;
import org.jspecify.annotations.Nullable;

/// Choosing and writing elements by index.
public sealed interface IndexingMethods permits Tensor {
  private Tensor self() {
    return (Tensor) this;
  }

  // ---- x[...] ----------------------------------------------------------------------------------------------------

  /// Python's `x[...]`: integers, `slice(1, 3)`, `ELLIPSIS`, `NEW_AXIS`, index tensors, masks; see [Index].
  ///
  /// A view as long as no tensor, mask or array is among the indices, else a copy.
  /// @throws IndexOutOfBoundsException if there are too many indices, or one is outside or no index
  default Tensor get(@Nullable Object... indices) {
    return IndexExpression.read(self(), Arrays.stream(indices).map(Index::of).toList());
  }

  /// `x[...]` in Python's notation: `x.at("..., 1:3, ::2")`.
  ///
  /// @throws IllegalArgumentException telling where the text cannot be read
  default Tensor at(String indices) {
    return IndexExpression.read(self(), Index.parse(indices));
  }

  /// Python's `x[...] = value`; the value, a tensor or a number, is broadcast.
  default Tensor set(Object value, @Nullable Object... indices) {
    IndexExpression.write(self(), Arrays.stream(indices).map(Index::of).toList(), value);
    return self();
  }

  /// `x[...] = value` in Python's notation: `x.setAt("0, 1:3", 1.5)`.
  default Tensor setAt(String indices, Object value) {
    IndexExpression.write(self(), Index.parse(indices), value);
    return self();
  }

  // ---- by tensors ------------------------------------------------------------------------------------------------

  /// The elements that index tensors name, null standing for a whole dimension; `get` has slices and the like too.
  default Tensor index(@Nullable Tensor... indices) {
    return Indexing.INDEX.tensor(self(), indices);
  }

  /// A copy in which `self[indices]` was replaced by `values`, or had them added.
  default Tensor indexPut(@Nullable Tensor[] indices, Tensor values, boolean accumulate) {
    return Indexing.INDEX_PUT.tensor(self(), indices, values, accumulate);
  }

  default Tensor indexPut_(@Nullable Tensor[] indices, Tensor values, boolean accumulate) {
    return Indexing.INDEX_PUT.mutating().tensor(self(), indices, values, accumulate);
  }

  // ---- rows along a dimension ------------------------------------------------------------------------------------

  /// The rows with these numbers along a dimension.
  default Tensor indexSelect(long dim, Tensor index) {
    return Indexing.INDEX_SELECT.tensor(self(), dim, index);
  }

  /// A copy with the rows of `source` added to those with these numbers.
  default Tensor indexAdd(long dim, Tensor index, Tensor source) {
    return Indexing.INDEX_ADD.tensor(self(), dim, index, source, 1L);
  }

  default Tensor indexAdd(long dim, Tensor index, Tensor source, Number alpha) {
    return Indexing.INDEX_ADD.tensor(self(), dim, index, source, alpha);
  }

  default Tensor indexAdd_(long dim, Tensor index, Tensor source) {
    return Indexing.INDEX_ADD.mutating().tensor(self(), dim, index, source, 1L);
  }

  default Tensor indexAdd_(long dim, Tensor index, Tensor source, Number alpha) {
    return Indexing.INDEX_ADD.mutating().tensor(self(), dim, index, source, alpha);
  }

  /// A copy with the rows of `source` in the place of those with these numbers.
  default Tensor indexCopy(long dim, Tensor index, Tensor source) {
    return Indexing.INDEX_COPY.tensor(self(), dim, index, source);
  }

  default Tensor indexCopy_(long dim, Tensor index, Tensor source) {
    return Indexing.INDEX_COPY.mutating().tensor(self(), dim, index, source);
  }

  /// A copy with a number in the rows with these numbers.
  default Tensor indexFill(long dim, Tensor index, Object value) {
    return value instanceof Tensor t ? Indexing.INDEX_FILL_TENSOR.tensor(self(), dim, index, t)
        : Indexing.INDEX_FILL.tensor(self(), dim, index, value);
  }

  default Tensor indexFill_(long dim, Tensor index, Object value) {
    return value instanceof Tensor t ? Indexing.INDEX_FILL_TENSOR.mutating().tensor(self(), dim, index, t)
        : Indexing.INDEX_FILL.mutating().tensor(self(), dim, index, value);
  }

  // ---- elements along a dimension --------------------------------------------------------------------------------

  /// `self[i, index[i, j]]` for dimension 1; the result has the shape of `index`.
  default Tensor gather(long dim, Tensor index) {
    return Scattering.GATHER.tensor(self(), dim, index, false);
  }

  /// A copy with elements of `src` at the places that `index` says.
  default Tensor scatter(long dim, Tensor index, Tensor src) {
    return Scattering.SCATTER.tensor(self(), dim, index, src);
  }

  default Tensor scatter(long dim, Tensor index, Number value) {
    return Scattering.SCATTER_VALUE.tensor(self(), dim, index, value);
  }

  default Tensor scatter_(long dim, Tensor index, Tensor src) {
    return Scattering.SCATTER.mutating().tensor(self(), dim, index, src);
  }

  default Tensor scatter_(long dim, Tensor index, Number value) {
    return Scattering.SCATTER_VALUE.mutating().tensor(self(), dim, index, value);
  }

  /// A copy with elements of `src` added at the places that `index` says.
  default Tensor scatterAdd(long dim, Tensor index, Tensor src) {
    return Scattering.SCATTER_ADD.tensor(self(), dim, index, src);
  }

  default Tensor scatterAdd_(long dim, Tensor index, Tensor src) {
    return Scattering.SCATTER_ADD.mutating().tensor(self(), dim, index, src);
  }

  /// As [#scatter], but "add" adds to what is there, "multiply" multiplies it.
  default Tensor scatter(long dim, Tensor index, Tensor src, String reduce) {
    return Scattering.SCATTER_WITH.tensor(self(), dim, index, src, reduce);
  }

  default Tensor scatter_(long dim, Tensor index, Tensor src, String reduce) {
    return Scattering.SCATTER_WITH.mutating().tensor(self(), dim, index, src, reduce);
  }

  /// "sum", "prod", "mean", "amax" or "amin" of what goes to a place, and of what was there if `includeSelf`.
  default Tensor scatterReduce(long dim, Tensor index, Tensor src, String reduce, boolean includeSelf) {
    return Scattering.SCATTER_REDUCE.tensor(self(), dim, index, src, reduce, includeSelf);
  }

  default Tensor scatterReduce_(long dim, Tensor index, Tensor src, String reduce, boolean includeSelf) {
    return Scattering.SCATTER_REDUCE.mutating().tensor(self(), dim, index, src, reduce, includeSelf);
  }

  /// As [#scatterReduce] for whole rows along a dimension.
  default Tensor indexReduce(long dim, Tensor index, Tensor source, String reduce, boolean includeSelf) {
    return Scattering.INDEX_REDUCE.tensor(self(), dim, index, source, reduce, includeSelf);
  }

  default Tensor indexReduce_(long dim, Tensor index, Tensor source, String reduce, boolean includeSelf) {
    return Scattering.INDEX_REDUCE.mutating().tensor(self(), dim, index, source, reduce, includeSelf);
  }

  /// Elements along a dimension by indices that are broadcast with this tensor.
  default Tensor takeAlongDim(Tensor indices, long dim) {
    return Indexing.TAKE_ALONG_DIM.tensor(self(), indices, dim);
  }

  // ---- masks -----------------------------------------------------------------------------------------------------

  /// The elements where a mask is true, as a vector.
  default Tensor maskedSelect(Tensor mask) {
    return Indexing.MASKED_SELECT.tensor(self(), mask);
  }

  /// A copy in which the elements where a mask is true were replaced by those of `source`, in order.
  default Tensor maskedScatter(Tensor mask, Tensor source) {
    return Indexing.MASKED_SCATTER.tensor(self(), mask, source);
  }

  default Tensor maskedScatter_(Tensor mask, Tensor source) {
    return Indexing.MASKED_SCATTER_.tensor(self(), mask, source);
  }

  // ---- flat indices ----------------------------------------------------------------------------------------------

  /// Elements by their number in the order of indices.
  default Tensor take(Tensor index) {
    return Indexing.TAKE.tensor(self(), index);
  }

  /// A copy in which elements, by their number, were replaced by those of `source`, or had them added.
  default Tensor put(Tensor index, Tensor source, boolean accumulate) {
    return Indexing.PUT.tensor(self(), index, source, accumulate);
  }

  default Tensor put_(Tensor index, Tensor source, boolean accumulate) {
    return Indexing.PUT.mutating().tensor(self(), index, source, accumulate);
  }

  // ---- finding ---------------------------------------------------------------------------------------------------

  /// The indices of all elements that are not zero, in order: `[count, dims]`.
  default Tensor nonzero() {
    return Searching.NONZERO.tensor(self());
  }

  /// As [#nonzero].
  default Tensor argwhere() {
    return Searching.ARGWHERE.tensor(self());
  }

  /// A copy with `src` written at an index of a dimension.
  default Tensor selectScatter(Tensor src, long dim, long index) {
    return ViewCopies.SELECT_SCATTER.tensor(self(), src, dim, index);
  }

  /// A copy with `src` written into a slice.
  default Tensor sliceScatter(Tensor src) {
    return ViewCopies.SLICE_SCATTER.tensor(self(), src, 0L, null, null, 1L);
  }

  default Tensor sliceScatter(Tensor src, long dim, @Nullable Long start, @Nullable Long end, long step) {
    return ViewCopies.SLICE_SCATTER.tensor(self(), src, dim, start, end, step);
  }

  /// A copy with `src` written onto a diagonal.
  default Tensor diagonalScatter(Tensor src) {
    return ViewCopies.DIAGONAL_SCATTER.tensor(self(), src, 0L, 0L, 1L);
  }

  default Tensor diagonalScatter(Tensor src, long offset, long dim1, long dim2) {
    return ViewCopies.DIAGONAL_SCATTER.tensor(self(), src, offset, dim1, dim2);
  }

  /// A copy with `src` written through [#asStrided].
  default Tensor asStridedScatter(Tensor src, long[] size, long... stride) {
    return ViewCopies.AS_STRIDED_SCATTER.tensor(self(), src, size, stride, null);
  }

  default Tensor asStridedScatter(Tensor src, long[] size, long[] stride, @Nullable Long storageOffset) {
    return ViewCopies.AS_STRIDED_SCATTER.tensor(self(), src, size, stride, storageOffset);
  }

  /// The first `size` indices of [#nonzero], filled up with `fillValue`.
  default Tensor nonzeroStatic(long size) {
    return Searching.NONZERO_STATIC.tensor(self(), size, -1L);
  }

  default Tensor nonzeroStatic(long size, long fillValue) {
    return Searching.NONZERO_STATIC.tensor(self(), size, fillValue);
  }
}
