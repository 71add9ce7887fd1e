package jtorch.expr;

/// Functions of one float as the C library of Debian 12 and its contemporaries computes them, in float throughout.
///
/// PyTorch's kernels without vectors call these, and their last digits differ from those of its vectorized kernels.
///
/// **Source**: K. C. Ng, *fdlibm*, Sun Microsystems 1993, in I. L. Taylor's conversion to float: reductions and
/// coefficients of `expm1f`, `log1pf`, `erfcf`, `atanf` and `atan2f`, formulas of `sinhf` and `coshf`.
public final class LibraryFunctions {
  private static final float LN2_HIGH = 6.9313812256e-01f;
  private static final float LN2_LOW = 9.0580006145e-06f;
  private static final float SQRT2_LESS_1 = Float.intBitsToFloat(0x3ed413d7);
  private static final float SQRT_HALF_LESS_1 = Float.intBitsToFloat(0xbe95f61f);
  private static final int SQRT2_FRACTION = 0x3504f7;
  /// The polynomials have their highest powers first.
  private static final float[] LOG = {1.4798198640e-01f, 1.5313838422e-01f, 1.8183572590e-01f, 2.2222198546e-01f,
    2.8571429849e-01f, 4.0000000596e-01f, 6.6666668653e-01f};

  /// Of `6 (exp(x) + 1) / (exp(x) - 1)` in `x^2 / 2`.
  private static final float[] EXPM1 = {-2.0109921195e-07f, 4.0082177293e-06f, -7.9365076090e-05f, 1.5873016091e-03f,
    -3.3333335072e-02f, 1};

  private static final float PI_REST = -8.7422776573e-08f;
  /// The arcs whose tangents are 0.5, 1, 1.5 and infinite, and what they lack.
  private static final float[] ARCS = {4.6364760399e-01f, 7.8539812565e-01f, 9.8279368877e-01f, 1.5707962513e+00f};
  private static final float[] ARCS_REST =
      {5.0121582440e-09f, 3.7748947079e-08f, 3.4473217170e-08f, 7.5497894159e-08f};
  private static final float[] ATAN_EVEN = {1.6285819933e-02f, 4.9768779427e-02f, 6.6610731184e-02f, 9.0908870101e-02f,
    1.4285714924e-01f, 3.3333334327e-01f};
  private static final float[] ATAN_ODD =
      {-3.6531571299e-02f, -5.8335702866e-02f, -7.6918758452e-02f, -1.1111110449e-01f, -2.0000000298e-01f};

  /// `erf(1)`, in few digits.
  private static final float ERF_1 = 8.4506291151e-01f;
  private static final float[] NEAR_0 =
      {-2.3763017452e-05f, -5.7702702470e-03f, -2.8481749818e-02f, -3.2504209876e-01f, 1.2837916613e-01f};
  private static final float[] NEAR_0_DIVISOR =
      {-3.9602282413e-06f, 1.3249473704e-04f, 5.0813062117e-03f, 6.5022252500e-02f, 3.9791721106e-01f, 1};
  private static final float[] NEAR_1 = {-2.1663755178e-03f, 3.5478305072e-02f, -1.1089469492e-01f, 3.1834661961e-01f,
    -3.7220788002e-01f, 4.1485610604e-01f, -2.3621185683e-03f};
  private static final float[] NEAR_1_DIVISOR = {1.1984500103e-02f, 1.3637083583e-02f, 1.2617121637e-01f,
    7.1828655899e-02f, 5.4039794207e-01f, 1.0642088205e-01f, 1};
  private static final float[] MIDDLE = {-9.8143291473f, -8.1287437439e+01f, -1.8460508728e+02f, -1.6239666748e+02f,
    -6.2375331879e+01f, -1.0558626175e+01f, -6.9385856390e-01f, -9.8649440333e-03f};
  private static final float[] MIDDLE_DIVISOR = {-6.0424413532e-02f, 6.5702495575f, 1.0863500214e+02f,
    4.2900814819e+02f, 6.4538726807e+02f, 4.3456588745e+02f, 1.3765776062e+02f, 1.9651271820e+01f, 1};
  private static final float[] FAR = {-4.8351919556e+02f, -1.0250950928e+03f, -6.3756646729e+02f, -1.6063638306e+02f,
    -1.7757955551e+01f, -7.9928326607e-01f, -9.8649431020e-03f};
  private static final float[] FAR_DIVISOR = {-2.2440952301e+01f, 4.7452853394e+02f, 2.5530502930e+03f,
    3.1998581543e+03f, 1.5367296143e+03f, 3.2579251099e+02f, 3.0338060379e+01f, 1};

