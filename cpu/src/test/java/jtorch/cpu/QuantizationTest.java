package jtorch.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import jtorch.DType;
import jtorch.QScheme;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.op.Quantization;
import org.junit.jupiter.api.Test;

/// Quantized tensors: integers and numbers as PyTorch 2.13 gives them for the same input.
class QuantizationTest {
  private final Tensor x = Torch.tensor(new float[][] {{-1, 0, 0.5f}, {1.26f, 2.5f, 300}});

  @Test
  void oneScaleForAll() {
    Tensor q = Torch.quantizePerTensor(x, 0.1, 10, DType.QUINT8);
    assertThat(q.intRepr().dtype()).isEqualTo(DType.UINT8);
    assertThat(q.intRepr().toIntArray()).containsExactly(0, 10, 15, 23, 35, 255);
    assertThat(q.dequantize().toFloatArray()).containsExactly(new float[] {-1, 0, 0.5f, 1.3f, 2.5f, 24.5f},
        within(1e-6f));
    assertThat(q.select(0, 1).qScale()).isEqualTo(0.1);
    assertThat(q.t().dequantize().sub(q.dequantize().t()).abs().max().itemFloat()).isZero();
    assertThat(q.toString()).endsWith("size=(2, 3), dtype=torch.quint8,\n"
        + "       quantization_scheme=torch.per_tensor_affine, scale=0.1, zero_point=10)");
    assertThat(Torch.quantizePerTensor(x, 0.5, 3, DType.QINT32).intRepr().toIntArray()).containsExactly(1, 3, 4, 6, 8,
        603);
    Tensor halfway = Torch.tensor(0.25f, 0.75f, -0.25f, 1.25f);
    assertThat(Torch.quantizePerTensor(halfway, 0.5, 0, DType.QINT8).intRepr().toIntArray()).containsExactly(0, 2, 0,
        2);
  }

  @Test
  void aScaleForEachChannel() {
    Tensor q = Torch.quantizePerChannel(x, Torch.tensor(0.1f, 0.2f), Torch.tensor(1, 2), 0, DType.QINT8);
    assertThat(q.intRepr().toIntArray()).containsExactly(-9, 1, 6, 8, 14, 127);
    assertThat(q.qscheme()).isEqualTo(QScheme.PER_CHANNEL_AFFINE);
    assertThat(q.qPerChannelZeroPoints().toLongArray()).containsExactly(1, 2);
    assertThatThrownBy(q::qScale).hasMessageContaining("per_tensor_affine");
  }

  @Test
  void scalesAreChosenByTheRange() {
    Tensor q = Torch.quantizePerTensorDynamic(x, DType.QINT8, false);
    assertThat(q.qScale()).isEqualTo(1.1803921568627451);
    assertThat(q.qZeroPoint()).isEqualTo(-127);
    assertThat(Torch.quantizePerTensorDynamic(x, DType.QUINT8, true).qScale()).isEqualTo(2.37007874015748);
    Tensor wave = Torch.arange(0, 100).to(DType.FLOAT32).mul(0.37).sin().mul(3);
    Tensor[] range = Torch.chooseQparamsOptimized(wave, 100, 200, 0.5, 2);
    assertThat(range[0].itemDouble()).isCloseTo(2.5466, within(5e-5));
    assertThat(range[1].itemDouble()).isCloseTo(-2.6867, within(5e-5));
  }

  @Test
  void gradientsPassWhereNothingIsCutOff() {
    Tensor leaf = x.clone().requiresGrad(true);
    Torch.fakeQuantizePerTensorAffine(leaf, 0.1, 0, 0, 20).sum().backward();
    assertThat(leaf.grad().toFloatArray()).containsExactly(0, 1, 1, 1, 0, 0);
  }

  @Test
  void observedRangesMove() {
    Tensor min = Torch.zeros(2);
    Tensor max = Torch.zeros(2);
    Tensor scale = Torch.ones(2);
    Tensor zero = Torch.zeros(new long[] {2}, DType.INT32);
    Torch.fusedMovingAvgObsFakeQuant(x, Torch.tensor(1), Torch.tensor(1), min, max, scale, zero, 0.1, -128, 127, 0,
        true, true);
    assertThat(min.toFloatArray()).containsExactly(new float[] {-0.1f, 0.126f}, within(1e-6f));
    assertThat(max.toFloatArray()).containsExactly(new float[] {0.05f, 30}, within(1e-5f));
    assertThat(zero.toIntArray()).containsExactly(0, -128);
  }

  @Test
  void productsOfBytesAreExact() {
    Tensor a = Torch.full(new long[] {3, 1000}, -128, DType.INT8);
    Tensor product = Quantization.INT_MM.tensor(a, a.t());
    assertThat(product.dtype()).isEqualTo(DType.INT32);
    assertThat(product.select(0, 0).toIntArray()).containsExactly(16384000, 16384000, 16384000);
  }

  @Test
  void operatorsThatComputeRefuseThem() {
    Tensor q = Torch.quantizePerTensor(x, 0.1, 10, DType.QUINT8);
    assertThatThrownBy(() -> q.add(1)).isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("dequantize()");
    assertThatThrownBy(() -> q.zero_()).isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> Torch.quantizePerTensor(x, 0.1, 300, DType.QUINT8))
        .hasMessageContaining("above upper bound");
    assertThatThrownBy(() -> Torch.zeros(new long[] {2}, DType.QINT8)).hasMessageContaining("quantizePerTensor");
  }
}
