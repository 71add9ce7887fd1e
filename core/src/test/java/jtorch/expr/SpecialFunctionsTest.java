package jtorch.expr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

class SpecialFunctionsTest {
  /// Values computed by special_functions.py. Functions near a root of theirs are allowed more.
  @ParameterizedTest
  @CsvFileSource(resources = "special_functions.csv", numLinesToSkip = 1)
  void agreesWithManyDigits(String name, double x,
      @Nullable Double y, double expected) throws ReflectiveOperationException {
    double actual;
    if (y == null) {
      Method method = SpecialFunctions.class.getMethod(name, double.class);
      actual = (double) method.invoke(null, x);
    } else {
      Method method = SpecialFunctions.class.getMethod(name, double.class, double.class);
      actual = (double) method.invoke(null, x, y);
    }
    double units = name.startsWith("igamma") ? 2000 : name.equals("lgamma") && x < -4 ? 200 : 16;
    assertThat(Math.abs(actual - expected)).as("%s instead of %s", actual, expected)
        .isLessThanOrEqualTo(units * Math.ulp(expected));
  }

  /// Poles, ends of domains and infinities, as PyTorch has them.
  @Test
  void specialValues() {
    double inf = Double.POSITIVE_INFINITY;
    assertThat(SpecialFunctions.erf(-inf)).isEqualTo(-1);
    assertThat(SpecialFunctions.erfc(-inf)).isEqualTo(2);
    assertThat(SpecialFunctions.erfc(400)).isZero();
    assertThat(SpecialFunctions.erfcx(-400)).isEqualTo(inf);
    assertThat(SpecialFunctions.erfinv(1)).isEqualTo(inf);
    assertThat(SpecialFunctions.erfinv(-1)).isEqualTo(-inf);
    assertThat(SpecialFunctions.erfinv(1.1)).isNaN();
    assertThat(SpecialFunctions.ndtri(0)).isEqualTo(-inf);
    assertThat(SpecialFunctions.ndtri(1)).isEqualTo(inf);
    assertThat(SpecialFunctions.ndtri(-0.1)).isNaN();
    assertThat(SpecialFunctions.lgamma(-3)).isEqualTo(inf);
    assertThat(SpecialFunctions.lgamma(-inf)).isEqualTo(inf);
    assertThat(SpecialFunctions.digamma(0.0)).isEqualTo(-inf);
    assertThat(SpecialFunctions.digamma(-0.0)).isEqualTo(inf);
    assertThat(SpecialFunctions.digamma(-2)).isNaN();
    assertThat(SpecialFunctions.digamma(inf)).isEqualTo(inf);
    assertThat(SpecialFunctions.trigamma(0)).isEqualTo(inf);
    assertThat(SpecialFunctions.trigamma(inf)).isZero();
    assertThat(SpecialFunctions.zeta(1, 2)).isEqualTo(inf);
    assertThat(SpecialFunctions.zeta(0.5, 2)).isNaN();
    assertThat(SpecialFunctions.zeta(2, -3)).isEqualTo(inf);
    assertThat(SpecialFunctions.zeta(2.5, -3.5)).isNaN();
    assertThat(SpecialFunctions.zeta(inf, 1)).isEqualTo(1);
    assertThat(SpecialFunctions.igamma(0, 1)).isEqualTo(1);
    assertThat(SpecialFunctions.igamma(0, 0)).isNaN();
    assertThat(SpecialFunctions.igamma(-1, 1)).isNaN();
    assertThat(SpecialFunctions.igamma(2, inf)).isEqualTo(1);
    assertThat(SpecialFunctions.igammac(2, 0)).isEqualTo(1);
    assertThat(SpecialFunctions.igammac(inf, 2)).isEqualTo(1);
    assertThat(SpecialFunctions.i0(-inf)).isNaN();
    assertThat(SpecialFunctions.acosh(0.5)).isNaN();
    assertThat(SpecialFunctions.acosh(-1e10)).isNaN();
    assertThat(SpecialFunctions.atanh(-1)).isEqualTo(-inf);
    assertThat(SpecialFunctions.log2(0x1p-1040)).isEqualTo(-1040);
    assertThat(SpecialFunctions.log2(0)).isEqualTo(-inf);
    assertThat(SpecialFunctions.pow(1.0, Double.NaN)).isEqualTo(1);
    assertThat(SpecialFunctions.pow(-1.0, inf)).isEqualTo(1);
    assertThat(SpecialFunctions.sigmoid(-inf)).isZero();
  }

  @Test
  void integers() {
    assertThat(SpecialFunctions.pow(3L, 63L)).isEqualTo(-3237885987332494933L);
    assertThat(SpecialFunctions.pow(-1L, -3L)).isEqualTo(-1);
    assertThat(SpecialFunctions.pow(2L, -1L)).isZero();
    assertThat(SpecialFunctions.pow(0L, -1L)).isZero();
    assertThat(SpecialFunctions.gcd(-4, 6)).isEqualTo(2);
    assertThat(SpecialFunctions.gcd(0, -5)).isEqualTo(5);
    assertThat(SpecialFunctions.lcm(-4, 6)).isEqualTo(12);
    assertThat(SpecialFunctions.lcm(0, 0)).isZero();
  }

  @Test
  void complementsAddUp() {
    for (double x = -6; x <= 6; x += 0.37) {
      assertThat(SpecialFunctions.erf(x) + SpecialFunctions.erfc(x)).isEqualTo(1, offset(4e-16));
      assertThat(SpecialFunctions.erf(SpecialFunctions.erfinv(x / 7))).isEqualTo(x / 7, offset(4e-16));
    }
  }
}
