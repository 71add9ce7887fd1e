package jtorch.random;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Streams recorded from PyTorch (`streams.py` beside the recording), compared bit for bit.
class StreamsTest {
  @TestFactory
  Stream<DynamicTest> recorded() throws IOException {
    try (InputStream file = StreamsTest.class.getResourceAsStream("streams.txt")) {
      assertThat(file).isNotNull();
      List<List<String>> cases =
          StreamScript.cases(new String(file.readAllBytes(), StandardCharsets.UTF_8).lines().toList());
      assertThat(cases).hasSizeGreaterThan(100);
      return cases.stream().map(lines -> DynamicTest.dynamicTest(lines.getFirst(),
          () -> new StreamScript(false).replay(lines.subList(1, lines.size()))));
    }
  }
}
