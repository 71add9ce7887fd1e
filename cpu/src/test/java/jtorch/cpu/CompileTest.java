package jtorch.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.compile.Compiled;
import jtorch.compile.CompiledUnary;
import jtorch.compile.Compiler;
import org.junit.jupiter.api.Test;

/// Compiled functions against the functions themselves: values and gradients bit for bit, whatever happens in between.
class CompileTest {
  private static final int FUSED = 1;
  private static final int EAGER = -1;
  private final Tensor x = Torch.randn(5, 7);
  private final Tensor row = Torch.randn(7);

  private static void assertSame(Tensor actual, Tensor expected) {
    assertThat(actual.dtype()).isEqualTo(expected.dtype());
    assertThat(actual.sizes()).isEqualTo(expected.sizes());
    assertThat(actual.strides()).isEqualTo(expected.strides());
    assertThat(actual.requiresGrad()).isEqualTo(expected.requiresGrad());
    assertThat(actual.toDoubleArray()).isEqualTo(expected.toDoubleArray());
  }

  /// Compiles a function, compares some calls with and without gradients, and tells how many calls are left of it.
  private static int check(UnaryOperator<Tensor> function, Tensor input) {
    CompiledUnary compiled = Torch.compile(function);
    for (int i = 0; i < 3; i++) {
      assertSame(compiled.apply(input), function.apply(input));
      if (!input.dtype().isFloatingPoint()) continue;
      Tensor leaf = input.detach().clone().requiresGrad(true);
      Tensor twin = input.detach().clone().requiresGrad(true);
      Tensor actual = compiled.apply(leaf);
      Tensor expected = function.apply(twin);
      assertSame(actual, expected);
      if (!expected.requiresGrad()) continue;
      Tensor gradient = Torch.randn(expected.sizes()).to(expected.dtype());
      actual.backward(gradient);
      expected.backward(gradient);
      assertThat(leaf.grad() == null).isEqualTo(twin.grad() == null);
      if (twin.grad() != null) assertSame(leaf.grad(), twin.grad());
    }
    return compiled.steps();
  }

  private static Tensor gelu(Tensor x) {
    Tensor inner = x.add(x.pow(3).mul(0.044715)).mul(Math.sqrt(2 / Math.PI));
    return x.mul(0.5).mul(inner.tanh().add(1));
  }

  @Test
  void aChainIsOneLoop() {
    assertThat(check(CompileTest::gelu, x)).isEqualTo(FUSED);
    assertThat(check(CompileTest::gelu, x.to(DType.FLOAT64))).isEqualTo(FUSED);
    assertThat(check(CompileTest::gelu, x.t())).isEqualTo(FUSED);
    assertThat(check(CompileTest::gelu, Torch.randn(4, 6, 8).narrow(2, 1, 5))).isEqualTo(FUSED);
    assertThat(check(CompileTest::gelu, Torch.randn(0, 3))).isEqualTo(FUSED);
    assertThat(check(CompileTest::gelu, Torch.tensor(0.3f))).isEqualTo(FUSED);
  }

  @Test
  void truthsBroadcastingAndSharedTermsStayInTheLoop() {
    assertThat(check(t -> {
      Tensor e = t.mul(row).exp();
      return Torch.where(t.gt(row), e, e.mul(2).sub(t)).mul(t.lt(1)).add(e);
    }, x)).isEqualTo(FUSED);
    assertThat(check(t -> t.relu().add(t.floor()).mul(t.clamp(-1, 1)).abs(), x)).isEqualTo(FUSED);
    // No way leads from the result to the argument: it has no gradient, neither zeros.
    assertThat(check(t -> Torch.where(t.gt(0), row, row.mul(2)).add(1), x)).isPositive();
    // Kinks have PyTorch's gradients.
    Tensor kinks = Torch.tensor(new float[] {-1, 0, 1, 6});
    assertThat(check(t -> jtorch.op.Activations.HARDTANH.tensor(t, -1.0, 1.0).mul(2).add(t.relu().mul(3)), kinks))
        .isEqualTo(FUSED);
  }

  @Test
  void secondDerivativesAreThere() {
    CompiledUnary compiled = Torch.compile(CompileTest::gelu);
    Tensor point = x.to(DType.FLOAT64).requiresGrad(true);
    for (int i = 0; i < 2; i++) {
      Tensor actual = Torch.grad(Torch.grad(compiled.apply(point).sum(), point, true).sum(), point);
      Tensor expected = Torch.grad(Torch.grad(gelu(point).sum(), point, true).sum(), point);
      assertThat(actual.allclose(expected, 1e-10, 1e-12, false)).isTrue();
    }
  }

  @Test
  void reductionsAndProductsStayCalls() {
    assertThat(check(t -> {
      Tensor centred = t.sub(t.mean(new long[] {-1}, true));
      Tensor variance = centred.mul(centred).mean(new long[] {-1}, true);
      return centred.mul(variance.add(1e-5).rsqrt()).mul(row).add(row);
    }, x)).isEqualTo(6);
    assertThat(check(t -> t.mm(t.t()).mul(2).add(1).softmax(-1), x)).isPositive();
  }

