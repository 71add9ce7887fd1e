package jtorch.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import jtorch.testing.Outcome.Result;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// A few hundred of PyTorch's own operator samples, so that the whole table need not be at hand to notice what breaks.
///
/// Cut by `src/test/python/conformance_sample.py`, which says how they were chosen.
class ConformanceSampleTest {
  @TestFactory
  Stream<DynamicTest> pyTorchsSamples() throws Exception {
    Report report = Conformance.run(folder());
    assertThat(report.outcomes()).hasSizeGreaterThan(500);
    return report.outcomes().stream().map(outcome -> DynamicTest.dynamicTest(outcome.name() + " " + outcome.id(),
        () -> assertThat(outcome.result()).as(String.valueOf(outcome.message())).isEqualTo(Result.PASSED)));
  }

  private static Path folder() throws URISyntaxException {
    URL cases = Objects.requireNonNull(ConformanceSampleTest.class.getResource("conformance/cases.jsonl"));
    return Path.of(cases.toURI()).getParent();
  }
}
