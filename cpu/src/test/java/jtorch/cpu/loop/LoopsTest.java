package jtorch.cpu.loop;

import static jtorch.cpu.loop.Operands.COUNT;
import static jtorch.expr.Expr.P;
import static jtorch.expr.Expr.X;
import static jtorch.expr.Expr.Y;
import static jtorch.expr.Expr.Z;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import jtorch.DType;
import jtorch.expr.BesselFunctions;
import jtorch.expr.BinaryOp;
import jtorch.expr.Comparison;
import jtorch.expr.Complex;
import jtorch.expr.Expr;
import jtorch.expr.LibraryFunctions;
import jtorch.expr.LoopPlan;
import jtorch.expr.OrthogonalPolynomials;
import jtorch.expr.ReferenceEvaluator;
import jtorch.expr.ScalarFunction;
import jtorch.expr.SinglePrecision;
import jtorch.expr.UnaryOp;
import jtorch.memory.Memory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Loops against the reference evaluator, in every layout; vector kernels against scalar ones, bit for bit.
class LoopsTest {
  private static final int[] COUNTS = {0, 1, 4, 13, 16, 17, 207, 702, COUNT};
  private static final int FEW = 702;
  private static final DType[] REALS = {DType.BOOL, DType.UINT8, DType.INT8, DType.INT16, DType.INT32, DType.INT64,
    DType.FLOAT16, DType.BFLOAT16, DType.FLOAT32, DType.FLOAT64};

  private final Arena arena = Arena.ofConfined();

  @AfterEach
  void free() {
    arena.close();
  }

  @ParameterizedTest
  @EnumSource
  void unaryOperators(UnaryOp op) {
    for (DType dtype : REALS) check(new ScalarFunction(op.toString(), 1, 0, Expr.unary(op, X)), dtype);
    checkComplex(Expr.unary(op, X));
  }

  @ParameterizedTest
  @EnumSource
  void binaryOperators(BinaryOp op) {
    for (DType dtype : REALS) check(new ScalarFunction(op.toString(), 2, 0, Expr.binary(op, X, Y)), dtype);
    checkComplex(Expr.binary(op, X, Y));
  }

  @ParameterizedTest
  @EnumSource
  void comparisons(Comparison op) {
    for (DType dtype : REALS) check(new ScalarFunction(op.toString(), 2, 0, Expr.compare(op, X, Y)), dtype);
    checkComplex(Expr.compare(op, X, Y));
  }

  @Test
  void choicesAndConnectives() {
    Expr body = Expr.select(X.lt(Y).and(Y.le(2).not()).or(X.ge(0).xor(Y.eq(1))), X.add(Y), X.mul(3).min(Y));
    for (DType dtype : REALS) {
      if (dtype != DType.BOOL) check(new ScalarFunction("choice", 2, 0, body), dtype);
    }
  }

  /// Logic of bools, which is planned in int64, works on as many as fill a vector.
  @Test
  void logicOfBools() {
    Expr body = X.truth().and(Y.truth()).or(X.bitXor(Y).truth().xor(X.ne(0).not()));
    DType[] bools = {DType.BOOL, DType.BOOL};
    LoopPlan plan = LoopPlan.of(new ScalarFunction("logic", 2, 0, body), DType.INT64, bools, DType.BOOL);
    Vocabulary words = Vectors.of(plan);
    assertThat(words.lane()).isEqualTo(boolean.class);
    int count = 2 * words.lanes();
    long x = arena.allocate(count).address();
    long y = arena.allocate(count).address();
    for (int i = 0; i < count; i++) {
      Memory.putByte(x + i, (byte) (i & 1));
      Memory.putByte(y + i, (byte) (i >> 1 & 1));
    }
    for (long repeated : new long[] {0, 2, 4}) {
      long[] strides = {1, (repeated & 2) != 0 ? 0 : 1, (repeated & 4) != 0 ? 0 : 1};
      long expected = arena.allocate(count).address();
      long actual = arena.allocate(count).address();
      LoopCompiler.compile(plan, Vocabulary.scalar(plan), 0)
          .run(0, count, new long[] {expected, x, y}, strides, new long[0]);
      LoopCompiler.compile(plan, words, repeated).run(0, count, new long[] {actual, x, y}, strides, new long[0]);
      for (int i = 0; i < count; i++) assertThat(Memory.getByte(actual + i)).isEqualTo(Memory.getByte(expected + i));
    }
  }