  @Test
  void halvesAreRoundedOnce() {
    CompiledUnary compiled = Torch.compile(CompileTest::gelu);
    Tensor half = Torch.linspace(-3, 3, 100).to(DType.BFLOAT16);
    compiled.apply(half);
    assertSame(compiled.apply(half), gelu(half.to(DType.FLOAT32)).to(DType.BFLOAT16));
  }

  @Test
  void valuesAreNeverFrozen() {
    CompiledUnary branching = Torch.compile(t -> t.sum().itemDouble() > 0 ? t.mul(2).add(1) : t.mul(3).sub(1));
    Tensor ones = Torch.ones(3);
    for (int i = 0; i < 2; i++) {
      assertThat(branching.apply(ones).toFloatArray()).containsOnly(3);
      assertThat(branching.apply(ones.neg()).toFloatArray()).containsOnly(-4);
    }
    assertThat(branching.explain()).contains("read or written by Java code");
    assertThatThrownBy(
        () -> Torch.compile((Tensor t) -> t.mul(t.sum().itemDouble()), o -> o.fullgraph(true)).apply(ones))
        .isInstanceOf(UnsupportedOperationException.class).hasMessageContaining("fullgraph=true");
    CompiledUnary printing = Torch.compile(t -> t.mul(t.toString().length()).add(1));
    printing.apply(ones);
    assertThat(printing.steps()).isEqualTo(EAGER);
    // Shapes that depend on values.
    CompiledUnary choosing = Torch.compile(t -> t.mul(2).maskedSelect(t.gt(0)).mul(2).add(1));
    for (float first : new float[] {1, -1, 1}) {
      Tensor some = Torch.tensor(new float[] {first, 2, 3});
      assertSame(choosing.apply(some), some.mul(2).maskedSelect(some.gt(0)).mul(2).add(1));
    }
  }

  @Test
  void changesInPlaceAndViewsAreKept() {
    check(t -> {
      Tensor y = t.mul(2);
      Tensor view = y.select(0, 0);
      Tensor before = y.add(1).mul(3);
      view.add_(5);
      return y.tanh().mul(3).add(before);
    }, x);
    // Changes of what the function made itself are part of loops.
    assertThat(check(t -> t.mul(2).add_(1).tanh_().mul(3), x)).isEqualTo(FUSED);
    check(t -> {
      Tensor y = t.mm(t.t()).neg_();
      Tensor before = y.mul(2).exp();
      y.add_(1).mul_(before);
      return y.sum(new long[] {0}).mul_(2).add(before.tanh());
    }, x);
    check(t -> {
      Tensor y = t.mul(2);
      Torch.noGrad(() -> y.add_(1));
      return y.mul(t).add(y);
    }, x);
    check(t -> {
      Tensor y = Torch.zeros(5, 7);
      y.add_(t);
      Torch.noGrad(() -> y.mul_(2));
      return y.mul(t).add(y.detach());
    }, x);
    UnaryOperator<Tensor> changing = t -> {
      Tensor before = t.mul(2).add(1);
      t.add_(1);
      return before.mul(t);
    };
    CompiledUnary compiled = Torch.compile(changing);
    Tensor a = x.clone();
    Tensor b = x.clone();
    for (int i = 0; i < 3; i++) {
      assertSame(compiled.apply(a), changing.apply(b));
      assertSame(a, b);
    }
    check(t -> {
      Tensor sum = Torch.zeros(7);
      sum.add_(t.sum(new long[] {0}));
      return sum.mul(2).add(1);
    }, x);
    check(t -> t.mul(2).detach().mul(t).add(1), x);
    check(t -> t.unsqueeze(0).mul(2).add(1).squeeze(0).t(), x);
  }

  @Test
  void tensorsFromOutsideAreReadAtEachRun() {
    Tensor weight = Torch.randn(7).requiresGrad(true);
    UnaryOperator<Tensor> function = t -> t.mul(weight).tanh().mul(2);
    CompiledUnary compiled = Torch.compile(function);
    for (int i = 0; i < 3; i++) {
      Tensor y = compiled.apply(x);
      assertSame(y, function.apply(x));
      y.sum().backward();
      Torch.noGrad(() -> weight.sub_(weight.grad().mul(0.1)));
    }
    assertThat(compiled.traces()).isEqualTo(1);
    // The tensor from outside as an argument is no argument in the next call.
    CompiledUnary product = Torch.compile(t -> t.mul(weight).add(1));
    product.apply(weight);
    Tensor other = Torch.randn(7).requiresGrad(true);
    assertSame(product.apply(other), other.mul(weight).add(1));
    weight.data(weight.detach().to(DType.FLOAT64));
    assertSame(compiled.apply(x), function.apply(x));
    assertThat(compiled.traces()).isEqualTo(2);
  }

