package jtorch.cpu.fft;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The `float64` passes are the `float32` passes with the type names replaced. After a change of the latter, run this
/// test with `JTORCH_REWRITE=1` in the environment to write the former anew.
class DoublePassesTest {
  private static final Path SOURCES = Path.of("src/main/java/jtorch/cpu/fft");

  @ParameterizedTest
  @ValueSource(strings = {"FloatPasses", "FloatButterflies", "FloatSquares"})
  void areTheImageOfTheirFloatTwins(String name) throws IOException {
    Path image = SOURCES.resolve(name.replace("Float", "Double") + ".java");
    String expected = imageOf(Files.readString(SOURCES.resolve(name + ".java")));
    if (System.getenv("JTORCH_REWRITE") != null) {
      Files.writeString(image, expected);
    }
    // The formatter breaks the longer lines of the image at other places.
    assertThat(withoutSpace(Files.readString(image))).isEqualTo(withoutSpace(expected));
  }

  private static String withoutSpace(String source) {
    return source.replaceAll("\\s|///", "");
  }

  private static String imageOf(String source) {
    return source
        .replace("float32", "#64")
        .replace("Float", "Double")
        .replace("float", "double")
        .replaceAll("(\\d)f\\b", "$1")
        .replace("#64", "float64");
  }
}
