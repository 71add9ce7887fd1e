// Functions that the device has not, in double precision.
//
// The same steps as jtorch.expr.SpecialFunctions: change both.

namespace SpecialFunctions {

constexpr double LN2 = 0.6931471805599453;
constexpr double SQRT_PI = 1.7724538509055159;
constexpr double LOG_SQRT_TWO_PI = 0.9189385332046727;
constexpr double EPSILON = 1.1102230246251565e-16;
// Error functions, DLMF 7
// `erf(sqrt(u)) / sqrt(u)` for u in [0, 1], powers of u.
const double ERF[] = { 1.1283791670955126, -0.37612638903183754, 0.1128379167095512, -0.02686617064512984, 0.0052239776254232985, -0.000854832702193483, 0.00012055332902888736, -1.4925647567519332e-05, 1.6462045441468418e-06, -1.6364642158167616e-07, 1.4792401209404813e-08, -1.216456005728345e-09, 8.709045129053106e-11, -4.230945824295338e-12 };
// `(1 + 2x) erfcx(x)` for x in [0, inf], in `(x - 3.75) / (x + 3.75)`.
const double ERFCX[] = { 1.1775789345674017, -0.004590054580646478, -0.08424913336651792, 0.05920993999819189, -0.026658668435305753, 0.009074997670705265, -0.002413163540417608, 0.0004907758365258086, -6.916973302501207e-05, 4.13902798607301e-06, 7.74038306619849e-07, -2.1886401049234397e-07, 1.076499946567091e-08, 4.521959811218287e-09, -7.754400208831351e-10, -6.318088340886684e-11, 2.86879501093067e-11, 1.9455868545777347e-13, -9.65469674843344e-13, 3.25254814814874e-14, 3.3478119482868056e-14, -1.864562880419313e-15, -1.2507950530688648e-15, 7.418235256624044e-17, 5.068148904796111e-17, -2.2370566594359995e-18, -2.187342944303018e-18 };
// The gamma function and its kin, DLMF 5
// `lgamma(x) / ((x - 1)(x - 2))` for x in [1, 3], in `x - 2`.
const double LGAMMA[] = { 0.44148902545501423, -0.11119580321752523, 0.01951044826068884, -0.003922461463025264, 0.0008478989895953857, -0.00019153855341365593, 4.454470184975607e-05, -1.05728743735943e-05, 2.5474336873408417e-06, -6.208535880776316e-07, 1.5268677399071546e-07, -3.782637660291326e-08, 9.428100823624284e-09, -2.361999702184645e-09, 5.943541905817546e-10, -1.501312977072867e-10, 3.8050196458110534e-11, -9.672485299656325e-12, 2.465348198355661e-12, -6.298868140791711e-13, 1.6128460030283787e-13, -4.137949206814042e-14, 1.0635701227757898e-14, -2.7382420786652826e-15, 7.060670507214892e-16, -1.8232177141662118e-16, 4.714169006756272e-17, -1.2204107319639856e-17, 3.1630451661790255e-18, -8.206746544166728e-19 };
// `B(2k) / (2k (2k - 1))`: Stirling's series of lgamma.
const double STIRLING[] = { 1.0 / 12, -1.0 / 360, 1.0 / 1260, -1.0 / 1680, 1.0 / 1188, -691.0 / 360360, 1.0 / 156, -3617.0 / 122400 };
// Modified Bessel functions of the first kind, DLMF 10.25
// `exp(-x) I0(x)` for x in [0, 8], in `x / 4 - 1`.
const double I0_NEAR[] = { 0.33839763720473803, -0.3046826723431984, 0.17162090152220877, -0.09490109704804764, 0.04930528423967071, -0.02373741480589947, 0.010546460394594998, -0.004324309995050576, 0.0016394756169413357, -0.0005763755745385824, 0.00018850288509584165, -5.754195010082104e-05, 1.6448448070728896e-05, -4.4167383584587505e-06, 1.1173875391201037e-06, -2.670793853940612e-07, 6.046995022541919e-08, -1.300025009986248e-08, 2.6598237246823866e-09, -5.189795601635263e-10, 9.675809035373237e-11, -1.726826291441556e-11, 2.95505266312964e-12, -4.856446783111929e-13, 7.676185498604936e-14, -1.1685332877993451e-14, 1.715391285555133e-15, -2.431279846547955e-16, 3.3307945188222384e-17, -4.4153416464793395e-18, 5.669178006921496e-19 };
// `exp(-x) sqrt(x) I0(x)` for x from 8, in `16 / x - 1`.
const double I0_FAR[] = { 0.4022452055070544, 0.0033691164782556943, 6.889758346916825e-05, 2.8913705208347567e-06, 2.0489185894690638e-07, 2.266668990498178e-08, 3.3962320257083865e-09, 4.94060238822497e-10, 1.1889147107846439e-11, -3.1499165279632416e-11, -1.3215811840447713e-11, -1.7941785315068062e-12, 7.180124451383666e-13, 3.8527783827421426e-13, 1.54008621752141e-14, -4.150569347287222e-14, -9.554846698828307e-15, 3.8116806693526224e-15, 1.7725601330565263e-15, -3.425485619677219e-16, -2.8276239805165836e-16, 3.461222867697461e-17, 4.46562142029676e-17, -4.830504485944182e-18, -7.233180487874754e-18, 9.921475412173699e-19, 1.193650890845982e-18 };
// `exp(-x) I1(x) / x` for x in [0, 8], in `x / 4 - 1`.
const double I1_NEAR[] = { 0.12629359322181682, -0.17641651835783406, 0.1026436586898471, -0.05294598120809499, 0.024726449030626516, -0.010564084894626197, 0.004156422944312888, -0.0015135724506312532, 0.0005122859561685758, -0.00016176081582589674, 4.781565107550054e-05, -1.3273163656039436e-05, 3.4702513081376785e-06, -8.568720264695455e-07, 2.0032947535521353e-07, -4.445059128796328e-08, 9.381537386495773e-09, -1.8872497517228294e-09, 3.625590281552117e-10, -6.663489723502027e-11, 1.1736186298890901e-11, -1.9839743977649436e-12, 3.223793365945575e-13, -5.042185504727912e-14, 7.600684294735408e-15, -1.1055969477353862e-15, 1.5536319577362005e-16, -2.111421214358166e-17, 2.7779141127610464e-18, -3.541581772542136e-19 };
// `exp(-x) sqrt(x) I1(x)` for x from 8, in `16 / x - 1`.
const double I1_FAR[] = { 0.38928811750914005, -0.009761097491361469, -0.00011058893876262371, -3.882564808877691e-06, -2.512236237870209e-07, -2.6314688468895196e-08, -3.835380385964237e-09, -5.589743462196584e-10, -1.8974958123505413e-11, 3.2526035830154884e-11, 1.4125807436613782e-11, 2.0356285441470896e-12, -7.198551776245908e-13, -4.0835511110921974e-13, -2.1015418427726643e-14, 4.272440016711951e-14, 1.0420276984128802e-14, -3.8144030724370075e-15, -1.8803547755107825e-15, 3.3082023109209285e-16, 2.96262899764595e-16, -3.209525921993424e-17, -4.6503053684893586e-17, 4.414348323071708e-18, 7.517296310842105e-18, -9.314178867326884e-19, -1.242193275194891e-18 };

DEVICE double pow(double a, double b);
DEVICE i64 pow(i64 base, i64 exponent);
DEVICE i64 gcd(i64 a, i64 b);
DEVICE i64 lcm(i64 a, i64 b);
DEVICE double erf(double x);
DEVICE double erfc(double x);
DEVICE double erfcx(double x);
DEVICE double expOfMinusSquare(double x);
DEVICE double erfinv(double y);
DEVICE double xlog1py(double a, double b);
DEVICE double logNdtr(double x);
DEVICE double ndtri(double p);
DEVICE double roughQuantile(double p);
DEVICE double halley(double x, double newton, double bend);
DEVICE double lgamma(double x);
DEVICE double stirling(double x);
DEVICE double digamma(double x);
DEVICE double trigamma(double x);
DEVICE double polygamma(double n, double x);
DEVICE double sinPi(double x);
DEVICE double zeta(double x, double q);
DEVICE double factorial(int n);
DEVICE double igamma(double a, double x);
DEVICE double igammac(double a, double x);
DEVICE double gammaDensity(double a, double x);
DEVICE double logOfOnePlusMinus(double u);
DEVICE double lowerSeries(double a, double x);
DEVICE double upperSeries(double a, double x);
DEVICE double upperFraction(double a, double x);
DEVICE double i0(double x);
DEVICE double i0e(double x);
DEVICE double i1(double x);
DEVICE double i1e(double x);
template <int N>
DEVICE double chebyshev(const double (&c)[N], double t);

// Elementary functions
// As C's `pow`: unlike Java's it gives 1 for `1^NaN` and `(-1)^inf`.
DEVICE double pow(double a, double b) {
  return a == 1 || (a == -1 && m_isinf(b)) ? 1 : m_pow(a, b);
}

// Integers
// Wraps; a negative exponent gives 0 except for bases 1 and -1.
DEVICE i64 pow(i64 base, i64 exponent) {
  if (exponent < 0) return base == 1 ? 1 : base == -1 ? ((exponent & 1) == 0 ? 1 : -1) : 0;
  i64 result = 1;
  for (i64 factor = base; exponent != 0; exponent >>= 1, factor *= factor) {
    if ((exponent & 1) != 0) result *= factor;
  }
  return result;
}

// The greatest common divisor, not negative.
DEVICE i64 gcd(i64 a, i64 b) {
  while (a != 0) {
    i64 rest = b % a;
    b = a;
    a = rest;
  }
  return m_abs(b);
}

// The least common multiple, not negative; 0 if one of them is 0.
DEVICE i64 lcm(i64 a, i64 b) {
  i64 divisor = gcd(a, b);
  return divisor == 0 ? 0 : m_abs(a / divisor * b);
}

DEVICE double erf(double x) {
  double a = m_abs(x);
  if (a >= 1) return m_copysign(1 - erfc(a), x);
  double u = x * x;
  double sum = 0;
  for (int i = LENGTH(ERF) - 1; i >= 0; i--) sum = m_fma(sum, u, ERF[i]);
  return x * sum;
}

DEVICE double erfc(double x) {
  if (x < 0.5) return x > -1 ? 1 - erf(x) : 2 - erfc(-x);
  return x > 28 ? 0 : expOfMinusSquare(x) * erfcx(x);
}

// `exp(x * x) * erfc(x)`.
DEVICE double erfcx(double x) {
  if (x < 0) return x < -27 ? INF64 : 2 / expOfMinusSquare(x) - erfcx(-x);
  if (x > 1e8) return 1 / (x * SQRT_PI);
  return chebyshev(ERFCX, (x - 3.75) / (x + 3.75)) / (1 + 2 * x);
}

// `exp(-x * x)` without the error that rounding the square would bring.
DEVICE double expOfMinusSquare(double x) {
  double square = x * x;
  return m_exp(-square) * (1 - m_fma(x, x, -square));
}

// The inverse of erf: NaN outside of [-1, 1].
DEVICE double erfinv(double y) {
  double a = m_abs(y);
  if (!(a < 1)) return a == 1 ? m_copysign(INF64, y) : NAN64;
  double x = a < 0.5 ? a * SQRT_PI / 2 * (1 + PI64 / 12 * a * a) : -roughQuantile((1 - a) / 2) * m_sqrt(0.5);
  for (int i = 0; i < 3; i++) {
    double error = a < 0.5 ? erf(x) - a : (1 - a) - erfc(x);
    x = halley(x, error * SQRT_PI / 2 / m_exp(-x * x), 2 * x);
  }
  return m_copysign(x, y);
}

// The quantile function of the normal distribution: NaN outside of [0, 1].
// `a log(1 + b)`, 0 where a is 0 unless b is NaN.
DEVICE double xlog1py(double a, double b) {
  return a == 0 && !m_isnan(b) ? 0 : a * m_log1p(b);
}

// The logarithm of the distribution function of the normal distribution.
DEVICE double logNdtr(double x) {
  double t = x * m_sqrt(0.5);
  return x < -1 ? m_log(erfcx(-t) / 2) - t * t : m_log1p(-erfc(t) / 2);
}

// All in units of the density, which underflows for the smallest p.
DEVICE double ndtri(double p) {
  if (!(p > 0 && p < 1)) {
    return p == 0 ? (-INF64) : p == 1 ? INF64 : NAN64;
  }
  if (p > 0.25 && p < 0.75) return erfinv(2 * (p - 0.5)) * m_sqrt(2);
  if (p > 0.5) return -ndtri(1 - p);
  double x = roughQuantile(p);
  for (int i = 0; i < 3; i++) {
    double tail = 0.5 * erfcx(-x * m_sqrt(0.5));
    double error = tail - p * m_exp(x * x / 4) * m_exp(x * x / 4);
    x = halley(x, error * m_sqrt(2 * PI64), x);
  }
  return x;
}

// A quantile of the lower half of the normal distribution to three digits: Abramowitz & Stegun 26.2.23.
DEVICE double roughQuantile(double p) {
  double t = m_sqrt(-2 * m_log(p));
  double numerator = 2.515517 + t * (0.802853 + t * 0.010328);
  return numerator / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))) - t;
}

