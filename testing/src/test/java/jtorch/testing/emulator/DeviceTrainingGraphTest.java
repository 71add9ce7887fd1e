package jtorch.testing.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import jtorch.Cuda;
import jtorch.CudaGraph;
import jtorch.CudaStream;
import jtorch.DType;
import jtorch.GraphedCallable;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.nn.BatchNorm2d;
import jtorch.nn.Conv2d;
import jtorch.nn.Flatten;
import jtorch.nn.Linear;
import jtorch.nn.MaxPool2d;
import jtorch.nn.Parameter;
import jtorch.nn.ReLU;
import jtorch.nn.Sequential;
import jtorch.nn.functional.F;
import jtorch.optim.Adam;
import jtorch.optim.AdamW;
import jtorch.optim.Optimizer;
import jtorch.optim.SGD;
import org.junit.jupiter.api.Test;

/// Whole training steps, recorded once and replayed with new batches, against the same steps one by one.
class DeviceTrainingGraphTest extends DeviceTest {
  private static final int WARM_UP = 3;
  private static final int STEPS = 5;

  private static Sequential net() {
    Torch.manualSeed(3);
    return new Sequential(new Conv2d(1, 4, 3), new BatchNorm2d(4), new ReLU(), new MaxPool2d(2), new Flatten(),
        new Linear(4 * 3 * 3, 5));
  }

  private static Tensor images(int step) {
    Torch.manualSeed(100 + step);
    return Torch.randn(4, 1, 8, 8);
  }

  private static Tensor labels(int step) {
    return Torch.arange(4).add(step).remainder(5);
  }

  private static Tensor step(Sequential model, Optimizer<?> optimizer, Tensor x, Tensor y) {
    optimizer.zeroGrad();
    Tensor loss = F.crossEntropy(model.call(x), y);
    loss.backward();
    optimizer.step();
    return loss;
  }

  private static void replayedStepsAreThoseOfEagerOnes(Function<List<? extends Tensor>, Optimizer<?>> optimizers) {
    Sequential eager = net();
    eager.to(GPU);
    Optimizer<?> ofEager = optimizers.apply(eager.parameters());
    Sequential captured = net();
    captured.to(GPU);
    Optimizer<?> ofCaptured = optimizers.apply(captured.parameters());

    Tensor x = images(0).to(GPU);
    Tensor y = labels(0).to(GPU);
    // As PyTorch's documentation has it: a few steps in a side stream, then the capture.
    try (var side = new CudaStream()) {
      side.waitStream(Cuda.currentStream());
      try (var in = Cuda.stream(side)) {
        for (int i = 0; i < WARM_UP; i++) step(captured, ofCaptured, x, y);
      }
      Cuda.currentStream().waitStream(side);
    }
    for (int i = 0; i < WARM_UP; i++) step(eager, ofEager, x, y);

    Map<String, Tensor> before = captured.stateDict();
    var graph = new CudaGraph();
    Tensor loss;
    try (var recording = Cuda.graph(graph)) {
      loss = step(captured, ofCaptured, x, y);
    }
    Map<String, Tensor> wanted = eager.stateDict();
    before.forEach((name, value) -> sameBits(value, java.util.Objects.requireNonNull(wanted.get(name)).cpu()));

    for (int i = 1; i <= STEPS; i++) {
      Tensor expected = step(eager, ofEager, images(i).to(GPU), labels(i).to(GPU));
      x.copy_(images(i).pinMemory(), true);
      y.copy_(labels(i));
      graph.replay();
      assertThat(loss.item()).as("loss of step " + i).isEqualTo(expected.item());
    }
    Map<String, Tensor> trained = captured.stateDict();
    eager.stateDict().forEach((name, value) -> sameBits(java.util.Objects.requireNonNull(trained.get(name)),
        value.cpu()));
    assertThat(java.util.Objects.requireNonNull(trained.get("1.num_batches_tracked")).item())
        .isEqualTo((long) WARM_UP + STEPS);
    assertThat(loss.dtype()).isEqualTo(DType.FLOAT32);
  }

  @Test
  void plainDescent() {
    replayedStepsAreThoseOfEagerOnes(p -> new SGD(p, 0.1));
  }

  @Test
  void descentWithMomentum() {
    replayedStepsAreThoseOfEagerOnes(p -> new SGD(p, 0.05, o -> o.momentum(0.9).nesterov(true).weightDecay(1e-3)));
  }

  @Test
  void adamCountsItsStepsOnTheDevice() {
    replayedStepsAreThoseOfEagerOnes(p -> new Adam(p, 0.01, o -> o.capturable(true).weightDecay(1e-2)));
    replayedStepsAreThoseOfEagerOnes(p -> new AdamW(p, 0.01, o -> o.capturable(true).amsgrad(true)));
  }

