package jtorch.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import jtorch.Complex;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// The dtypes of results against PyTorch's: promotion, casts, in-place results and single operators.
class DTypeRulesTest {
  private static final Map<String, DType> CODES = Map.ofEntries(Map.entry("?", DType.BOOL),
      Map.entry("u1", DType.UINT8), Map.entry("i1", DType.INT8), Map.entry("i2", DType.INT16),
      Map.entry("i4", DType.INT32), Map.entry("i8", DType.INT64), Map.entry("f2", DType.FLOAT16),
      Map.entry("b2", DType.BFLOAT16), Map.entry("f4", DType.FLOAT32), Map.entry("f8", DType.FLOAT64),
      Map.entry("c8", DType.COMPLEX64), Map.entry("c16", DType.COMPLEX128));

  private static final Map<String, Object> NUMBERS =
      Map.of("bool", true, "int", 2L, "float", 2.5, "complex", Complex.of(1, 2));

  private static final Map<String, UnaryOperator<Tensor>> UNARY = Map.ofEntries(Map.entry("sqrt", x -> x.sqrt()),
      Map.entry("exp", x -> x.exp()), Map.entry("abs", x -> x.abs()), Map.entry("neg", x -> x.neg()),
      Map.entry("sign", x -> x.sign()), Map.entry("round", x -> x.round()), Map.entry("floor", x -> x.floor()),
      Map.entry("sigmoid", x -> x.sigmoid()), Map.entry("relu", x -> x.relu()),
      Map.entry("bitwise_not", x -> x.bitwiseNot()), Map.entry("logical_not", x -> x.logicalNot()),
      Map.entry("reciprocal", x -> x.reciprocal()), Map.entry("square", x -> x.square()),
      Map.entry("isnan", x -> x.isnan()), Map.entry("angle", x -> x.angle()), Map.entry("sinc", x -> x.sinc()),
      Map.entry("erf", x -> x.erf()), Map.entry("floor_divide", x -> x.floorDivide(2)),
      Map.entry("remainder", x -> x.remainder(2)), Map.entry("pow2", x -> x.pow(2)),
      Map.entry("pow0.5", x -> x.pow(0.5)), Map.entry("clamp", x -> x.clamp(0, 1)),
      Map.entry("where", x -> x.where(Torch.tensor(true, false), 0.0)),
      Map.entry("mul_true", x -> Arithmetic.MUL_SCALAR.tensor(x, true)),
      Map.entry("logaddexp", x -> x.logaddexp(x)), Map.entry("atan2", x -> x.atan2(x)),
      Map.entry("lerp", x -> x.lerp(x, 0.5)));

  private record Rule(String kind, String row, List<String> codes) {}

  private static List<Rule> rules() {
    var rules = new ArrayList<Rule>();
    try (var lines = new BufferedReader(new InputStreamReader(
        Objects.requireNonNull(DTypeRulesTest.class.getResourceAsStream("/jtorch/dtype-rules.txt")),
        StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("#")) continue;
        String[] parts = line.split("[ :]+");
        rules.add(new Rule(parts[0], parts[1], List.of(parts).subList(2, parts.length)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return rules;
  }

  @TestFactory
  Stream<DynamicTest> rulesArePyTorchs() {
    return rules().stream().map(r -> DynamicTest.dynamicTest(r.kind + " " + r.row, () -> check(r)));
  }

  private static void check(Rule rule) {
    // The columns of the tables; the narrow dtypes beyond them have tests of their own.
    DType[] dtypes = Arrays.copyOf(DType.values(), 12);
    assertThat(rule.codes).hasSameSizeAs(dtypes);
    for (int i = 0; i < dtypes.length; i++) {
      String code = rule.codes.get(i);
      if (code.equals(".")) continue;
      DType column = dtypes[i];
      switch (rule.kind) {
        case "can_cast" ->
          assertThat(Promotion.canCast(DType.of(rule.row), column)).as("to %s", column).isEqualTo(code.equals("y"));
        case "add_" -> checkInPlace(vector(DType.of(rule.row)), vector(column), code.equals("y"));
        case "unary" -> checkUnary(Objects.requireNonNull(UNARY.get(rule.row)), vector(column), CODES.get(code));
        case "tensor-pyscalar" -> checkBinary(vector(column), NUMBERS.get(rule.row), CODES.get(code));
        case "zerodim-pyscalar" -> checkBinary(scalar(column), NUMBERS.get(rule.row), CODES.get(code));
        default -> {
          DType row = DType.of(rule.row);
          Tensor a = rule.kind.startsWith("zerodim") ? scalar(row) : vector(row);
          Tensor b = rule.kind.endsWith("zerodim") ? scalar(column) : vector(column);
          checkBinary(a, b, CODES.get(code));
        }
      }
    }
  }

  private static Tensor vector(DType dtype) {
    return Torch.full(new long[] {2}, 1L, dtype);
  }

  private static Tensor scalar(DType dtype) {
    return Torch.full(new long[0], 1L, dtype);
  }

  /// `add` and `eq` follow the result type, `div` makes floats of integers.
  private static void checkBinary(Tensor a, Object b, DType expected) {
    assertThat(Promotion.resultType(a, b)).as("%s and %s", a.dtype(), b).isEqualTo(expected);
    boolean number = !(b instanceof Tensor);
    Tensor sum = number ? Arithmetic.ADD_SCALAR.tensor(a, b, 1L) : Arithmetic.ADD.tensor(a, b, 1L);
    assertThat(sum.dtype()).isEqualTo(expected);
    Tensor quotient = number ? Arithmetic.DIV_SCALAR.tensor(a, b) : Arithmetic.DIV.tensor(a, b);
    assertThat(quotient.dtype()).isEqualTo(expected.isDifferentiable() ? expected : DType.FLOAT32);
    Tensor equal = number ? Comparison.EQ_SCALAR.tensor(a, b) : Comparison.EQ.tensor(a, b);
    assertThat(equal.dtype()).isEqualTo(DType.BOOL);
    assertThat(equal.any().itemBoolean()).isEqualTo(!number || Boolean.TRUE.equals(b));
  }

  private static void checkInPlace(Tensor self, Tensor other, boolean fits) {
    if (fits) {
      self.add_(other);
      assertThat(self.toDoubleArray()).containsOnly(self.dtype() == DType.BOOL ? 1 : 2);
    } else {
      assertThatThrownBy(() -> self.add_(other)).isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("can't be cast to the desired output type");
    }
  }

  private static void checkUnary(UnaryOperator<Tensor> function, Tensor x, DType expected) {
    if (expected != null) {
      assertThat(function.apply(x).dtype()).as("of %s", x.dtype()).isEqualTo(expected);
    } else {
      assertThatThrownBy(() -> function.apply(x)).as("of %s", x.dtype())
          .isInstanceOfAny(IllegalArgumentException.class, UnsupportedOperationException.class);
    }
  }
}
