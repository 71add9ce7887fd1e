package jtorch.signal;

import java.util.function.UnaryOperator;
import jtorch.Tensor;
import jtorch.TensorOptions;
import jtorch.Torch;

/// Window functions: `torch.signal.windows`.
///
/// Each gives a vector of m values, the greatest 1. Symmetric ones (the default) are for filters; others are the first m
/// of m + 1 values, so that repeated they have the period m, which is what spectra need. **Source**:
/// `torch/signal/windows/windows.py`.
public final class Windows {
  private static final UnaryOperator<TensorOptions> DEFAULTS = o -> o;

  private Windows() {}

  private static void check(String name, long m) {
    if (m < 0) throw new IllegalArgumentException(name + " requires non-negative window length, got M=" + m);
  }

  /// The points from which a window of m values is computed, as if it had one more unless it is symmetric.
  private static double intervals(long m, boolean sym) {
    return sym ? m - 1 : m;
  }

  private static Tensor points(double start, double step, long m, UnaryOperator<TensorOptions> options) {
    return Torch.linspace(start, start + (m - 1) * step, m, options);
  }

  /// `a[0] - a[1] cos(2 pi k / (m - 1)) + a[2] cos(4 pi k / (m - 1)) - ...`
  public static Tensor generalCosine(long m, double[] a, boolean sym, UnaryOperator<TensorOptions> options) {
    check("general_cosine", m);
    if (a.length == 0) throw new IllegalArgumentException("general_cosine: Coefficients cannot be empty");
    if (m < 2) return Torch.ones(new long[] {m}, options);
    Tensor angle = points(0, 2 * Math.PI / intervals(m, sym), m, options);
    Tensor sum = angle.zerosLike();
    for (int i = 0; i < a.length; i++) sum = sum.add(angle.mul((long) i).cos().mul(i % 2 == 0 ? a[i] : -a[i]));
    return sum;
  }

  /// `alpha - (1 - alpha) cos(2 pi k / (m - 1))`
  public static Tensor generalHamming(long m, double alpha, boolean sym, UnaryOperator<TensorOptions> options) {
    return generalCosine(m, new double[] {alpha, 1 - alpha}, sym, options);
  }

  /// `0.54 - 0.46 cos(2 pi k / (m - 1))`
  public static Tensor hamming(long m) {
    return hamming(m, true, DEFAULTS);
  }

  public static Tensor hamming(long m, boolean sym, UnaryOperator<TensorOptions> options) {
    return generalHamming(m, 0.54, sym, options);
  }

  /// `sin^2(pi k / (m - 1))`
  public static Tensor hann(long m) {
    return hann(m, true, DEFAULTS);
  }

  public static Tensor hann(long m, boolean sym, UnaryOperator<TensorOptions> options) {
    return generalHamming(m, 0.5, sym, options);
  }

  /// Three terms: 0.42, 0.5, 0.08.
  public static Tensor blackman(long m) {
    return blackman(m, true, DEFAULTS);
  }

  public static Tensor blackman(long m, boolean sym, UnaryOperator<TensorOptions> options) {
    return generalCosine(m, new double[] {0.42, 0.5, 0.08}, sym, options);
  }

  /// Four terms, with low side lobes.
  public static Tensor nuttall(long m) {
    return nuttall(m, true, DEFAULTS);
  }

  public static Tensor nuttall(long m, boolean sym, UnaryOperator<TensorOptions> options) {
    return generalCosine(m, new double[] {0.3635819, 0.4891775, 0.1365995, 0.0106411}, sym, options);
  }

  /// A triangle: `1 - |2k / (m - 1) - 1|`.
  public static Tensor bartlett(long m) {
    return bartlett(m, true, DEFAULTS);
  }

  public static Tensor bartlett(long m, boolean sym, UnaryOperator<TensorOptions> options) {
    check("bartlett", m);
    if (m < 2) return Torch.ones(new long[] {m}, options);
    return points(-1, 2 / intervals(m, sym), m, options).abs().neg().add(1L);
  }

  /// `sin(pi (k + 1/2) / m)`
  public static Tensor cosine(long m) {
    return cosine(m, true, DEFAULTS);
  }

  public static Tensor cosine(long m, boolean sym, UnaryOperator<TensorOptions> options) {
    check("cosine", m);
    if (m == 0) return Torch.zeros(new long[] {0}, options);
    double step = Math.PI / (!sym && m > 1 ? m + 1 : m);
    return points(0.5 * step, step, m, options).sin();
  }

  /// `exp(-|k - center| / tau)`, the center in the middle.
  public static Tensor exponential(long m, double tau, boolean sym, UnaryOperator<TensorOptions> options) {
    return exponential(m, (!sym && m > 1 ? m : m - 1) / 2.0, tau, options);
  }

  /// `exp(-|k - center| / tau)`
  public static Tensor exponential(long m, double center, double tau, UnaryOperator<TensorOptions> options) {
    check("exponential", m);
    if (tau <= 0) throw new IllegalArgumentException("exponential: Tau must be positive, got: " + tau + " instead.");
    if (m == 0) return Torch.zeros(new long[] {0}, options);
    return points(-center / tau, 1 / tau, m, options).abs().neg().exp();
  }

  /// `exp(-((k - (m - 1) / 2) / std)^2 / 2)`
  public static Tensor gaussian(long m, double std, boolean sym, UnaryOperator<TensorOptions> options) {
    check("gaussian", m);
    if (std <= 0)
      throw new IllegalArgumentException("gaussian: Standard deviation must be positive, got: " + std + " instead.");
    if (m == 0) return Torch.zeros(new long[] {0}, options);
    double scale = 1 / (std * Math.sqrt(2));
    Tensor k = points(-(!sym && m > 1 ? m : m - 1) / 2.0 * scale, scale, m, options);
    return k.mul(k).neg().exp();
  }

  /// `I0(beta sqrt(1 - (2k / (m - 1) - 1)^2)) / I0(beta)`; a greater beta gives a narrower window.
  public static Tensor kaiser(long m, double beta, boolean sym, UnaryOperator<TensorOptions> options) {
    check("kaiser", m);
    if (beta < 0) throw new IllegalArgumentException("kaiser: beta must be non-negative, got: " + beta + " instead.");
    if (m < 2) return Torch.ones(new long[] {m}, options);
    Tensor scalar = Torch.full(new long[0], beta, options);
    double rounded = scalar.itemDouble();
    double step = 2 * rounded / intervals(m, sym);
    Tensor k = Torch.linspace(-rounded, Math.min(rounded, -rounded + (m - 1) * step), m, options);
    return scalar.mul(scalar).sub(k.mul(k)).sqrt().i0().div(scalar.i0());
  }
}
