package jtorch;

import org.jspecify.annotations.Nullable;

/// Arithmetic on tensors as functions, `abs(x)` for `x.abs()`: each is the method of the same name, for [Torch] to inherit.
public abstract class PointwiseFunctions extends ComparisonFunctions {
  PointwiseFunctions() {}

  public static Tensor abs(Tensor input) {
    return input.abs();
  }

  public static Tensor abs_(Tensor input) {
    return input.abs_();
  }

  public static Tensor absolute(Tensor input) {
    return input.absolute();
  }

  public static Tensor add(Tensor input, Tensor other) {
    return input.add(other);
  }

  public static Tensor add(Tensor input, Tensor other, Number alpha) {
    return input.add(other, alpha);
  }

  public static Tensor add(Tensor input, Number other) {
    return input.add(other);
  }

  public static Tensor addcdiv(Tensor input, Tensor tensor1, Tensor tensor2, Number value) {
    return input.addcdiv(tensor1, tensor2, value);
  }

  public static Tensor addcdiv(Tensor input, Tensor tensor1, Tensor tensor2) {
    return input.addcdiv(tensor1, tensor2);
  }

  public static Tensor addcmul(Tensor input, Tensor tensor1, Tensor tensor2, Number value) {
    return input.addcmul(tensor1, tensor2, value);
  }

  public static Tensor addcmul(Tensor input, Tensor tensor1, Tensor tensor2) {
    return input.addcmul(tensor1, tensor2);
  }

  public static Tensor arccos(Tensor input) {
    return input.arccos();
  }

  public static Tensor arccos_(Tensor input) {
    return input.arccos_();
  }

  public static Tensor arccosh(Tensor input) {
    return input.arccosh();
  }

  public static Tensor arccosh_(Tensor input) {
    return input.arccosh_();
  }

  public static Tensor arcsin(Tensor input) {
    return input.arcsin();
  }

  public static Tensor arcsin_(Tensor input) {
    return input.arcsin_();
  }

  public static Tensor arcsinh(Tensor input) {
    return input.arcsinh();
  }

  public static Tensor arcsinh_(Tensor input) {
    return input.arcsinh_();
  }

  public static Tensor arctan(Tensor input) {
    return input.arctan();
  }

  public static Tensor arctan2(Tensor input, Tensor other) {
    return input.arctan2(other);
  }

  public static Tensor arctan_(Tensor input) {
    return input.arctan_();
  }

  public static Tensor arctanh(Tensor input) {
    return input.arctanh();
  }

  public static Tensor arctanh_(Tensor input) {
    return input.arctanh_();
  }

  public static Tensor clamp(Tensor input, @Nullable Number min, @Nullable Number max) {
    return input.clamp(min, max);
  }

  public static Tensor clamp(Tensor input, @Nullable Tensor min, @Nullable Tensor max) {
    return input.clamp(min, max);
  }

  public static Tensor clamp_(Tensor input, @Nullable Number min, @Nullable Number max) {
    return input.clamp_(min, max);
  }

  public static Tensor clamp_(Tensor input, @Nullable Tensor min, @Nullable Tensor max) {
    return input.clamp_(min, max);
  }

  public static Tensor clampMax(Tensor input, Number max) {
    return input.clampMax(max);
  }

  public static Tensor clampMax(Tensor input, Tensor max) {
    return input.clampMax(max);
  }

  public static Tensor clampMax_(Tensor input, Number max) {
    return input.clampMax_(max);
  }

  public static Tensor clampMax_(Tensor input, Tensor max) {
    return input.clampMax_(max);
  }

  public static Tensor clampMin(Tensor input, Number min) {
    return input.clampMin(min);
  }

  public static Tensor clampMin(Tensor input, Tensor min) {
    return input.clampMin(min);
  }

  public static Tensor clampMin_(Tensor input, Number min) {
    return input.clampMin_(min);
  }

  public static Tensor clampMin_(Tensor input, Tensor min) {
    return input.clampMin_(min);
  }

  public static Tensor clip(Tensor input, @Nullable Number min, @Nullable Number max) {
    return input.clip(min, max);
  }

  public static Tensor clip(Tensor input, @Nullable Tensor min, @Nullable Tensor max) {
    return input.clip(min, max);
  }

  public static Tensor clip_(Tensor input, @Nullable Number min, @Nullable Number max) {
    return input.clip_(min, max);
  }

  public static Tensor clip_(Tensor input, @Nullable Tensor min, @Nullable Tensor max) {
    return input.clip_(min, max);
  }

  public static Tensor div(Tensor input, Tensor other) {
    return input.div(other);
  }

  public static Tensor div(Tensor input, Number other) {
    return input.div(other);
  }

  public static Tensor div(Tensor input, Tensor other, String roundingMode) {
    return input.div(other, roundingMode);
  }

  public static Tensor div(Tensor input, Number other, String roundingMode) {
    return input.div(other, roundingMode);
  }

  public static Tensor divide(Tensor input, Tensor other) {
    return input.divide(other);
  }

  public static Tensor divide(Tensor input, Number other) {
    return input.divide(other);
  }

  public static Tensor divide(Tensor input, Tensor other, String roundingMode) {
    return input.divide(other, roundingMode);
  }

  public static Tensor divide(Tensor input, Number other, String roundingMode) {
    return input.divide(other, roundingMode);
  }

