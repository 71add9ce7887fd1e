package jtorch;

import jtorch.op.Fourier;
import org.jspecify.annotations.Nullable;

/// Discrete Fourier transforms: `torch.fft`.
///
/// The short forms transform the last dimension (`fft`), the last two (`fft2`) or all (`fftn`) with PyTorch's defaults. The
/// long ones take the number of points (the input is cut or padded with zeros; null for its size), the dimensions, and
/// the normalization: "backward" (null, the default) divides the inverse by the number of points, "forward" the
/// transform, "ortho" both by its root. Any length is fast; primes cost a few times as much as powers of two. Float32,
/// float64 and complex inputs; integers become float32. Gradients of any order.
///
/// ```java
/// Tensor spectrum = Fft.rfft(signal);
/// Tensor smooth = Fft.irfft(spectrum.mul(filter), signal.size(-1), -1, null);
/// ```
public final class Fft {
  private static final long[] LAST_TWO = {-2, -1};

  private Fft() {}

  // ---- one dimension ---------------------------------------------------------------------------------------------

  /// The discrete Fourier transform along the last dimension: `X[k] = sum of x[j] exp(-2 pi i j k / n)`; complex.
  public static Tensor fft(Tensor input) {
    return fft(input, null, -1, null);
  }

  public static Tensor fft(Tensor input, @Nullable Long n, long dim, @Nullable String norm) {
    return Fourier.FFT.tensor(input, n, dim, norm);
  }

  /// The inverse of [#fft], divided by n.
  public static Tensor ifft(Tensor input) {
    return ifft(input, null, -1, null);
  }

  public static Tensor ifft(Tensor input, @Nullable Long n, long dim, @Nullable String norm) {
    return Fourier.IFFT.tensor(input, n, dim, norm);
  }

  /// The first `n / 2 + 1` numbers of a real signal's transform; the others are their mirrored conjugates.
  public static Tensor rfft(Tensor input) {
    return rfft(input, null, -1, null);
  }

  public static Tensor rfft(Tensor input, @Nullable Long n, long dim, @Nullable String norm) {
    return Fourier.RFFT.tensor(input, n, dim, norm);
  }

  /// The inverse of [#rfft]: a real signal, of even length `2 (m - 1)` unless `n` says otherwise.
  public static Tensor irfft(Tensor input) {
    return irfft(input, null, -1, null);
  }

  public static Tensor irfft(Tensor input, @Nullable Long n, long dim, @Nullable String norm) {
    return Fourier.IRFFT.tensor(input, n, dim, norm);
  }

  /// The real transform of a signal given by its first half, the rest being mirrored conjugates.
  public static Tensor hfft(Tensor input) {
    return hfft(input, null, -1, null);
  }

  public static Tensor hfft(Tensor input, @Nullable Long n, long dim, @Nullable String norm) {
    return Fourier.HFFT.tensor(input, n, dim, norm);
  }

  /// The inverse of [#hfft]: the first half of the inverse transform of real numbers.
  public static Tensor ihfft(Tensor input) {
    return ihfft(input, null, -1, null);
  }

  public static Tensor ihfft(Tensor input, @Nullable Long n, long dim, @Nullable String norm) {
    return Fourier.IHFFT.tensor(input, n, dim, norm);
  }

  // ---- several dimensions ----------------------------------------------------------------------------------------

  /// The transform, over the last two dimensions.
  public static Tensor fft2(Tensor input) {
    return fft2(input, null, LAST_TWO, null);
  }

  public static Tensor fft2(Tensor input, long @Nullable [] s, long[] dim, @Nullable String norm) {
    return Fourier.FFT2.tensor(input, s, dim, norm);
  }

  /// The transform, over all dimensions.
  public static Tensor fftn(Tensor input) {
    return fftn(input, null, null, null);
  }

  public static Tensor fftn(Tensor input, long @Nullable [] s, long @Nullable [] dim, @Nullable String norm) {
    return Fourier.FFTN.tensor(input, s, dim, norm);
  }

  /// The inverse transform, over the last two dimensions.
  public static Tensor ifft2(Tensor input) {
    return ifft2(input, null, LAST_TWO, null);
  }

  public static Tensor ifft2(Tensor input, long @Nullable [] s, long[] dim, @Nullable String norm) {
    return Fourier.IFFT2.tensor(input, s, dim, norm);
  }

  /// The inverse transform, over all dimensions.
  public static Tensor ifftn(Tensor input) {
    return ifftn(input, null, null, null);
  }

