package jtorch.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MatrixKernelsTest {
  /// Halves are added up in float32 and rounded once, whichever way they are multiplied; sizes on both sides of where the
  /// way changes, transposed and sliced operands, and batches.
  @ParameterizedTest
  @EnumSource(names = {"FLOAT16", "BFLOAT16"})
  void productsOfHalvesAreRoundedOnce(DType half) {
    Torch.manualSeed(0);
    for (int n : new int[] {7, 48, 130}) {
      Tensor a = Torch.randn(n, n + 5).to(half);
      Tensor b = Torch.randn(n + 5, n + 2).to(half);
      Tensor expected = a.to(DType.FLOAT32).mm(b.to(DType.FLOAT32));
      nearly(a.mm(b), expected, half);
      nearly(b.t().mm(a.t()), expected.t(), half);
      nearly(a.narrow(1, 2, n).mm(b.narrow(0, 2, n)),
          a.narrow(1, 2, n).to(DType.FLOAT32).mm(b.narrow(0, 2, n).to(DType.FLOAT32)), half);
      Tensor batch = Torch.stack(a, a.neg()).bmm(b.unsqueeze(0).expand(2, n + 5, n + 2));
      nearly(batch, Torch.stack(expected, expected.neg()), half);
    }
  }

  /// Sums in another order than the expected ones may fall to the other side of where the rounding turns.
  private static void nearly(Tensor got, Tensor expected, DType half) {
    assertThat(got.dtype()).isEqualTo(half);
    double unit = half == DType.BFLOAT16 ? 0x1p-8 : 0x1p-11;
    Tensor allowed = expected.abs().mul(unit).add(1e-4);
    assertThat(got.to(DType.FLOAT32).sub(expected).abs().le(allowed).all().itemBoolean()).isTrue();
  }
}
