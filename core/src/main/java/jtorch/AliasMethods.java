package jtorch;

import org.jspecify.annotations.Nullable;

/// PyTorch's second names of methods, most of them NumPy's.
public sealed interface AliasMethods permits Tensor {
  private Tensor self() {
    return (Tensor) this;
  }

  /// As `abs`.
  default Tensor absolute() {
    return self().abs();
  }

  default Tensor absolute_() {
    return self().abs_();
  }

  /// As `neg`.
  default Tensor negative() {
    return self().neg();
  }

  default Tensor negative_() {
    return self().neg_();
  }

  /// As `sub`.
  default Tensor subtract(Tensor other) {
    return self().sub(other);
  }

  default Tensor subtract(Tensor other, Number alpha) {
    return self().sub(other, alpha);
  }

  default Tensor subtract(Number other) {
    return self().sub(other);
  }

  default Tensor subtract_(Tensor other) {
    return self().sub_(other);
  }

  default Tensor subtract_(Tensor other, Number alpha) {
    return self().sub_(other, alpha);
  }

  default Tensor subtract_(Number other) {
    return self().sub_(other);
  }

  /// As `mul`.
  default Tensor multiply(Tensor other) {
    return self().mul(other);
  }

  default Tensor multiply(Number other) {
    return self().mul(other);
  }

  default Tensor multiply_(Tensor other) {
    return self().mul_(other);
  }

  default Tensor multiply_(Number other) {
    return self().mul_(other);
  }

  /// As `div`.
  default Tensor divide(Tensor other) {
    return self().div(other);
  }

  default Tensor divide(Number other) {
    return self().div(other);
  }

  default Tensor divide(Tensor other, String roundingMode) {
    return self().div(other, roundingMode);
  }

  default Tensor divide(Number other, String roundingMode) {
    return self().div(other, roundingMode);
  }

  default Tensor divide_(Tensor other) {
    return self().div_(other);
  }

  default Tensor divide_(Number other) {
    return self().div_(other);
  }

  default Tensor divide_(Tensor other, String roundingMode) {
    return self().div_(other, roundingMode);
  }

  default Tensor divide_(Number other, String roundingMode) {
    return self().div_(other, roundingMode);
  }

  /// As `div`.
  default Tensor trueDivide(Tensor other) {
    return self().div(other);
  }

  default Tensor trueDivide(Number other) {
    return self().div(other);
  }

  default Tensor trueDivide_(Tensor other) {
    return self().div_(other);
  }

  default Tensor trueDivide_(Number other) {
    return self().div_(other);
  }

  /// As `clamp`.
  default Tensor clip(@Nullable Number min, @Nullable Number max) {
    return self().clamp(min, max);
  }

  default Tensor clip(@Nullable Tensor min, @Nullable Tensor max) {
    return self().clamp(min, max);
  }

  default Tensor clip_(@Nullable Number min, @Nullable Number max) {
    return self().clamp_(min, max);
  }

  default Tensor clip_(@Nullable Tensor min, @Nullable Tensor max) {
    return self().clamp_(min, max);
  }

  /// As `trunc`.
  default Tensor fix() {
    return self().trunc();
  }

  default Tensor fix_() {
    return self().trunc_();
  }

  /// As `gt`.
  default Tensor greater(Tensor other) {
    return self().gt(other);
  }

  default Tensor greater(Number other) {
    return self().gt(other);
  }

  default Tensor greater_(Tensor other) {
    return self().gt_(other);
  }

  default Tensor greater_(Number other) {
    return self().gt_(other);
  }

  /// As `ge`.
  default Tensor greaterEqual(Tensor other) {
    return self().ge(other);
  }

  default Tensor greaterEqual(Number other) {
    return self().ge(other);
  }

  default Tensor greaterEqual_(Tensor other) {
    return self().ge_(other);
  }

  default Tensor greaterEqual_(Number other) {
    return self().ge_(other);
  }

  /// As `lt`.
  default Tensor less(Tensor other) {
    return self().lt(other);
  }

  default Tensor less(Number other) {
    return self().lt(other);
  }

  default Tensor less_(Tensor other) {
    return self().lt_(other);
  }

  default Tensor less_(Number other) {
    return self().lt_(other);
  }

  /// As `le`.
  default Tensor lessEqual(Tensor other) {
    return self().le(other);
  }

  default Tensor lessEqual(Number other) {
    return self().le(other);
  }

  default Tensor lessEqual_(Tensor other) {
    return self().le_(other);
  }

  default Tensor lessEqual_(Number other) {
    return self().le_(other);
  }

  /// As `ne`.
  default Tensor notEqual(Tensor other) {
    return self().ne(other);
  }

  default Tensor notEqual(Number other) {
    return self().ne(other);
  }

  default Tensor notEqual_(Tensor other) {
    return self().ne_(other);
  }

  default Tensor notEqual_(Number other) {
    return self().ne_(other);
  }

  /// As `asin`.
  default Tensor arcsin() {
    return self().asin();
  }

  default Tensor arcsin_() {
    return self().asin_();
  }

  /// As `acos`.
  default Tensor arccos() {
    return self().acos();
  }

  default Tensor arccos_() {
    return self().acos_();
  }

  /// As `atan`.
  default Tensor arctan() {
    return self().atan();
  }

  default Tensor arctan_() {
    return self().atan_();
  }

  /// As `asinh`.
  default Tensor arcsinh() {
    return self().asinh();
  }

  default Tensor arcsinh_() {
    return self().asinh_();
  }

  /// As `acosh`.
  default Tensor arccosh() {
    return self().acosh();
  }

  default Tensor arccosh_() {
    return self().acosh_();
  }

  /// As `atanh`.
  default Tensor arctanh() {
    return self().atanh();
  }

  default Tensor arctanh_() {
    return self().atanh_();
  }

  /// As `atan2`.
  default Tensor arctan2(Tensor other) {
    return self().atan2(other);
  }

  default Tensor arctan2_(Tensor other) {
    return self().atan2_(other);
  }

  /// As `transpose_`.
  default Tensor swapaxes_(long dim0, long dim1) {
    return self().transpose_(dim0, dim1);
  }

  /// As `transpose_`.
  default Tensor swapdims_(long dim0, long dim1) {
    return self().transpose_(dim0, dim1);
  }
}
