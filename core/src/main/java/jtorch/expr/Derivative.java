package jtorch.expr;

import static jtorch.expr.Algebra.ONE;
import static jtorch.expr.Algebra.ZERO;
import static jtorch.expr.Algebra.add;
import static jtorch.expr.Algebra.div;
import static jtorch.expr.Algebra.kept;
import static jtorch.expr.Algebra.masked;
import static jtorch.expr.Algebra.mul;
import static jtorch.expr.Algebra.neg;
import static jtorch.expr.Algebra.sub;
import static jtorch.expr.Expr.constant;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import jtorch.expr.Expr.Binary;
import jtorch.expr.Expr.Input;
import jtorch.expr.Expr.Select;
import jtorch.expr.Expr.Unary;

/// Symbolic derivatives, found from the result back to the input, so that shared subterms stay shared.
///
/// At kinks the values are PyTorch's: `abs'(0) = 0`, a tie of two tensors in `max` gives each a half, a tie with a scalar
/// gives all to the tensor (as `clamp` does), `floor` and its like are flat, `pow` with exponent 0 has slope 0. Truths
/// and integer operators have derivative 0.
///
/// **Source**: the formulas are those of PyTorch's `derivatives.yaml`.
public final class Derivative {
  private static final double TWO_OVER_SQRT_PI = 2 / Math.sqrt(Math.PI);

  private final boolean complex;
  private final Map<Expr, Expr> adjoints = new HashMap<>();
  private final Set<Expr> dependent = new HashSet<>();

  private Derivative(boolean complex) {
    this.complex = complex;
  }

  /// The derivative of a real function by one of its inputs.
  ///
  /// @throws UnsupportedOperationException naming the operator, where PyTorch has no derivative either
  public static Expr of(Expr body, int input) {
    return pullback(body, input, ONE, false);
  }

  /// The gradient that reaches an input when `gradient` reaches the result.
  ///
  /// As [#of] times the gradient, but masks are applied to the gradient itself: where `relu` is flat the outcome is 0
  /// even if the gradient is infinite or NaN.
  ///
  /// @param gradient usually the input after the last one of the body
  /// @param complex whether the numbers are complex. Then the outcome follows PyTorch's convention, the conjugate
  ///     Wirtinger derivative: `gradient * conj(f'(x))` for holomorphic functions.
  /// @throws UnsupportedOperationException naming the operator, where PyTorch has no derivative either
  public static Expr pullback(Expr body, int input, Expr gradient, boolean complex) {
    return new Derivative(complex).run(Canonical.of(body), Expr.input(input), Canonical.of(gradient));
  }

  /// A gradient times a slope that is known: as [#pullback], a mask in the slope is applied to the gradient itself.
  public static Expr scaled(Expr gradient, Expr slope, boolean complex) {
    return mul(gradient, complex ? Algebra.conj(slope) : slope);
  }

  private Expr run(Expr body, Expr input, Expr gradient) {
    List<Expr> order = body.subterms();
    for (Expr e : order) {
      if (e == input || e.operands().stream().anyMatch(dependent::contains)) dependent.add(e);
    }
    if (body.isTruth()) return ZERO;
    give(body, gradient);
    for (Expr e : order.reversed()) {
      Expr g = adjoints.getOrDefault(e, ZERO);
      if (g == ZERO || e == input) continue;
      switch (e) {
        case Unary u -> give(u.x(), unary(u, g));
        case Binary b -> binary(b, g);
        case Select(Expr c, Expr then, Expr otherwise) -> {
          give(then, kept(c, g));
          give(otherwise, masked(c, g));
        }
        default -> {}
      }
    }
    return adjoints.getOrDefault(input, ZERO);
  }

  private boolean needs(Expr e) {
    return dependent.contains(e);
  }

  private void give(Expr to, Expr gradient) {
    if (needs(to) && gradient != ZERO) adjoints.merge(to, gradient, Algebra::add);
  }

  /// A factor of a gradient: conjugated if numbers are complex.
  private Expr factor(Expr e) {
    return complex ? Algebra.conj(e) : e;
  }

  private Expr times(Expr gradient, Expr slope) {
    return mul(gradient, factor(slope));
  }

  private Expr over(Expr gradient, Expr divisor) {
    return div(gradient, factor(divisor));
  }

