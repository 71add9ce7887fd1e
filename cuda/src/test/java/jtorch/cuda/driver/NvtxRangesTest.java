package jtorch.cuda.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Ranges by a library with the functions of NVIDIA's, which writes down what it is told.
class NvtxRangesTest {
  private static final String SOURCE = """
      #include <string.h>
      char written[256];
      static int depth;
      int nvtxRangePushA(const char* name) { strcat(strcat(written, "+"), name); return depth++; }
      int nvtxRangePop(void) { strcat(written, "-"); return --depth; }
      void nvtxMarkA(const char* name) { strcat(strcat(written, "!"), name); }
      """;

  @Test
  void namesReachTheLibrary(@TempDir Path folder) throws IOException, InterruptedException {
    Path source = folder.resolve("ranges.c");
    Path library = folder.resolve("libranges.so");
    Files.writeString(source, SOURCE);
    Process compiler;
    try {
      compiler = new ProcessBuilder("gcc", "-shared", "-fPIC", "-o", library.toString(), source.toString()).start();
    } catch (IOException absent) {
      assumeTrue(false, "no C compiler: " + absent.getMessage());
      return;
    }
    assertThat(compiler.waitFor()).isZero();
    try (Arena arena = Arena.ofConfined()) {
      var symbols = SymbolLookup.libraryLookup(library, arena);
      var ranges = new NvtxRanges(symbols);
      assertThat(ranges.push("forward")).isZero();
      assertThat(ranges.push("größer")).isEqualTo(1);
      ranges.mark("here");
      assertThat(ranges.pop()).isEqualTo(1);
      assertThat(ranges.pop()).isZero();
      MemorySegment written = symbols.findOrThrow("written").reinterpret(256);
      assertThat(written.getString(0)).isEqualTo("+forward+größer!here--");
    }
  }
}
