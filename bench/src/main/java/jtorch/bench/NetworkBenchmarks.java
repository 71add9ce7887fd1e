package jtorch.bench;

import static jtorch.Torch.ones;
import static jtorch.Torch.rand;
import static jtorch.Torch.randint;
import static jtorch.Torch.randn;
import static jtorch.Torch.zeros;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.nn.InterpolateOptions;
import jtorch.nn.PoolOptions;
import jtorch.nn.Reduction;
import jtorch.nn.functional.F;

/// The group of operators that networks are made of: convolutions, pooling, sampling, normalisation, losses, embeddings,
/// recurrent layers and attention, forward and backward. `operators.py` holds the same work under the same names.
final class NetworkBenchmarks {
  private final List<Benchmark> all = new ArrayList<>();

  private NetworkBenchmarks() {}

  static List<Benchmark> all() {
    var benchmarks = new NetworkBenchmarks();
    benchmarks.convolutions();
    benchmarks.poolingAndSampling();
    benchmarks.normalization();
    benchmarks.losses();
    benchmarks.recurrent();
    benchmarks.attention();
    return benchmarks.all;
  }

  private void add(String name, String description, Supplier<Benchmark.Step> preparation) {
    all.add(Benchmark.operator(name, description, preparation));
  }

  private void unary(String name, UnaryOperator<Tensor> function, long... sizes) {
    add(name, Arrays.toString(sizes), () -> {
      Tensor x = randn(sizes);
      return () -> function.apply(x);
    });
  }

  /// The function and its gradients for a normal gradient of the result; gives the first leaf's.
  private static Benchmark.Step gradients(Supplier<Tensor> function, Tensor... leaves) {
    for (Tensor leaf : leaves) leaf.requiresGrad(true);
    Tensor gradient = Torch.randnLike(Torch.noGrad(function));
    return () -> {
      function.get().backward(gradient);
      Tensor first = Objects.requireNonNull(leaves[0].grad());
      for (Tensor leaf : leaves) leaf.grad(null);
      return first;
    };
  }

  private static long[] of(long... sizes) {
    return sizes;
  }

  private void convolutions() {
    add("conv1d", "N16 C64 L4096 K128 width 3", () -> {
      Tensor x = randn(16, 64, 4096);
      Tensor weight = randn(128, 64, 3);
      Tensor bias = randn(128);
      return () -> F.conv1d(x, weight, bias, 1, 1, 1, 1);
    });
    add("conv3d", "N2 C16 16x56x56 K32 3x3x3", () -> {
      Tensor x = randn(2, 16, 16, 56, 56);
      Tensor weight = randn(32, 16, 3, 3, 3);
      Tensor bias = randn(32);
      return () -> F.conv3d(x, weight, bias, of(1, 1, 1), of(1, 1, 1), of(1, 1, 1), 1);
    });
    add("conv_transpose2d", "N16 C64 28x28 K32 4x4 stride 2", () -> {
      Tensor x = randn(16, 64, 28, 28);
      Tensor weight = randn(64, 32, 4, 4);
      Tensor bias = randn(32);
      return () -> F.convTranspose2d(x, weight, bias, of(2, 2), of(1, 1), of(0, 0), 1, of(1, 1));
    });
    add("conv_depthwise", "N16 C128 56x56 3x3", () -> {
      Tensor x = randn(16, 128, 56, 56);
      Tensor weight = randn(128, 1, 3, 3);
      Tensor bias = randn(128);
      return () -> F.conv(x, weight, bias, of(1, 1), of(1, 1), of(1, 1), 128);
    });
    add("conv_grouped", "N16 C128 28x28 K128 3x3, 8 groups", () -> {
      Tensor x = randn(16, 128, 28, 28);
      Tensor weight = randn(128, 16, 3, 3);
      Tensor bias = randn(128);
      return () -> F.conv(x, weight, bias, of(1, 1), of(1, 1), of(1, 1), 8);
    });
    add("conv_dilated", "N16 C64 28x28 K64 3x3, dilation 2", () -> {
      Tensor x = randn(16, 64, 28, 28);
      Tensor weight = randn(64, 64, 3, 3);
      Tensor bias = randn(64);
      return () -> F.conv(x, weight, bias, of(1, 1), of(2, 2), of(2, 2), 1);
    });
    add("conv_depthwise_backward", "N16 C128 28x28 3x3", () -> {
      Tensor x = randn(16, 128, 28, 28);
      Tensor weight = randn(128, 1, 3, 3);
      return gradients(() -> F.conv(x, weight, null, of(1, 1), of(1, 1), of(1, 1), 128), x, weight);
    });
  }

  private static UnaryOperator<Tensor> resize(UnaryOperator<InterpolateOptions> options) {
    return x -> F.interpolate(x, options);
  }

