package jtorch.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.nn.functional.F;
import org.junit.jupiter.api.Test;

/// Steps by the sparse gradients of a table, beside those of `torch.optim` on the same three batches.
final class SparseGradientTest {
  private static final long[][] BATCHES = {{1, 0, 1}, {3, 1, 3}, {0, 2, 2}};

  private static double[] trained(Function<Tensor, Optimizer<?>> optimizer, boolean sparse) {
    Tensor table = Torch.arange(8.0).view(4, 2).div(4).requiresGrad(true);
    Optimizer<?> steps = optimizer.apply(table);
    for (long[] batch : BATCHES) {
      steps.zeroGrad();
      Tensor y = F.embedding(Torch.tensor(batch), table, null, false, sparse);
      y.mul(y).mul(Torch.arange(1.0, 7).view(3, 2)).sum().backward();
      assertThat(Objects.requireNonNull(table.grad()).isSparse()).isEqualTo(sparse);
      steps.step();
    }
    return table.toDoubleArray();
  }

  @Test
  void sgdMovesTheRowsThatWereRead() {
    double[] rows = trained(t -> new SGD(List.of(t), 0.1), true);
    assertThat(rows).containsExactly(
        new double[] {0, 0.029999997466802597, -0.03999999910593033, -0.08999999612569809, -0.6000000238418579, -1.25,
          -0.29999998211860657, -1.0500000715255737},
        within(1e-6));
    assertThat(rows).containsExactly(trained(t -> new SGD(List.of(t), 0.1), false), within(1e-6));
  }

  @Test
  void sparseAdamMovesTheirMomentsAlone() {
    assertThat(trained(t -> new SparseAdam(List.of(t), 0.1), true)).containsExactly(
        new double[] {0, 0.07654162496328354, 0.31014248728752136, 0.5589233636856079, 0.9361186623573303,
          1.1861186027526855, 1.4255863428115845, 1.6755863428115845},
        within(1e-6));
  }

  @Test
  void whatCannotBeSparseSaysSo() {
    assertThatThrownBy(() -> trained(t -> new SparseAdam(List.of(t), 0.1), false))
        .hasMessageContaining("SparseAdam does not support dense gradients");
    assertThatThrownBy(() -> trained(t -> new SGD(List.of(t), 0.1, o -> o.momentum(0.9)), true))
        .hasMessageContaining("without momentum");
    assertThatThrownBy(() -> trained(t -> new Adam(List.of(t), 0.1), true))
        .isInstanceOf(UnsupportedOperationException.class).hasMessageContaining("sparse_coo");
  }
}
