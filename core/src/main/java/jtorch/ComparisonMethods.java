package jtorch;

import jtorch.op.Bitwise;
import jtorch.op.Comparison;

/// Comparisons, tests, logic and bits, element by element, with broadcasting and type promotion.
///
/// A method that ends in `_` writes 1 or 0 into this tensor, whose dtype stays.
public sealed interface ComparisonMethods permits Tensor {
  private Tensor self() {
    return (Tensor) this;
  }

  // ---- comparisons: bool results, false where one is NaN (but ne) ----------------------------------------------------

  /// `self == other`
  default Tensor eq(Tensor other) {
    return Comparison.EQ.tensor(self(), other);
  }

  default Tensor eq_(Tensor other) {
    return Comparison.EQ.mutating().tensor(self(), other);
  }

  default Tensor eq(Number other) {
    return Comparison.EQ_SCALAR.tensor(self(), other);
  }

  default Tensor eq_(Number other) {
    return Comparison.EQ_SCALAR.mutating().tensor(self(), other);
  }

  /// `self != other`
  default Tensor ne(Tensor other) {
    return Comparison.NE.tensor(self(), other);
  }

  default Tensor ne_(Tensor other) {
    return Comparison.NE.mutating().tensor(self(), other);
  }

  default Tensor ne(Number other) {
    return Comparison.NE_SCALAR.tensor(self(), other);
  }

  default Tensor ne_(Number other) {
    return Comparison.NE_SCALAR.mutating().tensor(self(), other);
  }

  /// `self < other`
  default Tensor lt(Tensor other) {
    return Comparison.LT.tensor(self(), other);
  }

  default Tensor lt_(Tensor other) {
    return Comparison.LT.mutating().tensor(self(), other);
  }

  default Tensor lt(Number other) {
    return Comparison.LT_SCALAR.tensor(self(), other);
  }

  default Tensor lt_(Number other) {
    return Comparison.LT_SCALAR.mutating().tensor(self(), other);
  }

  /// `self <= other`
  default Tensor le(Tensor other) {
    return Comparison.LE.tensor(self(), other);
  }

  default Tensor le_(Tensor other) {
    return Comparison.LE.mutating().tensor(self(), other);
  }

  default Tensor le(Number other) {
    return Comparison.LE_SCALAR.tensor(self(), other);
  }

  default Tensor le_(Number other) {
    return Comparison.LE_SCALAR.mutating().tensor(self(), other);
  }

  /// `self > other`
  default Tensor gt(Tensor other) {
    return Comparison.GT.tensor(self(), other);
  }

  default Tensor gt_(Tensor other) {
    return Comparison.GT.mutating().tensor(self(), other);
  }

  default Tensor gt(Number other) {
    return Comparison.GT_SCALAR.tensor(self(), other);
  }

  default Tensor gt_(Number other) {
    return Comparison.GT_SCALAR.mutating().tensor(self(), other);
  }

  /// `self >= other`
  default Tensor ge(Tensor other) {
    return Comparison.GE.tensor(self(), other);
  }

  default Tensor ge_(Tensor other) {
    return Comparison.GE.mutating().tensor(self(), other);
  }

  default Tensor ge(Number other) {
    return Comparison.GE_SCALAR.tensor(self(), other);
  }

  default Tensor ge_(Number other) {
    return Comparison.GE_SCALAR.mutating().tensor(self(), other);
  }

  // ---- closeness -----------------------------------------------------------------------------------------------------

  /// Whether `|self - other| <= atol + rtol * |other|`.
  default Tensor isclose(Tensor other, double rtol, double atol, boolean equalNan) {
    return Comparison.ISCLOSE.tensor(self(), other, rtol, atol, equalNan);
  }

  /// As [#isclose] with tolerances 1e-5 and 1e-8.
  default Tensor isclose(Tensor other) {
    return Comparison.ISCLOSE.tensor(self(), other, 1e-5, 1e-8, false);
  }

  /// Whether all elements are close.
  default boolean allclose(Tensor other, double rtol, double atol, boolean equalNan) {
    return (Boolean) Comparison.ALLCLOSE.call(self(), other, rtol, atol, equalNan);
  }

  /// As [#allclose] with tolerances 1e-5 and 1e-8.
  default boolean allclose(Tensor other) {
    return (Boolean) Comparison.ALLCLOSE.call(self(), other, 1e-5, 1e-8, false);
  }

  /// Whether sizes and all elements are equal; the dtypes must be.
  default boolean equal(Tensor other) {
    return (Boolean) Comparison.EQUAL.call(self(), other);
  }

  // ---- tests of one number -------------------------------------------------------------------------------------------

  default Tensor isnan() {
    return Comparison.ISNAN.tensor(self());
  }

  /// Whether it is infinite, or a part of it.
  default Tensor isinf() {
    return Comparison.ISINF.tensor(self());
  }

