package jtorch;

import org.jspecify.annotations.Nullable;

/// Elementary functions as functions, `abs(x)` for `x.abs()`: each is the method of the same name, for [Torch] to inherit.
public abstract class ElementaryFunctions extends ReductionFunctions {
  ElementaryFunctions() {}

  public static Tensor acos(Tensor input) {
    return input.acos();
  }

  public static Tensor acos_(Tensor input) {
    return input.acos_();
  }

  public static Tensor acosh(Tensor input) {
    return input.acosh();
  }

  public static Tensor acosh_(Tensor input) {
    return input.acosh_();
  }

  public static Tensor angle(Tensor input) {
    return input.angle();
  }

  public static Tensor asin(Tensor input) {
    return input.asin();
  }

  public static Tensor asin_(Tensor input) {
    return input.asin_();
  }

  public static Tensor asinh(Tensor input) {
    return input.asinh();
  }

  public static Tensor asinh_(Tensor input) {
    return input.asinh_();
  }

  public static Tensor atan(Tensor input) {
    return input.atan();
  }

  public static Tensor atan2(Tensor input, Tensor other) {
    return input.atan2(other);
  }

  public static Tensor atan_(Tensor input) {
    return input.atan_();
  }

  public static Tensor atanh(Tensor input) {
    return input.atanh();
  }

  public static Tensor atanh_(Tensor input) {
    return input.atanh_();
  }

  public static Tensor ceil(Tensor input) {
    return input.ceil();
  }

  public static Tensor ceil_(Tensor input) {
    return input.ceil_();
  }

  public static Tensor conj(Tensor input) {
    return input.conj();
  }

  public static Tensor conjPhysical(Tensor input) {
    return input.conjPhysical();
  }

  public static Tensor conjPhysical_(Tensor input) {
    return input.conjPhysical_();
  }

  public static Tensor copysign(Tensor input, Tensor other) {
    return input.copysign(other);
  }

  public static Tensor copysign(Tensor input, Number other) {
    return input.copysign(other);
  }

  public static Tensor cos(Tensor input) {
    return input.cos();
  }

  public static Tensor cos_(Tensor input) {
    return input.cos_();
  }

  public static Tensor cosh(Tensor input) {
    return input.cosh();
  }

  public static Tensor cosh_(Tensor input) {
    return input.cosh_();
  }

  public static Tensor deg2rad(Tensor input) {
    return input.deg2rad();
  }

  public static Tensor deg2rad_(Tensor input) {
    return input.deg2rad_();
  }

  public static Tensor digamma(Tensor input) {
    return input.digamma();
  }

  public static Tensor erf(Tensor input) {
    return input.erf();
  }

  public static Tensor erf_(Tensor input) {
    return input.erf_();
  }

  public static Tensor erfc(Tensor input) {
    return input.erfc();
  }

  public static Tensor erfc_(Tensor input) {
    return input.erfc_();
  }

  public static Tensor erfinv(Tensor input) {
    return input.erfinv();
  }

  public static Tensor exp(Tensor input) {
    return input.exp();
  }

  public static Tensor exp2(Tensor input) {
    return input.exp2();
  }

  public static Tensor exp2_(Tensor input) {
    return input.exp2_();
  }

  public static Tensor exp_(Tensor input) {
    return input.exp_();
  }

  public static Tensor expm1(Tensor input) {
    return input.expm1();
  }

  public static Tensor expm1_(Tensor input) {
    return input.expm1_();
  }

  public static Tensor floatPower(Tensor input, Tensor exponent) {
    return input.floatPower(exponent);
  }

  public static Tensor floatPower(Tensor input, Number exponent) {
    return input.floatPower(exponent);
  }

  public static Tensor floor(Tensor input) {
    return input.floor();
  }

  public static Tensor floor_(Tensor input) {
    return input.floor_();
  }

  public static Tensor frac(Tensor input) {
    return input.frac();
  }

  public static Tensor frac_(Tensor input) {
    return input.frac_();
  }

  public static Tensor[] frexp(Tensor input) {
    return input.frexp();
  }

  public static Tensor gcd(Tensor input, Tensor other) {
    return input.gcd(other);
  }

  public static Tensor gcd_(Tensor input, Tensor other) {
    return input.gcd_(other);
  }

  public static Tensor hardshrink(Tensor input, double lambd) {
    return input.hardshrink(lambd);
  }

  public static Tensor heaviside(Tensor input, Tensor values) {
    return input.heaviside(values);
  }

  public static Tensor hypot(Tensor input, Tensor other) {
    return input.hypot(other);
  }

  public static Tensor i0(Tensor input) {
    return input.i0();
  }

  public static Tensor i0_(Tensor input) {
    return input.i0_();
  }

  public static Tensor igamma(Tensor input, Tensor other) {
    return input.igamma(other);
  }

  public static Tensor igammac(Tensor input, Tensor other) {
    return input.igammac(other);
  }

