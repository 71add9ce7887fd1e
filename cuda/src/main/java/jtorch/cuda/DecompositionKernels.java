package jtorch.cuda;

import static jtorch.cuda.SolverCall.joined;
import static jtorch.cuda.SolverCall.product;
import static jtorch.cuda.SolverCall.size;
import static jtorch.cuda.solver.DenseLibrary.LEFT;
import static jtorch.cuda.solver.DenseLibrary.LOWER;
import static jtorch.cuda.solver.DenseLibrary.NO_VECTORS;
import static jtorch.cuda.solver.DenseLibrary.OP_C;
import static jtorch.cuda.solver.DenseLibrary.OP_N;
import static jtorch.cuda.solver.DenseLibrary.OP_T;
import static jtorch.cuda.solver.DenseLibrary.RIGHT;
import static jtorch.cuda.solver.DenseLibrary.UPPER;
import static jtorch.cuda.solver.DenseLibrary.VECTORS;
import static jtorch.op.MatrixLayout.addresses;
import static jtorch.op.MatrixLayout.batch;
import static jtorch.op.MatrixLayout.bytes;
import static jtorch.op.MatrixLayout.columns;

import java.util.function.BiConsumer;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.cuda.solver.DenseLibrary;
import jtorch.op.Call;
import jtorch.op.HostFallback;
import jtorch.op.LinearSolving;
import jtorch.op.Matrices;
import jtorch.op.OrthogonalFactors;
import jtorch.spi.Kernel;
import org.jspecify.annotations.Nullable;

/// QR, eigenvalues, singular values and least squares, by cuSOLVER and cuBLAS. Answers are looked at once a call, which waits for
/// the device.
final class DecompositionKernels {
  /// The largest matrices whose singular values are found many at a time.
  private static final int SMALL = 32;

  private DecompositionKernels() {}

  static void register(CudaBackend backend, BiConsumer<String, Kernel> table) {
    table.accept("geqrf", SolverCall.kernel(backend, DecompositionKernels::geqrf));
    table.accept("householder_product", SolverCall.kernel(backend, DecompositionKernels::householderProduct));
    table.accept("ormqr", SolverCall.kernel(backend, DecompositionKernels::ormqr));
    table.accept("eigh", SolverCall.kernel(backend, DecompositionKernels::eigh));
    table.accept("eig", SolverCall.kernel(backend, s -> eig(s, s.call.out(), s.call.out(1))));
    table.accept("eigvals", SolverCall.kernel(backend, s -> eig(s, s.call.out(), null)));
    table.accept("svd", SolverCall.kernel(backend, DecompositionKernels::svd));
    table.accept("lstsq", SolverCall.kernel(backend, DecompositionKernels::lstsq));
  }

  private static int count(Tensor t) {
    return Math.toIntExact(product(batch(t)));
  }

  // ---- QR --------------------------------------------------------------------------------------------------------

  private static void geqrf(SolverCall s) {
    Tensor a = s.call.out();
    Tensor tau = s.call.out(1);
    a.copy_(s.call.tensor("self"));
    if (a.numel() == 0) return;
    int m = size(a, -2);
    int n = size(a, -1);
    int count = count(a);
    long bytes = bytes(a);
    long tauBytes = tau.size(-1) * tau.dtype().size();
    // As PyTorch chooses.
    if (n <= 256 && count >= Math.max(2, m / 16)) {
      long[] vectors = new long[count];
      for (int i = 0; i < count; i++) vectors[i] = tau.pointer() + i * tauBytes;
      s.answering("cublas?geqrfBatched",
          answer -> new Object[] {m, n, s.array(a, batch(a)), m, s.array(vectors), answer,
            count});
      return;
    }
    Object[] query = {m, n, s.type(), a.pointer(), m, s.type(), tau.pointer(), s.type()};
    s.each("cusolverDnXgeqrf", count, query, i -> new Object[] {m, n, s.type(), a.pointer() + i * bytes, m, s.type(),
      tau.pointer() + i * tauBytes, s.type()}, s.info(count));
  }