// A step of Halley's iteration for a function with `f / f' = newton` and `f'' / f' = -bend`.
DEVICE double halley(double x, double newton, double bend) {
  return x - newton / (1 + 0.5 * bend * newton);
}

// `log |gamma(x)|`: infinite at 0 and the negative integers.
DEVICE double lgamma(double x) {
  if (!m_isfinite(x)) return x * x;
  if (x <= 0) {
    if (x == rint(x)) return INF64;
    return x > -1e-300 ? -m_log(-x) : m_log(PI64 / m_abs(x * sinPi(x))) - lgamma(-x);
  }
  if (x >= 10) return (x - 0.5) * m_log(x) - x + LOG_SQRT_TWO_PI + stirling(x);
  if (x < 1) return lgamma(x + 1) - m_log(x);
  double product = 1;
  while (x > 3) product *= --x;
  return (x - 1) * (x - 2) * chebyshev(LGAMMA, x - 2) + m_log(product);
}

// What Stirling's formula lacks, for x of at least 10.
DEVICE double stirling(double x) {
  double u = 1 / (x * x);
  double sum = 0;
  for (int i = LENGTH(STIRLING) - 1; i >= 0; i--) sum = sum * u + STIRLING[i];
  return sum / x;
}

// The derivative of lgamma; of opposite infinities on the sides of 0, NaN at the negative integers.
// Stirling's series, differentiated term by term.
DEVICE double digamma(double x) {
  if (x == 0) return m_copysign(INF64, -x);
  if (x < 0) {
    if (x == rint(x)) return NAN64;
    return digamma(1 - x) - PI64 / m_tan(PI64 * (x - rint(x)));
  }
  double sum = 0;
  for (; x < 10; x++) sum -= 1 / x;
  if (x == INF64) return x;
  double u = 1 / (x * x);
  double tail = 0;
  for (int i = LENGTH(STIRLING) - 1; i >= 0; i--) tail = tail * u + (2 * i + 1) * STIRLING[i];
  return sum + m_log(x) - 0.5 / x - tail * u;
}

