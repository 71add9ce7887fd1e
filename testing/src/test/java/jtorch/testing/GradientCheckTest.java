package jtorch.testing;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.function.Function;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.memory.Memory;
import org.junit.jupiter.api.Test;

class GradientCheckTest {
  private final Tensor x = doubles(0.3, -1.2, 2.5);
  private final Tensor y = doubles(1.5, 0.7, -0.4);

  private static Tensor doubles(double... values) {
    Tensor made = Torch.empty(new long[] {values.length}, DType.FLOAT64);
    for (int i = 0; i < values.length; i++) Memory.putDouble(made.address() + 8L * i, values[i]);
    return made;
  }

  @Test
  void rightGradientsPass() {
    GradientCheck.check(in -> in[0].mul(in[1]).mul(in[0]), x, y);
    GradientCheck.check(in -> in[0].sub(in[1]).mul(in[0]), x, y);
  }

  @Test
  void severalResultsAreChecked() {
    GradientCheck.firstOrderOfEach(in -> new Tensor[] {in[0].mul(in[1]), in[0].add(in[0])}, x, y);
    GradientCheck.secondOrderOfEach(in -> new Tensor[] {in[0].mul(in[1]), in[0].mul(in[0])}, x, y);
  }

  /// What a forgotten factor looks like: the value depends on the input in a way that the graph does not know.
  @Test
  void wrongGradientsFail() {
    assertThatThrownBy(() -> GradientCheck.firstOrder(in -> in[0].mul(in[0].detach()), x))
        .isInstanceOf(AssertionError.class).hasMessageStartingWith("gradient of output 0, part 0, by input 0, part 0:");
  }

  /// `x^2` whose first gradient `2x` is right but forgets that it depends on x.
  @Test
  void wrongSecondGradientsFail() {
    Function<Tensor[], Tensor> square =
        in -> in[0].mul(in[0].detach()).mul(2).sub(in[0].detach().mul(in[0].detach()));
    GradientCheck.firstOrder(square, x);
    assertThatThrownBy(() -> GradientCheck.secondOrder(square, x)).isInstanceOf(AssertionError.class)
        .hasMessageStartingWith(
            "second gradient of output 0, part 0, by input 0, part 0: computed 0.0, by differences");
  }

  @Test
  void lessThanDoublesAreRefused() {
    assertThatThrownBy(() -> GradientCheck.firstOrder(in -> in[0].mul(2), Torch.tensor(1f)))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("float64");
  }

  @Test
  void aResultWithoutGradientIsSaid() {
    assertThatThrownBy(() -> GradientCheck.firstOrder(in -> in[0].detach(), x)).isInstanceOf(AssertionError.class)
        .hasMessageContaining("no output requires a gradient");
  }

  /// The operators whose only samples with gradients are empty.
  @Test
  void operatorsWithoutSamplesPass() {
    Torch.manualSeed(0);
    Tensor batch = Torch.randn(new long[] {3, 2, 2}, o -> o.dtype(DType.FLOAT64));
    Tensor weight = doubles(0.5, -1.5);
    Tensor bias = doubles(0.1, 0.2);
    Tensor mean = doubles(0.3, -0.2);
    Tensor variance = doubles(0.8, 1.7);
    for (boolean training : new boolean[] {true, false}) {
      GradientCheck
          .check(in -> Torch.batchNorm(in[0], in[1], in[2], mean.clone(), variance.clone(), training, 0.1, 1e-5,
              false), batch, weight, bias);
    }
    Tensor factors = Torch.randn(new long[] {2, 3}, o -> o.dtype(DType.FLOAT64));
    GradientCheck.check(in -> in[0].prod(1, true), factors);
    Tensor zero = doubles(0.3, 0, 2.5);
    GradientCheck.check(in -> in[0].prod(0, false), zero);
  }
}