  @Test
  void javaStateIsWatched() {
    double[] rate = {0.1};
    CompiledUnary scaling = Torch.compile(t -> t.mul(rate[0]).add(1));
    scaling.apply(x);
    rate[0] = 0.5;
    assertSame(scaling.apply(x), x.mul(0.5).add(1));
    int[] calls = {0};
    CompiledUnary counting = Torch.compile(t -> t.mul(++calls[0]).add(1));
    for (int i = 1; i <= 3; i++) assertSame(counting.apply(x), x.mul(i).add(1));
    assertThat(calls[0]).isEqualTo(3);
    assertThat(counting.explain()).contains("changes the state of Java objects");
  }

  @Test
  void modesAndShapesHaveTracesOfTheirOwn() {
    CompiledUnary compiled = Torch.compile(CompileTest::gelu, o -> o.recompileLimit(3));
    Tensor leaf = x.clone().requiresGrad(true);
    for (int i = 0; i < 2; i++) {
      assertThat(compiled.apply(leaf).requiresGrad()).isTrue();
      assertThat(Torch.noGrad(() -> compiled.apply(leaf)).requiresGrad()).isFalse();
      assertSame(compiled.apply(row), gelu(row));
    }
    assertThat(compiled.traces()).isEqualTo(3);
    Tensor another = Torch.randn(2);
    assertSame(compiled.apply(another), gelu(another));
    assertThat(compiled.traces()).isEqualTo(3);
    assertThat(compiled.explain()).contains("limit of 3");
    Compiler.reset();
    assertSame(compiled.apply(another), gelu(another));
    assertThat(compiled.traces()).isEqualTo(1);
    check(t -> {
      Tensor kept;
      try (var off = Torch.noGrad()) {
        kept = t.mul(2).add(1);
      }
      return kept.mul(t).add(t);
    }, x);
    try (var autocast = Torch.autocast()) {
      UnaryOperator<Tensor> product = t -> t.mm(t.t()).mul(2).add(1);
      CompiledUnary lowered = Torch.compile(product);
      for (int i = 0; i < 2; i++) assertThat(lowered.apply(x).dtype()).isEqualTo(DType.BFLOAT16);
    }
  }

  @Test
  void randomNumbersComeInTheirOrder() {
    UnaryOperator<Tensor> noisy = t -> {
      Torch.randn(3);
      return t.mul(Torch.rand(7)).add(1).mul(Torch.randn(5, 7)).tanh();
    };
    CompiledUnary compiled = Torch.compile(noisy);
    for (int seed = 0; seed < 3; seed++) {
      Torch.manualSeed(seed);
      Tensor actual = compiled.apply(x);
      Torch.manualSeed(seed);
      assertSame(actual, noisy.apply(x));
    }
    assertThat(compiled.steps()).isPositive();
  }

  @Test
  void severalArgumentsAndResults() {
    var adding = Torch.compile((Tensor a, Tensor b) -> a.mul(2).add(b).mul(b));
    Tensor other = Torch.randn(5, 7);
    for (int i = 0; i < 2; i++) {
      assertSame(adding.apply(x, other), x.mul(2).add(other).mul(other));
      assertSame(adding.apply(x, x), x.mul(2).add(x).mul(x));
    }
    var both = Torch.compileTensors(t -> new Tensor[] {t[0], t[0].mul(2).add(t[1]), row});
    for (int i = 0; i < 2; i++) {
      Tensor[] results = both.apply(x, other);
      assertThat(results[0]).isSameAs(x);
      assertThat(results[2]).isSameAs(row);
      assertSame(results[1], x.mul(2).add(other));
    }
  }

  @Test
  void threadsShareAFunction() throws Exception {
    CompiledUnary compiled = Torch.compile(CompileTest::gelu);
    Tensor[] inputs = IntStream.range(0, 8).mapToObj(i -> Torch.randn(3 + i % 3, 50)).toArray(Tensor[]::new);
    try (var pool = Executors.newFixedThreadPool(4)) {
      var tasks = Arrays.stream(inputs).map(in -> (Callable<Boolean>) () -> {
        boolean same = true;
        for (int i = 0; i < 200; i++) same &= Torch.noGrad(() -> compiled.apply(in).equal(gelu(in)));
        return same;
      }).toList();
      for (var done : pool.invokeAll(tasks)) assertThat(done.get()).isTrue();
    }
  }

  @Test
  void gradientsInsideAreNotTraced() {
    Tensor leaf = x.clone().requiresGrad(true);
    CompiledUnary slope = Torch.compile(t -> Torch.grad(t.mul(t).sum(), t).mul(2).add(1));
    for (int i = 0; i < 2; i++) assertSame(slope.apply(leaf), leaf.detach().mul(4).add(1));
    assertThat(slope.explain()).contains("backward() is called");
    Compiled disabled = Torch.compile(CompileTest::gelu, o -> o.disable(true));
    assertThat(disabled.explain()).isEqualTo("disabled");
    assertThatThrownBy(() -> Torch.compile(CompileTest::gelu, o -> o.backend("triton")))
        .hasMessageContaining("Invalid backend: 'triton'");
  }
}
