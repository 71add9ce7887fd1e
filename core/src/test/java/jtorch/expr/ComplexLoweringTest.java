package jtorch.expr;

import static jtorch.expr.Expr.P;
import static jtorch.expr.Expr.X;
import static jtorch.expr.Expr.Y;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ComplexLoweringTest {
  private static final List<Complex> POINTS = new ArrayList<>();

  static {
    for (double re : new double[] {-3.2, -1, -0.3, 0.05, 0.45, 1, 2.7}) {
      for (double im : new double[] {-2.1, -0.6, 0.25, 1, 3.3}) POINTS.add(new Complex(re, im));
    }
    for (double re : new double[] {-0.7, 0.2, 0.8}) POINTS.add(new Complex(re, 0));
  }

  @ParameterizedTest
  @EnumSource
  void unaryOperatorsAreTheTextbooks(UnaryOp op) {
    Expr body = Expr.unary(op, X);
    for (Complex z : POINTS) {
      if (op.isPredicate() && op != UnaryOp.SIGNBIT) {
        assertThat(lowered(body, z, z).re() != 0)
            .isEqualTo(ReferenceEvaluator.COMPLEX.test(body, List.of(z), List.of()));
        continue;
      }
      Complex expected;
      try {
        expected = ReferenceEvaluator.COMPLEX.evaluate(body, List.of(z), List.of());
      } catch (UnsupportedOperationException none) {
        assertThatThrownBy(() -> ComplexLowering.of(body)).isInstanceOf(UnsupportedOperationException.class)
            .hasMessage(op + " does not exist for complex numbers");
        return;
      }
      assertClose(lowered(body, z, z), expected, op + " at " + z);
    }
  }

  @ParameterizedTest
  @EnumSource
  void binaryOperatorsAreTheTextbooks(BinaryOp op) {
    Expr body = Expr.binary(op, X, Y);
    for (Complex a : POINTS) {
      for (Complex b : List.of(new Complex(0.8, 0.3), new Complex(-0.2, 1.9), new Complex(2, 0), new Complex(0, 0.5))) {
        Complex expected;
        try {
          expected = ReferenceEvaluator.COMPLEX.evaluate(body, List.of(a, b), List.of());
        } catch (UnsupportedOperationException none) {
          assertThatThrownBy(() -> ComplexLowering.of(body)).isInstanceOf(UnsupportedOperationException.class)
              .hasMessage(op + " does not exist for complex numbers");
          return;
        }
        assertClose(lowered(body, a, b), expected, op + " of " + a + " and " + b);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"0", "1", "2", "3", "0.5", "-0.5", "-1", "-2", "1.5"})
  void powersWithKnownExponents(double exponent) {
    Complex z = new Complex(-1.2, 0.7);
    Complex expected = new Complex(exponent, 0).times(z.log()).exp();
    assertClose(lowered(X.pow(exponent), z, z), expected, "power " + exponent);
  }

  @Test
  void comparisonsChoicesAndParameters() {
    Complex a = new Complex(1, 2);
    Complex b = new Complex(1, -2);
    assertThat(lowered(X.eq(Y).number(), a, b).re()).isZero();
    assertThat(lowered(X.ne(Y).number(), a, b).re()).isEqualTo(1);
    assertThat(lowered(X.eq(Y.conj()).number(), a, b).re()).isEqualTo(1);
    assertThat(lowered(Expr.select(X.eq(Y), X, Y.mul(P)), a, b)).isEqualTo(b.times(new Complex(0.5, 1.5)));
    assertThatThrownBy(() -> ComplexLowering.of(X.lt(Y))).isInstanceOf(UnsupportedOperationException.class)
        .hasMessage("lt does not exist for complex numbers");
  }

  /// Values on both sides of the cuts, where only the sign of a zero tells the side: from C99's annex G.
  @Test
  void branchCutsFollowTheSignOfZero() {
    assertThat(lowered(X.log(), new Complex(-1, 0.0), X1).im()).isEqualTo(Math.PI);
    assertThat(lowered(X.log(), new Complex(-1, -0.0), X1).im()).isEqualTo(-Math.PI);
    assertThat(lowered(X.sqrt(), new Complex(-4, 0.0), X1)).isEqualTo(new Complex(0, 2));
    assertThat(lowered(X.sqrt(), new Complex(-4, -0.0), X1)).isEqualTo(new Complex(0, -2));
    double acosh2 = Math.log(2 + Math.sqrt(3));
    assertClose(lowered(X.asin(), new Complex(2, 0.0), X1), new Complex(Math.PI / 2, acosh2), "asin above");
    assertClose(lowered(X.asin(), new Complex(2, -0.0), X1), new Complex(Math.PI / 2, -acosh2), "asin below");
    assertClose(lowered(X.acosh(), new Complex(-2, 0.0), X1), new Complex(acosh2, Math.PI), "acosh above");
    assertClose(lowered(X.atanh(), new Complex(2, 0.0), X1), new Complex(Math.log(3) / 2, Math.PI / 2), "atanh above");
    assertClose(lowered(X.atanh(), new Complex(2, -0.0), X1), new Complex(Math.log(3) / 2, -Math.PI / 2),
        "atanh below");
  }

  private static final Complex X1 = Complex.ONE;

  @Test
  void extremesDoNotOverflow() {
    assertThat(lowered(X.abs(), new Complex(3e200, 4e200), X1).re()).isEqualTo(5e200, offset(1e186));
    assertClose(lowered(X.div(Y), new Complex(3e200, 4e200), new Complex(3e200, 4e200)), Complex.ONE, "quotient");
    assertClose(lowered(X.reciprocal(), new Complex(3e200, 4e200), X1).times(1e200), new Complex(0.12, -0.16),
        "inverse");
    assertClose(lowered(X.tanh(), new Complex(500, 1), X1), Complex.ONE, "tanh");
    assertClose(lowered(X.tan(), new Complex(1, 500), X1), Complex.I, "tan");
    assertClose(lowered(X.sigmoid(), new Complex(-800, 1), X1), new Complex(0, 0), "sigmoid");
    assertThat(lowered(X.sqrt(), new Complex(1e300, 1e300), X1).re()).isFinite();
    assertThat(lowered(X.exp(), new Complex(Double.POSITIVE_INFINITY, 0), X1))
        .isEqualTo(new Complex(Double.POSITIVE_INFINITY, 0));
    assertThat(lowered(X.exp(), new Complex(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY), X1))
        .isEqualTo(new Complex(0, 0));
  }

  /// Where the textbook's formulas lose all digits.
  @Test
  void smallNumbersKeepTheirDigits() {
    Complex tiny = new Complex(1e-12, 1e-12);
    assertThat(lowered(X.log1p(), tiny, X1).re()).isEqualTo(1e-12, offset(1e-26));
    assertThat(lowered(X.expm1(), tiny, X1).re()).isEqualTo(1e-12, offset(1e-26));
    assertThat(lowered(X.tanh(), tiny, X1).re()).isEqualTo(1e-12, offset(1e-26));
    assertThat(lowered(X.asin(), tiny, X1).re()).isEqualTo(1e-12, offset(1e-26));
    assertThat(lowered(X.atanh(), tiny, X1).im()).isEqualTo(1e-12, offset(1e-26));
    assertThat(lowered(X.log(), new Complex(1, 1e-9), X1).re()).isEqualTo(5e-19, offset(1e-33));
  }

  private static Complex lowered(Expr body, Complex x, Complex y) {
    ComplexLowering parts = ComplexLowering.of(body);
    List<Double> inputs = List.of(x.re(), x.im(), y.re(), y.im());
    return new Complex(ReferenceEvaluator.DOUBLES.evaluate(parts.re(), inputs, List.of(0.5, 1.5)),
        ReferenceEvaluator.DOUBLES.evaluate(parts.im(), inputs, List.of(0.5, 1.5)));
  }

  private static void assertClose(Complex actual, Complex expected, String what) {
    if (Double.isNaN(expected.re()) && Double.isNaN(expected.im())) return;
    assertThat(actual.minus(expected).abs()).as("%s: %s instead of %s", what, actual, expected)
        .isLessThanOrEqualTo(1e-13 * (1 + expected.abs()));
  }
}
