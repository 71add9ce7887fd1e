package jtorch.cli.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import jtorch.Device;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.io.CorruptFileException;
import jtorch.io.Safetensors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Runs of 4 steps an epoch, stopped and gone on with.
class TrainingTest {
  private final int threads = Torch.getNumThreads();

  @TempDir Path folder;

  @AfterEach
  void restoreThreads() {
    Torch.setNumThreads(threads);
  }

  private static Settings settings(Choices.Network network, Choices.Method method, int epochs) {
    return new Settings(Choices.Data.DIGITS, Path.of("data"), network, epochs, 400, method.lr, method, 7, 2);
  }

  private static boolean run(Training training, RunFolder folder, BooleanSupplier stop) throws IOException {
    try (var display = Display.of(new PrintWriter(Writer.nullWriter()))) {
      return training.run(folder, display, stop);
    }
  }

  private RunFolder fresh(String name) throws IOException {
    return RunFolder.fresh(folder.resolve(name));
  }

  /// Says yes when asked for the n-th time: once before each epoch, once between two steps.
  private static BooleanSupplier after(int questions) {
    var asked = new AtomicInteger();
    return () -> asked.incrementAndGet() == questions;
  }

  @ParameterizedTest
  @CsvSource({"CNN, ADAMW, 2", "CNN, SGD, 7", "MLP, ADAM, 5", "MLP, ADAMW, 4", "MLP, SGD, 1"})
  void stoppedAndResumedIsTheSameBitForBit(Choices.Network network, Choices.Method method, int stop)
      throws IOException {
    Settings settings = settings(network, method, 2);
    RunFolder unbroken = fresh("unbroken");
    assertThat(run(new Training(settings, Device.CPU), unbroken, () -> false)).isTrue();

    RunFolder broken = fresh("broken");
    assertThat(run(new Training(settings, Device.CPU), broken, after(stop))).isFalse();
    var resumed = Training.resume(Checkpoint.load(broken.checkpoint()), broken, Device.CPU);
    assertThat(resumed.epochsDone() * 4 + resumed.stepsDone()).isEqualTo(stop - 1);
    assertThat(run(resumed, broken, () -> false)).isTrue();

    assertThat(metrics(broken)).isEqualTo(metrics(unbroken)).hasSize(3);
    assertThat(tensors(broken)).isEqualTo(tensors(unbroken)).containsKey("generator");
  }

  /// Without the seconds, which stand last.
  private static List<String> metrics(RunFolder run) throws IOException {
    return Files.readAllLines(run.path().resolve("metrics.csv")).stream().map(line -> line.replaceAll(",[^,]*$", ""))
        .toList();
  }

  private static Map<String, List<Object>> tensors(RunFolder run) throws IOException {
    var all = new HashMap<String, List<Object>>();
    for (var named : Safetensors.load(run.checkpoint()).entrySet()) {
      Tensor t = named.getValue();
      all.put(named.getKey(), List.of(t.dtype(), java.nio.ByteBuffer.wrap(bytes(t))));
    }
    return all;
  }

  private static byte[] bytes(Tensor tensor) {
    return tensor.contiguous().asSegment().toArray(java.lang.foreign.ValueLayout.JAVA_BYTE);
  }

  @ParameterizedTest
  @EnumSource
  void threeEpochsOfEveryOptimizerLearnSomething(Choices.Method method) throws IOException {
    var training = new Training(settings(Choices.Network.CNN, method, 3), Device.CPU);
    run(training, fresh("run"), () -> false);
    assertThat(training.evaluation().accuracy()).isGreaterThan(0.5);
  }

  @Test
  void aDoneRunStaysDone() throws IOException {
    RunFolder run = fresh("run");
    run(new Training(settings(Choices.Network.MLP, Choices.Method.ADAMW, 1), Device.CPU), run, () -> false);
    byte[] before = Files.readAllBytes(run.checkpoint());
    var again = Training.resume(Checkpoint.load(run.checkpoint()), run, Device.CPU);
    assertThat(again.isDone()).isTrue();
    assertThat(run(again, run, () -> false)).isTrue();
    assertThat(again.evaluation().accuracy()).isEqualTo(again.results().getLast().testAccuracy());
    assertThat(run.checkpoint()).hasBinaryContent(before);
  }

  @Test
  void divergenceIsSaidInOneLine() throws IOException {
    var settings = new Settings(Choices.Data.DIGITS, Path.of("data"), Choices.Network.MLP, 2, 400, 1e30,
        Choices.Method.SGD, 0, 2);
    var training = new Training(settings, Device.CPU);
    RunFolder run = fresh("run");
    assertThatThrownBy(() -> run(training, run, () -> false)).isInstanceOf(CommandFailure.class)
        .hasMessageMatching("the loss is no number any more after step \\d of epoch 1: try a --lr below 1.0E30");
  }

  /// What a checkpoint claims is compared with what the run has, before anything goes on.
  @Test
  void refusesACheckpointThatDoesNotFitItsSettings() throws IOException {
    RunFolder run = fresh("run");
    run(new Training(settings(Choices.Network.MLP, Choices.Method.ADAMW, 2), Device.CPU), run, after(3));
    Checkpoint good = Checkpoint.load(run.checkpoint());
    assertRefused(run, new Checkpoint(settings(Choices.Network.CNN, Choices.Method.ADAMW, 2), good.epoch(),
        good.steps(), good.lossSum(), good.right(), good.results(), good.tensors()), "Missing key(s) in state_dict");
    assertRefused(run, new Checkpoint(good.settings(), 5, good.steps(), 0, 0, good.results(), good.tensors()),
        "'epoch' is 5");
    assertRefused(run, new Checkpoint(good.settings(), 0, 4, 0, 0, good.results(), good.tensors()),
        "'order' does not fit 1442 training images");
    var lame = new HashMap<>(good.tensors());
    lame.put("optimizer.0.exp_avg", Torch.zeros(3));
    assertRefused(run, new Checkpoint(good.settings(), 0, 2, 0, 0, good.results(), lame), "exp_avg");
    lame.keySet().removeIf(name -> name.equals("generator") || name.startsWith("optimizer"));
    assertRefused(run, new Checkpoint(good.settings(), 0, 2, 0, 0, good.results(), lame), "'generator' is missing");
  }

  private static void assertRefused(RunFolder run, Checkpoint checkpoint, String reason) throws IOException {
    checkpoint.save(run.checkpoint());
    Checkpoint loaded = Checkpoint.load(run.checkpoint());
    assertThatThrownBy(() -> Training.resume(loaded, run, Device.CPU)).isInstanceOf(CorruptFileException.class)
        .hasMessageStartingWith(run.checkpoint() + ": ").hasMessageContaining(reason);
  }
}
