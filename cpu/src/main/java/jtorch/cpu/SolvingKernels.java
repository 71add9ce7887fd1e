package jtorch.cpu;

import java.lang.ref.Reference;
import java.util.Arrays;
import java.util.function.BiConsumer;
import java.util.function.ObjLongConsumer;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.cpu.lapack.Batches;
import jtorch.cpu.lapack.Lapack;
import jtorch.cpu.lapack.OpenBlas;
import jtorch.cpu.lapack.SmallLu;
import jtorch.memory.Memory;
import jtorch.op.Call;
import jtorch.op.Check;
import jtorch.op.Copying;
import jtorch.op.Matrices;
import jtorch.op.MatrixLayout;
import jtorch.spi.Kernel;
import org.jspecify.annotations.Nullable;

/// Cholesky and LU factors, triangles, and solving with them: matrices are copied into the result, column-major, and
/// worked on there.
final class SolvingKernels {
  /// Multiplications that are worth a thread.
  private static final long SMALL_WORK = 50_000;

  private SolvingKernels() {}

  static void register(BiConsumer<String, Kernel> table) {
    table.accept("cholesky", lapack(SolvingKernels::cholesky));
    table.accept("cholesky_inverse", lapack(SolvingKernels::choleskyInverse));
    table.accept("cholesky_solve", lapack(SolvingKernels::choleskySolve));
    table.accept("lu_factor", lapack(SolvingKernels::luFactor));
    table.accept("lu_permutation", SolvingKernels::luPermutation);
    table.accept("lu_determinant", SolvingKernels::luDeterminant);
    table.accept("lu_solve", lapack(SolvingKernels::luSolve));
    table.accept("linear_solve", lapack(SolvingKernels::solve));
    table.accept("solve_triangular", lapack(SolvingKernels::solveTriangular));
    table.accept("ldl_factor", lapack(SolvingKernels::ldlFactor));
    table.accept("ldl_solve", lapack(SolvingKernels::ldlSolve));
  }

  /// A kernel that needs LAPACK, and says so where there is none.
  static Kernel lapack(Kernel kernel) {
    return c -> {
      OpenBlas.require(c.operator().schema().bareName());
      boolean widen = false;
      for (Object argument : c.arguments()) {
        if (!(argument instanceof Tensor t) || !t.dtype().isDifferentiable()) continue;
        widen = Matrices.deservesDouble(t) || t.dim() == 1;
        if (!widen) break;
      }
      if (widen) doubled(kernel, c);
      else kernel.run(c);
    };
  }

  /// A kernel that needs LAPACK, and works in the precision of its arguments.
  static Kernel single(Kernel kernel) {
    return c -> {
      OpenBlas.require(c.operator().schema().bareName());
      kernel.run(c);
    };
  }

  /// Runs a kernel in double precision, and rounds its results.
  private static void doubled(Kernel kernel, Call c) {
    @Nullable Object[] arguments = c.arguments().clone();
    for (int i = 0; i < arguments.length; i++) {
      if (!(arguments[i] instanceof Tensor t)) continue;
      DType dtype = Matrices.doubled(t.dtype());
      // Column-major where it is not row-major: kernels and gradients go by that.
      boolean rows = t.dim() < 2 || Matrices.factorsTransposed(t);
      arguments[i] = rows ? t.to(dtype) : t.mT().to(dtype).contiguous().mT();
    }
    var wide = new Call(c.operator(), arguments);
    for (int i = 0; i < c.outs(); i++) {
      Tensor out = c.out(i);
      DType dtype = Matrices.doubled(out.dtype());
      wide.result(dtype == out.dtype() ? out : Torch.emptyStrided(out.sizes(), out.strides(), dtype, out.device()));
    }
    kernel.run(wide);
    for (int i = 0; i < c.outs(); i++) {
      if (wide.out(i) != c.out(i)) Copying.write(wide.out(i), c.out(i));
    }
  }

  static int size(Tensor t, int dim) {
    return Math.toIntExact(t.size(dim));
  }

  static int leading(Tensor columnMajor) {
    return Math.max(1, size(columnMajor, -2));
  }

