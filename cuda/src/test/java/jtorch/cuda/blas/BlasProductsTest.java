package jtorch.cuda.blas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import jtorch.DType;
import jtorch.cuda.blas.BlasProducts.Shape;
import jtorch.cuda.blas.BlasProducts.Strides;
import jtorch.cuda.driver.CudaException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.opentest4j.TestAbortedException;

/// What cuBLASLt is told, without cuBLASLt.
class BlasProductsTest {
  private static final double[] ONE = {1, 0};
  private static final double[] ZERO = {0, 0};

  private final RecordingLt library = new RecordingLt();
  private final BlasProducts products = new BlasProducts(library);
  private final Arena arena = Arena.ofAuto();

  private MemorySegment numbers(int count, int seed) {
    MemorySegment made = arena.allocate(ValueLayout.JAVA_DOUBLE, count);
    for (int i = 0; i < count; i++) made.setAtIndex(ValueLayout.JAVA_DOUBLE, i, (i + seed) * 7 % 9 - 4);
    return made;
  }

  private static double at(MemorySegment s, long index) {
    return s.getAtIndex(ValueLayout.JAVA_DOUBLE, index);
  }

  /// Values of `cublas_api.h`, `cublasLt.h` and `library_types.h` of CUDA 12.9.
  @ParameterizedTest
  @CsvSource({"R_32F,0", "R_64F,1", "R_16F,2", "C_32F,4", "C_64F,5", "R_16BF,14", "COMPUTE_32F,68", "COMPUTE_64F,70",
    "COMPUTE_32F_FAST_TF32,77", "DESC_TRANSA,3", "DESC_TRANSB,4", "DESC_EPILOGUE,7", "DESC_BIAS_POINTER,8", "OP_N,0",
    "OP_T,1", "EPILOGUE_DEFAULT,1", "EPILOGUE_BIAS,4", "LAYOUT_BATCH_COUNT,5", "LAYOUT_STRIDED_BATCH_OFFSET,6",
    "PREF_MAX_WORKSPACE_BYTES,1", "PREF_MIN_ALIGNMENT_A_BYTES,5", "PREF_MIN_ALIGNMENT_B_BYTES,6",
    "PREF_MIN_ALIGNMENT_C_BYTES,7", "PREF_MIN_ALIGNMENT_D_BYTES,8", "NOT_SUPPORTED,15"})
  void constantsAreNvidias(String name, int value) throws ReflectiveOperationException {
    assertThat(BlasLt.class.getDeclaredField(name).getInt(null)).isEqualTo(value);
  }

  /// Rows or columns side by side, parts of larger matrices, repeated matrices, vectors.
  @ParameterizedTest
  @CsvSource({"1,3,4,5,0,5,1,0,4,1", "1,3,4,5,0,1,3,0,4,1", "1,3,4,5,0,5,1,0,1,5", "1,3,4,5,0,1,3,0,1,5",
    "1,3,4,5,0,9,1,0,1,11", "2,3,4,5,15,5,1,0,4,1", "3,2,1,5,10,5,1,5,1,1", "2,1,4,3,3,3,1,12,1,3",
    "1,1,1,7,0,7,1,0,1,1", "1,4,6,1,0,1,1,0,6,1"})
  void matricesAreWhereTheLibraryIsTold(int batch, int m, int n, int k, int aBatch, int aRow, int aColumn, int bBatch,
      int bRow,
      int bColumn) {
    var products = new BlasProducts(standIn());
    MemorySegment work = arena.allocate(64);
    MemorySegment a = numbers(200, 0);
    MemorySegment b = numbers(200, 3);
    MemorySegment bias = numbers(n, 5);
    for (boolean added : new boolean[] {false, true}) {
      MemorySegment out = numbers(batch * m * n, 1);
      double[] before = out.toArray(ValueLayout.JAVA_DOUBLE);
      var shape = new Shape(DType.FLOAT64, batch, m, n, k, new Strides(aBatch, aRow, aColumn),
          new Strides(bBatch, bRow, bColumn), new Strides((long) m * n, n, 1), added, false, 256);
      assertThat(products.run("mm", shape, new double[] {2, 0}, added ? ZERO : new double[] {3, 0}, a.address(),
          b.address(), bias.address(), out.address(), _ -> work.address(), 5)).isTrue();
      for (int i = 0; i < batch * m * n; i++) {
        int matrix = i / (m * n);
        int row = i / n % m;
        int column = i % n;
        double sum = 0;
        for (int step = 0; step < k; step++)
          sum += at(a, (long) matrix * aBatch + (long) row * aRow + (long) step * aColumn)
              * at(b, (long) matrix * bBatch + (long) step * bRow + (long) column * bColumn);
        assertThat(at(out, i)).isEqualTo(2 * sum + (added ? at(bias, column) : 3 * before[i]));
      }
    }
  }

