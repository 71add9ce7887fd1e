package jtorch.cpu.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import jtorch.cpu.kernel.OptimizerSteps.Adam;
import jtorch.cpu.kernel.OptimizerSteps.Sgd;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OptimizerStepsTest {
  private static final boolean[] BOTH = {false, true};
  private static final double[] PARAMETER = {1.5, -0.25, 3, 0.1};
  private static final double[] GRADIENT = {0.3, -0.7, 0.011, 2.5};

  /// Vector and scalar loops make the same roundings, so their bits are equal.
  @ParameterizedTest
  @ValueSource(ints = {1, 4, 13, 16, 207, 702, 4098, 70_001})
  void vectorStepsEqualScalarStepsBitByBit(int n) {
    for (Rows[] loops : new Rows[][] {{Rows.f32(), ScalarRows.F32}, {Rows.f64(), ScalarRows.F64}}) {
      // Long rows only show that the parts for several threads fit together.
      for (Sgd step : n < 10_000 ? sgdSteps() : sgdSteps().subList(20, 22)) {
        assertThat(Arrays.deepEquals(afterSgd(loops[0], n, step), afterSgd(loops[1], n, step))).as("%s", step).isTrue();
      }
      for (Adam step : n < 10_000 ? adamSteps() : adamSteps().subList(6, 7)) {
        for (boolean amsgrad : BOTH) {
          double[][] vector = afterAdam(loops[0], n, step, amsgrad);
          assertThat(Arrays.deepEquals(vector, afterAdam(loops[1], n, step, amsgrad))).as("%s", step).isTrue();
        }
      }
    }
  }

  private static List<Sgd> sgdSteps() {
    List<Sgd> steps = new ArrayList<>();
    for (double momentum : new double[] {0, 0.9}) {
      for (double decay : new double[] {0, 0.01}) {
        for (boolean nesterov : BOTH) {
          for (boolean maximize : BOTH) {
            for (boolean first : BOTH) {
              steps.add(new Sgd(0.1, momentum, nesterov ? 0 : 0.3, decay, nesterov, maximize, first));
            }
          }
        }
      }
    }
    return steps;
  }

  private static List<Adam> adamSteps() {
    List<Adam> steps = new ArrayList<>();
    for (double beta1 : new double[] {0.9, 0.3}) {
      for (double decay : new double[] {0, 0.01}) {
        for (double shrink : new double[] {1, 0.999}) {
          for (boolean maximize : BOTH) {
            steps.add(new Adam(1e-2, beta1, 0.999, Math.sqrt(0.01), 1e-8, decay, shrink, maximize));
          }
        }
      }
    }
    return steps;
  }

  private static double[][] afterSgd(Rows rows, int n, Sgd step) {
    try (Sample sample = Sample.of(rows)) {
      long parameter = sample.random(n, 1);
      long buffer = sample.random(n, 2);
      OptimizerSteps.sgd(rows, parameter, sample.random(n, 3), buffer, n, step);
      return new double[][] {sample.read(parameter, n), sample.read(buffer, n)};
    }
  }

  private static double[][] afterAdam(Rows rows, int n, Adam step, boolean amsgrad) {
    try (Sample sample = Sample.of(rows)) {
      long parameter = sample.random(n, 1);
      long average = sample.random(n, 2);
      long squares = sample.random(n, 3);
      long maximum = sample.random(n, 4);
      rows.times(squares, squares, squares, n);
      rows.times(maximum, maximum, maximum, n);
      OptimizerSteps.adam(rows, parameter, sample.random(n, 5), average, squares, amsgrad ? maximum : 0, n, step);
      return new double[][] {sample.read(parameter, n), sample.read(average, n), sample.read(squares, n),
        sample.read(maximum, n)};
    }
  }

  /// Two steps of `torch.optim.SGD(lr=0.1, momentum=0.9, weight_decay=0.01, nesterov=True)` of PyTorch 2.13 in
  /// `float32`.
  @Test
  void sgdIsPyTorchs() {
    Rows rows = Rows.f32();
    try (Sample sample = Sample.of(rows)) {
      long parameter = sample.values(PARAMETER);
      long gradient = sample.values(GRADIENT);
      long buffer = sample.room(4);
      OptimizerSteps.sgd(rows, parameter, gradient, buffer, 4, new Sgd(0.1, 0.9, 0, 0.01, true, false, true));
      OptimizerSteps.sgd(rows, parameter, gradient, buffer, 4, new Sgd(0.1, 0.9, 0, 0.01, true, false, false));
      assertThat(sample.read(parameter, 4))
          .isEqualTo(new double[] {1.3548986911773682, 0.07359889149665833, 2.9811136722564697, -1.0520581007003784});
    }
  }

  /// Two steps of `torch.optim.AdamW(lr=0.01, weight_decay=0.1, amsgrad=True)` of PyTorch 2.13 in `float32`.
  @Test
  void adamIsPyTorchs() {
    Rows rows = Rows.f32();
    try (Sample sample = Sample.of(rows)) {
      long parameter = sample.values(PARAMETER);
      long gradient = sample.values(GRADIENT);
      long state = sample.values(new double[12]);
      for (int step = 1; step <= 2; step++) {
        OptimizerSteps.adam(rows, parameter, gradient, state, state + 16, state + 32, 4,
            new Adam(0.01 / (1 - Math.pow(0.9, step)), 0.9, 0.999, Math.sqrt(1 - Math.pow(0.999, step)), 1e-8, 0,
                1 - 0.01 * 0.1, false));
      }
      sample.assertClose(sample.read(parameter, 4),
          new double[] {1.4770115613937378, -0.22951024770736694, 2.974013090133667, 0.07981010526418686}, 2, 0);
    }
  }
}
