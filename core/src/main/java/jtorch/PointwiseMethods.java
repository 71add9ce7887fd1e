package jtorch;

import jtorch.op.Arithmetic;
import jtorch.op.Choosing;
import org.jspecify.annotations.Nullable;

/// Arithmetic, extremes and choices, element by element, with broadcasting and type promotion.
///
/// A method that ends in `_` writes into this tensor: its dtype and shape stay.
public sealed interface PointwiseMethods permits Tensor {
  private Tensor self() {
    return (Tensor) this;
  }

  // ---- the four operations -------------------------------------------------------------------------------------------

  /// `self + other`
  default Tensor add(Tensor other) {
    return Arithmetic.ADD.tensor(self(), other, 1L);
  }

  default Tensor add_(Tensor other) {
    return Arithmetic.ADD.mutating().tensor(self(), other, 1L);
  }

  /// `self + alpha * other`
  default Tensor add(Tensor other, Number alpha) {
    return Arithmetic.ADD.tensor(self(), other, alpha);
  }

  default Tensor add_(Tensor other, Number alpha) {
    return Arithmetic.ADD.mutating().tensor(self(), other, alpha);
  }

  default Tensor add(Number other) {
    return Arithmetic.ADD_SCALAR.tensor(self(), other, 1L);
  }

  default Tensor add_(Number other) {
    return Arithmetic.ADD_SCALAR.mutating().tensor(self(), other, 1L);
  }

  /// `self - other`; bools have no difference.
  default Tensor sub(Tensor other) {
    return Arithmetic.SUB.tensor(self(), other, 1L);
  }

  default Tensor sub_(Tensor other) {
    return Arithmetic.SUB.mutating().tensor(self(), other, 1L);
  }

  /// `self - alpha * other`
  default Tensor sub(Tensor other, Number alpha) {
    return Arithmetic.SUB.tensor(self(), other, alpha);
  }

  default Tensor sub_(Tensor other, Number alpha) {
    return Arithmetic.SUB.mutating().tensor(self(), other, alpha);
  }

  default Tensor sub(Number other) {
    return Arithmetic.SUB_SCALAR.tensor(self(), other, 1L);
  }

  default Tensor sub_(Number other) {
    return Arithmetic.SUB_SCALAR.mutating().tensor(self(), other, 1L);
  }

  /// `other - self`
  default Tensor rsub(Tensor other) {
    return Arithmetic.RSUB.tensor(self(), other, 1L);
  }

  default Tensor rsub(Number other) {
    return Arithmetic.RSUB_SCALAR.tensor(self(), other, 1L);
  }

  /// `self * other`
  default Tensor mul(Tensor other) {
    return Arithmetic.MUL.tensor(self(), other);
  }

  default Tensor mul_(Tensor other) {
    return Arithmetic.MUL.mutating().tensor(self(), other);
  }

  default Tensor mul(Number other) {
    return Arithmetic.MUL_SCALAR.tensor(self(), other);
  }

  default Tensor mul_(Number other) {
    return Arithmetic.MUL_SCALAR.mutating().tensor(self(), other);
  }

  /// `self / other`; integers are divided as floating numbers.
  default Tensor div(Tensor other) {
    return Arithmetic.DIV.tensor(self(), other);
  }

  default Tensor div_(Tensor other) {
    return Arithmetic.DIV.mutating().tensor(self(), other);
  }

  default Tensor div(Number other) {
    return Arithmetic.DIV_SCALAR.tensor(self(), other);
  }

  default Tensor div_(Number other) {
    return Arithmetic.DIV_SCALAR.mutating().tensor(self(), other);
  }

  /// `self / other` rounded down ("floor") or towards zero ("trunc"); integers stay integers.
  default Tensor div(Tensor other, String roundingMode) {
    return Arithmetic.DIV_MODE.tensor(self(), other, roundingMode);
  }

  default Tensor div_(Tensor other, String roundingMode) {
    return Arithmetic.DIV_MODE_.tensor(self(), other, roundingMode);
  }

  default Tensor div(Number other, String roundingMode) {
    return Arithmetic.DIV_SCALAR_MODE.tensor(self(), other, roundingMode);
  }

  default Tensor div_(Number other, String roundingMode) {
    return Arithmetic.DIV_SCALAR_MODE_.tensor(self(), other, roundingMode);
  }

  /// The quotient rounded down.
  ///
  /// @throws ArithmeticException for an integer division by zero
  default Tensor floorDivide(Tensor other) {
    return Arithmetic.FLOOR_DIVIDE.tensor(self(), other);
  }

  default Tensor floorDivide_(Tensor other) {
    return Arithmetic.FLOOR_DIVIDE.mutating().tensor(self(), other);
  }

  default Tensor floorDivide(Number other) {
    return Arithmetic.FLOOR_DIVIDE_SCALAR.tensor(self(), other);
  }

  default Tensor floorDivide_(Number other) {
    return Arithmetic.FLOOR_DIVIDE_SCALAR.mutating().tensor(self(), other);
  }

