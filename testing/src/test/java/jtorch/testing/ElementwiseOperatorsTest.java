package jtorch.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.op.Operator;
import jtorch.op.Operators;
import jtorch.op.Schema;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Properties that every element-wise operator of the registry has: gradients agree with numeric differences to the
/// second order, for complex numbers to the first; the in-place form gives the same values and gradients; strides do not
/// matter.
class ElementwiseOperatorsTest {
  /// Points on both sides of 0 for each tensor argument, none at a kink.
  private static final double[][] POINTS = {{0.31, -0.47, 0.62, -0.85, 1.6, -2.3}, {0.53, 0.71, -0.28, 0.94, -1.2, 2.1},
    {0.15, -0.66, 0.42, 1.3, 0.77, -0.9}};
  /// For functions that do not exist at all of those.
  private static final double[][] UNIT = {{0.31, 0.47, 0.62, 0.85, 0.16, 0.23}, {0.53, 0.71, 0.28, 0.94, 0.12, 0.21},
    {0.15, 0.66, 0.42, 0.13, 0.77, 0.9}};
  private static final double[][] ABOVE_ONE = {{1.31, 1.47, 1.62, 1.85, 2.6, 3.3}, {1.5, 1.7, 2.8, 3.9, 1.2, 2.1}};

  private static final Map<String, Object> NUMBERS = Map.ofEntries(Map.entry("alpha", 0.7), Map.entry("value", 1.3),
      Map.entry("other", 0.9), Map.entry("exponent", 1.7), Map.entry("self", 1.4), Map.entry("weight", 0.3),
      Map.entry("min", -0.5), Map.entry("max", 1.1), Map.entry("min_val", -0.5), Map.entry("max_val", 1.1),
      Map.entry("threshold", 0.2), Map.entry("beta", 1.5), Map.entry("lambd", 0.4), Map.entry("scale", 1.2),
      Map.entry("input_scale", 0.8), Map.entry("negative_slope", 0.1), Map.entry("eps", 0.1), Map.entry("n", 2L),
      Map.entry("decimals", 2L), Map.entry("nan", 0.0), Map.entry("posinf", 9.0), Map.entry("neginf", -9.0),
      Map.entry("infinity", 0L), Map.entry("x", 0.3), Map.entry("margin", 0.6), Map.entry("delta", 1.05));

  private static final Set<String> OF_INTEGERS = Set.of("bitwise_and", "bitwise_or", "bitwise_xor", "bitwise_not",
      "bitwise_left_shift", "bitwise_right_shift", "gcd", "lcm", "nextafter_bits");
  /// The derivative by the first argument does not exist in PyTorch either.
  private static final Set<String> BY_THE_LAST_ONLY = Set.of("igamma", "igammac", "special_zeta");
  private static final Set<String> NOT_SMOOTH = Set.of("nextafter", "special_zeta.other_scalar");
  /// Operators without a derivative, in PyTorch too.
  private static final Pattern WITHOUT_DERIVATIVE = Pattern.compile("special_(airy|.*bessel|.*polynomial)_.*");
  /// The gradient is 0 whatever the arguments are, so it depends on none.
  private static final Set<String> FLAT =
      Set.of("angle", "ceil", "floor", "round", "sign", "sgn", "trunc", "fill", "zero", "floor_divide", "trunc_divide");

  /// Operators that must be among those checked for complex numbers; the others refuse these.
  private static final Set<String> COMPLEX = Set.of("add", "sub", "rsub", "mul", "div", "pow", "sqrt", "rsqrt",
      "square",
      "reciprocal", "neg", "abs", "sgn", "addcmul", "addcdiv", "lerp", "exp", "exp2", "expm1", "log", "log2", "log10",
      "log1p", "logaddexp", "xlogy", "sigmoid", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh",
      "asinh", "acosh", "atanh", "sinc", "angle", "conj_physical", "where", "masked_fill", "silu");

