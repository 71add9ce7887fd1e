package jtorch.expr;

/// A complex number, for reference computations: its functions are the textbook's definitions.
public record Complex(double re, double im) {
  static final Complex ONE = new Complex(1, 0);
  static final Complex I = new Complex(0, 1);
  static final Complex MINUS_I = new Complex(0, -1);

  Complex plus(Complex b) {
    return new Complex(re + b.re, im + b.im);
  }

  Complex minus(Complex b) {
    return new Complex(re - b.re, im - b.im);
  }

  Complex times(Complex b) {
    return new Complex(re * b.re - im * b.im, re * b.im + im * b.re);
  }

  Complex times(double b) {
    return new Complex(re * b, im * b);
  }

  Complex over(Complex b) {
    double square = b.re * b.re + b.im * b.im;
    return times(new Complex(b.re, -b.im)).times(1 / square);
  }

  double abs() {
    return Math.hypot(re, im);
  }

  Complex exp() {
    return new Complex(Math.cos(im), Math.sin(im)).times(Math.exp(re));
  }

  Complex log() {
    return new Complex(Math.log(abs()), Math.atan2(im, re));
  }

  Complex sqrt() {
    double half = Math.atan2(im, re) / 2;
    return new Complex(Math.cos(half), Math.sin(half)).times(Math.sqrt(abs()));
  }

  Complex sinh() {
    return exp().minus(times(-1).exp()).times(0.5);
  }

  Complex cosh() {
    return exp().plus(times(-1).exp()).times(0.5);
  }

  Complex tanh() {
    return sinh().over(cosh());
  }

  /// `-i log(i z + sqrt(1 - z) sqrt(1 + z))`.
  Complex asin() {
    return times(I).plus(ONE.minus(this).sqrt().times(ONE.plus(this).sqrt())).log().times(MINUS_I);
  }

  /// `(log(1 + z) - log(1 - z)) / 2`.
  Complex atanh() {
    return ONE.plus(this).log().minus(ONE.minus(this).log()).times(0.5);
  }
}
