package jtorch.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PythonExpressionTest {
  @ParameterizedTest
  @CsvSource(delimiter = ';',
      value = {"0.95 ** e; 3; 0.857375", "1 / (e + 1); 3; 0.25", "e // 30; 65; 2", "-7 // e; 2; -4",
        "1.02 if e < 10 else 0.9; 9; 1.02", "1.02 if e < 10 else 0.9; 10; 0.9", "min(1.0, (e + 1) / 10); 3; 0.4",
        "min(1.0, (e + 1) / 10); 30; 1", "-e ** 2; 3; -9", "2 ** -e; 1; 0.5", "2 - e - 1; 5; -4", "0.97; 4; 0.97",
        "1 / (5 ** (e * 0.0001)); 0; 1"})
  void evaluatesAsPythonDoes(String text, long e, double value) {
    assertThat(PythonExpression.evaluate(text, "e", e)).isCloseTo(value, org.assertj.core.data.Offset.offset(1e-15));
  }

  @Test
  void readsLiterals() {
    assertThat(PythonExpression.literal("(0.9, 0.999)")).isEqualTo(List.of(0.9, 0.999));
    assertThat(PythonExpression.literal("(2,)")).isEqualTo(List.of(2L));
    assertThat(PythonExpression.literal("()")).isEqualTo(List.of());
    assertThat(PythonExpression.literal("[None, True, -1, 1e-05, 'mean']"))
        .isEqualTo(Arrays.asList(null, true, -1L, 1e-5, "mean"));
    assertThat(PythonExpression.literal("None")).isNull();
    assertThat(PythonExpression.literal("inf")).isEqualTo(Double.POSITIVE_INFINITY);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "e", "1 +", "(1", "os.system", "1 2", "'a"})
  void refusesTheRest(String text) {
    assertThatThrownBy(() -> PythonExpression.literal(text)).isInstanceOf(IllegalArgumentException.class);
  }
}
