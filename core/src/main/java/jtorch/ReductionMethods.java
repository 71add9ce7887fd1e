package jtorch;

import jtorch.op.Reductions;

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
}
