package jtorch;

import jtorch.op.Bitwise;
import jtorch.op.Reductions;
import org.jspecify.annotations.Nullable;

/// Sums, means and extremes over dimensions.
public sealed interface ReductionMethods permits Tensor {
  private Tensor self() {
    return (Tensor) this;
  }

  /// The sum of all elements, 0-dim.
  default Tensor sum() {
    return Reductions.SUM_DIMS.tensor(self(), null, false, null);
  }

  /// The sum over dimensions.
  default Tensor sum(long... dim) {
    return Reductions.SUM_DIMS.tensor(self(), dim, false, null);
  }

  /// The sum over a dimension, which stays with size 1 if `keepdim`.
  default Tensor sum(long dim, boolean keepdim) {
    return Reductions.SUM_DIMS.tensor(self(), new long[] {dim}, keepdim, null);
  }

  default Tensor sum(long[] dim, boolean keepdim) {
    return Reductions.SUM_DIMS.tensor(self(), dim, keepdim, null);
  }

  /// The mean of all elements, 0-dim.
  default Tensor mean() {
    return Reductions.MEAN_DIMS.tensor(self(), null, false, null);
  }

  default Tensor mean(long... dim) {
    return Reductions.MEAN_DIMS.tensor(self(), dim, false, null);
  }

  default Tensor mean(long dim, boolean keepdim) {
    return Reductions.MEAN_DIMS.tensor(self(), new long[] {dim}, keepdim, null);
  }

  default Tensor mean(long[] dim, boolean keepdim) {
    return Reductions.MEAN_DIMS.tensor(self(), dim, keepdim, null);
  }

  /// The sum that undoes a broadcast from that size.
  default Tensor sumToSize(long... size) {
    return Reductions.SUM_TO_SIZE.tensor(self(), size);
  }

  // ---- extremes --------------------------------------------------------------------------------------------------

  /// Values along a dimension and where they stand.
  record ValuesAndIndices(Tensor values, Tensor indices) {}

  /// The greatest element, 0-dim; NaN if there is one.
  default Tensor max() {
    return Reductions.MAX.tensor(self());
  }

  /// The least element, 0-dim; NaN if there is one.
  default Tensor min() {
    return Reductions.MIN.tensor(self());
  }

  /// The maximum along a dimension and where it first stands.
  default ValuesAndIndices max(long dim) {
    return max(dim, false);
  }

  default ValuesAndIndices max(long dim, boolean keepdim) {
    Tensor[] both = Reductions.MAX_DIM.tensors(self(), dim, keepdim);
    return new ValuesAndIndices(both[0], both[1]);
  }

  /// The minimum along a dimension and where it first stands.
  default ValuesAndIndices min(long dim) {
    return min(dim, false);
  }

  default ValuesAndIndices min(long dim, boolean keepdim) {
    Tensor[] both = Reductions.MIN_DIM.tensors(self(), dim, keepdim);
    return new ValuesAndIndices(both[0], both[1]);
  }

  /// The maximum over dimensions; its gradient is shared evenly by equal elements.
  default Tensor amax(long... dim) {
    return Reductions.AMAX.tensor(self(), dim, false);
  }

  default Tensor amax(long dim, boolean keepdim) {
    return Reductions.AMAX.tensor(self(), new long[] {dim}, keepdim);
  }

  /// The minimum over dimensions; its gradient is shared evenly by equal elements.
  default Tensor amin(long... dim) {
    return Reductions.AMIN.tensor(self(), dim, false);
  }

  /// Where the maximum first stands in the flattened tensor.
  default Tensor argmax() {
    return Reductions.ARGMAX.tensor(self(), null, false);
  }

  /// Where the maximum along a dimension first stands.
  default Tensor argmax(long dim) {
    return Reductions.ARGMAX.tensor(self(), dim, false);
  }

  /// Where the minimum first stands in the flattened tensor.
  default Tensor argmin() {
    return Reductions.ARGMIN.tensor(self(), null, false);
  }

  default Tensor argmin(long dim) {
    return Reductions.ARGMIN.tensor(self(), dim, false);
  }

  // ---- truths ----------------------------------------------------------------------------------------------------

  /// Whether any element is not 0.
  default Tensor any() {
    return Reductions.ANY_DIMS.tensor(self(), null, false);
  }

  default Tensor any(long dim, boolean keepdim) {
    return Reductions.ANY_DIMS.tensor(self(), new long[] {dim}, keepdim);
  }

  /// Whether all elements are not 0.
  default Tensor all() {
    return Reductions.ALL_DIMS.tensor(self(), null, false);
  }

