package jtorch;

import jtorch.op.Exponentials;
import jtorch.op.Polynomials;

/// Special functions, element by element, as `torch.special`. Arguments broadcast; integers become the default dtype.
public final class Special {
  private Special() {}

  /// The derivative of [#gammaln].
  public static Tensor digamma(Tensor input) {
    return input.digamma();
  }

  /// As [#digamma].
  public static Tensor psi(Tensor input) {
    return input.digamma();
  }

  /// The error function.
  public static Tensor erf(Tensor input) {
    return input.erf();
  }

  /// `1 - erf(x)`
  public static Tensor erfc(Tensor input) {
    return input.erfc();
  }

  /// The inverse of [#erf].
  public static Tensor erfinv(Tensor input) {
    return input.erfinv();
  }

  /// `2^x`
  public static Tensor exp2(Tensor input) {
    return input.exp2();
  }

  /// `1 / (1 + exp(-x))`
  public static Tensor expit(Tensor input) {
    return input.sigmoid();
  }

  /// `exp(x) - 1`, exact for small x.
  public static Tensor expm1(Tensor input) {
    return input.expm1();
  }

  /// `log(abs(gamma(x)))`
  public static Tensor gammaln(Tensor input) {
    return input.lgamma();
  }

  /// The modified Bessel function of the first kind of order 0.
  public static Tensor i0(Tensor input) {
    return input.i0();
  }

  /// `log(1 + x)`, exact for small x.
  public static Tensor log1p(Tensor input) {
    return input.log1p();
  }

  /// `sin(pi x) / (pi x)`
  public static Tensor sinc(Tensor input) {
    return input.sinc();
  }

  /// `log(x / (1 - x))`
  public static Tensor logit(Tensor input) {
    return input.logit();
  }

  public static Tensor logit(Tensor input, double eps) {
    return input.logit(eps);
  }

  /// To the nearest whole number, halves to the even one.
  public static Tensor round(Tensor input) {
    return input.round();
  }

  public static Tensor round(Tensor input, long decimals) {
    return input.round(decimals);
  }

  /// The regularized lower incomplete gamma function.
  public static Tensor gammainc(Tensor input, Tensor other) {
    return input.igamma(other);
  }

  /// The regularized upper incomplete gamma function.
  public static Tensor gammaincc(Tensor input, Tensor other) {
    return input.igammac(other);
  }

  /// The logarithm of the multivariate gamma function of dimension p.
  public static Tensor multigammaln(Tensor input, long p) {
    return input.mvlgamma(p);
  }

  /// `x log(other)`, 0 where x is 0.
  public static Tensor xlogy(Tensor input, Tensor other) {
    return input.xlogy(other);
  }

  public static Tensor xlogy(Tensor input, Number other) {
    return input.xlogy(other);
  }

  /// `exp(x) / sum(exp(x))` along a dimension.
  public static Tensor softmax(Tensor input, long dim) {
    return input.softmax(dim);
  }

  /// `log(softmax(x))`
  public static Tensor logSoftmax(Tensor input, long dim) {
    return input.logSoftmax(dim);
  }

  /// `log(sum(exp(x)))` along a dimension.
  public static Tensor logsumexp(Tensor input, long dim, boolean keepdim) {
    return input.logsumexp(dim, keepdim);
  }

  /// The n-th derivative of [#digamma].
  public static Tensor polygamma(long n, Tensor input) {
    return input.polygamma(n);
  }

  /// `-x log(x)`
  public static Tensor entr(Tensor input) {
    return jtorch.op.Special.ENTR.tensor(input);
  }

  /// `exp(x^2) erfc(x)`
  public static Tensor erfcx(Tensor input) {
    return jtorch.op.Special.ERFCX.tensor(input);
  }

  /// `exp(-abs(x)) i0(x)`
  public static Tensor i0e(Tensor input) {
    return jtorch.op.Special.I0E.tensor(input);
  }

