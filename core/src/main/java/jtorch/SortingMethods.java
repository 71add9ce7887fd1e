package jtorch;

import jtorch.op.Scans;
import jtorch.op.Searching;
import jtorch.op.Sets;
import jtorch.op.Sorting;
import org.jspecify.annotations.Nullable;

/// Order, running sums, distinct elements and counts.
public sealed interface SortingMethods permits Tensor {
  private Tensor self() {
    return (Tensor) this;
  }

  private static ReductionMethods.ValuesAndIndices pair(Tensor[] both) {
    return new ReductionMethods.ValuesAndIndices(both[0], both[1]);
  }

  // ---- order -----------------------------------------------------------------------------------------------------

  /// Sorted along the last dimension, with the indices where the elements were. NaN counts as the greatest.
  default ReductionMethods.ValuesAndIndices sort() {
    return sort(-1, false);
  }

  default ReductionMethods.ValuesAndIndices sort(long dim, boolean descending) {
    return pair(Sorting.SORT.tensors(self(), dim, descending));
  }

  /// As [#sort(long, boolean)]; if `stable`, equal elements stay in their order.
  default ReductionMethods.ValuesAndIndices sort(boolean stable, long dim, boolean descending) {
    return pair(Sorting.SORT_STABLE.tensors(self(), stable, dim, descending));
  }

  /// The indices that sort a dimension.
  default Tensor argsort(long dim, boolean descending) {
    return Sorting.ARGSORT.tensor(self(), dim, descending);
  }

  default Tensor argsort() {
    return argsort(-1, false);
  }

  /// Sorted along the first dimension.
  default Tensor msort() {
    return Sorting.MSORT.tensor(self());
  }

  /// The k largest along the last dimension, the largest first.
  default ReductionMethods.ValuesAndIndices topk(long k) {
    return topk(k, -1, true, true);
  }

  /// The k largest (or smallest) along a dimension.
  default ReductionMethods.ValuesAndIndices topk(long k, long dim, boolean largest, boolean sorted) {
    return pair(Sorting.TOPK.tensors(self(), k, dim, largest, sorted));
  }

  /// The k-th smallest along a dimension, k from 1 on.
  default ReductionMethods.ValuesAndIndices kthvalue(long k, long dim, boolean keepdim) {
    return pair(Sorting.KTHVALUE.tensors(self(), k, dim, keepdim));
  }

  /// The middle one of all elements, of an even number the lower.
  default Tensor median() {
    return Sorting.MEDIAN.tensor(self());
  }

  default ReductionMethods.ValuesAndIndices median(long dim, boolean keepdim) {
    return pair(Sorting.MEDIAN_DIM.tensors(self(), dim, keepdim));
  }

  /// The middle one of all elements that are not NaN.
  default Tensor nanmedian() {
    return Sorting.NANMEDIAN.tensor(self());
  }

  default ReductionMethods.ValuesAndIndices nanmedian(long dim, boolean keepdim) {
    return pair(Sorting.NANMEDIAN_DIM.tensors(self(), dim, keepdim));
  }

  /// The most frequent one along a dimension.
  default ReductionMethods.ValuesAndIndices mode(long dim, boolean keepdim) {
    return pair(Sorting.MODE.tensors(self(), dim, keepdim));
  }

  // ---- running ---------------------------------------------------------------------------------------------------

  /// Element i is the sum of those up to i along a dimension; integers add up in int64.
  default Tensor cumsum(long dim) {
    return Scans.CUMSUM.tensor(self(), dim, null);
  }

  default Tensor cumsum(long dim, @Nullable DType dtype) {
    return Scans.CUMSUM.tensor(self(), dim, dtype);
  }

  default Tensor cumsum_(long dim) {
    return Scans.CUMSUM.mutating().tensor(self(), dim, null);
  }

  /// Element i is the product of those up to i along a dimension.
  default Tensor cumprod(long dim) {
    return Scans.CUMPROD.tensor(self(), dim, null);
  }

  /// The largest up to i, with its index.
  default ReductionMethods.ValuesAndIndices cummax(long dim) {
    return pair(Scans.CUMMAX.tensors(self(), dim));
  }

  /// The smallest up to i, with its index.
  default ReductionMethods.ValuesAndIndices cummin(long dim) {
    return pair(Scans.CUMMIN.tensors(self(), dim));
  }

  /// `log(cumsum(exp(self)))`, without overflow.
  default Tensor logcumsumexp(long dim) {
    return Scans.LOGCUMSUMEXP.tensor(self(), dim);
  }

  /// Differences of neighbours along the last dimension.
  default Tensor diff() {
    return diff(1, -1);
  }

  /// Differences of neighbours along a dimension, n times.
  default Tensor diff(long n, long dim) {
    return Scans.DIFF.tensor(self(), n, dim, null, null);
  }

  // ---- distinct elements, counts ---------------------------------------------------------------------------------

  /// Distinct elements, where each element went, and how often each is there.
  record Unique(Tensor values, Tensor inverse, Tensor counts) {}

  /// The elements, each once, in order.
  default Tensor unique() {
    return Sets.UNIQUE.tensors(self(), true, false, false)[0];
  }

  /// The elements, each once, in order, with inverse and counts.
  default Unique uniqueWithCounts() {
    return unique(Sets.UNIQUE.tensors(self(), true, true, true));
  }

  /// The rows along a dimension, each once, in lexicographic order.
  default Unique unique(long dim) {
    return unique(Sets.UNIQUE_DIM.tensors(self(), dim, true, true, true));
  }

  /// Runs of equal elements, each once.
  default Unique uniqueConsecutive() {
    return unique(Sets.UNIQUE_CONSECUTIVE.tensors(self(), true, true, null));
  }

  default Unique uniqueConsecutive(long dim) {
    return unique(Sets.UNIQUE_CONSECUTIVE.tensors(self(), true, true, dim));
  }

  private static Unique unique(Tensor[] all) {
    return new Unique(all[0], all[1], all[2]);
  }

  /// Whether each element is one of `testElements`.
  default Tensor isin(Tensor testElements) {
    return Sets.ISIN.tensor(self(), testElements, false, false);
  }

  /// How many elements are not zero, over dimensions; none given: over all.
  default Tensor countNonzero(long... dim) {
    return Searching.COUNT_NONZERO_DIMS.tensor(self(), dim);
  }

  /// How many elements lie in each of `bins` equal intervals; min and max both 0: between the extremes.
  default Tensor histc(long bins, Number min, Number max) {
    return Searching.HISTC.tensor(self(), bins, min, max);
  }

  /// How often each number is there, or the sum of its weights.
  default Tensor bincount(@Nullable Tensor weights, long minlength) {
    return Searching.BINCOUNT.tensor(self(), weights, minlength);
  }

  default Tensor bincount() {
    return bincount(null, 0);
  }

  /// The number of the bucket between sorted boundaries that each number falls into.
  default Tensor bucketize(Tensor boundaries, boolean right) {
    return Searching.BUCKETIZE.tensor(self(), boundaries, false, right);
  }

  default Tensor cumprod_(long dim) {
    return Scans.CUMPROD.mutating().tensor(self(), dim, null);
  }

  default Tensor cumprod_(long dim, @Nullable DType dtype) {
    return Scans.CUMPROD.mutating().tensor(self(), dim, dtype);
  }
}
