package jtorch.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import jtorch.DType;
import jtorch.cuda.ElementwiseSource.Access;
import jtorch.cuda.driver.CudaException;
import jtorch.expr.BinaryOp;
import jtorch.expr.Expr;
import jtorch.expr.LoopPlan;
import jtorch.expr.ReferenceEvaluator;
import jtorch.expr.ScalarFunction;
import jtorch.expr.UnaryOp;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// All kernels compile for the architectures that PyTorch is built for; NVIDIA's compiler needs no GPU to say so.
class KernelsCompileTest extends CompileTest {
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

  /// Half a minute of the compiler's time.
  @Tag("slow")
  @ParameterizedTest
  @EnumSource(Access.class)
  void everyOperatorCompiles(Access access) {
    for (DType compute : new DType[] {DType.FLOAT32, DType.FLOAT64, DType.INT64}) {
      var plan = LoopPlan.of(function(everything(compute), 2), compute, new DType[] {compute, compute}, compute);
      assertThat(compiler.compile(ElementwiseSource.of(plan, access), "elementwise", "90")).isNotEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(Access.class)
  void everyAccessCompiles(Access access) {
    Expr gelu = Expr.X.mul(Expr.X.mul(Math.sqrt(0.5)).erf().add(1)).mul(0.5);
    var plan = LoopPlan.of(function(gelu.add(Expr.Y.mul(Expr.P)), 2), DType.FLOAT32,
        new DType[] {DType.FLOAT32, DType.BFLOAT16}, DType.FLOAT32);
    assertThat(compiler.compile(ElementwiseSource.of(plan, access), "elementwise", "90")).isNotEmpty();
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

  private static final List<DType> FLOATS =
      List.of(DType.FLOAT32, DType.FLOAT64, DType.FLOAT16, DType.BFLOAT16);

  /// Each source for one dtype.
  static Stream<Source> sources() {
    return sources(DType.FLOAT32);
  }

  /// Each source for each dtype that it is there for.
  static Stream<Source> allSources() {
    return sources(DType.values());
  }

  private static Stream<Source> sources(DType... dtypes) {
    var all = new ArrayList<Source>();
    for (DType dtype : dtypes) {
      if (!FLOATS.contains(dtype)) continue;
      for (String reduction : List.of("Sum", "Product", "Norm", "Variance")) all.add(new Source("reduce " + reduction,
          ReductionKernels.KERNELS
              .source(ReductionKernels.definitions(reduction, dtype, dtype, dtype.computeType(), ""))));
      for (boolean flag : new boolean[] {false, true}) {
        all.add(new Source("softmax", SoftmaxKernels.KERNELS.source(SoftmaxKernels.definitions(dtype, flag))));
        all.add(new Source("normalize", NormalizationKernels.KERNELS
            .source(NormalizationKernels.definitions(dtype, DType.FLOAT32, dtype.computeType(), true, flag))));
        all.add(new Source("normalize", NormalizationKernels.KERNELS
            .source(NormalizationKernels.definitions(dtype, DType.FLOAT32, dtype.computeType(), false, false))));
        all.add(new Source("batch_norm", BatchNormKernels.KERNELS
            .source(BatchNormKernels.definitions(dtype, DType.FLOAT32, dtype, dtype, flag))));
      }
      all.add(new Source("optimizer sgd",
          OptimizerKernels.KERNELS.source(OptimizerKernels.definitions(dtype, 3, true, false, false))));
      all.add(new Source("optimizer adam",
          OptimizerKernels.KERNELS.source(OptimizerKernels.definitions(dtype, 6, false, true, true))));
      all.add(new Source("foreach", ForeachKernels.KERNELS.source(ForeachKernels.definitions(dtype))));
    }
    for (DType dtype : dtypes) {
      if (dtype.isQuantized() || dtype.isFloat8() || dtype.isBareUnsigned() || dtype == DType.FLOAT4_E2M1FN_X2
          || dtype == DType.COMPLEX32)
        continue;
      all.add(new Source("truth", ReductionKernels.KERNELS
          .source(ReductionKernels.definitions("Truth", dtype, DType.BOOL, DType.INT64, "any"))));
      all.add(new Source("index", IndexKernels.KERNELS.source(IndexKernels.definitions(dtype, null, false))));
      if (dtype.isComplex()) continue;
      DType number = dtype == DType.BOOL ? DType.INT64 : dtype.computeType();
      all.add(new Source("extreme", ReductionKernels.KERNELS
          .source(ReductionKernels.definitions("Extreme", dtype, dtype, number, "greatest"))));
      all.add(new Source("index", IndexKernels.KERNELS
          .source(IndexKernels.definitions(dtype, jtorch.op.Combining.ADD, true))));
      if (dtype != DType.BOOL)
        all.add(new Source("sequence", SequenceKernels.SEQUENCES.source(SequenceKernels.sequenceDefinitions(dtype))));
    }
    return all.stream();
  }

  record Source(String name, String text) {
    @Override
    public String toString() {
      return name;
    }
  }

  @ParameterizedTest
  @MethodSource("sources")
  void everySourceCompiles(Source source) {
    assertThat(compiler.compile(source.text(), source.name().replace(' ', '_'), "90")).isNotEmpty();
  }

  @Tag("slow")
  @ParameterizedTest
  @MethodSource("allSources")
  void everySourceCompilesForEveryDType(Source source) {
    for (String architecture : List.of("80", "90"))
      assertThat(compiler.compile(source.text(), source.name().replace(' ', '_'), architecture)).isNotEmpty();
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

  /// Tables of tensors travel in a kernel's arguments, of which there are 4 KB; 16 bytes are read at once.
  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 5, 6})
  void tablesOfTensorsFitIntoArguments(int lists) {
    String source = OptimizerKernels.KERNELS
        .source(OptimizerKernels.definitions(DType.FLOAT32, lists, lists == 3, lists > 4, lists > 5))
        + "static_assert(sizeof(Arguments) <= 4096, \"kernels take 4 KB\");";
    String ptx = new String(compiler.compileToPtx(source, "optimizer", "90"), StandardCharsets.UTF_8);
    assertThat(ptx).contains("ld.global.v4.f32").contains("st.global.v4.f32");
  }

  @Test
  void messagesOfTheCompilerAreShown() {
    assertThatThrownBy(() -> compiler.compile("KERNEL oops", "broken", "90")).isInstanceOf(CudaException.class)
        .hasMessageContaining("broken").hasMessageContaining("error");
  }
}