  private static void householderProduct(SolverCall s) {
    Tensor out = s.call.out();
    Tensor tau = s.keep(s.call.tensor("tau").contiguous());
    int k = size(tau, -1);
    if (out.numel() == 0) return;
    if (k == 0) {
      out.zero_();
      out.diagonal(0, -2, -1).fill_(1);
      return;
    }
    out.copy_(s.call.tensor("input"));
    int m = size(out, -2);
    int n = size(out, -1);
    long bytes = bytes(out);
    long tauBytes = (long) k * tau.dtype().size();
    Tensor info = s.info(1);
    Object[] work = s.work("cusolverDn?$gqr", new Object[] {m, n, k, out.pointer(), m, tau.pointer()});
    for (int i = 0; i < count(out); i++)
      s.solver("cusolverDn?$gqr", joined(m, n, k, out.pointer() + i * bytes, m, tau.pointer() + i * tauBytes, work,
          info.pointer()));
  }

  private static void ormqr(SolverCall s) {
    Call c = s.call;
    Tensor out = c.out();
    out.copy_(c.tensor("input3"));
    Tensor tau = s.keep(c.tensor("input2").contiguous());
    int k = size(tau, -1);
    if (out.numel() == 0 || k == 0) return;
    Tensor vectors = s.columnMajor(c.tensor("self"));
    int m = size(out, -2);
    int n = size(out, -1);
    int lda = (int) columns(vectors);
    int side = c.bool("left") ? LEFT : RIGHT;
    int transpose = !c.bool("transpose") ? OP_N : s.dtype.isComplex() ? OP_C : OP_T;
    long[] matrices = addresses(vectors, batch(out));
    long bytes = bytes(out);
    long tauBytes = (long) k * tau.dtype().size();
    Tensor info = s.info(1);
    Object[] work = s.work("cusolverDn?$mqr",
        new Object[] {side, transpose, m, n, k, matrices[0], lda, tau.pointer(), out.pointer(), m});
    for (int i = 0; i < matrices.length; i++)
      s.solver("cusolverDn?$mqr", joined(side, transpose, m, n, k, matrices[i], lda, tau.pointer() + i * tauBytes,
          out.pointer() + i * bytes, m, work, info.pointer()));
  }

  // ---- eigenvalues -----------------------------------------------------------------------------------------------

  private static void eigh(SolverCall s) {
    Call c = s.call;
    Tensor given = c.tensor("A");
    Tensor values = c.out();
    if (given.numel() == 0) return;
    boolean vectors = c.bool("compute_v");
    // Without vectors the matrix is overwritten all the same.
    Tensor a = vectors ? c.out(1) : s.copy(given);
    if (vectors) a.copy_(given);
    int n = size(a, -1);
    int job = vectors ? VECTORS : NO_VECTORS;
    int triangle = c.string("UPLO").equalsIgnoreCase("U") ? UPPER : LOWER;
    int count = count(a);
    Tensor info = s.info(count);
    Object[] all = {job, triangle, n, s.type(), a.pointer(), n, s.realType(), values.pointer(), s.type()};
    if (count > 1 && s.has("cusolverDnXsyevBatched")) {
      s.each("cusolverDnXsyevBatched", 1, all, _ -> all, info, count);
    } else {
      long bytes = bytes(a);
      long valueBytes = (long) n * values.dtype().size();
      s.each("cusolverDnXsyevd", count, all, i -> new Object[] {job, triangle, n, s.type(), a.pointer() + i * bytes, n,
        s.realType(), values.pointer() + i * valueBytes, s.type()}, info);
    }
    Matrices.checkInfo("linalg.eigh", info, given.dim() == 2);
  }

