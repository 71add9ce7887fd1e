package jtorch.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Rules on the text of the sources.
class SourcesTest {
  private static final Path ROOT = Path.of(System.getProperty("user.dir")).getParent();
  private static final int MOST_LINES = 900;
  /// Built up so that this file does not hold the words.
  private static final Pattern UNFINISHED = Pattern.compile("\\b(" + "TO" + "DO|FIX" + "ME|XX" + "X)\\b");

  private static List<Path> sources;

  @BeforeAll
  static void find() throws IOException {
    try (Stream<Path> modules = Files.list(ROOT)) {
      sources = modules.map(module -> module.resolve("src")).filter(Files::isDirectory).flatMap(SourcesTest::javaFiles)
          .toList();
    }
    assertThat(sources).hasSizeGreaterThan(10);
  }

  @Test
  void noFileIsTooLong() {
    assertThat(sources).allSatisfy(
        file -> assertThat(Files.readAllLines(file)).as(file.toString()).hasSizeLessThanOrEqualTo(MOST_LINES));
  }

  @Test
  void nothingIsLeftUnfinished() {
    assertThat(sources).allSatisfy(
        file -> assertThat(UNFINISHED.matcher(Files.readString(file)).find()).as(file.toString()).isFalse());
  }

  /// `reduceLanes` adds and multiplies in another order once it is compiled; `jtorch.cpu.kernel.Lanes` does not.
  @Test
  void lanesAreReducedInOneOrder() {
    assertThat(sources).allSatisfy(file -> assertThat(Files.readString(file)).as(file.toString())
        .doesNotContainPattern("reduceLanes\\((VectorOperators\\.)?(ADD|MUL)\\)"));
  }

  private static Stream<Path> javaFiles(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(".java")).toList().stream();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