  @Test
  void sharedTermsAndRepeatedInputs() {
    Expr term = X.mul(Y).add(1);
    check(new ScalarFunction("shared", 3, 0, term.mul(term).sub(Z.square().add(term))), DType.INT64);
    check(new ScalarFunction("hoisted", 2, 0, X.mul(Y.tanh().add(2))), DType.FLOAT32);
  }

  // The check

  private record Case(ScalarFunction f, DType dtype, DType output, double[][] inputs, double[] expected) {
    int count() {
      return expected.length;
    }

    DType[] inputTypes() {
      DType[] types = new DType[f.inputs()];
      Arrays.fill(types, dtype);
      return types;
    }

    Loop loop() {
      return Loops.of(f, dtype.computeType(), inputTypes(), output);
    }
  }

  private void check(ScalarFunction f, DType dtype) {
    DType output = f.body().isTruth() ? DType.BOOL : dtype;
    double[][] inputs = inputs(f, dtype);
    double[] expected;
    try {
      expected = reference(f.body(), dtype, output, inputs, 0);
    } catch (UnsupportedOperationException none) {
      assertThatThrownBy(() -> new Case(f, dtype, output, inputs, new double[0]).loop())
          .as("%s of %s", f.name(), dtype).isInstanceOf(UnsupportedOperationException.class)
          .hasMessageContaining("does not exist for");
      return;
    }
    Case c = new Case(f, dtype, output, inputs, expected);
    checkLayouts(c);
    checkVectors(c);
  }

  private double[][] inputs(ScalarFunction f, DType dtype) {
    double[][] inputs = new double[f.inputs()][];
    for (int k = 0; k < inputs.length; k++) {
      inputs[k] = Operands.values(dtype.category(), k + 1);
      long cell = arena.allocate(16).address();
      for (int i = 0; i < COUNT; i++) {
        // As the dtype holds them. Integer divisors must not be 0, orders of polygamma are small and whole.
        if (f.body() instanceof Expr.Binary b && k == 1 && inputs[k][i] == 0 && dtype.isIntegral()) inputs[k][i] = 3;
        if (f.body() instanceof Expr.Binary b && b.op() == BinaryOp.POLYGAMMA && k == 0) inputs[k][i] = i % 4;
        if (f.body() instanceof Expr.Binary b && b.op().name().contains("POLYNOMIAL") && k == 1) inputs[k][i] = i % 12;
        Operands.put(cell, dtype, inputs[k][i]);
        inputs[k][i] = Operands.get(cell, dtype);
        if (dtype.isIntegral() && k == 1 && inputs[k][i] == 0) inputs[k][i] = 3;
      }
    }
    return inputs;
  }

  /// What the elements should be, as doubles, if those operands repeat their first element.
  private static double[] reference(Expr body, DType dtype, DType output, double[][] inputs, long repeated) {
    double[] expected = new double[dtype == DType.FLOAT32 ? COUNT : FEW];
    for (int i = 0; i < expected.length; i++) {
      double[] x = new double[inputs.length];
      for (int k = 0; k < x.length; k++) x[k] = inputs[k][(repeated >> (k + 1) & 1) != 0 ? 0 : i];
      expected[i] = evaluate(body, dtype, output, x);
    }
    return expected;
  }

  private static double evaluate(Expr body, DType dtype, DType output, double[] x) {
    if (dtype == DType.FLOAT32 && body == X.truncDivide(Y)) {
      float quotient = (float) (x[0] / x[1]);
      return quotient < 0 ? Math.ceil(quotient) : Math.floor(quotient);
    }
    Double single = dtype.isFloatingPoint() && dtype != DType.FLOAT64 ? inSinglePrecision(body, x) : null;
    if (single != null) return single;
    if (dtype.isFloatingPoint()) {
      List<Double> inputs = Arrays.stream(x).boxed().toList();
      return ReferenceEvaluator.DOUBLES.evaluate(body, inputs, List.of());
    }
    if (dtype == DType.BOOL) {
      List<Boolean> inputs = Arrays.stream(x).mapToObj(v -> v != 0).toList();
      return ReferenceEvaluator.BOOLEANS.test(body, inputs, List.of()) ? 1 : 0;
    }
    List<Long> inputs = Arrays.stream(x).mapToObj(v -> (long) v).toList();
    long value = ReferenceEvaluator.LONGS.evaluate(body, inputs, List.of());
    return switch (output) {
      case UINT8 -> value & 0xff;
      case INT8 -> (byte) value;
      case INT16 -> (short) value;
      case INT32 -> (int) value;
      default -> value;
    };
  }

