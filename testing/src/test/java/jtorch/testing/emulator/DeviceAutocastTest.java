package jtorch.testing.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Objects;
import jtorch.DType;
import jtorch.Device;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.amp.GradScaler;
import jtorch.nn.functional.F;
import jtorch.op.Losses;
import jtorch.op.Reductions;
import jtorch.optim.AdamW;
import jtorch.optim.Optimizer;
import jtorch.optim.SGD;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Mixed precision on a GPU: PyTorch's lists for CUDA, and losses that are scaled.
class DeviceAutocastTest extends DeviceTest {
  private static final Device.Type CUDA = Device.Type.CUDA;

  /// The dtypes that PyTorch's autocast for CUDA gives.
  @Test
  void dtypesAreThoseOfTheLists() {
    Tensor x = Torch.arange(6).to(DType.FLOAT32).reshape(2, 3).add(1).to(GPU);
    Tensor half = x.to(DType.FLOAT16);
    try (var autocast = Torch.autocast(CUDA)) {
      assertThat(Torch.isAutocastEnabled()).isTrue();
      assertThat(x.mm(x.mT()).dtype()).isEqualTo(DType.FLOAT16);
      assertThat(x.mv(Torch.ones(3).to(GPU)).dtype()).isEqualTo(DType.FLOAT16);
      assertThat(Torch.einsum("ij,kj->ik", x, x).dtype()).isEqualTo(DType.FLOAT16);
      for (Tensor single : List.of(half.exp(), half.log(), half.pow(2), half.rsqrt(), half.softmax(-1), half.sum(),
          half.sum(0), half.cumsum(0), half.prod(), half.norm(), half.logsumexp(0, false),
          F.layerNorm(half, new long[] {3}, null, null, 1e-5), F.mseLoss(half, half),
          F.crossEntropy(half, Torch.tensor(0L, 1).to(GPU))))
        assertThat(single.dtype()).isEqualTo(DType.FLOAT32);
      assertThat(Reductions.SUM.tensor(half, DType.FLOAT16).dtype()).isEqualTo(DType.FLOAT16);
      assertThat(Torch.addcmul(x, half, half).dtype()).isEqualTo(DType.FLOAT32);
      assertThat(half.relu().dtype()).isEqualTo(DType.FLOAT16);
      assertThat(half.add(x).dtype()).isEqualTo(DType.FLOAT32);
      assertThat(x.to(DType.FLOAT64).mm(x.to(DType.FLOAT64).mT()).dtype()).isEqualTo(DType.FLOAT64);
      // Tensors of the processor are not its business.
      assertThat(Torch.ones(2, 2).mm(Torch.ones(2, 2)).dtype()).isEqualTo(DType.FLOAT32);
      assertThatThrownBy(() -> Losses.BINARY_CROSS_ENTROPY.tensor(x, x, null, 1L))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("unsafe to autocast");
    }
    try (var autocast = Torch.autocast(CUDA, DType.BFLOAT16)) {
      assertThat(x.mm(x.mT()).dtype()).isEqualTo(DType.BFLOAT16);
    }
    // On the CPU other lists hold.
    try (var autocast = Torch.autocast(Device.Type.CPU)) {
      assertThat(x.cpu().bfloat16().exp().dtype()).isEqualTo(DType.BFLOAT16);
      assertThat(x.mm(x.mT()).dtype()).isEqualTo(DType.FLOAT32);
    }
  }

  /// Two layers that learn the sum of their inputs' squares.
  private record Net(Tensor first, Tensor bias, Tensor second) {
    static Net made() {
      Torch.manualSeed(1);
      return new Net(Torch.randn(16, 4).mul(0.5).to(GPU).requiresGrad(true),
          Torch.zeros(16).to(GPU).requiresGrad(true), Torch.randn(1, 16).mul(0.3).to(GPU).requiresGrad(true));
    }

    List<Tensor> parameters() {
      return List.of(first, bias, second);
    }

    Tensor loss(Tensor x) {
      Tensor y = F.linear(F.linear(x, first, bias).tanh(), second, null);
      return F.mseLoss(y.reshape(-1), x.mul(x).sum(1));
    }
  }

  private static Tensor batch(int step) {
    Torch.manualSeed(100 + step);
    return Torch.randn(32, 4).mul(0.5).to(GPU);
  }

