package jtorch.expr;

/// Functions of double precision that Java's `Math` lacks, with PyTorch's values at poles, outside of their domains and
/// at infinity.
///
/// Relative errors are a few units in the last place unless a comment says otherwise. The approximations are Chebyshev
/// series computed with 50 digits for this class; the formulas are those of the *Digital Library of Mathematical
/// Functions*, dlmf.nist.gov, whose sections are named.
public final class SpecialFunctions {
  private static final double LN2 = Math.log(2);
  private static final double SQRT_PI = Math.sqrt(Math.PI);
  private static final double LOG_SQRT_TWO_PI = 0.5 * Math.log(2 * Math.PI);
  private static final double EPSILON = 0x1p-53;

  private SpecialFunctions() {}

  // Elementary functions

  /// As C's `pow`: unlike Java's it gives 1 for `1^NaN` and `(-1)^inf`.
  public static double pow(double a, double b) {
    return a == 1 || (a == -1 && Double.isInfinite(b)) ? 1 : Math.pow(a, b);
  }

  /// Exact for powers of two.
  public static double log2(double x) {
    if (!(x >= Double.MIN_NORMAL && x <= Double.MAX_VALUE)) {
      return x > 0 && x < 1 ? log2(x * 0x1p54) - 54 : Math.log(x);
    }
    int exponent = Math.getExponent(x);
    double mantissa = Math.scalb(x, -exponent);
    if (mantissa > 1.4142135623730951) {
      mantissa /= 2;
      exponent++;
    }
    return exponent + Math.log(mantissa) / LN2;
  }

  public static double asinh(double x) {
    double a = Math.abs(x);
    if (a > 0x1p28) return Math.copySign(Math.log(a) + LN2, x);
    return Math.copySign(Math.log1p(a + a * a / (1 + Math.sqrt(a * a + 1))), x);
  }

  public static double acosh(double x) {
    if (x < 1) return Double.NaN;
    if (x > 0x1p28) return Math.log(x) + LN2;
    double above = x - 1;
    return Math.log1p(above + Math.sqrt(above * (above + 2)));
  }

  public static double atanh(double x) {
    double a = Math.abs(x);
    return Math.copySign(0.5 * Math.log1p(2 * a / (1 - a)), x);
  }

  public static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  // Integers

  /// Wraps; a negative exponent gives 0 except for bases 1 and -1.
  public static long pow(long base, long exponent) {
    if (exponent < 0) return base == 1 ? 1 : base == -1 ? ((exponent & 1) == 0 ? 1 : -1) : 0;
    long result = 1;
    for (long factor = base; exponent != 0; exponent >>= 1, factor *= factor) {
      if ((exponent & 1) != 0) result *= factor;
    }
    return result;
  }

  /// The greatest common divisor, not negative.
  public static long gcd(long a, long b) {
    while (a != 0) {
      long rest = b % a;
      b = a;
      a = rest;
    }
    return Math.abs(b);
  }

  /// The least common multiple, not negative; 0 if one of them is 0.
  public static long lcm(long a, long b) {
    long divisor = gcd(a, b);
    return divisor == 0 ? 0 : Math.abs(a / divisor * b);
  }

  // Error functions, DLMF 7

  /// `erf(sqrt(u)) / sqrt(u)` for u in [0, 1], powers of u.
  private static final double[] ERF = {
    1.1283791670955126, -0.37612638903183754, 0.1128379167095512, -0.02686617064512984, 0.0052239776254232985,
    -0.000854832702193483, 0.00012055332902888736, -1.4925647567519332e-05, 1.6462045441468418e-06,
    -1.6364642158167616e-07, 1.4792401209404813e-08, -1.216456005728345e-09, 8.709045129053106e-11,
    -4.230945824295338e-12
  };

