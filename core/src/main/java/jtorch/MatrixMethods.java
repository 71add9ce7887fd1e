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
}
