package jtorch.cuda;

import static jtorch.cuda.SolverCall.product;
import static jtorch.cuda.SolverCall.size;
import static jtorch.cuda.solver.DenseLibrary.LEFT;
import static jtorch.cuda.solver.DenseLibrary.LOWER;
import static jtorch.cuda.solver.DenseLibrary.NON_UNIT;
import static jtorch.cuda.solver.DenseLibrary.OP_C;
import static jtorch.cuda.solver.DenseLibrary.OP_N;
import static jtorch.cuda.solver.DenseLibrary.OP_T;
import static jtorch.cuda.solver.DenseLibrary.RIGHT;
import static jtorch.cuda.solver.DenseLibrary.UNIT;
import static jtorch.cuda.solver.DenseLibrary.UPPER;
import static jtorch.op.MatrixLayout.addresses;
import static jtorch.op.MatrixLayout.batch;
import static jtorch.op.MatrixLayout.bytes;
import static jtorch.op.MatrixLayout.columns;
import static jtorch.op.MatrixLayout.rows;

import java.util.Arrays;
import java.util.function.BiConsumer;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.memory.Memory;
import jtorch.memory.ScratchMemory;
import jtorch.op.Call;
import jtorch.op.Matrices;
import jtorch.spi.Kernel;

/// Cholesky and LU factors, triangles, and solving with them, by cuSOLVER and cuBLAS: one matrix by a function for one, a batch by
/// a function for batches; small ones by kernels of our own where the libraries are not there. Matrices are copied into the result and worked on there.
final class SolvingKernels {
  /// From this size on PyTorch factors the matrices of a batch one after the other.
  private static final int LARGE = 512;
  static final KernelSet PERMUTATION = new KernelSet("permutation");

  private final CudaBackend backend;

  private SolvingKernels(CudaBackend backend) {
    this.backend = backend;
  }

  static void register(CudaBackend backend, BiConsumer<String, Kernel> table) {
    var kernels = new SolvingKernels(backend);
    table.accept("cholesky", SolverCall.kernel(backend, "self", SolvingKernels::cholesky));
    table.accept("cholesky_inverse", SolverCall.kernel(backend, "self", SolvingKernels::choleskyInverse));
    table.accept("cholesky_solve", SolverCall.kernel(backend, "input2", SolvingKernels::choleskySolve));
    table.accept("lu_factor", SolverCall.kernel(backend, "A", SolvingKernels::luFactor));
    table.accept("lu_permutation", kernels::luPermutation);
    table.accept("lu_determinant", SolvingKernels::luDeterminant);
    table.accept("lu_solve", SolverCall.kernel(backend, "LU", SolvingKernels::luSolve));
    table.accept("linear_solve", SolverCall.kernel(backend, "A", SolvingKernels::solve));
    table.accept("solve_triangular", SolverCall.kernel(backend, "self", SolvingKernels::solveTriangular));
  }

  // ---- Cholesky --------------------------------------------------------------------------------------------------

  /// Row-major memory is the transpose in column-major memory, whose other triangle has the factor.
  private static void cholesky(SolverCall s) {
    Call c = s.call;
    Tensor factor = c.out();
    Tensor info = c.out(1);
    factor.copy_(c.tensor("self"));
    info.zero_();
    int n = size(factor, -1);
    if (factor.numel() == 0) return;
    boolean upper = c.bool("upper");
    int triangle = upper != columns(factor) < 0 ? UPPER : LOWER;
    if (s.isSmall()) {
      SmallMatrices.cholesky(s, factor.pointer(), n, triangle, info.pointer(), info.numel());
    } else if (info.numel() == 1) {
      Object[] matrix = {triangle, n, s.type(), factor.pointer(), n, s.type()};
      s.each("cusolverDnXpotrf", 1, matrix, _ -> matrix, info);
    } else {
      s.solver("cusolverDn?potrfBatched", triangle, n, s.array(matrices(factor)), n, info.pointer(),
          (int) info.numel());
    }
    if (upper) factor.triu_(0);
    else factor.tril_(0);
    if (c.bool("check_errors")) Matrices.checkInfo("linalg.cholesky_ex", info, factor.dim() == 2);
  }

  /// The addresses of matrices that follow each other.
  private static long[] matrices(Tensor dense) {
    long bytes = bytes(dense);
    long[] matrices = new long[Math.toIntExact(product(batch(dense)))];
    for (int i = 0; i < matrices.length; i++) matrices[i] = dense.pointer() + i * bytes;
    return matrices;
  }

  private static void choleskyInverse(SolverCall s) {
    Tensor out = s.call.out();
    out.zero_();
    out.diagonal(0, -2, -1).fill_(1);
    choleskySolve(s, s.call.tensor("self"), out, s.call.bool("upper"));
  }

  private static void choleskySolve(SolverCall s) {
    s.call.out().copy_(s.call.tensor("self"));
    choleskySolve(s, s.call.tensor("input2"), s.call.out(), s.call.bool("upper"));
  }

