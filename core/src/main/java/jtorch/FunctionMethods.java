package jtorch;

import jtorch.op.ComplexNumbers;
import jtorch.op.Exponentials;
import jtorch.op.Rounding;
import jtorch.op.Special;
import jtorch.op.Trigonometry;
import jtorch.op.Views;
import org.jspecify.annotations.Nullable;

/// Mathematical functions, element by element; integers become the default floating dtype where results are no integers.
///
/// A method that ends in `_` writes into this tensor: its dtype and shape stay.
public sealed interface FunctionMethods permits Tensor {
  private Tensor self() {
    return (Tensor) this;
  }

  // ---- exponentials and logarithms -----------------------------------------------------------------------------------

  default Tensor exp() {
    return Exponentials.EXP.tensor(self());
  }

  default Tensor exp_() {
    return Exponentials.EXP.mutating().tensor(self());
  }

  /// `2^self`
  default Tensor exp2() {
    return Exponentials.EXP2.tensor(self());
  }

  default Tensor exp2_() {
    return Exponentials.EXP2.mutating().tensor(self());
  }

  /// `exp(self) - 1`, exact near 0.
  default Tensor expm1() {
    return Exponentials.EXPM1.tensor(self());
  }

  default Tensor expm1_() {
    return Exponentials.EXPM1.mutating().tensor(self());
  }

  /// The natural logarithm.
  default Tensor log() {
    return Exponentials.LOG.tensor(self());
  }

  default Tensor log_() {
    return Exponentials.LOG.mutating().tensor(self());
  }

  default Tensor log2() {
    return Exponentials.LOG2.tensor(self());
  }

  default Tensor log2_() {
    return Exponentials.LOG2.mutating().tensor(self());
  }

  default Tensor log10() {
    return Exponentials.LOG10.tensor(self());
  }

  default Tensor log10_() {
    return Exponentials.LOG10.mutating().tensor(self());
  }

  /// `log(1 + self)`, exact near 0.
  default Tensor log1p() {
    return Exponentials.LOG1P.tensor(self());
  }

  default Tensor log1p_() {
    return Exponentials.LOG1P.mutating().tensor(self());
  }

  /// `1 / (1 + exp(-self))`
  default Tensor sigmoid() {
    return Exponentials.SIGMOID.tensor(self());
  }

  default Tensor sigmoid_() {
    return Exponentials.SIGMOID.mutating().tensor(self());
  }

  /// `log(self / (1 - self))`
  default Tensor logit() {
    return Exponentials.LOGIT.tensor(self(), (Object) null);
  }

  default Tensor logit_() {
    return Exponentials.LOGIT.mutating().tensor(self(), (Object) null);
  }

  /// As [#logit()] of this clamped to `[eps, 1 - eps]`.
  default Tensor logit(double eps) {
    return Exponentials.LOGIT.tensor(self(), eps);
  }

  default Tensor logit_(double eps) {
    return Exponentials.LOGIT.mutating().tensor(self(), eps);
  }

  /// `log(exp(self) + exp(other))` without overflow.
  default Tensor logaddexp(Tensor other) {
    return Exponentials.LOGADDEXP.tensor(self(), other);
  }

  /// `log2(2^self + 2^other)` without overflow.
  default Tensor logaddexp2(Tensor other) {
    return Exponentials.LOGADDEXP2.tensor(self(), other);
  }

  /// `self * log(other)`, 0 where this is 0.
  default Tensor xlogy(Tensor other) {
    return Exponentials.XLOGY.tensor(self(), other);
  }

  default Tensor xlogy_(Tensor other) {
    return Exponentials.XLOGY.mutating().tensor(self(), other);
  }

  default Tensor xlogy(Number other) {
    return Exponentials.XLOGY_SCALAR.tensor(self(), other);
  }

  default Tensor xlogy_(Number other) {
    return Exponentials.XLOGY_SCALAR.mutating().tensor(self(), other);
  }