  private static @Nullable CublasLt compiled;

  /// The binding, to a library of the same functions that `gcc` makes.
  private static synchronized CublasLt standIn() {
    CublasLt known = compiled;
    if (known != null) return known;
    try (InputStream source = BlasProductsTest.class.getResourceAsStream("stand-in.c")) {
      Path folder = Files.createTempDirectory("jtorch-blas");
      Path text = folder.resolve("stand-in.c");
      Path library = folder.resolve("stand-in.so");
      Files.write(text, Objects.requireNonNull(source).readAllBytes());
      try {
        Process gcc = new ProcessBuilder("gcc", "-O1", "-shared", "-fPIC", "-o", library.toString(), text.toString())
            .inheritIO().start();
        assertThat(gcc.waitFor()).isZero();
      } catch (IOException absent) {
        throw new TestAbortedException("skipped: there is no gcc", absent);
      }
      known = new CublasLt(SymbolLookup.libraryLookup(library, Arena.global()));
      for (Path file : new Path[] {text, library, folder}) Files.delete(file);
      compiled = known;
      return known;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Shape square(DType dtype, boolean bias, boolean tensorFloat) {
    var strides = new Strides(0, 2, 1);
    return new Shape(dtype, 1, 2, 2, 2, strides, strides, strides, bias, tensorFloat, 16);
  }

  private boolean multiply(Shape shape) {
    return products.run("addmm", shape, ONE, ZERO, numbers(4, 0).address(), numbers(4, 1).address(),
        numbers(2, 2).address(), numbers(4, 3).address(), _ -> 0, 0);
  }

  @Test
  void waysAreFoundOnceAndTheBiasIsToldEachTime() {
    multiply(square(DType.FLOAT64, true, false));
    multiply(square(DType.FLOAT64, true, false));
    assertThat(library.calls).containsOnlyOnce("heuristic", "preference destroyed", "preference 5 = 16");
    assertThat(library.calls.stream().filter("desc 8 = bias"::equals)).hasSize(3);
  }

  @Test
  void tensorFloatsAreUsedOnlyWhereAsked() {
    multiply(square(DType.FLOAT32, false, false));
    assertThat(library.calls).contains("desc 68 0").doesNotContain("desc 77 0");
    multiply(square(DType.FLOAT32, false, true));
    assertThat(library.calls).contains("desc 77 0");
    multiply(square(DType.FLOAT64, false, true));
    assertThat(library.calls).contains("desc 70 1");
  }

  @Test
  void whatTheLibraryCannotDoIsLeftToOthers() {
    library.answers.put("heuristic", BlasLt.NOT_SUPPORTED);
    assertThat(multiply(square(DType.FLOAT64, false, false))).isFalse();
    assertThat(multiply(square(DType.INT64, false, false))).isFalse();
    var repeated = new Strides(0, 0, 1);
    assertThat(multiply(new Shape(DType.FLOAT32, 1, 2, 2, 2, repeated, new Strides(0, 2, 1), new Strides(0, 2, 1),
        false, false, 256))).isFalse();
    assertThat(library.calls.stream().filter(c -> c.startsWith("matmul"))).isEmpty();
  }

  @Test
  void errorsNameTheOperator() {
    library.answers.put("matmul on 0 with 1024 bytes at 0", 13);
    assertThatThrownBy(() -> multiply(square(DType.FLOAT64, false, false))).isInstanceOf(CudaException.class)
        .hasMessage("cuBLASLt error in addmm: status 13 from cublasLtMatmul");
  }

  @Test
  void oldWaysAreForgotten() {
    for (int m = 2; m < 1200; m++) {
      var strides = new Strides(0, 2, 1);
      products.run("mm",
          new Shape(DType.FLOAT32, 1, m, 2, 1, new Strides(0, 1, 1), strides, strides, false, false, 256),
          ONE, ZERO, numbers(m, 0).address(), numbers(2, 1).address(), 0, numbers(2 * m, 1).address(), _ -> 0, 0);
    }
    // A handle, and four objects a plan.
    assertThat(library.alive()).isEqualTo(1 + 4 * 1024);
  }

  @Test
  void alignmentIsTheLargestPowerOfTwoThatDividesAll() {
    assertThat(BlasProducts.alignment(512, 1024, 0)).isEqualTo(256);
    assertThat(BlasProducts.alignment(512, 1024 + 8)).isEqualTo(8);
    assertThat(BlasProducts.alignment(2, 512)).isEqualTo(2);
  }
}