  /// The tensor itself if its columns are contiguous, else a copy of which that is true.
  static Tensor columnMajor(Tensor t) {
    return MatrixLayout.columns(t) >= 0 ? t : t.mT().contiguous().mT();
  }

  // ---- Cholesky --------------------------------------------------------------------------------------------------

  /// Row-major memory is the transpose in column-major memory, whose other triangle has the factor.
  private static void cholesky(Call c) {
    Tensor factor = c.out();
    Tensor info = c.out(1);
    Copying.write(c.tensor("self"), factor);
    int n = size(factor, -1);
    boolean upper = c.bool("upper") != MatrixLayout.columns(factor) < 0;
    DType t = factor.dtype();
    long bytes = MatrixLayout.bytes(factor);
    Batches.run(info.numel(), n * (double) n * n / 3, 0, (begin, end, work) -> {
      for (long i = begin; i < end; i++) {
        long a = factor.address() + i * bytes;
        int code = n == 0 ? 0 : Lapack.potrf(t, upper ? 'U' : 'L', n, a, n);
        clear(a, n, t.size(), !upper);
        Memory.putInt(info.address() + 4 * i, code);
      }
    });
    if (c.bool("check_errors")) Matrices.checkInfo("linalg.cholesky_ex", info, factor.dim() == 2);
  }

  /// Sets the part strictly above or below the diagonal of a column-major matrix to 0.
  private static void clear(long a, int n, int size, boolean above) {
    for (int j = 0; j < n; j++) {
      long column = a + (long) j * n * size;
      if (above) Memory.fill(column, (long) j * size, (byte) 0);
      else Memory.fill(column + (j + 1L) * size, (n - j - 1L) * size, (byte) 0);
    }
  }

  private static void choleskyInverse(Call c) {
    Tensor out = c.out();
    Copying.write(c.tensor("self"), out);
    int n = size(out, -1);
    char uplo = c.bool("upper") ? 'U' : 'L';
    DType t = out.dtype();
    long bytes = MatrixLayout.bytes(out);
    long count = n == 0 ? 0 : out.numel() / ((long) n * n);
    int[] codes = new int[Math.toIntExact(count)];
    Batches.run(count, n * (double) n * n, 0, (begin, end, work) -> {
      for (long i = begin; i < end; i++) {
        long a = out.address() + i * bytes;
        codes[(int) i] = Lapack.potri(t, uplo, n, a, n);
        mirror(t, a, n, uplo == 'L');
      }
    });
    for (int i = 0; i < codes.length; i++) {
      if (codes[i] != 0) Matrices.checkInfo("cholesky_inverse", Torch.tensor(codes), count == 1);
    }
  }

  /// Completes a Hermitian matrix from its lower or upper triangle.
  private static void mirror(DType t, long a, int n, boolean lower) {
    int size = t.size();
    for (int j = 0; j < n; j++) {
      for (int i = j + 1; i < n; i++) {
        long low = a + ((long) j * n + i) * size;
        long high = a + ((long) i * n + j) * size;
        long from = lower ? low : high;
        long to = lower ? high : low;
        switch (t) {
          case FLOAT32 -> Memory.putInt(to, Memory.getInt(from));
          case FLOAT64 -> Memory.putLong(to, Memory.getLong(from));
          case COMPLEX64 -> {
            Memory.putFloat(to, Memory.getFloat(from));
            Memory.putFloat(to + 4, -Memory.getFloat(from + 4));
          }
          default -> {
            Memory.putDouble(to, Memory.getDouble(from));
            Memory.putDouble(to + 8, -Memory.getDouble(from + 8));
          }
        }
      }
    }
  }

  private static void choleskySolve(Call c) {
    Tensor out = c.out();
    Copying.write(c.tensor("self"), out);
    if (out.numel() == 0) return;
    Tensor a = columnMajor(c.tensor("input2"));
    long[] matrices = MatrixLayout.addresses(a, MatrixLayout.batch(out));
    int n = size(out, -2);
    int columns = size(out, -1);
    int lda = (int) MatrixLayout.columns(a);
    char uplo = c.bool("upper") ? 'U' : 'L';
    DType t = out.dtype();
    long bytes = MatrixLayout.bytes(out);
    Batches.run(matrices.length, n * (double) n * columns, 0, (begin, end, work) -> {
      for (long i = begin; i < end; i++)
        Lapack.potrs(t, uplo, n, columns, matrices[(int) i], lda, out.address() + i * bytes, n);
    });
    Reference.reachabilityFence(a);
  }

