package jtorch;

import org.jspecify.annotations.Nullable;

/// Reductions, orders, scans and samples as functions, `abs(x)` for `x.abs()`: each is the method of the same name, for [Torch] to inherit.
public abstract class ReductionFunctions extends ArrangingFunctions {
  ReductionFunctions() {}

  public static Tensor amax(Tensor input, long... dim) {
    return input.amax(dim);
  }

  public static Tensor amax(Tensor input, long dim, boolean keepdim) {
    return input.amax(dim, keepdim);
  }

  public static Tensor amin(Tensor input, long... dim) {
    return input.amin(dim);
  }

  public static Tensor[] aminmax(Tensor input) {
    return input.aminmax();
  }

  public static Tensor[] aminmax(Tensor input, @Nullable Long dim, boolean keepdim) {
    return input.aminmax(dim, keepdim);
  }

  public static Tensor any(Tensor input) {
    return input.any();
  }

  public static Tensor any(Tensor input, long dim, boolean keepdim) {
    return input.any(dim, keepdim);
  }

  public static Tensor argmax(Tensor input) {
    return input.argmax();
  }

  public static Tensor argmax(Tensor input, long dim) {
    return input.argmax(dim);
  }

  public static Tensor argmin(Tensor input) {
    return input.argmin();
  }

  public static Tensor argmin(Tensor input, long dim) {
    return input.argmin(dim);
  }

  public static Tensor argsort(Tensor input, long dim, boolean descending) {
    return input.argsort(dim, descending);
  }

  public static Tensor argsort(Tensor input) {
    return input.argsort();
  }

  public static Tensor bernoulli(Tensor input) {
    return input.bernoulli();
  }

  public static Tensor bincount(Tensor input, @Nullable Tensor weights, long minlength) {
    return input.bincount(weights, minlength);
  }

  public static Tensor bincount(Tensor input) {
    return input.bincount();
  }

  public static Tensor bucketize(Tensor input, Tensor boundaries, boolean right) {
    return input.bucketize(boundaries, right);
  }

  public static Tensor corrcoef(Tensor input) {
    return input.corrcoef();
  }

  public static Tensor countNonzero(Tensor input, long... dim) {
    return input.countNonzero(dim);
  }

  public static Tensor cov(Tensor input) {
    return input.cov();
  }

  public static Tensor cov(Tensor input, long correction, @Nullable Tensor fweights, @Nullable Tensor aweights) {
    return input.cov(correction, fweights, aweights);
  }

  public static ReductionMethods.ValuesAndIndices cummax(Tensor input, long dim) {
    return input.cummax(dim);
  }

  public static ReductionMethods.ValuesAndIndices cummin(Tensor input, long dim) {
    return input.cummin(dim);
  }

  public static Tensor cumprod(Tensor input, long dim) {
    return input.cumprod(dim);
  }

  public static Tensor cumsum(Tensor input, long dim) {
    return input.cumsum(dim);
  }

  public static Tensor cumsum(Tensor input, long dim, @Nullable DType dtype) {
    return input.cumsum(dim, dtype);
  }

  public static Tensor diff(Tensor input) {
    return input.diff();
  }

  public static Tensor diff(Tensor input, long n, long dim) {
    return input.diff(n, dim);
  }

  public static Tensor dist(Tensor input, Tensor other) {
    return input.dist(other);
  }

  public static Tensor dist(Tensor input, Tensor other, Number p) {
    return input.dist(other, p);
  }

  public static Tensor[] gradient(Tensor input) {
    return input.gradient();
  }

  public static Tensor[] gradient(Tensor input, Number spacing, long[] dim, long edgeOrder) {
    return input.gradient(spacing, dim, edgeOrder);
  }

  public static Tensor[] gradient(Tensor input, Tensor[] spacing, long[] dim, long edgeOrder) {
    return input.gradient(spacing, dim, edgeOrder);
  }

  public static Tensor histc(Tensor input, long bins, Number min, Number max) {
    return input.histc(bins, min, max);
  }

  public static StatisticsMethods.Histogram histogram(Tensor input, long bins) {
    return input.histogram(bins);
  }

