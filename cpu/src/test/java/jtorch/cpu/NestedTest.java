package jtorch.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jtorch.DType;
import jtorch.Nested;
import jtorch.NestedTensor;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.op.GroupedProducts;
import org.junit.jupiter.api.Test;

/// Batches of tensors of different sizes, functions mapped over batches, products in groups.
class NestedTest {
  @Test
  void partsAreFilledUp() {
    Tensor two = Torch.ones(2).requiresGrad(true);
    Tensor three = Torch.ones(3).requiresGrad(true);
    Tensor padded = Nested.asNestedTensor(two, three).toPaddedTensor(-1);
    assertThat(padded.toFloatArray()).containsExactly(1, 1, -1, 1, 1, 1);
    padded.mul(3).sum().backward();
    assertThat(two.grad().toFloatArray()).containsExactly(3, 3);
    assertThat(three.grad().toFloatArray()).containsExactly(3, 3, 3);
  }

  @Test
  void operatorsThatKnowOnlyDenseTensorsRefuse() {
    NestedTensor nested = Nested.nestedTensor(Torch.ones(2, 1), Torch.ones(3, 1));
    assertThat(nested.size(2)).isEqualTo(1);
    assertThatThrownBy(() -> nested.size(1)).hasMessageContaining("irregular");
    assertThatThrownBy(() -> nested.add(1)).isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> nested.reshape(-1)).isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> nested.toPaddedTensor(0, new long[] {2, 2, 1})).hasMessageContaining("Truncation");
    assertThatThrownBy(() -> Nested.nestedTensor(Torch.ones(2), Torch.ones(2, 2))).hasMessageContaining("dimension");
  }

  @Test
  void rowsOfDifferentLength() {
    Tensor values = Torch.arange(10).reshape(5, 2);
    assertThat(Nested.nestedTensorFromJagged(values, Torch.tensor(0, 2, 5)).unbind()[1].toLongArray()).containsExactly(
        4, 5, 6,
        7, 8, 9);
    Tensor[] picked = Nested.maskedSelect(values, values.gt(2L)).unbind();
    assertThat(picked[0].numel()).isZero();
    assertThat(picked[1].toLongArray()).containsExactly(3);
    assertThat(
        Nested.narrow(values, 1, Torch.tensor(0, 1, 0, 1, 0), Torch.tensor(1, 1, 2, 0, 1)).unbind()[1].toLongArray())
        .containsExactly(3);
  }

  @Test
  void mappedFunctionsGiveStackedResults() {
    Tensor weight = Torch.tensor(0f, 1f, 2f).requiresGrad(true);
    Tensor batch = Torch.arange(6).to(DType.FLOAT32).reshape(2, 3);
    Tensor mapped = Torch.vmap(x -> x.dot(weight)).apply(batch);
    assertThat(mapped.toFloatArray()).containsExactly(5, 14);
    mapped.sum().backward();
    assertThat(weight.grad().toFloatArray()).containsExactly(3, 5, 7);
    assertThat(Torch.vmap(x -> x.sum()).apply(Torch.zeros(0, 2)).sizes()).containsExactly(0);
    assertThatThrownBy(() -> Torch.vmap(x -> x.add(Torch.randn(2))).apply(Torch.ones(3, 2)))
        .hasMessageContaining("randomness");
    Tensor[] same = Torch.vmap(x -> new Tensor[] {x[0].add(Torch.randn(2))}, new Long[] {0L}, new long[] {1}, "same")
        .apply(new Tensor[] {Torch.zeros(3, 2)});
    assertThat(same[0].sizes()).containsExactly(2, 3);
    assertThat(same[0].select(1, 0).equal(same[0].select(1, 2))).isTrue();
  }

  @Test
  void groupsMeetTheirOwnMatrix() {
    Torch.manualSeed(0);
    Tensor rows = Torch.randn(6, 4);
    Tensor matrices = Torch.randn(2, 4, 3);
    Tensor ends = Torch.tensor(2, 5).to(DType.INT32);
    Tensor product = GroupedProducts.GROUPED_MM.tensor(rows, matrices, ends, null, null);
    assertThat(product.narrow(0, 2, 3).sub(rows.narrow(0, 2, 3).mm(matrices.select(0, 1))).abs().max().itemFloat())
        .isZero();
    assertThat(product.select(0, 5).abs().max().itemFloat()).isZero();
    Tensor sums = GroupedProducts.GROUPED_MM.tensor(rows.t(), rows, ends, null, null);
    assertThat(sums.sizes()).containsExactly(2, 4, 4);
    assertThatThrownBy(
        () -> GroupedProducts.GROUPED_MM.tensor(rows, matrices, Torch.tensor(5, 2).to(DType.INT32), null, null))
        .hasMessageContaining("rise");
  }
}
