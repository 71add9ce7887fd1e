package jtorch.testing.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import jtorch.Cuda;
import jtorch.DType;
import jtorch.MemoryFormat;
import jtorch.Tensor;
import jtorch.Torch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Batch and group norm with their gradients, over shapes that kernels take apart in different ways.
class DeviceNormTest extends DeviceTest {
  private static final long[][] SHAPES =
      {{2, 3, 5, 7}, {3, 8, 4, 4}, {40, 2, 32, 32}, {6, 40}, {2, 70, 6}, {2, 4, 2, 3, 3}};

  private static double bound(DType dtype) {
    return dtype == DType.FLOAT64 ? 1e-11 : dtype == DType.FLOAT32 ? 2e-4 : dtype == DType.FLOAT16 ? 2e-2 : 0.15;
  }

  private static void close(Tensor there, @Nullable Tensor here, String what) {
    Tensor wanted = Objects.requireNonNull(here);
    assertThat(there.dtype()).as(what).isEqualTo(wanted.dtype());
    assertThat(there.sizes()).as(what).isEqualTo(wanted.sizes());
    Tensor w = wanted.detach().to(DType.FLOAT64);
    double size = Math.max(1, w.abs().amax().itemDouble());
    assertThat(there.detach().cpu().to(DType.FLOAT64).sub(w).abs().amax().itemDouble()).as(what)
        .isLessThan(bound(wanted.dtype()) * size);
  }

  private static Tensor leaf(Tensor t) {
    return t.detach().requiresGrad(true);
  }

  private static void batch(Tensor x, DType parameters, boolean training) {
    Torch.manualSeed(5);
    long channels = x.size(1);
    Tensor weight = Torch.randn(channels).to(parameters);
    Tensor bias = Torch.randn(channels).to(parameters);
    Tensor mean = Torch.randn(channels).to(parameters);
    Tensor variance = Torch.rand(channels).add(0.5).to(parameters);
    Tensor grad = Torch.randn(x.sizes()).to(x.dtype());
    Tensor[] here = {leaf(x), leaf(weight), leaf(bias), mean.clone(), variance.clone()};
    Tensor[] there = {leaf(x.to(GPU)), leaf(weight.to(GPU)), leaf(bias.to(GPU)), mean.to(GPU), variance.to(GPU)};
    String what = x.describe() + " training " + training;
    Tensor y = Torch.batchNorm(here[0], here[1], here[2], here[3], here[4], training, 0.3, 1e-5, false);
    Tensor z = Torch.batchNorm(there[0], there[1], there[2], there[3], there[4], training, 0.3, 1e-5, false);
    close(z, y, what);
    if (x.isDense()) assertThat(z.strides()).isEqualTo(y.strides());
    close(there[3], here[3], what + " mean");
    close(there[4], here[4], what + " variance");
    y.backward(grad);
    z.backward(grad.to(GPU));
    for (int i = 0; i < 3; i++) close(Objects.requireNonNull(there[i].grad()), here[i].grad(), what + " gradient " + i);
  }

  @ParameterizedTest
  @EnumSource(value = DType.class, names = {"FLOAT32", "FLOAT64", "FLOAT16", "BFLOAT16"})
  void batchNormIsThatOfTheProcessor(DType dtype) {
    Torch.manualSeed(2);
    for (long[] sizes : dtype == DType.FLOAT32 ? SHAPES : new long[][] {{3, 8, 4, 4}, {5, 3, 3}}) {
      Tensor x = Torch.randn(sizes).mul(2).add(3).to(dtype);
      DType parameters = dtype.isHalf() ? DType.FLOAT32 : dtype;
      batch(x, parameters, true);
      batch(x, parameters, false);
      if (sizes.length == 4) batch(x.contiguous(MemoryFormat.CHANNELS_LAST), parameters, true);
    }
  }

  /// Channels last with many channels, windows that are not dense, and statistics of one number.
  @Test
  void layoutsDoNotMatter() {
    Torch.manualSeed(4);
    Tensor x = Torch.randn(4, 72, 10, 10).add(1);
    batch(x.contiguous(MemoryFormat.CHANNELS_LAST), DType.FLOAT32, true);
    batch(x.narrow(3, 1, 7), DType.FLOAT32, true);
    batch(x.transpose(2, 3), DType.FLOAT32, false);
    Tensor constant = Torch.full(new long[] {3, 2, 4, 4}, 7.0).to(GPU);
    assertThat(Torch.batchNorm(constant, null, null, null, null, true, 0.1, 1e-5, false).abs().amax().item())
        .isEqualTo(0.0);
  }