// The derivative of digamma.
DEVICE double trigamma(double x) {
  if (x < 0.5) {
    double sine = sinPi(x);
    return PI64 * PI64 / (sine * sine) - trigamma(1 - x);
  }
  double sum = 0;
  for (; x < 10; x++) sum += 1 / (x * x);
  double u = 1 / (x * x);
  double tail = 0;
  for (int i = LENGTH(STIRLING) - 1; i >= 0; i--) tail = tail * u + (2 * i + 1) * (2 * i + 2) * STIRLING[i];
  return sum + 1 / x + 0.5 * u + tail * u / x;
}

// The n-th derivative of digamma for whole n.
DEVICE double polygamma(double n, double x) {
  if (n == 0) return digamma(x);
  if (n == 1) return trigamma(x);
  double magnitude = m_exp(lgamma(n + 1)) * zeta(n + 1, x);
  return (i64) n % 2 == 0 ? -magnitude : magnitude;
}

// `sin(pi x)`, exactly 0 at integers.
DEVICE double sinPi(double x) {
  double rest = x - 2 * rint(x / 2);
  return m_sin(PI64 * (rest > 0.5 ? 1 - rest : rest < -0.5 ? -1 - rest : rest));
}

// Hurwitz' zeta function `sum((q + k)^-x)` over all k from 0, by Euler and Maclaurin's formula, DLMF 25.11.
// Infinite at x = 1 and at the poles q = 0, -1, -2...; NaN for x < 1, and for q < 0 unless x is an integer.
// The k-th correction is B(2k) / (2k)! x (x + 1) ... (x + 2k - 2) q^(-x - 2k + 1).
DEVICE double zeta(double x, double q) {
  if (x == 1) return INF64;
  if (!(x > 1)) return NAN64;
  if (q <= 0) {
    if (q == m_floor(q)) return INF64;
    if (x != m_floor(x)) return NAN64;
  }
  double sum = 0;
  int terms = 0;
  for (; terms < 10 || q <= 10; terms++, q++) {
    double term = pow(q, -x);
    sum += term;
    if (m_abs(term) < EPSILON * m_abs(sum) && q > 0) return sum;
  }
  double power = pow(q, -x);
  sum += power * q / (x - 1) + 0.5 * power;
  double rising = x * power / q;
  for (int k = 1; k <= LENGTH(STIRLING); k++) {
    double correction = STIRLING[k - 1] * rising / factorial(2 * k - 2);
    sum += correction;
    if (m_abs(correction) < EPSILON * m_abs(sum)) break;
    rising *= (x + 2 * k - 1) * (x + 2 * k) / (q * q);
  }
  return sum;
}

