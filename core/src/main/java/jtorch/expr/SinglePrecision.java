package jtorch.expr;

/// Special functions computed in float arithmetic, step by step as PyTorch's CPU kernels do.
///
/// Where [SpecialFunctions], rounded, would be nearer to the truth, the difference shows: PyTorch's float digamma is off by
/// some 1e-5 near its poles, and what was trained or tested against it expects those numbers.
///
/// The circular and hyperbolic functions have their leading terms in twice a float's digits, in double here, and
/// polynomials in float. Their results are within 1 unit in the last place, and it shows which one: PyTorch compares
/// functions of integers without tolerance.
///
/// **Source**: the Cephes library's formulas: recurrence to x of at least 10, then Stirling's series; Chebyshev series.
/// Sleef's reductions and coefficients for [#cos], [#sinh], [#cosh] and [#atan2]: N. Shibata, F. Petrogalli,
/// *SLEEF: A Portable Vectorized Library of C Standard Mathematical Functions*, 2020. The quotient of [#tan]: W. Cody,
/// W. Waite, *Software Manual for the Elementary Functions*, 1980, chapter 9.
public final class SinglePrecision {
  private static final float PSI_10 = 2.2517525890667211f;
  /// `B(2k) / (2k)`, the highest k first.
  private static final float[] STIRLING =
      {1f / 12, -691f / 32760, 1f / 132, -1f / 240, 1f / 252, -1f / 120, 1f / 12};

  /// Half a turn in three parts that quarters are multiplied with exactly, and the largest angle for which these do.
  private static final float HALF_TURN = 3.1414794921875f;
  private static final float HALF_TURN_REST = 0.00011315941810607910156f;
  private static final float HALF_TURN_REST2 = 1.9841872589410058936e-09f;
  private static final float LARGEST_ANGLE = 125;
  /// A quarter turn in two parts, and the largest angle that is reduced by these.
  private static final double QUARTER_TURN = 0x1.921fb544p0;
  private static final double QUARTER_TURN_REST = 0x1.0b4611a626331p-34;
  private static final float LARGEST_TANGENT = 10_000;
  private static final double TAN_P1 = -0.958017723e-1;
  private static final double TAN_Q1 = -0.429135777;
  private static final double TAN_Q2 = 0.971685835e-2;
  private static final float LN2 = 0.693145751953125f;
  private static final float LN2_REST = 1.428606765330187045e-06f;
  private static final float[] EXP = {1.980960224e-4f, 1.394256484e-3f, 8.333456703e-3f, 4.166637361e-2f};
  private static final float[] ATAN = {-0.0017639791f, 0.01079009f, -0.03095646f, 0.05773651f, -0.08389507f,
    0.109463558f, -0.14262682f, 0.1999832f};

  private SinglePrecision() {}

  public static float sigmoid(float x) {
    return 1 / (1 + (float) Math.exp(-x));
  }

  /// Sine of the angle less its half turns, those at odd quarters, negative at every other.
  public static float cos(float x) {
    if (!(Math.abs(x) < LARGEST_ANGLE)) return (float) Math.cos(x);
    float quarters = Math.fma((float) Math.rint(Math.fma(x, (float) (1 / Math.PI), -0.5f)), 2, 1);
    double r = (double) x + quarters * (HALF_TURN / -2) + quarters * (HALF_TURN_REST / -2)
        + quarters * (HALF_TURN_REST2 / -2);
    double u = r * r;
    float head = (float) u;
    float p = Math.fma(Math.fma(2.608316e-6f, head, -1.9810691e-4f), head, 8.3330786e-3f);
    double sine = r * (1 + ((double) -0.1666666f + p * head) * u);
    return (float) (((int) quarters & 2) == 0 ? -sine : sine);
  }

  /// Cody and Waite's quotient, in double: too large by up to half a unit in the last place of the float.
  public static float tan(float x) {
    if (!(Math.abs(x) < LARGEST_TANGENT) || x == 0) return (float) Math.tan(x);
    float quarters = (float) Math.rint(x * (float) (2 / Math.PI));
    double r = x - quarters * QUARTER_TURN - quarters * QUARTER_TURN_REST;
    double u = r * r;
    double numerator = r + r * u * TAN_P1;
    double denominator = 1 + u * (TAN_Q1 + u * TAN_Q2);
    boolean odd = ((int) quarters & 1) != 0;
    return (float) (odd ? -denominator / numerator : numerator / denominator);
  }

  /// @see ReciprocalRoot
  public static float sqrt(float x) {
    return ReciprocalRoot.sqrt(x);
  }

  public static float sinh(float x) {
    float a = Math.abs(x);
    if (!(a <= 89)) return x * Float.POSITIVE_INFINITY;
    double above = expm1(a);
    float half = (float) (above + above / (1 + above)) * 0.5f;
    return Math.copySign(half, x);
  }

