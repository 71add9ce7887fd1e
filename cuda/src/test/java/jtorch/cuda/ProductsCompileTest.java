package jtorch.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import jtorch.DType;
import jtorch.cuda.TiledProduct.Tile;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The kernels of matrix products compile for the architectures that PyTorch is built for, and fit into their memory.
class ProductsCompileTest extends CompileTest {
  static Stream<DType> dtypes() {
    return Stream.of(DType.UINT8, DType.INT64, DType.FLOAT16, DType.BFLOAT16, DType.FLOAT32, DType.FLOAT64,
        DType.COMPLEX64, DType.COMPLEX128);
  }

  private static String source(DType dtype, Tile tile, boolean finish) {
    return TiledProduct.source("product", "", dtype, TiledProduct.sums(dtype), tile, finish);
  }

  @ParameterizedTest
  @MethodSource("dtypes")
  void everyDTypeCompiles(DType dtype) {
    assertThat(compiler.compile(source(dtype, Tile.MIDDLE, false), "product", "80")).isNotEmpty();
    assertThat(compiler.compile(source(dtype, Tile.MIDDLE, true), "product", "80")).isNotEmpty();
  }

  @ParameterizedTest
  @EnumSource(ConvolutionKernels.Way.class)
  void everyConvolutionCompiles(ConvolutionKernels.Way way) {
    Tile tile = Tile.values()[way.ordinal()];
    String source = TiledProduct.source("convolution", way.definitions(way.ordinal() + 1), DType.FLOAT32,
        DType.FLOAT32, tile, false);
    assertThat(shared(source, "product", "80")).isBetween(1, MOST_SHARED);
    assertThat(compiler.compile(source, "product", "90")).isNotEmpty();
    for (boolean finish : new boolean[] {false, true}) {
      source = TiledProduct.source("convolution", way.definitions(2), DType.BFLOAT16, DType.FLOAT32, Tile.MIDDLE,
          finish);
      assertThat(compiler.compile(source, "product", "80")).isNotEmpty();
    }
  }

  static Stream<Arguments> onTensorCores() {
    return Stream.of("product", "FORWARD", "INPUT", "WEIGHT").flatMap(way -> Stream.of("80", "90").map(
        architecture -> Arguments.of(way, architecture)));
  }

  private static String tensor(String way, DType dtype, Tile tile) {
    boolean plain = way.equals("product");
    return TiledProduct.source(plain ? way : "convolution",
        plain ? "" : ConvolutionKernels.Way.valueOf(way).definitions(2), dtype, DType.FLOAT32, tile, false);
  }

  /// On tensor cores all is kept in registers; TF32 is their other type.
  @Tag("slow")
  @ParameterizedTest
  @MethodSource("onTensorCores")
  void tensorCoresKeepAllInRegisters(String way, String architecture) {
    for (DType dtype : new DType[] {DType.BFLOAT16, DType.FLOAT32}) {
      for (Tile tile : new Tile[] {Tile.TENSOR_LARGE, Tile.TENSOR_MIDDLE}) {
        if (way.equals("WEIGHT") && tile == Tile.TENSOR_LARGE) continue;
        assertThat(spilled(tensor(way, dtype, tile), "product", architecture)).isZero();
      }
    }
  }

  @Test
  void tensorCoresAreUsed() {
    String halves = new String(compiler.compileToPtx(tensor("product", DType.FLOAT16, Tile.TENSOR_LARGE), "product",
        "80"), StandardCharsets.UTF_8);
    assertThat(halves).contains("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32").contains("ldmatrix");
    String floats = new String(compiler.compileToPtx(tensor("FORWARD", DType.FLOAT32, Tile.TENSOR_MIDDLE), "product",
        "80"), StandardCharsets.UTF_8);
    assertThat(floats).contains("mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32").contains("cvt.rna.tf32.f32");
  }

  @ParameterizedTest
  @ValueSource(strings = {"80", "90"})
  void tilesFitIntoSharedMemory(String architecture) {
    for (DType dtype : new DType[] {DType.FLOAT32, DType.COMPLEX128}) {
      for (Tile tile : Tile.values()) {
        if (tile == Tile.LARGE && TiledProduct.sums(dtype).size() > 4) continue;
        if (tile.isTensor() && dtype != DType.FLOAT32) continue;
        assertThat(shared(source(dtype, tile, false), "product", architecture)).isBetween(1, MOST_SHARED);
      }
    }
  }

  /// Elements in shared memory are read 16 bytes at a time, and products are fused with sums.
  @Test
  void innerLoopIsVectorized() {
    String text = new String(compiler.compileToPtx(source(DType.FLOAT32, Tile.LARGE, false), "product", "90"),
        StandardCharsets.UTF_8);
    assertThat(text).contains("ld.shared.v4.f32").contains("fma.rn.f32");
    String rounded = TiledProduct.source("product", ProductKernels.ROUNDED, DType.FLOAT32, DType.FLOAT32, Tile.MIDDLE,
        false);
    assertThat(new String(compiler.compileToPtx(rounded, "product", "90"), StandardCharsets.UTF_8))
        .contains("mul.rn.f32").contains("add.rn.f32").doesNotContain("fma.rn.f32");
  }
}