  private static void choleskySolve(SolverCall s, Tensor factor, Tensor out, boolean upper) {
    if (out.numel() == 0) return;
    Tensor a = s.columnMajor(factor);
    int n = size(out, -2);
    int lda = (int) columns(a);
    int triangle = upper ? UPPER : LOWER;
    long[] matrices = addresses(a, batch(out));
    if (matrices.length == 1 && !s.isSmall()) {
      s.solver("cusolverDnXpotrs", s.parameters(), triangle, n, size(out, -1), s.type(), a.pointer(), lda, s.type(),
          out.pointer(), n, s.info(1).pointer());
      return;
    }
    // U^H U X = B, or L L^H X = B: two triangles.
    triangle(s, LEFT, triangle, upper ? OP_C : OP_N, false, n, size(out, -1), matrices, lda, matrices(out), n);
    triangle(s, LEFT, triangle, upper ? OP_N : OP_C, false, n, size(out, -1), matrices, lda, matrices(out), n);
  }

  // ---- LU --------------------------------------------------------------------------------------------------------

  private static void luFactor(SolverCall s) {
    Call c = s.call;
    factor(s, c.tensor("A"), c.out(), c.out(1), c.out(2), c.bool("pivot"));
    if (c.bool("check_errors")) Matrices.checkInfo("torch.linalg.lu_factor_ex", c.out(2), c.out().dim() == 2);
  }

  private static void factor(SolverCall s, Tensor a, Tensor lu, Tensor pivots, Tensor info, boolean pivot) {
    int m = size(lu, -2);
    int n = size(lu, -1);
    int k = Math.min(m, n);
    lu.copy_(a);
    info.zero_();
    if (!pivot && pivots.numel() > 0)
      pivots.copy_(Torch.arange(1, k + 1, o -> o.dtype(DType.INT32).device(pivots.device())).expand(pivots.sizes()));
    if (lu.numel() == 0) return;
    int count = (int) info.numel();
    if (s.isSmall()) {
      SmallMatrices.lu(s, lu.pointer(), m, n, pivot ? pivots.pointer() : 0, info.pointer(), count);
      return;
    }
    if (count > 1 && m == n && n < LARGE) {
      s.blas("cublas?getrfBatched", n, s.array(matrices(lu)), n, pivot ? pivots.pointer() : 0, info.pointer(), count);
      return;
    }
    Tensor wide = s.empty(new long[] {count, k}, DType.INT64);
    long bytes = bytes(lu);
    s.each("cusolverDnXgetrf", count, new Object[] {m, n, s.type(), lu.pointer(), m, s.type()},
        i -> new Object[] {m, n, s.type(), lu.pointer() + i * bytes, m, pivot ? wide.pointer() + 8L * i * k : 0,
          s.type()},
        info);
    if (pivot) pivots.copy_(wide.view(pivots.sizes()));
  }

  /// The product of the diagonal, with the sign that the row exchanges make.
  private static void luDeterminant(Call c) {
    Tensor lu = c.tensor("LU");
    Tensor pivots = c.tensor("pivots");
    long n = lu.size(-1);
    Tensor rows = Torch.arange(1, n + 1, o -> o.dtype(DType.INT32).device(lu.device()));
    Tensor exchanges = pivots.ne(rows).sum(-1).remainder(2);
    Tensor diagonal = lu.diagonal(0, -2, -1);
    // Products of complex numbers are running ones here.
    Tensor product =
        n == 0 || !lu.dtype().isComplex() ? diagonal.prod(-1, false) : diagonal.cumprod(-1).select(-1, n - 1);
    c.out().copy_(product.mul(exchanges.mul(-2).add(1)));
  }

  private void luPermutation(Call c) {
    Tensor pivots = c.tensor("pivots").contiguous();
    Tensor out = c.out();
    out.zero_();
    if (out.numel() == 0) return;
    CudaDevice gpu = backend.device(out.device());
    long m = out.size(-1);
    long count = out.numel() / (m * m);
    Tensor rows = Torch.empty(new long[] {count, m}, DType.INT32, out.device());
    Arguments arguments = Arguments.begin().number(pivots.pointer()).number(rows.pointer())
        .number(gpu.problem(c.operator().schema().bareName())).number(count).number(m).number(pivots.size(-1));
    gpu.launch("lu_permutation", PERMUTATION.function(gpu, "", "exchange_rows"), gpu.grid(count, 1, 128), arguments);
    long[] sizes = out.sizes().clone();
    sizes[sizes.length - 2] = 1;
    out.scatter_(-2, rows.to(DType.INT64).view(sizes), 1);
  }

