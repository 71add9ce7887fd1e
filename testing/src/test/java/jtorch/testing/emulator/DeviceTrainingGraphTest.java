package jtorch.testing.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import jtorch.Cuda;
import jtorch.CudaGraph;
import jtorch.CudaStream;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.nn.BatchNorm2d;
import jtorch.nn.Conv2d;
import jtorch.nn.Flatten;
import jtorch.nn.Linear;
import jtorch.nn.MaxPool2d;
import jtorch.nn.ReLU;
import jtorch.nn.Sequential;
import jtorch.nn.functional.F;
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
}