DEVICE double factorial(int n) {
  double product = 1;
  for (int i = 2; i <= n; i++) product *= i;
  return product;
}

// The incomplete gamma functions, DLMF 8
// The regularized lower incomplete gamma function; NaN for negative arguments.
DEVICE double igamma(double a, double x) {
  if (!(x >= 0 && a >= 0)) return NAN64;
  if (a == 0) return x > 0 ? 1 : NAN64;
  if (x == 0) return 0;
  if (m_isinf(a)) return m_isinf(x) ? NAN64 : 0;
  if (m_isinf(x)) return 1;
  return x <= 1 || x <= a ? lowerSeries(a, x) : 1 - upperFraction(a, x);
}

// The regularized upper incomplete gamma function, `1 - igamma(a, x)`; NaN for negative arguments.
DEVICE double igammac(double a, double x) {
  if (!(x >= 0 && a >= 0)) return NAN64;
  if (a == 0) return x > 0 ? 0 : NAN64;
  if (x == 0) return 1;
  if (m_isinf(a)) return m_isinf(x) ? NAN64 : 1;
  if (m_isinf(x)) return 0;
  if (x > 1.1 && x > a) return upperFraction(a, x);
  return x < 1.1 && a < 1 ? upperSeries(a, x) : 1 - lowerSeries(a, x);
}

