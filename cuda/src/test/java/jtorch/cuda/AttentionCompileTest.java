package jtorch.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import jtorch.DType;
import jtorch.cuda.AttentionKernels.Kind;
import jtorch.cuda.driver.CudaException;
import jtorch.cuda.driver.Nvrtc;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The kernels of attention compile, and fit into the memory that a block has without asking for more.
class AttentionCompileTest {
  private static final long WIDEST = AttentionKernels.pieces(AttentionKernels.WIDEST);

  private static Nvrtc compiler;

  @BeforeAll
  static void findCompiler() {
    try {
      compiler = Nvrtc.open();
    } catch (CudaException absent) {
      abort("skipped: " + absent.getMessage() + " (cuda/fetch-nvrtc.sh gets it)");
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void kernelsCompile(Kind kind) {
    check(AttentionKernels.source(kind, DType.FLOAT32, DType.FLOAT32, 2, 2), "80");
    check(AttentionKernels.source(kind, DType.BFLOAT16, null, WIDEST, WIDEST), "90");
    if (kind == Kind.FORWARD || kind == Kind.KEYS)
      check(AttentionKernels.source(kind, DType.FLOAT64, DType.FLOAT64, 2, 3), "90");
  }

  private static void check(String source, String architecture) {
    assertThat(compiler.compile(source, "attention", architecture)).isNotEmpty();
    String text = new String(compiler.compileToPtx(source, "attention", architecture), StandardCharsets.UTF_8);
    var declared = Pattern.compile("\\.shared \\.align \\d+ \\.b8 \\S+\\[(\\d+)\\]").matcher(text);
    int shared = 0;
    while (declared.find()) shared += Integer.parseInt(declared.group(1));
    assertThat(shared).isLessThanOrEqualTo(48 << 10);
  }
}
