package jtorch;

import jtorch.op.VectorProducts;

/// Products with vectors, in batches, and over chosen dimensions. Where a factor beta is 0, `self` is not read.
public sealed interface ProductMethods permits Tensor {
  private Tensor self() {
    return (Tensor) this;
  }

  /// `[n] x [n] -> []`, without conjugation.
  default Tensor dot(Tensor tensor) {
    return VectorProducts.DOT.tensor(self(), tensor);
  }

  /// `[n] x [n] -> []`, this vector conjugated.
  default Tensor vdot(Tensor other) {
    return VectorProducts.VDOT.tensor(self(), other);
  }

  /// `[n, m] x [m] -> [n]`
  default Tensor mv(Tensor vec) {
    return VectorProducts.MV.tensor(self(), vec);
  }

  /// `self + mat @ vec`
  default Tensor addmv(Tensor mat, Tensor vec) {
    return addmv(mat, vec, 1L, 1L);
  }

  /// `beta * self + alpha * mat @ vec`
  default Tensor addmv(Tensor mat, Tensor vec, Number beta, Number alpha) {
    return VectorProducts.ADDMV.tensor(self(), mat, vec, beta, alpha);
  }

  default Tensor addmv_(Tensor mat, Tensor vec, Number beta, Number alpha) {
    return VectorProducts.ADDMV.mutating().tensor(self(), mat, vec, beta, alpha);
  }

  /// `self + outer(vec1, vec2)`
  default Tensor addr(Tensor vec1, Tensor vec2) {
    return addr(vec1, vec2, 1L, 1L);
  }

  /// `beta * self + alpha * outer(vec1, vec2)`; of bools: or, and.
  default Tensor addr(Tensor vec1, Tensor vec2, Number beta, Number alpha) {
    return VectorProducts.ADDR.tensor(self(), vec1, vec2, beta, alpha);
  }

  default Tensor addr_(Tensor vec1, Tensor vec2, Number beta, Number alpha) {
    return VectorProducts.ADDR.mutating().tensor(self(), vec1, vec2, beta, alpha);
  }

  /// `self + sum of batch1 @ batch2`: `[b, n, k] x [b, k, m] -> [n, m]`.
  default Tensor addbmm(Tensor batch1, Tensor batch2) {
    return addbmm(batch1, batch2, 1L, 1L);
  }

  /// `beta * self + alpha * sum of batch1 @ batch2`
  default Tensor addbmm(Tensor batch1, Tensor batch2, Number beta, Number alpha) {
    return VectorProducts.ADDBMM.tensor(self(), batch1, batch2, beta, alpha);
  }

  default Tensor addbmm_(Tensor batch1, Tensor batch2, Number beta, Number alpha) {
    return VectorProducts.ADDBMM.mutating().tensor(self(), batch1, batch2, beta, alpha);
  }

  /// `self + batch1 @ batch2`: `[b, n, k] x [b, k, m] -> [b, n, m]`.
  default Tensor baddbmm(Tensor batch1, Tensor batch2) {
    return baddbmm(batch1, batch2, 1L, 1L);
  }

  /// `beta * self + alpha * batch1 @ batch2`
  default Tensor baddbmm(Tensor batch1, Tensor batch2, Number beta, Number alpha) {
    return VectorProducts.BADDBMM.tensor(self(), batch1, batch2, beta, alpha);
  }

  default Tensor baddbmm_(Tensor batch1, Tensor batch2, Number beta, Number alpha) {
    return VectorProducts.BADDBMM.mutating().tensor(self(), batch1, batch2, beta, alpha);
  }

  /// The sum of products over the last dimensions.
  default Tensor inner(Tensor other) {
    return VectorProducts.INNER.tensor(self(), other);
  }

  /// Each element of this vector times each of the other: `[n] x [m] -> [n, m]`.
  default Tensor outer(Tensor vec2) {
    return VectorProducts.OUTER_PRODUCT.tensor(self(), vec2);
  }

  /// As [#outer].
  default Tensor ger(Tensor vec2) {
    return VectorProducts.GER.tensor(self(), vec2);
  }
}
