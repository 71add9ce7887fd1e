package jtorch.bench;

import static jtorch.Torch.arange;
import static jtorch.Torch.ones;
import static jtorch.Torch.randn;
import static jtorch.Torch.zeros;
import static jtorch.bench.Benchmark.work;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import jtorch.Tensor;
import jtorch.nn.Linear;
import jtorch.nn.Module;
import jtorch.nn.ReLU;
import jtorch.nn.Sequential;
import jtorch.nn.functional.F;
import jtorch.optim.Adam;
import jtorch.optim.Optimizer;
import jtorch.optim.SGD;

/// The benchmarks, in the order of the table: those of the core here, then the groups of operators and of compiled functions. Inputs are drawn with the
/// same seed as PyTorch's, so they are the same.
public final class Benchmarks {
  private static final List<Benchmark> ALL =
      Stream.of(core(), OperatorBenchmarks.all(), NetworkBenchmarks.all(), CompileBenchmarks.all())
          .flatMap(List::stream).toList();

  private Benchmarks() {}

  /// All of them.
  public static List<Benchmark> all() {
    return ALL;
  }

  /// Those of a group.
  public static List<Benchmark> of(Benchmark.Group group) {
    return ALL.stream().filter(b -> b.kind().group() == group).toList();
  }

  /// Those of all groups whose name begins with one of the given names.
  ///
  /// @throws IllegalArgumentException if a name is the beginning of none, with the names there are
  public static List<Benchmark> named(List<String> names) {
    for (String name : names) {
      if (ALL.stream().noneMatch(b -> b.name().startsWith(name))) throw new IllegalArgumentException("no benchmark '"
          + name + "'; there are " + String.join(", ", ALL.stream().map(Benchmark::name).toList()));
    }
    return ALL.stream().filter(b -> names.stream().anyMatch(b.name()::startsWith)).toList();
  }

  private static List<Benchmark> core() {
    var all = new ArrayList<Benchmark>();
    all.add(Benchmark.call("add16", "a + b, [16]", () -> {
      Tensor a = randn(16);
      Tensor b = randn(16);
      return () -> a.add(b);
    }));
    all.add(Benchmark.gradient("chain4x4", "(a * 2 + 1).relu().sum() with backward, [4, 4]", () -> {
      Tensor a = randn(4, 4).requiresGrad(true);
      return () -> {
        Tensor loss = a.mul(2).add(1).relu().sum();
        loss.backward();
        a.grad(null);
        return loss;
      };
    }));
    for (long n : new long[] {64, 256, 512, 1024, 2048}) all.add(matmul(n));
    all.add(work("linear", "[128, 784] -> [128, 512]", () -> {
      Tensor x = randn(128, 784);
      Tensor weight = randn(512, 784);
      Tensor bias = randn(512);
      return () -> F.linear(x, weight, bias);
    }));
    all.add(convolution("conv3x3_56", 32, 64, 56, 64, 3, 1, 1));
    all.add(convolution("conv3x3_28", 32, 128, 28, 128, 3, 1, 1));
    all.add(convolution("conv3x3_14", 32, 256, 14, 256, 3, 1, 1));
    all.add(convolution("conv7x7", 32, 3, 224, 64, 7, 2, 3));
    all.add(convolution("conv1x1", 32, 64, 56, 256, 1, 1, 0));
    all.add(convolution("conv_mnist", 128, 1, 28, 32, 3, 1, 0));
    for (long millions : new long[] {4, 16}) {
      all.add(binary(millions));
      all.add(unary("relu", millions, Tensor::relu));
      all.add(unary("gelu", millions, F::gelu));
      all.add(unary("exp", millions, Tensor::exp));
      all.add(unary("tanh", millions, Tensor::tanh));
      all.add(unary("silu", millions, F::silu));
      all.add(unary("sum", millions, Tensor::sum));
    }
    all.add(work("softmax", "[4096, 1024]", () -> {
      Tensor x = randn(4096, 1024);
      return () -> F.softmax(x, -1);
    }));
    all.add(work("layer_norm", "[4096, 1024]", () -> {
      Tensor x = randn(4096, 1024);
      Tensor weight = ones(1024);
      Tensor bias = zeros(1024);
      return () -> F.layerNorm(x, new long[] {1024}, weight, bias, 1e-5);
    }));
    all.add(Benchmark.training("mlp", "784-128-10, batch 64, SGD step", () -> {
      Module model = new Sequential(new Linear(784, 128), new ReLU(), new Linear(128, 10));
      var optimizer = new SGD(model.parameters(), 0.01);
      Tensor x = randn(64, 784);
      return step(model, optimizer, x, labels(64));
    }));
    all.add(Benchmark.training("mnist_cnn", "the CNN of PyTorch's MNIST example, batch 64, Adam step", () -> {
      Module model = new MnistNet();
      var optimizer = new Adam(model.parameters(), 1e-3);
      Tensor x = randn(64, 1, 28, 28);
      Tensor y = labels(64);
      return () -> {
        optimizer.zeroGrad();
        Tensor loss = F.nllLoss(model.call(x), y);
        loss.backward();
        optimizer.step();
        return loss;
      };
    }));
    all.add(
        Benchmark.training("resnet18", "ResNet-18, 10 classes, batch 8 of 3x224x224, SGD step with momentum", () -> {
          Module model = new ResNet18(10);
          var optimizer = new SGD(model.parameters(), 0.01, o -> o.momentum(0.9));
          Tensor x = randn(8, 3, 224, 224);
          return step(model, optimizer, x, labels(8));
        }));
    all.add(
        new Benchmark("first_call", "a program, from its start to the first loss of the MLP", Benchmark.Kind.PROGRAM,
            1, () -> FirstCall::loss));
    return List.copyOf(all);
  }

  private static Benchmark matmul(long n) {
    return work("matmul" + n, "[%d, %d] @ [%d, %d]".formatted(n, n, n, n), () -> {
      Tensor a = randn(n, n);
      Tensor b = randn(n, n);
      return () -> a.matmul(b);
    });
  }

  private static Benchmark convolution(String name, long batch, long channels, long size, long kernels, long kernel,
      long stride, long padding) {
    String description = "N%d C%d H%d K%d %dx%d stride %d padding %d".formatted(batch, channels, size, kernels, kernel,
        kernel, stride, padding);
    return work(name, description, () -> {
      Tensor x = randn(batch, channels, size, size);
      Tensor weight = randn(kernels, channels, kernel, kernel);
      Tensor bias = randn(kernels);
      return () -> F.conv2d(x, weight, bias, stride, padding);
    });
  }

  private static Benchmark binary(long millions) {
    return work("add_" + millions + "m", "%d Mi floats".formatted(millions), () -> {
      Tensor a = randn(millions << 20);
      Tensor b = randn(millions << 20);
      return () -> a.add(b);
    });
  }

  private static Benchmark unary(String name, long millions, UnaryOperator<Tensor> function) {
    return work(name + "_" + millions + "m", "%d Mi floats".formatted(millions), () -> {
      Tensor x = randn(millions << 20);
      return () -> function.apply(x);
    });
  }

  private static Benchmark.Step step(Module model, Optimizer<?> optimizer, Tensor x, Tensor y) {
    return () -> {
      optimizer.zeroGrad();
      Tensor loss = F.crossEntropy(model.call(x), y);
      loss.backward();
      optimizer.step();
      return loss;
    };
  }

  /// Classes 0 to 9 in turn.
  private static Tensor labels(long batch) {
    return arange(batch).remainder(10);
  }
}
