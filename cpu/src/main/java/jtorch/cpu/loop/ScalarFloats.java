package jtorch.cpu.loop;

import jtorch.expr.LibraryFunctions;
import jtorch.expr.SinglePrecision;
import jtorch.expr.SpecialFunctions;

/// The vocabulary of float loops. Functions beyond arithmetic are computed in double and rounded once.
final class ScalarFloats {
  private ScalarFloats() {}

  static float constant(double value) {
    return (float) value;
  }

  static float parameter(long bits) {
    return (float) Double.longBitsToDouble(bits);
  }

  static float neg(float x) {
    return -x;
  }

  static float abs(float x) {
    return Math.abs(x);
  }

  static float sign(float x) {
    return x > 0 ? 1 : x < 0 ? -1 : 0;
  }

  static float sgn(float x) {
    return sign(x);
  }

  static float floor(float x) {
    return (float) Math.floor(x);
  }

  static float ceil(float x) {
    return (float) Math.ceil(x);
  }

  static float round(float x) {
    return (float) Math.rint(x);
  }

  static float trunc(float x) {
    return (float) (x < 0 ? Math.ceil(x) : Math.floor(x));
  }

  static float frac(float x) {
    return x - trunc(x);
  }

  static float square(float x) {
    return x * x;
  }

  static float sqrt(float x) {
    return (float) Math.sqrt(x);
  }

  static float rsqrt(float x) {
    return 1 / (float) Math.sqrt(x);
  }

  static float reciprocal(float x) {
    return 1 / x;
  }

  static float asin(float x) {
    return (float) Math.asin(x);
  }

  static float acos(float x) {
    return (float) Math.acos(x);
  }

  static float atan(float x) {
    return (float) Math.atan(x);
  }

  static float sinh(float x) {
    return LibraryFunctions.sinh(x);
  }

  static float cosh(float x) {
    return LibraryFunctions.cosh(x);
  }

  static float asinh(float x) {
    return (float) SpecialFunctions.asinh(x);
  }

  static float acosh(float x) {
    return (float) SpecialFunctions.acosh(x);
  }

  static float atanh(float x) {
    return (float) SpecialFunctions.atanh(x);
  }

  static float erfc(float x) {
    return (float) SpecialFunctions.erfc(x);
  }

  static float erfinv(float x) {
    return (float) SpecialFunctions.erfinv(x);
  }

  static float erfcx(float x) {
    return SinglePrecision.erfcx(x);
  }

  static float lgamma(float x) {
    return (float) SpecialFunctions.lgamma(x);
  }

  static float digamma(float x) {
    return SinglePrecision.digamma(x);
  }

  static float trigamma(float x) {
    return SinglePrecision.trigamma(x);
  }

  static float i0(float x) {
    return SinglePrecision.i0(x);
  }

  static float i0e(float x) {
    return SinglePrecision.i0e(x);
  }

  static float i1(float x) {
    return SinglePrecision.i1(x);
  }

  static float i1e(float x) {
    return SinglePrecision.i1e(x);
  }

  static float ndtri(float x) {
    return (float) SpecialFunctions.ndtri(x);
  }

  static float logNdtr(float x) {
    return SinglePrecision.logNdtr(x);
  }

  static float conj(float x) {
    return x;
  }

  static float real(float x) {
    return x;
  }

  static float imag(float x) {
    return 0;
  }

  static float angle(float x) {
    return Float.isNaN(x) ? x : x < 0 ? (float) Math.PI : 0;
  }

  static boolean isNan(float x) {
    return Float.isNaN(x);
  }

  static boolean isInf(float x) {
    return Float.isInfinite(x);
  }

  static boolean isFinite(float x) {
    return Float.isFinite(x);
  }

  static boolean signbit(float x) {
    return Float.floatToRawIntBits(x) < 0;
  }

  static float add(float a, float b) {
    return a + b;
  }

  static float sub(float a, float b) {
    return a - b;
  }

  static float mul(float a, float b) {
    return a * b;
  }

  static float div(float a, float b) {
    return a / b;
  }

  static float min(float a, float b) {
    return Math.min(a, b);
  }

  static float max(float a, float b) {
    return Math.max(a, b);
  }

  static float fmin(float a, float b) {
    return Float.isNaN(a) ? b : Float.isNaN(b) ? a : Math.min(a, b);
  }

  static float fmax(float a, float b) {
    return Float.isNaN(a) ? b : Float.isNaN(b) ? a : Math.max(a, b);
  }

  static float atan2(float a, float b) {
    return LibraryFunctions.atan2(a, b);
  }

  static float hypot(float a, float b) {
    if (Float.isInfinite(a) || Float.isInfinite(b)) return Float.POSITIVE_INFINITY;
    return (float) Math.sqrt((double) a * a + (double) b * b);
  }

  static float fmod(float a, float b) {
    return a % b;
  }

  static float remainder(float a, float b) {
    float modulus = a % b;
    return modulus != 0 && (b < 0) != (modulus < 0) ? modulus + b : modulus;
  }

  /// Python's `//`: by way of the modulus, so that it fits together with [#remainder].
  static float floorDivide(float a, float b) {
    if (b == 0) return a / b;
    float modulus = a % b;
    float quotient = (a - modulus) / b;
    if (modulus != 0 && (b < 0) != (modulus < 0)) quotient -= 1;
    if (quotient == 0) return Math.copySign(0, a / b);
    float whole = floor(quotient);
    return quotient - whole > 0.5f ? whole + 1 : whole;
  }

  static float truncDivide(float a, float b) {
    return trunc(a / b);
  }

  static float copysign(float a, float b) {
    return Math.copySign(a, b);
  }

  static float nextafter(float a, float b) {
    return a == b ? b : Math.nextAfter(a, b);
  }

  static float xlog1py(float a, float b) {
    return SinglePrecision.xlog1py(a, b);
  }

  static float polygamma(float a, float b) {
    return SinglePrecision.polygamma(a, b);
  }

  static float zeta(float a, float b) {
    return SinglePrecision.zeta(a, b);
  }

  static float igamma(float a, float b) {
    return (float) SpecialFunctions.igamma(a, b);
  }

  static float igammac(float a, float b) {
    return (float) SpecialFunctions.igammac(a, b);
  }

  static boolean lt(float a, float b) {
    return a < b;
  }

  static boolean le(float a, float b) {
    return a <= b;
  }

  static boolean gt(float a, float b) {
    return a > b;
  }

  static boolean ge(float a, float b) {
    return a >= b;
  }

  static boolean eq(float a, float b) {
    return a == b;
  }

  static boolean ne(float a, float b) {
    return a != b;
  }

  static float select(boolean condition, float then, float otherwise) {
    return condition ? then : otherwise;
  }
}
