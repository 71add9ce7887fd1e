package jtorch;

import jtorch.op.MatrixProducts;

/// Products of matrices and vectors.
public sealed interface MatrixMethods permits Tensor {
  private Tensor self() {
    return (Tensor) this;
  }

  /// `[n, k] x [k, m] -> [n, m]`
  default Tensor mm(Tensor mat2) {
    return MatrixProducts.MM.tensor(self(), mat2);
  }

  /// `[b, n, k] x [b, k, m] -> [b, n, m]`
  default Tensor bmm(Tensor mat2) {
    return MatrixProducts.BMM.tensor(self(), mat2);
  }

  /// Vectors, matrices and broadcast batches, as NumPy's `matmul`.
  default Tensor matmul(Tensor other) {
    return MatrixProducts.MATMUL.tensor(self(), other);
  }

  /// `beta self + alpha mat1 @ mat2`
  default Tensor addmm(Tensor mat1, Tensor mat2) {
    return MatrixProducts.ADDMM.tensor(self(), mat1, mat2, 1L, 1L);
  }

  default Tensor addmm(Tensor mat1, Tensor mat2, Number beta, Number alpha) {
    return MatrixProducts.ADDMM.tensor(self(), mat1, mat2, beta, alpha);
  }

  default Tensor addmm_(Tensor mat1, Tensor mat2) {
    return MatrixProducts.ADDMM.mutating().tensor(self(), mat1, mat2, 1L, 1L);
  }

  default Tensor addmm_(Tensor mat1, Tensor mat2, Number beta, Number alpha) {
    return MatrixProducts.ADDMM.mutating().tensor(self(), mat1, mat2, beta, alpha);
  }
}
