package jtorch.expr;

import static jtorch.expr.Algebra.ONE;
import static jtorch.expr.Algebra.ZERO;
import static jtorch.expr.Algebra.add;
import static jtorch.expr.Algebra.div;
import static jtorch.expr.Algebra.mul;
import static jtorch.expr.Algebra.neg;
import static jtorch.expr.Algebra.sub;
import static jtorch.expr.Expr.constant;
import static jtorch.expr.Expr.select;

import java.util.HashMap;
import java.util.Map;
import jtorch.expr.Expr.Binary;
import jtorch.expr.Expr.Compare;
import jtorch.expr.Expr.Constant;
import jtorch.expr.Expr.Input;
import jtorch.expr.Expr.Logical;
import jtorch.expr.Expr.Not;
import jtorch.expr.Expr.Parameter;
import jtorch.expr.Expr.Select;
import jtorch.expr.Expr.Unary;

/// The real and the imaginary part of a complex expression, as two real expressions.
///
/// Input i becomes the inputs 2i (real part) and 2i + 1 (imaginary part), and likewise for parameters. Branch cuts and
/// signed zeros are those of C99, which PyTorch follows.
///
/// **Source**: W. Kahan, *Branch Cuts for Complex Elementary Functions*, 1987, for tanh and the inverse functions.
///
/// @param re the real part; for a truth, the truth itself
/// @param im the imaginary part; 0 for a truth
public record ComplexLowering(Expr re, Expr im) {
  /// @throws UnsupportedOperationException naming an operator that complex numbers do not have
  public static ComplexLowering of(Expr body) {
    Map<Expr, ComplexLowering> parts = new HashMap<>();
    body.visit(e -> parts.put(e, lower(e, parts)));
    return parts.getOrDefault(Canonical.of(body), real(ZERO));
  }

  private static ComplexLowering lower(Expr e, Map<Expr, ComplexLowering> parts) {
    return switch (e) {
      case Input(int i) -> new ComplexLowering(Expr.input(2 * i), Expr.input(2 * i + 1));
      case Parameter(int i) -> new ComplexLowering(Expr.parameter(2 * i), Expr.parameter(2 * i + 1));
      case Constant _ -> real(e);
      case Unary(UnaryOp op, Expr x) -> unary(op, of(parts, x));
      case Binary(BinaryOp op, Expr a, Expr b) -> binary(op, of(parts, a), of(parts, b));
      case Compare(Comparison op, Expr a, Expr b) -> real(compare(op, of(parts, a), of(parts, b)));
      case Logical(Connective op, Expr a, Expr b) -> real(Expr.logical(op, of(parts, a).re, of(parts, b).re));
      case Not(Expr x) -> real(of(parts, x).re.not());
      case Select(Expr c, Expr a, Expr b) -> choose(of(parts, c).re, of(parts, a), of(parts, b));
    };
  }

  private static ComplexLowering of(Map<Expr, ComplexLowering> parts, Expr e) {
    return parts.getOrDefault(e, real(e));
  }

  private static ComplexLowering real(Expr re) {
    return new ComplexLowering(re, ZERO);
  }

  private static ComplexLowering choose(Expr condition, ComplexLowering a, ComplexLowering b) {
    return new ComplexLowering(a.re == b.re ? a.re : select(condition, a.re, b.re),
        a.im == b.im ? a.im : select(condition, a.im, b.im));
  }