  private LibraryFunctions() {}

  private static float polynomial(float[] coefficients, float x) {
    float p = coefficients[0];
    for (int i = 1; i < coefficients.length; i++) p = coefficients[i] + x * p;
    return p;
  }

  /// `log(1 + x)`: `1 + x = 2^k (1 + f)` and a series in `f / (2 + f)`; what rounding `1 + x` takes away is added.
  public static float log1p(float x) {
    if (!(x > -1 && x < Float.POSITIVE_INFINITY)) return (float) Math.log1p(x);
    float size = Math.abs(x);
    if (size < 0x1p-29f) return size < 0x1p-54f ? x : x - x * x * 0.5f;
    if (x > SQRT_HALF_LESS_1 && x < SQRT2_LESS_1) return x - lost(x);
    float u = 1 + x;
    int bits = Float.floatToRawIntBits(u);
    int k = (bits >> 23) - 127;
    float rest = x >= 0x1p53f ? 0 : (k > 0 ? 1 - (u - x) : x - (u - 1)) / u;
    int fraction = bits & 0x7fffff;
    boolean small = fraction < SQRT2_FRACTION;
    if (!small) k++;
    float f = Float.intBitsToFloat(fraction | (small ? 0x3f800000 : 0x3f000000)) - 1;
    if (f == 0) return k * LN2_HIGH + (rest + k * LN2_LOW);
    float half = 0.5f * f * f;
    if (Math.abs(f) < 0x1p-20f) {
      float loss = half * (1 - 0.66666666666666666f * f);
      return k * LN2_HIGH - ((loss - (k * LN2_LOW + rest)) - f);
    }
    float s = f / (2 + f);
    float z = s * s;
    return k * LN2_HIGH - ((half - (s * (half + z * polynomial(LOG, z)) + (k * LN2_LOW + rest))) - f);
  }

  /// `f - log(1 + f)`.
  private static float lost(float f) {
    float half = 0.5f * f * f;
    float s = f / (2 + f);
    float z = s * s;
    return half - s * (half + z * polynomial(LOG, z));
  }

  /// `exp(x) - 1`: `x = k log(2) + r`, a rational function of r, and `2^k` times its value.
  static float expm1(float x) {
    float a = Math.abs(x);
    if (!(a < 88) || x < -18 || a < 0x1p-25f) return (float) Math.expm1(x);
    if (a <= 0.34657359f) {
      float square = x * (0.5f * x);
      return x - (x * rational(x, square) - square);
    }
    int k = a < 1.0397208f ? x > 0 ? 1 : -1 : (int) (1.4426950216f * x + (x > 0 ? 0.5f : -0.5f));
    float high = x - k * LN2_HIGH;
    float low = k * LN2_LOW;
    float r = high - low;
    float lost = high - r - low;
    float square = r * (0.5f * r);
    float e = r * (rational(r, square) - lost) - lost - square;
    if (k == -1) return 0.5f * (r - e) - 0.5f;
    if (k == 1) return r < -0.25f ? -2 * (e - (r + 0.5f)) : 1 + 2 * (r - e);
    if (k <= -2 || k > 56) return Math.scalb(1 - (e - r), k) - 1;
    float less = Math.scalb(1f, -k);
    return Math.scalb(k < 23 ? 1 - less - (e - r) : r - (e + less) + 1, k);
  }