  private record Sample(Operator operator, @Nullable Object[] arguments) {
    Tensor run(Tensor... tensors) {
      return (Tensor) operator.invoke(with(tensors));
    }

    /// The arguments with other tensors.
    @Nullable Object[] with(Tensor... tensors) {
      var changed = arguments.clone();
      int next = 0;
      for (int i = 0; i < changed.length; i++) {
        if (changed[i] instanceof Tensor) changed[i] = tensors[next++];
      }
      return changed;
    }

    Tensor[] tensors() {
      return Arrays.stream(arguments).filter(Tensor.class::isInstance).toArray(Tensor[]::new);
    }
  }

  private static Stream<Operator> operators() {
    return Operators.all().stream()
        .filter(o -> o.elementwise() != null && !OF_INTEGERS.contains(o.schema().bareName()));
  }

  private static Sample sample(Operator operator, DType dtype) {
    Sample sample = sample(operator, dtype, POINTS);
    if (dtype.isComplex()) return sample;
    if (!isFinite(sample)) sample = sample(operator, dtype, UNIT);
    return isFinite(sample) ? sample : sample(operator, dtype, ABOVE_ONE);
  }

  private static boolean isFinite(Sample sample) {
    return sample.run(sample.tensors()).isfinite().all().itemBoolean();
  }

  private static Sample sample(Operator operator, DType dtype, double[][] points) {
    List<Schema.Argument> wanted = operator.schema().arguments();
    var values = new @Nullable Object[wanted.size()];
    int tensors = 0;
    for (int i = 0; i < values.length; i++) {
      Schema.Argument argument = wanted.get(i);
      if (argument.type().kind() == Schema.Kind.TENSOR) values[i] = tensor(argument.name(), dtype, points, tensors++);
      else values[i] = NUMBERS.getOrDefault(argument.name(), argument.defaultValue());
    }
    return new Sample(operator, values);
  }

  private static Tensor tensor(String name, DType dtype, double[][] points, int index) {
    Tensor real = matrix(points[index % points.length]);
    if (name.equals("condition") || name.equals("mask")) return real.gt(0.5);
    Tensor imaginary = matrix(points[(index + 1) % points.length]);
    Tensor made = dtype.isComplex() ? Torch.complex(real, imaginary) : real;
    return name.equals("value") ? made.select(0, 0).select(0, 0).clone() : made;
  }

  private static Tensor matrix(double[] row) {
    return Torch.tensor(new double[][] {Arrays.copyOf(row, 3), Arrays.copyOfRange(row, 3, 6)}).to(DType.FLOAT64);
  }

  private static Stream<DynamicTest> each(Predicate<Operator> which, java.util.function.Consumer<Operator> property) {
    return operators().filter(which)
        .map(o -> DynamicTest.dynamicTest(o.schema().qualifiedName(), () -> property.accept(o)));
  }

  @TestFactory
  Stream<DynamicTest> gradientsAgreeWithNumericDifferences() {
    return each(o -> !isIn(NOT_SMOOTH, o), operator -> {
      Sample sample = sample(operator, DType.FLOAT64);
      Tensor[] inputs = sample.tensors();
      if (!sample.run(inputs).dtype().isDifferentiable() || !differentiable(sample)) return;
      if (WITHOUT_DERIVATIVE.matcher(operator.schema().bareName()).matches()) {
        assertThatThrownBy(() -> GradientCheck.firstOrder(sample::run, inputs))
            .isInstanceOf(UnsupportedOperationException.class).hasMessageContaining("derivative");
      } else if (isIn(FLAT, operator)) {
        GradientCheck.firstOrder(sample::run, inputs);
      } else if (isIn(BY_THE_LAST_ONLY, operator) && inputs.length > 1) {
        Tensor first = inputs[0];
        GradientCheck.check(in -> sample.run(first, in[0]), inputs[1]);
      } else {
        GradientCheck.check(sample::run, inputs);
      }
    });
  }

  private static boolean isIn(Set<String> names, Operator operator) {
    String name = operator.schema().qualifiedName();
    return names.contains(operator.schema().bareName()) || names.contains(name.substring(name.indexOf("::") + 2));
  }