  /// The mean may be far away from 0.
  @Test
  void farMeansKeepTheVariance() {
    Torch.manualSeed(6);
    Tensor x = Torch.randn(32, 2, 16, 16).add(10_000);
    Tensor y = Torch.batchNorm(x.to(GPU), null, null, null, null, true, 0.1, 1e-5, false).cpu();
    assertThat(y.to(DType.FLOAT64).std().itemDouble()).isBetween(0.98, 1.02);
  }

  @ParameterizedTest
  @EnumSource(value = DType.class, names = {"FLOAT32", "FLOAT64", "FLOAT16", "BFLOAT16"})
  void groupNormIsThatOfTheProcessor(DType dtype) {
    Torch.manualSeed(2);
    long[][] shapes =
        dtype == DType.FLOAT32 ? new long[][] {{2, 6, 5, 7}, {3, 8, 4, 4}, {4, 6}, {2, 4, 700}, {1, 6, 2, 2, 2}}
            : new long[][] {{3, 8, 4, 4}};
    for (long[] sizes : shapes) {
      Tensor x = Torch.randn(sizes).mul(2).add(1).to(dtype);
      Tensor weight = Torch.randn(sizes[1]).to(dtype);
      Tensor bias = Torch.randn(sizes[1]).to(dtype);
      Tensor grad = Torch.randn(sizes).to(dtype);
      Tensor[] here = {leaf(x), leaf(weight), leaf(bias)};
      Tensor[] there = {leaf(x.to(GPU)), leaf(weight.to(GPU)), leaf(bias.to(GPU))};
      Tensor y = Torch.groupNorm(here[0], 2, here[1], here[2], 1e-5, false);
      Tensor z = Torch.groupNorm(there[0], 2, there[1], there[2], 1e-5, false);
      close(z, y, x.describe());
      y.backward(grad);
      z.backward(grad.to(GPU));
      for (int i = 0; i < 3; i++)
        close(Objects.requireNonNull(there[i].grad()), here[i].grad(), x.describe() + " gradient " + i);
    }
    assertThat(Cuda.fallbacks()).doesNotContainKeys("aten::native_batch_norm", "jtorch::group_norm");
  }

  /// Rows whose lengths are multiples of 16 bytes, and others.
  @ParameterizedTest
  @EnumSource(value = DType.class, names = {"FLOAT32", "BFLOAT16"})
  void rowsAreThoseOfTheProcessor(DType dtype) {
    Torch.manualSeed(8);
    for (long[] sizes : new long[][] {{5, 64}, {3, 1032}, {7, 37}, {2, 8}, {4, 3}}) {
      Tensor x = Torch.randn(sizes).mul(2).to(dtype);
      Tensor weight = Torch.randn(sizes[1]).to(dtype);
      Tensor bias = Torch.randn(sizes[1]).to(dtype);
      long[] shape = {sizes[1]};
      row(x, t -> t[0].softmax(-1));
      row(x, t -> t[0].logSoftmax(-1));
      row(x, t -> t[0].softmax(0));
      row(x, t -> jtorch.nn.functional.F.layerNorm(t[0], shape, t[1], t[2], 1e-5), weight, bias);
      row(x, t -> jtorch.nn.functional.F.rmsNorm(t[0], shape, t[1], Double.valueOf(1e-5)), weight);
    }
  }

  private static void row(Tensor x, java.util.function.Function<Tensor[], Tensor> work, Tensor... others) {
    var here = new Tensor[others.length + 1];
    var there = new Tensor[others.length + 1];
    for (int i = 0; i < here.length; i++) {
      Tensor t = i == 0 ? x : others[i - 1];
      here[i] = leaf(t);
      there[i] = leaf(t.to(GPU));
    }
    Tensor grad = Torch.randn(x.sizes()).to(x.dtype());
    Tensor y = work.apply(here);
    Tensor z = work.apply(there);
    close(z, y, x.describe());
    y.backward(grad);
    z.backward(grad.to(GPU));
    for (int i = 0; i < here.length; i++)
      close(Objects.requireNonNull(there[i].grad()), here[i].grad(), x.describe() + " gradient " + i);
  }
}
