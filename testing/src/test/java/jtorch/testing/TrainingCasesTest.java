package jtorch.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import jtorch.DType;
import jtorch.Torch;
import jtorch.testing.training.TrainingConfig;
import jtorch.testing.training.TrainingData;
import jtorch.testing.training.TrainingProgram;
import org.junit.jupiter.api.Test;

class TrainingCasesTest {
  /// The first losses of `mlp_digits.py` in PyTorch 2.13.
  private static final double[] LOSSES = {2.281144380569458, 2.3183116912841797, 2.3095269203186035, 2.246501922607422,
    2.30074143409729, 2.2546398639678955, 2.190866708755493, 2.2336692810058594, 2.2530903816223145, 2.224069118499756,
    2.233487844467163, 2.1738247871398926, 2.151092767715454, 2.1574034690856934, 2.1102280616760254,
    1.9953153133392334, 1.9912869930267334, 1.9703236818313599, 1.92013418674469, 1.8374019861221313};

  private static List<Double> losses(DType dtype) {
    var losses = new ArrayList<Double>();
    var log = new TrainingProgram.Log() {
      @Override
      public void loss(double value) {
        losses.add(value);
      }

      @Override
      public void extra(String name, Object value) {
        assertThat(name).isEqualTo("accuracy");
      }
    };
    var config =
        new TrainingConfig(Map.of("seed", 0L, "steps", (long) LOSSES.length, "batch", 32L, "hidden", 64L, "lr", 0.1,
            "momentum", 0.9, "nesterov", false, "weight_decay", 0.0));
    Torch.manualSeed(0);
    TrainingProgram.named("mlp_digits.py").orElseThrow().train(config, new TrainingData(() -> Path.of("")), dtype, log);
    return losses;
  }

  private static GoldenCase golden(double tolerance) {
    List<Double> tolerances = Arrays.stream(LOSSES).map(_ -> tolerance).boxed().toList();
    return new GoldenCase(Map.of("program", "mlp_digits.py", "loss", Arrays.stream(LOSSES).boxed().toList(), "loss_tol",
        tolerances), new SampleValues(null));
  }

  /// Weights, order of the batches and arithmetic are PyTorch's, from the seed alone.
  @Test
  void thePerceptronFollowsPyTorch() {
    assertThat(TrainingCases.losses(losses(DType.FLOAT32), golden(1e-5))).isNull();
  }

  @Test
  void lossesFurtherAwayFail() {
    List<Double> got = Arrays.stream(LOSSES).boxed().map(x -> x * 1.001).toList();
    assertThat(TrainingCases.losses(got, golden(1))).startsWith("loss of step 0: expected " + LOSSES[0]);
    assertThat(TrainingCases.losses(got.subList(1, got.size()), golden(1))).isEqualTo("expected 20 steps, got 19");
    List<Double> late = new ArrayList<>(Arrays.stream(LOSSES).boxed().toList());
    late.set(19, Double.NaN);
    assertThat(TrainingCases.losses(late, golden(1))).startsWith("loss of step 19");
  }

  @Test
  void inDoublePrecisionItDrawsTheSameNumbers() {
    List<Double> got = losses(DType.FLOAT64);
    for (int i = 0; i < LOSSES.length; i++)
      assertThat(got.get(i)).isCloseTo(LOSSES[i], org.assertj.core.data.Offset.offset(1e-4));
  }
}
