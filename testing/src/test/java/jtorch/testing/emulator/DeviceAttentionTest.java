package jtorch.testing.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import jtorch.DType;
import jtorch.Device;
import jtorch.SettingFunctions;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.op.Attention;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Attention and its gradients against the processor's, in double precision.
class DeviceAttentionTest extends DeviceTest {
  private static Tensor waves(double step, long... sizes) {
    long count = 1;
    for (long size : sizes) count *= size;
    return Torch.arange(count).to(DType.FLOAT64).mul(step).sin().reshape(sizes);
  }

  private static void close(Tensor there, Tensor here, double tolerance) {
    assertThat(there.device()).isEqualTo(GPU);
    Tensor back = there.cpu().to(DType.FLOAT64);
    assertThat(back.isfinite().all().item()).isEqualTo(true);
    assertThat(back.sub(here).abs().max().itemDouble()).isLessThanOrEqualTo(tolerance);
  }

  /// The result and the gradients of query, key and value.
  private static Tensor[] run(Device device, DType dtype, Tensor q, Tensor k, Tensor v, @Nullable Tensor mask,
      boolean causal) {
    Tensor[] leaves = {q, k, v};
    for (int i = 0; i < 3; i++) leaves[i] = leaves[i].to(dtype).to(device).detach().requiresGrad_();
    Tensor there = mask == null || mask.dtype() == DType.BOOL ? mask : mask.to(dtype);
    Tensor y = Attention.SCALED_DOT_PRODUCT.tensor(leaves[0], leaves[1], leaves[2],
        there == null ? null : there.to(device), 0.0, causal, null, q.size(1) != k.size(1));
    y.backward(waves(0.7, y.sizes()).to(dtype).to(device));
    return new Tensor[] {y.detach(), Objects.requireNonNull(leaves[0].grad()), Objects.requireNonNull(leaves[1].grad()),
      Objects.requireNonNull(leaves[2].grad())};
  }

  private static void compare(DType dtype, double tolerance, Tensor q, Tensor k, Tensor v, @Nullable Tensor mask,
      boolean causal) {
    // What the device sees is rounded already.
    Tensor[] rounded = {q.to(dtype).to(DType.FLOAT64), k.to(dtype).to(DType.FLOAT64), v.to(dtype).to(DType.FLOAT64)};
    Tensor[] here = run(Device.CPU, DType.FLOAT64, rounded[0], rounded[1], rounded[2], mask, causal);
    Tensor[] there = run(GPU, dtype, q, k, v, mask, causal);
    for (int i = 0; i < 4; i++) {
      assertThat(there[i].dtype()).isEqualTo(dtype);
      close(there[i], here[i], tolerance * Math.max(1, here[i].abs().max().itemDouble()));
    }
  }

  /// Blocks that are not full, several blocks, more keys than queries and fewer, heads that share keys, widths that differ.
  @ParameterizedTest
  @CsvSource({"1,1,1,1,1,1,1,false", "2,2,2,5,7,8,8,false", "1,2,1,70,33,40,24,false", "1,4,2,66,70,16,16,true",
    "1,1,1,40,9,33,70,true", "1,2,2,3,100,64,64,true"})
  void valuesAndGradientsAreTheSame(long batch, long heads, long keyHeads, long length, long keys, long width,
      long valueWidth, boolean causal) {
    Tensor q = waves(0.31, batch, heads, length, width);
    Tensor k = waves(0.47, batch, keyHeads, keys, width);
    Tensor v = waves(0.23, batch, keyHeads, keys, valueWidth);
    compare(DType.FLOAT64, 1e-12, q, k, v, null, causal);
    compare(DType.FLOAT32, 1e-5, q, k, v, null, causal);
  }

  @Test
  void halvesAreRoundedAtTheEnd() {
    Tensor q = waves(0.31, 1, 2, 20, 32);
    compare(DType.BFLOAT16, 8e-3, q, waves(0.47, 1, 2, 20, 32), waves(0.23, 1, 2, 20, 32), null, true);
    compare(DType.FLOAT16, 1e-3, q, waves(0.47, 1, 2, 20, 32), waves(0.23, 1, 2, 20, 32), null, false);
  }

  /// Heads that tensor cores take: blocks that are not full, several of them, heads that share keys, rows without keys.
  @ParameterizedTest
  @CsvSource({"32,1,2,1,70,130,false", "64,2,4,2,130,150,true", "64,1,1,1,16,8,false", "96,1,2,2,67,40,true",
    "128,1,2,1,33,129,false", "64,1,1,1,200,70,true"})
  void tensorCoresComputeTheSame(long width, long batch, long heads, long keyHeads, long length, long keys,
      boolean causal) {
    Tensor q = waves(0.31, batch, heads, length, width);
    Tensor k = waves(0.47, batch, keyHeads, keys, width);
    Tensor v = waves(0.23, batch, keyHeads, keys, width);
    if (width != 64) compare(DType.BFLOAT16, 8e-3, q, k, v, null, causal);
    else compare(DType.FLOAT16, 1e-3, q, k, v, null, causal);
  }

  @Test
  void tensorCoresTakeMasks() {
    compareMasks(64);
  }

  /// Compilers take their time.
  @Tag("slow")
  @ParameterizedTest
  @ValueSource(longs = {32, 96, 128})
  void everyWidthTakesMasks(long width) {
    compareMasks(width);
  }