  /// `(1 + 2x) erfcx(x)` for x in [0, inf], in `(x - 3.75) / (x + 3.75)`.
  private static final double[] ERFCX = {
    1.1775789345674017, -0.004590054580646478, -0.08424913336651792, 0.05920993999819189, -0.026658668435305753,
    0.009074997670705265, -0.002413163540417608, 0.0004907758365258086, -6.916973302501207e-05, 4.13902798607301e-06,
    7.74038306619849e-07, -2.1886401049234397e-07, 1.076499946567091e-08, 4.521959811218287e-09,
    -7.754400208831351e-10, -6.318088340886684e-11, 2.86879501093067e-11, 1.9455868545777347e-13,
    -9.65469674843344e-13, 3.25254814814874e-14, 3.3478119482868056e-14, -1.864562880419313e-15,
    -1.2507950530688648e-15, 7.418235256624044e-17, 5.068148904796111e-17, -2.2370566594359995e-18,
    -2.187342944303018e-18
  };

  public static double erf(double x) {
    double a = Math.abs(x);
    if (a >= 1) return Math.copySign(1 - erfc(a), x);
    double u = x * x;
    double sum = 0;
    for (int i = ERF.length - 1; i >= 0; i--) sum = Math.fma(sum, u, ERF[i]);
    return x * sum;
  }

  public static double erfc(double x) {
    if (x < 0.5) return x > -1 ? 1 - erf(x) : 2 - erfc(-x);
    return x > 28 ? 0 : expOfMinusSquare(x) * erfcx(x);
  }

  /// `exp(x * x) * erfc(x)`.
  public static double erfcx(double x) {
    if (x < 0) return x < -27 ? Double.POSITIVE_INFINITY : 2 / expOfMinusSquare(x) - erfcx(-x);
    if (x > 1e8) return 1 / (x * SQRT_PI);
    return chebyshev(ERFCX, (x - 3.75) / (x + 3.75)) / (1 + 2 * x);
  }

  /// `exp(-x * x)` without the error that rounding the square would bring.
  private static double expOfMinusSquare(double x) {
    double square = x * x;
    return Math.exp(-square) * (1 - Math.fma(x, x, -square));
  }

  /// The inverse of erf: NaN outside of [-1, 1].
  public static double erfinv(double y) {
    double a = Math.abs(y);
    if (!(a < 1)) return a == 1 ? Math.copySign(Double.POSITIVE_INFINITY, y) : Double.NaN;
    double x = a < 0.5 ? a * SQRT_PI / 2 * (1 + Math.PI / 12 * a * a) : -roughQuantile((1 - a) / 2) * Math.sqrt(0.5);
    for (int i = 0; i < 3; i++) {
      double error = a < 0.5 ? erf(x) - a : (1 - a) - erfc(x);
      x = halley(x, error * SQRT_PI / 2 / Math.exp(-x * x), 2 * x);
    }
    return Math.copySign(x, y);
  }

  /// The quantile function of the normal distribution: NaN outside of [0, 1].
  /// `a log(1 + b)`, 0 where a is 0 unless b is NaN.
  public static double xlog1py(double a, double b) {
    return a == 0 && !Double.isNaN(b) ? 0 : a * Math.log1p(b);
  }

  /// The logarithm of the distribution function of the normal distribution.
  public static double logNdtr(double x) {
    double t = x * Math.sqrt(0.5);
    return x < -1 ? Math.log(erfcx(-t) / 2) - t * t : Math.log1p(-erfc(t) / 2);
  }

  public static double ndtri(double p) {
    if (!(p > 0 && p < 1)) {
      return p == 0 ? Double.NEGATIVE_INFINITY : p == 1 ? Double.POSITIVE_INFINITY : Double.NaN;
    }
    if (p > 0.25 && p < 0.75) return erfinv(2 * (p - 0.5)) * Math.sqrt(2);
    if (p > 0.5) return -ndtri(1 - p);
    double x = roughQuantile(p);
    for (int i = 0; i < 3; i++) {
      // All in units of the density, which underflows for the smallest p.
      double tail = 0.5 * erfcx(-x * Math.sqrt(0.5));
      double error = tail - p * Math.exp(x * x / 4) * Math.exp(x * x / 4);
      x = halley(x, error * Math.sqrt(2 * Math.PI), x);
    }
    return x;
  }

