package jtorch.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import jtorch.testing.Outcome.Result;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErrorCasesTest {
  @TempDir
  Path folder;

  private Outcome outcome(String code, String exception, String message) throws IOException {
    Files.writeString(folder.resolve("error_cases.tsv"),
        "category\tcode\texception\tmessage\nops\t" + code + "\t" + exception + "\t" + message + "\n");
    var report = new Report();
    ErrorCases.run(folder, _ -> true, report);
    return report.outcomes().getFirst();
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      torch.randn(2, 3) @ torch.randn(4, 5)|RuntimeError|mat1 and mat2 shapes cannot be multiplied (2x3 and 4x5)
      torch.zeros(2).transpose(0, 1)|IndexError|Dimension out of range (expected to be in range of [-1, 0], but got 1)
      torch.softmax(torch.tensor([1, 2]), 0)|NotImplementedError|"softmax_kernel" not implemented for 'Long'
      torch.linalg.inv(torch.zeros(2, 2))|torch._C._LinAlgError|linalg.inv: The diagonal element 1 is zero, singular.
      torch.full((2,), 1e50, dtype=torch.int32)|RuntimeError|value cannot be converted to type int without overflow
      torch.full((2,), 1e50, dtype=torch.float16)|(no exception)|''
      """) void whatIsRefusedLikePyTorchPasses(String code, String exception, String message) throws IOException {
    assertThat(outcome(code, exception, message).result()).isEqualTo(Result.PASSED);
  }

  @Test
  void otherKindsOtherFactsAndOtherWordsFail() throws IOException {
    String call = "torch.zeros(2).transpose(0, 1)";
    assertThat(outcome(call, "ValueError", "Dimension out of range").message()).startsWith("another kind of exception");
    assertThat(outcome(call, "IndexError", "Dimension out of range, got 7").message())
        .startsWith("the message lacks 7");
    assertThat(outcome(call, "IndexError", "Something else entirely happened here out of range").message())
        .startsWith("the message has other words");
    assertThat(outcome("torch.zeros(2)", "RuntimeError", "no").message()).startsWith("accepted");
    assertThat(outcome(call, "(no exception)", "").message()).startsWith("PyTorch accepts this");
  }

  @Test
  void whatMakesNoSenseInJavaIsSkippedByItsReason() throws IOException {
    assertThat(outcome("torch.sum('a')", "TypeError", "must be Tensor, not str").name())
        .isEqualTo("error_cases.tsv: refused by the compiler");
    assertThat(outcome("nn.Nobody()", "ValueError", "").name()).isEqualTo("error_cases.tsv: needs torch.nn.Nobody");
  }

  @Test
  void factsAreNumbersDtypesAndNames() {
    assertThat(ErrorCases.facts("expected (2x3) to have [4, -1] of 'weight', but got Long (position 1) at argument #2"))
        .containsExactly("4", "-1", "int64", "weight");
    assertThat(ErrorCases.facts("\"lt_cpu\" not implemented for 'ComplexFloat'")).containsExactly("complex64");
  }
}