  /// Functions that are meant to be as inexact as PyTorch's.
  private static @Nullable Double inSinglePrecision(Expr body, double[] x) {
    float a = (float) x[0];
    return switch (body) {
      case Expr.Unary(var op, _) -> switch (op) {
        case SINH -> (double) LibraryFunctions.sinh(a);
        case COSH -> (double) LibraryFunctions.cosh(a);
        case ERFCX -> (double) SinglePrecision.erfcx(a);
        case LOG_NDTR -> (double) SinglePrecision.logNdtr(a);
        case DIGAMMA -> (double) SinglePrecision.digamma(a);
        case TRIGAMMA -> (double) SinglePrecision.trigamma(a);
        case I0 -> (double) SinglePrecision.i0(a);
        case I0E -> (double) SinglePrecision.i0e(a);
        case I1 -> (double) SinglePrecision.i1(a);
        case I1E -> (double) SinglePrecision.i1e(a);
        default -> op.name().contains("BESSEL") || op == UnaryOp.AIRY_AI ? inFloat(BesselFunctions.class, op, a) : null;
      };
      case Expr.Binary(var op, _, _) when op == BinaryOp.ATAN2 -> (double) LibraryFunctions.atan2(a, (float) x[1]);
      case Expr.Binary(var op, _, _) when op == BinaryOp.XLOG1PY -> (double) SinglePrecision.xlog1py(a, (float) x[1]);
      case Expr.Binary(var op, _, _) when op == BinaryOp.ZETA -> (double) SinglePrecision.zeta(a, (float) x[1]);
      case Expr.Binary(var op, _, _) when op == BinaryOp.POLYGAMMA ->
        (double) SinglePrecision.polygamma(a, (float) x[1]);
      case Expr.Binary(var op, _, _) when op.name().contains("POLYNOMIAL") ->
        inFloat(OrthogonalPolynomials.class, op, a, (float) x[1]);
      default -> null;
    };
  }

  /// The value of the float method that is called as the operator is.
  private static double inFloat(Class<?> owner, Enum<?> op, Float... arguments) {
    Class<?>[] types = new Class<?>[arguments.length];
    Arrays.fill(types, float.class);
    try {
      return (float) owner.getMethod(op.toString(), types).invoke(null, (Object[]) arguments);
    } catch (ReflectiveOperationException absent) {
      throw new AssertionError(absent);
    }
  }

  private void checkLayouts(Case c) {
    int inputs = c.f.inputs();
    for (int gap : new int[] {1, 3}) {
      long[] strides = new long[inputs + 1];
      long[] addresses = new long[inputs + 1];
      for (int k = 0; k <= inputs; k++) {
        DType dtype = k == 0 ? c.output : c.dtype;
        strides[k] = (long) gap * dtype.size();
        addresses[k] = Operands.allocate(arena, dtype, strides[k]);
        for (int i = 0; k > 0 && i < c.count(); i++) {
          Operands.put(addresses[k] + i * strides[k], dtype, c.inputs[k - 1][i]);
        }
      }
      for (int count : COUNTS) {
        if (count > c.count() || (gap > 1 && count != FEW)) continue;
        Memory.fill(addresses[0], c.count() * strides[0], (byte) 0);
        c.loop().run(count, addresses, strides, new long[0]);
        compare(c, c.expected, addresses[0], strides[0], count, "stride " + gap);
      }
    }
    if (inputs < 2) return;
    long last = 1L << inputs;
    double[] expected = reference(c.f.body(), c.dtype, c.output, c.inputs, last);
    long[] addresses = dense(c);
    long[] strides = strides(c, last);
    c.loop().run(FEW, addresses, strides, new long[0]);
    compare(c, expected, addresses[0], strides[0], FEW, "repeated");
  }

  private long[] dense(Case c) {
    long[] addresses = new long[c.f.inputs() + 1];
    for (int k = 0; k < addresses.length; k++) {
      DType dtype = k == 0 ? c.output : c.dtype;
      addresses[k] = Operands.allocate(arena, dtype, 0);
      for (int i = 0; k > 0 && i < c.count(); i++) {
        Operands.put(addresses[k] + (long) i * dtype.size(), dtype, c.inputs[k - 1][i]);
      }
    }
    return addresses;
  }

  private static long[] strides(Case c, long repeated) {
    long[] strides = new long[c.f.inputs() + 1];
    for (int k = 0; k < strides.length; k++) {
      strides[k] = (repeated >> k & 1) != 0 ? 0 : (k == 0 ? c.output : c.dtype).size();
    }
    return strides;
  }