  public static Tensor fix(Tensor input) {
    return input.fix();
  }

  public static Tensor fix_(Tensor input) {
    return input.fix_();
  }

  public static Tensor floorDivide(Tensor input, Tensor other) {
    return input.floorDivide(other);
  }

  public static Tensor floorDivide(Tensor input, Number other) {
    return input.floorDivide(other);
  }

  public static Tensor fmax(Tensor input, Tensor other) {
    return input.fmax(other);
  }

  public static Tensor fmin(Tensor input, Tensor other) {
    return input.fmin(other);
  }

  public static Tensor fmod(Tensor input, Tensor other) {
    return input.fmod(other);
  }

  public static Tensor fmod(Tensor input, Number other) {
    return input.fmod(other);
  }

  public static Tensor greater(Tensor input, Tensor other) {
    return input.greater(other);
  }

  public static Tensor greater(Tensor input, Number other) {
    return input.greater(other);
  }

  public static Tensor greaterEqual(Tensor input, Tensor other) {
    return input.greaterEqual(other);
  }

  public static Tensor greaterEqual(Tensor input, Number other) {
    return input.greaterEqual(other);
  }

  public static Tensor lerp(Tensor input, Tensor end, Tensor weight) {
    return input.lerp(end, weight);
  }

  public static Tensor lerp(Tensor input, Tensor end, Number weight) {
    return input.lerp(end, weight);
  }

  public static Tensor less(Tensor input, Tensor other) {
    return input.less(other);
  }

  public static Tensor less(Tensor input, Number other) {
    return input.less(other);
  }

  public static Tensor lessEqual(Tensor input, Tensor other) {
    return input.lessEqual(other);
  }

  public static Tensor lessEqual(Tensor input, Number other) {
    return input.lessEqual(other);
  }

  public static Tensor maskedFill(Tensor input, Tensor mask, Number value) {
    return input.maskedFill(mask, value);
  }

  public static Tensor maskedFill(Tensor input, Tensor mask, Tensor value) {
    return input.maskedFill(mask, value);
  }

  public static Tensor max(Tensor input, Tensor other) {
    return input.max(other);
  }

  public static Tensor min(Tensor input, Tensor other) {
    return input.min(other);
  }

  public static Tensor mul(Tensor input, Tensor other) {
    return input.mul(other);
  }

  public static Tensor mul(Tensor input, Number other) {
    return input.mul(other);
  }

  public static Tensor multiply(Tensor input, Tensor other) {
    return input.multiply(other);
  }

  public static Tensor multiply(Tensor input, Number other) {
    return input.multiply(other);
  }

  public static Tensor neg(Tensor input) {
    return input.neg();
  }

  public static Tensor neg_(Tensor input) {
    return input.neg_();
  }

  public static Tensor negative(Tensor input) {
    return input.negative();
  }

  public static Tensor negative_(Tensor input) {
    return input.negative_();
  }

  public static Tensor notEqual(Tensor input, Tensor other) {
    return input.notEqual(other);
  }

  public static Tensor notEqual(Tensor input, Number other) {
    return input.notEqual(other);
  }

  public static Tensor positive(Tensor input) {
    return input.positive();
  }

  public static Tensor pow(Tensor input, Tensor exponent) {
    return input.pow(exponent);
  }

  public static Tensor pow(Tensor input, Number exponent) {
    return input.pow(exponent);
  }

  public static Tensor reciprocal(Tensor input) {
    return input.reciprocal();
  }

  public static Tensor reciprocal_(Tensor input) {
    return input.reciprocal_();
  }

  public static Tensor remainder(Tensor input, Tensor other) {
    return input.remainder(other);
  }

  public static Tensor remainder(Tensor input, Number other) {
    return input.remainder(other);
  }

  public static Tensor rsqrt(Tensor input) {
    return input.rsqrt();
  }

  public static Tensor rsqrt_(Tensor input) {
    return input.rsqrt_();
  }

  public static Tensor rsub(Tensor input, Tensor other) {
    return input.rsub(other);
  }

  public static Tensor rsub(Tensor input, Number other) {
    return input.rsub(other);
  }

  public static Tensor sgn(Tensor input) {
    return input.sgn();
  }

  public static Tensor sign(Tensor input) {
    return input.sign();
  }

  public static Tensor sqrt(Tensor input) {
    return input.sqrt();
  }

  public static Tensor sqrt_(Tensor input) {
    return input.sqrt_();
  }

  public static Tensor square(Tensor input) {
    return input.square();
  }

  public static Tensor square_(Tensor input) {
    return input.square_();
  }

  public static Tensor sub(Tensor input, Tensor other) {
    return input.sub(other);
  }

  public static Tensor sub(Tensor input, Tensor other, Number alpha) {
    return input.sub(other, alpha);
  }

  public static Tensor sub(Tensor input, Number other) {
    return input.sub(other);
  }

  public static Tensor subtract(Tensor input, Tensor other) {
    return input.subtract(other);
  }

  public static Tensor subtract(Tensor input, Tensor other, Number alpha) {
    return input.subtract(other, alpha);
  }

  public static Tensor subtract(Tensor input, Number other) {
    return input.subtract(other);
  }

  public static Tensor trueDivide(Tensor input, Tensor other) {
    return input.trueDivide(other);
  }

  public static Tensor trueDivide(Tensor input, Number other) {
    return input.trueDivide(other);
  }
}