  public static StatisticsMethods.Histogram histogram(Tensor input, long bins, double @Nullable [] range,
      @Nullable Tensor weight, boolean density) {
    return input.histogram(bins, range, weight, density);
  }

  public static StatisticsMethods.Histogram histogram(Tensor input, Tensor bins, @Nullable Tensor weight,
      boolean density) {
    return input.histogram(bins, weight, density);
  }

  public static Tensor isin(Tensor input, Tensor testElements) {
    return input.isin(testElements);
  }

  public static Tensor istft(Tensor input, long nFft, Tensor window) {
    return input.istft(nFft, window);
  }

  public static Tensor istft(Tensor input, long nFft, long hopLength, long winLength, @Nullable Tensor window,
      boolean center, boolean normalized, @Nullable Long length) {
    return input.istft(nFft, hopLength, winLength, window, center, normalized, length);
  }

  public static ReductionMethods.ValuesAndIndices kthvalue(Tensor input, long k, long dim, boolean keepdim) {
    return input.kthvalue(k, dim, keepdim);
  }

  public static Tensor logSoftmax(Tensor input, long dim) {
    return input.logSoftmax(dim);
  }

  public static Tensor logcumsumexp(Tensor input, long dim) {
    return input.logcumsumexp(dim);
  }

  public static Tensor logsumexp(Tensor input, long dim, boolean keepdim) {
    return input.logsumexp(dim, keepdim);
  }

  public static Tensor max(Tensor input) {
    return input.max();
  }

  public static ReductionMethods.ValuesAndIndices max(Tensor input, long dim) {
    return input.max(dim);
  }

  public static ReductionMethods.ValuesAndIndices max(Tensor input, long dim, boolean keepdim) {
    return input.max(dim, keepdim);
  }

  public static Tensor mean(Tensor input) {
    return input.mean();
  }

  public static Tensor mean(Tensor input, long... dim) {
    return input.mean(dim);
  }

  public static Tensor mean(Tensor input, long dim, boolean keepdim) {
    return input.mean(dim, keepdim);
  }

  public static Tensor mean(Tensor input, long[] dim, boolean keepdim) {
    return input.mean(dim, keepdim);
  }

  public static Tensor median(Tensor input) {
    return input.median();
  }

  public static ReductionMethods.ValuesAndIndices median(Tensor input, long dim, boolean keepdim) {
    return input.median(dim, keepdim);
  }

  public static Tensor min(Tensor input) {
    return input.min();
  }

  public static ReductionMethods.ValuesAndIndices min(Tensor input, long dim) {
    return input.min(dim);
  }

  public static ReductionMethods.ValuesAndIndices min(Tensor input, long dim, boolean keepdim) {
    return input.min(dim, keepdim);
  }

  public static ReductionMethods.ValuesAndIndices mode(Tensor input, long dim, boolean keepdim) {
    return input.mode(dim, keepdim);
  }

  public static Tensor msort(Tensor input) {
    return input.msort();
  }

  public static Tensor multinomial(Tensor input, long numSamples, boolean replacement) {
    return input.multinomial(numSamples, replacement);
  }

  public static Tensor nanmean(Tensor input) {
    return input.nanmean();
  }

  public static Tensor nanmean(Tensor input, long @Nullable [] dim, boolean keepdim) {
    return input.nanmean(dim, keepdim);
  }

  public static Tensor nanmean(Tensor input, long @Nullable [] dim, boolean keepdim, @Nullable DType dtype) {
    return input.nanmean(dim, keepdim, dtype);
  }

  public static Tensor nanmedian(Tensor input) {
    return input.nanmedian();
  }

  public static ReductionMethods.ValuesAndIndices nanmedian(Tensor input, long dim, boolean keepdim) {
    return input.nanmedian(dim, keepdim);
  }

  public static Tensor nanquantile(Tensor input, double q) {
    return input.nanquantile(q);
  }

  public static Tensor nanquantile(Tensor input, double q, long dim, boolean keepdim) {
    return input.nanquantile(q, dim, keepdim);
  }

  public static Tensor nanquantile(Tensor input, Tensor q, @Nullable Long dim, boolean keepdim, String interpolation) {
    return input.nanquantile(q, dim, keepdim, interpolation);
  }