  /// The vector kernel's bits against the scalar kernel's, for the first elements: this is interpreted code.
  private void checkVectors(Case c) {
    LoopPlan plan = LoopPlan.of(c.f, c.dtype.computeType(), c.inputTypes(), c.output);
    Vocabulary words = Vectors.of(plan);
    if (words == null) return;
    for (long repeated = 0; repeated < (c.f.inputs() < 2 ? 1 : 1L << (c.f.inputs() + 1)); repeated += 2) {
      long[] strides = strides(c, repeated);
      long[] addresses = dense(c);
      long[] other = addresses.clone();
      other[0] = Operands.allocate(arena, c.output, 0);
      int count = 2 * words.lanes();
      LoopCompiler.compile(plan, Vocabulary.scalar(plan), 0).run(0, count, other, strides, new long[0]);
      LoopCompiler.compile(plan, words, repeated).run(0, count, addresses, strides, new long[0]);
      for (int i = 0; i < count; i++) {
        double vector = Operands.get(addresses[0] + (long) i * c.output.size(), c.output);
        double scalar = Operands.get(other[0] + (long) i * c.output.size(), c.output);
        assertThat(vector).as("%s of %s in vectors at %s", c.f, c.dtype, i).isEqualTo(Double.valueOf(scalar));
      }
    }
  }

  private static void compare(Case c, double[] expected, long address, long stride, int count, String layout) {
    for (int i = 0; i < count; i++) {
      double actual = Operands.get(address + i * stride, c.output);
      double wanted = rounded(expected[i], c.output);
      if (actual == wanted || (Double.isNaN(actual) && Double.isNaN(wanted))) continue;
      double[] x = new double[c.inputs.length];
      for (int k = 0; k < x.length; k++) x[k] = c.inputs[k][i];
      assertThat(Math.abs(actual - wanted)).as("%s of %s at %s, %s: %s instead of %s", c.f.name(),
          c.dtype, Arrays.toString(x), layout, actual, expected[i])
          .isLessThanOrEqualTo(tolerance(c, expected[i]));
    }
    for (int i = count; i < Math.min(c.count(), count + 40); i++) {
      assertThat(Operands.get(address + i * stride, c.output)).as("after the end").isZero();
    }
  }

  private static double rounded(double value, DType dtype) {
    return switch (dtype) {
      case FLOAT32 -> (float) value;
      case FLOAT16 -> Float.float16ToFloat(Float.floatToFloat16((float) value));
      case BFLOAT16 -> {
        int bits = Float.floatToRawIntBits((float) value);
        yield Float.intBitsToFloat((bits + 0x7fff + (bits >>> 16 & 1)) & 0xffff0000);
      }
      default -> value;
    };
  }

  /// Four units in the last place; where a result is a difference of large numbers, as many of those.
  private static double tolerance(Case c, double expected) {
    double scale = Math.abs(expected);
    return switch (c.output) {
      case FLOAT64 -> 64 * Math.ulp(scale) + 1e-300;
      // Where exp(-x) is infinite in float, sigmoid is 0, in PyTorch too.
      case FLOAT32 -> 4 * Math.ulp((float) scale) + (c.f.name().equals("sigmoid") ? 4e-39 : 0);
      case FLOAT16 -> scale * 0x1p-10 + 0x1p-24;
      case BFLOAT16 -> scale * 0x1p-7 + 1e-38;
      default -> 0;
    };
  }

  // Complex numbers

  private void checkComplex(Expr body) {
    for (DType dtype : new DType[] {DType.COMPLEX64, DType.COMPLEX128}) {
      DType output = body.isTruth() ? DType.BOOL : dtype;
      ScalarFunction f = new ScalarFunction("complex", 2, 0, body);
      List<Complex> a = new ArrayList<>();
      List<Complex> b = new ArrayList<>();
      for (double re : new double[] {-2.5, -0.5, 0.25, 1.5}) {
        for (double im : new double[] {-1.25, 0.75, 2}) {
          a.add(new Complex(re, im));
          b.add(new Complex(im * 0.5, re));
        }
      }
      Complex[] expected = new Complex[a.size()];
      try {
        for (int i = 0; i < expected.length; i++) {
          List<Complex> x = List.of(a.get(i), b.get(i));
          expected[i] = ReferenceEvaluator.COMPLEX.evaluate(body, x, List.of());
        }
      } catch (UnsupportedOperationException none) {
        assertThatThrownBy(() -> Loops.of(f, dtype, new DType[] {dtype, dtype}, output))
            .isInstanceOf(UnsupportedOperationException.class)
            .hasMessageContaining("does not exist for complex numbers");
        return;
      }
      long[] addresses = {Operands.allocate(arena, output, 0), Operands.allocate(arena, dtype, 0),
        Operands.allocate(arena, dtype, 0)};
      for (int i = 0; i < expected.length; i++) {
        Operands.put(addresses[1] + (long) i * dtype.size(), dtype, a.get(i));
        Operands.put(addresses[2] + (long) i * dtype.size(), dtype, b.get(i));
      }
      Loops.of(f, dtype, new DType[] {dtype, dtype}, output).run(expected.length, addresses,
          new long[] {output.size(), dtype.size(), dtype.size()}, new long[0]);
      for (int i = 0; i < expected.length; i++) {
        long element = addresses[0] + (long) i * output.size();
        double re = Operands.get(element, output);
        double im = output.isComplex() ? Operands.getComplex(element, output).im() : 0;
        double error = Math.hypot(re - expected[i].re(), im - expected[i].im());
        double scale = 1 + Math.hypot(expected[i].re(), expected[i].im());
        assertThat(error).as("%s at %s, %s: %s + %s i instead of %s", body, a.get(i), b.get(i), re, im, expected[i])
            .isLessThanOrEqualTo(scale * (dtype == DType.COMPLEX64 ? 2e-6 : 1e-13));
      }
    }
  }