  private void poolingAndSampling() {
    PoolOptions overlapping = PoolOptions.DEFAULT.stride(2, 2).padding(1, 1);
    unary("max_pool2d", x -> F.maxPool2d(x, of(3, 3), overlapping), 16, 64, 112, 112);
    unary("avg_pool2d", x -> F.avgPool2d(x, of(3, 3), overlapping), 16, 64, 112, 112);
    unary("max_pool1d", x -> F.maxPool1d(x, of(2), PoolOptions.DEFAULT), 16, 64, 4096);
    unary("avg_pool3d", x -> F.avgPool3d(x, of(2, 2, 2), PoolOptions.DEFAULT), 4, 16, 32, 56, 56);
    unary("adaptive_avg_pool2d", x -> F.adaptiveAvgPool2d(x, 7, 7), 16, 256, 56, 56);
    unary("adaptive_max_pool2d", x -> F.adaptiveMaxPool2d(x, 7, 7), 16, 256, 56, 56);
    add("max_pool2d_backward", "[16, 64, 56, 56]", () -> {
      Tensor x = randn(16, 64, 56, 56);
      return gradients(() -> F.maxPool2d(x, of(3, 3), overlapping), x);
    });
    unary("interpolate_nearest", resize(o -> o.scaleFactor(2, 2)), 16, 64, 56, 56);
    unary("interpolate_bilinear", resize(o -> o.scaleFactor(2, 2).mode("bilinear").alignCorners(false)), 16, 64, 56,
        56);
    unary("interpolate_bicubic", resize(o -> o.scaleFactor(2, 2).mode("bicubic").alignCorners(false)), 4, 64, 56, 56);
    unary("interpolate_antialias", resize(o -> o.size(224, 224).mode("bilinear").alignCorners(false).antialias(true)),
        4,
        3, 512, 512);
    unary("interpolate_trilinear", resize(o -> o.scaleFactor(2, 2, 2).mode("trilinear").alignCorners(false)), 2, 16, 16,
        28, 28);
    add("interpolate_bilinear_backward", "[8, 64, 28, 28]", () -> {
      Tensor x = randn(8, 64, 28, 28);
      return gradients(() -> resize(o -> o.scaleFactor(2, 2).mode("bilinear").alignCorners(false)).apply(x), x);
    });
    add("grid_sample", "[8, 32, 64, 64] at [8, 64, 64]", () -> {
      Tensor x = randn(8, 32, 64, 64);
      Tensor grid = rand(8, 64, 64, 2).mul(2).sub(1);
      return () -> F.gridSample(x, grid, "bilinear", "zeros", false);
    });
    unary("unfold", x -> F.unfold(x, of(3, 3), of(1, 1), of(1, 1), of(1, 1)), 16, 32, 56, 56);
  }

  private void normalization() {
    add("batch_norm", "training, [32, 64, 56, 56]", () -> {
      Tensor x = randn(32, 64, 56, 56);
      Tensor weight = ones(64);
      Tensor bias = zeros(64);
      Tensor mean = zeros(64);
      Tensor variance = ones(64);
      return () -> F.batchNorm(x, mean, variance, weight, bias, true, 0.1, 1e-5);
    });
    add("batch_norm_backward", "training, [16, 64, 56, 56]", () -> {
      Tensor x = randn(16, 64, 56, 56);
      Tensor weight = ones(64);
      Tensor bias = zeros(64);
      return gradients(() -> F.batchNorm(x, null, null, weight, bias, true, 0.1, 1e-5), x, weight, bias);
    });
    add("group_norm", "[32, 64, 56, 56], 8 groups", () -> {
      Tensor x = randn(32, 64, 56, 56);
      Tensor weight = ones(64);
      Tensor bias = zeros(64);
      return () -> F.groupNorm(x, 8, weight, bias, 1e-5);
    });
    add("group_norm_backward", "[16, 64, 56, 56], 8 groups", () -> {
      Tensor x = randn(16, 64, 56, 56);
      Tensor weight = ones(64);
      Tensor bias = zeros(64);
      return gradients(() -> F.groupNorm(x, 8, weight, bias, 1e-5), x, weight, bias);
    });
    unary("instance_norm", x -> F.instanceNorm(x, null, null, null, null, true, 0.1, 1e-5), 16, 64, 56, 56);
    add("rms_norm", "[4096, 1024]", () -> {
      Tensor x = randn(4096, 1024);
      Tensor weight = ones(1024);
      return () -> F.rmsNorm(x, of(1024), weight, null);
    });
    add("prelu", "[32, 64, 56, 56], 64 slopes", () -> {
      Tensor x = randn(32, 64, 56, 56);
      Tensor weight = rand(64);
      return () -> F.prelu(x, weight);
    });
    unary("glu", x -> F.glu(x, -1), 4096, 1024);
    unary("normalize", F::normalize, 4096, 1024);
  }

