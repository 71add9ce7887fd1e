package jtorch.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import jtorch.DType;
import jtorch.Linalg;
import jtorch.Tensor;
import jtorch.Torch;
import org.junit.jupiter.api.Test;

/// Functions that PyTorch's samples do not show.
class RareFunctionsTest {
  @Test
  void numbersOfElementsBecomeIndices() {
    Tensor[] indices = Torch.unravelIndex(Torch.tensor(4, 7, -1), 3, 3);
    assertThat(indices[0].toLongArray()).containsExactly(1, 2, 2);
    assertThat(indices[1].toLongArray()).containsExactly(1, 1, 2);
    assertThatThrownBy(() -> Torch.unravelIndex(Torch.tensor(1f), 2)).hasMessageContaining("integer dtype");
  }

  @Test
  void extremeEigenpairsAreThoseOfTheWholeDecomposition() {
    Torch.manualSeed(0);
    Tensor root = Torch.randn(new long[] {30, 30}, o -> o.dtype(DType.FLOAT64));
    Tensor a = root.matmul(root.mT()).requiresGrad(true);
    Linalg.Eig found = Torch.lobpcg(a, 2, o -> o.tol(1e-11));
    Linalg.Eig all = Linalg.eigh(a);
    Tensor vectors = all.eigenvectors().narrow(1, 28, 2);
    assertThat(found.eigenvalues().sub(all.eigenvalues().narrow(0, 28, 2).flip(0)).abs().max().itemDouble())
        .isLessThan(1e-9);
    Tensor mix = Torch.randn(new long[] {30, 30}, o -> o.dtype(DType.FLOAT64));
    Tensor u = found.eigenvectors();
    Tensor one = Torch.grad(u.matmul(u.mT()).mul(mix).sum().add(found.eigenvalues().sum()), a);
    Tensor other = Torch.grad(
        vectors.matmul(vectors.mT()).mul(mix).sum().add(all.eigenvalues().narrow(0, 28, 2).sum()), a);
    assertThat(one.add(one.mT()).sub(other.add(other.mT())).abs().max().itemDouble()).isLessThan(1e-6);
    assertThatThrownBy(() -> Torch.lobpcg(Torch.eye(4), 2)).hasMessageContaining("not applicable");
  }

  @Test
  void partsNormalizedTogetherAreTheWholeNormalized() {
    Torch.manualSeed(0);
    Tensor x = Torch.randn(new long[] {4, 3, 5}, o -> o.dtype(DType.FLOAT64));
    Tensor[] first = Torch.batchNormStats(x.narrow(0, 0, 1), 1e-5);
    Tensor[] second = Torch.batchNormStats(x.narrow(0, 1, 3), 1e-5);
    Tensor variance = Torch.ones(3).to(DType.FLOAT64);
    Tensor[] whole = Torch.batchNormGatherStatsWithCounts(x, Torch.stack(new Tensor[] {first[0], second[0]}, 0),
        Torch.stack(new Tensor[] {first[1], second[1]}, 0), null, variance, 1, 1e-5, Torch.tensor(5f, 15f));
    Tensor[] direct = Torch.batchNormStats(x, 1e-5);
    assertThat(whole[0].sub(direct[0]).abs().max().itemDouble()).isLessThan(1e-14);
    assertThat(whole[1].sub(direct[1]).abs().max().itemDouble()).isLessThan(1e-13);
    assertThat(variance.select(0, 1).itemDouble()).isCloseTo(x.select(1, 1).reshape(-1).var().itemDouble(),
        within(1e-12));
  }

  @Test
  void aLeafSaysWhenItsGradientIsThereAndInWhichDtype() {
    Tensor leaf = Torch.ones(3).requiresGrad(true);
    List<Tensor> told = new ArrayList<>();
    leaf.registerPostAccumulateGradHook(told::add);
    leaf.gradDtype(DType.BFLOAT16);
    leaf.mul(2).sum().backward();
    assertThat(told).containsExactly(leaf);
    assertThat(leaf.grad().dtype()).isEqualTo(DType.BFLOAT16);
    assertThatThrownBy(() -> leaf.mul(2).gradDtype()).hasMessageContaining("leaf");
  }

  @Test
  void anomalyModeNamesTheFunctionThatMadeNan() {
    Torch.setAnomalyEnabled(true);
    try {
      Tensor y = Torch.tensor(-1f).requiresGrad(true).sqrt().sum();
      assertThatThrownBy(y::backward).hasMessage("Function 'SqrtBackward0' returned nan values in its 0th output.")
          .cause().hasStackTraceContaining("RareFunctionsTest");
    } finally {
      Torch.setAnomalyEnabled(false);
    }
  }

  @Test
  void functionsOfJavaChangeElements() {
    assertThat(Torch.tensor(1, 2, 3).apply_(v -> 2 * v).toLongArray()).containsExactly(2, 4, 6);
    assertThat(Torch.ones(2).map_(Torch.ones(1), Double::sum).toFloatArray()).containsExactly(2, 2);
    assertThatThrownBy(() -> Torch.ones(1).map_(Torch.tensor(1), Double::sum)).hasMessageContaining("FloatTensor");
  }
}