  default Tensor isfinite() {
    return Comparison.ISFINITE.tensor(self());
  }

  default Tensor isposinf() {
    return Comparison.ISPOSINF.tensor(self());
  }

  default Tensor isneginf() {
    return Comparison.ISNEGINF.tensor(self());
  }

  /// Whether the imaginary part is 0.
  default Tensor isreal() {
    return Comparison.ISREAL.tensor(self());
  }

  /// Whether the sign is negative, that of -0.0 too.
  default Tensor signbit() {
    return Comparison.SIGNBIT.tensor(self());
  }

  // ---- logic: what is not 0 is true ----------------------------------------------------------------------------------

  default Tensor logicalAnd(Tensor other) {
    return Comparison.LOGICAL_AND.tensor(self(), other);
  }

  default Tensor logicalAnd_(Tensor other) {
    return Comparison.LOGICAL_AND.mutating().tensor(self(), other);
  }

  default Tensor logicalOr(Tensor other) {
    return Comparison.LOGICAL_OR.tensor(self(), other);
  }

  default Tensor logicalOr_(Tensor other) {
    return Comparison.LOGICAL_OR.mutating().tensor(self(), other);
  }

  default Tensor logicalXor(Tensor other) {
    return Comparison.LOGICAL_XOR.tensor(self(), other);
  }

  default Tensor logicalXor_(Tensor other) {
    return Comparison.LOGICAL_XOR.mutating().tensor(self(), other);
  }

  default Tensor logicalNot() {
    return Comparison.LOGICAL_NOT.tensor(self());
  }

  default Tensor logicalNot_() {
    return Comparison.LOGICAL_NOT.mutating().tensor(self());
  }

  // ---- bits of integers, logic of bools ------------------------------------------------------------------------------

  default Tensor bitwiseAnd(Tensor other) {
    return Bitwise.AND.tensor(self(), other);
  }

  default Tensor bitwiseAnd_(Tensor other) {
    return Bitwise.AND.mutating().tensor(self(), other);
  }

  default Tensor bitwiseAnd(Number other) {
    return Bitwise.AND_SCALAR.tensor(self(), other);
  }

  default Tensor bitwiseAnd_(Number other) {
    return Bitwise.AND_SCALAR.mutating().tensor(self(), other);
  }

  default Tensor bitwiseOr(Tensor other) {
    return Bitwise.OR.tensor(self(), other);
  }

  default Tensor bitwiseOr_(Tensor other) {
    return Bitwise.OR.mutating().tensor(self(), other);
  }

  default Tensor bitwiseOr(Number other) {
    return Bitwise.OR_SCALAR.tensor(self(), other);
  }

  default Tensor bitwiseOr_(Number other) {
    return Bitwise.OR_SCALAR.mutating().tensor(self(), other);
  }

  default Tensor bitwiseXor(Tensor other) {
    return Bitwise.XOR.tensor(self(), other);
  }

  default Tensor bitwiseXor_(Tensor other) {
    return Bitwise.XOR.mutating().tensor(self(), other);
  }

  default Tensor bitwiseXor(Number other) {
    return Bitwise.XOR_SCALAR.tensor(self(), other);
  }

  default Tensor bitwiseXor_(Number other) {
    return Bitwise.XOR_SCALAR.mutating().tensor(self(), other);
  }

  default Tensor bitwiseNot() {
    return Bitwise.NOT.tensor(self());
  }

  default Tensor bitwiseNot_() {
    return Bitwise.NOT.mutating().tensor(self());
  }

  /// `self * 2^other` for integers; 0 where the distance is negative or too large.
  default Tensor bitwiseLeftShift(Tensor other) {
    return Bitwise.LEFT_SHIFT.tensor(self(), other);
  }

  default Tensor bitwiseLeftShift_(Tensor other) {
    return Bitwise.LEFT_SHIFT.mutating().tensor(self(), other);
  }

  default Tensor bitwiseLeftShift(Number other) {
    return Bitwise.LEFT_SHIFT_SCALAR.tensor(self(), other);
  }

  default Tensor bitwiseLeftShift_(Number other) {
    return Bitwise.LEFT_SHIFT_SCALAR.mutating().tensor(self(), other);
  }

  /// `self / 2^other` rounded down; all sign bits where the distance is negative or too large.
  default Tensor bitwiseRightShift(Tensor other) {
    return Bitwise.RIGHT_SHIFT.tensor(self(), other);
  }

  default Tensor bitwiseRightShift_(Tensor other) {
    return Bitwise.RIGHT_SHIFT.mutating().tensor(self(), other);
  }

  default Tensor bitwiseRightShift(Number other) {
    return Bitwise.RIGHT_SHIFT_SCALAR.tensor(self(), other);
  }

  default Tensor bitwiseRightShift_(Number other) {
    return Bitwise.RIGHT_SHIFT_SCALAR.mutating().tensor(self(), other);
  }
}
