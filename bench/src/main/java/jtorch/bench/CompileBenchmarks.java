package jtorch.bench;

import static jtorch.Torch.rand;
import static jtorch.Torch.randn;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.compile.TensorsFunction;
import jtorch.nn.Linear;
import jtorch.nn.ReLU;
import jtorch.nn.Sequential;

/// The group of compiled functions: formulas written out by hand, each as it is and compiled (`_compiled`). `compiled.py`
/// holds the same work under the same names, the second with `torch.compile`.
final class CompileBenchmarks {
  private static final long MILLION = 1 << 20;
  private static final long[] LAST = {-1};

  private final List<Benchmark> all = new ArrayList<>();

  private CompileBenchmarks() {}

  static List<Benchmark> all() {
    var benchmarks = new CompileBenchmarks();
    benchmarks.unary("gelu_forward", "a formula of 8 operators, [1M]", CompileBenchmarks::gelu, false, MILLION);
    benchmarks.unary("gelu_step", "forward and backward, [1M]", CompileBenchmarks::gelu, true, MILLION);
    benchmarks.unary("gelu_small", "forward and backward, [16]", CompileBenchmarks::gelu, true, 16);
    benchmarks.unary("add_small", "one operator, [16]", x -> x.add(1), false, 16);
    benchmarks.norm();
    benchmarks.adam();
    benchmarks.perceptron();
    return benchmarks.all;
  }

  private void add(String name, String description, Supplier<Benchmark.Step> plain, Supplier<Benchmark.Step> compiled) {
    all.add(Benchmark.compiled(name, description, plain));
    all.add(Benchmark.compiled(name + "_compiled", description + ", compiled", compiled));
  }

  private static Tensor gelu(Tensor x) {
    Tensor inner = x.add(x.pow(3).mul(0.044715)).mul(Math.sqrt(2 / Math.PI));
    return x.mul(0.5).mul(inner.tanh().add(1));
  }

  private void unary(String name, String description, UnaryOperator<Tensor> function, boolean backward, long... sizes) {
    add(name, description, () -> step(function, backward, sizes),
        () -> step(Torch.compile(function), backward, sizes));
  }

  private static Benchmark.Step step(UnaryOperator<Tensor> function, boolean backward, long... sizes) {
    Tensor x = randn(sizes);
    return backward ? backward(() -> function.apply(x), x) : () -> function.apply(x);
  }

  private static Benchmark.Step backward(Supplier<Tensor> function, Tensor... leaves) {
    for (Tensor leaf : leaves) leaf.requiresGrad(true);
    Tensor gradient = Torch.randnLike(Torch.noGrad(function));
    return () -> {
      function.get().backward(gradient);
      Tensor first = Objects.requireNonNull(leaves[0].grad());
      for (Tensor leaf : leaves) leaf.grad(null);
      return first;
    };
  }

  /// Layer norm of a sum, with a gate behind it.
  private void norm() {
    Supplier<TensorsFunction> function = () -> t -> {
      Tensor sum = t[0].add(t[1]);
      Tensor centred = sum.sub(sum.mean(LAST, true));
      Tensor variance = centred.square().mean(LAST, true);
      Tensor normed = centred.mul(variance.add(1e-5).rsqrt()).mul(t[2]).add(t[3]);
      return new Tensor[] {normed.mul(normed.sigmoid())};
    };
    String description = "residual, layer norm and silu by hand, forward and backward, [4096, 1024]";
    add("norm_step", description, () -> norm(function.get()), () -> norm(Torch.compileTensors(function.get())));
  }

  private static Benchmark.Step norm(TensorsFunction function) {
    Tensor x = randn(4096, 1024);
    Tensor residual = randn(4096, 1024);
    Tensor weight = randn(1024);
    Tensor bias = randn(1024);
    return backward(() -> function.apply(x, residual, weight, bias)[0], x, residual, weight, bias);
  }

  private void adam() {
    TensorsFunction function = t -> {
      Tensor m = t[2].mul(0.9).add(t[1].mul(0.1));
      Tensor v = t[3].mul(0.999).add(t[1].mul(t[1]).mul(0.001));
      Tensor update = m.div(0.1).div(v.div(0.001).sqrt().add(1e-8)).mul(1e-3);
      return new Tensor[] {t[0].sub(update), m, v};
    };
    add("adam_step", "Adam in tensor operations, [1M]", () -> adam(function),
        () -> adam(Torch.compileTensors(function)));
  }

  private static Benchmark.Step adam(TensorsFunction function) {
    Tensor weight = randn(MILLION);
    Tensor grad = randn(MILLION);
    Tensor m = randn(MILLION);
    Tensor v = rand(MILLION);
    return () -> function.apply(weight, grad, m, v)[0];
  }

  /// Little is to be gained here; nothing may be lost.
  private void perceptron() {
    add("perceptron_forward", "three linear layers, [8, 64]", () -> perceptron(false), () -> perceptron(true));
  }

  private static Benchmark.Step perceptron(boolean compile) {
    var net =
        new Sequential(new Linear(64, 64), new ReLU(), new Linear(64, 64), new ReLU(), new Linear(64, 10));
    if (compile) net.compile();
    Tensor x = randn(8, 64);
    return () -> net.call(x);
  }
}
