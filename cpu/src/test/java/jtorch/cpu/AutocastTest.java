package jtorch.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.op.Losses;
import org.junit.jupiter.api.Test;

/// Mixed precision: what dtypes come out, as PyTorch's autocast on the CPU gives them.
class AutocastTest {
  private final Tensor x = Torch.arange(6).to(DType.FLOAT32).reshape(2, 3);

  @Test
  void productsAreLoweredAndLossesAreNot() {
    try (var autocast = Torch.autocast()) {
      assertThat(x.mm(x.mT()).dtype()).isEqualTo(DType.BFLOAT16);
      assertThat(Torch.einsum("ij,kj->ik", x, x).dtype()).isEqualTo(DType.BFLOAT16);
      assertThat(x.bfloat16().prod().dtype()).isEqualTo(DType.FLOAT32);
      assertThat(Losses.MSE_LOSS.tensor(x.bfloat16(), x.bfloat16(), 1L).dtype()).isEqualTo(DType.FLOAT32);
      assertThat(Torch.cat(new Tensor[] {x, x.bfloat16()}, 0).dtype()).isEqualTo(DType.FLOAT32);
      assertThat(x.mv(Torch.ones(3)).dtype()).isEqualTo(DType.FLOAT32);
      assertThat(x.add(1).dtype()).isEqualTo(DType.FLOAT32);
      Tensor wide = x.to(DType.FLOAT64);
      assertThat(wide.mm(wide.mT()).dtype()).isEqualTo(DType.FLOAT64);
      try (var off = Torch.autocast(jtorch.Device.Type.CPU, DType.BFLOAT16, false, true)) {
        assertThat(x.mm(x.mT()).dtype()).isEqualTo(DType.FLOAT32);
      }
      assertThat(x.mm(x.mT()).dtype()).isEqualTo(DType.BFLOAT16);
    }
    assertThat(x.mm(x.mT()).dtype()).isEqualTo(DType.FLOAT32);
    assertThat(Torch.isAutocastCpuEnabled()).isFalse();
  }

  @Test
  void gradientsHaveTheDtypeOfTheirTensors() {
    Tensor weight = Torch.ones(4, 3).requiresGrad(true);
    Tensor y;
    try (var autocast = Torch.autocast(DType.FLOAT16)) {
      y = x.mm(weight.mT()).add(x.mm(weight.mT()));
    }
    y.sum().backward();
    assertThat(weight.grad().dtype()).isEqualTo(DType.FLOAT32);
    assertThat(weight.grad().select(0, 0).toFloatArray()).containsExactly(6, 10, 14);
  }

  @Test
  void otherDtypesAreRefused() {
    assertThatThrownBy(() -> Torch.autocast(DType.INT64)).hasMessageContaining("bfloat16");
    assertThat(Torch.isAutocastCpuEnabled()).isFalse();
  }
}