  private static ComplexLowering unary(UnaryOp op, ComplexLowering z) {
    return switch (op) {
      case NEG -> z.negated();
      case ABS -> real(z.magnitude());
      case SGN -> {
        Expr magnitude = z.magnitude();
        yield choose(magnitude.eq(0), real(ZERO), z.over(magnitude));
      }
      case SQUARE -> z.times(z);
      case SQRT -> z.root();
      case RSQRT -> z.root().inverse();
      case RECIPROCAL -> z.inverse();
      case EXP -> z.exponential();
      case EXP2 -> z.scaled(Math.log(2)).exponential();
      case EXPM1 -> {
        Expr half = mul(z.im, constant(0.5)).sin();
        Expr re = sub(mul(z.re.expm1(), z.im.cos()), mul(half.square(), constant(2)));
        yield new ComplexLowering(re, z.exponential().im);
      }
      case LOG -> z.logarithm();
      case LOG2 -> z.logarithm().scaled(1 / Math.log(2));
      case LOG10 -> z.logarithm().scaled(1 / Math.log(10));
      case LOG1P -> z.logarithmOfOnePlus();
      case SIN -> z.turned().sineHyperbolic().turnedBack();
      case COS -> z.turned().cosineHyperbolic();
      case TAN -> z.turned().tangentHyperbolic().turnedBack();
      case SINH -> z.sineHyperbolic();
      case COSH -> z.cosineHyperbolic();
      case TANH -> z.tangentHyperbolic();
      case ASIN -> z.arcSine();
      case ACOS -> {
        ComplexLowering below = z.oneMinus().root();
        ComplexLowering above = z.plusOne().root();
        yield new ComplexLowering(mul(below.re.atan2(above.re), constant(2)),
            above.conjugate().times(below).im.asinh());
      }
      case ATAN -> z.turned().areaTangent().turnedBack();
      case ASINH -> z.turned().arcSine().turnedBack();
      case ACOSH -> {
        ComplexLowering below = new ComplexLowering(sub(z.re, ONE), z.im).root();
        ComplexLowering above = z.plusOne().root();
        yield new ComplexLowering(below.conjugate().times(above).re.asinh(),
            mul(below.im.atan2(above.re), constant(2)));
      }
      case ATANH -> z.areaTangent();
      case SIGMOID -> {
        // The exponential that does not overflow, and the quotient that goes with it.
        Expr right = z.re.ge(0);
        ComplexLowering small = choose(right, z.negated(), z).exponential();
        yield choose(right, real(ONE), small).dividedBy(small.plusOne());
      }
      case CONJ -> z.conjugate();
      case REAL -> real(z.re);
      case IMAG -> real(z.im);
      case ANGLE -> real(z.im.atan2(z.re));
      case IS_NAN -> real(z.re.isNan().or(z.im.isNan()));
      case IS_INF -> real(z.re.isInf().or(z.im.isInf()));
      case IS_FINITE -> real(z.re.isFinite().and(z.im.isFinite()));
      case SIGN, FLOOR, CEIL, ROUND, TRUNC, FRAC, ERF, ERFC, ERFINV, ERFCX, LGAMMA, DIGAMMA, TRIGAMMA, I0, I0E, I1, I1E,
          NDTRI, LOG_NDTR, BIT_NOT, SIGNBIT, AIRY_AI, BESSEL_J0, BESSEL_J1, BESSEL_Y0, BESSEL_Y1, MODIFIED_BESSEL_I0,
          MODIFIED_BESSEL_I1,
          MODIFIED_BESSEL_K0, MODIFIED_BESSEL_K1, SCALED_MODIFIED_BESSEL_K0, SCALED_MODIFIED_BESSEL_K1,
          SPHERICAL_BESSEL_J0 ->
        throw missing(op);
    };
  }

  private static ComplexLowering binary(BinaryOp op, ComplexLowering a, ComplexLowering b) {
    return switch (op) {
      case ADD -> new ComplexLowering(add(a.re, b.re), add(a.im, b.im));
      case SUB -> new ComplexLowering(sub(a.re, b.re), sub(a.im, b.im));
      case MUL -> a.times(b);
      case DIV -> a.dividedBy(b);
      case POW -> a.power(b);
      case COMPLEX -> new ComplexLowering(a.re, b.re);
      case MIN, MAX, FMIN, FMAX, ATAN2, HYPOT, FMOD, REMAINDER, FLOOR_DIVIDE, TRUNC_DIVIDE, COPYSIGN, NEXTAFTER,
          BIT_AND,
          BIT_OR, BIT_XOR, SHIFT_LEFT, SHIFT_RIGHT, GCD, LCM, XLOG1PY, POLYGAMMA, ZETA, IGAMMA, IGAMMAC,
          CHEBYSHEV_POLYNOMIAL_T, CHEBYSHEV_POLYNOMIAL_U, CHEBYSHEV_POLYNOMIAL_V, CHEBYSHEV_POLYNOMIAL_W,
          HERMITE_POLYNOMIAL_H, HERMITE_POLYNOMIAL_HE, LAGUERRE_POLYNOMIAL_L, LEGENDRE_POLYNOMIAL_P,
          SHIFTED_CHEBYSHEV_POLYNOMIAL_T, SHIFTED_CHEBYSHEV_POLYNOMIAL_U, SHIFTED_CHEBYSHEV_POLYNOMIAL_V,
          SHIFTED_CHEBYSHEV_POLYNOMIAL_W ->
        throw missing(op);
    };
  }