  /// `X A = B` is `A^T X^T = B^T`, and row-major memory is the transpose: so from the right nothing is transposed either.
  private static void luSolve(SolverCall s) {
    Call c = s.call;
    Tensor out = c.out();
    Tensor b = c.tensor("B");
    boolean left = c.bool("left");
    boolean adjoint = c.bool("adjoint");
    // From the right, X A^H = B is conj(A) X^T = B^T.
    boolean conjugate = !left && adjoint && out.dtype().isComplex();
    out.copy_(conjugate ? b.conj() : b);
    solve(s, s.columnMajor(c.tensor("LU")), c.tensor("pivots"), out, left,
        left ? adjoint ? OP_C : OP_N : adjoint ? OP_N : OP_T);
    if (conjugate) out.conjPhysical_();
  }

  /// @param transpose what is done with A: OP_N, OP_T or OP_C
  private static void solve(SolverCall s, Tensor lu, Tensor pivots, Tensor out, boolean left, int transpose) {
    if (out.numel() == 0) return;
    int n = size(lu, -1);
    int columns = size(out, left ? -1 : -2);
    int lda = (int) columns(lu);
    long[] batch = batch(out);
    long[] matrices = addresses(lu, batch);
    if (matrices.length == 1 && !s.isSmall()) {
      s.solver("cusolverDnXgetrs", s.parameters(), transpose, n, columns, s.type(), lu.pointer(), lda,
          s.keep(pivots.to(DType.INT64)).pointer(), s.type(), out.pointer(), n, s.info(1).pointer());
      return;
    }
    long[] sizes = Arrays.copyOf(batch, batch.length + 1);
    sizes[batch.length] = n;
    Tensor exchanges = s.keep(pivots.expand(sizes).contiguous());
    if (s.isSmall()) {
      SmallMatrices.solve(s, transpose, n, columns, matrices, lda, exchanges.pointer(), matrices(out));
      return;
    }
    s.answering("cublas?getrsBatched", answer -> new Object[] {transpose, n, columns, s.array(matrices), lda,
      exchanges.pointer(), s.array(matrices(out)), n, answer, matrices.length});
  }

  private static void solve(SolverCall s) {
    Call c = s.call;
    Tensor a = c.tensor("A");
    boolean left = c.bool("left");
    boolean transposed = Matrices.factorsTransposed(a);
    c.out().copy_(c.tensor("B"));
    factor(s, transposed ? a.mT() : a, c.out(1), c.out(2), c.out(3), true);
    // Row-major memory, as from the right, transposes once more.
    solve(s, c.out(1), c.out(2), c.out(), left, transposed == left ? OP_T : OP_N);
  }

  // ---- triangles -------------------------------------------------------------------------------------------------

  private static void solveTriangular(SolverCall s) {
    Call c = s.call;
    Tensor out = c.out();
    out.copy_(c.tensor("B"));
    if (out.numel() == 0) return;
    Tensor given = c.tensor("self");
    Tensor a = columns(given) >= 0 || rows(given) >= 0 ? given : s.keep(given.contiguous());
    // A row-major result is the transpose in column-major memory: from the other side, with the transpose of A.
    boolean turned = columns(out) < 0;
    boolean stored = columns(a) >= 0;
    boolean left = c.bool("left") != turned;
    int lda = (int) (stored ? columns(a) : rows(a));
    // What the library sees of A is its transpose where rows are contiguous.
    int triangle = c.bool("upper") == stored ? UPPER : LOWER;
    int transpose = stored == turned ? OP_T : OP_N;
    int m = size(out, turned ? -1 : -2);
    int n = size(out, turned ? -2 : -1);
    triangle(s, left ? LEFT : RIGHT, triangle, transpose, c.bool("unitriangular"), m, n, addresses(a, batch(out)), lda,
        matrices(out), m);
  }

  /// `op(A) X = B`, or `X op(A) = B`, in the place of B, which is m x n.
  static void triangle(SolverCall s, int side, int triangle, int transpose, boolean unit, int m, int n, long[] a,
      int lda,
      long[] b, int ldb) {
    if (s.isSmall()) {
      SmallMatrices.triangle(s, side, triangle, transpose, unit, m, n, a, lda, b, ldb);
      return;
    }
    int diagonal = unit ? UNIT : NON_UNIT;
    long one = ScratchMemory.allocate(16);
    try {
      putOne(s.dtype, one);
      if (a.length == 1) s.blas("cublas?trsm_v2", side, triangle, transpose, diagonal, m, n, one, a[0], lda, b[0], ldb);
      else
        s.blas("cublas?trsmBatched", side, triangle, transpose, diagonal, m, n, one, s.array(a), lda, s.array(b), ldb,
            a.length);
    } finally {
      ScratchMemory.free(one);
    }
  }

  private static void putOne(DType dtype, long address) {
    Memory.putLong(address, 0);
    Memory.putLong(address + 8, 0);
    if (dtype.toReal() == DType.FLOAT32) Memory.putFloat(address, 1);
    else Memory.putDouble(address, 1);
  }
}