  /// A quantile of the lower half of the normal distribution to three digits: Abramowitz & Stegun 26.2.23.
  private static double roughQuantile(double p) {
    double t = Math.sqrt(-2 * Math.log(p));
    double numerator = 2.515517 + t * (0.802853 + t * 0.010328);
    return numerator / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))) - t;
  }

  /// A step of Halley's iteration for a function with `f / f' = newton` and `f'' / f' = -bend`.
  private static double halley(double x, double newton, double bend) {
    return x - newton / (1 + 0.5 * bend * newton);
  }

  // The gamma function and its kin, DLMF 5

  /// `lgamma(x) / ((x - 1)(x - 2))` for x in [1, 3], in `x - 2`.
  private static final double[] LGAMMA = {
    0.44148902545501423, -0.11119580321752523, 0.01951044826068884, -0.003922461463025264, 0.0008478989895953857,
    -0.00019153855341365593, 4.454470184975607e-05, -1.05728743735943e-05, 2.5474336873408417e-06,
    -6.208535880776316e-07, 1.5268677399071546e-07, -3.782637660291326e-08, 9.428100823624284e-09,
    -2.361999702184645e-09, 5.943541905817546e-10, -1.501312977072867e-10, 3.8050196458110534e-11,
    -9.672485299656325e-12, 2.465348198355661e-12, -6.298868140791711e-13, 1.6128460030283787e-13,
    -4.137949206814042e-14, 1.0635701227757898e-14, -2.7382420786652826e-15, 7.060670507214892e-16,
    -1.8232177141662118e-16, 4.714169006756272e-17, -1.2204107319639856e-17, 3.1630451661790255e-18,
    -8.206746544166728e-19
  };

  /// `B(2k) / (2k (2k - 1))`: Stirling's series of lgamma.
  private static final double[] STIRLING = {
    1.0 / 12, -1.0 / 360, 1.0 / 1260, -1.0 / 1680, 1.0 / 1188, -691.0 / 360360, 1.0 / 156, -3617.0 / 122400
  };

  /// `log |gamma(x)|`: infinite at 0 and the negative integers.
  public static double lgamma(double x) {
    if (!Double.isFinite(x)) return x * x;
    if (x <= 0) {
      if (x == Math.rint(x)) return Double.POSITIVE_INFINITY;
      return x > -1e-300 ? -Math.log(-x) : Math.log(Math.PI / Math.abs(x * sinPi(x))) - lgamma(-x);
    }
    if (x >= 10) return (x - 0.5) * Math.log(x) - x + LOG_SQRT_TWO_PI + stirling(x);
    if (x < 1) return lgamma(x + 1) - Math.log(x);
    double product = 1;
    while (x > 3) product *= --x;
    return (x - 1) * (x - 2) * chebyshev(LGAMMA, x - 2) + Math.log(product);
  }

  /// What Stirling's formula lacks, for x of at least 10.
  private static double stirling(double x) {
    double u = 1 / (x * x);
    double sum = 0;
    for (int i = STIRLING.length - 1; i >= 0; i--) sum = sum * u + STIRLING[i];
    return sum / x;
  }

  /// The derivative of lgamma; of opposite infinities on the sides of 0, NaN at the negative integers.
  public static double digamma(double x) {
    if (x == 0) return Math.copySign(Double.POSITIVE_INFINITY, -x);
    if (x < 0) {
      if (x == Math.rint(x)) return Double.NaN;
      return digamma(1 - x) - Math.PI / Math.tan(Math.PI * (x - Math.rint(x)));
    }
    double sum = 0;
    for (; x < 10; x++) sum -= 1 / x;
    if (x == Double.POSITIVE_INFINITY) return x;
    // Stirling's series, differentiated term by term.
    double u = 1 / (x * x);
    double tail = 0;
    for (int i = STIRLING.length - 1; i >= 0; i--) tail = tail * u + (2 * i + 1) * STIRLING[i];
    return sum + Math.log(x) - 0.5 / x - tail * u;
  }

  /// The derivative of digamma.
  public static double trigamma(double x) {
    if (x < 0.5) {
      double sine = sinPi(x);
      return Math.PI * Math.PI / (sine * sine) - trigamma(1 - x);
    }
    double sum = 0;
    for (; x < 10; x++) sum += 1 / (x * x);
    double u = 1 / (x * x);
    double tail = 0;
    for (int i = STIRLING.length - 1; i >= 0; i--) tail = tail * u + (2 * i + 1) * (2 * i + 2) * STIRLING[i];
    return sum + 1 / x + 0.5 * u + tail * u / x;
  }

  /// The n-th derivative of digamma for whole n.
  public static double polygamma(double n, double x) {
    if (n == 0) return digamma(x);
    if (n == 1) return trigamma(x);
    double magnitude = Math.exp(lgamma(n + 1)) * zeta(n + 1, x);
    return n % 2 == 0 ? -magnitude : magnitude;
  }

  /// `sin(pi x)`, exactly 0 at integers.
  private static double sinPi(double x) {
    double rest = x - 2 * Math.rint(x / 2);
    return Math.sin(Math.PI * (rest > 0.5 ? 1 - rest : rest < -0.5 ? -1 - rest : rest));
  }

  /// Hurwitz' zeta function `sum((q + k)^-x)` over all k from 0, by Euler and Maclaurin's formula, DLMF 25.11.
  ///
  /// Infinite at x = 1 and at the poles q = 0, -1, -2...; NaN for x < 1, and for q < 0 unless x is an integer.
  public static double zeta(double x, double q) {
    if (x == 1) return Double.POSITIVE_INFINITY;
    if (!(x > 1)) return Double.NaN;
    if (q <= 0) {
      if (q == Math.floor(q)) return Double.POSITIVE_INFINITY;
      if (x != Math.floor(x)) return Double.NaN;
    }
    double sum = 0;
    int terms = 0;
    for (; terms < 10 || q <= 10; terms++, q++) {
      double term = pow(q, -x);
      sum += term;
      if (Math.abs(term) < EPSILON * Math.abs(sum) && q > 0) return sum;
    }
    double power = pow(q, -x);
    sum += power * q / (x - 1) + 0.5 * power;
    // The k-th correction is B(2k) / (2k)! x (x + 1) ... (x + 2k - 2) q^(-x - 2k + 1).
    double rising = x * power / q;
    for (int k = 1; k <= STIRLING.length; k++) {
      double correction = STIRLING[k - 1] * rising / factorial(2 * k - 2);
      sum += correction;
      if (Math.abs(correction) < EPSILON * Math.abs(sum)) break;
      rising *= (x + 2 * k - 1) * (x + 2 * k) / (q * q);
    }
    return sum;
  }

  private static double factorial(int n) {
    double product = 1;
    for (int i = 2; i <= n; i++) product *= i;
    return product;
  }

  // The incomplete gamma functions, DLMF 8

  /// The regularized lower incomplete gamma function; NaN for negative arguments.
  public static double igamma(double a, double x) {
    if (!(x >= 0 && a >= 0)) return Double.NaN;
    if (a == 0) return x > 0 ? 1 : Double.NaN;
    if (x == 0) return 0;
    if (Double.isInfinite(a)) return Double.isInfinite(x) ? Double.NaN : 0;
    if (Double.isInfinite(x)) return 1;
    return x <= 1 || x <= a ? lowerSeries(a, x) : 1 - upperFraction(a, x);
  }

  /// The regularized upper incomplete gamma function, `1 - igamma(a, x)`; NaN for negative arguments.
  public static double igammac(double a, double x) {
    if (!(x >= 0 && a >= 0)) return Double.NaN;
    if (a == 0) return x > 0 ? 0 : Double.NaN;
    if (x == 0) return 1;
    if (Double.isInfinite(a)) return Double.isInfinite(x) ? Double.NaN : 1;
    if (Double.isInfinite(x)) return 0;
    if (x > 1.1 && x > a) return upperFraction(a, x);
    return x < 1.1 && a < 1 ? upperSeries(a, x) : 1 - lowerSeries(a, x);
  }

  /// `x^a exp(-x) / gamma(a + 1)`; for large a from the distance to the peak, as the three factors cancel.
  private static double gammaDensity(double a, double x) {
    if (a < 10) return Math.exp(a * Math.log(x) - x - lgamma(a + 1));
    double distance = (x - a) / a;
    double exponent = Math.abs(distance) < 0.1 ? logOfOnePlusMinus(distance) : Math.log(x / a) - distance;
    return Math.exp(a * exponent - stirling(a)) / Math.sqrt(2 * Math.PI * a);
  }

  /// `log(1 + u) - u` for small u, by `log(1 + u) = 2 atanh(u / (2 + u))`.
  private static double logOfOnePlusMinus(double u) {
    double t = u / (2 + u);
    double sum = 0;
    for (int k = 17; k >= 3; k -= 2) sum = sum * t * t + 1.0 / k;
    return t * (2 * t * t * sum - u);
  }

  private static double lowerSeries(double a, double x) {
    double sum = 1;
    double term = 1;
    for (double n = a + 1; term > sum * EPSILON; n++) {
      term *= x / n;
      sum += term;
    }
    return gammaDensity(a, x) * sum;
  }

  /// `1 - x^a / gamma(a + 1)` and the rest of the series, which keeps its digits for small a.
  private static double upperSeries(double a, double x) {
    double sum = 0;
    double power = 1;
    for (int n = 1; n < 100; n++) {
      power *= -x / n;
      double term = power / (a + n);
      sum += term;
      if (Math.abs(term) <= EPSILON * Math.abs(sum)) break;
    }
    double logarithm = a * Math.log(x) - lgamma(1 + a);
    return -Math.expm1(logarithm) - a * Math.exp(logarithm) * sum;
  }

  /// The continued fraction DLMF 8.9.2, by Lentz' method.
  private static double upperFraction(double a, double x) {
    double b = x + 1 - a;
    double c = 1 / Double.MIN_NORMAL;
    double d = 1 / b;
    double fraction = d;
    for (double n = 1; n < 1e6; n++) {
      double numerator = n * (a - n);
      b += 2;
      d = 1 / (numerator * d + b);
      c = b + numerator / c;
      fraction *= d * c;
      if (Math.abs(d * c - 1) <= 2 * EPSILON) break;
    }
    return gammaDensity(a, x) * a * fraction;
  }

  // Modified Bessel functions of the first kind, DLMF 10.25

  /// `exp(-x) I0(x)` for x in [0, 8], in `x / 4 - 1`.
  static final double[] I0_NEAR = {
    0.33839763720473803, -0.3046826723431984, 0.17162090152220877, -0.09490109704804764, 0.04930528423967071,
    -0.02373741480589947, 0.010546460394594998, -0.004324309995050576, 0.0016394756169413357, -0.0005763755745385824,
    0.00018850288509584165, -5.754195010082104e-05, 1.6448448070728896e-05, -4.4167383584587505e-06,
    1.1173875391201037e-06, -2.670793853940612e-07, 6.046995022541919e-08, -1.300025009986248e-08,
    2.6598237246823866e-09, -5.189795601635263e-10, 9.675809035373237e-11, -1.726826291441556e-11,
    2.95505266312964e-12, -4.856446783111929e-13, 7.676185498604936e-14, -1.1685332877993451e-14,
    1.715391285555133e-15, -2.431279846547955e-16, 3.3307945188222384e-17, -4.4153416464793395e-18,
    5.669178006921496e-19
  };

  /// `exp(-x) sqrt(x) I0(x)` for x from 8, in `16 / x - 1`.
  static final double[] I0_FAR = {
    0.4022452055070544, 0.0033691164782556943, 6.889758346916825e-05, 2.8913705208347567e-06, 2.0489185894690638e-07,
    2.266668990498178e-08, 3.3962320257083865e-09, 4.94060238822497e-10, 1.1889147107846439e-11,
    -3.1499165279632416e-11, -1.3215811840447713e-11, -1.7941785315068062e-12, 7.180124451383666e-13,
    3.8527783827421426e-13, 1.54008621752141e-14, -4.150569347287222e-14, -9.554846698828307e-15,
    3.8116806693526224e-15, 1.7725601330565263e-15, -3.425485619677219e-16, -2.8276239805165836e-16,
    3.461222867697461e-17, 4.46562142029676e-17, -4.830504485944182e-18, -7.233180487874754e-18,
    9.921475412173699e-19, 1.193650890845982e-18
  };

  /// `exp(-x) I1(x) / x` for x in [0, 8], in `x / 4 - 1`.
  static final double[] I1_NEAR = {
    0.12629359322181682, -0.17641651835783406, 0.1026436586898471, -0.05294598120809499, 0.024726449030626516,
    -0.010564084894626197, 0.004156422944312888, -0.0015135724506312532, 0.0005122859561685758,
    -0.00016176081582589674, 4.781565107550054e-05, -1.3273163656039436e-05, 3.4702513081376785e-06,
    -8.568720264695455e-07, 2.0032947535521353e-07, -4.445059128796328e-08, 9.381537386495773e-09,
    -1.8872497517228294e-09, 3.625590281552117e-10, -6.663489723502027e-11, 1.1736186298890901e-11,
    -1.9839743977649436e-12, 3.223793365945575e-13, -5.042185504727912e-14, 7.600684294735408e-15,
    -1.1055969477353862e-15, 1.5536319577362005e-16, -2.111421214358166e-17, 2.7779141127610464e-18,
    -3.541581772542136e-19
  };

  /// `exp(-x) sqrt(x) I1(x)` for x from 8, in `16 / x - 1`.
  static final double[] I1_FAR = {
    0.38928811750914005, -0.009761097491361469, -0.00011058893876262371, -3.882564808877691e-06,
    -2.512236237870209e-07, -2.6314688468895196e-08, -3.835380385964237e-09, -5.589743462196584e-10,
    -1.8974958123505413e-11, 3.2526035830154884e-11, 1.4125807436613782e-11, 2.0356285441470896e-12,
    -7.198551776245908e-13, -4.0835511110921974e-13, -2.1015418427726643e-14, 4.272440016711951e-14,
    1.0420276984128802e-14, -3.8144030724370075e-15, -1.8803547755107825e-15, 3.3082023109209285e-16,
    2.96262899764595e-16, -3.209525921993424e-17, -4.6503053684893586e-17, 4.414348323071708e-18,
    7.517296310842105e-18, -9.314178867326884e-19, -1.242193275194891e-18
  };

  public static double i0(double x) {
    return Math.exp(Math.abs(x)) * i0e(x);
  }

  /// `exp(-|x|) i0(x)`.
  public static double i0e(double x) {
    double a = Math.abs(x);
    return a <= 8 ? chebyshev(I0_NEAR, a / 4 - 1) : chebyshev(I0_FAR, 16 / a - 1) / Math.sqrt(a);
  }

  public static double i1(double x) {
    return Math.exp(Math.abs(x)) * i1e(x);
  }

  /// `exp(-|x|) i1(x)`.
  public static double i1e(double x) {
    double a = Math.abs(x);
    if (a <= 8) return chebyshev(I1_NEAR, a / 4 - 1) * x;
    return Math.copySign(chebyshev(I1_FAR, 16 / a - 1) / Math.sqrt(a), x);
  }

  /// The sum of `c[k] T_k(t)`, by Clenshaw's recurrence.
  private static double chebyshev(double[] c, double t) {
    double next = 0;
    double afterNext = 0;
    for (int k = c.length - 1; k > 0; k--) {
      double current = c[k] + 2 * t * next - afterNext;
      afterNext = next;
      next = current;
    }
    return c[0] + t * next - afterNext;
  }
}
