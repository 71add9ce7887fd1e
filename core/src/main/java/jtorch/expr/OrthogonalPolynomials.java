package jtorch.expr;

/// Orthogonal polynomials of a whole degree n, which may come as a fraction and is cut then; 0 for negative n.
///
/// Computed step by step as PyTorch's CPU kernels do, in float or in double arithmetic, with products fused into sums: its
/// functions of integers are compared without tolerance. Inside of [-1, 1] the higher Chebyshev polynomials come from
/// their trigonometric forms.
///
/// **Source**: *Digital Library of Mathematical Functions*, dlmf.nist.gov, 18.5 and 18.9.
public final class OrthogonalPolynomials {
  private OrthogonalPolynomials() {}

  private static boolean even(long n) {
    return (n & 1) == 0;
  }

  /// The recurrence `r = twice * q - p` from degree 1 on, which all Chebyshev polynomials share.
  private static float chebyshev(float twice, float first, long n) {
    float p = 1;
    float q = first;
    for (long k = 2; k <= n && !Float.isNaN(q); k++) {
      float r = Math.fma(twice, q, -p);
      p = q;
      q = r;
    }
    return q;
  }

  private static double chebyshev(double twice, double first, long n) {
    double p = 1;
    double q = first;
    for (long k = 2; k <= n && !Double.isNaN(q); k++) {
      double r = Math.fma(twice, q, -p);
      p = q;
      q = r;
    }
    return q;
  }

  // ---- Chebyshev -------------------------------------------------------------------------------------------------

  /// The Chebyshev polynomial of the first kind.
  public static float chebyshevPolynomialT(float x, float degree) {
    long n = (long) degree;
    if (n < 0) return 0;
    if (Math.abs(x) == 1) return x > 0 || even(n) ? 1 : -1;
    if (n > 6 && Math.abs(x) < 1) {
      float angle = (float) Math.acos(x);
      return (float) Math.cos(n * angle);
    }
    if (n == 0) return 1;
    return chebyshev(x + x, x, n);
  }

  public static double chebyshevPolynomialT(double x, double degree) {
    long n = (long) degree;
    if (n < 0) return 0;
    if (Math.abs(x) == 1) return x > 0 || even(n) ? 1 : -1;
    if (n > 6 && Math.abs(x) < 1) {
      double angle = Math.acos(x);
      return Math.cos(n * angle);
    }
    if (n == 0) return 1;
    return chebyshev(x + x, x, n);
  }

  /// The Chebyshev polynomial of the second kind.
  public static float chebyshevPolynomialU(float x, float degree) {
    long n = (long) degree;
    if (n < 0) return 0;
    if (Math.abs(x) == 1) return x > 0 || even(n) ? n + 1 : -(n + 1);
    if (n > 8 && Math.abs(x) < 1) {
      float angle = (float) Math.acos(x);
      float sin = (float) Math.sin(angle);
      return sin != 0 ? (float) Math.sin((n + 1) * angle) / sin : (n + 1) * (float) Math.cos((n + 1) * angle) / x;
    }
    if (n == 0) return 1;
    return chebyshev(x + x, x + x, n);
  }

  public static double chebyshevPolynomialU(double x, double degree) {
    long n = (long) degree;
    if (n < 0) return 0;
    if (Math.abs(x) == 1) return x > 0 || even(n) ? n + 1 : -(n + 1);
    if (n > 8 && Math.abs(x) < 1) {
      double angle = Math.acos(x);
      double sin = Math.sin(angle);
      return sin != 0 ? Math.sin((n + 1) * angle) / sin : (n + 1) * Math.cos((n + 1) * angle) / x;
    }
    if (n == 0) return 1;
    return chebyshev(x + x, x + x, n);
  }

