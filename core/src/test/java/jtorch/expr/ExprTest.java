package jtorch.expr;

import static jtorch.expr.Expr.P;
import static jtorch.expr.Expr.X;
import static jtorch.expr.Expr.Y;
import static jtorch.expr.Expr.constant;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExprTest {
  @Test
  void equalExpressionsAreTheSameObject() {
    assertThat(X.add(Y).exp()).isSameAs(X.add(Y).exp());
    assertThat(X.lt(Y).and(X.isNan().not())).isSameAs(X.lt(Y).and(X.isNan().not()));
    assertThat(X.add(Y)).isNotEqualTo(Y.add(X));
    assertThat(constant(0.0)).isNotEqualTo(constant(-0.0));
    assertThat(constant(Double.NaN)).isSameAs(constant(Double.NaN));
  }

  @Test
  void nodesMadeByConstructorsEqualThoseMadeByMethods() {
    Expr made = new Expr.Unary(UnaryOp.EXP, new Expr.Binary(BinaryOp.ADD, new Expr.Input(0), new Expr.Input(1)));
    assertThat(made).isEqualTo(X.add(Y).exp()).hasSameHashCodeAs(X.add(Y).exp());
  }

  @Test
  void deepSharingCostsNothing() {
    Expr e = X;
    Expr same = X;
    for (int i = 0; i < 200; i++) {
      e = e.mul(e);
      same = same.mul(same);
    }
    assertThat(e).isSameAs(same);
    assertThat(e.subterms()).hasSize(201);
  }

  @Test
  void truthsAndNumbersChangeIntoEachOther() {
    assertThat(X.lt(Y).mul(X)).isSameAs(Expr.select(X.lt(Y), 1, 0).mul(X));
    assertThat(X.and(Y)).isSameAs(X.ne(0).and(Y.ne(0)));
    assertThat(X.lt(Y).isTruth()).isTrue();
    assertThat(X.isNan().isTruth()).isTrue();
    assertThat(X.exp().isTruth()).isFalse();
  }

  @Test
  void nodesRefuseTheWrongKind() {
    assertThatThrownBy(() -> new Expr.Unary(UnaryOp.EXP, X.lt(Y))).isInstanceOf(IllegalArgumentException.class)
        .hasMessage("exp takes a number, not the truth (x0 < x1)");
    assertThatThrownBy(() -> new Expr.Not(X)).hasMessage("not takes a truth, not the number x0");
  }

  @Test
  void subtermsComeAfterTheirOperands() {
    assertThat(X.add(Y).mul(X).subterms()).containsExactly(X, Y, X.add(Y), X.add(Y).mul(X));
  }

  @Test
  void replaceTakesTheLargestSubterm() {
    assertThat(X.add(1).exp().mul(X).replace(Map.of(X.add(1), Y))).isSameAs(Y.exp().mul(X));
    assertThat(X.replace(Map.of(X, P))).isSameAs(P);
    assertThat(X.mul(Y).reads(1)).isTrue();
    assertThat(X.mul(P).reads(1)).isFalse();
  }

  @Test
  void printsAsFormula() {
    assertThat(Expr.select(X.le(0), 0, X.mul(P).add(0.5))).hasToString("select((x0 <= 0), 0, add(mul(x0, p0), 0.5))");
  }

  @Test
  void functionsAreEqualByWhatTheyCompute() {
    var f = new ScalarFunction("add", 2, 0, X.add(Y));
    assertThat(f).isEqualTo(new ScalarFunction("plus", 2, 0, X.add(Y))).hasSameHashCodeAs(
        new ScalarFunction("plus", 2, 0, X.add(Y)));
    assertThat(f).isNotEqualTo(new ScalarFunction("add", 2, 0, Y.add(X)));
  }

  @Test
  void functionsReadOnlyWhatTheyDeclare() {
    assertThatThrownBy(() -> new ScalarFunction("add", 1, 0, X.add(Y))).isInstanceOf(IllegalArgumentException.class)
        .hasMessage("add has 1 inputs but reads input 1");
    assertThatThrownBy(() -> new ScalarFunction("scale", 1, 0, X.mul(P)))
        .hasMessage("scale has 0 parameters but reads parameter 0");
  }

  @Test
  void compositionsKeepTheirSpecialValues() {
    assertThat(at(X.sinc(), 0)).isEqualTo(1);
    assertThat(at(X.relu(), Double.NaN)).isNaN();
    assertThat(at(X.xlogy(constant(0)), 0)).isZero();
    assertThat(at(X.xlogy(constant(Double.NaN)), 0)).isNaN();
    assertThat(at(X.logaddexp(constant(Double.NEGATIVE_INFINITY)), Double.NEGATIVE_INFINITY))
        .isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(at(X.logaddexp(constant(1000)), 1000)).isEqualTo(1000 + Math.log(2));
    assertThat(at(X.entr(), 0)).isZero();
    assertThat(at(X.entr(), -1)).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(at(X.ndtr(), -30) / 4.90671392714818706e-198).isEqualTo(1, offset(1e-13));
    assertThat(at(X.logNdtr(), -30) / -454.321243956343197).isEqualTo(1, offset(1e-14));
  }

  private static double at(Expr e, double x) {
    return ReferenceEvaluator.DOUBLES.evaluate(e, List.of(x), List.of());
  }
}