  public static float cosh(float x) {
    float a = Math.abs(x);
    if (!(a <= 89)) return a * Float.POSITIVE_INFINITY;
    double exp = 1 + expm1(a);
    return (float) (exp + 1 / exp) * 0.5f;
  }

  /// `exp(x) - 1` to some 30 bits, for `x >= 0`.
  private static double expm1(float x) {
    float k = (float) Math.rint(x * (float) (1 / Math.log(2)));
    double r = (double) x + k * -LN2 + k * -LN2_REST;
    double t = r * polynomial(EXP, (float) r) + 0.16666666f;
    t = r * t + 0.5;
    t = r + r * r * t;
    return k == 0 ? t : (1 + t) * Math.scalb(1.0, (int) k) - 1;
  }

  public static float atan2(float y, float x) {
    if (Float.isInfinite(x) || Float.isInfinite(y) || x == 0 || y == 0) return (float) Math.atan2(y, x);
    double tall = Math.abs((double) y);
    double wide = Math.abs((double) x);
    boolean steep = wide < tall;
    double s = steep ? -wide / tall : tall / wide;
    double u = s * s;
    float head = (float) u;
    double t = u * ((double) -0.33333287f + polynomial(ATAN, head) * head);
    float angle = (float) ((x < 0 ? steep ? -1 : -2 : steep ? 1 : 0) * (Math.PI / 2) + s * (1 + t));
    return Math.copySign(x < 0 ? -angle : angle, y);
  }

  private static float polynomial(float[] coefficients, float x) {
    float p = coefficients[0];
    for (int i = 1; i < coefficients.length; i++) p = Math.fma(p, x, coefficients[i]);
    return p;
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
    float sum = 0;
    float at = x;
    if (x < 0.5f) {
      float sine = (float) Math.sin((float) Math.PI * x);
      sum = -((float) Math.PI * (float) Math.PI / (sine * sine));
      at = 1 - x;
    }
    for (int i = 0; i < 6; i++, at++) sum += 1 / (at * at);
    float u = 1 / (at * at);
    float tail = Math.fma(u, Math.fma(-u, Math.fma(-u, 1f / 42, 1f / 30), 1f / 6), 1 + 1 / (2 * at));
    sum += tail / at;
    return x < 0.5f ? -sum : sum;
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

  /// `exp(x^2) erfc(x)`, in double at an argument that has been through `400 / (4 + x)` in float.
  public static float erfcx(float x) {
    if (x < -26.7f) return Float.POSITIVE_INFINITY;
    float a = Math.abs(x);
    if (x < 0) {
      double twice = 2 * Math.exp(x * x);
      return (float) (x < -6.1f ? twice : twice - erfcx(a));
    }
    if (a > 50) {
      double square = a * a;
      return (float) (0.56418958354775628695 * (square * (square + 4.5) + 2) / (a * (square * (square + 5) + 3.75)));
    }
    return (float) SpecialFunctions.erfcx(400.0 / (400 / (4 + a)) - 4);
  }

  public static float logNdtr(float x) {
    float t = x * (float) Math.sqrt(0.5);
    if (x < -1) return Math.fma(-t, t, (float) Math.log(erfcx(-t) / 2));
    return LibraryFunctions.log1p(-LibraryFunctions.erfc(t) / 2);
  }

  public static float xlog1py(float a, float b) {
    return a == 0 && !Float.isNaN(b) ? 0 : a * LibraryFunctions.log1p(b);
  }

  public static float i0(float x) {
    float a = Math.abs(x);
    float exp = (float) Math.exp(a);
    if (a <= 8) return exp * chebyshev(SpecialFunctions.I0_NEAR, 30, a / 2 - 2);
    return exp * chebyshev(SpecialFunctions.I0_FAR, 25, 32 / a - 2) / (float) Math.sqrt(a);
  }

  public static float i0e(float x) {
    float a = Math.abs(x);
    if (a <= 8) return chebyshev(SpecialFunctions.I0_NEAR, 30, a / 2 - 2);
    return chebyshev(SpecialFunctions.I0_FAR, 25, 32 / a - 2) / (float) Math.sqrt(a);
  }

  public static float i1(float x) {
    float a = Math.abs(x);
    float exp = (float) Math.exp(a);
    float value = a <= 8 ? exp * a * chebyshev(SpecialFunctions.I1_NEAR, 17, a / 2 - 2)
        : exp * chebyshev(SpecialFunctions.I1_FAR, 7, 32 / a - 2) / (float) Math.sqrt(a);
    return x < 0 ? -value : value;
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
      current = Math.fma(twice, next, -afterNext) + (float) (k == 0 ? 2 * c[0] : c[k]);
    }
    return 0.5f * (current - afterNext);
  }
}
