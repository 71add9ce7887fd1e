package jtorch.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// The checked mode, in processes that do what must not be done.
@EnabledOnOs(OS.LINUX)
final class FencedMemoryTest {
  @TempDir Path folder;

  private String run(String crime) throws Exception {
    List<String> command = List.of(ProcessHandle.current().info().command().orElseThrow(), "-Djtorch.checked=true",
        "-XX:-CreateCoredumpOnCrash", "-XX:ErrorFile=" + folder.resolve("crash.log"),
        "--enable-native-access=ALL-UNNAMED", "-cp",
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")), Crime.class.getName(),
        crime);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  static final class Crime {
    public static void main(String[] arguments) {
      Storage storage = Storage.allocate(24);
      long address = storage.address();
      System.out.println("new " + Memory.getFloat(address));
      switch (arguments[0]) {
        case "none" -> Memory.putLong(address + 16, 1);
        case "reads behind" -> System.out.println(Memory.getLong(address + 32));
        case "reads before the page" -> System.out.println(Memory.getLong(address - (16 << 10)));
        case "uses what was given back" -> {
          long gone = ScratchMemory.allocate(1000);
          ScratchMemory.free(gone);
          Memory.putByte(gone, (byte) 0);
        }
        case "writes just behind" -> {
          long scratch = ScratchMemory.allocate(100);
          Memory.putByte(scratch + 100, (byte) 0);
          ScratchMemory.free(scratch);
        }
        case "writes before" -> {
          long scratch = ScratchMemory.allocate(100);
          Memory.putInt(scratch - 4, 0);
          ScratchMemory.free(scratch);
        }
        default -> throw new IllegalArgumentException(arguments[0]);
      }
      java.lang.ref.Reference.reachabilityFence(storage);
      System.out.println("alive");
    }
  }

  @Test
  void whatIsInsideMayBeUsed() throws Exception {
    assertThat(run("none")).contains("new NaN").contains("alive");
  }

  @Test
  void accessOutsideEndsTheProcess() throws Exception {
    assertThat(run("reads behind")).contains("SIGSEGV").doesNotContain("alive");
    assertThat(run("reads before the page")).contains("SIGSEGV").doesNotContain("alive");
  }

  @Test
  void memoryThatWasGivenBackIsGone() throws Exception {
    assertThat(run("uses what was given back")).contains("SIGSEGV").doesNotContain("alive");
  }

  @Test
  void bytesBesideArePartOfTheFence() throws Exception {
    assertThat(run("writes just behind")).contains("byte 100 of memory of 100 bytes has been written");
    assertThat(run("writes before")).contains("4 bytes before memory of 100 bytes have been written");
  }
}
