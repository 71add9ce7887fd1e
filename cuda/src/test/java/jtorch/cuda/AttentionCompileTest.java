package jtorch.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import jtorch.DType;
import jtorch.cuda.AttentionKernels.Kind;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

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

  static Stream<Arguments> onTensorCores() {
    return Stream.of(FlashAttention.Kind.values()).flatMap(kind -> Stream.of(32, 64, 96, 128)
        .flatMap(width -> Stream.of("80", "90").map(architecture -> Arguments.of(kind, width, architecture))));
  }

  /// What the kernels do is measured in registers: none is kept in memory, and blocks fit into what an A100 has.
  @Tag("slow")
  @ParameterizedTest
  @MethodSource("onTensorCores")
  void tensorCoresKeepAllInRegisters(FlashAttention.Kind kind, long width, String architecture) {
    for (DType dtype : new DType[] {DType.BFLOAT16, DType.FLOAT16})
      assertThat(spilled(FlashAttention.source(kind, dtype, null, width), "attention", architecture)).isZero();
    assertThat(spilled(FlashAttention.source(kind, DType.BFLOAT16, DType.FLOAT32, width), "attention", architecture))
        .isZero();
    assertThat(kind.shared(width)).isLessThanOrEqualTo(163 << 10);
  }

  @ParameterizedTest
  @EnumSource(FlashAttention.Kind.class)
  void tensorCoresAreUsed(FlashAttention.Kind kind) {
    String source = FlashAttention.source(kind, DType.BFLOAT16, null, 64);
    assertThat(spilled(source, "attention", "90")).isZero();
    String text = new String(compiler.compileToPtx(source, "attention", "90"), StandardCharsets.UTF_8);
    if (kind == FlashAttention.Kind.FORWARD || kind == FlashAttention.Kind.BACK) assertThat(text)
        .contains("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32").contains("cp.async.cg.shared.global")
        .contains("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16");
    if (kind == FlashAttention.Kind.BACK) assertThat(text).contains("red.global.add.v4.f32");
  }
}