  private void losses() {
    add("cross_entropy", "[256, 50000]", () -> {
      Tensor x = randn(256, 50_000);
      Tensor target = randint(0, 50_000, 256);
      return () -> F.crossEntropy(x, target);
    });
    add("cross_entropy_backward", "[256, 50000]", () -> {
      Tensor x = randn(256, 50_000);
      Tensor target = randint(0, 50_000, 256);
      return gradients(() -> F.crossEntropy(x, target), x);
    });
    add("mse_loss_backward", "[4096, 1024]", () -> {
      Tensor x = randn(4096, 1024);
      Tensor target = randn(4096, 1024);
      return gradients(() -> F.mseLoss(x, target), x);
    });
    add("bce_with_logits", "[4096, 1024]", () -> {
      Tensor x = randn(4096, 1024);
      Tensor target = rand(4096, 1024);
      return () -> F.binaryCrossEntropyWithLogits(x, target, Reduction.MEAN);
    });
    add("ctc_loss_backward", "T100 N32 C64, targets of 30", () -> {
      Tensor x = randn(100, 32, 64);
      Tensor target = randint(1, 64, 32, 30);
      long[] lengths = new long[32];
      long[] targets = new long[32];
      Arrays.fill(lengths, 100);
      Arrays.fill(targets, 30);
      return gradients(() -> F.ctcLoss(F.logSoftmax(x, -1), target, lengths, targets), x);
    });
    add("embedding", "[64, 512] of [50000, 256]", () -> {
      Tensor weight = randn(50_000, 256);
      Tensor index = randint(0, 50_000, 64, 512);
      return () -> F.embedding(index, weight);
    });
    add("embedding_backward", "[64, 128] of [20000, 256]", () -> {
      Tensor weight = randn(20_000, 256);
      Tensor index = randint(0, 20_000, 64, 128);
      return gradients(() -> F.embedding(index, weight), weight);
    });
    add("embedding_bag", "[4096, 16] of [50000, 64]", () -> {
      Tensor weight = randn(50_000, 64);
      Tensor index = randint(0, 50_000, 4096, 16);
      return () -> F.embeddingBag(index, weight, null, "mean");
    });
  }

  /// Weights as PyTorch's layers lay them out, a quarter as large as normal ones so that gates stay open.
  private static Tensor[] gates(int count, long inputs, long width) {
    return new Tensor[] {randn(count * width, inputs).mul(0.05), randn(count * width, width).mul(0.05),
      randn(count * width).mul(0.05), randn(count * width).mul(0.05)};
  }

  private void recurrent() {
    add("lstm", "T64 N32, 256 to 256", () -> {
      Tensor x = randn(64, 32, 256);
      Tensor[] state = {zeros(1, 32, 256), zeros(1, 32, 256)};
      Tensor[] weights = gates(4, 256, 256);
      return () -> Torch.lstm(x, state, weights, true, 1, 0, false, false, false)[0];
    });
    add("lstm_backward", "T64 N32, 256 to 256", () -> {
      Tensor x = randn(64, 32, 256);
      Tensor[] state = {zeros(1, 32, 256), zeros(1, 32, 256)};
      Tensor[] weights = gates(4, 256, 256);
      return gradients(() -> Torch.lstm(x, state, weights, true, 1, 0, true, false, false)[0], with(x, weights));
    });
    add("gru", "T64 N32, 256 to 256", () -> {
      Tensor x = randn(64, 32, 256);
      Tensor state = zeros(1, 32, 256);
      Tensor[] weights = gates(3, 256, 256);
      return () -> Torch.gru(x, state, weights, true, 1, 0, false, false, false)[0];
    });
    add("gru_backward", "T64 N32, 256 to 256", () -> {
      Tensor x = randn(64, 32, 256);
      Tensor state = zeros(1, 32, 256);
      Tensor[] weights = gates(3, 256, 256);
      return gradients(() -> Torch.gru(x, state, weights, true, 1, 0, true, false, false)[0], with(x, weights));
    });
  }

  private static Tensor[] with(Tensor first, Tensor[] rest) {
    var all = new ArrayList<>(List.of(first));
    all.addAll(List.of(rest));
    return all.toArray(Tensor[]::new);
  }

  private void attention() {
    for (long[] sizes : new long[][] {{4, 8, 512, 64}, {1, 16, 4096, 64}}) {
      String shape = "%dx%dx%dx%d".formatted(sizes[0], sizes[1], sizes[2], sizes[3]);
      String name = "attention_" + sizes[2];
      add(name, shape, () -> {
        Tensor q = randn(sizes);
        Tensor k = randn(sizes);
        Tensor v = randn(sizes);
        return () -> F.scaledDotProductAttention(q, k, v);
      });
      add(name + "_backward", shape, () -> {
        Tensor q = randn(sizes);
        Tensor k = randn(sizes);
        Tensor v = randn(sizes);
        return gradients(() -> F.scaledDotProductAttention(q, k, v), q, k, v);
      });
    }
    add("attention_causal", "4x8x512x64", () -> {
      Tensor q = randn(4, 8, 512, 64);
      Tensor k = randn(4, 8, 512, 64);
      Tensor v = randn(4, 8, 512, 64);
      return () -> F.scaledDotProductAttention(q, k, v, null, 0, true, null, false);
    });
  }
}