  /// `self * 2^other`
  default Tensor ldexp(Tensor other) {
    return Exponentials.LDEXP.tensor(self(), other);
  }

  default Tensor ldexp_(Tensor other) {
    return Exponentials.LDEXP_.tensor(self(), other);
  }

  /// `self ^ exponent` in float64.
  default Tensor floatPower(Tensor exponent) {
    return Exponentials.FLOAT_POWER.tensor(self(), exponent);
  }

  default Tensor floatPower_(Tensor exponent) {
    return Exponentials.FLOAT_POWER_.tensor(self(), exponent);
  }

  default Tensor floatPower(Number exponent) {
    return Exponentials.FLOAT_POWER_SCALAR.tensor(self(), exponent);
  }

  default Tensor floatPower_(Number exponent) {
    return Exponentials.FLOAT_POWER_SCALAR_.tensor(self(), exponent);
  }

  // ---- circular and hyperbolic functions -----------------------------------------------------------------------------

  default Tensor sin() {
    return Trigonometry.SIN.tensor(self());
  }

  default Tensor sin_() {
    return Trigonometry.SIN.mutating().tensor(self());
  }

  default Tensor cos() {
    return Trigonometry.COS.tensor(self());
  }

  default Tensor cos_() {
    return Trigonometry.COS.mutating().tensor(self());
  }

  default Tensor tan() {
    return Trigonometry.TAN.tensor(self());
  }

  default Tensor tan_() {
    return Trigonometry.TAN.mutating().tensor(self());
  }

  default Tensor asin() {
    return Trigonometry.ASIN.tensor(self());
  }

  default Tensor asin_() {
    return Trigonometry.ASIN.mutating().tensor(self());
  }

  default Tensor acos() {
    return Trigonometry.ACOS.tensor(self());
  }

  default Tensor acos_() {
    return Trigonometry.ACOS.mutating().tensor(self());
  }

  default Tensor atan() {
    return Trigonometry.ATAN.tensor(self());
  }

  default Tensor atan_() {
    return Trigonometry.ATAN.mutating().tensor(self());
  }

  default Tensor sinh() {
    return Trigonometry.SINH.tensor(self());
  }

  default Tensor sinh_() {
    return Trigonometry.SINH.mutating().tensor(self());
  }

  default Tensor cosh() {
    return Trigonometry.COSH.tensor(self());
  }

  default Tensor cosh_() {
    return Trigonometry.COSH.mutating().tensor(self());
  }

  default Tensor tanh() {
    return Trigonometry.TANH.tensor(self());
  }

  default Tensor tanh_() {
    return Trigonometry.TANH.mutating().tensor(self());
  }

  default Tensor asinh() {
    return Trigonometry.ASINH.tensor(self());
  }

  default Tensor asinh_() {
    return Trigonometry.ASINH.mutating().tensor(self());
  }

  default Tensor acosh() {
    return Trigonometry.ACOSH.tensor(self());
  }

  default Tensor acosh_() {
    return Trigonometry.ACOSH.mutating().tensor(self());
  }

  default Tensor atanh() {
    return Trigonometry.ATANH.tensor(self());
  }

  default Tensor atanh_() {
    return Trigonometry.ATANH.mutating().tensor(self());
  }

  /// The angle of the point `(other, self)`, in (-pi, pi].
  default Tensor atan2(Tensor other) {
    return Trigonometry.ATAN2.tensor(self(), other);
  }

  default Tensor atan2_(Tensor other) {
    return Trigonometry.ATAN2.mutating().tensor(self(), other);
  }

  /// `sqrt(self^2 + other^2)` without overflow.
  default Tensor hypot(Tensor other) {
    return Trigonometry.HYPOT.tensor(self(), other);
  }

  default Tensor hypot_(Tensor other) {
    return Trigonometry.HYPOT.mutating().tensor(self(), other);
  }

  /// `sin(pi self) / (pi self)`, 1 at 0.
  default Tensor sinc() {
    return Trigonometry.SINC.tensor(self());
  }