  public static Tensor ifftn(Tensor input, long @Nullable [] s, long @Nullable [] dim, @Nullable String norm) {
    return Fourier.IFFTN.tensor(input, s, dim, norm);
  }

  /// The half spectrum of a real signal, over the last two dimensions.
  public static Tensor rfft2(Tensor input) {
    return rfft2(input, null, LAST_TWO, null);
  }

  public static Tensor rfft2(Tensor input, long @Nullable [] s, long[] dim, @Nullable String norm) {
    return Fourier.RFFT2.tensor(input, s, dim, norm);
  }

  /// The half spectrum of a real signal, over all dimensions.
  public static Tensor rfftn(Tensor input) {
    return rfftn(input, null, null, null);
  }

  public static Tensor rfftn(Tensor input, long @Nullable [] s, long @Nullable [] dim, @Nullable String norm) {
    return Fourier.RFFTN.tensor(input, s, dim, norm);
  }

  /// The inverse of `rfft2`: a real signal, over the last two dimensions.
  public static Tensor irfft2(Tensor input) {
    return irfft2(input, null, LAST_TWO, null);
  }

  public static Tensor irfft2(Tensor input, long @Nullable [] s, long[] dim, @Nullable String norm) {
    return Fourier.IRFFT2.tensor(input, s, dim, norm);
  }

  /// The inverse of `rfftn`: a real signal, over all dimensions.
  public static Tensor irfftn(Tensor input) {
    return irfftn(input, null, null, null);
  }

  public static Tensor irfftn(Tensor input, long @Nullable [] s, long @Nullable [] dim, @Nullable String norm) {
    return Fourier.IRFFTN.tensor(input, s, dim, norm);
  }

  /// The real transform of a signal whose second half, along the last dimension, is the mirrored conjugate, over the last two dimensions.
  public static Tensor hfft2(Tensor input) {
    return hfft2(input, null, LAST_TWO, null);
  }

  public static Tensor hfft2(Tensor input, long @Nullable [] s, long[] dim, @Nullable String norm) {
    return Fourier.HFFT2.tensor(input, s, dim, norm);
  }

  /// The real transform of a signal whose second half, along the last dimension, is the mirrored conjugate, over all dimensions.
  public static Tensor hfftn(Tensor input) {
    return hfftn(input, null, null, null);
  }

  public static Tensor hfftn(Tensor input, long @Nullable [] s, long @Nullable [] dim, @Nullable String norm) {
    return Fourier.HFFTN.tensor(input, s, dim, norm);
  }

  /// The inverse of `hfft2`, over the last two dimensions.
  public static Tensor ihfft2(Tensor input) {
    return ihfft2(input, null, LAST_TWO, null);
  }

  public static Tensor ihfft2(Tensor input, long @Nullable [] s, long[] dim, @Nullable String norm) {
    return Fourier.IHFFT2.tensor(input, s, dim, norm);
  }

  /// The inverse of `hfftn`, over all dimensions.
  public static Tensor ihfftn(Tensor input) {
    return ihfftn(input, null, null, null);
  }

  public static Tensor ihfftn(Tensor input, long @Nullable [] s, long @Nullable [] dim, @Nullable String norm) {
    return Fourier.IHFFTN.tensor(input, s, dim, norm);
  }

  // ---- frequencies -----------------------------------------------------------------------------------------------

  /// The frequencies of a transform of n samples, 1 apart: `0, 1, ..., -2, -1` over n.
  public static Tensor fftfreq(long n) {
    return fftfreq(n, 1);
  }

  /// The frequencies of a transform of n samples, d apart.
  public static Tensor fftfreq(long n, double d) {
    return Fourier.FFTFREQ.tensor(n, d, null, null, null, null);
  }

  /// The frequencies of [#rfft]: `0, 1, ..., n / 2` over n.
  public static Tensor rfftfreq(long n) {
    return rfftfreq(n, 1);
  }

  public static Tensor rfftfreq(long n, double d) {
    return Fourier.RFFTFREQ.tensor(n, d, null, null, null, null);
  }

  /// Moves frequency 0 to the middle, along all dimensions or some.
  public static Tensor fftshift(Tensor input, long... dim) {
    return Fourier.FFTSHIFT.tensor(input, dim.length == 0 ? null : dim);
  }

  /// The inverse of [#fftshift].
  public static Tensor ifftshift(Tensor input, long... dim) {
    return Fourier.IFFTSHIFT.tensor(input, dim.length == 0 ? null : dim);
  }
}
