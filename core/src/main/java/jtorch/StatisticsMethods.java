package jtorch;

import jtorch.op.Distances;
import jtorch.op.Histograms;
import jtorch.op.Integrals;
import jtorch.op.ShortTimeFourier;
import jtorch.op.Statistics;
import org.jspecify.annotations.Nullable;

/// Covariances, quantiles, histograms, derivatives by differences, and spectra of windows.
public sealed interface StatisticsMethods permits Tensor {
  private Tensor self() {
    return (Tensor) this;
  }

  /// The counts, or sums of weights, in bins, and the edges of the bins.
  record Histogram(Tensor hist, Tensor binEdges) {}

  /// The covariances of variables (rows), estimated from observations (columns).
  default Tensor cov() {
    return cov(1, null, null);
  }

  /// The covariances of variables, divided by the number of observations less `correction`.
  ///
  /// @param fweights how often each observation was made: integers
  /// @param aweights how much each observation counts
  default Tensor cov(long correction, @Nullable Tensor fweights, @Nullable Tensor aweights) {
    return Statistics.COV.tensor(self(), correction, fweights, aweights);
  }

  /// The correlations of variables (rows), within [-1, 1].
  default Tensor corrcoef() {
    return Statistics.CORRCOEF.tensor(self());
  }

  /// The q-th quantile of all elements, 0 <= q <= 1, interpolated linearly; NaN if there is one.
  default Tensor quantile(double q) {
    return Statistics.QUANTILE_SCALAR.tensor(self(), q, null, false, "linear");
  }

  default Tensor quantile(double q, long dim, boolean keepdim) {
    return Statistics.QUANTILE_SCALAR.tensor(self(), q, dim, keepdim, "linear");
  }

  /// The quantiles for each q of a vector, in a new first dimension.
  ///
  /// @param dim null for all elements
  /// @param interpolation "linear", "lower", "higher", "midpoint" or "nearest"
  default Tensor quantile(Tensor q, @Nullable Long dim, boolean keepdim, String interpolation) {
    return Statistics.QUANTILE.tensor(self(), q, dim, keepdim, interpolation);
  }

  /// The q-th quantile of the elements that are not NaN.
  default Tensor nanquantile(double q) {
    return Statistics.NANQUANTILE_SCALAR.tensor(self(), q, null, false, "linear");
  }

  default Tensor nanquantile(double q, long dim, boolean keepdim) {
    return Statistics.NANQUANTILE_SCALAR.tensor(self(), q, dim, keepdim, "linear");
  }

  default Tensor nanquantile(Tensor q, @Nullable Long dim, boolean keepdim, String interpolation) {
    return Statistics.NANQUANTILE.tensor(self(), q, dim, keepdim, interpolation);
  }

  /// The histogram of all elements in `bins` equal bins between the least and the greatest.
  default Histogram histogram(long bins) {
    return histogram(bins, null, null, false);
  }

  /// The histogram of all elements in equal bins.
  ///
  /// @param range lowest and highest edge; null for the extremes of the data
  /// @param weight what each element counts; null for 1
  /// @param density whether the histogram's integral is to be 1
  default Histogram histogram(long bins, double @Nullable [] range, @Nullable Tensor weight, boolean density) {
    Tensor[] both = Histograms.HISTOGRAM.tensors(self(), bins, range, weight, density);
    return new Histogram(both[0], both[1]);
  }

  /// The histogram of all elements between sorted edges.
  default Histogram histogram(Tensor bins, @Nullable Tensor weight, boolean density) {
    Tensor[] both = Histograms.HISTOGRAM_BINS.tensors(self(), bins, weight, density);
    return new Histogram(both[0], both[1]);
  }

  /// Slices along a dimension whose p-norm is above `maxnorm` are scaled down to it.
  default Tensor renorm(Number p, long dim, Number maxnorm) {
    return Distances.RENORM.tensor(self(), p, dim, maxnorm);
  }

  default Tensor renorm_(Number p, long dim, Number maxnorm) {
    return Distances.RENORM.mutating().tensor(self(), p, dim, maxnorm);
  }

  /// Central differences along all dimensions, samples being 1 apart.
  default Tensor[] gradient() {
    return Integrals.GRADIENT.tensors(self(), null, null, 1L);
  }

  /// Central differences along some dimensions; at the edges one-sided ones, of first or second order.
  default Tensor[] gradient(Number spacing, long[] dim, long edgeOrder) {
    return Integrals.GRADIENT_SCALAR_ARRAY.tensors(self(), spacing, dim, edgeOrder);
  }

  /// Differences between samples at the given places, a vector for each dimension.
  default Tensor[] gradient(Tensor[] spacing, long[] dim, long edgeOrder) {
    return Integrals.GRADIENT_TENSORS_ARRAY.tensors(self(), spacing, dim, edgeOrder);
  }

  /// The spectra of windows of a signal, `nFft / 4` apart and centred: complex `[batch, frequencies, frames]`.
  ///
  /// @param window a vector of `nFft` weights
  default Tensor stft(long nFft, Tensor window) {
    return stft(nFft, nFft / 4, nFft, window, true, "reflect", false, !self().dtype().isComplex());
  }

  /// The spectra of windows of a signal.
  ///
  /// @param hopLength samples from one window to the next
  /// @param winLength the window's length, at most `nFft`
  /// @param center whether the signal is padded so that frame t is centred at sample `t * hopLength`
  /// @param onesided whether only the first `nFft / 2 + 1` frequencies are wanted
  default Tensor stft(long nFft, long hopLength, long winLength, @Nullable Tensor window, boolean center,
      String padMode, boolean normalized, boolean onesided) {
    return ShortTimeFourier.STFT_CENTER.tensor(self(), nFft, hopLength, winLength, window, center, padMode, normalized,
        onesided, true, null);
  }

  /// The signal of centred spectra, `nFft / 4` samples apart.
  default Tensor istft(long nFft, Tensor window) {
    return istft(nFft, nFft / 4, nFft, window, true, false, null);
  }

  /// The real signal whose spectra are closest to these.
  ///
  /// @param length samples of the signal; null for as many as the spectra cover
  default Tensor istft(long nFft, long hopLength, long winLength, @Nullable Tensor window, boolean center,
      boolean normalized, @Nullable Long length) {
    return ShortTimeFourier.ISTFT.tensor(self(), nFft, hopLength, winLength, window, center, normalized, null, length,
        false);
  }
}
