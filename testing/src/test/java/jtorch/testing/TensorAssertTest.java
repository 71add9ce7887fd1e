package jtorch.testing;

import static jtorch.testing.TensorAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import org.junit.jupiter.api.Test;

class TensorAssertTest {
  private final Tensor x = Torch.tensor(new float[][] {{1, 2}, {3, 4}});

  @Test
  void rightTensorsPass() {
    assertThat(x).hasShape(2, 2).hasDtype(DType.FLOAT32).hasValues(1, 2, 3, 4).isCloseTo(x.clone()).isSameAs(x);
    assertThat(x.t()).hasValues(1, 3, 2, 4);
    assertThat(Torch.tensor(true, false)).hasValues(1, 0);
    assertThat(Torch.tensor(1f, Float.NaN)).isSameAs(Torch.tensor(1f, Float.NaN));
  }

  @Test
  void wrongOnesAreShown() {
    assertThatThrownBy(() -> assertThat(x).hasShape(4)).isInstanceOf(AssertionError.class)
        .hasMessageContaining("expected shape [4], got [2, 2]");
    assertThatThrownBy(() -> assertThat(x).hasDtype(DType.INT64)).hasMessageContaining("expected dtype int64");
    assertThatThrownBy(() -> assertThat(x).hasValues(1, 2, 3.1, 4))
        .hasMessageContaining("the element at [1, 0]: got 3.0, expected 3.1");
    assertThatThrownBy(() -> assertThat(x).hasValues(1, 2, 3)).hasMessageContaining("expected 3 elements, got 4");
    assertThatThrownBy(() -> assertThat(x).isCloseTo(Torch.tensor(new float[][] {{1.1f, 2}, {3, 5}})))
        .hasMessageContaining("2 of 4 elements differ; the worst at [1, 1]: got 4.0, expected 5.0");
    assertThatThrownBy(() -> assertThat(null).hasShape()).isInstanceOf(AssertionError.class);
  }

  @Test
  void sameMeansEveryBit() {
    Tensor next = Torch.tensor(Math.nextUp(1f));
    assertThat(next).isCloseTo(Torch.tensor(1f));
    assertThatThrownBy(() -> assertThat(next).isSameAs(Torch.tensor(1f))).isInstanceOf(AssertionError.class);
  }
}