  // ---- LU --------------------------------------------------------------------------------------------------------

  private static void luFactor(Call c) {
    Tensor lu = c.out();
    factor(c.tensor("A"), lu, c.out(1), c.out(2));
    if (c.bool("check_errors")) Matrices.checkInfo("torch.linalg.lu_factor_ex", c.out(2), lu.dim() == 2);
  }

  private static void factor(Tensor a, Tensor lu, Tensor pivots, Tensor info) {
    int m = size(lu, -2);
    int n = size(lu, -1);
    int k = Math.min(m, n);
    DType t = lu.dtype();
    long bytes = MatrixLayout.bytes(lu);
    if (k > 0 && SmallLu.takes(t, m, n)) {
      smallFactors(a, lu, pivots, info, (small, i) -> {
      });
      return;
    }
    Copying.write(a, lu);
    Batches.run(info.numel(), (double) m * n * k, 0, (begin, end, work) -> {
      for (long i = begin; i < end; i++) {
        int code = k == 0 ? 0
            : Lapack.getrf(t, m, n, lu.address() + i * bytes, Math.max(1, m), pivots.address() + 4 * i * k);
        Memory.putInt(info.address() + 4 * i, code);
      }
    });
  }

  /// Factors matrices that are small, three times as fast as calls of LAPACK for 8 x 8, and does what is next with each.
  private static void smallFactors(Tensor a, Tensor lu, Tensor pivots, Tensor info, ObjLongConsumer<SmallLu> next) {
    int m = size(lu, -2);
    int n = size(lu, -1);
    int k = Math.min(m, n);
    DType t = lu.dtype();
    long bytes = MatrixLayout.bytes(lu);
    long[] matrices = MatrixLayout.addresses(a, MatrixLayout.batch(lu));
    long row = a.stride(-2) * t.size();
    long column = a.stride(-1) * t.size();
    Parallel.run(matrices.length, Math.max(1, SMALL_WORK / (m * n * k)), (begin, end) -> {
      var small = new SmallLu();
      for (long i = begin; i < end; i++) {
        small.read(t, m, n, matrices[(int) i], row, column);
        Memory.putInt(info.address() + 4 * i,
            small.factor(t, lu.address() + i * bytes, pivots.address() + 4 * i * k));
        next.accept(small, i);
      }
    });
  }

  /// The product of the diagonal, with the sign that the row exchanges make.
  private static void luDeterminant(Call c) {
    Tensor lu = c.tensor("LU");
    Tensor pivots = c.tensor("pivots").contiguous();
    Tensor out = c.out();
    DType t = lu.dtype();
    int n = size(lu, -1);
    int size = t.size();
    long step = (lu.stride(-1) + lu.stride(-2)) * size;
    long[] matrices = MatrixLayout.addresses(lu, MatrixLayout.batch(lu));
    for (int i = 0; i < matrices.length; i++) {
      double re = 1;
      double im = 0;
      for (int k = 0; k < n; k++) {
        double a = Numbers.getDouble(t, matrices[i] + k * step);
        double b = t.isComplex() ? Numbers.getImaginary(t, matrices[i] + k * step) : 0;
        if (Memory.getInt(pivots.address() + 4L * (i * n + k)) != k + 1) {
          re = -re;
          im = -im;
        }
        double product = t.isComplex() ? re * a - im * b : re * a;
        im = t.isComplex() ? re * b + im * a : 0;
        re = product;
      }
      Numbers.putDouble(t, out.address() + (long) i * size, re);
      if (t.isComplex()) Numbers.putImaginary(t, out.address() + (long) i * size, im);
    }
    Reference.reachabilityFence(pivots);
  }

