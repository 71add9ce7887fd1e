package jtorch.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.TensorScope;
import jtorch.Torch;
import jtorch.memory.MemoryStatistics;
import jtorch.nn.functional.F;
import jtorch.optim.SGD;

/// A program that trains ResNet-18 for some steps at batch 8, with a scope around each or without, and prints the peak
/// of the memory that is in use, the peak of resident memory, the share of the time that forced collections took, and
/// their number.
final class ResNetMemory {
  private static final int WARM = 3;

  private ResNetMemory() {}

  public static void main(String[] arguments) throws IOException {
    int steps = Integer.parseInt(arguments[0]);
    boolean scoped = arguments[1].equals("scope");
    Torch.manualSeed(0);
    var model = new ResNet18(10);
    var optimizer = new SGD(model.parameters(), 0.01, o -> o.momentum(0.9));
    Tensor x = Torch.randn(8, 3, 224, 224);
    Tensor labels = Torch.arange(8).to(DType.INT64);
    Runnable step = () -> {
      optimizer.zeroGrad();
      F.crossEntropy(model.call(x), labels).backward();
      optimizer.step();
    };
    for (int i = 0; i < WARM; i++) run(step, scoped);
    MemoryStatistics before = Torch.memory().statistics();
    long start = System.nanoTime();
    for (int i = 0; i < steps; i++) run(step, scoped);
    long nanos = System.nanoTime() - start;
    MemoryStatistics after = Torch.memory().statistics();
    double share = (double) (after.collectionNanos() - before.collectionNanos()) / nanos;
    System.out.println(after.peak() + " " + residentPeak() + " " + share + " "
        + (after.collections() - before.collections()));
  }

  private static void run(Runnable step, boolean scoped) {
    if (!scoped) {
      step.run();
      return;
    }
    try (TensorScope scope = Torch.scope()) {
      step.run();
    }
  }

  private static long residentPeak() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmHWM")) return Long.parseLong(line.replaceAll("\\D", "")) << 10;
    }
    throw new IllegalStateException("no VmHWM in /proc/self/status");
  }
}