  /// The Chebyshev polynomial of the third kind.
  public static float chebyshevPolynomialV(float x, float degree) {
    long n = (long) degree;
    if (n < 0) return 0;
    if (Math.abs(x) == 1) return x > 0 ? 1 : even(n) ? n + n + 1 : -(n + n + 1);
    if (n > 8 && Math.abs(x) < 1) {
      float angle = (float) Math.acos(x);
      if ((float) Math.sin(angle / 2) != 1) return (float) Math.cos((n + 0.5f) * angle) / (float) Math.cos(angle / 2);
      return even(n) ? n + n + 1 : -(n + n + 1);
    }
    if (n == 0) return 1;
    return chebyshev(x + x, x + x - 1, n);
  }

  public static double chebyshevPolynomialV(double x, double degree) {
    long n = (long) degree;
    if (n < 0) return 0;
    if (Math.abs(x) == 1) return x > 0 ? 1 : even(n) ? n + n + 1 : -(n + n + 1);
    if (n > 8 && Math.abs(x) < 1) {
      double angle = Math.acos(x);
      if (Math.sin(angle / 2) != 1) return Math.cos((n + 0.5) * angle) / Math.cos(angle / 2);
      return even(n) ? n + n + 1 : -(n + n + 1);
    }
    if (n == 0) return 1;
    return chebyshev(x + x, x + x - 1, n);
  }

  /// The Chebyshev polynomial of the fourth kind.
  public static float chebyshevPolynomialW(float x, float degree) {
    long n = (long) degree;
    if (n < 0) return 0;
    if (Math.abs(x) == 1) return x > 0 ? n + n + 1 : even(n) ? 1 : -1;
    if (n > 8 && Math.abs(x) < 1) {
      float angle = (float) Math.acos(x);
      if ((float) Math.cos(angle / 2) != 1) return (float) Math.sin((n + 0.5f) * angle) / (float) Math.sin(angle / 2);
      return x > 0 ? n + n + 1 : even(n) ? 1 : -1;
    }
    if (n == 0) return 1;
    return chebyshev(x + x, x + x + 1, n);
  }

  public static double chebyshevPolynomialW(double x, double degree) {
    long n = (long) degree;
    if (n < 0) return 0;
    if (Math.abs(x) == 1) return x > 0 ? n + n + 1 : even(n) ? 1 : -1;
    if (n > 8 && Math.abs(x) < 1) {
      double angle = Math.acos(x);
      if (Math.cos(angle / 2) != 1) return Math.sin((n + 0.5) * angle) / Math.sin(angle / 2);
      return x > 0 ? n + n + 1 : even(n) ? 1 : -1;
    }
    if (n == 0) return 1;
    return chebyshev(x + x, x + x + 1, n);
  }

  // ---- Chebyshev, shifted to [0, 1] ------------------------------------------------------------------------------

  /// The Chebyshev polynomial of the first kind, of `2 x - 1`.
  public static float shiftedChebyshevPolynomialT(float x, float degree) {
    long n = (long) degree;
    if (n < 0) return 0;
    if (x == 1) return 1;
    if (x == 0) return even(n) ? 1 : -1;
    float t = x + x - 1;
    if (n > 6 && Math.abs(t) < 1) {
      float angle = (float) Math.acos(t);
      return (float) Math.cos(n * angle);
    }
    if (n == 0) return 1;
    return chebyshev(t + t, t, n);
  }

  public static double shiftedChebyshevPolynomialT(double x, double degree) {
    long n = (long) degree;
    if (n < 0) return 0;
    if (x == 1) return 1;
    if (x == 0) return even(n) ? 1 : -1;
    double t = x + x - 1;
    if (n > 6 && Math.abs(t) < 1) {
      double angle = Math.acos(t);
      return Math.cos(n * angle);
    }
    if (n == 0) return 1;
    return chebyshev(t + t, t, n);
  }

