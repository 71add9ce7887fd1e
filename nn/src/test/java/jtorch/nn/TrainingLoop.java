package jtorch.nn;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.nn.functional.F;
import jtorch.optim.SGD;

/// A program of many small training steps that watches its own resident memory; run by [MemoryTest] in a process of
/// its own. As many steps as are measured go before, until all is compiled. Prints the resident bytes before and after
/// the measured ones, and how often a collection was forced.
final class TrainingLoop {
  private TrainingLoop() {}

  public static void main(String[] arguments) throws IOException {
    int steps = Integer.parseInt(arguments[0]);
    boolean scoped = arguments[1].equals("scope");
    Torch.manualSeed(0);
    var net = new Sequential(new Linear(32, 64), new ReLU(), new Linear(64, 10));
    var optimizer = new SGD(net.parameters(), 0.01, o -> o.momentum(0.9));
    Tensor x = Torch.randn(64, 32);
    Tensor y = Torch.randint(0, 10, 64);
    long before = 0;
    double loss = 0;
    for (int i = 0; i < 2 * steps; i++) {
      if (i == steps) before = resident();
      if (scoped) {
        try (var scope = Torch.scope()) {
          loss = step(net, optimizer, x, y);
        }
      } else {
        loss = step(net, optimizer, x, y);
      }
    }
    System.out.println(before + " " + resident() + " " + Torch.memory().statistics().collections() + " " + loss);
  }

  private static double step(Sequential net, SGD optimizer, Tensor x, Tensor y) {
    Tensor loss = F.crossEntropy(net.call(x), y);
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    return loss.itemDouble();
  }

  private static long resident() throws IOException {
    return Long.parseLong(Files.readString(Path.of("/proc/self/statm")).split(" ")[1]) * 4096;
  }
}
