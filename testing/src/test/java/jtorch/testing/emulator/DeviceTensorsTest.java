package jtorch.testing.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import jtorch.Cuda;
import jtorch.CudaEvent;
import jtorch.CudaStream;
import jtorch.DType;
import jtorch.Device;
import jtorch.Tensor;
import jtorch.Torch;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/// Tensors on a device whose memory the processor must not touch.
class DeviceTensorsTest extends DeviceTest {
  private static Tensor there(float... values) {
    return Torch.tensor(values).to(GPU);
  }

  @Test
  void tensorsMoveThereAndBack() {
    Tensor x = Torch.arange(24).reshape(2, 3, 4).to(DType.FLOAT64);
    Tensor moved = x.transpose(0, 2).cuda();
    assertThat(moved.device()).isEqualTo(GPU);
    assertThat(moved.strides()).isEqualTo(x.transpose(0, 2).strides());
    assertThat(moved.cpu().toDoubleArray()).isEqualTo(x.transpose(0, 2).toDoubleArray());
    assertThat(moved.select(0, 1).to(DType.INT32).toIntArray()).isEqualTo(x.transpose(0, 2).select(0, 1).toIntArray());
    Tensor spaced = Torch.zeros(new long[] {4, 6}, o -> o.device(GPU));
    spaced.t().select(0, 2).copy_(Torch.arange(4));
    assertThat(spaced.sum().item()).isEqualTo(6.0);
  }

  @Test
  void tensorsMoveBetweenDevices() {
    assumeTrue(Cuda.deviceCount() > 1, "one device");
    Tensor x = Torch.arange(24).reshape(2, 3, 4);
    Tensor moved = x.to(GPU).transpose(0, 2).to(Device.cuda(1));
    assertThat(moved.device()).isEqualTo(Device.cuda(1));
    assertThat(moved.cpu().equal(x.transpose(0, 2))).isTrue();
    assertThatThrownBy(() -> moved.add(x.to(GPU).transpose(0, 2))).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least two devices, cuda:1 and cuda:0!");
  }

  @Test
  void factoriesTakeADevice() {
    assertThat(Torch.ones(new long[] {3}, o -> o.device(GPU)).mul(2).toFloatArray()).containsExactly(2, 2, 2);
    assertThat(Torch.arange(0, 5, 1, o -> o.device(GPU)).device()).isEqualTo(GPU);
    assertThat(Torch.eye(2, 2, o -> o.device(GPU)).sum().itemDouble()).isEqualTo(2);
    assertThat(there(1, 2).zerosLike().device()).isEqualTo(GPU);
    assertThat(Torch.randn(new long[] {2}, o -> o.device(GPU)).device()).isEqualTo(GPU);
    assertThat(Torch.empty(new long[] {0, 3}, DType.FLOAT32, GPU).add(1).device()).isEqualTo(GPU);
  }

  @Test
  void valuesAreReadByWayOfTheProcessor() {
    Tensor x = there(1, 2, 3);
    assertThat(x.toFloatArray()).containsExactly(1, 2, 3);
    assertThat(x.select(0, 1).item()).isEqualTo(2.0);
    assertThat(x.toString()).isEqualTo("tensor([1., 2., 3.], device='cuda:0')");
    assertThat(x.tolist()).hasToString("[1.0, 2.0, 3.0]");
  }

  @Test
  void memoryCannotBeTouchedByMistake() {
    Tensor x = there(1, 2, 3);
    for (ThrowingCallable touch : new ThrowingCallable[] {x::address, x::asSegment, x.storage()::address})
      assertThatThrownBy(touch).isInstanceOf(UnsupportedOperationException.class)
          .hasMessage("the processor cannot reach the memory of cuda:0: cpu() gives a copy that it can");
  }