  /// The remainder with the sign of the divisor.
  default Tensor remainder(Tensor other) {
    return Arithmetic.REMAINDER.tensor(self(), other);
  }

  default Tensor remainder_(Tensor other) {
    return Arithmetic.REMAINDER.mutating().tensor(self(), other);
  }

  default Tensor remainder(Number other) {
    return Arithmetic.REMAINDER_SCALAR.tensor(self(), other);
  }

  default Tensor remainder_(Number other) {
    return Arithmetic.REMAINDER_SCALAR.mutating().tensor(self(), other);
  }

  /// The remainder with the sign of this.
  default Tensor fmod(Tensor other) {
    return Arithmetic.FMOD.tensor(self(), other);
  }

  default Tensor fmod_(Tensor other) {
    return Arithmetic.FMOD.mutating().tensor(self(), other);
  }

  default Tensor fmod(Number other) {
    return Arithmetic.FMOD_SCALAR.tensor(self(), other);
  }

  default Tensor fmod_(Number other) {
    return Arithmetic.FMOD_SCALAR.mutating().tensor(self(), other);
  }

  /// `self + value * tensor1 * tensor2`
  default Tensor addcmul(Tensor tensor1, Tensor tensor2, Number value) {
    return Arithmetic.ADDCMUL.tensor(self(), tensor1, tensor2, value);
  }

  default Tensor addcmul_(Tensor tensor1, Tensor tensor2, Number value) {
    return Arithmetic.ADDCMUL.mutating().tensor(self(), tensor1, tensor2, value);
  }

  default Tensor addcmul(Tensor tensor1, Tensor tensor2) {
    return Arithmetic.ADDCMUL.tensor(self(), tensor1, tensor2, 1L);
  }

  default Tensor addcmul_(Tensor tensor1, Tensor tensor2) {
    return Arithmetic.ADDCMUL.mutating().tensor(self(), tensor1, tensor2, 1L);
  }

  /// `self + value * tensor1 / tensor2`
  default Tensor addcdiv(Tensor tensor1, Tensor tensor2, Number value) {
    return Arithmetic.ADDCDIV.tensor(self(), tensor1, tensor2, value);
  }

  default Tensor addcdiv_(Tensor tensor1, Tensor tensor2, Number value) {
    return Arithmetic.ADDCDIV.mutating().tensor(self(), tensor1, tensor2, value);
  }

  default Tensor addcdiv(Tensor tensor1, Tensor tensor2) {
    return Arithmetic.ADDCDIV.tensor(self(), tensor1, tensor2, 1L);
  }

  default Tensor addcdiv_(Tensor tensor1, Tensor tensor2) {
    return Arithmetic.ADDCDIV.mutating().tensor(self(), tensor1, tensor2, 1L);
  }

  /// `self + weight * (end - self)`
  default Tensor lerp(Tensor end, Tensor weight) {
    return Arithmetic.LERP.tensor(self(), end, weight);
  }

  default Tensor lerp_(Tensor end, Tensor weight) {
    return Arithmetic.LERP.mutating().tensor(self(), end, weight);
  }

  default Tensor lerp(Tensor end, Number weight) {
    return Arithmetic.LERP_SCALAR.tensor(self(), end, weight);
  }

  default Tensor lerp_(Tensor end, Number weight) {
    return Arithmetic.LERP_SCALAR.mutating().tensor(self(), end, weight);
  }

  // ---- powers and signs ----------------------------------------------------------------------------------------------

  /// `self ^ exponent`; integers stay integers.
  default Tensor pow(Tensor exponent) {
    return Arithmetic.POW.tensor(self(), exponent);
  }

  default Tensor pow_(Tensor exponent) {
    return Arithmetic.POW.mutating().tensor(self(), exponent);
  }

  /// @throws IllegalArgumentException for integers and a negative integer exponent
  default Tensor pow(Number exponent) {
    return Arithmetic.POW_SCALAR.tensor(self(), exponent);
  }

  default Tensor pow_(Number exponent) {
    return Arithmetic.POW_SCALAR.mutating().tensor(self(), exponent);
  }

  /// `self * self`
  default Tensor square() {
    return Arithmetic.SQUARE.tensor(self());
  }

  default Tensor square_() {
    return Arithmetic.SQUARE.mutating().tensor(self());
  }

  default Tensor sqrt() {
    return Arithmetic.SQRT.tensor(self());
  }

  default Tensor sqrt_() {
    return Arithmetic.SQRT.mutating().tensor(self());
  }

  /// `1 / sqrt(self)`
  default Tensor rsqrt() {
    return Arithmetic.RSQRT.tensor(self());
  }

  default Tensor rsqrt_() {
    return Arithmetic.RSQRT.mutating().tensor(self());
  }

  /// `1 / self`
  default Tensor reciprocal() {
    return Arithmetic.RECIPROCAL.tensor(self());
  }

  default Tensor reciprocal_() {
    return Arithmetic.RECIPROCAL.mutating().tensor(self());
  }

  /// `-self`; bools have no negative.
  default Tensor neg() {
    return Arithmetic.NEG.tensor(self());
  }