  default Tensor all(long dim, boolean keepdim) {
    return Reductions.ALL_DIMS.tensor(self(), new long[] {dim}, keepdim);
  }

  // ---- products, spread, norms -----------------------------------------------------------------------------------

  /// The product of all elements.
  default Tensor prod() {
    return Reductions.PROD.tensor(self(), (Object) null);
  }

  default Tensor prod(long dim, boolean keepdim) {
    return Reductions.PROD_DIM.tensor(self(), dim, keepdim, null);
  }

  /// The unbiased variance of all elements.
  default Tensor var() {
    return Reductions.VAR.tensor(self(), null, 1L, false);
  }

  /// The variance over dimensions: squares are divided by `n - correction`.
  default Tensor var(long[] dim, double correction, boolean keepdim) {
    return Reductions.VAR.tensor(self(), dim, correction, keepdim);
  }

  /// The root of the unbiased variance of all elements.
  default Tensor std() {
    return Reductions.STD.tensor(self(), null, 1L, false);
  }

  default Tensor std(long[] dim, double correction, boolean keepdim) {
    return Reductions.STD.tensor(self(), dim, correction, keepdim);
  }

  /// The Euclidean norm of all elements.
  default Tensor norm() {
    return norm(2);
  }

  /// `(sum |x|^p)^(1 / p)` of all elements.
  default Tensor norm(double p) {
    return Reductions.VECTOR_NORM.tensor(self(), p, null, false, null);
  }

  default Tensor norm(double p, long[] dim, boolean keepdim) {
    return Reductions.VECTOR_NORM.tensor(self(), p, dim, keepdim, null);
  }

  /// `log(sum(exp(x)))` over a dimension, without overflow.
  default Tensor logsumexp(long dim, boolean keepdim) {
    return Reductions.LOGSUMEXP.tensor(self(), new long[] {dim}, keepdim);
  }

  /// `exp(x) / sum(exp(x))` along a dimension.
  default Tensor softmax(long dim) {
    return jtorch.op.Softmax.SOFTMAX.tensor(self(), dim, null);
  }

  /// `log(softmax(x))` along a dimension.
  default Tensor logSoftmax(long dim) {
    return jtorch.op.Softmax.LOG_SOFTMAX.tensor(self(), dim, null);
  }

  /// Minimum and maximum at once: `{min, max}`, of a dimension or of all.
  default Tensor[] aminmax() {
    return Reductions.AMINMAX.tensors(self(), null, false);
  }

  default Tensor[] aminmax(@Nullable Long dim, boolean keepdim) {
    return Reductions.AMINMAX.tensors(self(), dim, keepdim);
  }

  /// The sum, with NaN counted as 0.
  default Tensor nansum() {
    return Reductions.NANSUM.tensor(self(), null, false, null);
  }

  default Tensor nansum(long @Nullable [] dim, boolean keepdim) {
    return Reductions.NANSUM.tensor(self(), dim, keepdim, null);
  }

  default Tensor nansum(long @Nullable [] dim, boolean keepdim, @Nullable DType dtype) {
    return Reductions.NANSUM.tensor(self(), dim, keepdim, dtype);
  }

  /// The mean of what is not NaN.
  default Tensor nanmean() {
    return Reductions.NANMEAN.tensor(self(), null, false, null);
  }

  default Tensor nanmean(long @Nullable [] dim, boolean keepdim) {
    return Reductions.NANMEAN.tensor(self(), dim, keepdim, null);
  }

  default Tensor nanmean(long @Nullable [] dim, boolean keepdim, @Nullable DType dtype) {
    return Reductions.NANMEAN.tensor(self(), dim, keepdim, dtype);
  }

  /// The p-norm of `self - other`.
  default Tensor dist(Tensor other) {
    return Reductions.DIST.tensor(self(), other, 2L);
  }

  default Tensor dist(Tensor other, Number p) {
    return Reductions.DIST.tensor(self(), other, p);
  }

  /// The exclusive or of the bits of all elements, as uint64: equal contents have equal hashes, whatever their order.
  default Tensor hashTensor() {
    return Bitwise.HASH_TENSOR.tensor(self(), new long[0], false, 0L);
  }

  /// The exclusive or along dimensions.
  ///
  /// @throws IndexOutOfBoundsException if such a dimension has no elements
  default Tensor hashTensor(long[] dim, boolean keepdim) {
    return Bitwise.HASH_TENSOR.tensor(self(), dim, keepdim, 0L);
  }
}