  /// The modified Bessel function of the first kind of order 1.
  public static Tensor i1(Tensor input) {
    return jtorch.op.Special.I1.tensor(input);
  }

  /// `exp(-abs(x)) i1(x)`
  public static Tensor i1e(Tensor input) {
    return jtorch.op.Special.I1E.tensor(input);
  }

  /// The distribution function of the normal distribution.
  public static Tensor ndtr(Tensor input) {
    return jtorch.op.Special.NDTR.tensor(input);
  }

  /// `log(ndtr(x))`
  public static Tensor logNdtr(Tensor input) {
    return jtorch.op.Special.LOG_NDTR.tensor(input);
  }

  /// The quantile function of the normal distribution.
  public static Tensor ndtri(Tensor input) {
    return jtorch.op.Special.NDTRI.tensor(input);
  }

  /// `x log1p(other)`, 0 where x is 0.
  public static Tensor xlog1py(Tensor input, Tensor other) {
    return Exponentials.XLOG1PY.tensor(input, other);
  }

  public static Tensor xlog1py(Tensor input, Number other) {
    return Exponentials.XLOG1PY_SCALAR.tensor(input, other);
  }

  public static Tensor xlog1py(Number input, Tensor other) {
    return Exponentials.XLOG1PY_OF_SCALAR.tensor(input, other);
  }

  /// Hurwitz' zeta function `sum((other + k)^-x)` over all k from 0.
  public static Tensor zeta(Tensor input, Tensor other) {
    return jtorch.op.Special.ZETA.tensor(input, other);
  }

  public static Tensor zeta(Tensor input, Number other) {
    return jtorch.op.Special.ZETA_SCALAR.tensor(input, other);
  }

  public static Tensor zeta(Number input, Tensor other) {
    return jtorch.op.Special.ZETA_OF_SCALAR.tensor(input, other);
  }

  /// The Airy function.
  public static Tensor airyAi(Tensor x) {
    return Polynomials.AIRY_AI.tensor(x);
  }

  /// The Bessel function of the first kind of order 0.
  public static Tensor besselJ0(Tensor input) {
    return Polynomials.BESSEL_J0.tensor(input);
  }

  /// Of order 1.
  public static Tensor besselJ1(Tensor input) {
    return Polynomials.BESSEL_J1.tensor(input);
  }

  /// The Bessel function of the second kind of order 0.
  public static Tensor besselY0(Tensor input) {
    return Polynomials.BESSEL_Y0.tensor(input);
  }

  /// Of order 1.
  public static Tensor besselY1(Tensor input) {
    return Polynomials.BESSEL_Y1.tensor(input);
  }

  /// The modified Bessel function of the first kind of order 0.
  public static Tensor modifiedBesselI0(Tensor input) {
    return Polynomials.MODIFIED_BESSEL_I0.tensor(input);
  }

  /// Of order 1.
  public static Tensor modifiedBesselI1(Tensor input) {
    return Polynomials.MODIFIED_BESSEL_I1.tensor(input);
  }

  /// The modified Bessel function of the second kind of order 0.
  public static Tensor modifiedBesselK0(Tensor input) {
    return Polynomials.MODIFIED_BESSEL_K0.tensor(input);
  }

  /// Of order 1.
  public static Tensor modifiedBesselK1(Tensor input) {
    return Polynomials.MODIFIED_BESSEL_K1.tensor(input);
  }

  /// `exp(x) modifiedBesselK0(x)`
  public static Tensor scaledModifiedBesselK0(Tensor x) {
    return Polynomials.SCALED_MODIFIED_BESSEL_K0.tensor(x);
  }

  /// `exp(x) modifiedBesselK1(x)`
  public static Tensor scaledModifiedBesselK1(Tensor x) {
    return Polynomials.SCALED_MODIFIED_BESSEL_K1.tensor(x);
  }

  /// `sin(x) / x`
  public static Tensor sphericalBesselJ0(Tensor x) {
    return Polynomials.SPHERICAL_BESSEL_J0.tensor(x);
  }

