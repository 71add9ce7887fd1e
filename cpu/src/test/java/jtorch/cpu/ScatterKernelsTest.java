package jtorch.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.function.UnaryOperator;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Indices that are none of the line's, some of which would be places of it if they were multiplied by 4 or 8.
class ScatterKernelsTest {
  @ParameterizedTest
  @ValueSource(longs = {3, -1, 1L << 62, (1L << 62) + 1, 1L << 61, -1L << 62, Long.MIN_VALUE, Long.MAX_VALUE})
  void wrongIndicesAreRefusedAndNothingIsChanged(long wrong) {
    Tensor index = Torch.tensor(new long[] {0, 1, wrong, 0, 0, 0}).reshape(2, 3);
    for (DType dtype : new DType[] {DType.FLOAT32, DType.FLOAT64, DType.INT16, DType.COMPLEX128}) {
      Tensor x = Torch.zeros(2, 3).to(dtype);
      Tensor ones = Torch.ones(2, 3).to(dtype);
      refused(wrong, x, t -> t.gather(1, index));
      refused(wrong, x, t -> t.scatterAdd(1, index, ones));
      refused(wrong, x, t -> t.scatterAdd_(1, index, ones));
      refused(wrong, x, t -> t.scatter(1, index, ones));
      refused(wrong, x, t -> t.scatter_(1, index, ones));
      assertThat(x.equal(Torch.zeros(2, 3).to(dtype))).isTrue();
    }
  }

  private static void refused(long wrong, Tensor x, UnaryOperator<Tensor> call) {
    assertThatThrownBy(() -> call.apply(x)).isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessageContaining("index " + wrong + " is out of bounds for dimension 1 with size 3");
  }
}
