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
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.CsvSource;

/// Some hundreds of PyTorch's own answers, so that what breaks is noticed where the whole folders are not at hand.
///
/// Cut by `src/test/python/sample_cases.py`, which says how they were chosen.
@ParameterizedClass
@CsvSource({"conformance, 590", "golden/random, 120", "golden/modules, 90", "golden/optim, 30", "golden/schedulers, 9"})
class SampleCasesTest {
  private final String folder;
  private final int atLeast;

  SampleCasesTest(String folder, int atLeast) {
    this.folder = folder;
    this.atLeast = atLeast;
  }

  @TestFactory
  Stream<DynamicTest> answers() throws Exception {
    Report report = folder.equals("conformance") ? Conformance.run(path()) : Golden.run(path());
    assertThat(report.outcomes()).hasSizeGreaterThanOrEqualTo(atLeast);
    return report.outcomes().stream().map(outcome -> DynamicTest.dynamicTest(outcome.name() + " " + outcome.id(),
        () -> assertThat(outcome.result()).as(String.valueOf(outcome.message())).isEqualTo(Result.PASSED)));
  }

  private Path path() throws URISyntaxException {
    URL cases = Objects.requireNonNull(SampleCasesTest.class.getResource(folder + "/cases.jsonl"), folder);
    return Path.of(cases.toURI()).getParent();
  }
}