  default Tensor neg_() {
    return Arithmetic.NEG.mutating().tensor(self());
  }

  /// The absolute value, real for complex numbers; slope 0 at 0.
  default Tensor abs() {
    return Arithmetic.ABS.tensor(self());
  }

  default Tensor abs_() {
    return Arithmetic.ABS.mutating().tensor(self());
  }

  /// -1, 0 or 1.
  default Tensor sign() {
    return Arithmetic.SIGN.tensor(self());
  }

  default Tensor sign_() {
    return Arithmetic.SIGN.mutating().tensor(self());
  }

  /// As [#sign] for reals, `self / abs(self)` for complex numbers.
  default Tensor sgn() {
    return Arithmetic.SGN.tensor(self());
  }

  default Tensor sgn_() {
    return Arithmetic.SGN.mutating().tensor(self());
  }

  /// This; a bool tensor is refused.
  default Tensor positive() {
    return Arithmetic.POSITIVE.tensor(self());
  }

  // ---- the larger, the smaller, bounds -------------------------------------------------------------------------------

  /// The larger one; NaN if one of them is NaN. Equal ones share the gradient.
  default Tensor maximum(Tensor other) {
    return Choosing.MAXIMUM.tensor(self(), other);
  }

  /// The smaller one; NaN if one of them is NaN.
  default Tensor minimum(Tensor other) {
    return Choosing.MINIMUM.tensor(self(), other);
  }

  /// As [#maximum].
  default Tensor max(Tensor other) {
    return Choosing.MAXIMUM.tensor(self(), other);
  }

  /// As [#minimum].
  default Tensor min(Tensor other) {
    return Choosing.MINIMUM.tensor(self(), other);
  }

  /// The larger one; NaN only if both are NaN.
  default Tensor fmax(Tensor other) {
    return Choosing.FMAX.tensor(self(), other);
  }

  /// The smaller one; NaN only if both are NaN.
  default Tensor fmin(Tensor other) {
    return Choosing.FMIN.tensor(self(), other);
  }

  /// `min(max(self, min), max)`; one bound may be null, at the bounds the gradient passes.
  default Tensor clamp(@Nullable Number min, @Nullable Number max) {
    return Choosing.CLAMP.tensor(self(), min, max);
  }

  default Tensor clamp_(@Nullable Number min, @Nullable Number max) {
    return Choosing.CLAMP.mutating().tensor(self(), min, max);
  }

  default Tensor clamp(@Nullable Tensor min, @Nullable Tensor max) {
    return Choosing.CLAMP_TENSOR.tensor(self(), min, max);
  }

  default Tensor clamp_(@Nullable Tensor min, @Nullable Tensor max) {
    return Choosing.CLAMP_TENSOR_.tensor(self(), min, max);
  }

  /// `max(self, min)`
  default Tensor clampMin(Number min) {
    return Choosing.CLAMP_MIN.tensor(self(), min);
  }

  default Tensor clampMin_(Number min) {
    return Choosing.CLAMP_MIN.mutating().tensor(self(), min);
  }

  default Tensor clampMin(Tensor min) {
    return Choosing.CLAMP_MIN_TENSOR.tensor(self(), min);
  }

  default Tensor clampMin_(Tensor min) {
    return Choosing.CLAMP_MIN_TENSOR.mutating().tensor(self(), min);
  }

  /// `min(self, max)`
  default Tensor clampMax(Number max) {
    return Choosing.CLAMP_MAX.tensor(self(), max);
  }

  default Tensor clampMax_(Number max) {
    return Choosing.CLAMP_MAX.mutating().tensor(self(), max);
  }

  default Tensor clampMax(Tensor max) {
    return Choosing.CLAMP_MAX_TENSOR.tensor(self(), max);
  }

  default Tensor clampMax_(Tensor max) {
    return Choosing.CLAMP_MAX_TENSOR.mutating().tensor(self(), max);
  }

  // ---- conditions ----------------------------------------------------------------------------------------------------

  /// This where the condition (bool) holds, else `other`; all three broadcast.
  default Tensor where(Tensor condition, Tensor other) {
    return Choosing.WHERE.tensor(condition, self(), other);
  }

  default Tensor where(Tensor condition, Number other) {
    return Choosing.WHERE_OTHER_SCALAR.tensor(condition, self(), other);
  }

  /// The value where the mask (bool) holds, else this; the dtype stays.
  default Tensor maskedFill(Tensor mask, Number value) {
    return Choosing.MASKED_FILL.tensor(self(), mask, value);
  }

  default Tensor maskedFill_(Tensor mask, Number value) {
    return Choosing.MASKED_FILL.mutating().tensor(self(), mask, value);
  }

  /// @param value 0-dim
  default Tensor maskedFill(Tensor mask, Tensor value) {
    return Choosing.MASKED_FILL_TENSOR.tensor(self(), mask, value);
  }

  default Tensor maskedFill_(Tensor mask, Tensor value) {
    return Choosing.MASKED_FILL_TENSOR.mutating().tensor(self(), mask, value);
  }
}
