package jtorch.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import jtorch.DType;
import jtorch.cuda.AttentionKernels.Kind;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The kernels of attention compile, and fit into the memory that a block has without asking for more.
class AttentionCompileTest extends CompileTest {
  private static final long WIDEST = AttentionKernels.pieces(AttentionKernels.WIDEST);

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
    assertThat(shared(source, "attention", architecture)).isLessThanOrEqualTo(MOST_SHARED);
  }
}
