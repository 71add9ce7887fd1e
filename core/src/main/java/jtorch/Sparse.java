package jtorch;

import jtorch.op.SparseProducts;
import jtorch.op.SparseReductions;
import org.jspecify.annotations.Nullable;

/// PyTorch's `torch.sparse`: functions whose gradients are sparse, with the places of their sparse arguments.
///
/// **Source**: `torch/sparse/__init__.py`, `aten/src/ATen/native/sparse`.
public final class Sparse {
  private Sparse() {}

  /// `[n, k] x [k, m]`: of a sparse and a dense matrix dense, of two sparse ones sparse. The gradient of a sparse factor is
  /// specified where the factor is; that of [MatrixMethods#mm] everywhere.
  ///
  /// ```java
  /// Tensor a = Torch.eye(3).toSparseCsr().requiresGrad(true);
  /// Sparse.mm(a, Torch.ones(3, 2)).sum().backward();
  /// ```
  public static Tensor mm(Tensor sparse, Tensor dense) {
    return SparseProducts.SPARSE_MM.tensor(sparse, dense);
  }

  /// As [#mm(Tensor, Tensor)] with `sum`, `mean`, `amax` or `amin` over the products of each row.
  public static Tensor mm(Tensor sparse, Tensor dense, String reduce) {
    return SparseProducts.SPARSE_MM_REDUCE.tensor(sparse, dense, reduce);
  }

  /// `mat + mat1 @ mat2` with a sparse `mat1`.
  public static Tensor addmm(Tensor mat, Tensor mat1, Tensor mat2) {
    return addmm(mat, mat1, mat2, 1L, 1L);
  }

  /// `beta mat + alpha mat1 @ mat2`
  public static Tensor addmm(Tensor mat, Tensor mat1, Tensor mat2, Number beta, Number alpha) {
    return SparseProducts.SPARSE_ADDMM.tensor(mat, mat1, mat2, beta, alpha);
  }

  /// `beta input + alpha (mat1 @ mat2)` where `input`, compressed rows, specifies elements.
  public static Tensor sampledAddmm(Tensor input, Tensor mat1, Tensor mat2, Number beta, Number alpha) {
    return SparseProducts.SAMPLED_ADDMM.tensor(input, mat1, mat2, beta, alpha);
  }

  public static Tensor sampledAddmm(Tensor input, Tensor mat1, Tensor mat2) {
    return sampledAddmm(input, mat1, mat2, 1L, 1L);
  }

  /// The sum of all that is specified.
  public static Tensor sum(Tensor input) {
    return SparseReductions.SPARSE_SUM.tensor(input);
  }

  /// The sum over dimensions: sparse as long as a sparse dimension is left.
  public static Tensor sum(Tensor input, long... dim) {
    return SparseReductions.SPARSE_SUM_DIM.tensor(input, dim);
  }

  public static Tensor sum(Tensor input, DType dtype, long... dim) {
    return dim.length == 0 ? SparseReductions.SPARSE_SUM_DTYPE.tensor(input, dtype)
        : SparseReductions.SPARSE_SUM_DIM_DTYPE.tensor(input, dim, dtype);
  }

  /// Softmax over what is specified along a dimension of a [Layout#SPARSE_COO] tensor.
  public static Tensor softmax(Tensor input, long dim) {
    return softmax(input, dim, null);
  }

  public static Tensor softmax(Tensor input, long dim, @Nullable DType dtype) {
    return SparseReductions.SPARSE_SOFTMAX.tensor(input, dim, dtype);
  }

  /// The logarithm of [#softmax(Tensor, long)].
  public static Tensor logSoftmax(Tensor input, long dim) {
    return logSoftmax(input, dim, null);
  }

  public static Tensor logSoftmax(Tensor input, long dim, @Nullable DType dtype) {
    return SparseReductions.SPARSE_LOG_SOFTMAX.tensor(input, dim, dtype);
  }

  /// A matrix with these diagonals, rows of `diagonals`: element j of the one with offset k stands in column j, row `j - k`.
  public static Tensor spdiags(Tensor diagonals, Tensor offsets, long[] shape, @Nullable Layout layout) {
    return SparseProducts.SPDIAGS.tensor(diagonals, offsets, shape, layout);
  }

  public static Tensor spdiags(Tensor diagonals, Tensor offsets, long... shape) {
    return spdiags(diagonals, offsets, shape, null);
  }
}
