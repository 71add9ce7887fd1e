package jtorch.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import jtorch.Complex;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Unsigned integers, floats of eight bits and complex numbers of halves: stored, converted, printed, promoted.
final class NarrowDTypesTest {
  @ParameterizedTest
  @EnumSource(names = {"UINT16", "UINT32", "UINT64", "FLOAT8_E5M2", "FLOAT8_E4M3FN", "FLOAT8_E5M2FNUZ",
    "FLOAT8_E4M3FNUZ", "COMPLEX32"})
  void conversionsThereAndBack(DType dtype) {
    Tensor x = Torch.tensor(0f, 1f, 2f, 3f).view(2, 2);
    Tensor narrow = x.to(dtype);
    assertThat(narrow.dtype()).isEqualTo(dtype);
    assertThat(narrow.to(DType.FLOAT32).toFloatArray()).containsExactly(0, 1, 2, 3);
    assertThat(narrow.t().contiguous().to(DType.FLOAT64).toDoubleArray()).containsExactly(0, 2, 1, 3);
    assertThat(Torch.ones(new long[] {2}, dtype).to(DType.INT64).toLongArray()).containsExactly(1, 1);
    assertThat(narrow.toString()).contains("dtype=torch." + dtype);
    assertThat(Torch.cat(narrow, narrow).sizes()).containsExactly(4, 2);
    assertThat(DType.of("torch." + dtype)).isEqualTo(dtype);
    assertThat(DType.ofCode(dtype.code())).isEqualTo(dtype);
  }

  @Test
  void unsignedIntegersWrapAndDoNotPromote() {
    Tensor x = Torch.tensor(-1L, 70000L);
    assertThat(x.to(DType.UINT16).to(DType.INT64).toLongArray()).containsExactly(65535, 4464);
    assertThat(x.to(DType.UINT32).to(DType.INT64).toLongArray()).containsExactly(4294967295L, 70000);
    Tensor unsigned = Torch.ones(new long[] {2}, DType.UINT16);
    assertThatThrownBy(() -> unsigned.add(Torch.tensor(1L, 2L))).hasMessageContaining(
        "Promotion for uint16, uint32, uint64 types is not supported, attempted to promote UInt16 and Long");
    assertThat(unsigned.add(Torch.tensor(0.5f, 1.5f)).toFloatArray()).containsExactly(1.5f, 2.5f);
    assertThat(unsigned.sum().dtype()).isEqualTo(DType.INT64);
  }

  @Test
  void floatsOfEightBitsDoNotPromote() {
    Tensor x = Torch.ones(new long[] {2}, DType.FLOAT8_E4M3FN);
    assertThatThrownBy(() -> x.add(Torch.ones(2)))
        .hasMessageContaining(
            "Promotion for Float8 Types is not supported, attempted to promote Float8_e4m3fn and Float");
    assertThat(x.eq(x).toBooleanArray()).containsExactly(true, true);
  }

  @Test
  void powersOfTwoRoundToTheNearest() {
    Tensor x = Torch.tensor(1.5f, 3f, 0f, 9e-39f, 1e38f, -2f).to(DType.FLOAT8_E8M0FNU);
    assertThat(x.to(DType.FLOAT32).toFloatArray()).containsExactly(2, 4, 0x1p-127f, 0x1p-126f, 0x1p126f, 2);
    assertThat(x.eq(x).all().item()).isEqualTo(true);
  }

  @Test
  void pairsOfFourBitsAreStoredButNotComputedWith() {
    Tensor bits = Torch.tensor(0x12L, 0xffL).to(DType.UINT8);
    Tensor pairs = bits.view(DType.FLOAT4_E2M1FN_X2);
    assertThat(pairs.clone().view(DType.UINT8).tolist()).isEqualTo(List.of(0x12L, 0xffL));
    assertThat(pairs.eq(pairs.clone()).toBooleanArray()).containsExactly(true, true);
    assertThat(pairs).hasToString("tensor([ 18., 255.], dtype=torch.float4_e2m1fn_x2)");
    assertThatThrownBy(() -> pairs.add(pairs)).isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("float4_e2m1fn_x2");
    assertThatThrownBy(() -> pairs.to(DType.FLOAT32)).isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(pairs::sum).isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> pairs.add(Torch.ones(2))).hasMessageContaining(
        "Promotion for Float4 Types is not supported, attempted to promote Float4_e2m1fn_x2 and Float");
  }

  @Test
  void complexHalves() {
    Tensor z = Torch.tensor(1f, 2f).half().mul(Complex.of(0, 1));
    assertThat(z.dtype()).isEqualTo(DType.COMPLEX32);
    assertThat(z.tolist()).isEqualTo(List.of(Complex.of(0, 1), Complex.of(0, 2)));
    assertThat(z.abs().dtype()).isEqualTo(DType.FLOAT16);
    assertThat(z.mul(z).real().toFloatArray()).containsExactly(-1, -4);
  }
}
