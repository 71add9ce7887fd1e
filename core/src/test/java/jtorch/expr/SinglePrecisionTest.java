package jtorch.expr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Last digits as PyTorch 2.13 prints them on x86, and what lies between against the double functions.
class SinglePrecisionTest {
  /// Each is one unit from what a rounded double would give.
  @ParameterizedTest
  @CsvSource({"cos, 1, 0.54030234", "tan, -6, 0.29100621", "tan, 5, -3.3805149",
    "sqrt, 19, 4.3588986", "sqrt, 34, 5.830952", "sqrt, 1000000, 1000", "sinh, 4, 27.289919", "sinh, 7, 548.31616",
    "log1p, 6, 1.9459102", "logNdtr, 7, -1.2798112e-12", "i1, 6, 61.341953", "erfcx, -4, 17772220"})
  void lastDigitsOfPyTorch(String name, float x, float expected) {
    float value = switch (name) {
      case "cos" -> SinglePrecision.cos(x);
      case "tan" -> SinglePrecision.tan(x);
      case "sqrt" -> SinglePrecision.sqrt(x);
      case "sinh" -> LibraryFunctions.sinh(x);
      case "log1p" -> LibraryFunctions.log1p(x);
      case "logNdtr" -> SinglePrecision.logNdtr(x);
      case "i1" -> SinglePrecision.i1(x);
      default -> SinglePrecision.erfcx(x);
    };
    assertThat(value).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(floats = {-90, -30, -19, -10, -3.3f, -1.2f, -0.7f, -0.3f, -1e-5f, -1e-12f, 0, 1e-30f, 1e-12f, 1e-4f,
    0.2f, 0.4f, 0.6f, 0.9f, 1, 1.3f, 1.9f, 2.5f, 3, 6, 12, 21, 40, 87, 124, 1000, 1e10f})
  void withinTwoUnitsOfDouble(float x) {
    near(SinglePrecision.cos(x), Math.cos(x), 1e-7);
    near(SinglePrecision.tan(x), Math.tan(x), 0);
    near(SinglePrecision.sqrt(x), Math.sqrt(x), 0);
    near(SinglePrecision.sinh(x), Math.sinh(x), 0);
    near(SinglePrecision.cosh(x), Math.cosh(x), 0);
    near(SinglePrecision.atan2(x, 3), Math.atan2(x, 3), 0);
    near(SinglePrecision.atan2(2, x), Math.atan2(2, x), 0);
    near(SinglePrecision.atan2(-2, -x), Math.atan2(-2, -x), 0);
    near(LibraryFunctions.sinh(x), Math.sinh(x), 0);
    near(LibraryFunctions.cosh(x), Math.cosh(x), 0);
    near(LibraryFunctions.expm1(x), Math.expm1(x), 0);
    near(LibraryFunctions.log1p(x), Math.log1p(x), 0);
    near(LibraryFunctions.erfc(x), SpecialFunctions.erfc(x), 0);
    near(LibraryFunctions.atan(x), Math.atan(x), 0);
    near(LibraryFunctions.atan2(x, 3), Math.atan2(x, 3), 0);
    near(LibraryFunctions.atan2(2, x), Math.atan2(2, x), 0);
    near(LibraryFunctions.atan2(-2, -x), Math.atan2(-2, -x), 0);
    // Its argument and the square of it are rounded to float on the way.
    double erfcx = SpecialFunctions.erfcx(x);
    near(SinglePrecision.erfcx(x), erfcx, Double.isFinite(erfcx) ? 0x1p-23 * (1 + x * x) * erfcx : 0);
  }

  private static void near(float value, double expected, double absolute) {
    float rounded = (float) expected;
    if (!Float.isFinite(rounded)) {
      assertThat(value).isEqualTo(Float.valueOf(rounded));
    } else {
      assertThat((double) value).isCloseTo(expected, within(2 * Math.ulp(rounded) + absolute));
    }
  }
}
