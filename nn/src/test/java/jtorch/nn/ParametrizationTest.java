package jtorch.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Objects;
import jtorch.Tensor;
import jtorch.Torch;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/// The numbers are PyTorch's after `manual_seed(3)`.
class ParametrizationTest {
  private static final Offset<Double> NEAR = within(2e-6);

  private static final class Symmetric extends Parametrization {
    @Override
    public Tensor forward(Tensor original) {
      return original.triu().add(original.triu(1).mT());
    }
  }

  private static Tensor input() {
    return Torch.arange(8).to(jtorch.DType.FLOAT32).view(2, 4).div(8);
  }

  private static double[] values(Tensor t) {
    return t.detach().to(jtorch.DType.FLOAT64).view(-1).toDoubleArray();
  }

  @Test
  void spectralNormStartsAndCountsItsIterationsAsPyTorch() {
    Torch.manualSeed(3);
    Linear layer = Parametrizations.spectralNorm(new Linear(4, 3));
    assertThat(values(layer.call(input()))).containsExactly(
        new double[] {-0.65205383, 0.01390377, -0.28579274, -1.50169659, 0.03937948, 0.10892645}, NEAR);
    assertThat(layer).hasToString("""
        ParametrizedLinear(
          in_features=4, out_features=3, bias=True
          (parametrizations): ModuleDict(
            (weight): ParametrizationList(
              (0): _SpectralNorm()
            )
          )
        )""");
  }

  @Test
  void theOlderSpectralNormSearchesAtCallsOnly() {
    Torch.manualSeed(3);
    Linear layer = NormalizedWeights.spectralNorm(new Linear(4, 3), "weight");
    assertThat(layer.stateDict().keySet()).containsExactly("bias", "weight_orig", "weight_u", "weight_v");
    assertThat(values(layer.call(input()))).containsExactly(
        new double[] {-0.67814440, 0.02362071, -0.27196246, -1.60121584, 0.05129808, 0.15686947}, NEAR);
    NormalizedWeights.removeSpectralNorm(layer, "weight");
    assertThat(layer.stateDict().keySet()).containsExactly("weight", "bias");
    assertThat(layer.weight.isLeaf()).isTrue();
  }

  @Test
  void orthogonalStartsAtTheOrthogonalWeight() {
    Torch.manualSeed(3);
    Linear layer = Parametrizations.orthogonal(new Linear(3, 5));
    assertThat(values(layer.weight.at("0"))).containsExactly(new double[] {-0.54862761, -0.61794019, 0.18601061}, NEAR);
    Tensor gram = layer.weight.mT().matmul(layer.weight);
    assertThat(gram.sub(Torch.eye(3)).abs().max().itemDouble()).isLessThan(1e-5);
  }

  @Test
  void weightsOfTwoCallsKeepTheirGradients() {
    Torch.manualSeed(3);
    Linear layer = Parametrizations.spectralNorm(new Linear(4, 3));
    Parameter original = Parametrize.listOf(layer, "weight").originals().getFirst();
    Tensor x = input();
    Tensor first = layer.call(x);
    Tensor grad = Torch.grad(new Tensor[] {first.sum()}, new Tensor[] {original}, null, true, false)[0];
    Tensor second = layer.call(x.mul(2));
    second.sum().backward();
    Tensor one = Objects.requireNonNull(original.grad()).clone();
    original.grad(null);
    first.sum().backward();
    assertThat(Torch.equal(Objects.requireNonNull(original.grad()), Objects.requireNonNull(grad))).isTrue();
    assertThat(Torch.equal(one, grad)).isFalse();
  }

  @Test
  void aParametrizationOfOnesOwnIsComputedAtEachCallAndCanBeTakenAway() {
    var layer = new Linear(3, 3);
    Parametrize.registerParametrization(layer, "weight", new Symmetric());
    assertThat(Parametrize.isParametrized(layer, "weight")).isTrue();
    assertThat(layer.namedParameters()).containsOnlyKeys("bias", "parametrizations.weight.original");
    Parameter original = Parametrize.listOf(layer, "weight").originals().getFirst();
    Torch.noGrad(() -> {
      original.add_(1.0);
    });
    layer.call(Torch.ones(1, 3)).sum().backward();
    assertThat(Torch.equal(layer.weight, layer.weight.mT())).isTrue();
    assertThat(layer.weight.isLeaf()).isFalse();
    // Below the diagonal nothing is read.
    assertThat(values(Objects.requireNonNull(original.grad()))).containsExactly(1, 2, 2, 0, 1, 2, 0, 0, 1);
    Tensor before = layer.weight.detach().clone();
    Parametrize.removeParametrizations(layer, "weight", true);
    assertThat(layer.namedParameters()).containsOnlyKeys("weight", "bias");
    assertThat(Torch.equal(layer.weight, before)).isTrue();
    assertThat(layer.weight.isLeaf()).isTrue();
    assertThat(layer.weight.requiresGrad()).isTrue();
    assertThat(layer).hasToString("Linear(in_features=3, out_features=3, bias=True)");
  }

  @Test
  void recurrentLayersAreUpdatedByHand() {
    var gru = new GRU(3, 4);
    Parametrizations.weightNorm(gru, "weight_hh_l0", 0L);
    Parameter length = Parametrize.listOf(gru, "weight_hh_l0").originals().getFirst();
    Tensor x = Torch.ones(2, 1, 3);
    Tensor before = gru.forward(x, null).output();
    Torch.noGrad(() -> {
      length.zero_();
    });
    Parametrize.update(gru);
    assertThat(Torch.equal(gru.forward(x, null).output(), before)).isFalse();
  }

  @Test
  void wrongUsesSayWhatIsWrong() {
    var layer = new Linear(2, 3);
    assertThatThrownBy(() -> Parametrizations.weightNorm(layer, "wait", 0L))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("does not have a parameter with name 'wait'");
    assertThatThrownBy(() -> Parametrize.registerParametrization(layer, "weight", new Parametrization() {
      @Override
      public Tensor forward(Tensor original) {
        return original.t();
      }
    })).isInstanceOf(jtorch.ShapeException.class).hasMessageContaining("may not change the shape");
    assertThatThrownBy(() -> Parametrizations.spectralNorm(new LazyLinear(3)))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("uninitialized");
    assertThat(layer.namedParameters()).containsOnlyKeys("weight", "bias");
  }
}