  @Test
  void devicesDoNotMix() {
    Tensor x = there(1, 2, 3);
    Tensor other = Torch.ones(3);
    assertThatThrownBy(() -> x.add(other)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(
        "Expected all tensors to be on the same device, but found at least two devices, cuda:0 and cpu!");
    assertThatThrownBy(() -> Torch.cat(new Tensor[] {x, other}, 0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Torch.ones(3).add_(x)).hasMessageContaining("same device");
    assertThatThrownBy(() -> Torch.scalarTensor(1.0).add_(there(1).sum())).hasMessageContaining("same device");
  }

  /// Tensors without dimensions are numbers, and indices may come from anywhere, as in PyTorch.
  @Test
  void numbersComeFromAnywhere() {
    Tensor x = there(1, 2, 3);
    assertThat(x.mul(Torch.scalarTensor(2.0)).toFloatArray()).containsExactly(2, 4, 6);
    assertThat(Torch.scalarTensor(2.0).sub(x).device()).isEqualTo(GPU);
    assertThat(x.to(DType.FLOAT16).mul(Torch.wrappedNumber(2.0)).dtype()).isEqualTo(DType.FLOAT16);
    assertThat(x.index(Torch.tensor(2L, 0L)).toFloatArray()).containsExactly(3, 1);
  }

  @Test
  void gradientsFollowTheirTensors() {
    Tensor here = Torch.scalarTensor(3.0).requiresGrad(true);
    Tensor weight = Torch.tensor(1f, 2f).requiresGrad(true);
    Tensor y = weight.to(GPU).mul(here).square().sum();
    y.backward();
    Tensor grad = java.util.Objects.requireNonNull(weight.grad());
    assertThat(grad.device()).isEqualTo(Device.CPU);
    assertThat(grad.toFloatArray()).containsExactly(18, 36);
    assertThat(java.util.Objects.requireNonNull(here.grad()).device()).isEqualTo(Device.CPU);
    assertThat(java.util.Objects.requireNonNull(here.grad()).itemDouble()).isEqualTo(30);
  }

  @Test
  void whatHasNoKernelIsCountedByName() {
    Tensor x = there(3, 0, 0, 4).reshape(2, 2);
    Long before = Cuda.fallbacks().getOrDefault("aten::linalg_ldl_factor_ex", 0L);
    Tensor factors = jtorch.op.LuFactors.LINALG_LDL_FACTOR_EX.tensors(x, false, false)[0];
    assertThat(factors.device()).isEqualTo(GPU);
    assertThat(factors.reshape(-1).toFloatArray()).containsExactly(3, 0, 0, 4);
    assertThat(Cuda.fallbacks().get("aten::linalg_ldl_factor_ex")).isEqualTo(before + 1);
  }

  /// What a kernel changes besides its results is changed on the device.
  @Test
  void runningStatisticsAreUpdated() {
    Tensor mean = Torch.zeros(new long[] {2}, o -> o.device(GPU));
    Tensor variance = Torch.ones(new long[] {2}, o -> o.device(GPU));
    Tensor x = Torch.arange(8).to(DType.FLOAT32).reshape(4, 2).to(GPU);
    Torch.batchNorm(x, null, null, mean, variance, true, 0.5, 1e-5, false);
    assertThat(mean.toFloatArray()).containsExactly(1.5f, 2f);
  }

  @Test
  void theDefaultDeviceIsWhereTensorsAreMade() {
    Torch.setDefaultDevice(GPU);
    try {
      assertThat(Torch.ones(2).device()).isEqualTo(GPU);
      assertThat(Torch.tensor(1, 2).device()).isEqualTo(GPU);
      assertThat(Torch.tensor(new double[][] {{1}, {2}}).device()).isEqualTo(GPU);
    } finally {
      Torch.setDefaultDevice(Device.CPU);
    }
    assertThat(Torch.ones(2).device()).isEqualTo(Device.CPU);
  }

  @Test
  void streamsAndEventsAreOrdered() {
    try (var stream = new CudaStream(); var start = new CudaEvent(true); var end = new CudaEvent(true)) {
      start.record();
      stream.waitStream(Cuda.currentStream());
      try (var in = Cuda.stream(stream)) {
        assertThat(Cuda.currentStream()).isEqualTo(stream);
        assertThat(there(1, 2).sum().item()).isEqualTo(3.0);
      }
      assertThat(Cuda.currentStream()).isEqualTo(Cuda.defaultStream(0));
      stream.synchronize();
      end.record();
      assertThat(start.elapsedTime(end)).isPositive();
    }
  }

  /// An index outside touches nothing, and is reported when the device is waited for.
  @Test
  void indicesOutsideAreReported() {
    Tensor x = there(1, 2, 3);
    Tensor rows = Torch.tensor(0L, 3).to(GPU);
    Tensor taken = x.indexSelect(0, rows);
    assertThatThrownBy(() -> taken.select(0, 0).item()).isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessageContaining("index out of range on cuda:0").hasMessageContaining("index_select");
    assertThat(x.sum().item()).isEqualTo(6.0);
  }

  @Test
  void whatIsNotThereIsSaidInOneSentence() {
    assertThatThrownBy(() -> Torch.ones(2).to(Device.cuda(99))).isInstanceOf(UnsupportedOperationException.class)
        .hasMessage("cuda:99 is not there: this machine has " + Cuda.deviceCount() + " such device(s)");
  }
}