  private static Expr compare(Comparison op, ComplexLowering a, ComplexLowering b) {
    boolean real = a.im == ZERO && b.im == ZERO;
    return switch (op) {
      case EQ -> real ? a.re.eq(b.re) : a.re.eq(b.re).and(a.im.eq(b.im));
      case NE -> real ? a.re.ne(b.re) : a.re.ne(b.re).or(a.im.ne(b.im));
      case LT, LE, GT, GE -> {
        if (!real) throw missing(op);
        yield Expr.compare(op, a.re, b.re);
      }
    };
  }

  private static UnsupportedOperationException missing(Object op) {
    return new UnsupportedOperationException(op + " does not exist for complex numbers");
  }

  // Arithmetic

  private ComplexLowering negated() {
    return new ComplexLowering(neg(re), neg(im));
  }

  private ComplexLowering conjugate() {
    return new ComplexLowering(re, neg(im));
  }

  /// `i z`.
  private ComplexLowering turned() {
    return new ComplexLowering(neg(im), re);
  }

  /// `-i z`.
  private ComplexLowering turnedBack() {
    return new ComplexLowering(im, neg(re));
  }

  private ComplexLowering plusOne() {
    return new ComplexLowering(add(re, ONE), im);
  }

  private ComplexLowering oneMinus() {
    return new ComplexLowering(sub(ONE, re), neg(im));
  }

  private ComplexLowering scaled(double factor) {
    return new ComplexLowering(mul(re, constant(factor)), mul(im, constant(factor)));
  }

  private ComplexLowering over(Expr divisor) {
    return new ComplexLowering(div(re, divisor), div(im, divisor));
  }

  private Expr magnitude() {
    return im == ZERO ? re.abs() : re.hypot(im);
  }

  private ComplexLowering times(ComplexLowering b) {
    return new ComplexLowering(sub(mul(re, b.re), mul(im, b.im)), add(mul(re, b.im), mul(im, b.re)));
  }

  private ComplexLowering inverse() {
    if (im == ZERO) return real(re.reciprocal());
    Expr magnitude = magnitude();
    return conjugate().over(magnitude).over(magnitude);
  }

  /// Smith's method: the larger part of the divisor is divided out, so that no square overflows.
  private ComplexLowering dividedBy(ComplexLowering b) {
    if (b.im == ZERO) return over(b.re);
    Expr wide = b.re.abs().ge(b.im.abs());
    Expr large = select(wide, b.re, b.im);
    Expr small = select(wide, b.im, b.re);
    Expr ratio = select(large.eq(0), ZERO, small.div(large));
    Expr divisor = large.add(small.mul(ratio));
    ComplexLowering tilted = new ComplexLowering(mul(re, ratio), mul(im, ratio));
    Expr real = select(wide, add(re, tilted.im), add(tilted.re, im));
    Expr imaginary = select(wide, sub(im, tilted.re), sub(tilted.im, re));
    return new ComplexLowering(real, imaginary).over(divisor);
  }

