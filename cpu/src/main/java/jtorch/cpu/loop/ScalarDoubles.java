package jtorch.cpu.loop;

import jtorch.expr.SpecialFunctions;

/// The vocabulary of double loops.
final class ScalarDoubles {
  private ScalarDoubles() {}

  static double constant(double value) {
    return value;
  }

  static double parameter(long bits) {
    return Double.longBitsToDouble(bits);
  }

  static double neg(double x) {
    return -x;
  }

  static double abs(double x) {
    return Math.abs(x);
  }

  static double sign(double x) {
    return x > 0 ? 1 : x < 0 ? -1 : 0;
  }

  static double sgn(double x) {
    return sign(x);
  }

  static double floor(double x) {
    return Math.floor(x);
  }

  static double ceil(double x) {
    return Math.ceil(x);
  }

  static double round(double x) {
    return Math.rint(x);
  }

  static double trunc(double x) {
    return (x < 0 ? Math.ceil(x) : Math.floor(x));
  }

  static double frac(double x) {
    return x - trunc(x);
  }

  static double square(double x) {
    return x * x;
  }

  static double sqrt(double x) {
    return Math.sqrt(x);
  }

  static double rsqrt(double x) {
    return (1 / Math.sqrt(x));
  }

  static double reciprocal(double x) {
    return 1 / x;
  }

  static double exp2(double x) {
    return Math.pow(2, x);
  }

  static double log2(double x) {
    return SpecialFunctions.log2(x);
  }

  static double log10(double x) {
    return Math.log10(x);
  }

  static double sin(double x) {
    return Math.sin(x);
  }

  static double cos(double x) {
    return Math.cos(x);
  }

  static double tan(double x) {
    return Math.tan(x);
  }

  static double asin(double x) {
    return Math.asin(x);
  }

  static double acos(double x) {
    return Math.acos(x);
  }

  static double atan(double x) {
    return Math.atan(x);
  }

  static double sinh(double x) {
    return Math.sinh(x);
  }

  static double cosh(double x) {
    return Math.cosh(x);
  }

  static double asinh(double x) {
    return SpecialFunctions.asinh(x);
  }

  static double acosh(double x) {
    return SpecialFunctions.acosh(x);
  }

  static double atanh(double x) {
    return SpecialFunctions.atanh(x);
  }

  static double erf(double x) {
    return SpecialFunctions.erf(x);
  }

  static double erfc(double x) {
    return SpecialFunctions.erfc(x);
  }

  static double erfinv(double x) {
    return SpecialFunctions.erfinv(x);
  }

  static double erfcx(double x) {
    return SpecialFunctions.erfcx(x);
  }

  static double lgamma(double x) {
    return SpecialFunctions.lgamma(x);
  }

  static double digamma(double x) {
    return SpecialFunctions.digamma(x);
  }

  static double trigamma(double x) {
    return SpecialFunctions.trigamma(x);
  }

  static double i0(double x) {
    return SpecialFunctions.i0(x);
  }

  static double i0e(double x) {
    return SpecialFunctions.i0e(x);
  }

  static double i1(double x) {
    return SpecialFunctions.i1(x);
  }

  static double i1e(double x) {
    return SpecialFunctions.i1e(x);
  }

  static double ndtri(double x) {
    return SpecialFunctions.ndtri(x);
  }

  static double logNdtr(double x) {
    return SpecialFunctions.logNdtr(x);
  }

  static double conj(double x) {
    return x;
  }

  static double real(double x) {
    return x;
  }

  static double imag(double x) {
    return 0;
  }

  static double angle(double x) {
    return Double.isNaN(x) ? x : x < 0 ? Math.PI : 0;
  }

  static boolean isNan(double x) {
    return Double.isNaN(x);
  }

  static boolean isInf(double x) {
    return Double.isInfinite(x);
  }

  static boolean isFinite(double x) {
    return Double.isFinite(x);
  }

  static boolean signbit(double x) {
    return Double.doubleToRawLongBits(x) < 0;
  }

  static double add(double a, double b) {
    return a + b;
  }

  static double sub(double a, double b) {
    return a - b;
  }

  static double mul(double a, double b) {
    return a * b;
  }

  static double div(double a, double b) {
    return a / b;
  }

  static double pow(double a, double b) {
    return SpecialFunctions.pow(a, b);
  }

  static double min(double a, double b) {
    return Math.min(a, b);
  }

  static double max(double a, double b) {
    return Math.max(a, b);
  }

  static double fmin(double a, double b) {
    return Double.isNaN(a) ? b : Double.isNaN(b) ? a : Math.min(a, b);
  }

  static double fmax(double a, double b) {
    return Double.isNaN(a) ? b : Double.isNaN(b) ? a : Math.max(a, b);
  }

  static double atan2(double a, double b) {
    return Math.atan2(a, b);
  }

  static double hypot(double a, double b) {
    return Math.hypot(a, b);
  }

  static double fmod(double a, double b) {
    return a % b;
  }

  static double remainder(double a, double b) {
    double modulus = a % b;
    return modulus != 0 && (b < 0) != (modulus < 0) ? modulus + b : modulus;
  }

  /// Python's `//`: by way of the modulus, so that it fits together with [#remainder].
  static double floorDivide(double a, double b) {
    if (b == 0) return a / b;
    double modulus = a % b;
    double quotient = (a - modulus) / b;
    if (modulus != 0 && (b < 0) != (modulus < 0)) quotient -= 1;
    if (quotient == 0) return Math.copySign(0, a / b);
    double whole = floor(quotient);
    return quotient - whole > 0.5 ? whole + 1 : whole;
  }

  static double truncDivide(double a, double b) {
    return trunc(a / b);
  }

  static double copysign(double a, double b) {
    return Math.copySign(a, b);
  }

  static double nextafter(double a, double b) {
    return a == b ? b : Math.nextAfter(a, b);
  }

  static double xlog1py(double a, double b) {
    return SpecialFunctions.xlog1py(a, b);
  }

  static double polygamma(double a, double b) {
    return SpecialFunctions.polygamma(a, b);
  }

  static double zeta(double a, double b) {
    return SpecialFunctions.zeta(a, b);
  }

  static double igamma(double a, double b) {
    return SpecialFunctions.igamma(a, b);
  }

  static double igammac(double a, double b) {
    return SpecialFunctions.igammac(a, b);
  }

  static boolean lt(double a, double b) {
    return a < b;
  }

  static boolean le(double a, double b) {
    return a <= b;
  }

  static boolean gt(double a, double b) {
    return a > b;
  }

  static boolean ge(double a, double b) {
    return a >= b;
  }

  static boolean eq(double a, double b) {
    return a == b;
  }

  static boolean ne(double a, double b) {
    return a != b;
  }

  static double select(boolean condition, double then, double otherwise) {
    return condition ? then : otherwise;
  }
}
