package jtorch.cpu.dnnl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jtorch.DType;
import jtorch.cpu.NativeBundle;
import jtorch.cpu.Scratch;
import jtorch.cpu.matrix.Gemm;
import jtorch.cpu.matrix.GemmShape;
import jtorch.memory.Memory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DnnlTest {
  @TempDir
  Path folder;

  @Test
  void nativesOfThisPlatformAreLoaded() {
    assertThat(Dnnl.isAvailable()).as(Dnnl.status()).isTrue();
    assertThat(Dnnl.status()).matches("oneDNN 3\\.\\d+\\.\\d+");
  }

  @Test
  void aRefusedCallNamesItsFunction() {
    assertThatThrownBy(() -> Sgemm.run(false, false, 4, 4, 4, 1, 0, 1, 0, 1, 0, 0, 1))
        .isInstanceOf(DnnlException.class).hasMessageContaining("dnnl_sgemm: invalid arguments");
    assertThatThrownBy(() -> DnnlLibrary.call("dnnl_nothing", 1L)).hasMessageContaining("lacks dnnl_nothing");
  }

  @Test
  void bundlesAreUnpackedOnceAndRepairedWhenCutShort() throws Exception {
    String first = probe("-Djtorch.cache=" + folder);
    assertThat(first).contains("oneDNN 3.").contains("product 6.0");
    List<Path> files;
    try (var walk = Files.walk(folder)) {
      files = walk.filter(Files::isRegularFile).toList();
    }
    assertThat(files).isNotEmpty().noneMatch(f -> f.toString().endsWith(".part"));
    Path library = files.stream().filter(f -> f.getFileName().toString().contains("dnnl")).findFirst().orElseThrow();
    long size = Files.size(library);
    Files.write(library, new byte[100]);
    assertThat(probe("-Djtorch.cache=" + folder)).contains("oneDNN 3.");
    assertThat(Files.size(library)).isEqualTo(size);
  }

  @Test
  void withoutNativesTheTwinsWork() throws Exception {
    assertThat(probe("-Djtorch.natives=false")).contains("oneDNN off (-Djtorch.natives=false)").contains("product 6.0");
  }

  @Test
  void anUnwritableCacheIsNoErrorAndHasItsReason() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "no folder");
    assertThat(probe("-Djtorch.cache=" + file)).contains("oneDNN not available: ").contains("product 6.0");
  }

  @Test
  void missingBundlesAreNamed() {
    assertThatThrownBy(() -> NativeBundle.unpack("nothing", "libnothing.so")).isInstanceOf(IOException.class)
        .hasMessageContaining("no nothing natives on the class path");
  }

  /// What a fresh JVM with the option prints from `Probe`.
  private static String probe(String option) throws Exception {
    List<String> command = new ArrayList<>(List.of(ProcessHandle.current().info().command().orElseThrow(), option,
        "--add-modules", "jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED", "-cp",
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")), Probe.class.getName()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  static final class Probe {
    public static void main(String[] arguments) {
      System.out.println(Dnnl.status());
      try (var arena = Arena.ofConfined()) {
        long size = 33;
        long a = arena.allocate(size * size * 4).address();
        long c = arena.allocate(size * size * 4).address();
        for (long i = 0; i < size * size; i++) {
          Memory.putFloat(a + i * 4, i % size < 6 ? 1 : 0);
        }
        Gemm.run(new Heap(arena), DType.FLOAT32, GemmShape.of(size, size, size), 1, a, a, 0, c);
        System.out.println("product " + Memory.getFloat(c));
      }
    }
  }

  private record Heap(Arena arena) implements Scratch {
    @Override
    public long allocate(long bytes) {
      return arena.allocate(bytes, 64).address();
    }

    @Override
    public void free(long address) {}
  }
}