  private Expr unary(Unary y, Expr g) {
    Expr x = y.x();
    return switch (y.op()) {
      case NEG -> neg(g);
      case ABS -> mul(g, complex ? x.sgn() : x.sign());
      case SGN -> complex ? sgn(x, y, g) : ZERO;
      case SIGN, FLOOR, CEIL, ROUND, TRUNC, BIT_NOT, IS_NAN, IS_INF, IS_FINITE, SIGNBIT -> ZERO;
      case FRAC -> g;
      case SQUARE -> times(g, mul(x, constant(2)));
      case SQRT -> over(g, mul(y, constant(2)));
      case RSQRT -> times(g, mul(mul(y, y.square()), constant(-0.5)));
      case RECIPROCAL -> neg(times(g, y.square()));
      case EXP -> times(g, y);
      case EXP2 -> times(g, mul(y, constant(Math.log(2))));
      case EXPM1 -> times(g, add(y, ONE));
      case LOG -> over(g, x);
      case LOG2 -> over(g, mul(x, constant(Math.log(2))));
      case LOG10 -> over(g, mul(x, constant(Math.log(10))));
      case LOG1P -> over(g, add(x, ONE));
      case SIN -> times(g, x.cos());
      case COS -> neg(times(g, x.sin()));
      case TAN -> times(g, add(y.square(), ONE));
      case ASIN -> times(g, sub(ONE, x.square()).rsqrt());
      case ACOS -> neg(times(g, sub(ONE, x.square()).rsqrt()));
      case ATAN -> over(g, add(x.square(), ONE));
      case SINH -> times(g, x.cosh());
      case COSH -> times(g, x.sinh());
      case TANH -> times(g, sub(ONE, y.square()));
      case ASINH -> times(g, add(x.square(), ONE).rsqrt());
      case ACOSH -> times(g, mul(sub(x, ONE).rsqrt(), add(x, ONE).rsqrt()));
      case ATANH -> over(g, sub(ONE, x.square()));
      case SIGMOID -> times(g, mul(sub(ONE, y), y));
      case ERF -> times(g, mul(neg(x.square()).exp(), constant(TWO_OVER_SQRT_PI)));
      case ERFC -> times(g, mul(neg(x.square()).exp(), constant(-TWO_OVER_SQRT_PI)));
      case ERFINV -> times(g, mul(y.square().exp(), constant(1 / TWO_OVER_SQRT_PI)));
      case ERFCX -> times(g, sub(mul(mul(x, y), constant(2)), constant(TWO_OVER_SQRT_PI)));
      case LGAMMA -> mul(g, x.digamma());
      case DIGAMMA -> mul(g, x.trigamma());
      case TRIGAMMA -> mul(g, x.polygamma(constant(2)));
      case I0 -> mul(g, x.i1());
      case I0E -> mul(g, sub(x.i1e(), mul(x.sign(), y)));
      case I1 -> mul(g, Expr.select(x.eq(0), 0.5, sub(x.i0(), div(y, x))));
      case I1E -> mul(g, Expr.select(x.eq(0), 0.5, sub(x.i0e(), mul(y, add(x.sign(), x.reciprocal())))));
      case NDTRI -> mul(g, mul(mul(y.square(), constant(0.5)).exp(), constant(Math.sqrt(2 * Math.PI))));
      case LOG_NDTR -> mul(div(g, x.mul(-Math.sqrt(0.5)).erfcx()), constant(Math.sqrt(2 / Math.PI)));
      case AIRY_AI, BESSEL_J0, BESSEL_J1, BESSEL_Y0, BESSEL_Y1, MODIFIED_BESSEL_I0, MODIFIED_BESSEL_I1,
          MODIFIED_BESSEL_K0, MODIFIED_BESSEL_K1, SCALED_MODIFIED_BESSEL_K0, SCALED_MODIFIED_BESSEL_K1,
          SPHERICAL_BESSEL_J0 ->
        throw new UnsupportedOperationException("the derivative of " + y.op() + " does not exist");
      case CONJ -> complex ? Algebra.conj(g) : g;
      case REAL -> complex ? g.real() : g;
      case IMAG -> complex ? ZERO.complex(g) : ZERO;
      case ANGLE -> complex ? angle(x, g) : ZERO;
    };
  }

  /// `x / |x|` is not holomorphic: only the part of the gradient across x counts.
  private static Expr sgn(Expr x, Expr y, Expr g) {
    Expr along = g.mul(y.conj()).real().mul(y);
    return masked(x.eq(0), g.sub(along).div(x.abs()));
  }

  private static Expr angle(Expr x, Expr g) {
    Expr square = x.real().square().add(x.imag().square());
    return masked(x.eq(0), g.mul(x.imag().neg().complex(x.real())).div(square));
  }

