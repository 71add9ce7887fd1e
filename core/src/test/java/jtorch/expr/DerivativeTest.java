package jtorch.expr;

import static jtorch.expr.Expr.P;
import static jtorch.expr.Expr.X;
import static jtorch.expr.Expr.Y;
import static jtorch.expr.Expr.Z;
import static jtorch.expr.Expr.constant;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DerivativeTest {
  private static final Set<UnaryOp> ABOVE_ONE = Set.of(UnaryOp.ACOSH);
  private static final Set<UnaryOp> WITHIN_ONE =
      Set.of(UnaryOp.ASIN, UnaryOp.ACOS, UnaryOp.ATANH, UnaryOp.ERFINV, UnaryOp.NDTRI);
  private static final Set<BinaryOp> INTEGER = Set.of(BinaryOp.BIT_AND, BinaryOp.BIT_OR, BinaryOp.BIT_XOR,
      BinaryOp.SHIFT_LEFT, BinaryOp.SHIFT_RIGHT, BinaryOp.GCD, BinaryOp.LCM, BinaryOp.COMPLEX);

  @ParameterizedTest
  @EnumSource
  void unaryOperatorsAgainstDifferences(UnaryOp op) {
    Expr body = Expr.unary(op, X.mul(Y));
    if (op.isPredicate() || op == UnaryOp.BIT_NOT) {
      assertThat(Derivative.of(body, 0)).isEqualTo(constant(0));
      return;
    }
    if (op.name().contains("BESSEL") || op == UnaryOp.AIRY_AI) {
      assertThatThrownBy(() -> Derivative.of(body, 0)).isInstanceOf(UnsupportedOperationException.class)
          .hasMessage("the derivative of " + op + " does not exist");
      return;
    }
    double[] points = ABOVE_ONE.contains(op) ? new double[] {1.2, 3.7}
        : WITHIN_ONE.contains(op) ? new double[] {0.13, 0.77} : new double[] {0.31, 1.53, 4.2};
    for (double x : points) agree(body, x, 0.9);
    boolean everywhere = !ABOVE_ONE.contains(op) && !Set.of(UnaryOp.SQRT, UnaryOp.RSQRT, UnaryOp.LOG, UnaryOp.LOG2,
        UnaryOp.LOG10, UnaryOp.LOG1P, UnaryOp.NDTRI).contains(op);
    if (everywhere) agree(body, WITHIN_ONE.contains(op) ? -0.4 : -1.37, 0.9);
  }

  @ParameterizedTest
  @EnumSource
  void binaryOperatorsAgainstDifferences(BinaryOp op) {
    Expr body = Expr.binary(op, X.mul(X), Y.mul(2));
    if (INTEGER.contains(op)) {
      assertThat(op == BinaryOp.COMPLEX || Derivative.of(body, 0).equals(constant(0))).isTrue();
    } else if (op == BinaryOp.NEXTAFTER || op.name().contains("POLYNOMIAL")) {
      assertThatThrownBy(() -> Derivative.of(body, 0)).isInstanceOf(UnsupportedOperationException.class)
          .hasMessage("the derivative of " + op + " by its first argument does not exist");
    } else if (Set.of(BinaryOp.POLYGAMMA, BinaryOp.ZETA, BinaryOp.IGAMMA, BinaryOp.IGAMMAC).contains(op)) {
      Expr bySecond = Expr.binary(op, constant(2), X.mul(Y));
      agree(bySecond, 1.3, 0.9);
      if (op != BinaryOp.POLYGAMMA) {
        assertThatThrownBy(() -> Derivative.of(body, 0)).isInstanceOf(UnsupportedOperationException.class)
            .hasMessageContaining(op.toString());
      }
    } else {
      agree(body, 1.3, 0.47);
      agree(body, -0.8, 2.2);
      agree(body, 0.6, op == BinaryOp.POW || op == BinaryOp.XLOG1PY ? 0.3 : -1.1);
    }
  }

  /// Both derivatives against central differences.
  private static void agree(Expr body, double x, double y) {
    double h = 1e-5;
    double byX = (value(body, x + h, y) - value(body, x - h, y)) / (2 * h);
    double byY = (value(body, x, y + h) - value(body, x, y - h)) / (2 * h);
    assertThat(value(Derivative.of(body, 0), x, y)).as(body + " by x at %s, %s", x, y)
        .isEqualTo(byX, offset(1e-7 * (1 + Math.abs(byX))));
    assertThat(value(Derivative.of(body, 1), x, y)).as(body + " by y at %s, %s", x, y)
        .isEqualTo(byY, offset(1e-7 * (1 + Math.abs(byY))));
  }

  private static double value(Expr e, double... inputs) {
    return ReferenceEvaluator.DOUBLES.evaluate(e, java.util.Arrays.stream(inputs).boxed().toList(), List.of(0.5, 2.0));
  }

  @Test
  void kinksAreAsInPyTorch() {
    assertThat(value(Derivative.of(X.abs(), 0), 0)).isZero();
    assertThat(value(Derivative.of(X.relu(), 0), 0)).isZero();
    assertThat(value(Derivative.of(X.max(Y), 0), 3, 3)).isEqualTo(0.5);
    assertThat(value(Derivative.of(X.max(Y), 1), 3, 3)).isEqualTo(0.5);
    assertThat(value(Derivative.of(X.min(Y), 0), 3, 2)).isZero();
    assertThat(value(Derivative.of(X.min(Y), 1), 3, 2)).isEqualTo(1);
    assertThat(value(Derivative.of(X.max(P).min(Expr.Q), 0), 0.5)).as("clamp at its lower end").isEqualTo(1);
    assertThat(value(Derivative.of(X.max(P).min(Expr.Q), 0), 2)).as("clamp at its upper end").isEqualTo(1);
    assertThat(value(Derivative.of(X.max(P).min(Expr.Q), 0), 2.1)).isZero();
    assertThat(value(Derivative.of(X.max(P).min(Expr.Q), 0), Double.NaN)).isZero();
    assertThat(value(Derivative.of(X.max(Y), 0), Double.NaN, 1)).isEqualTo(1);
    assertThat(value(Derivative.of(X.pow(Y), 0), 0, 0)).isZero();
    assertThat(value(Derivative.of(X.pow(Y), 1), 0, 2)).isZero();
    assertThat(value(Derivative.of(X.atan2(Y), 0), 0, 0)).isZero();
    assertThat(value(Derivative.of(X.copysign(Y), 0), 0, -1)).isZero();
    assertThat(value(Derivative.of(X.i1(), 0), 0)).isEqualTo(0.5);
  }

  @Test
  void masksKeepPolesAndEndlessGradientsOut() {
    assertThat(value(Derivative.of(X.sinc(), 0), 0)).isZero();
    assertThat(value(Derivative.of(X.xlogy(Y), 1), 0, 0)).isZero();
    Expr back = Derivative.pullback(X.relu(), 0, Y, false);
    assertThat(value(back, -1, Double.POSITIVE_INFINITY)).isZero();
    assertThat(value(back, -1, Double.NaN)).isZero();
  }

  @Test
  void resultsAreSimple() {
    assertThat(Derivative.of(X.add(Y.mul(P)), 1)).isEqualTo(P);
    assertThat(Derivative.of(X.mul(3).add(1), 0)).isEqualTo(constant(3));
    assertThat(Derivative.of(X.exp(), 0)).isSameAs(X.exp());
    assertThat(Derivative.of(X.exp(), 1)).isEqualTo(constant(0));
    assertThat(Derivative.of(X.lt(Y), 0)).isEqualTo(constant(0));
    assertThat(Derivative.of(X.square(), 0)).isEqualTo(X.mul(2));
    assertThat(Derivative.pullback(X.mul(Y), 0, Z, false)).isEqualTo(Z.mul(Y));
    assertThat(Derivative.pullback(X.relu(), 0, Y, false)).isEqualTo(Expr.select(X.le(0), 0, Y));
    assertThat(Derivative.pullback(X.tanh(), 0, Y, false).replace(Map.of(X.tanh(), Z)).reads(0)).isFalse();
  }

  @Test
  void secondDerivatives() {
    Expr gelu = X.mul(0.5).mul(X.mul(Math.sqrt(0.5)).erf().add(1));
    Expr slope = Derivative.of(gelu, 0);
    double h = 1e-5;
    for (double x : new double[] {-2.2, 0, 0.7}) {
      double difference = (value(slope, x + h) - value(slope, x - h)) / (2 * h);
      assertThat(value(Derivative.of(slope, 0), x)).isEqualTo(difference, offset(1e-8));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"ABS", "SGN", "SQUARE", "SQRT", "RSQRT", "RECIPROCAL", "EXP", "EXPM1", "LOG", "LOG2", "LOG1P",
    "SIN", "COS", "TAN", "ASIN", "ACOS", "ATAN", "SINH", "COSH", "TANH", "ASINH", "ACOSH", "ATANH", "SIGMOID", "CONJ",
    "REAL", "IMAG", "ANGLE"})
  void complexGradientsAgainstDifferences(UnaryOp op) {
    complexAgree(Expr.unary(op, X), new Complex(0.4, 0.7));
    complexAgree(Expr.unary(op, X), new Complex(-1.3, 0.2));
    complexAgree(Expr.unary(op, X), new Complex(0.3, -2.1));
  }

  @Test
  void complexPowersAndQuotients() {
    complexAgree(X.pow(P), new Complex(0.4, 0.7));
    complexAgree(P.pow(X), new Complex(0.4, 0.7));
    complexAgree(X.div(X.add(2)).mul(X), new Complex(-0.4, 0.7));
    complexAgree(X.real().complex(X.imag().mul(3)), new Complex(-0.4, 0.7));
  }

  /// The loss `Re(conj(g) f(z))` has the gradient `dL/dx + i dL/dy`.
  private static void complexAgree(Expr f, Complex z) {
    Complex g = new Complex(0.8, -0.3);
    double h = 1e-6;
    double byRe = (loss(f, new Complex(z.re() + h, z.im()), g) - loss(f, new Complex(z.re() - h, z.im()), g)) / (2 * h);
    double byIm = (loss(f, new Complex(z.re(), z.im() + h), g) - loss(f, new Complex(z.re(), z.im() - h), g)) / (2 * h);
    Set<UnaryOp> realValued = Set.of(UnaryOp.ABS, UnaryOp.REAL, UnaryOp.IMAG, UnaryOp.ANGLE);
    boolean real = f instanceof Expr.Unary u && realValued.contains(u.op());
    Complex gradient = complex(Derivative.pullback(f, 0, Y, true), z, real ? new Complex(g.re(), 0) : g);
    assertThat(gradient.re()).as("%s at %s", f, z).isEqualTo(byRe, offset(1e-6 * (1 + Math.abs(byRe))));
    assertThat(gradient.im()).as("%s at %s", f, z).isEqualTo(byIm, offset(1e-6 * (1 + Math.abs(byIm))));
  }

  private static double loss(Expr f, Complex z, Complex g) {
    Complex y = complex(f, z, g);
    return g.re() * y.re() + g.im() * y.im();
  }

  private static Complex complex(Expr e, Complex x, Complex y) {
    return ReferenceEvaluator.COMPLEX.evaluate(e, List.of(x, y), List.of(new Complex(1.7, 0.4)));
  }
}
