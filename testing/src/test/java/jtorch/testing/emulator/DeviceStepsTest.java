package jtorch.testing.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import jtorch.DType;
import jtorch.MemoryFormat;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.nn.Parameters;
import jtorch.op.Foreach;
import jtorch.op.OptimizerSteps;
import jtorch.optim.Adam;
import jtorch.optim.AdamW;
import jtorch.optim.Optimizer;
import jtorch.optim.SGD;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Steps of optimizers over all parameters at once: tensors of all sizes, more than fit into a launch, in all dtypes.
class DeviceStepsTest extends DeviceTest {
  /// Lengths below and above a chunk, an empty one, windows that are not aligned, and more tensors than a launch takes.
  private static List<Tensor> sample(DType dtype, int many) {
    Torch.manualSeed(3);
    var all = new ArrayList<Tensor>();
    for (long[] sizes : new long[][] {{70_001}, {}, {0, 3}, {7, 5}, {3}, {64, 3, 3, 3}})
      all.add(Torch.randn(sizes).to(dtype));
    all.add(Torch.randn(2, 8, 3, 3).to(dtype).contiguous(MemoryFormat.CHANNELS_LAST));
    all.add(Torch.randn(41).to(dtype).narrow(0, 1, 40));
    for (int i = 0; i < many; i++) all.add(Torch.randn(i % 7 + 1).to(dtype));
    return all;
  }

  private static List<Tensor> there(List<Tensor> here, boolean aligned) {
    var all = new ArrayList<Tensor>();
    for (Tensor t : here) {
      Tensor moved = t.to(GPU);
      if (!aligned && t.dim() == 1 && t.numel() > 1) {
        // One element behind the start of the memory, so that no 16 bytes can be read at once.
        Tensor room = Torch.empty(new long[] {t.numel() + 1}, t.dtype(), GPU);
        moved = room.narrow(0, 1, t.numel());
        moved.copy_(t.to(GPU));
      }
      all.add(moved);
    }
    return all;
  }

  /// The same optimizer on both devices, given the same gradients, does the same.
  private static void compare(DType dtype, int many, boolean aligned, Function<List<Tensor>, Optimizer<?>> made) {
    List<Tensor> values = sample(dtype, many);
    // Halves are computed in float32 there, so that is what they are compared with.
    DType wide = dtype.isHalf() ? DType.FLOAT32 : dtype;
    var here = new ArrayList<Tensor>();
    for (Tensor t : values) here.add(t.clone().to(wide).requiresGrad(true));
    var there = new ArrayList<Tensor>();
    for (Tensor t : there(values, aligned)) there.add(t.detach().requiresGrad(true));
    Optimizer<?> mine = made.apply(here);
    Optimizer<?> other = made.apply(there);
    // Halves are rounded after each of three steps, at numbers up to 8, and so are their states.
    double bound =
        dtype == DType.FLOAT64 ? 1e-12 : dtype == DType.FLOAT32 ? 2e-6 : dtype == DType.FLOAT16 ? 8e-3 : 6.4e-2;
    for (int step = 0; step < 3; step++) {
      for (int i = 0; i < here.size(); i++) {
        Tensor grad = Torch.randn(here.get(i).sizes()).to(dtype);
        if (here.get(i).dim() == 4 && !here.get(i).isContiguous()) grad = grad.contiguous(MemoryFormat.CHANNELS_LAST);
        here.get(i).grad(grad.to(wide));
        there.get(i).grad(grad.to(GPU));
      }
      mine.step();
      other.step();
    }
    for (int i = 0; i < here.size(); i++) {
      Tensor difference = there.get(i).detach().cpu().to(DType.FLOAT64).sub(here.get(i).detach().to(DType.FLOAT64));
      if (difference.numel() > 0) assertThat(difference.abs().amax().itemDouble()).as("parameter " + i)
          .isLessThan(bound);
    }
  }

  @ParameterizedTest
  @EnumSource(value = DType.class, names = {"FLOAT32", "FLOAT64", "FLOAT16", "BFLOAT16"})
  void sgdIsThatOfTheProcessor(DType dtype) {
    compare(dtype, 4, true, p -> new SGD(p, 0.1, o -> o.momentum(0.9).weightDecay(0.01).nesterov(true)));
  }