  private static boolean differentiable(Sample sample) {
    Tensor[] leaves = Arrays.stream(sample.tensors())
        .map(t -> t.dtype().isDifferentiable() ? t.detach().requiresGrad(true) : t).toArray(Tensor[]::new);
    return sample.run(leaves).requiresGrad();
  }

  @TestFactory
  Stream<DynamicTest> complexGradientsAgreeWithNumericDifferences() {
    return each(ElementwiseOperatorsTest::takesComplex, operator -> {
      Sample sample = sample(operator, DType.COMPLEX128);
      if (!sample.run(sample.tensors()).dtype().isDifferentiable() || !differentiable(sample)) return;
      GradientCheck.firstOrder(sample::run, sample.tensors());
    });
  }

  private static boolean takesComplex(Operator operator) {
    if (COMPLEX.contains(operator.schema().bareName())) return true;
    Sample sample = sample(operator, DType.COMPLEX128);
    try {
      sample.run(sample.tensors());
      return true;
    } catch (IllegalArgumentException | UnsupportedOperationException refused) {
      return false;
    }
  }

  @TestFactory
  Stream<DynamicTest> inPlaceFormsAgreeWithTheOthers() {
    return each(o -> inPlaceForm(o) != null, operator -> {
      Sample sample = sample(operator, DType.FLOAT64);
      Tensor[] inputs = sample.tensors();
      Tensor expected = sample.run(inputs);
      Tensor written = inputs[0].clone();
      Tensor[] changed = inputs.clone();
      changed[0] = written;
      Operator form = Objects.requireNonNull(inPlaceForm(operator));
      assertThat(form.invoke(sample.with(changed))).isSameAs(written);
      assertClose(written, expected.to(DType.FLOAT64));
      if (!expected.dtype().isDifferentiable() || isIn(BY_THE_LAST_ONLY, operator) || !differentiable(sample)) return;
      Tensor leaf = inputs[0].detach().requiresGrad(true);
      changed[0] = leaf;
      Tensor slope = Torch.grad(sample.run(changed).square().sum(), leaf);
      changed[0] = leaf.mul(1L);
      form.invoke(sample.with(changed));
      assertClose(Torch.grad(changed[0].square().sum(), leaf), slope);
    });
  }

  private static @Nullable Operator inPlaceForm(Operator operator) {
    Schema schema = operator.schema();
    Operator form = Operators.find(schema.name() + "_" + (schema.overload().isEmpty() ? "" : "." + schema.overload()));
    if (form == null) return null;
    return signature(form).equals(signature(operator)) ? form : null;
  }

  private static List<String> signature(Operator operator) {
    return operator.schema().arguments().stream().map(a -> a.type() + " " + a.name()).toList();
  }

  @TestFactory
  Stream<DynamicTest> stridesDoNotMatter() {
    return each(o -> true, operator -> {
      Sample sample = sample(operator, DType.FLOAT64);
      Tensor expected = sample.run(sample.tensors()).to(DType.FLOAT64);
      Tensor[] turned = sample.tensors();
      for (int i = 0; i < turned.length; i++) {
        if (turned[i].dim() == 2) turned[i] = turned[i].t().contiguous().t();
      }
      assertClose(sample.run(turned).to(DType.FLOAT64), expected);
      // One operand turned, another not; every other element of a larger tensor.
      Tensor first = turned[0];
      turned = sample.tensors();
      turned[0] = first;
      int last = turned.length - 1;
      if (turned[last].dim() == 2)
        turned[last] = Torch.stack(new Tensor[] {turned[last], turned[last]}, 2).select(2, 1);
      assertClose(sample.run(turned).to(DType.FLOAT64), expected);
    });
  }

  private static void assertClose(Tensor got, Tensor wanted) {
    assertThat(got.allclose(wanted, 1e-12, 1e-14, true)).as("%s should be %s", got, wanted).isTrue();
  }
}