  /// The Chebyshev polynomial of the second kind, of `2 x - 1`.
  public static float shiftedChebyshevPolynomialU(float x, float degree) {
    long n = (long) degree;
    if (n < 0) return 0;
    if (x == 1) return n + 1;
    if (x == 0) return even(n) ? n + 1 : -(n + 1);
    float t = x + x - 1;
    if (n > 6 && Math.abs(t) < 1) {
      float angle = (float) Math.acos(t);
      float sin = (float) Math.sin(angle);
      return sin != 0 ? (float) Math.sin((n + 1) * angle) / sin : (n + 1) * (float) Math.cos((n + 1) * angle) / t;
    }
    if (n == 0) return 1;
    return chebyshev(t + t, t + t, n);
  }

  public static double shiftedChebyshevPolynomialU(double x, double degree) {
    long n = (long) degree;
    if (n < 0) return 0;
    if (x == 1) return n + 1;
    if (x == 0) return even(n) ? n + 1 : -(n + 1);
    double t = x + x - 1;
    if (n > 6 && Math.abs(t) < 1) {
      double angle = Math.acos(t);
      double sin = Math.sin(angle);
      return sin != 0 ? Math.sin((n + 1) * angle) / sin : (n + 1) * Math.cos((n + 1) * angle) / t;
    }
    if (n == 0) return 1;
    return chebyshev(t + t, t + t, n);
  }

  /// The Chebyshev polynomial of the third kind, of `2 x - 1`.
  public static float shiftedChebyshevPolynomialV(float x, float degree) {
    long n = (long) degree;
    if (n < 0) return 0;
    if (x == 1) return 1;
    if (x == 0) return even(n) ? n + n + 1 : -(n + n + 1);
    float t = x + x - 1;
    if (n > 6 && Math.abs(t) < 1) {
      float angle = (float) Math.acos(t);
      if ((float) Math.sin(angle / 2) != 1) return (float) Math.cos((n + 0.5f) * angle) / (float) Math.cos(angle / 2);
      return even(n) ? n + n + 1 : -(n + n + 1);
    }
    if (n == 0) return 1;
    return chebyshev(t + t, t + t - 1, n);
  }

  public static double shiftedChebyshevPolynomialV(double x, double degree) {
    long n = (long) degree;
    if (n < 0) return 0;
    if (x == 1) return 1;
    if (x == 0) return even(n) ? n + n + 1 : -(n + n + 1);
    double t = x + x - 1;
    if (n > 6 && Math.abs(t) < 1) {
      double angle = Math.acos(t);
      if (Math.sin(angle / 2) != 1) return Math.cos((n + 0.5) * angle) / Math.cos(angle / 2);
      return even(n) ? n + n + 1 : -(n + n + 1);
    }
    if (n == 0) return 1;
    return chebyshev(t + t, t + t - 1, n);
  }

  /// The Chebyshev polynomial of the fourth kind, of `2 x - 1`.
  public static float shiftedChebyshevPolynomialW(float x, float degree) {
    long n = (long) degree;
    if (n < 0) return 0;
    if (x == 1) return n + n + 1;
    if (x == 0) return even(n) ? 1 : -1;
    float t = x + x - 1;
    if (n > 4 && Math.abs(t) < 1) {
      float angle = (float) Math.acos(t);
      if ((float) Math.cos(angle / 2) != 1) return (float) Math.sin((n + 0.5f) * angle) / (float) Math.sin(angle / 2);
      return even(n) ? 1 : -1;
    }
    if (n == 0) return 1;
    return chebyshev(t + t, t + t + 1, n);
  }

  public static double shiftedChebyshevPolynomialW(double x, double degree) {
    long n = (long) degree;
    if (n < 0) return 0;
    if (x == 1) return n + n + 1;
    if (x == 0) return even(n) ? 1 : -1;
    double t = x + x - 1;
    if (n > 4 && Math.abs(t) < 1) {
      double angle = Math.acos(t);
      if (Math.cos(angle / 2) != 1) return Math.sin((n + 0.5) * angle) / Math.sin(angle / 2);
      return even(n) ? 1 : -1;
    }
    if (n == 0) return 1;
    return chebyshev(t + t, t + t + 1, n);
  }