  /// Gradients that lie otherwise than their parameters go the way of single operators, which ask the device for nothing.
  @Test
  void stepsCountedOnTheDeviceAreThoseOfTheProcessor() {
    for (boolean decoupled : new boolean[] {false, true}) {
      Tensor start = Torch.arange(6).reshape(2, 3).to(DType.FLOAT32);
      Parameter here = new Parameter(start.clone());
      Parameter there = new Parameter(start.to(GPU));
      var ofHere = new Adam(List.of(here), 0.1, o -> o.weightDecay(0.1).amsgrad(true).decoupledWeightDecay(decoupled));
      var ofThere = new Adam(List.of(there), 0.1,
          o -> o.weightDecay(0.1).amsgrad(true).decoupledWeightDecay(decoupled).capturable(true));
      for (int i = 0; i < 3; i++) {
        Tensor grad = Torch.arange(6).reshape(3, 2).to(DType.FLOAT32).sub(2 + i);
        here.grad(grad.t().contiguous());
        there.grad(grad.to(GPU).t());
        ofHere.step();
        ofThere.step();
      }
      assertThat(there.sub(here.to(GPU)).abs().max().itemDouble()).isLessThan(1e-6);
    }
  }

  @Test
  void adamWithoutCapturableIsRefused() {
    Parameter p = new Parameter(Torch.ones(2).to(GPU));
    var optimizer = new Adam(List.of(p), 0.1);
    p.sum().backward();
    assertThatThrownBy(() -> {
      try (var recording = Cuda.graph(new CudaGraph())) {
        optimizer.step();
      }
    }).isInstanceOf(IllegalStateException.class).hasMessage("Attempting CUDA graph capture of step() for an instance of"
        + " Adam but param_groups' capturable is False.");
    optimizer.step();
    assertThat(p.select(0, 1).itemDouble()).isCloseTo(0.9, within(1e-6));
  }

  /// The forward and backward way as graphs in an ordinary loop.
  @Test
  void graphedCallablesTrainAsTheModelDoes() {
    Sequential eager = net();
    eager.to(GPU);
    Sequential model = net();
    model.to(GPU);
    // Both see the sample as often as the warm-up shows it to the model.
    Tensor sample = images(0).to(GPU).requiresGrad(true);
    UnaryOperator<Tensor> fast = Cuda.makeGraphedCallables(model::call, sample, model.parameters());
    for (int i = 0; i < 3; i++) eager.call(sample);
    var ofEager = new SGD(eager.parameters(), 0.1);
    var ofModel = new SGD(model.parameters(), 0.1);
    for (int i = 1; i <= STEPS; i++) {
      Tensor given = images(i).to(GPU).requiresGrad(true);
      Tensor same = images(i).to(GPU).requiresGrad(true);
      Tensor labels = labels(i).to(GPU);
      ofEager.zeroGrad();
      ofModel.zeroGrad();
      F.crossEntropy(eager.call(given), labels).backward();
      F.crossEntropy(fast.apply(same), labels).backward();
      sameBits(java.util.Objects.requireNonNull(same.grad()), java.util.Objects.requireNonNull(given.grad()).cpu());
      ofEager.step();
      ofModel.step();
    }
    Map<String, Tensor> trained = model.stateDict();
    eager.stateDict().forEach((name, value) -> sameBits(java.util.Objects.requireNonNull(trained.get(name)),
        value.cpu()));
    assertThatThrownBy(() -> fast.apply(Torch.ones(1, 1, 8, 8).to(GPU))).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("was recorded");
    Tensor twice = fast.apply(images(1).to(GPU).requiresGrad(true)).sum();
    assertThatThrownBy(() -> Torch.grad(twice, model.parameters().get(0), true))
        .isInstanceOf(IllegalStateException.class).hasMessageContaining("once_differentiable");
  }

  @Test
  void graphedCallablesShareMemoryAndRefuseUnusedInputs() {
    Tensor x = Torch.ones(2, 3).to(GPU).requiresGrad(true);
    Tensor unused = Torch.ones(1).to(GPU).requiresGrad(true);
    var first = new GraphedCallable.Source(in -> new Tensor[] {in[0].mul(2).sin(), in[0].gt(0)}, new Tensor[] {x},
        List.of());
    var second = new GraphedCallable.Source(in -> new Tensor[] {in[0].exp()}, new Tensor[] {x.detach()
        .requiresGrad(true)}, List.of());
    List<GraphedCallable> both = Cuda.makeGraphedCallables(List.of(first, second), o -> o.numWarmupIters(1));
    Tensor given = Torch.arange(6).reshape(2, 3).to(DType.FLOAT32).to(GPU).requiresGrad(true);
    Tensor[] middle = both.get(0).call(given);
    assertThat(middle[1].requiresGrad()).isFalse();
    Tensor y = both.get(1).call(middle[0])[0];
    y.sum().backward();
    Tensor plain = given.detach().clone().requiresGrad(true);
    Tensor wanted = plain.mul(2).sin().exp();
    wanted.sum().backward();
    sameBits(y, wanted.cpu().detach());
    sameBits(java.util.Objects.requireNonNull(given.grad()), java.util.Objects.requireNonNull(plain.grad()).cpu());
    var loose = new GraphedCallable.Source(in -> new Tensor[] {in[0].exp()}, new Tensor[] {x}, List.of(unused));
    assertThatThrownBy(() -> Cuda.makeGraphedCallables(List.of(loose), o -> o))
        .isInstanceOf(IllegalStateException.class).hasMessageContaining("allowUnusedInput(true)");
    Cuda.makeGraphedCallables(List.of(loose), o -> o.allowUnusedInput(true)).get(0).call(given)[0].sum().backward();
    assertThat(unused.grad()).isNull();
  }
}
