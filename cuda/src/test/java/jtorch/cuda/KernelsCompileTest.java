package jtorch.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import jtorch.DType;
import jtorch.cuda.ElementwiseSource.Access;
import jtorch.cuda.driver.CudaException;
import jtorch.cuda.driver.Nvrtc;
import jtorch.expr.BinaryOp;
import jtorch.expr.Expr;
import jtorch.expr.LoopPlan;
import jtorch.expr.ReferenceEvaluator;
import jtorch.expr.ScalarFunction;
import jtorch.expr.UnaryOp;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// All kernels compile for the architectures that PyTorch is built for; NVIDIA's compiler needs no GPU to say so.
class KernelsCompileTest {
  private static Nvrtc compiler;

  @BeforeAll
  static void findCompiler() {
    try {
      compiler = Nvrtc.open();
    } catch (CudaException absent) {
      abort("skipped: " + absent.getMessage() + " (cuda/fetch-nvrtc.sh gets it)");
    }
  }

  private static ScalarFunction function(Expr body, int inputs) {
    return new ScalarFunction("test", inputs, 2, body);
  }

  /// Every operator that these numbers have, in one expression.
  static Expr everything(DType compute) {
    Expr sum = Expr.X;
    for (UnaryOp op : UnaryOp.values()) {
      if (exists(Expr.unary(op, Expr.X), compute)) sum = sum.add(Expr.unary(op, Expr.X).number());
    }
    for (BinaryOp op : BinaryOp.values()) {
      Expr e = Expr.binary(op, Expr.X, Expr.Y);
      if (op != BinaryOp.COMPLEX && exists(e, compute)) sum = sum.add(e);
    }
    return Expr.select(Expr.X.lt(Expr.P).xor(Expr.Y.ge(2)).and(Expr.X.isNan().not()), sum, Expr.Q);
  }

  private static boolean exists(Expr e, DType compute) {
    try {
      if (compute.isFloatingPoint()) ReferenceEvaluator.DOUBLES.evaluate(e.number(), List.of(0.3, 0.4), List.of());
      else ReferenceEvaluator.LONGS.evaluate(e.number(), List.of(3L, 4L), List.of());
      return true;
    } catch (UnsupportedOperationException none) {
      return false;
    }
  }

  @ParameterizedTest
  @EnumSource(Access.class)
  void everyOperatorCompiles(Access access) {
    for (DType compute : new DType[] {DType.FLOAT32, DType.FLOAT64, DType.INT64}) {
      var plan = LoopPlan.of(function(everything(compute), 2), compute, new DType[] {compute, compute}, compute);
      assertThat(compiler.compile(ElementwiseSource.of(plan, access), "elementwise", "90")).isNotEmpty();
    }
  }

  static Stream<DType> dtypes() {
    return Stream.of(DType.values()).filter(d -> !d.isQuantized() && d != DType.FLOAT4_E2M1FN_X2);
  }

  /// To and from every type of elements.
  @ParameterizedTest
  @MethodSource("dtypes")
  void everyDTypeCompiles(DType dtype) {
    DType compute = dtype == DType.BOOL ? DType.BOOL : dtype.isComplex() ? dtype == DType.COMPLEX32 ? DType.COMPLEX64
        : dtype : dtype.computeType();
    Expr body = compute == DType.BOOL ? Expr.X.bitAnd(Expr.Y) : Expr.X.mul(Expr.Y).add(Expr.P);
    for (DType other : List.of(dtype, DType.FLOAT32)) {
      if (compute == DType.BOOL && other != dtype) continue;
      var plan = LoopPlan.of(function(body, 2), compute, new DType[] {dtype, other}, dtype);
      assertThat(compiler.compile(ElementwiseSource.of(plan, Access.FLAT), "elementwise", "80")).isNotEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"80", "90"})
  void intermediateLanguageIsForTheVirtualArchitecture(String architecture) {
    var plan = LoopPlan.of(function(Expr.X.add(Expr.Y), 2), DType.FLOAT32,
        new DType[] {DType.BFLOAT16, DType.FLOAT16}, DType.FLOAT16);
    byte[] ptx = compiler.compileToPtx(ElementwiseSource.of(plan, Access.FLAT), "elementwise", architecture);
    assertThat(new String(ptx, StandardCharsets.UTF_8)).contains(".target sm_" + architecture)
        .contains(".visible .entry elementwise").contains("cvt.f32.f16");
  }

  /// Elements are read and written 16 bytes at a time.
  @Test
  void accessIsVectorized() {
    var plan = LoopPlan.of(function(Expr.X.add(Expr.Y), 2), DType.FLOAT32,
        new DType[] {DType.FLOAT32, DType.FLOAT32}, DType.FLOAT32);
    String ptx = new String(compiler.compileToPtx(ElementwiseSource.of(plan, Access.FLAT), "elementwise", "90"),
        StandardCharsets.UTF_8);
    assertThat(ptx).contains("ld.global.v4.f32").contains("st.global.v4.f32");
  }

  @Test
  void messagesOfTheCompilerAreShown() {
    assertThatThrownBy(() -> compiler.compile("KERNEL oops", "broken", "90")).isInstanceOf(CudaException.class)
        .hasMessageContaining("broken").hasMessageContaining("error");
  }
}