  public static Tensor nansum(Tensor input) {
    return input.nansum();
  }

  public static Tensor nansum(Tensor input, long @Nullable [] dim, boolean keepdim) {
    return input.nansum(dim, keepdim);
  }

  public static Tensor nansum(Tensor input, long @Nullable [] dim, boolean keepdim, @Nullable DType dtype) {
    return input.nansum(dim, keepdim, dtype);
  }

  public static Tensor norm(Tensor input) {
    return input.norm();
  }

  public static Tensor norm(Tensor input, double p) {
    return input.norm(p);
  }

  public static Tensor norm(Tensor input, double p, long[] dim, boolean keepdim) {
    return input.norm(p, dim, keepdim);
  }

  public static Tensor prod(Tensor input) {
    return input.prod();
  }

  public static Tensor prod(Tensor input, long dim, boolean keepdim) {
    return input.prod(dim, keepdim);
  }

  public static Tensor quantile(Tensor input, double q) {
    return input.quantile(q);
  }

  public static Tensor quantile(Tensor input, double q, long dim, boolean keepdim) {
    return input.quantile(q, dim, keepdim);
  }

  public static Tensor quantile(Tensor input, Tensor q, @Nullable Long dim, boolean keepdim, String interpolation) {
    return input.quantile(q, dim, keepdim, interpolation);
  }

  public static Tensor renorm(Tensor input, Number p, long dim, Number maxnorm) {
    return input.renorm(p, dim, maxnorm);
  }

  public static Tensor softmax(Tensor input, long dim) {
    return input.softmax(dim);
  }

  public static ReductionMethods.ValuesAndIndices sort(Tensor input) {
    return input.sort();
  }

  public static ReductionMethods.ValuesAndIndices sort(Tensor input, long dim, boolean descending) {
    return input.sort(dim, descending);
  }

  public static ReductionMethods.ValuesAndIndices sort(Tensor input, boolean stable, long dim, boolean descending) {
    return input.sort(stable, dim, descending);
  }

  public static Tensor std(Tensor input) {
    return input.std();
  }

  public static Tensor std(Tensor input, long[] dim, double correction, boolean keepdim) {
    return input.std(dim, correction, keepdim);
  }

  public static Tensor stft(Tensor input, long nFft, Tensor window) {
    return input.stft(nFft, window);
  }

  public static Tensor stft(Tensor input, long nFft, long hopLength, long winLength, @Nullable Tensor window,
      boolean center, String padMode, boolean normalized, boolean onesided) {
    return input.stft(nFft, hopLength, winLength, window, center, padMode, normalized, onesided);
  }

  public static Tensor sum(Tensor input) {
    return input.sum();
  }

  public static Tensor sum(Tensor input, long... dim) {
    return input.sum(dim);
  }

  public static Tensor sum(Tensor input, long dim, boolean keepdim) {
    return input.sum(dim, keepdim);
  }

  public static Tensor sum(Tensor input, long[] dim, boolean keepdim) {
    return input.sum(dim, keepdim);
  }

  public static ReductionMethods.ValuesAndIndices topk(Tensor input, long k) {
    return input.topk(k);
  }

  public static ReductionMethods.ValuesAndIndices topk(Tensor input, long k, long dim, boolean largest,
      boolean sorted) {
    return input.topk(k, dim, largest, sorted);
  }

  public static Tensor unique(Tensor input) {
    return input.unique();
  }

  public static SortingMethods.Unique unique(Tensor input, long dim) {
    return input.unique(dim);
  }

  public static SortingMethods.Unique uniqueConsecutive(Tensor input) {
    return input.uniqueConsecutive();
  }

  public static SortingMethods.Unique uniqueConsecutive(Tensor input, long dim) {
    return input.uniqueConsecutive(dim);
  }

  public static Tensor var(Tensor input) {
    return input.var();
  }

  public static Tensor var(Tensor input, long[] dim, double correction, boolean keepdim) {
    return input.var(dim, correction, keepdim);
  }

  public static Tensor hashTensor(Tensor input) {
    return input.hashTensor();
  }

  public static Tensor hashTensor(Tensor input, long[] dim, boolean keepdim) {
    return input.hashTensor(dim, keepdim);
  }
}