  /// The Chebyshev polynomial of the first kind, of degree n.
  public static Tensor chebyshevPolynomialT(Tensor x, Tensor n) {
    return Polynomials.CHEBYSHEV_POLYNOMIAL_T.tensor(x, n);
  }

  public static Tensor chebyshevPolynomialT(Tensor x, Number n) {
    return Polynomials.CHEBYSHEV_POLYNOMIAL_T_SCALAR.tensor(x, n);
  }

  public static Tensor chebyshevPolynomialT(Number x, Tensor n) {
    return Polynomials.CHEBYSHEV_POLYNOMIAL_T_OF_SCALAR.tensor(x, n);
  }

  /// Of the second kind.
  public static Tensor chebyshevPolynomialU(Tensor x, Tensor n) {
    return Polynomials.CHEBYSHEV_POLYNOMIAL_U.tensor(x, n);
  }

  public static Tensor chebyshevPolynomialU(Tensor x, Number n) {
    return Polynomials.CHEBYSHEV_POLYNOMIAL_U_SCALAR.tensor(x, n);
  }

  public static Tensor chebyshevPolynomialU(Number x, Tensor n) {
    return Polynomials.CHEBYSHEV_POLYNOMIAL_U_OF_SCALAR.tensor(x, n);
  }

  /// Of the third kind.
  public static Tensor chebyshevPolynomialV(Tensor x, Tensor n) {
    return Polynomials.CHEBYSHEV_POLYNOMIAL_V.tensor(x, n);
  }

  public static Tensor chebyshevPolynomialV(Tensor x, Number n) {
    return Polynomials.CHEBYSHEV_POLYNOMIAL_V_SCALAR.tensor(x, n);
  }

  public static Tensor chebyshevPolynomialV(Number x, Tensor n) {
    return Polynomials.CHEBYSHEV_POLYNOMIAL_V_OF_SCALAR.tensor(x, n);
  }

  /// Of the fourth kind.
  public static Tensor chebyshevPolynomialW(Tensor x, Tensor n) {
    return Polynomials.CHEBYSHEV_POLYNOMIAL_W.tensor(x, n);
  }

  public static Tensor chebyshevPolynomialW(Tensor x, Number n) {
    return Polynomials.CHEBYSHEV_POLYNOMIAL_W_SCALAR.tensor(x, n);
  }

  public static Tensor chebyshevPolynomialW(Number x, Tensor n) {
    return Polynomials.CHEBYSHEV_POLYNOMIAL_W_OF_SCALAR.tensor(x, n);
  }

  /// The physicists' Hermite polynomial of degree n.
  public static Tensor hermitePolynomialH(Tensor x, Tensor n) {
    return Polynomials.HERMITE_POLYNOMIAL_H.tensor(x, n);
  }

  public static Tensor hermitePolynomialH(Tensor x, Number n) {
    return Polynomials.HERMITE_POLYNOMIAL_H_SCALAR.tensor(x, n);
  }

  public static Tensor hermitePolynomialH(Number x, Tensor n) {
    return Polynomials.HERMITE_POLYNOMIAL_H_OF_SCALAR.tensor(x, n);
  }

  /// The probabilists' Hermite polynomial of degree n.
  public static Tensor hermitePolynomialHe(Tensor x, Tensor n) {
    return Polynomials.HERMITE_POLYNOMIAL_HE.tensor(x, n);
  }

  public static Tensor hermitePolynomialHe(Tensor x, Number n) {
    return Polynomials.HERMITE_POLYNOMIAL_HE_SCALAR.tensor(x, n);
  }

  public static Tensor hermitePolynomialHe(Number x, Tensor n) {
    return Polynomials.HERMITE_POLYNOMIAL_HE_OF_SCALAR.tensor(x, n);
  }

  /// The Laguerre polynomial of degree n.
  public static Tensor laguerrePolynomialL(Tensor x, Tensor n) {
    return Polynomials.LAGUERRE_POLYNOMIAL_L.tensor(x, n);
  }