  // ---- Hermite, Laguerre, Legendre -------------------------------------------------------------------------------

  /// The physicists' Hermite polynomial; NaN for degrees above 128.
  public static float hermitePolynomialH(float x, float degree) {
    if (!Float.isFinite(degree)) return 0;
    long n = (long) degree;
    if (n < 0) return 0;
    if (n == 0) return 1;
    if (n > 128) return Float.NaN;
    float p = 1;
    float q = x + x;
    for (long k = 2; k < n + n; k += 2) {
      float r = Math.fma(x + x, q, -(k * p));
      p = q;
      q = r;
    }
    return q;
  }

  /// The physicists' Hermite polynomial; NaN for degrees above 512.
  public static double hermitePolynomialH(double x, double degree) {
    if (!Double.isFinite(degree)) return 0;
    long n = (long) degree;
    if (n < 0) return 0;
    if (n == 0) return 1;
    if (n > 512) return Double.NaN;
    double p = 1;
    double q = x + x;
    for (long k = 2; k < n + n; k += 2) {
      double r = Math.fma(x + x, q, -(k * p));
      p = q;
      q = r;
    }
    return q;
  }

  /// The probabilists' Hermite polynomial; NaN for degrees above 128.
  public static float hermitePolynomialHe(float x, float degree) {
    long n = (long) degree;
    if (n < 0) return 0;
    if (n == 0) return 1;
    if (n > 128) return Float.NaN;
    float p = 1;
    float q = x;
    for (long k = 1; k < n; k++) {
      float r = Math.fma(x, q, -(k * p));
      p = q;
      q = r;
    }
    return q;
  }

  /// The probabilists' Hermite polynomial; NaN for degrees above 512.
  public static double hermitePolynomialHe(double x, double degree) {
    long n = (long) degree;
    if (n < 0) return 0;
    if (n == 0) return 1;
    if (n > 512) return Double.NaN;
    double p = 1;
    double q = x;
    for (long k = 1; k < n; k++) {
      double r = Math.fma(x, q, -(k * p));
      p = q;
      q = r;
    }
    return q;
  }

  public static float laguerrePolynomialL(float x, float degree) {
    long n = (long) degree;
    if (n < 0) return 0;
    if (n == 0 || x == 0) return 1;
    float p = 1;
    float q = 1 - x;
    for (long k = 1; k < n && !Float.isNaN(q); k++) {
      float r = Math.fma(k + k + (1 - x), q, -(k * p)) / (k + 1);
      p = q;
      q = r;
    }
    return q;
  }

  public static double laguerrePolynomialL(double x, double degree) {
    long n = (long) degree;
    if (n < 0) return 0;
    if (n == 0 || x == 0) return 1;
    double p = 1;
    double q = 1 - x;
    for (long k = 1; k < n && !Double.isNaN(q); k++) {
      double r = Math.fma(k + k + (1 - x), q, -(k * p)) / (k + 1);
      p = q;
      q = r;
    }
    return q;
  }

  public static float legendrePolynomialP(float x, float degree) {
    long n = (long) degree;
    if (n < 0) return 0;
    if (Math.abs(x) == 1) return x > 0 || even(n) ? 1 : -1;
    if (n == 0) return 1;
    float p = 1;
    float q = x;
    for (long k = 1; k < n && !Float.isNaN(q); k++) {
      float r = Math.fma((k + k + 1) * x, q, -(k * p)) / (k + 1);
      p = q;
      q = r;
    }
    return q;
  }

  public static double legendrePolynomialP(double x, double degree) {
    long n = (long) degree;
    if (n < 0) return 0;
    if (Math.abs(x) == 1) return x > 0 || even(n) ? 1 : -1;
    if (n == 0) return 1;
    double p = 1;
    double q = x;
    for (long k = 1; k < n && !Double.isNaN(q); k++) {
      double r = Math.fma((k + k + 1) * x, q, -(k * p)) / (k + 1);
      p = q;
      q = r;
    }
    return q;
  }
}