  public static Tensor lcm(Tensor input, Tensor other) {
    return input.lcm(other);
  }

  public static Tensor lcm_(Tensor input, Tensor other) {
    return input.lcm_(other);
  }

  public static Tensor ldexp(Tensor input, Tensor other) {
    return input.ldexp(other);
  }

  public static Tensor ldexp_(Tensor input, Tensor other) {
    return input.ldexp_(other);
  }

  public static Tensor lgamma(Tensor input) {
    return input.lgamma();
  }

  public static Tensor log(Tensor input) {
    return input.log();
  }

  public static Tensor log10(Tensor input) {
    return input.log10();
  }

  public static Tensor log10_(Tensor input) {
    return input.log10_();
  }

  public static Tensor log1p(Tensor input) {
    return input.log1p();
  }

  public static Tensor log1p_(Tensor input) {
    return input.log1p_();
  }

  public static Tensor log2(Tensor input) {
    return input.log2();
  }

  public static Tensor log2_(Tensor input) {
    return input.log2_();
  }

  public static Tensor log_(Tensor input) {
    return input.log_();
  }

  public static Tensor logaddexp(Tensor input, Tensor other) {
    return input.logaddexp(other);
  }

  public static Tensor logaddexp2(Tensor input, Tensor other) {
    return input.logaddexp2(other);
  }

  public static Tensor logit(Tensor input) {
    return input.logit();
  }

  public static Tensor logit(Tensor input, double eps) {
    return input.logit(eps);
  }

  public static Tensor logit_(Tensor input) {
    return input.logit_();
  }

  public static Tensor logit_(Tensor input, double eps) {
    return input.logit_(eps);
  }

  public static Tensor mvlgamma(Tensor input, long p) {
    return input.mvlgamma(p);
  }

  public static Tensor nanToNum(Tensor input) {
    return input.nanToNum();
  }

  public static Tensor nanToNum(Tensor input, @Nullable Double nan, @Nullable Double posinf, @Nullable Double neginf) {
    return input.nanToNum(nan, posinf, neginf);
  }

  public static Tensor nanToNum_(Tensor input) {
    return input.nanToNum_();
  }

  public static Tensor nanToNum_(Tensor input, @Nullable Double nan, @Nullable Double posinf, @Nullable Double neginf) {
    return input.nanToNum_(nan, posinf, neginf);
  }

  public static Tensor nextafter(Tensor input, Tensor other) {
    return input.nextafter(other);
  }

  public static Tensor polygamma(Tensor input, long n) {
    return input.polygamma(n);
  }

  public static Tensor prelu(Tensor input, Tensor weight) {
    return input.prelu(weight);
  }

  public static Tensor rad2deg(Tensor input) {
    return input.rad2deg();
  }

  public static Tensor rad2deg_(Tensor input) {
    return input.rad2deg_();
  }

  public static Tensor real(Tensor input) {
    return input.real();
  }

  public static Tensor relu(Tensor input) {
    return input.relu();
  }

  public static Tensor relu_(Tensor input) {
    return input.relu_();
  }

  public static Tensor round(Tensor input) {
    return input.round();
  }

  public static Tensor round(Tensor input, long decimals) {
    return input.round(decimals);
  }

  public static Tensor round_(Tensor input) {
    return input.round_();
  }

  public static Tensor round_(Tensor input, long decimals) {
    return input.round_(decimals);
  }

  public static Tensor sigmoid(Tensor input) {
    return input.sigmoid();
  }

  public static Tensor sigmoid_(Tensor input) {
    return input.sigmoid_();
  }

  public static Tensor sin(Tensor input) {
    return input.sin();
  }

  public static Tensor sin_(Tensor input) {
    return input.sin_();
  }

  public static Tensor sinc(Tensor input) {
    return input.sinc();
  }

  public static Tensor sinc_(Tensor input) {
    return input.sinc_();
  }

  public static Tensor sinh(Tensor input) {
    return input.sinh();
  }

  public static Tensor sinh_(Tensor input) {
    return input.sinh_();
  }

  public static Tensor tan(Tensor input) {
    return input.tan();
  }

  public static Tensor tan_(Tensor input) {
    return input.tan_();
  }

  public static Tensor tanh(Tensor input) {
    return input.tanh();
  }

  public static Tensor tanh_(Tensor input) {
    return input.tanh_();
  }

  public static Tensor trunc(Tensor input) {
    return input.trunc();
  }

  public static Tensor trunc_(Tensor input) {
    return input.trunc_();
  }

  public static Tensor xlogy(Tensor input, Tensor other) {
    return input.xlogy(other);
  }

  public static Tensor xlogy(Tensor input, Number other) {
    return input.xlogy(other);
  }

  public static Tensor xlogy_(Tensor input, Tensor other) {
    return input.xlogy_(other);
  }

  public static Tensor xlogy_(Tensor input, Number other) {
    return input.xlogy_(other);
  }
}