  public static Tensor laguerrePolynomialL(Tensor x, Number n) {
    return Polynomials.LAGUERRE_POLYNOMIAL_L_SCALAR.tensor(x, n);
  }

  public static Tensor laguerrePolynomialL(Number x, Tensor n) {
    return Polynomials.LAGUERRE_POLYNOMIAL_L_OF_SCALAR.tensor(x, n);
  }

  /// The Legendre polynomial of degree n.
  public static Tensor legendrePolynomialP(Tensor x, Tensor n) {
    return Polynomials.LEGENDRE_POLYNOMIAL_P.tensor(x, n);
  }

  public static Tensor legendrePolynomialP(Tensor x, Number n) {
    return Polynomials.LEGENDRE_POLYNOMIAL_P_SCALAR.tensor(x, n);
  }

  public static Tensor legendrePolynomialP(Number x, Tensor n) {
    return Polynomials.LEGENDRE_POLYNOMIAL_P_OF_SCALAR.tensor(x, n);
  }

  /// The Chebyshev polynomial of the first kind of `2 x - 1`.
  public static Tensor shiftedChebyshevPolynomialT(Tensor x, Tensor n) {
    return Polynomials.SHIFTED_CHEBYSHEV_POLYNOMIAL_T.tensor(x, n);
  }

  public static Tensor shiftedChebyshevPolynomialT(Tensor x, Number n) {
    return Polynomials.SHIFTED_CHEBYSHEV_POLYNOMIAL_T_SCALAR.tensor(x, n);
  }

  public static Tensor shiftedChebyshevPolynomialT(Number x, Tensor n) {
    return Polynomials.SHIFTED_CHEBYSHEV_POLYNOMIAL_T_OF_SCALAR.tensor(x, n);
  }

  /// Of the second kind.
  public static Tensor shiftedChebyshevPolynomialU(Tensor x, Tensor n) {
    return Polynomials.SHIFTED_CHEBYSHEV_POLYNOMIAL_U.tensor(x, n);
  }

  public static Tensor shiftedChebyshevPolynomialU(Tensor x, Number n) {
    return Polynomials.SHIFTED_CHEBYSHEV_POLYNOMIAL_U_SCALAR.tensor(x, n);
  }

  public static Tensor shiftedChebyshevPolynomialU(Number x, Tensor n) {
    return Polynomials.SHIFTED_CHEBYSHEV_POLYNOMIAL_U_OF_SCALAR.tensor(x, n);
  }

  /// Of the third kind.
  public static Tensor shiftedChebyshevPolynomialV(Tensor x, Tensor n) {
    return Polynomials.SHIFTED_CHEBYSHEV_POLYNOMIAL_V.tensor(x, n);
  }

  public static Tensor shiftedChebyshevPolynomialV(Tensor x, Number n) {
    return Polynomials.SHIFTED_CHEBYSHEV_POLYNOMIAL_V_SCALAR.tensor(x, n);
  }

  public static Tensor shiftedChebyshevPolynomialV(Number x, Tensor n) {
    return Polynomials.SHIFTED_CHEBYSHEV_POLYNOMIAL_V_OF_SCALAR.tensor(x, n);
  }

  /// Of the fourth kind.
  public static Tensor shiftedChebyshevPolynomialW(Tensor x, Tensor n) {
    return Polynomials.SHIFTED_CHEBYSHEV_POLYNOMIAL_W.tensor(x, n);
  }

  public static Tensor shiftedChebyshevPolynomialW(Tensor x, Number n) {
    return Polynomials.SHIFTED_CHEBYSHEV_POLYNOMIAL_W_SCALAR.tensor(x, n);
  }

  public static Tensor shiftedChebyshevPolynomialW(Number x, Tensor n) {
    return Polynomials.SHIFTED_CHEBYSHEV_POLYNOMIAL_W_OF_SCALAR.tensor(x, n);
  }
}