  private static void eig(SolverCall s, Tensor values, @Nullable Tensor vectors) {
    if (!s.has("cusolverDnXgeev")) {
      HostFallback.run(s.call);
      return;
    }
    Tensor given = s.call.tensor("self");
    if (given.numel() == 0) return;
    Tensor a = s.copy(given);
    int n = size(a, -1);
    int count = count(a);
    boolean real = !s.dtype.isComplex();
    // Vectors of a real matrix are real first.
    Tensor found = vectors == null ? null : real ? s.copy(given) : vectors;
    int job = vectors == null ? NO_VECTORS : VECTORS;
    int valueType = DenseLibrary.type(s.dtype.toComplex());
    long bytes = bytes(a);
    long valueBytes = (long) n * values.dtype().size();
    long to = found == null ? 0 : found.pointer();
    Tensor info = s.info(count);
    SolverCall.Matrix matrix = i -> new Object[] {NO_VECTORS, job, n, s.type(), a.pointer() + i * bytes, n, valueType,
      values.pointer() + i * valueBytes, s.type(), 0L, n, s.type(), to == 0 ? 0L : to + i * bytes, n, s.type()};
    s.each("cusolverDnXgeev", count, matrix.of(0), matrix, info);
    if (vectors != null && found != null && real) combine(values, found, vectors);
    Matrices.checkInfo("linalg.eig", info, given.dim() == 2);
  }

  /// Complex vectors from real ones: a conjugate pair, of which the one with positive imaginary part comes first, shares two
  /// columns, real and imaginary part.
  private static void combine(Tensor values, Tensor columns, Tensor vectors) {
    Tensor turn = values.imag().unsqueeze(-2);
    Tensor first = turn.gt(0);
    Tensor second = turn.lt(0);
    Tensor real = Torch.where(second, columns.roll(1, -1), columns);
    Tensor imaginary = Torch.where(first, columns.roll(-1, -1), Torch.where(second, columns.neg(), 0));
    vectors.copy_(Torch.complex(real, imaginary));
  }

  // ---- singular values -------------------------------------------------------------------------------------------

  private static void svd(SolverCall s) {
    Call c = s.call;
    Tensor given = c.tensor("A");
    Tensor u = c.out(0);
    Tensor vh = c.out(2);
    boolean vectors = c.bool("compute_uv");
    boolean full = c.bool("full_matrices");
    if (given.numel() == 0) {
      // No singular values, but orthonormal bases all the same.
      for (Tensor basis : new Tensor[] {u, vh}) {
        if (!vectors || !full || basis.numel() == 0) continue;
        basis.zero_();
        basis.diagonal(0, -2, -1).fill_(1);
      }
      return;
    }
    String driver = c.has("driver") ? c.string("driver") : "";
    Tensor info = s.info(count(given));
    if (!driver.equals("gesvd")) {
      byRotations(s, info);
      if (driver.isEmpty() && !info.ne(0).any().itemBoolean()) return;
    }
    // Where rotations come to no end QR does, more slowly.
    if (driver.isEmpty() || driver.equals("gesvd")) {
      info.zero_();
      byQr(s, info);
    }
    Matrices.checkInfo("linalg.svd", info, given.dim() == 2);
  }

  /// By Jacobi's rotations, which give V instead of its adjoint.
  private static void byRotations(SolverCall s, Tensor info) {
    Call c = s.call;
    Tensor given = c.tensor("A");
    boolean vectors = c.bool("compute_uv");
    boolean full = c.bool("full_matrices");
    Tensor a = s.copy(given);
    int m = size(a, -2);
    int n = size(a, -1);
    int k = Math.min(m, n);
    int count = count(a);
    boolean together = count > 1 && m <= SMALL && n <= SMALL;
    boolean square = full || together;
    // What is not asked for gets a place nevertheless.
    int us = square ? m : k;
    int vs = square ? n : k;
    Tensor u = s.empty(new long[] {count, us, m}, s.dtype).mT();
    Tensor v = s.empty(new long[] {count, vs, n}, s.dtype).mT();
    Tensor values = c.out(1);
    int job = vectors ? VECTORS : NO_VECTORS;
    if (together) {
      Object[] all =
          {job, m, n, a.pointer(), m, values.pointer(), u.pointer(), m, v.pointer(), n};
      Object[] work = s.work("cusolverDn?gesvdjBatched", all, s.rotations(), count);
      s.solver("cusolverDn?gesvdjBatched", joined(all, work, info.pointer(), s.rotations(), count));
    } else {
      SolverCall.Matrix matrix = i -> new Object[] {job, full ? 0 : 1, m, n, a.pointer() + i * bytes(a), m,
        values.pointer() + (long) i * k * values.dtype().size(), u.pointer() + i * bytes(u), m,
        v.pointer() + i * bytes(v), n};
      Object[] work = s.work("cusolverDn?gesvdj", matrix.of(0), s.rotations());
      for (int i = 0; i < count; i++)
        s.solver("cusolverDn?gesvdj", joined(matrix.of(i), work, info.pointer() + 4L * i, s.rotations()));
    }
    if (!vectors) return;
    Tensor wantedU = c.out(0);
    Tensor wantedVh = c.out(2);
    wantedU.copy_(u.narrow(-1, 0, wantedU.size(-1)).view(wantedU.sizes()));
    wantedVh.copy_(v.narrow(-1, 0, wantedVh.size(-2)).mH().view(wantedVh.sizes()));
  }

