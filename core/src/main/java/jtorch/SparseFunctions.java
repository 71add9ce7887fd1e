package jtorch;

import java.util.function.UnaryOperator;
import jtorch.op.SparseForms;
import jtorch.op.SparseProducts;

/// Sparse tensors from their parts, that [Torch] inherits.
public abstract class SparseFunctions extends CreationFunctions {
  SparseFunctions() {}

  /// Values `[nnz, dense...]` at coordinates `[s, nnz]` of a tensor of this size; values of equal coordinates add up.
  ///
  /// ```java
  /// Tensor a = Torch.sparseCooTensor(Torch.tensor(new long[][] {{0, 1}, {2, 0}}), Torch.tensor(new float[] {3, 4}), 2, 3);
  /// ```
  ///
  /// @throws IndexOutOfBoundsException if a coordinate lies outside
  /// @throws ShapeException if parts and size do not fit
  public static Tensor sparseCooTensor(Tensor indices, Tensor values, long... size) {
    return size.length == 0 ? sparseCooTensor(indices, values) : sparseCooTensor(indices, values, size, o -> o);
  }

  /// The size is the smallest that holds all coordinates.
  public static Tensor sparseCooTensor(Tensor indices, Tensor values) {
    return SparseForms.SPARSE_COO_INFERRED.tensor(indices, values, null, null, null, null, null);
  }

  public static Tensor sparseCooTensor(Tensor indices, Tensor values, long[] size,
      UnaryOperator<TensorOptions> options) {
    TensorOptions o = options.apply(TensorOptions.DEFAULT);
    return o.finish(SparseForms.SPARSE_COO.tensor(indices, values, size, o.dtype(), null, null, null, null));
  }

  /// Zeros: without entries.
  public static Tensor sparseCooTensor(long[] size, UnaryOperator<TensorOptions> options) {
    TensorOptions o = options.apply(TensorOptions.DEFAULT);
    return o.finish(SparseForms.SPARSE_COO_EMPTY.tensor(size, o.dtype(), null, null, null));
  }

  public static Tensor sparseCooTensor(long... size) {
    return sparseCooTensor(size, o -> o);
  }

  /// Rows begin at `crowIndices` (`[batch..., rows + 1]`); columns rise within each row.
  ///
  /// @throws IllegalArgumentException if the indices are no rows of a matrix of this size
  public static Tensor sparseCsrTensor(Tensor crowIndices, Tensor colIndices, Tensor values, long... size) {
    return sparseCompressedTensor(crowIndices, colIndices, values, size, Layout.SPARSE_CSR);
  }

  public static Tensor sparseCsrTensor(Tensor crowIndices, Tensor colIndices, Tensor values) {
    return sparseCompressedTensor(crowIndices, colIndices, values, Layout.SPARSE_CSR);
  }

  /// Columns begin at `ccolIndices`; rows rise within each column.
  public static Tensor sparseCscTensor(Tensor ccolIndices, Tensor rowIndices, Tensor values, long... size) {
    return sparseCompressedTensor(ccolIndices, rowIndices, values, size, Layout.SPARSE_CSC);
  }

  public static Tensor sparseCscTensor(Tensor ccolIndices, Tensor rowIndices, Tensor values) {
    return sparseCompressedTensor(ccolIndices, rowIndices, values, Layout.SPARSE_CSC);
  }

  /// As [#sparseCsrTensor], of blocks: values `[batch..., nnz, height, width, dense...]`.
  public static Tensor sparseBsrTensor(Tensor crowIndices, Tensor colIndices, Tensor values, long... size) {
    return sparseCompressedTensor(crowIndices, colIndices, values, size, Layout.SPARSE_BSR);
  }

  public static Tensor sparseBsrTensor(Tensor crowIndices, Tensor colIndices, Tensor values) {
    return sparseCompressedTensor(crowIndices, colIndices, values, Layout.SPARSE_BSR);
  }

  /// As [#sparseCscTensor], of blocks.
  public static Tensor sparseBscTensor(Tensor ccolIndices, Tensor rowIndices, Tensor values, long... size) {
    return sparseCompressedTensor(ccolIndices, rowIndices, values, size, Layout.SPARSE_BSC);
  }

  public static Tensor sparseBscTensor(Tensor ccolIndices, Tensor rowIndices, Tensor values) {
    return sparseCompressedTensor(ccolIndices, rowIndices, values, Layout.SPARSE_BSC);
  }

  /// In any compressed layout.
  public static Tensor sparseCompressedTensor(Tensor compressedIndices, Tensor plainIndices, Tensor values,
      long[] size, Layout layout) {
    return SparseForms.SPARSE_COMPRESSED.tensor(compressedIndices, plainIndices, values, size, null, layout, null,
        null);
  }

  public static Tensor sparseCompressedTensor(Tensor compressedIndices, Tensor plainIndices, Tensor values,
      Layout layout) {
    return SparseForms.SPARSE_COMPRESSED_INFERRED.tensor(compressedIndices, plainIndices, values, null, layout, null,
        null);
  }

  // ---- products --------------------------------------------------------------------------------------------------

  /// A sparse matrix times a dense one, as a sparse matrix.
  public static Tensor smm(Tensor input, Tensor mat) {
    return SparseProducts.SMM.tensor(input, mat);
  }

  /// A sparse matrix times a dense one: dense, as [MatrixMethods#mm].
  public static Tensor dsmm(Tensor input, Tensor mat) {
    return input.mm(mat);
  }

  /// A sparse matrix times a dense one: the rows that the sparse one specifies, each dense.
  public static Tensor hspmm(Tensor mat1, Tensor mat2) {
    return SparseProducts.HSPMM.tensor(mat1, mat2);
  }

  /// Another name of [#hspmm].
  public static Tensor hsmm(Tensor mat1, Tensor mat2) {
    return hspmm(mat1, mat2);
  }

  /// `beta input + alpha mat1 @ mat2` with sparse `input` and `mat1`, as a sparse matrix.
  public static Tensor sspaddmm(Tensor input, Tensor mat1, Tensor mat2, Number beta, Number alpha) {
    return SparseProducts.SSPADDMM.tensor(input, mat1, mat2, beta, alpha);
  }

  public static Tensor sspaddmm(Tensor input, Tensor mat1, Tensor mat2) {
    return sspaddmm(input, mat1, mat2, 1L, 1L);
  }

  // ---- parts as tensors of their own -----------------------------------------------------------------------------

  /// [SparseMethods#values] as a copy; so are the next ones.
  public static Tensor valuesCopy(Tensor input) {
    return input.values().clone();
  }

  public static Tensor indicesCopy(Tensor input) {
    return input.indices().clone();
  }

  public static Tensor crowIndicesCopy(Tensor input) {
    return input.crowIndices().clone();
  }

  public static Tensor colIndicesCopy(Tensor input) {
    return input.colIndices().clone();
  }

  public static Tensor ccolIndicesCopy(Tensor input) {
    return input.ccolIndices().clone();
  }

  public static Tensor rowIndicesCopy(Tensor input) {
    return input.rowIndices().clone();
  }

  public static Tensor resizeAsSparse_(Tensor input, Tensor theTemplate) {
    return input.resizeAsSparse_(theTemplate);
  }
}
