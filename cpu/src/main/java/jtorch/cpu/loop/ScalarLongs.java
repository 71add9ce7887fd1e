package jtorch.cpu.loop;

import jtorch.expr.SpecialFunctions;

/// The vocabulary of integer loops. Arithmetic wraps, and a narrower result keeps its low bits when it is stored.
final class ScalarLongs {
  private ScalarLongs() {}

  static long constant(double value) {
    return (long) value;
  }

  static long parameter(long bits) {
    return bits;
  }

  static long neg(long x) {
    return -x;
  }

  static long abs(long x) {
    return Math.abs(x);
  }

  static long sign(long x) {
    return Long.signum(x);
  }

  static long sgn(long x) {
    return Long.signum(x);
  }

  static long floor(long x) {
    return x;
  }

  static long ceil(long x) {
    return x;
  }

  static long round(long x) {
    return x;
  }

  static long trunc(long x) {
    return x;
  }

  static long square(long x) {
    return x * x;
  }

  static long bitNot(long x) {
    return ~x;
  }

  static long conj(long x) {
    return x;
  }

  static long real(long x) {
    return x;
  }

  static boolean isNan(long x) {
    return false;
  }

  static boolean isInf(long x) {
    return false;
  }

  static boolean isFinite(long x) {
    return true;
  }

  static boolean signbit(long x) {
    return x < 0;
  }

  static long add(long a, long b) {
    return a + b;
  }

  static long sub(long a, long b) {
    return a - b;
  }

  static long mul(long a, long b) {
    return a * b;
  }

  static long div(long a, long b) {
    return a / b;
  }

  static long truncDivide(long a, long b) {
    return a / b;
  }

  static long floorDivide(long a, long b) {
    return Math.floorDiv(a, b);
  }

  static long fmod(long a, long b) {
    return a % b;
  }

  static long remainder(long a, long b) {
    return Math.floorMod(a, b);
  }

  static long pow(long base, long exponent) {
    return SpecialFunctions.pow(base, exponent);
  }

  static long min(long a, long b) {
    return Math.min(a, b);
  }

  static long max(long a, long b) {
    return Math.max(a, b);
  }

  static long fmin(long a, long b) {
    return Math.min(a, b);
  }

  static long fmax(long a, long b) {
    return Math.max(a, b);
  }

  static long bitAnd(long a, long b) {
    return a & b;
  }

  static long bitOr(long a, long b) {
    return a | b;
  }

  static long bitXor(long a, long b) {
    return a ^ b;
  }

  static long shiftLeft(long a, long b) {
    return b >= 0 && b < 64 ? a << b : 0;
  }

  static long shiftRight(long a, long b) {
    return a >> (b >= 0 && b < 64 ? b : 63);
  }

  static long gcd(long a, long b) {
    return SpecialFunctions.gcd(a, b);
  }

  static long lcm(long a, long b) {
    return SpecialFunctions.lcm(a, b);
  }

  static boolean lt(long a, long b) {
    return a < b;
  }

  static boolean le(long a, long b) {
    return a <= b;
  }

  static boolean gt(long a, long b) {
    return a > b;
  }

  static boolean ge(long a, long b) {
    return a >= b;
  }

  static boolean eq(long a, long b) {
    return a == b;
  }

  static boolean ne(long a, long b) {
    return a != b;
  }

  static long select(boolean condition, long then, long otherwise) {
    return condition ? then : otherwise;
  }
}