  default Tensor sinc_() {
    return Trigonometry.SINC.mutating().tensor(self());
  }

  /// Degrees to radians.
  default Tensor deg2rad() {
    return Trigonometry.DEG2RAD.tensor(self());
  }

  default Tensor deg2rad_() {
    return Trigonometry.DEG2RAD.mutating().tensor(self());
  }

  /// Radians to degrees.
  default Tensor rad2deg() {
    return Trigonometry.RAD2DEG.tensor(self());
  }

  default Tensor rad2deg_() {
    return Trigonometry.RAD2DEG.mutating().tensor(self());
  }

  // ---- whole numbers and parts of numbers ----------------------------------------------------------------------------

  default Tensor floor() {
    return Rounding.FLOOR.tensor(self());
  }

  default Tensor floor_() {
    return Rounding.FLOOR.mutating().tensor(self());
  }

  default Tensor ceil() {
    return Rounding.CEIL.tensor(self());
  }

  default Tensor ceil_() {
    return Rounding.CEIL.mutating().tensor(self());
  }

  /// To the nearest whole number, halves to the even one.
  default Tensor round() {
    return Rounding.ROUND.tensor(self());
  }

  default Tensor round_() {
    return Rounding.ROUND.mutating().tensor(self());
  }

  /// To that many places behind the point, or before it if negative.
  default Tensor round(long decimals) {
    return Rounding.ROUND_DECIMALS.tensor(self(), decimals);
  }

  default Tensor round_(long decimals) {
    return Rounding.ROUND_DECIMALS.mutating().tensor(self(), decimals);
  }

  /// Without its fraction.
  default Tensor trunc() {
    return Rounding.TRUNC.tensor(self());
  }

  default Tensor trunc_() {
    return Rounding.TRUNC.mutating().tensor(self());
  }

  /// `self - trunc(self)`
  default Tensor frac() {
    return Rounding.FRAC.tensor(self());
  }

  default Tensor frac_() {
    return Rounding.FRAC.mutating().tensor(self());
  }

  /// The magnitude of this with the sign of `other`.
  default Tensor copysign(Tensor other) {
    return Rounding.COPYSIGN.tensor(self(), other);
  }

  default Tensor copysign_(Tensor other) {
    return Rounding.COPYSIGN.mutating().tensor(self(), other);
  }

  default Tensor copysign(Number other) {
    return Rounding.COPYSIGN_SCALAR.tensor(self(), other);
  }

  default Tensor copysign_(Number other) {
    return Rounding.COPYSIGN_SCALAR.mutating().tensor(self(), other);
  }

  /// The next number of this dtype towards `other`.
  default Tensor nextafter(Tensor other) {
    return Rounding.NEXTAFTER.tensor(self(), other);
  }

  default Tensor nextafter_(Tensor other) {
    return Rounding.NEXTAFTER.mutating().tensor(self(), other);
  }

  /// 0 below 0, 1 above, `values` at 0.
  default Tensor heaviside(Tensor values) {
    return Rounding.HEAVISIDE.tensor(self(), values);
  }

  default Tensor heaviside_(Tensor values) {
    return Rounding.HEAVISIDE.mutating().tensor(self(), values);
  }

  /// `{mantissa, exponent}` (int32) with `self = mantissa * 2^exponent`, the mantissa in [0.5, 1).
  default Tensor[] frexp() {
    return Rounding.FREXP.tensors(self());
  }

  /// The greatest common divisor of integers.
  default Tensor gcd(Tensor other) {
    return Rounding.GCD.tensor(self(), other);
  }

  default Tensor gcd_(Tensor other) {
    return Rounding.GCD.mutating().tensor(self(), other);
  }

  /// The least common multiple of integers.
  default Tensor lcm(Tensor other) {
    return Rounding.LCM.tensor(self(), other);
  }

  default Tensor lcm_(Tensor other) {
    return Rounding.LCM.mutating().tensor(self(), other);
  }

