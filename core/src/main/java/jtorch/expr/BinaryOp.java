package jtorch.expr;

/// A function of two numbers, with PyTorch's meaning at poles and NaN.
///
/// The string form is the name in Java case; loop vocabularies and other code generators find their function by it.
public enum BinaryOp {
  ADD("add"),
  SUB("sub"),
  MUL("mul"),
  /// The quotient; truncated for integers.
  DIV("div"),
  /// As C's `pow`; integers wrap, and a negative exponent gives 0 except for bases 1 and -1.
  POW("pow"),
  /// The smaller number; NaN if one of them is NaN.
  MIN("min"),
  /// The larger number; NaN if one of them is NaN.
  MAX("max"),
  /// The smaller number; NaN only if both are NaN.
  FMIN("fmin"),
  /// The larger number; NaN only if both are NaN.
  FMAX("fmax"),
  ATAN2("atan2"),
  HYPOT("hypot"),
  /// The remainder with the sign of the dividend.
  FMOD("fmod"),
  /// The remainder with the sign of the divisor, as Python's `%`.
  REMAINDER("remainder"),
  /// The quotient rounded down, as Python's `//`.
  FLOOR_DIVIDE("floorDivide"),
  /// The quotient rounded towards zero.
  TRUNC_DIVIDE("truncDivide"),
  COPYSIGN("copysign"),
  NEXTAFTER("nextafter"),
  BIT_AND("bitAnd"),
  BIT_OR("bitOr"),
  BIT_XOR("bitXor"),
  /// 0 where the distance is negative or not below the width.
  SHIFT_LEFT("shiftLeft"),
  /// With sign; all sign bits where the distance is negative or not below the width.
  SHIFT_RIGHT("shiftRight"),
  GCD("gcd"),
  LCM("lcm"),
  /// `a log(1 + b)`, 0 where a is 0 unless b is NaN.
  XLOG1PY("xlog1py"),
  /// `polygamma(n, x)`, the n-th derivative of digamma; n is a whole number.
  POLYGAMMA("polygamma"),
  /// Hurwitz' zeta function `zeta(x, q)`.
  ZETA("zeta"),
  /// The regularized lower incomplete gamma function `igamma(a, x)`.
  IGAMMA("igamma"),
  /// The regularized upper incomplete gamma function `igammac(a, x)`.
  IGAMMAC("igammac"),
  /// Orthogonal polynomials of a number and a degree: [OrthogonalPolynomials].
  CHEBYSHEV_POLYNOMIAL_T("chebyshevPolynomialT"),
  CHEBYSHEV_POLYNOMIAL_U("chebyshevPolynomialU"),
  CHEBYSHEV_POLYNOMIAL_V("chebyshevPolynomialV"),
  CHEBYSHEV_POLYNOMIAL_W("chebyshevPolynomialW"),
  HERMITE_POLYNOMIAL_H("hermitePolynomialH"),
  HERMITE_POLYNOMIAL_HE("hermitePolynomialHe"),
  LAGUERRE_POLYNOMIAL_L("laguerrePolynomialL"),
  LEGENDRE_POLYNOMIAL_P("legendrePolynomialP"),
  SHIFTED_CHEBYSHEV_POLYNOMIAL_T("shiftedChebyshevPolynomialT"),
  SHIFTED_CHEBYSHEV_POLYNOMIAL_U("shiftedChebyshevPolynomialU"),
  SHIFTED_CHEBYSHEV_POLYNOMIAL_V("shiftedChebyshevPolynomialV"),
  SHIFTED_CHEBYSHEV_POLYNOMIAL_W("shiftedChebyshevPolynomialW"),
  /// The complex number of a real and an imaginary part.
  COMPLEX("complex");

  private final String label;

  BinaryOp(String label) {
    this.label = label;
  }

  @Override
  public String toString() {
    return label;
  }
}
