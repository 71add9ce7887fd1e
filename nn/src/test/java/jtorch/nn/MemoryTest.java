package jtorch.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.memory.OutOfMemoryException;
import jtorch.nn.functional.F;
import jtorch.optim.SGD;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MemoryTest {
  private static final long MEGABYTE = 1 << 20;

  @Test
  void growingByCatKeepsNoMoreThanTheGarbageThatIsAllowed() {
    Torch.memory().resetPeak();
    long before = Torch.memory().statistics().live();
    Tensor x = Torch.zeros(1, 1 << 16);
    Tensor dx = Torch.ones(1, 1 << 16);
    for (int i = 0; i < 200; i++) x = Torch.cat(new Tensor[] {x, dx}, 0);
    assertThat(x.sum().itemDouble()).isEqualTo(200.0 * (1 << 16));
    // All the intermediate ones together have 5,000 MB, the last one 50.
    assertThat(Torch.memory().statistics().peak() - before).isLessThan(400 * MEGABYTE);
  }

  @Test
  void parametersGradientsAndOptimizerStateSurviveScopes() {
    Torch.manualSeed(3);
    var net = new Sequential(new Linear(64, 128), new ReLU(), new Linear(128, 8));
    var optimizer = new SGD(net.parameters(), 0.1, o -> o.momentum(0.9));
    var plain = new Sequential(new Linear(64, 128), new ReLU(), new Linear(128, 8));
    plain.loadStateDict(net.stateDict());
    var plainOptimizer = new SGD(plain.parameters(), 0.1, o -> o.momentum(0.9));
    Tensor x = Torch.randn(512, 64);
    Tensor y = Torch.randint(0, 8, 512);
    for (int i = 0; i < 5; i++) {
      long before = Torch.memory().statistics().collections();
      try (var scope = Torch.scope()) {
        step(net, optimizer, x, y);
      }
      assertThat(Torch.memory().statistics().collections()).isEqualTo(before);
      step(plain, plainOptimizer, x, y);
    }
    for (String name : net.stateDict().keySet()) {
      assertThat(net.stateDict().get(name).toFloatArray()).isEqualTo(plain.stateDict().get(name).toFloatArray());
    }
    Tensor grad = net.parameters().getFirst().grad();
    assertThat(grad).isNotNull();
    assertThat(grad.abs().sum().itemDouble()).isPositive();
  }

  private static double step(Module net, SGD optimizer, Tensor x, Tensor y) {
    Tensor loss = F.crossEntropy(net.call(x), y);
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    return loss.itemDouble();
  }

  @Test
  void aGradientThatWasLookedAtGoesWithTheScopeOrWithItsTensor() {
    Tensor weight = Torch.ones(1 << 20).requiresGrad(true);
    long before = Torch.memory().statistics().live();
    Tensor taken;
    try (var scope = Torch.scope()) {
      weight.mul(2).sum().backward();
      taken = weight.grad();
      weight.grad(null);
      assertThat(taken.sum().itemDouble()).isEqualTo(2 << 20);
    }
    assertThatThrownBy(taken::sum).isInstanceOf(IllegalStateException.class).hasMessageContaining("scope.keep(tensor)");
    assertThat(Torch.memory().statistics().live()).isLessThan(before + MEGABYTE);
    Tensor kept;
    Tensor had;
    try (var scope = Torch.scope()) {
      weight.mul(2).sum().backward();
      kept = scope.keep(weight.grad());
      weight.grad(null);
      weight.mul(3).sum().backward();
      had = weight.grad();
    }
    assertThat(kept.sum().itemDouble()).isEqualTo(2 << 20);
    assertThat(had.sum().itemDouble()).isEqualTo(3 << 20);
    assertThat(weight.grad().sum().itemDouble()).isEqualTo(3 << 20);
  }

  @Test
  void usingATensorAfterItsScopeThrows() {
    Tensor large;
    Tensor small;
    Tensor kept;
    try (var scope = Torch.scope()) {
      large = Torch.ones(1 << 16);
      small = Torch.ones(4);
      kept = scope.keep(Torch.ones(1 << 16));
    }
    assertThatThrownBy(large::sum).isInstanceOf(IllegalStateException.class).hasMessageContaining("scope");
    assertThatThrownBy(small::sum).isInstanceOf(IllegalStateException.class).hasMessageContaining("scope");
    assertThat(kept.sum().itemDouble()).isEqualTo(1 << 16);
  }

  @Test
  void aScopeFreesWhatWasMadeInside() {
    long before = Torch.memory().statistics().live();
    try (var scope = Torch.scope()) {
      Torch.ones(1 << 22);
      assertThat(Torch.memory().statistics().live() - before).isGreaterThanOrEqualTo(16 * MEGABYTE);
    }
    assertThat(Torch.memory().statistics().live() - before).isLessThan(2 * MEGABYTE);
  }

  @Test
  void aFailedAllocationLeavesAllUsable() {
    Tensor x = Torch.ones(1 << 18);
    var now = Torch.memory().statistics();
    Torch.memory().limit(now.live() + now.cached() + 64 * MEGABYTE);
    try {
      assertThatThrownBy(() -> Torch.zeros(1 << 28)).isInstanceOf(OutOfMemoryException.class)
          .hasMessageContaining("1.00 GiB").hasMessageContaining("limit");
      assertThat(x.add(1).sum().itemDouble()).isEqualTo(2.0 * (1 << 18));
    } finally {
      Torch.memory().limit(Long.MAX_VALUE);
    }
    assertThat(Torch.ones(1 << 24).sum().itemDouble()).isEqualTo(1 << 24);
  }

  @Test
  void twoThreadsShareAModuleInEvaluation() throws Exception {
    Torch.manualSeed(0);
    var net =
        new Sequential(new Conv2d(1, 8, 3), new BatchNorm2d(8), new ReLU(), new Flatten(), new Linear(8 * 26 * 26, 10));
    net.eval();
    Tensor x = Torch.randn(4, 1, 28, 28);
    float[] expected = Torch.noGrad(() -> net.call(x)).toFloatArray();
    try (var threads = Executors.newFixedThreadPool(2)) {
      Callable<Boolean> work = () -> {
        boolean equal = true;
        for (int i = 0; i < 200; i++) {
          try (var scope = Torch.scope(); var off = Torch.noGrad()) {
            float[] got = net.call(x).toFloatArray();
            for (int k = 0; k < got.length; k++) equal &= Math.abs(got[k] - expected[k]) < 1e-5;
          }
        }
        return equal;
      };
      var results = threads.invokeAll(List.of(work, work));
      for (var result : results) assertThat(result.get()).isTrue();
    }
  }

  /// A tensor of 4 KB is a hundred bytes to the Java heap, which may be large and in no hurry.
  @Tag("slow")
  @Test
  void smallTensorsDoNotWaitForTheJavaHeap() {
    Tensor x = Torch.ones(1000);
    for (int i = 0; i < 2_000_000; i++) x.add(x);
    var now = Torch.memory().statistics();
    assertThat(now.live() + now.cached()).isLessThan(2560 * MEGABYTE);
  }

  /// The promise for long runs: resident memory stays flat, whatever the collector, in a heap of 64 MB.
  @Tag("slow")
  @EnabledOnOs(OS.LINUX)
  @ParameterizedTest
  @CsvSource({"UseG1GC, none", "UseZGC, none", "UseG1GC, scope"})
  void residentMemoryIsFlatOver100000Steps(String collector, String scope) throws Exception {
    var command = new ArrayList<String>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    // The whole heap is resident from the start, so that what grows is what no heap limit bounds.
    command.addAll(List.of("-Xms64m", "-Xmx64m", "-XX:+AlwaysPreTouch", "-XX:+" + collector, "--add-modules",
        "jdk.incubator.vector",
        "--enable-native-access=ALL-UNNAMED",
        "-cp", System.getProperty("java.class.path"), TrainingLoop.class.getName(), "100000", scope));
    Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String said = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor(10, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(said).isZero();
    String[] numbers = said.strip().split(" ");
    double growth = Double.parseDouble(numbers[1]) / Double.parseDouble(numbers[0]) - 1;
    assertThat(growth).as("growth of resident memory over 100,000 steps: " + said).isLessThan(0.02);
    if (scope.equals("scope")) assertThat(numbers[2]).as("forced collections").isEqualTo("0");
  }
}