  private static void luPermutation(Call c) {
    Tensor pivots = c.tensor("pivots").contiguous();
    Tensor out = c.out();
    Memory.fill(out.address(), out.numel() * out.dtype().size(), (byte) 0);
    int m = size(out, -1);
    int k = size(pivots, -1);
    long count = m == 0 ? 0 : out.numel() / ((long) m * m);
    int size = out.dtype().size();
    int[] rows = new int[m];
    for (long b = 0; b < count; b++) {
      for (int i = 0; i < m; i++) rows[i] = i;
      for (int i = 0; i < k; i++) {
        int other = Memory.getInt(pivots.address() + 4 * (b * k + i)) - 1;
        if (other < 0 || other >= m) throw Check.of("torch.lu_unpack").because(
            "pivots passed to lu_unpack must be between 1 and LU.size(-2) inclusive. Did you properly pass the result of lu_factor?")
            .failure();
        int kept = rows[i];
        rows[i] = rows[other];
        rows[other] = kept;
      }
      for (int i = 0; i < m; i++)
        Numbers.putDouble(out.dtype(), out.address() + ((b * m + rows[i]) * m + i) * size, 1);
    }
  }

  /// `X A = B` is `A^T X^T = B^T`, and row-major memory is the transpose: so from the right nothing is transposed either.
  private static void luSolve(Call c) {
    Tensor out = c.out();
    Tensor b = c.tensor("B");
    boolean left = c.bool("left");
    boolean adjoint = c.bool("adjoint");
    // From the right, X A^H = B is conj(A) X^T = B^T.
    boolean conjugate = !left && adjoint && out.dtype().isComplex();
    Copying.write(conjugate ? b.conj() : b, out);
    if (out.numel() == 0) return;
    Tensor lu = columnMajor(c.tensor("LU"));
    Tensor pivots = c.tensor("pivots").contiguous();
    char trans = left ? (adjoint ? 'C' : 'N') : adjoint ? 'N' : 'T';
    solve(lu, pivots, out, left, trans);
    if (conjugate) out.conjPhysical_();
    Reference.reachabilityFence(lu);
    Reference.reachabilityFence(pivots);
  }

  private static void solve(Tensor lu, Tensor pivots, Tensor out, boolean left, char trans) {
    int n = size(lu, -1);
    int columns = size(out, left ? -1 : -2);
    if (n == 0 || columns == 0) return;
    long[] batch = MatrixLayout.batch(out);
    long[] matrices = MatrixLayout.addresses(lu, batch);
    // A pivot vector is a matrix of one row.
    long[] exchanges = MatrixLayout.addresses(pivots.unsqueeze(-2), batch);
    int lda = (int) MatrixLayout.columns(lu);
    DType t = out.dtype();
    long bytes = MatrixLayout.bytes(out);
    if (SmallLu.takes(t, n, n) && columns == 1) {
      Parallel.run(matrices.length, Math.max(1, SMALL_WORK / (8L * n * n)), (begin, end) -> {
        var small = new SmallLu();
        for (long i = begin; i < end; i++) {
          small.readFactors(t, n, matrices[(int) i], (long) lda * t.size(), exchanges[(int) i]);
          small.solve(t, trans != 'N', out.address() + i * bytes);
        }
      });
      return;
    }
    Batches.run(matrices.length, n * (double) n * columns, 0, (begin, end, work) -> {
      for (long i = begin; i < end; i++)
        Lapack.getrs(t, trans, n, columns, matrices[(int) i], lda, exchanges[(int) i], out.address() + i * bytes, n);
    });
  }

  private static void solve(Call c) {
    Tensor a = c.tensor("A");
    Tensor out = c.out();
    Tensor lu = c.out(1);
    boolean left = c.bool("left");
    boolean transposed = Matrices.factorsTransposed(a);
    Tensor given = transposed ? a.mT() : a;
    // Row-major memory, as from the right, transposes once more.
    boolean transpose = transposed == left;
    Copying.write(c.tensor("B"), out);
    int n = size(lu, -1);
    boolean one = size(out, left ? -1 : -2) == 1 && Arrays.equals(MatrixLayout.batch(lu), MatrixLayout.batch(out));
    if (n > 0 && one && SmallLu.takes(lu.dtype(), n, n)) {
      long to = out.address();
      long bytes = MatrixLayout.bytes(out);
      smallFactors(given, lu, c.out(2), c.out(3), (small, i) -> small.solve(out.dtype(), transpose, to + i * bytes));
    } else {
      factor(given, lu, c.out(2), c.out(3));
      solve(lu, c.out(2), out, left, transpose ? 'T' : 'N');
    }
  }