  /// In float16 with a scale; in the third step a gradient overflows, and the step is left out.
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void trainingInHalvesSkipsWhatOverflows(boolean fused) {
    Net net = Net.made();
    Optimizer<?> optimizer = fused ? new AdamW(net.parameters(), 0.02, o -> o.fused(true))
        : new AdamW(net.parameters(), 0.02);
    var scaler = new GradScaler(CUDA, o -> o.initScale(1024).growthInterval(4));
    double first = 0;
    double last = 0;
    for (int step = 0; step < 12; step++) {
      optimizer.zeroGrad();
      Tensor loss;
      try (var autocast = Torch.autocast(CUDA)) {
        loss = net.loss(batch(step));
        assertThat(loss.dtype()).isEqualTo(DType.FLOAT32);
      }
      scaler.scale(loss).backward();
      Tensor before = net.first.detach().clone();
      if (step == 2) Objects.requireNonNull(net.second.grad()).select(1, 0).fill_(Double.POSITIVE_INFINITY);
      scaler.step(optimizer);
      boolean moved = !net.first.detach().equal(before);
      assertThat(moved).isEqualTo(step != 2);
      scaler.update();
      // Two steps, one left out, four good ones, four more.
      assertThat(scaler.getScale()).as("step " + step)
          .isEqualTo(step < 2 ? 1024 : step < 6 ? 512 : step < 10 ? 1024 : 2048);
      if (step == 0) first = loss.itemDouble();
      last = loss.itemDouble();
      assertThat(Double.isFinite(last)).isTrue();
    }
    assertThat(last).isLessThan(first);
    assertThat(number(optimizer, net)).isEqualTo(11);
  }

  private static double number(Optimizer<?> optimizer, Net net) {
    Object step = Objects.requireNonNull(optimizer.state(net.first).get("step"));
    return step instanceof Tensor t ? t.itemDouble() : ((Number) step).doubleValue();
  }

  /// With a scale or without one, the steps in float32 are the same.
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aScaleChangesNothingElse(boolean fused) {
    Net plain = Net.made();
    Net scaled = Net.made();
    var one = new SGD(plain.parameters(), 0.1, o -> o.momentum(0.9));
    var other = new SGD(scaled.parameters(), 0.1, o -> fused ? o.momentum(0.9).fused(true) : o.momentum(0.9));
    var scaler = new GradScaler(CUDA, o -> o.initScale(256));
    for (int step = 0; step < 3; step++) {
      one.zeroGrad();
      other.zeroGrad();
      plain.loss(batch(step)).backward();
      one.step();
      scaler.scale(scaled.loss(batch(step))).backward();
      scaler.step(other);
      scaler.update();
    }
    // A scale that is a power of 2 is exact.
    for (int i = 0; i < 3; i++) sameBits(scaled.parameters().get(i).detach(), plain.parameters().get(i).detach().cpu());
  }

  @Test
  void trainingInBfloat16NeedsNoScale() {
    Net net = Net.made();
    var optimizer = new SGD(net.parameters(), 0.1);
    double first = 0;
    double last = 0;
    for (int step = 0; step < 15; step++) {
      optimizer.zeroGrad();
      Tensor loss;
      try (var autocast = Torch.autocast(CUDA, DType.BFLOAT16)) {
        loss = net.loss(batch(0));
      }
      loss.backward();
      assertThat(Objects.requireNonNull(net.first.grad()).dtype()).isEqualTo(DType.FLOAT32);
      optimizer.step();
      if (step == 0) first = loss.itemDouble();
      last = loss.itemDouble();
    }
    assertThat(last).isLessThan(0.7 * first);
  }

  @Test
  void clippingComesBetweenUnscalingAndTheStep() {
    Net net = Net.made();
    var optimizer = new SGD(net.parameters(), 0.1);
    var scaler = new GradScaler(CUDA);
    scaler.scale(net.loss(batch(0))).backward();
    scaler.unscale_(optimizer);
    double norm = jtorch.nn.Parameters.clipGradNorm_(net.parameters(), 0.5).itemDouble();
    assertThat(norm).isBetween(0.5, 100.0);
    assertThat(jtorch.nn.Parameters.clipGradNorm_(net.parameters(), 1e9).itemDouble()).isCloseTo(0.5, within(1e-3));
    assertThatThrownBy(() -> scaler.unscale_(optimizer)).hasMessageContaining("already been called");
    scaler.step(optimizer);
    assertThatThrownBy(() -> scaler.step(optimizer)).hasMessageContaining("already been called");
    scaler.update();
    assertThat(scaler.stateDict()).containsEntry("scale", 65536.0).containsEntry("_growth_tracker", 1L);
    var again = new GradScaler(CUDA);
    again.loadStateDict(scaler.stateDict());
    assertThat(again.stateDict()).isEqualTo(scaler.stateDict());
  }

  @Test
  void whatCannotBeIsRefused() {
    var scaler = new GradScaler(CUDA);
    var optimizer = new SGD(Net.made().parameters(), 0.1);
    assertThatThrownBy(() -> scaler.step(optimizer)).hasMessageContaining("scaler.scale(loss or outputs)");
    assertThatThrownBy(() -> new GradScaler(CUDA, o -> o.growthFactor(1))).hasMessageContaining("growth factor");
    assertThatThrownBy(() -> scaler.loadStateDict(java.util.Map.of())).hasMessageContaining("is empty");
    assertThat(new GradScaler(CUDA, o -> o.enabled(false)).getScale()).isEqualTo(1);
  }
}
