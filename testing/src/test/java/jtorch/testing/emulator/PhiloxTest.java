package jtorch.testing.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import jtorch.cuda.CudaBackend;
import jtorch.cuda.driver.Driver.Grid;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The kernels' Philox and its twin against the known answers of Random123 (`kat_vectors`, philox4x32 of 10 rounds).
class PhiloxTest {
  /// A kernel that gives the words of one counter and key.
  private static final String ASKING = """
      struct Arguments { u64 out; u32 words[6]; };
      KERNEL(ask, Arguments) {
        Words c = philox_words(Words{{a.words[0], a.words[1], a.words[2], a.words[3]}}, a.words[4], a.words[5]);
        for (int k = 0; k < 4; k++) ((u32*) a.out)[k] = c.at[k];
      }
      """;

  private static String source(String name) throws IOException {
    try (InputStream in = CudaBackend.class.getResourceAsStream(name + ".cu")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "00000000 00000000 00000000 00000000 00000000 00000000, 6627e8d5 e169c58d bc57ac4c 9b00dbd8",
    "ffffffff ffffffff ffffffff ffffffff ffffffff ffffffff, 408f276d 41c83b0e a20bc7c6 6d5451fd",
    "243f6a88 85a308d3 13198a2e 03707344 a4093822 299f31d0, d16cfe09 94fdcceb 5001e420 24126ea1"
  })
  void knownAnswers(String asked, String answer) throws IOException {
    int[] words = words(asked);
    int[] counter = java.util.Arrays.copyOf(words, 4);
    assertThat(CurandTwin.words(counter, new int[] {words[4], words[5]})).isEqualTo(words(answer));

    var driver = new StandInDriver();
    byte[] image = driver.compiler().compile(source("prelude") + source("philox") + ASKING, "philox", "90");
    long kernel = driver.function(0, driver.load(0, image), "ask");
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(16, 16);
      MemorySegment arguments = arena.allocate(32, 16);
      arguments.set(ValueLayout.JAVA_LONG, 0, out.address());
      for (int k = 0; k < 6; k++) arguments.setAtIndex(ValueLayout.JAVA_INT, 2 + k, words[k]);
      driver.launch(0, "ask", kernel, Grid.of(1, 1), 0, arguments.address(), 32);
      assertThat(out.toArray(ValueLayout.JAVA_INT)).isEqualTo(words(answer));
    }
  }

  private static int[] words(String text) {
    return java.util.Arrays.stream(text.split(" ")).mapToInt(w -> Integer.parseUnsignedInt(w, 16)).toArray();
  }
}
