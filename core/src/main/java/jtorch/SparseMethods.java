package jtorch;

import jtorch.op.SparseConversions;
import jtorch.op.SparseForms;
import jtorch.op.SparseProducts;
import org.jspecify.annotations.Nullable;

/// The parts of sparse tensors, and ways from one layout to another; [SparseTensor] tells what the parts are.
///
/// **Source**: `torch/csrc/autograd`, `aten/src/ATen/native/sparse`; layouts as in PyTorch's `torch.sparse`.
public sealed interface SparseMethods permits Tensor {
  private Tensor self() {
    return (Tensor) this;
  }

  // ---- parts -----------------------------------------------------------------------------------------------------

  /// The coordinates of a coalesced tensor: `[s, nnz]`.
  ///
  /// @throws IllegalArgumentException if places may be there twice
  default Tensor indices() {
    return SparseForms.INDICES.tensor(self());
  }

  /// The values of a tensor that has each place once: `[nnz, dense...]`; gradients pass through.
  ///
  /// @throws IllegalArgumentException if places may be there twice
  default Tensor values() {
    return SparseForms.VALUES_CHECKED.tensor(self());
  }

  /// The coordinates as they are, maybe unsorted and repeated; PyTorch's `_indices()`.
  default Tensor _indices() {
    return SparseForms.INDICES_RAW.tensor(self());
  }

  /// The values as they are, outside the graph; PyTorch's `_values()`.
  default Tensor _values() {
    return SparseForms.VALUES_RAW.tensor(self());
  }

  /// Where each row of a [Layout#SPARSE_CSR] (or `BSR`) tensor begins: `[batch..., rows + 1]`.
  default Tensor crowIndices() {
    return SparseForms.CROW_INDICES.tensor(self());
  }

  /// The column of each value of a `CSR` (or `BSR`) tensor.
  default Tensor colIndices() {
    return SparseForms.COL_INDICES.tensor(self());
  }

  /// Where each column of a `CSC` (or `BSC`) tensor begins.
  default Tensor ccolIndices() {
    return SparseForms.CCOL_INDICES.tensor(self());
  }

  /// The row of each value of a `CSC` (or `BSC`) tensor.
  default Tensor rowIndices() {
    return SparseForms.ROW_INDICES.tensor(self());
  }

  /// The number of specified elements; PyTorch's `_nnz()`.
  default long _nnz() {
    return (Long) SparseForms.NNZ.call(self());
  }

  /// The number of dimensions that indices address; 0 of a dense tensor.
  default long sparseDim() {
    return (Long) SparseForms.SPARSE_DIM.call(self());
  }

  /// The number of dimensions that each value has; all of a dense tensor.
  default long denseDim() {
    return (Long) SparseForms.DENSE_DIM.call(self());
  }

  // ---- one value a place -----------------------------------------------------------------------------------------

  /// Coordinates sorted, the values of equal ones added up; itself if it is so already.
  default Tensor coalesce() {
    return SparseForms.COALESCE.tensor(self());
  }

  default boolean isCoalesced() {
    return (Boolean) SparseForms.IS_COALESCED.call(self());
  }

  /// Another size: sparse dimensions may grow; without entries anything goes.
  default Tensor sparseResize_(long[] size, long sparseDim, long denseDim) {
    return SparseForms.RESIZE_.tensor(self(), size, sparseDim, denseDim);
  }

  /// Another size, without entries.
  default Tensor sparseResizeAndClear_(long[] size, long sparseDim, long denseDim) {
    return SparseForms.RESIZE_AND_CLEAR_.tensor(self(), size, sparseDim, denseDim);
  }

  /// The size and the numbers of dimensions of another sparse tensor.
  default Tensor resizeAsSparse_(Tensor theTemplate) {
    return SparseForms.RESIZE_AS_.tensor(self(), theTemplate);
  }

  // ---- layouts ---------------------------------------------------------------------------------------------------

  /// All elements; the gradient of a sparse tensor is that of its specified elements.
  default Tensor toDense() {
    return self().layout() == Layout.STRIDED ? self() : SparseConversions.TO_DENSE.tensor(self(), null, null);
  }

  /// All elements, as another dtype; with `maskedGrad` false the gradient is that of all elements.
  default Tensor toDense(@Nullable DType dtype, boolean maskedGrad) {
    return SparseConversions.TO_DENSE.tensor(self(), dtype, maskedGrad);
  }

  /// By coordinates: of a dense tensor what is not zero.
  default Tensor toSparse() {
    return toSparse(Layout.SPARSE_COO);
  }

  default Tensor toSparse(Layout layout) {
    return SparseConversions.TO_SPARSE.tensor(self(), layout, null, null);
  }

  /// In a sparse layout; `blocksize` for layouts of blocks, `denseDim` trailing dimensions that stay dense.
  default Tensor toSparse(Layout layout, long @Nullable [] blocksize, @Nullable Long denseDim) {
    return SparseConversions.TO_SPARSE.tensor(self(), layout, blocksize, denseDim);
  }

  /// By coordinates of the first dimensions, the others dense.
  default Tensor toSparse(long sparseDim) {
    return SparseConversions.TO_SPARSE_DIM.tensor(self(), sparseDim);
  }

  default Tensor toSparseCoo() {
    return toSparse();
  }

  /// By compressed rows: `[batch..., rows, columns]`.
  default Tensor toSparseCsr() {
    return toSparse(Layout.SPARSE_CSR);
  }

  default Tensor toSparseCsr(long denseDim) {
    return toSparse(Layout.SPARSE_CSR, null, denseDim);
  }

  /// By compressed columns.
  default Tensor toSparseCsc() {
    return toSparse(Layout.SPARSE_CSC);
  }

  default Tensor toSparseCsc(long denseDim) {
    return toSparse(Layout.SPARSE_CSC, null, denseDim);
  }

  /// By compressed rows of blocks; sizes must be multiples of the blocks'.
  default Tensor toSparseBsr(long... blocksize) {
    return toSparse(Layout.SPARSE_BSR, blocksize, null);
  }

  /// By compressed columns of blocks.
  default Tensor toSparseBsc(long... blocksize) {
    return toSparse(Layout.SPARSE_BSC, blocksize, null);
  }

  /// The values of this tensor where `mask`, a sparse tensor of the same size, specifies any.
  ///
  /// ```java
  /// Tensor kept = Torch.rand(2, 3).sparseMask(Torch.eye(2, 3).toSparse());
  /// ```
  default Tensor sparseMask(Tensor mask) {
    return SparseConversions.SPARSE_MASK.tensor(self(), mask);
  }

  // ---- products --------------------------------------------------------------------------------------------------

  /// This sparse matrix times a dense one, as a sparse matrix.
  default Tensor smm(Tensor mat) {
    return SparseProducts.SMM.tensor(self(), mat);
  }

  /// `this + mat1 @ mat2` with sparse `mat1`, as a sparse matrix.
  default Tensor sspaddmm(Tensor mat1, Tensor mat2) {
    return SparseProducts.SSPADDMM.tensor(self(), mat1, mat2, 1L, 1L);
  }
}