  @ParameterizedTest
  @EnumSource(value = DType.class, names = {"FLOAT32", "FLOAT64", "FLOAT16", "BFLOAT16"})
  void adamIsThatOfTheProcessor(DType dtype) {
    compare(dtype, 4, true, p -> new AdamW(p, 0.01, o -> o.amsgrad(true)));
  }

  @Test
  void optionsAreThoseOfTheProcessor() {
    compare(DType.FLOAT32, 120, false, p -> new SGD(p, 0.1));
    compare(DType.FLOAT32, 0, false, p -> new SGD(p, 0.1, o -> o.momentum(0.9).dampening(0.5).maximize(true)));
    compare(DType.FLOAT32, 120, true, p -> new Adam(p, 0.01, o -> o.weightDecay(0.1)));
    compare(DType.FLOAT32, 0, false, p -> new Adam(p, 0.01, o -> o.capturable(true).maximize(true)));
    compare(DType.FLOAT32, 0, true, p -> new AdamW(p, 0.01, o -> o.fused(true).amsgrad(true)));
  }

  /// More tensors than a launch takes are given to a few of them.
  @Test
  void aStepTakesFewLaunches() {
    var parameters = new ArrayList<Tensor>();
    for (int i = 0; i < 200; i++) {
      Tensor p = Torch.ones(3).to(GPU).requiresGrad(true);
      p.grad(Torch.ones(3).to(GPU));
      parameters.add(p);
    }
    var optimizer = new Adam(parameters, 0.01);
    optimizer.step();
    assertThat(launches(optimizer::step)).isEqualTo(3);
    assertThat(launches(() -> Parameters.clipGradNorm_(parameters, 1.0))).isLessThan(15);
  }

  private static long launches(Runnable work) {
    long before = StandInDriver.opened().launches();
    work.run();
    return StandInDriver.opened().launches() - before;
  }

  /// What a recorded step reads anew each time: its number, and the learning rate.
  @Test
  void numbersOfStepsAndTheRateAreInMemory() {
    Tensor p = Torch.ones(5).to(GPU).requiresGrad(true);
    var optimizer = new Adam(List.of(p), 0.5, o -> o.capturable(true));
    Tensor grad = Torch.ones(5).to(GPU);
    p.grad(grad);
    optimizer.step();
    Tensor step = (Tensor) Objects.requireNonNull(optimizer.state(p).get("step"));
    assertThat(step.device()).isEqualTo(GPU);
    assertThat(step.item()).isEqualTo(1.0);
    Tensor rate = optimizer.paramGroups().getFirst().lrTensor();
    assertThat(rate.device()).isEqualTo(GPU);
    optimizer.paramGroups().getFirst().lr(0.25);
    assertThat(rate.item()).isEqualTo(0.25);
    Tensor before = p.detach().clone();
    optimizer.step();
    assertThat(step.item()).isEqualTo(2.0);
    // The same gradient twice moves by the whole rate.
    assertThat(before.sub(p.detach()).toFloatArray()).containsOnly(new float[] {0.25f, 0.25f, 0.25f, 0.25f, 0.25f},
        within(1e-5f));
  }

  @Test
  void aStepIsLeftOutWhereAnInfinityWasFound() {
    for (Tensor p : List.of(Torch.ones(5).to(GPU), Torch.ones(5))) {
      Tensor grad = Torch.full(new long[] {5}, 8.0).to(p.device());
      Tensor scale = Torch.full(new long[0], 4.0).to(p.device());
      Tensor none = Torch.zeros(new long[0]).to(p.device());
      Tensor found = Torch.ones(new long[0]).to(p.device());
      sgd(p, grad, scale, found);
      assertThat(p.toFloatArray()).containsOnly(1);
      assertThat(grad.toFloatArray()).containsOnly(8);
      sgd(p, grad, scale, none);
      assertThat(p.toFloatArray()).containsOnly(0);
      assertThat(grad.toFloatArray()).containsOnly(2);
    }
  }

