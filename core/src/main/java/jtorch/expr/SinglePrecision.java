package jtorch.expr;

/// Special functions computed in float arithmetic, step by step as PyTorch's CPU kernels do.
///
/// Where [SpecialFunctions], rounded, would be nearer to the truth, the difference shows: PyTorch's float digamma is off by
/// some 1e-5 near its poles, and what was trained or tested against it expects those numbers.
///
/// **Source**: the Cephes library's formulas: recurrence to x of at least 10, then Stirling's series; Chebyshev series.
public final class SinglePrecision {
  private static final float PSI_10 = 2.2517525890667211f;
  /// `B(2k) / (2k)`, the highest k first.
  private static final float[] STIRLING =
      {1f / 12, -691f / 32760, 1f / 132, -1f / 240, 1f / 252, -1f / 120, 1f / 12};

  private SinglePrecision() {}

  public static float sigmoid(float x) {
    return 1 / (1 + (float) Math.exp(-x));
  }

  public static float cosh(float x) {
    float a = Math.abs(x);
    if (a > 22) return (float) Math.cosh(x);
    if (a > 0.5f * (float) Math.log(2)) {
      float exp = (float) Math.exp(a);
      return 0.5f * exp + 0.5f / exp;
    }
    float above = (float) Math.expm1(a);
    return 1 + above * above / (2 * (1 + above));
  }

  public static float digamma(float x) {
    if (x == 0) return Math.copySign(Float.POSITIVE_INFINITY, -x);
    if (x < 0) {
      float fraction = x % 1;
      if (fraction == 0) return Float.NaN;
      return digamma(1 - x) - (float) (Math.PI / Math.tan(Math.PI * fraction));
    }
    float sum = 0;
    for (; x < 10; x++) sum -= 1 / x;
    if (x == 10) return sum + PSI_10;
    float tail = 0;
    if (x < 1e17f) {
      float u = 1 / (x * x);
      for (float c : STIRLING) tail = tail * u + c;
      tail *= u;
    }
    return sum + (float) Math.log(x) - 0.5f / x - tail;
  }

  public static float trigamma(float x) {
    if (x < 0.5f) {
      float sine = (float) Math.sin((float) Math.PI * x);
      return (float) Math.PI * (float) Math.PI / (sine * sine) - trigamma(1 - x);
    }
    float sum = 0;
    for (int i = 0; i < 6; i++, x++) sum += 1 / (x * x);
    float u = 1 / (x * x);
    return sum + (1 + 1 / (2 * x) + u * (1f / 6 - u * (1f / 30 - u * (1f / 42)))) / x;
  }

  public static float polygamma(float n, float x) {
    if (n == 0) return digamma(x);
    if (n == 1) return trigamma(x);
    float factorial = (float) Math.exp((float) SpecialFunctions.lgamma(n + 1));
    return (n % 2 == 0 ? -factorial : factorial) * zeta(n + 1, x);
  }

  /// The first term is a float, the others are doubles.
  public static float zeta(float x, float q) {
    if (!(x > 1) || q <= 0 && q == Math.rint(q)) return (float) SpecialFunctions.zeta(x, q);
    return (float) ((float) SpecialFunctions.pow(q, -x) + SpecialFunctions.zeta(x, q + 1.0));
  }

  public static float i0(float x) {
    return (float) Math.exp(Math.abs(x)) * i0e(x);
  }

  public static float i0e(float x) {
    float a = Math.abs(x);
    if (a <= 8) return chebyshev(SpecialFunctions.I0_NEAR, 30, a / 2 - 2);
    return chebyshev(SpecialFunctions.I0_FAR, 25, 32 / a - 2) / (float) Math.sqrt(a);
  }

  public static float i1(float x) {
    return (float) Math.exp(Math.abs(x)) * i1e(x);
  }

  public static float i1e(float x) {
    float a = Math.abs(x);
    float scaled = a <= 8 ? chebyshev(SpecialFunctions.I1_NEAR, 17, a / 2 - 2) * a
        : chebyshev(SpecialFunctions.I1_FAR, 7, 32 / a - 2) / (float) Math.sqrt(a);
    return x < 0 ? -scaled : scaled;
  }

  /// The first terms of a series, by Clenshaw's recurrence in twice the argument.
  private static float chebyshev(double[] c, int terms, float twice) {
    float current = 0;
    float next = 0;
    float afterNext = 0;
    for (int k = terms - 1; k >= 0; k--) {
      afterNext = next;
      next = current;
      current = twice * next - afterNext + (float) (k == 0 ? 2 * c[0] : c[k]);
    }
    return 0.5f * (current - afterNext);
  }
}
