package jtorch;

/// Comparisons, logic and questions about form as functions, `abs(x)` for `x.abs()`: each is the method of the same name, for [Torch] to inherit.
public abstract class ComparisonFunctions extends ElementaryFunctions {
  ComparisonFunctions() {}

  public static boolean allclose(Tensor input, Tensor other, double rtol, double atol, boolean equalNan) {
    return input.allclose(other, rtol, atol, equalNan);
  }

  public static boolean allclose(Tensor input, Tensor other) {
    return input.allclose(other);
  }

  public static Tensor bitwiseAnd(Tensor input, Tensor other) {
    return input.bitwiseAnd(other);
  }

  public static Tensor bitwiseAnd(Tensor input, Number other) {
    return input.bitwiseAnd(other);
  }

  public static Tensor bitwiseLeftShift(Tensor input, Tensor other) {
    return input.bitwiseLeftShift(other);
  }

  public static Tensor bitwiseLeftShift(Tensor input, Number other) {
    return input.bitwiseLeftShift(other);
  }

  public static Tensor bitwiseNot(Tensor input) {
    return input.bitwiseNot();
  }

  public static Tensor bitwiseOr(Tensor input, Tensor other) {
    return input.bitwiseOr(other);
  }

  public static Tensor bitwiseOr(Tensor input, Number other) {
    return input.bitwiseOr(other);
  }

  public static Tensor bitwiseRightShift(Tensor input, Tensor other) {
    return input.bitwiseRightShift(other);
  }

  public static Tensor bitwiseRightShift(Tensor input, Number other) {
    return input.bitwiseRightShift(other);
  }

  public static Tensor bitwiseXor(Tensor input, Tensor other) {
    return input.bitwiseXor(other);
  }

  public static Tensor bitwiseXor(Tensor input, Number other) {
    return input.bitwiseXor(other);
  }

  public static Tensor clone(Tensor input) {
    return input.clone();
  }

  public static Tensor detach(Tensor input) {
    return input.detach();
  }

  public static Tensor detach_(Tensor input) {
    return input.detach_();
  }

  public static Device device(Tensor input) {
    return input.device();
  }

  public static DType dtype(Tensor input) {
    return input.dtype();
  }

  public static Tensor eq(Tensor input, Tensor other) {
    return input.eq(other);
  }

  public static Tensor eq(Tensor input, Number other) {
    return input.eq(other);
  }

  public static boolean equal(Tensor input, Tensor other) {
    return input.equal(other);
  }

  public static Tensor ge(Tensor input, Tensor other) {
    return input.ge(other);
  }

  public static Tensor ge(Tensor input, Number other) {
    return input.ge(other);
  }

  public static int getDevice(Tensor input) {
    return input.getDevice();
  }

  public static Tensor gt(Tensor input, Tensor other) {
    return input.gt(other);
  }

  public static Tensor gt(Tensor input, Number other) {
    return input.gt(other);
  }

  public static boolean isComplex(Tensor input) {
    return input.isComplex();
  }

  public static boolean isConj(Tensor input) {
    return input.isConj();
  }

  public static boolean isFloatingPoint(Tensor input) {
    return input.isFloatingPoint();
  }

  public static boolean isInference(Tensor input) {
    return input.isInference();
  }

  public static boolean isNeg(Tensor input) {
    return input.isNeg();
  }

  public static boolean isNonzero(Tensor input) {
    return input.isNonzero();
  }

  public static boolean isSameSize(Tensor input, Tensor other) {
    return input.isSameSize(other);
  }

  public static boolean isSigned(Tensor input) {
    return input.isSigned();
  }

  public static Tensor isclose(Tensor input, Tensor other, double rtol, double atol, boolean equalNan) {
    return input.isclose(other, rtol, atol, equalNan);
  }

  public static Tensor isclose(Tensor input, Tensor other) {
    return input.isclose(other);
  }

  public static Tensor isfinite(Tensor input) {
    return input.isfinite();
  }

  public static Tensor isinf(Tensor input) {
    return input.isinf();
  }

  public static Tensor isnan(Tensor input) {
    return input.isnan();
  }

  public static Tensor isneginf(Tensor input) {
    return input.isneginf();
  }

  public static Tensor isposinf(Tensor input) {
    return input.isposinf();
  }

  public static Tensor isreal(Tensor input) {
    return input.isreal();
  }

  public static Tensor le(Tensor input, Tensor other) {
    return input.le(other);
  }

  public static Tensor le(Tensor input, Number other) {
    return input.le(other);
  }

  public static Tensor logicalAnd(Tensor input, Tensor other) {
    return input.logicalAnd(other);
  }

  public static Tensor logicalNot(Tensor input) {
    return input.logicalNot();
  }

  public static Tensor logicalOr(Tensor input, Tensor other) {
    return input.logicalOr(other);
  }

  public static Tensor logicalXor(Tensor input, Tensor other) {
    return input.logicalXor(other);
  }

  public static Tensor lt(Tensor input, Tensor other) {
    return input.lt(other);
  }

  public static Tensor lt(Tensor input, Number other) {
    return input.lt(other);
  }

  public static Tensor ne(Tensor input, Tensor other) {
    return input.ne(other);
  }

  public static Tensor ne(Tensor input, Number other) {
    return input.ne(other);
  }

  public static long numel(Tensor input) {
    return input.numel();
  }

  public static Tensor resizeAs_(Tensor input, Tensor other) {
    return input.resizeAs_(other);
  }

  public static Tensor resolveConj(Tensor input) {
    return input.resolveConj();
  }

  public static Tensor resolveNeg(Tensor input) {
    return input.resolveNeg();
  }

  public static Tensor signbit(Tensor input) {
    return input.signbit();
  }

  public static boolean isDistributed(Tensor input) {
    return input.isDistributed();
  }
}