  /// By QR steps, which want at least as many rows as columns: of others the adjoint is decomposed, `A^H = V S U^H`.
  private static void byQr(SolverCall s, Tensor info) {
    Call c = s.call;
    Tensor given = c.tensor("A");
    boolean vectors = c.bool("compute_uv");
    boolean full = c.bool("full_matrices");
    boolean wide = given.size(-2) < given.size(-1);
    Tensor a = s.copy(wide ? given.mH() : given);
    int m = size(a, -2);
    int n = size(a, -1);
    int count = count(a);
    int left = full ? m : n;
    byte job = (byte) (vectors ? full ? 'A' : 'S' : 'N');
    Tensor u = s.empty(new long[] {count, left, m}, s.dtype).mT();
    Tensor vh = s.empty(new long[] {count, n, n}, s.dtype).mT();
    Tensor values = c.out(1);
    SolverCall.Matrix matrix = i -> new Object[] {job, job, m, n, s.type(), a.pointer() + i * bytes(a), m, s.realType(),
      values.pointer() + (long) i * n * values.dtype().size(), s.type(), u.pointer() + i * bytes(u), m, s.type(),
      vh.pointer() + i * bytes(vh), n, s.type()};
    s.each("cusolverDnXgesvd", count, matrix.of(0), matrix, info);
    if (!vectors) return;
    Tensor wantedU = c.out(0);
    Tensor wantedVh = c.out(2);
    wantedU.copy_((wide ? vh.mH() : u).view(wantedU.sizes()));
    wantedVh.copy_((wide ? u.mH() : vh).view(wantedVh.sizes()));
  }

  // ---- least squares ---------------------------------------------------------------------------------------------

  /// `A = Q R` and `R X = Q^H B`; of wide matrices `A^H = Q R` and `X = Q R^-H B`. The other algorithms are the processor's.
  private static void lstsq(SolverCall s) {
    Call c = s.call;
    if (!c.string("driver").equals("gels")) {
      HostFallback.run(c);
      return;
    }
    Tensor a = c.tensor("A");
    Tensor b = c.tensor("B");
    Tensor out = c.out();
    for (int i = 0; i < 3; i++) c.out(i).zero_();
    long m = a.size(-2);
    long n = a.size(-1);
    if (a.numel() == 0 || b.numel() == 0) return;
    if (m >= n) {
      Tensor[] factors = OrthogonalFactors.GEQRF.tensors(a);
      Tensor turned = OrthogonalFactors.ORMQR.tensor(factors[0], factors[1], b, true, true);
      out.narrow(-2, 0, n).copy_(LinearSolving.LINALG_SOLVE_TRIANGULAR.tensor(factors[0].narrow(-2, 0, n),
          turned.narrow(-2, 0, n), true, true, false));
      out.narrow(-2, n, m - n).copy_(turned.narrow(-2, n, m - n));
      return;
    }
    Tensor[] factors = OrthogonalFactors.GEQRF.tensors(a.mH());
    Tensor solved =
        LinearSolving.LINALG_SOLVE_TRIANGULAR.tensor(factors[0].narrow(-2, 0, m).mH(), b, false, true, false);
    Tensor padded = Torch.zeros(out.sizes(), out.dtype(), out.device());
    padded.narrow(-2, 0, m).copy_(solved);
    out.copy_(OrthogonalFactors.ORMQR.tensor(factors[0], factors[1], padded, true, false));
  }
}