  private ComplexLowering power(ComplexLowering b) {
    if (b.im == ZERO && b.re instanceof Constant(double k)) {
      if (k == 0) return real(ONE);
      if (k == 1) return this;
      if (k == 2) return times(this);
      if (k == 3) return times(this).times(this);
      if (k == 0.5) return root();
      if (k == -0.5) return root().inverse();
      if (k == -1) return inverse();
      if (k == -2) return times(this).inverse();
    }
    ComplexLowering general = b.times(logarithm()).exponential();
    Expr zero = b.im == ZERO ? b.re.eq(0) : b.re.eq(0).and(b.im.eq(0));
    Expr vanishes = compare(Comparison.EQ, this, real(ZERO)).and(b.re.gt(0));
    return choose(zero, real(ONE), choose(vanishes, real(ZERO), general));
  }

  // Exponential and logarithm

  private ComplexLowering exponential() {
    if (im == ZERO) return real(re.exp());
    Expr growth = re.exp();
    // A vanishing or endless growth times a turn that does not exist.
    Expr still = im.eq(0).or(growth.eq(0));
    return new ComplexLowering(select(still, growth, growth.mul(im.cos())),
        select(still, select(growth.eq(0), 0, im), growth.mul(im.sin())));
  }

  private ComplexLowering logarithm() {
    // Near the unit circle the logarithm of the magnitude comes from how far the square is from 1.
    Expr larger = re.abs().fmax(im.abs());
    Expr smaller = re.abs().fmin(im.abs());
    Expr beyondOne = larger.sub(1).mul(larger.add(1)).add(smaller.square());
    Expr magnitude = magnitude();
    Expr near = magnitude.gt(0.5).and(magnitude.lt(2));
    return new ComplexLowering(select(near, beyondOne.log1p().mul(0.5), magnitude.log()), im.atan2(re));
  }

  private ComplexLowering logarithmOfOnePlus() {
    Expr beyondOne = add(re.mul(re.add(2)), im.square());
    Expr near = re.abs().lt(0.5).and(im.abs().lt(0.5));
    ComplexLowering far = plusOne().logarithm();
    return new ComplexLowering(select(near, beyondOne.log1p().mul(0.5), far.re), far.im);
  }

  private ComplexLowering root() {
    Expr t = re.abs().mul(0.5).add(magnitude().mul(0.5)).sqrt();
    Expr other = select(t.eq(0).or(im.isInf()), im, im.div(t.mul(2)));
    Expr right = re.ge(0);
    return new ComplexLowering(select(right, t, other.abs()), select(right, other, t.copysign(im)));
  }

  // Hyperbolic functions; the circular ones are these of i z

  private ComplexLowering sineHyperbolic() {
    return new ComplexLowering(re.sinh().mul(im.cos()), re.cosh().mul(im.sin()));
  }

  private ComplexLowering cosineHyperbolic() {
    return new ComplexLowering(re.cosh().mul(im.cos()), re.sinh().mul(im.sin()));
  }

  private ComplexLowering tangentHyperbolic() {
    Expr t = im.tan();
    Expr beta = t.square().add(1);
    Expr s = re.sinh();
    Expr rho = s.square().add(1).sqrt();
    Expr divisor = beta.mul(s.square()).add(1);
    ComplexLowering near = new ComplexLowering(beta.mul(rho).mul(s), t).over(divisor);
    Expr rest = im.sin().mul(im.cos()).mul(re.abs().mul(-2).exp()).mul(4);
    return choose(re.abs().gt(20), new ComplexLowering(ONE.copysign(re), rest), near);
  }

  private ComplexLowering arcSine() {
    ComplexLowering below = oneMinus().root();
    ComplexLowering above = plusOne().root();
    return new ComplexLowering(re.atan2(below.times(above).re), below.conjugate().times(above).im.asinh());
  }

  private ComplexLowering areaTangent() {
    // On the right half plane, where log1p keeps its digits near the poles.
    Expr right = re.abs();
    Expr below = constant(1).sub(right);
    Expr square = im.square();
    Expr real = right.mul(4).div(below.square().add(square)).log1p().mul(0.25).copysign(re);
    Expr imaginary = im.mul(2).atan2(below.mul(right.add(1)).sub(square)).mul(0.5);
    return new ComplexLowering(real, imaginary);
  }
}