  // ---- triangles -------------------------------------------------------------------------------------------------

  private static void solveTriangular(Call c) {
    Tensor out = c.out();
    Copying.write(c.tensor("B"), out);
    if (out.numel() == 0) return;
    Tensor given = c.tensor("self");
    Tensor a = MatrixLayout.columns(given) >= 0 || MatrixLayout.rows(given) >= 0 ? given : given.contiguous();
    boolean rowMajor = MatrixLayout.columns(out) < 0;
    long same = rowMajor ? MatrixLayout.rows(a) : MatrixLayout.columns(a);
    // In the other order the matrix is read as its transpose, whose triangle is the other one.
    boolean transpose = same < 0;
    int lda = (int) (transpose ? rowMajor ? MatrixLayout.columns(a) : MatrixLayout.rows(a) : same);
    boolean upper = c.bool("upper") != transpose;
    boolean left = c.bool("left");
    boolean unit = c.bool("unitriangular");
    int m = size(out, -2);
    int n = size(out, -1);
    int ldb = rowMajor ? n : m;
    long[] matrices = MatrixLayout.addresses(a, MatrixLayout.batch(out));
    DType t = out.dtype();
    long bytes = MatrixLayout.bytes(out);
    double cost = (double) m * n * (left ? m : n) / 2;
    Batches.run(matrices.length, cost, 64, (begin, end, one) -> {
      Batches.putOne(t, one);
      for (long i = begin; i < end; i++)
        Lapack.trsm(t, rowMajor, left, upper, transpose, unit, m, n, one, matrices[(int) i], lda,
            out.address() + i * bytes, ldb);
    });
    Reference.reachabilityFence(a);
  }

  // ---- LDL -------------------------------------------------------------------------------------------------------

  private static void ldlFactor(Call c) {
    Tensor out = c.out();
    Tensor pivots = c.out(1);
    Tensor info = c.out(2);
    Copying.write(c.tensor("self"), out);
    int n = size(out, -1);
    boolean hermitian = c.bool("hermitian");
    DType t = out.dtype();
    long bytes = MatrixLayout.bytes(out);
    int lwork = Math.max(1, n * 64);
    Batches.run(info.numel(), n * (double) n * n / 3, (long) lwork * t.size(), (begin, end, work) -> {
      for (long i = begin; i < end; i++) {
        long matrix = out.address() + i * bytes;
        int code =
            n == 0 ? 0 : Lapack.sytrf(t, hermitian, n, matrix, n, pivots.address() + 4 * i * n, work, lwork);
        clear(matrix, n, t.size(), true);
        Memory.putInt(info.address() + 4 * i, code);
      }
    });
    if (c.bool("check_errors")) Matrices.checkInfo("torch.linalg.ldl_factor_ex", info, out.dim() == 2);
  }

  private static void ldlSolve(Call c) {
    Tensor out = c.out();
    Copying.write(c.tensor("B"), out);
    if (out.numel() == 0) return;
    Tensor ld = columnMajor(c.tensor("LD"));
    Tensor pivots = c.tensor("pivots").contiguous();
    long[] batch = MatrixLayout.batch(out);
    long[] matrices = MatrixLayout.addresses(ld, batch);
    long[] exchanges = MatrixLayout.addresses(pivots.unsqueeze(-2), batch);
    int n = size(out, -2);
    int columns = size(out, -1);
    int lda = (int) MatrixLayout.columns(ld);
    boolean hermitian = c.bool("hermitian");
    DType t = out.dtype();
    long bytes = MatrixLayout.bytes(out);
    Batches.run(matrices.length, n * (double) n * columns, 0, (begin, end, work) -> {
      for (long i = begin; i < end; i++)
        Lapack.sytrs(t, hermitian, n, columns, matrices[(int) i], lda, exchanges[(int) i], out.address() + i * bytes,
            n);
    });
    Reference.reachabilityFence(ld);
    Reference.reachabilityFence(pivots);
  }
}