  private static float rational(float r, float square) {
    float p = polynomial(EXPM1, square);
    float t = 3 - p * (0.5f * r);
    return square * ((p - t) / (6 - r * t));
  }

  /// The arc of a tangent: that of 0.5, 1, 1.5 or infinity, and a polynomial in the tangent of the rest.
  static float atan(float x) {
    float a = Math.abs(x);
    if (!(a < 0x1p25f) || a < 0x1p-29f) return (float) Math.atan(x);
    if (a < 0.4375f) return x - arcRest(x);
    int near = a < 0.6875f ? 0 : a < 1.1875f ? 1 : a < 2.4375f ? 2 : 3;
    float r = switch (near) {
      case 0 -> (2 * a - 1) / (2 + a);
      case 1 -> (a - 1) / (a + 1);
      case 2 -> (a - 1.5f) / (1 + 1.5f * a);
      default -> -1 / a;
    };
    float arc = ARCS[near] - (arcRest(r) - ARCS_REST[near] - r);
    return x < 0 ? -arc : arc;
  }

  /// `x - atan(x)`.
  private static float arcRest(float x) {
    float z = x * x;
    float w = z * z;
    return x * (z * polynomial(ATAN_EVEN, w) + w * polynomial(ATAN_ODD, w));
  }

  public static float atan2(float y, float x) {
    if (!Float.isFinite(x) || !Float.isFinite(y) || x == 0 || y == 0) return (float) Math.atan2(y, x);
    if (x == 1) return atan(y);
    int octaves = Math.getExponent(y) - Math.getExponent(x);
    if (Math.abs(octaves) > 50) return (float) Math.atan2(y, x);
    float arc = atan(Math.abs(y / x));
    if (x > 0) return Math.copySign(arc, y);
    return y > 0 ? (float) Math.PI - (arc - PI_REST) : arc - PI_REST - (float) Math.PI;
  }

  public static float sinh(float x) {
    float a = Math.abs(x);
    if (a < 0x1p-28f) return x;
    if (!(a < 22)) return (float) Math.sinh(x);
    float above = expm1(a);
    float twice = a < 1 ? 2 * above - above * above / (above + 1) : above + above / (above + 1);
    return Math.copySign(0.5f, x) * twice;
  }

  public static float cosh(float x) {
    float a = Math.abs(x);
    if (!(a < 22)) return (float) Math.cosh(x);
    if (a > 0.5f * (float) Math.log(2)) {
      float exp = (float) Math.exp(a);
      return 0.5f * exp + 0.5f / exp;
    }
    float above = expm1(a);
    return 1 + above * above / (2 * (1 + above));
  }

  /// `1 - erf(x)`.
  public static float erfc(float x) {
    float a = Math.abs(x);
    if (!(a < 28)) return Float.isNaN(x) ? x : x > 0 ? 0 : 2;
    if (a < 0.84375f) {
      if (a < 0x1p-26f) return 1 - x;
      float z = x * x;
      float y = polynomial(NEAR_0, z) / polynomial(NEAR_0_DIVISOR, z);
      return x < 0.25f ? 1 - (x + x * y) : 0.5f - (x * y + (x - 0.5f));
    }
    if (a < 1.25f) {
      float s = a - 1;
      float quotient = polynomial(NEAR_1, s) / polynomial(NEAR_1_DIVISOR, s);
      return x >= 0 ? 1 - ERF_1 - quotient : 1 + (ERF_1 + quotient);
    }
    if (x <= -6) return 2;
    float s = 1 / (a * a);
    boolean far = a >= Float.intBitsToFloat(0x4036db6d);
    float quotient = far ? polynomial(FAR, s) / polynomial(FAR_DIVISOR, s)
        : polynomial(MIDDLE, s) / polynomial(MIDDLE_DIVISOR, s);
    float z = Float.intBitsToFloat(Float.floatToRawIntBits(a) & 0xffffe000);
    float r = (float) Math.exp(-z * z - 0.5625f) * (float) Math.exp((z - a) * (z + a) + quotient);
    return x > 0 ? r / a : 2 - r / a;
  }
}