  private static void compareMasks(long width) {
    Tensor q = waves(0.31, 2, 2, 20, width);
    Tensor k = waves(0.47, 2, 2, 75, width);
    Tensor v = waves(0.23, 2, 2, 75, width);
    compare(DType.BFLOAT16, 8e-3, q, k, v, waves(0.11, 2, 1, 20, 75).to(DType.BFLOAT16), false);
    Tensor seen = Torch.arange(20).unsqueeze(1).mul(4).gt(Torch.arange(75));
    compare(DType.BFLOAT16, 8e-3, q, k, v, seen, false);
    assertThat(run(GPU, DType.BFLOAT16, q, k, v, seen, false)[0].select(2, 0).cpu().abs().max().itemDouble()).isZero();
    // As far as a float goes: all keys of the first query are equal to it.
    Tensor far = Torch.where(seen, 0.0, -3.38e38).to(DType.FLOAT32);
    Tensor first = run(GPU, DType.BFLOAT16, q, k, v, far, false)[0].select(2, 0);
    close(first, v.to(DType.BFLOAT16).to(DType.FLOAT64).mean(2, false), 4e-3);
  }

  /// Parts of larger tensors, at addresses where pieces of 16 bytes begin and at others.
  @Test
  void tensorCoresReadTensorsWhereTheyLie() {
    Tensor q = waves(0.31, 2, 10, 3, 80).to(DType.FLOAT16).to(GPU).transpose(1, 2);
    Tensor k = waves(0.47, 2, 12, 3, 80).to(DType.FLOAT16).to(GPU).transpose(1, 2);
    Tensor v = waves(0.23, 2, 3, 64, 12).to(DType.FLOAT16).to(GPU).transpose(2, 3);
    for (long at : new long[] {0, 8, 3}) {
      Tensor x = q.narrow(3, at, 64);
      Tensor y = k.narrow(3, at, 64);
      Tensor there = Attention.SCALED_DOT_PRODUCT.tensor(x, y, v, null, 0.0, false, null, false);
      Tensor[] here = {x.cpu().to(DType.FLOAT64), y.cpu().to(DType.FLOAT64), v.cpu().to(DType.FLOAT64)};
      close(there, Attention.SCALED_DOT_PRODUCT.tensor(here[0], here[1], here[2], null, 0.0, false, null, false), 1e-3);
    }
  }

  @Test
  void sumsInOrderAreThereWhereTheyAreAskedFor() {
    Tensor q = waves(0.31, 1, 1, 70, 64);
    SettingFunctions.useDeterministicAlgorithms(true);
    try {
      compare(DType.FLOAT16, 1e-3, q, q, q, null, true);
    } finally {
      SettingFunctions.useDeterministicAlgorithms(false);
    }
    Tensor x = q.to(DType.FLOAT16).to(GPU);
    Tensor turned = Attention.SCALED_DOT_PRODUCT.tensor(x, x, x, null, 0.0, false, -0.125, false);
    Tensor wide = q.to(DType.FLOAT16).to(DType.FLOAT64);
    close(turned, Attention.SCALED_DOT_PRODUCT.tensor(wide, wide, wide, null, 0.0, false, -0.125, false), 1e-3);
  }

  @Test
  void masksAreAddedOrKeep() {
    Tensor q = waves(0.31, 2, 2, 9, 8);
    Tensor k = waves(0.47, 2, 2, 40, 8);
    Tensor v = waves(0.23, 2, 2, 40, 8);
    compare(DType.FLOAT32, 1e-5, q, k, v, waves(0.11, 2, 1, 9, 40), false);
    compare(DType.FLOAT32, 1e-5, q, k, v, waves(0.11, 9, 1), false);
    // The first query sees nothing.
    Tensor seen = Torch.arange(9).unsqueeze(1).mul(4).gt(Torch.arange(40));
    compare(DType.FLOAT32, 1e-5, q, k, v, seen, false);
    Tensor none = run(GPU, DType.FLOAT32, q, k, v, seen, false)[0].select(2, 0);
    assertThat(none.cpu().abs().max().itemDouble()).isZero();
  }

  @Test
  void tensorsAreReadWhereTheyLie() {
    // [batch, length, heads, width] seen as [batch, heads, length, width], as layers give it.
    Tensor q = waves(0.31, 2, 10, 3, 8).transpose(1, 2);
    Tensor k = waves(0.47, 2, 12, 3, 8).transpose(1, 2);
    compare(DType.FLOAT32, 1e-5, q, k, waves(0.23, 2, 3, 8, 12).transpose(2, 3), null, false);
  }

  @Test
  void wideHeadsAreComputedByTheFormula() {
    Tensor q = waves(0.31, 1, 2, 6, 260);
    Tensor k = waves(0.47, 1, 1, 7, 260);
    compare(DType.FLOAT32, 1e-5, q, k, waves(0.23, 1, 1, 7, 9), null, true);
  }

  @Test
  void nanIsNotLost() {
    for (DType dtype : new DType[] {DType.FLOAT32, DType.BFLOAT16}) {
      Tensor q = Torch.full(new long[] {1, 1, 2, 64}, Double.NaN).to(dtype).to(GPU);
      Tensor y = Attention.SCALED_DOT_PRODUCT.tensor(q, q, q, null, 0.0, false, null, false);
      assertThat(y.cpu().isnan().all().item()).isEqualTo(true);
    }
  }
}