  /// 0 for NaN, the largest and the smallest finite number for the infinities.
  default Tensor nanToNum() {
    return Rounding.NAN_TO_NUM.tensor(self(), null, null, null);
  }

  default Tensor nanToNum_() {
    return Rounding.NAN_TO_NUM_.tensor(self(), null, null, null);
  }

  /// These numbers for NaN and the infinities; null: as [#nanToNum()].
  default Tensor nanToNum(@Nullable Double nan, @Nullable Double posinf, @Nullable Double neginf) {
    return Rounding.NAN_TO_NUM.tensor(self(), nan, posinf, neginf);
  }

  default Tensor nanToNum_(@Nullable Double nan, @Nullable Double posinf, @Nullable Double neginf) {
    return Rounding.NAN_TO_NUM_.tensor(self(), nan, posinf, neginf);
  }

  // ---- special functions; more in `jtorch.special.Special` -----------------------------------------------------------

  default Tensor erf() {
    return Special.ERF.tensor(self());
  }

  default Tensor erf_() {
    return Special.ERF.mutating().tensor(self());
  }

  /// `1 - erf(self)`
  default Tensor erfc() {
    return Special.ERFC.tensor(self());
  }

  default Tensor erfc_() {
    return Special.ERFC.mutating().tensor(self());
  }

  default Tensor erfinv() {
    return Special.ERFINV.tensor(self());
  }

  default Tensor erfinv_() {
    return Special.ERFINV.mutating().tensor(self());
  }

  /// `log(abs(gamma(self)))`
  default Tensor lgamma() {
    return Special.LGAMMA.tensor(self());
  }

  default Tensor lgamma_() {
    return Special.LGAMMA.mutating().tensor(self());
  }

  /// The derivative of lgamma.
  default Tensor digamma() {
    return Special.DIGAMMA.tensor(self());
  }

  default Tensor digamma_() {
    return Special.DIGAMMA.mutating().tensor(self());
  }

  /// The n-th derivative of digamma.
  default Tensor polygamma(long n) {
    return Special.POLYGAMMA.tensor(n, self());
  }

  default Tensor polygamma_(long n) {
    return Special.POLYGAMMA_.tensor(self(), n);
  }

  /// The logarithm of the multivariate gamma function of dimension p.
  default Tensor mvlgamma(long p) {
    return Special.MVLGAMMA.tensor(self(), p);
  }

  default Tensor mvlgamma_(long p) {
    return Special.MVLGAMMA_.tensor(self(), p);
  }

  /// The regularized lower incomplete gamma function.
  default Tensor igamma(Tensor other) {
    return Special.IGAMMA.tensor(self(), other);
  }

  default Tensor igamma_(Tensor other) {
    return Special.IGAMMA.mutating().tensor(self(), other);
  }

  /// The regularized upper incomplete gamma function.
  default Tensor igammac(Tensor other) {
    return Special.IGAMMAC.tensor(self(), other);
  }

  default Tensor igammac_(Tensor other) {
    return Special.IGAMMAC.mutating().tensor(self(), other);
  }

  /// The modified Bessel function of the first kind and order 0.
  default Tensor i0() {
    return Special.I0.tensor(self());
  }

  default Tensor i0_() {
    return Special.I0.mutating().tensor(self());
  }

  // ---- complex numbers -----------------------------------------------------------------------------------------------

  /// The complex conjugate; a real tensor itself.
  default Tensor conj() {
    return ComplexNumbers.CONJ.tensor(self());
  }

  /// The complex conjugate, a copy.
  default Tensor conjPhysical() {
    return ComplexNumbers.CONJ_PHYSICAL.tensor(self());
  }

  default Tensor conjPhysical_() {
    return ComplexNumbers.CONJ_PHYSICAL.mutating().tensor(self());
  }

  /// The angle to the positive real axis; 0 or pi for reals.
  default Tensor angle() {
    return ComplexNumbers.ANGLE.tensor(self());
  }

  /// The real part, a view; a real tensor itself.
  default Tensor real() {
    return Views.REAL.tensor(self());
  }
}