  @Test
  void parametersHaveTheTypeOfTheLoop() {
    long address = Operands.allocate(arena, DType.INT32, 0);
    long out = Operands.allocate(arena, DType.BOOL, 0);
    for (int i = 0; i < 100; i++) Memory.putInt(address + 4L * i, i - 50);
    Loop loop =
        Loops.of(new ScalarFunction("below", 1, 1, X.lt(P)), DType.INT64, new DType[] {DType.INT32}, DType.BOOL);
    loop.run(100, new long[] {out, address}, new long[] {1, 4}, new long[] {1L << 40});
    for (int i = 0; i < 100; i++) assertThat(Operands.get(out + i, DType.BOOL)).isEqualTo(1);
    long z = Operands.allocate(arena, DType.COMPLEX64, 0);
    Operands.put(z, DType.COMPLEX64, new Complex(1, 2));
    Loops
        .of(new ScalarFunction("scale", 1, 1, X.mul(P)), DType.COMPLEX64, new DType[] {DType.COMPLEX64},
            DType.COMPLEX64)
        .run(1, new long[] {z, z}, new long[] {8, 8},
            new long[] {Double.doubleToRawLongBits(0.5), Double.doubleToRawLongBits(1)});
    assertThat(Operands.getComplex(z, DType.COMPLEX64)).as("in place").isEqualTo(new Complex(-1.5, 2));
  }

  @Test
  void divisionByZeroOfIntegersThrows() {
    long address = Operands.allocate(arena, DType.INT64, 0);
    Loop loop = Loops.of(new ScalarFunction("div", 2, 0, X.floorDivide(Y)), DType.INT64,
        new DType[] {DType.INT64, DType.INT64}, DType.INT64);
    long[] addresses = {address, address, address};
    assertThatThrownBy(() -> loop.run(3, addresses, new long[] {8, 8, 8}, new long[0]))
        .isInstanceOf(ArithmeticException.class);
  }

  @Test
  void loopsAreSharedByWhatTheyCompute() {
    DType[] floats = {DType.FLOAT32, DType.FLOAT32};
    Loop loop = Loops.of(new ScalarFunction("add", 2, 0, X.add(Y)), DType.FLOAT32, floats, DType.FLOAT32);
    assertThat(Loops.of(new ScalarFunction("plus", 2, 0, X.add(Y)), DType.FLOAT32, floats.clone(), DType.FLOAT32))
        .isSameAs(loop);
    assertThat(Loops.of(new ScalarFunction("add", 2, 0, X.add(Y)), DType.FLOAT32, floats, DType.FLOAT64))
        .isNotSameAs(loop);
  }

  @Test
  void wrongRequestsAreRefused() {
    ScalarFunction add = new ScalarFunction("add", 2, 0, X.add(Y));
    assertThatThrownBy(() -> Loops.of(add, DType.FLOAT32, new DType[] {DType.FLOAT32}, DType.FLOAT32))
        .isInstanceOf(IllegalArgumentException.class).hasMessage("add takes 2 inputs, not 1");
    DType[] halves = {DType.FLOAT16, DType.FLOAT16};
    assertThatThrownBy(() -> Loops.of(add, DType.FLOAT16, halves, DType.FLOAT16))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("not in float16");
    assertThatThrownBy(
        () -> Loops.of(new ScalarFunction("exp", 1, 0, X.exp()), DType.INT64, new DType[] {DType.INT64}, DType.INT64))
        .isInstanceOf(UnsupportedOperationException.class).hasMessage("exp does not exist for int64");
  }
}