// `x^a exp(-x) / gamma(a + 1)`; for large a from the distance to the peak, as the three factors cancel.
DEVICE double gammaDensity(double a, double x) {
  if (a < 10) return m_exp(a * m_log(x) - x - lgamma(a + 1));
  double distance = (x - a) / a;
  double exponent = m_abs(distance) < 0.1 ? logOfOnePlusMinus(distance) : m_log(x / a) - distance;
  return m_exp(a * exponent - stirling(a)) / m_sqrt(2 * PI64 * a);
}

// `log(1 + u) - u` for small u, by `log(1 + u) = 2 atanh(u / (2 + u))`.
DEVICE double logOfOnePlusMinus(double u) {
  double t = u / (2 + u);
  double sum = 0;
  for (int k = 17; k >= 3; k -= 2) sum = sum * t * t + 1.0 / k;
  return t * (2 * t * t * sum - u);
}

DEVICE double lowerSeries(double a, double x) {
  double sum = 1;
  double term = 1;
  for (double n = a + 1; term > sum * EPSILON; n++) {
    term *= x / n;
    sum += term;
  }
  return gammaDensity(a, x) * sum;
}

// `1 - x^a / gamma(a + 1)` and the rest of the series, which keeps its digits for small a.
DEVICE double upperSeries(double a, double x) {
  double sum = 0;
  double power = 1;
  for (int n = 1; n < 100; n++) {
    power *= -x / n;
    double term = power / (a + n);
    sum += term;
    if (m_abs(term) <= EPSILON * m_abs(sum)) break;
  }
  double logarithm = a * m_log(x) - lgamma(1 + a);
  return -m_expm1(logarithm) - a * m_exp(logarithm) * sum;
}

// The continued fraction DLMF 8.9.2, by Lentz' method.
DEVICE double upperFraction(double a, double x) {
  double b = x + 1 - a;
  double c = 1 / 2.2250738585072014e-308;
  double d = 1 / b;
  double fraction = d;
  for (double n = 1; n < 1e6; n++) {
    double numerator = n * (a - n);
    b += 2;
    d = 1 / (numerator * d + b);
    c = b + numerator / c;
    fraction *= d * c;
    if (m_abs(d * c - 1) <= 2 * EPSILON) break;
  }
  return gammaDensity(a, x) * a * fraction;
}

DEVICE double i0(double x) {
  return m_exp(m_abs(x)) * i0e(x);
}

// `exp(-|x|) i0(x)`.
DEVICE double i0e(double x) {
  double a = m_abs(x);
  return a <= 8 ? chebyshev(I0_NEAR, a / 4 - 1) : chebyshev(I0_FAR, 16 / a - 1) / m_sqrt(a);
}

DEVICE double i1(double x) {
  return m_exp(m_abs(x)) * i1e(x);
}

// `exp(-|x|) i1(x)`.
DEVICE double i1e(double x) {
  double a = m_abs(x);
  if (a <= 8) return chebyshev(I1_NEAR, a / 4 - 1) * x;
  return m_copysign(chebyshev(I1_FAR, 16 / a - 1) / m_sqrt(a), x);
}

// The sum of `c[k] T_k(t)`, by Clenshaw's recurrence.
template <int N>
DEVICE double chebyshev(const double (&c)[N], double t) {
  double next = 0;
  double afterNext = 0;
  for (int k = LENGTH(c) - 1; k > 0; k--) {
    double current = c[k] + 2 * t * next - afterNext;
    afterNext = next;
    next = current;
  }
  return c[0] + t * next - afterNext;
}

}
