package jtorch.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CoverageTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "torch.Tensor.masked_fill_, Tensor.maskedFill_", //
    "torch.nn.functional.log_softmax, F.logSoftmax", //
    "torch.linalg.norm, Linalg.norm", //
    "torch.get_default_dtype, Torch.getDefaultDtype or defaultDtype", //
    "torch.Tensor.double, Tensor.toDouble", //
    "torch.Tensor.__rtruediv__, Tensor.rtruediv or div", //
    "torch.Tensor.__iadd__, Tensor.add_", //
    "torch.Tensor.__invert__, Tensor.bitwiseNot", //
    "torch.Tensor.__index__, Tensor.itemLong", //
    "torch.Tensor.__or__, Tensor.bitwiseOr", //
    "torch.Tensor.__ror__, Tensor.ror or bitwiseOr", //
  })
  void namesFollowRules(String python, String java) {
    assertThat(PublicNames.places(python, false)).hasToString("[" + java + "]");
  }

  @Test
  void whatIsThereIsFoundAndWhatIsNotIsNamed() throws IOException {
    Coverage coverage = Coverage.of(table("""
        torch.Tensor.add_	aten::add_.Tensor,aten::add.out	1	method	tensor-op	documented
        torch.Tensor.no_such_thing	aten::no_such_thing	1	method	tensor-op	documented
        torch.Generator		1	class	utility	documented
        torch.NoSuchClass		2	class	utility	documented
        torch.no_grad		1	class	utility	documented
        torch.is_tensor		1	function	utility	documented
        torch.mkldnn_convolution		3	function	tensor-op	vendor
        """));
    assertThat(coverage.missing(1)).extracting(f -> f.row().name()).containsExactly("torch.Tensor.no_such_thing");
    assertThat(coverage.missing(2)).extracting(f -> f.row().name()).containsExactly("torch.NoSuchClass");
    assertThat(List.of(coverage.total(1), coverage.total(2), coverage.total(3))).containsExactly(4, 1, 0);
    var printed = new ByteArrayOutputStream();
    coverage.print(new PrintStream(printed, true, StandardCharsets.UTF_8), true);
    assertThat(printed.toString(StandardCharsets.UTF_8)).contains("1             3        4    75.0%   1 of 2",
        "left out: 1, Java's language", "left out: 1, the table calls it vendor",
        "missing in tier 1, torch.Tensor (1): no_such_thing", "operators not registered, tier 1 (1): no_such_thing");
  }

  @Test
  void methodsOfEveryObjectAreNoFindings() throws IOException {
    assertThat(Coverage.of(table("torch.Tensor.notify		1	method	tensor-op	documented\n")).missing(1)).hasSize(1);
  }

  @Test
  void aTableWithoutAColumnIsRefused() throws IOException {
    Path table = Files.writeString(folder.resolve("ops.tsv"), "name\ttier\n");
    assertThatThrownBy(() -> Coverage.of(table)).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no column 'kind'");
  }

  private Path table(String rows) throws IOException {
    return Files.writeString(folder.resolve("ops.tsv"),
        "name\taten_schemas\ttier\tkind\tcategory\tstatus\n" + rows);
  }
}