  private void binary(Binary y, Expr g) {
    Expr a = y.a();
    Expr b = y.b();
    switch (y.op()) {
      case ADD -> {
        give(a, g);
        give(b, g);
      }
      case SUB -> {
        give(a, g);
        give(b, neg(g));
      }
      case MUL -> {
        give(a, times(g, b));
        give(b, times(g, a));
      }
      case DIV -> {
        give(a, over(g, b));
        give(b, neg(times(g, div(y, b))));
      }
      case POW -> {
        if (needs(a)) give(a, powBase(a, b, g));
        if (needs(b)) give(b, masked(vanishes(a, b), times(g, mul(y, a.log()))));
      }
      case MIN, MAX -> extremum(y.op() == BinaryOp.MIN, a, b, g);
      case FMIN -> {
        give(a, kept(a.le(b).or(b.isNan()), g));
        give(b, masked(a.le(b).or(b.isNan()), g));
      }
      case FMAX -> {
        give(a, kept(a.ge(b).or(b.isNan()), g));
        give(b, masked(a.ge(b).or(b.isNan()), g));
      }
      case ATAN2 -> {
        Expr square = add(mul(a, a), mul(b, b));
        give(a, masked(square.eq(0), div(mul(g, b), square)));
        give(b, masked(square.eq(0), neg(div(mul(g, a), square))));
      }
      case HYPOT -> {
        give(a, mul(g, div(a, y)));
        give(b, mul(g, div(b, y)));
      }
      case FMOD -> {
        give(a, g);
        give(b, neg(mul(g, a.truncDivide(b))));
      }
      case REMAINDER -> {
        give(a, g);
        give(b, neg(mul(g, a.floorDivide(b))));
      }
      case COPYSIGN -> give(a, masked(a.eq(0), mul(g, div(y, a))));
      case XLOG1PY -> {
        give(a, masked(a.eq(0).and(b.le(-1)), mul(g, b.log1p())));
        give(b, div(mul(g, a), add(b, ONE)));
      }
      case POLYGAMMA -> give(b, mul(g, b.polygamma(add(a, ONE))));
      case ZETA -> {
        refuse(a, y.op(), "first");
        give(b, neg(mul(mul(g, a), add(a, ONE).zeta(b))));
      }
      case IGAMMA, IGAMMAC -> {
        refuse(a, y.op(), "first");
        Expr density = sub(sub(mul(sub(a, ONE), b.log()), b), a.lgamma()).exp();
        give(b, mul(g, y.op() == BinaryOp.IGAMMA ? density : neg(density)));
      }
      case NEXTAFTER, CHEBYSHEV_POLYNOMIAL_T, CHEBYSHEV_POLYNOMIAL_U, CHEBYSHEV_POLYNOMIAL_V, CHEBYSHEV_POLYNOMIAL_W,
          HERMITE_POLYNOMIAL_H, HERMITE_POLYNOMIAL_HE, LAGUERRE_POLYNOMIAL_L, LEGENDRE_POLYNOMIAL_P,
          SHIFTED_CHEBYSHEV_POLYNOMIAL_T, SHIFTED_CHEBYSHEV_POLYNOMIAL_U, SHIFTED_CHEBYSHEV_POLYNOMIAL_V,
          SHIFTED_CHEBYSHEV_POLYNOMIAL_W -> {
        refuse(a, y.op(), "first");
        refuse(b, y.op(), "second");
      }
      case COMPLEX -> {
        give(a, g.real());
        give(b, g.imag());
      }
      case FLOOR_DIVIDE, TRUNC_DIVIDE, BIT_AND, BIT_OR, BIT_XOR, SHIFT_LEFT, SHIFT_RIGHT, GCD, LCM -> {}
    }
  }

  private Expr powBase(Expr a, Expr b, Expr g) {
    if (b instanceof Expr.Constant(double k)) {
      if (k == 0) return ZERO;
      if (k == 1) return g;
      if (k == 2) return times(g, mul(a, b));
      return times(g, mul(a.pow(k - 1), b));
    }
    return masked(b.eq(0), times(g, mul(b, a.pow(sub(b, ONE)))));
  }

  /// Where `a^b` is 0 for every exponent near b.
  private Expr vanishes(Expr a, Expr b) {
    if (!complex) return a.eq(0).and(b.ge(0));
    return a.eq(0).and(b.imag().eq(0)).and(b.real().ge(0));
  }

  private void extremum(boolean smaller, Expr a, Expr b, Expr g) {
    if (isScalar(b)) {
      give(a, kept(smaller ? a.le(b) : a.ge(b), g));
    } else if (isScalar(a)) {
      give(b, kept(smaller ? b.le(a) : b.ge(a), g));
    } else {
      Expr shared = Expr.select(a.eq(b), mul(g, constant(0.5)), g);
      give(a, masked(smaller ? b.lt(a) : a.lt(b), shared));
      give(b, masked(smaller ? a.lt(b) : b.lt(a), shared));
    }
  }

  private static boolean isScalar(Expr e) {
    return e.subterms().stream().noneMatch(Input.class::isInstance);
  }

  private void refuse(Expr operand, BinaryOp op, String which) {
    if (needs(operand)) {
      throw new UnsupportedOperationException(
          "the derivative of " + op + " by its " + which + " argument does not exist");
    }
  }
}
