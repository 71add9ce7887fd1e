package jtorch.testing.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.op.Dropouts;
import jtorch.random.Generator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Dropout on a device: which element has which number, by how many lie side by side in 16 bytes.
class DeviceDropoutTest extends DeviceTest {
  private static Tensor[] dropout(Tensor x, double p) {
    return Dropouts.NATIVE_DROPOUT.tensors(x, p, true);
  }

  /// A thread has as many neighbours as the vector is wide, by four numbers each; of a pair, the first two.
  @ParameterizedTest
  @CsvSource({"FLOAT32, 1200, 4", "FLOAT32, 1202, 2", "FLOAT32, 1203, 1", "FLOAT16, 4096, 8", "BFLOAT16, 1204, 4",
    "FLOAT64, 1200, 2"})
  void neighboursShareAThread(DType dtype, int n, int vector) {
    Tensor x = Torch.arange(1, n + 1).remainder(50).add(1).to(dtype).to(GPU);
    Torch.manualSeed(77);
    Tensor[] both = dropout(x, 0.3);
    double keep = dtype == DType.FLOAT64 ? 1 - 0.3 : (float) (1 - 0.3);
    boolean[] mask = new boolean[n];
    long threads = 256 * ((n + 255) / 256);
    for (int i = 0; i < n; i++) {
      // Below the number of threads times the width there is one turn.
      assertThat((long) n).isLessThanOrEqualTo(threads * vector);
      long thread = vector == 1 ? i : i / vector;
      int k = vector == 1 ? 0 : i % vector;
      mask[i] = CurandTwin.uniform(CurandTwin.block(77, thread, k / 4 * 4)[k % 4]) < keep;
    }
    Tensor expected = Torch.tensor(mask);
    sameBits(both[1], expected);
    Tensor wide = x.cpu().to(dtype == DType.FLOAT64 ? dtype : DType.FLOAT32);
    double scale = dtype == DType.FLOAT64 ? 1 / keep : (float) (1 / keep);
    sameBits(both[0], wide.mul(expected).mul(scale).to(dtype));
    assertThat(Generator.defaultOn(GPU).offset()).isEqualTo(4);
  }

  @Test
  void largeTensorsTakeSeveralTurns() {
    int n = 40000;
    Torch.manualSeed(78);
    Tensor mask = dropout(Torch.ones(new long[] {n}, o -> o.device(GPU)), 0.5)[1];
    var properties = jtorch.Cuda.getDeviceProperties(0);
    long threads = Math.min(256 * ((n + 255) / 256),
        (long) properties.multiProcessorCount() * (properties.maxThreadsPerMultiProcessor() / 256) * 256);
    float[] got = mask.to(DType.FLOAT32).toFloatArray();
    for (int i = 0; i < n; i++) {
      long turn = i / (4 * threads);
      float u = CurandTwin.uniform(CurandTwin.block(78, i % (4 * threads) / 4, 4 * turn)[i % 4]);
      assertThat(got[i]).isEqualTo(u < 0.5f ? 1 : 0);
    }
    assertThat(Generator.defaultOn(GPU).offset()).isEqualTo(4 * ((n - 1) / (4 * threads) + 1));
  }

  /// Side by side in memory where that has no gaps, else by their indices.
  @Test
  void otherLayouts() {
    Tensor x = Torch.arange(1, 61).to(DType.FLOAT32).reshape(6, 10);
    Torch.manualSeed(79);
    Tensor straight = dropout(x.to(GPU), 0.5)[0];
    Torch.manualSeed(79);
    Tensor turned = dropout(x.to(GPU).t(), 0.5)[0];
    sameBits(turned.t(), straight.cpu());
    Tensor odd = x.narrow(1, 0, 9).narrow(0, 0, 5).contiguous();
    Torch.manualSeed(79);
    Tensor inOrder = dropout(odd.to(GPU), 0.5)[0];
    Torch.manualSeed(79);
    sameBits(dropout(odd.t().contiguous().to(GPU).t(), 0.5)[0], inOrder.cpu());
    Torch.manualSeed(79);
    sameBits(dropout(x.to(GPU).narrow(1, 0, 9).narrow(0, 0, 5), 0.5)[0], inOrder.cpu());
  }

  @Test
  void gradientsFollowTheMask() {
    Tensor x = Torch.ones(new long[] {7, 9}, o -> o.device(GPU).requiresGrad(true));
    Tensor y = Torch.dropout(x, 0.25, true);
    y.sum().backward();
    Tensor grad = java.util.Objects.requireNonNull(x.grad());
    sameBits(grad, y.detach().cpu());
    assertThat(y.detach().ne(0L).to(DType.FLOAT32).mean().itemDouble()).isCloseTo(0.75, within(0.25));
    Tensor off = Torch.dropout(x, 0.25, false);
    assertThat(off).isSameAs(x);
    assertThat(dropout(x.detach(), 1)[0].abs().sum().itemDouble()).isZero();
  }
}
