package jtorch;

import jtorch.op.Arithmetic;

/// Arithmetic and functions, element by element, with broadcasting and type promotion.
public sealed interface PointwiseMethods permits Tensor {
  private Tensor self() {
    return (Tensor) this;
  }

  /// `self + other`
  default Tensor add(Tensor other) {
    return Arithmetic.ADD.tensor(self(), other, 1L);
  }

  /// `self + alpha * other`
  default Tensor add(Tensor other, Number alpha) {
    return Arithmetic.ADD.tensor(self(), other, alpha);
  }

  default Tensor add(Number other) {
    return Arithmetic.ADD_SCALAR.tensor(self(), other, 1L);
  }

  default Tensor add_(Tensor other) {
    return Arithmetic.ADD.mutating().tensor(self(), other, 1L);
  }

  default Tensor add_(Tensor other, Number alpha) {
    return Arithmetic.ADD.mutating().tensor(self(), other, alpha);
  }

  default Tensor add_(Number other) {
    return Arithmetic.ADD_SCALAR.mutating().tensor(self(), other, 1L);
  }

  /// `self - other`
  default Tensor sub(Tensor other) {
    return Arithmetic.SUB.tensor(self(), other, 1L);
  }

  default Tensor sub(Number other) {
    return Arithmetic.SUB_SCALAR.tensor(self(), other, 1L);
  }

  default Tensor sub_(Tensor other) {
    return Arithmetic.SUB.mutating().tensor(self(), other, 1L);
  }

  /// `self * other`
  default Tensor mul(Tensor other) {
    return Arithmetic.MUL.tensor(self(), other);
  }

  default Tensor mul(Number other) {
    return Arithmetic.MUL_SCALAR.tensor(self(), other);
  }

  default Tensor mul_(Tensor other) {
    return Arithmetic.MUL.mutating().tensor(self(), other);
  }

  default Tensor mul_(Number other) {
    return Arithmetic.MUL_SCALAR.mutating().tensor(self(), other);
  }

  /// `self / other`; integers are divided as floating numbers.
  default Tensor div(Tensor other) {
    return Arithmetic.DIV.tensor(self(), other);
  }

  default Tensor div(Number other) {
    return Arithmetic.DIV_SCALAR.tensor(self(), other);
  }

  default Tensor div_(Tensor other) {
    return Arithmetic.DIV.mutating().tensor(self(), other);
  }

  default Tensor div_(Number other) {
    return Arithmetic.DIV_SCALAR.mutating().tensor(self(), other);
  }

  /// `-self`
  default Tensor neg() {
    return Arithmetic.NEG.tensor(self());
  }

  /// The complex conjugate; a real tensor itself.
  default Tensor conj() {
    return Arithmetic.CONJ.tensor(self());
  }

  /// The real part, a view; a real tensor itself.
  default Tensor real() {
    return jtorch.op.Views.REAL.tensor(self());
  }
}
