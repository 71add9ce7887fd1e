package jtorch.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.awt.Color;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import jtorch.Torch;
import jtorch.data.Digits;
import jtorch.data.Example;
import jtorch.io.Safetensors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// `jtorch train` and `jtorch predict` as commands: what they write and say, and what they say of trouble.
@Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TrainCommandTest {
  @TempDir static Path folder;
  private static Path run;
  private static Result trained;
  private static int threads;

  private record Result(int code, String output, String errors) {}

  private static Result jtorch(Object... arguments) {
    var output = new StringWriter();
    var errors = new StringWriter();
    int code = Main.commandLine().setOut(new PrintWriter(output)).setErr(new PrintWriter(errors))
        .execute(Stream.of(arguments).map(Object::toString).toArray(String[]::new));
    return new Result(code, output.toString(), errors.toString());
  }

  @BeforeAll
  static void train() {
    threads = Torch.getNumThreads();
    run = folder.resolve("run");
    trained = jtorch("train", "--model", "mlp", "--epochs", 6, "--batch-size", 64, "--out", run);
  }

  @AfterAll
  static void restoreThreads() {
    Torch.setNumThreads(threads);
  }

  @Test
  void trainShowsAndWritesWhatCameOut() throws IOException {
    assertThat(trained.errors).isEmpty();
    assertThat(trained.code).isZero();
    assertThat(trained.output).contains("digits: 1,442 images to train on, 355 to test, 8x8 pixels")
        .containsPattern("epoch +6/6 +loss 0\\.\\d{4} +accuracy +9\\d\\.\\d\\d % +test +9\\d\\.\\d\\d %")
        .containsPattern("Test accuracy 9\\d\\.\\d\\d %: 3\\d\\d of 355 right")
        .contains("jtorch predict --model " + run);
    assertThat(Files.readAllLines(run.resolve("metrics.csv"))).hasSize(7)
        .startsWith("epoch,train_loss,train_accuracy,test_loss,test_accuracy,lr,seconds");
    assertThat(Safetensors.metadata(run.resolve("model.safetensors")).get("jtorch.model"))
        .contains("\"model\":\"mlp\"", "\"data\":\"digits\"");
    assertThat(ImageIO.read(run.resolve("curves.png").toFile()).getWidth()).isGreaterThan(800);
    BufferedImage sheet = ImageIO.read(run.resolve("samples.png").toFile());
    assertThat(Arrays.stream(sheet.getRGB(0, 0, sheet.getWidth(), sheet.getHeight(), null, 0, sheet.getWidth()))
        .filter(colour -> colour == 0xFFD6293E).count()).as("red of mistakes").isGreaterThan(100);
  }

  @Test
  void predictReadsPicturesOfAnySizeAndColour() throws IOException {
    Digits digits = Digits.test();
    var files = new ArrayList<Path>();
    var labels = new ArrayList<Integer>();
    for (int i = 0; i < 40; i++) {
      Example digit = digits.get(i);
      labels.add((int) digit.target().itemLong());
      boolean dark = i % 2 == 0;
      files.add(picture(digit.input().toFloatArray(), dark ? new Color(0x203060) : Color.YELLOW,
          dark ? new Color(0xF0EEE0) : new Color(0x301010), 60 + 7 * i, "digit-" + i + ".png"));
    }
    var arguments = new ArrayList<Object>(List.of("predict", "--model", run));
    arguments.addAll(files);
    Result result = jtorch(arguments.toArray());
    assertThat(result.errors).isEmpty();
    assertThat(result.code).isZero();
    List<String> lines = result.output.lines().toList();
    assertThat(lines).hasSize(40).allMatch(line -> line.matches(
        "\\S+\\.png +\\d \\d+\\.\\d %   \\(\\d \\d+\\.\\d %, \\d \\d+\\.\\d %\\)"));
    long right = 0;
    for (int i = 0; i < 40; i++) {
      assertThat(lines.get(i)).startsWith(files.get(i).toString());
      if (lines.get(i).substring(files.get(i).toString().length()).strip().startsWith(labels.get(i) + " ")) right++;
    }
    assertThat(right).isGreaterThanOrEqualTo(36);
  }

  private static Path picture(float[] ink, Color pen, Color paper, int side, String name) throws IOException {
    var small = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 64; i++) {
      float v = ink[i];
      small.setRGB(i % 8, i / 8, new Color(mix(pen.getRed(), paper.getRed(), v),
          mix(pen.getGreen(), paper.getGreen(), v), mix(pen.getBlue(), paper.getBlue(), v)).getRGB());
    }
    var large = new BufferedImage(side + 40, side + 20, BufferedImage.TYPE_INT_RGB);
    var g = large.createGraphics();
    g.setColor(paper);
    g.fillRect(0, 0, side + 40, side + 20);
    g.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    g.drawImage(small, 30, 10, side, side, null);
    g.dispose();
    Path file = folder.resolve(name);
    ImageIO.write(large, "png", file.toFile());
    return file;
  }

  private static int mix(int pen, int paper, float share) {
    return Math.round(pen * share + paper * (1 - share));
  }

  @Test
  void predictNamesThePicturesThatItCannotRead() throws IOException {
    Path text = Files.writeString(folder.resolve("text.png"), "hello");
    Path blank = folder.resolve("blank.png");
    ImageIO.write(new BufferedImage(20, 20, BufferedImage.TYPE_INT_RGB), "png", blank.toFile());
    Path good = picture(Digits.test().get(0).input().toFloatArray(), Color.BLACK, Color.WHITE, 80, "good.png");
    Result result = jtorch("predict", "--model", run, text, good, folder.resolve("none.png"), blank);
    assertThat(result.code).isEqualTo(1);
    assertThat(result.output.lines()).singleElement().asString().startsWith(good.toString());
    assertThat(result.errors.lines()).containsExactly("jtorch: " + text + ": not an image (PNG, JPEG, GIF, BMP, TIFF)",
        "jtorch: " + folder.resolve("none.png") + ": no such file", "jtorch: " + blank + ": there is nothing on it");
  }

  private static void assertFails(String message, Object... arguments) {
    Result result = jtorch(arguments);
    assertThat(result.errors.lines()).as("in one line").singleElement().isEqualTo("jtorch " + arguments[0] + ": "
        + message);
    assertThat(result.code).isEqualTo(1);
    var verbose = new ArrayList<>(List.of(arguments));
    verbose.add("--verbose");
    assertThat(jtorch(verbose.toArray()).errors).startsWith("jtorch " + arguments[0] + ": " + message)
        .contains("\tat jtorch.");
  }

  @Test
  void saysInOneLineWhatIsWrongWithOptions() throws IOException {
    assertFails("--epochs cannot be 0", "train", "--epochs", 0);
    assertFails("no device is called 'gpu': expected cpu, cuda or cuda:N", "train", "--device", "gpu");
    assertFails(run + " has a run in it: go on with --resume " + run + ", or name another folder", "train", "--out",
        run);
    assertFails("--resume takes all settings from the run: leave the other options out", "train", "--resume", run,
        "--epochs", 3);
    assertFails("there is no " + folder.resolve("x/checkpoint.safetensors") + " to go on from", "train", "--resume",
        folder.resolve("x"));
    assertFails("no " + folder.resolve("MNIST/raw/train-images-idx3-ubyte.gz") + ", nor without .gz", "train", "--data",
        "mnist", "--root", folder);
    assertFails("there is no " + folder.resolve("x") + ": name the folder of a run", "predict", "--model",
        folder.resolve("x"), "a.png");
    assertThat(jtorch("train", "--data", "cats").errors).startsWith("Invalid value for option '--data'")
        .contains("[DIGITS, MNIST] (case-insensitive) but was 'cats'");
  }

  @Test
  void saysInOneLineThatACheckpointIsCorruptOrForeign() throws IOException {
    byte[] good = Files.readAllBytes(run.resolve("checkpoint.safetensors"));
    Path other = Files.createDirectories(folder.resolve("other"));
    Path checkpoint = other.resolve("checkpoint.safetensors");
    Files.write(checkpoint, Arrays.copyOf(good, good.length - 100));
    assertFails(checkpoint + ": header: the tensors cover", good, checkpoint, other);
    Files.writeString(checkpoint, "PK\3\4 this is a zip file");
    assertFails(checkpoint + ": the header's length", good, checkpoint, other);
    Files.copy(run.resolve("model.safetensors"), checkpoint, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    assertFails(checkpoint + " is no checkpoint of jtorch train", good, checkpoint, other);
    String header = new String(good, StandardCharsets.ISO_8859_1).replace("\\\"lr\\\":0.004", "\\\"lr\\\":\\\"x\\\"");
    Files.write(checkpoint, header.getBytes(StandardCharsets.ISO_8859_1));
    assertFails(checkpoint + ": 'lr' is x", good, checkpoint, other);
    Safetensors.save(checkpoint, Map.of("a", Torch.zeros(1)), Map.of("jtorch.train", "{\"version\":2}"));
    assertFails(checkpoint + " was written by another version of JTorch", good, checkpoint, other);
  }

  private static void assertFails(String start, byte[] good, Path checkpoint, Path other) {
    assertThat(good).isNotEmpty();
    Result result = jtorch("train", "--resume", other);
    assertThat(result.errors.lines()).singleElement().asString().startsWith("jtorch train: " + start);
    assertThat(result.code).isEqualTo(1);
  }

  /// Ctrl-C in the middle of a run: exit code 130, a message how to go on, a checkpoint that does.
  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void interruptionLeavesACheckpoint() throws Exception {
    assumeThat(ignoresInterrupts()).as("started with SIGINT ignored, which children inherit").isFalse();
    Path stopped = folder.resolve("stopped");
    Process process =
        new ProcessBuilder(java("train", "--model", "mlp", "--epochs", "100000", "--out", stopped.toString()))
            .redirectErrorStream(true).start();
    try (var output = process.inputReader()) {
      for (String line = ""; line != null && !line.startsWith("epoch  1/"); line = output.readLine()) {
        assertThat(line).doesNotContain("Exception");
      }
      assertThat(new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor()).isZero();
      List<String> rest = output.lines().toList();
      assertThat(process.waitFor()).isEqualTo(130);
      assertThat(rest).anyMatch(line -> line.matches("Stopped after step \\d+ of epoch \\d+. Go on with"))
          .contains("  ./jtorch train --resume " + stopped);
    } finally {
      process.destroyForcibly();
    }
    assertThat(stopped.resolve("checkpoint.safetensors")).exists();
    assertThat(jtorch("predict", "--model", stopped, folder.resolve("none.png")).errors).contains("no such file");
  }

  private static boolean ignoresInterrupts() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) return false;
    String mask = Files.readAllLines(status).stream().filter(line -> line.startsWith("SigIgn:")).findFirst()
        .orElse("SigIgn: 0").replaceAll("SigIgn:\\s*", "");
    return (Long.parseUnsignedLong(mask, 16) & 2) != 0;
  }

  /// A disk that is full while the checkpoint is written: the shell lets no file grow beyond 100 blocks.
  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void aFullDiskLeavesTheOldCheckpoint() throws Exception {
    Path full = folder.resolve("full");
    assertThat(jtorch("train", "--model", "mlp", "--epochs", 1, "--batch-size", 400, "--out", full).code).isZero();
    Path checkpoint = full.resolve("checkpoint.safetensors");
    // One epoch of two is done.
    String text = new String(Files.readAllBytes(checkpoint), StandardCharsets.ISO_8859_1);
    Files.write(checkpoint,
        text.replace("\\\"epochs\\\":1,", "\\\"epochs\\\":2,").getBytes(StandardCharsets.ISO_8859_1));
    byte[] before = Files.readAllBytes(checkpoint);

    String command = "ulimit -f 100; exec \"$0\" \"$@\"";
    var all = new ArrayList<>(List.of("sh", "-c", command));
    all.addAll(java("train", "--resume", full.toString()));
    Process process = new ProcessBuilder(all).start();
    String errors = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isEqualTo(1);
    assertThat(errors).contains("jtorch train: could not write " + checkpoint)
        .contains("(the file that was there is unchanged)").doesNotContain("\tat ");
    assertThat(checkpoint).hasBinaryContent(before);
    try (var files = Files.list(full)) {
      assertThat(files).noneMatch(file -> file.toString().endsWith(".tmp"));
    }
  }

  private static List<String> java(String... arguments) {
    var command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "--add-modules", "jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED", "-cp",
        System.getProperty("java.class.path"), "jtorch.cli.Main"));
    command.addAll(List.of(arguments));
    return command;
  }
}