  private static void sgd(Tensor p, Tensor grad, Tensor scale, Tensor found) {
    OptimizerSteps.SGD.call(new Tensor[] {p}, new Tensor[] {grad}, new Tensor[0], 0.5, null, 0.0, 0.0, 0.0, false,
        false,
        false, scale, found);
  }

  @ParameterizedTest
  @EnumSource(value = DType.class, names = {"FLOAT32", "FLOAT64", "FLOAT16", "BFLOAT16"})
  void normsAreThoseOfEachTensor(DType dtype) {
    List<Tensor> here = sample(dtype, 210);
    Tensor[] there = there(here, true).toArray(Tensor[]::new);
    for (double order : new double[] {1, 2, Double.POSITIVE_INFINITY}) {
      Tensor[] norms = Foreach.NORM.tensors(there, order, null);
      for (int i = 0; i < norms.length; i++) {
        if (here.get(i).numel() == 0) {
          assertThat(norms[i].item()).isEqualTo(0.0);
          continue;
        }
        double wanted = jtorch.Linalg.vectorNorm(here.get(i).to(DType.FLOAT64), order, null, false).itemDouble();
        double bound =
            dtype == DType.FLOAT64 ? 1e-12 : dtype == DType.FLOAT32 ? 1e-5 : dtype == DType.FLOAT16 ? 1e-3 : 8e-3;
        if (wanted > 65504 && dtype == DType.FLOAT16) continue;
        assertThat(norms[i].itemDouble()).as(order + " of " + i).isCloseTo(wanted, within(bound * (wanted + 1e-3)));
      }
    }
  }

  @Test
  void gradientsAreClippedTogether() {
    var here = new ArrayList<Tensor>();
    var there = new ArrayList<Tensor>();
    for (Tensor t : sample(DType.FLOAT32, 5)) {
      here.add(t.clone().requiresGrad(true));
      there.add(t.to(GPU).requiresGrad(true));
      here.getLast().grad(t.clone());
      there.getLast().grad(t.to(GPU));
    }
    double mine = Parameters.clipGradNorm_(here, 2.0).itemDouble();
    double other = Parameters.clipGradNorm_(there, 2.0).itemDouble();
    assertThat(other).isCloseTo(mine, within(1e-5 * mine));
    for (int i = 0; i < here.size(); i++) {
      if (here.get(i).numel() == 0) continue;
      Tensor difference = Objects.requireNonNull(there.get(i).grad()).cpu().sub(here.get(i).grad());
      assertThat(difference.abs().amax().itemDouble()).isLessThan(1e-6);
    }
  }

  /// As PyTorch's: every element is scaled, and an infinity or a NaN anywhere is told of.
  @ParameterizedTest
  @EnumSource(value = DType.class, names = {"FLOAT32", "FLOAT64", "FLOAT16", "BFLOAT16"})
  void scaledGradientsAreBroughtBack(DType dtype) {
    for (boolean gpu : new boolean[] {true, false}) {
      Tensor a = Torch.arange(70_000).remainder(64).to(dtype);
      Tensor b = Torch.ones(3).to(dtype);
      if (gpu) {
        a = a.to(GPU);
        b = b.to(GPU);
      }
      Tensor found = Torch.zeros(new long[0]).to(a.device());
      Tensor inverse = Torch.full(new long[0], 0.5).to(a.device());
      Foreach.UNSCALE.call(new Tensor[] {a, b}, found, inverse);
      assertThat(found.item()).isEqualTo(0.0);
      assertThat(a.narrow(0, 65_535, 3).to(DType.FLOAT64).toDoubleArray()).containsExactly(31.5, 0, 0.5);
      b.select(0, 2).fill_(Double.NaN);
      Foreach.UNSCALE.call(new Tensor[] {a, b}, found, inverse);
      assertThat(found.item()).isEqualTo(1.0);
      assertThat(b.to(DType.FLOAT64).toDoubleArray()).containsExactly(0.25, 0.25, Double.NaN);
    }
    Tensor wrong = Torch.zeros(new long[] {2}).to(GPU);
    assertThatThrownBy(() -> Foreach.UNSCALE.call(new Tensor[] {wrong}, wrong, wrong))
        .hasMessageContaining("found_inf must be a 1-element tensor.");
  }
}
