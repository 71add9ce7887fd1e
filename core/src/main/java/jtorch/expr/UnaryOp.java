package jtorch.expr;

/// A function of one number, with PyTorch's meaning at poles, branch cuts and NaN.
///
/// The string form is the name in Java case; loop vocabularies and other code generators find their function by it.
public enum UnaryOp {
  NEG("neg"),
  ABS("abs"),
  /// -1, 0 or 1; 0 for NaN.
  SIGN("sign"),
  /// [#SIGN] for reals, `x / |x|` for complex numbers.
  SGN("sgn"),
  FLOOR("floor"),
  CEIL("ceil"),
  /// To the nearest integer, halves to the even one.
  ROUND("round"),
  TRUNC("trunc"),
  /// `x - trunc(x)`.
  FRAC("frac"),
  SQUARE("square"),
  SQRT("sqrt"),
  RSQRT("rsqrt"),
  RECIPROCAL("reciprocal"),
  EXP("exp"),
  EXP2("exp2"),
  EXPM1("expm1"),
  LOG("log"),
  LOG2("log2"),
  LOG10("log10"),
  LOG1P("log1p"),
  SIN("sin"),
  COS("cos"),
  TAN("tan"),
  ASIN("asin"),
  ACOS("acos"),
  ATAN("atan"),
  SINH("sinh"),
  COSH("cosh"),
  TANH("tanh"),
  ASINH("asinh"),
  ACOSH("acosh"),
  ATANH("atanh"),
  /// `1 / (1 + exp(-x))`.
  SIGMOID("sigmoid"),
  ERF("erf"),
  ERFC("erfc"),
  /// The inverse of [#ERF].
  ERFINV("erfinv"),
  /// `exp(x * x) * erfc(x)`.
  ERFCX("erfcx"),
  /// The logarithm of the absolute value of the gamma function.
  LGAMMA("lgamma"),
  DIGAMMA("digamma"),
  TRIGAMMA("trigamma"),
  /// Modified Bessel functions of the first kind; the `E` forms are multiplied by `exp(-|x|)`.
  I0("i0"),
  I0E("i0e"),
  I1("i1"),
  I1E("i1e"),
  /// The quantile function of the normal distribution.
  NDTRI("ndtri"),
  /// The logarithm of the distribution function of the normal distribution.
  LOG_NDTR("logNdtr"),
  /// The Airy function, Bessel functions of the first and second kind, modified ones, scaled by `exp(x)`, spherical:
  /// [BesselFunctions].
  AIRY_AI("airyAi"),
  BESSEL_J0("besselJ0"),
  BESSEL_J1("besselJ1"),
  BESSEL_Y0("besselY0"),
  BESSEL_Y1("besselY1"),
  MODIFIED_BESSEL_I0("modifiedBesselI0"),
  MODIFIED_BESSEL_I1("modifiedBesselI1"),
  MODIFIED_BESSEL_K0("modifiedBesselK0"),
  MODIFIED_BESSEL_K1("modifiedBesselK1"),
  SCALED_MODIFIED_BESSEL_K0("scaledModifiedBesselK0"),
  SCALED_MODIFIED_BESSEL_K1("scaledModifiedBesselK1"),
  SPHERICAL_BESSEL_J0("sphericalBesselJ0"),
  BIT_NOT("bitNot"),
  CONJ("conj"),
  REAL("real"),
  IMAG("imag"),
  /// 0 or pi for reals, the argument for complex numbers.
  ANGLE("angle"),
  IS_NAN("isNan", true),
  IS_INF("isInf", true),
  IS_FINITE("isFinite", true),
  SIGNBIT("signbit", true);

  private final String label;
  private final boolean predicate;

  UnaryOp(String label) {
    this(label, false);
  }

  UnaryOp(String label, boolean predicate) {
    this.label = label;
    this.predicate = predicate;
  }

  /// Whether the result is a truth.
  public boolean isPredicate() {
    return predicate;
  }

  @Override
  public String toString() {
    return label;
  }
}
