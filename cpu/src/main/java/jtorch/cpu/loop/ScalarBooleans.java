package jtorch.cpu.loop;

/// The vocabulary of bool loops: sums are "or", products "and", and false is less than true.
final class ScalarBooleans {
  private ScalarBooleans() {}

  static boolean constant(double value) {
    return value != 0;
  }

  static boolean parameter(long bits) {
    return bits != 0;
  }

  static boolean abs(boolean x) {
    return x;
  }

  static boolean sign(boolean x) {
    return x;
  }

  static boolean sgn(boolean x) {
    return x;
  }

  static boolean square(boolean x) {
    return x;
  }

  static boolean bitNot(boolean x) {
    return !x;
  }

  static boolean conj(boolean x) {
    return x;
  }

  static boolean real(boolean x) {
    return x;
  }

  static boolean isNan(boolean x) {
    return false;
  }

  static boolean isInf(boolean x) {
    return false;
  }

  static boolean isFinite(boolean x) {
    return true;
  }

  static boolean signbit(boolean x) {
    return false;
  }

  static boolean add(boolean a, boolean b) {
    return a | b;
  }

  static boolean mul(boolean a, boolean b) {
    return a & b;
  }

  static boolean pow(boolean a, boolean b) {
    return a | !b;
  }

  static boolean min(boolean a, boolean b) {
    return a & b;
  }

  static boolean max(boolean a, boolean b) {
    return a | b;
  }

  static boolean fmin(boolean a, boolean b) {
    return a & b;
  }

  static boolean fmax(boolean a, boolean b) {
    return a | b;
  }

  static boolean bitAnd(boolean a, boolean b) {
    return a & b;
  }

  static boolean bitOr(boolean a, boolean b) {
    return a | b;
  }

  static boolean bitXor(boolean a, boolean b) {
    return a ^ b;
  }

  static boolean lt(boolean a, boolean b) {
    return !a & b;
  }

  static boolean le(boolean a, boolean b) {
    return !a | b;
  }

  static boolean gt(boolean a, boolean b) {
    return a & !b;
  }

  static boolean ge(boolean a, boolean b) {
    return a | !b;
  }

  static boolean eq(boolean a, boolean b) {
    return a == b;
  }

  static boolean ne(boolean a, boolean b) {
    return a != b;
  }

  static boolean select(boolean condition, boolean then, boolean otherwise) {
    return condition ? then : otherwise;
  }
}
