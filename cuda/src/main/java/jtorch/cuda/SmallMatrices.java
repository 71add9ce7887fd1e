package jtorch.cuda;

import static jtorch.cuda.KernelSet.define;
import static jtorch.cuda.KernelSet.type;
import static jtorch.cuda.solver.DenseLibrary.LEFT;
import static jtorch.cuda.solver.DenseLibrary.LOWER;
import static jtorch.cuda.solver.DenseLibrary.OP_C;
import static jtorch.cuda.solver.DenseLibrary.OP_N;
import static jtorch.cuda.solver.DenseLibrary.UPPER;

import jtorch.DType;
import jtorch.Tensor;
import jtorch.cuda.driver.Driver.Grid;

/// Matrices of up to 32 x 32 in kernels of our own, for GPUs without cuBLAS and cuSOLVER: a block for each matrix.
final class SmallMatrices {
  private static final int LARGEST = 32;
  static final KernelSet KERNELS = new KernelSet("small");

  private SmallMatrices() {}

  static boolean take(Tensor matrices) {
    return matrices.size(-1) <= LARGEST && matrices.size(-2) <= LARGEST;
  }

  static String definitions(DType dtype) {
    return type("Element", Sources.type(dtype)) + type("Real", Sources.type(dtype.toReal()))
        + define("COMPLEX", dtype.isComplex() ? 1 : 0);
  }

  /// Factors dense matrices; `codes` has a number for each.
  static void cholesky(SolverCall s, long matrices, int n, int triangle, long codes, long count) {
    launch(s, "cholesky", count, Arguments.begin().number(matrices).number(codes).number(0).number(n).number(n)
        .number(triangle == UPPER ? 1 : 0));
  }

  /// @param pivots where exchanges go, 0 if there shall be none
  static void lu(SolverCall s, long matrices, int m, int n, long pivots, long codes, long count) {
    launch(s, "lu", count,
        Arguments.begin().number(matrices).number(codes).number(pivots).number(m).number(n).number(0));
  }

  /// As `trsm`: `op(A) X = B` or `X op(A) = B` in the place of B, which is m x n.
  static void triangle(SolverCall s, int side, int triangle, int transpose, boolean unit, int m, int n, long[] a,
      int lda,
      long[] b, int ldb) {
    long triangles = s.array(a);
    long targets = s.array(b);
    boolean left = side == LEFT;
    // From the right each row of X is solved with the transpose.
    boolean transposed = left == (transpose != OP_N);
    launch(s, "triangle", a.length, Arguments.begin().number(triangles).number(targets).number(lda)
        .number(left ? m : n).number(left ? n : m).number(left ? 1 : ldb).number(left ? ldb : 1)
        .number(transposed ? 1 : 0).number(transpose == OP_C ? 1 : 0)
        .number((triangle == LOWER) != transposed ? 1 : 0).number(unit ? 1 : 0));
  }

  /// As `getrs`, with the exchanges of each matrix.
  static void solve(SolverCall s, int transpose, int n, int columns, long[] lu, int lda, long pivots, long[] b) {
    if (transpose == OP_N) {
      exchange(s, n, columns, pivots, b, false);
      triangle(s, LEFT, LOWER, OP_N, true, n, columns, lu, lda, b, n);
      triangle(s, LEFT, UPPER, OP_N, false, n, columns, lu, lda, b, n);
    } else {
      triangle(s, LEFT, UPPER, transpose, false, n, columns, lu, lda, b, n);
      triangle(s, LEFT, LOWER, transpose, true, n, columns, lu, lda, b, n);
      exchange(s, n, columns, pivots, b, true);
    }
  }

  private static void exchange(SolverCall s, int n, int columns, long pivots, long[] b, boolean backwards) {
    long targets = s.array(b);
    launch(s, "exchange", b.length, Arguments.begin().number(targets).number(pivots).number(n).number(columns)
        .number(backwards ? 1 : 0));
  }

  private static void launch(SolverCall s, String kernel, long blocks, Arguments arguments) {
    CudaDevice gpu = s.gpu();
    gpu.launch(s.name(), KERNELS.function(gpu, definitions(s.dtype), kernel), Grid.of(blocks, LARGEST), arguments);
  }
}
