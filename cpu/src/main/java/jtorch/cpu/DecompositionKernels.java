package jtorch.cpu;

import static jtorch.cpu.SolvingKernels.columnMajor;
import static jtorch.cpu.SolvingKernels.lapack;
import static jtorch.cpu.SolvingKernels.single;
import static jtorch.cpu.SolvingKernels.size;

import java.lang.ref.Reference;
import java.util.function.BiConsumer;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.cpu.lapack.Batches;
import jtorch.cpu.lapack.Lapack;
import jtorch.cpu.lapack.SmallReflectors;
import jtorch.memory.Memory;
import jtorch.memory.ScratchMemory;
import jtorch.op.Call;
import jtorch.op.Copying;
import jtorch.op.Matrices;
import jtorch.op.MatrixLayout;
import jtorch.spi.Kernel;
import org.jspecify.annotations.Nullable;

/// QR, eigenvalues, singular values, least squares.
final class DecompositionKernels {
  private DecompositionKernels() {}

  static void register(BiConsumer<String, Kernel> table) {
    table.accept("geqrf", lapack(DecompositionKernels::geqrf));
    table.accept("householder_product", single(DecompositionKernels::householderProduct));
    table.accept("ormqr", lapack(DecompositionKernels::ormqr));
    table.accept("eigh", lapack(DecompositionKernels::eigh));
    table.accept("eig", lapack(c -> eig(c.tensor("self"), c.out(), c.out(1))));
    table.accept("eigvals", lapack(c -> eig(c.tensor("self"), c.out(), null)));
    table.accept("svd", lapack(DecompositionKernels::svd));
    table.accept("lstsq", lapack(DecompositionKernels::lstsq));
  }

  /// A question for the work size: it gets the address for the answers, 64 bytes apart.
  @FunctionalInterface
  private interface Query {
    void ask(long answers);
  }

  private static int workSize(DType t, Query query) {
    long answers = ScratchMemory.allocate(64);
    try {
      query.ask(answers);
      return Lapack.workSize(t, answers);
    } finally {
      ScratchMemory.free(answers);
    }
  }

  private static long count(Tensor t, int rows, int columns) {
    return rows == 0 || columns == 0 ? 0 : t.numel() / ((long) rows * columns);
  }

  // ---- QR --------------------------------------------------------------------------------------------------------

  private static void geqrf(Call c) {
    Tensor a = c.out();
    Tensor tau = c.out(1);
    Copying.write(c.tensor("self"), a);
    int m = size(a, -2);
    int n = size(a, -1);
    int k = Math.min(m, n);
    DType t = a.dtype();
    if (a.numel() == 0) return;
    int lwork = workSize(t, work -> Lapack.geqrf(t, m, n, a.address(), m, tau.address(), work, -1));
    long bytes = MatrixLayout.bytes(a);
    Batches.run(count(a, m, n), 2.0 * m * n * k, (long) lwork * t.size(), (begin, end, work) -> {
      for (long i = begin; i < end; i++)
        Lapack.geqrf(t, m, n, a.address() + i * bytes, m, tau.address() + i * k * t.size(), work, lwork);
    });
  }

  private static void householderProduct(Call c) {
    Tensor out = c.out();
    Copying.write(c.tensor("input"), out);
    Tensor tau = c.tensor("tau").contiguous();
    int m = size(out, -2);
    int n = size(out, -1);
    int k = size(tau, -1);
    DType t = out.dtype();
    if (out.numel() == 0) return;
    if (m <= SmallReflectors.LARGEST && !t.isComplex()) {
      long matrix = MatrixLayout.bytes(out);
      Parallel.run(count(out, m, n), 16, (begin, end) -> {
        for (long i = begin; i < end; i++)
          SmallReflectors.run(t, m, n, k, out.address() + i * matrix, tau.address() + i * k * t.size());
      });
      return;
    }
    int lwork = workSize(t, work -> Lapack.orgqr(t, m, n, k, out.address(), m, tau.address(), work, -1));
    long bytes = MatrixLayout.bytes(out);
    Batches.run(count(out, m, n), 2.0 * m * n * k, (long) lwork * t.size(), (begin, end, work) -> {
      for (long i = begin; i < end; i++)
        Lapack.orgqr(t, m, n, k, out.address() + i * bytes, m, tau.address() + i * k * t.size(), work, lwork);
    });
    Reference.reachabilityFence(tau);
  }

  private static void ormqr(Call c) {
    Tensor out = c.out();
    Copying.write(c.tensor("input3"), out);
    if (out.numel() == 0) return;
    // LAPACK writes a reflector's vector for a moment: threads must not share it.
    Tensor vectors = columnMajor(c.tensor("self"));
    Tensor tau = c.tensor("input2").contiguous();
    int m = size(out, -2);
    int n = size(out, -1);
    int k = size(tau, -1);
    DType t = out.dtype();
    int lda = (int) MatrixLayout.columns(vectors);
    long[] matrices = MatrixLayout.addresses(vectors, MatrixLayout.batch(out));
    char side = c.bool("left") ? 'L' : 'R';
    char trans = !c.bool("transpose") ? 'N' : t.isComplex() ? 'C' : 'T';
    int lwork = workSize(t, work -> Lapack.ormqr(t, side, trans, m, n, k, matrices[0], lda, tau.address(),
        out.address(), m, work, -1));
    long bytes = MatrixLayout.bytes(out);
    Batches.run(matrices.length, 2.0 * m * n * k, (long) lwork * t.size(), (begin, end, work) -> {
      for (long i = begin; i < end; i++)
        Lapack.ormqr(t, side, trans, m, n, k, matrices[(int) i], lda, tau.address() + i * k * t.size(),
            out.address() + i * bytes, m, work, lwork);
    });
    Reference.reachabilityFence(vectors);
    Reference.reachabilityFence(tau);
  }

  // ---- eigenvalues -----------------------------------------------------------------------------------------------

  private static void eigh(Call c) {
    Tensor given = c.tensor("A");
    Tensor values = c.out();
    boolean vectors = c.bool("compute_v");
    // Without vectors the matrix is overwritten all the same.
    Tensor a = vectors ? c.out(1) : columnMajorCopy(given);
    if (vectors) Copying.write(given, a);
    int n = size(a, -1);
    if (a.numel() == 0) return;
    DType t = a.dtype();
    char jobz = vectors ? 'V' : 'N';
    char uplo = Character.toUpperCase(c.string("UPLO").charAt(0));
    long answers = ScratchMemory.allocate(192);
    int lwork;
    int lrwork;
    int liwork;
    try {
      Lapack.heevd(t, jobz, uplo, n, a.address(), n, values.address(), answers, -1, answers + 64, -1, answers + 128,
          -1);
      lwork = Lapack.workSize(t, answers);
      lrwork = t.isComplex() ? Lapack.workSize(t, answers + 64) : 0;
      liwork = Math.max(1, Memory.getInt(answers + 128));
    } finally {
      ScratchMemory.free(answers);
    }
    int part = t.toReal().size();
    long workBytes = (long) lwork * t.size() + (long) lrwork * part + 4L * liwork;
    long bytes = MatrixLayout.bytes(a);
    long count = count(a, n, n);
    int[] codes = new int[Math.toIntExact(count)];
    Batches.run(count, 4.0 * n * n * n, workBytes, (begin, end, work) -> {
      long rwork = work + (long) lwork * t.size();
      long iwork = rwork + (long) lrwork * part;
      for (long i = begin; i < end; i++) {
        long matrix = a.address() + i * bytes;
        long own = values.address() + i * n * part;
        if (isFinite(t, matrix, (long) n * n)) {
          codes[(int) i] =
              Lapack.heevd(t, jobz, uplo, n, matrix, n, own, work, lwork, rwork, lrwork, iwork, liwork);
        } else {
          // LAPACK might not come to an end.
          fillNan(t.toReal(), own, n);
          if (vectors) fillNan(t, matrix, (long) n * n);
        }
      }
    });
    check("linalg.eigh", codes, a.dim() == 2);
    Reference.reachabilityFence(a);
  }

  private static Tensor columnMajorCopy(Tensor t) {
    Tensor rows = Torch.empty(t.mT().sizes(), t.dtype());
    Tensor columns = rows.mT();
    Copying.write(t, columns);
    return columns;
  }

  private static boolean isFinite(DType t, long address, long count) {
    double sum = 0;
    if (t.toReal() == DType.FLOAT32) {
      long n = t.isComplex() ? 2 * count : count;
      for (long i = 0; i < n; i++) sum += Memory.getFloat(address + 4 * i) * 0;
    } else {
      long n = t.isComplex() ? 2 * count : count;
      for (long i = 0; i < n; i++) sum += Memory.getDouble(address + 8 * i) * 0;
    }
    return sum == 0;
  }

  private static void fillNan(DType t, long address, long count) {
    long n = t.isComplex() ? 2 * count : count;
    DType part = t.toReal();
    for (long i = 0; i < n; i++) Numbers.putDouble(part, address + i * part.size(), Double.NaN);
  }

  private static void check(String name, int[] codes, boolean single) {
    for (int code : codes) {
      if (code != 0) Matrices.checkInfo(name, Torch.tensor(codes), single);
    }
  }

  private static void eig(Tensor self, Tensor values, @Nullable Tensor vectors) {
    if (self.numel() == 0) return;
    Tensor a = columnMajorCopy(self);
    int n = size(a, -1);
    DType t = a.dtype();
    boolean complex = t.isComplex();
    int part = t.toReal().size();
    char job = vectors == null ? 'N' : 'V';
    long query = ScratchMemory.allocate(64);
    int lwork;
    try {
      if (complex) Lapack.geevComplex(t, job, n, a.address(), n, query, query, n, query, -1, query);
      else Lapack.geevReal(t, job, n, a.address(), n, query, query, query, n, query, -1);
      lwork = Lapack.workSize(t, query);
    } finally {
      ScratchMemory.free(query);
    }
    // Real matrices have their values and vectors in a form of their own first.
    long parts = 2L * n * part;
    long realVectors = complex || vectors == null ? 0 : (long) n * n * part;
    long bytes = MatrixLayout.bytes(a);
    long count = count(a, n, n);
    int[] codes = new int[Math.toIntExact(count)];
    int size = values.dtype().size();
    Batches.run(count, 20.0 * n * n * n, (long) lwork * t.size() + parts + realVectors, (begin, end, work) -> {
      long first = work + (long) lwork * t.size();
      for (long i = begin; i < end; i++) {
        long matrix = a.address() + i * bytes;
        long own = values.address() + i * n * size;
        long out = vectors == null ? 0 : vectors.address() + i * n * n * size;
        if (complex) {
          codes[(int) i] = Lapack.geevComplex(t, job, n, matrix, n, own, out, n, work, lwork, first);
        } else {
          long imaginary = first + (long) n * part;
          long real = first + parts;
          codes[(int) i] = Lapack.geevReal(t, job, n, matrix, n, first, imaginary, real, n, work, lwork);
          combine(t, n, first, imaginary, own, vectors == null ? 0 : real, out);
        }
      }
    });
    check("linalg.eig", codes, self.dim() == 2);
    Reference.reachabilityFence(a);
  }

  /// Complex values and vectors from LAPACK's real ones: a conjugate pair shares two columns, real and imaginary part.
  private static void combine(DType t, int n, long real, long imaginary, long values, long columns, long vectors) {
    int size = t.size();
    for (int j = 0; j < n; j++) {
      double turn = Numbers.getDouble(t, imaginary + (long) j * size);
      Numbers.putDouble(t, values + 2L * j * size, Numbers.getDouble(t, real + (long) j * size));
      Numbers.putDouble(t, values + (2L * j + 1) * size, turn);
      if (columns == 0) continue;
      boolean second = turn < 0;
      long re = columns + (long) (second ? j - 1 : j) * n * size;
      long im = turn == 0 ? 0 : re + (long) n * size;
      long to = vectors + 2L * j * n * size;
      for (int i = 0; i < n; i++) {
        double part = im == 0 ? 0 : Numbers.getDouble(t, im + (long) i * size);
        Numbers.putDouble(t, to + 2L * i * size, Numbers.getDouble(t, re + (long) i * size));
        Numbers.putDouble(t, to + (2L * i + 1) * size, second ? -part : part);
      }
    }
  }

  // ---- singular values -------------------------------------------------------------------------------------------

  private static void svd(Call c) {
    Tensor given = c.tensor("A");
    Tensor u = c.out(0);
    Tensor s = c.out(1);
    Tensor vh = c.out(2);
    boolean vectors = c.bool("compute_uv");
    boolean full = c.bool("full_matrices");
    int m = size(given, -2);
    int n = size(given, -1);
    int k = Math.min(m, n);
    if (given.numel() == 0) {
      // No singular values, but orthonormal bases all the same.
      if (vectors && full) {
        if (u.numel() > 0) Copying.write(Torch.eye(m), u);
        if (vh.numel() > 0) Copying.write(Torch.eye(n), vh);
      }
      return;
    }
    Tensor a = columnMajorCopy(given);
    DType t = a.dtype();
    int part = t.toReal().size();
    char jobz = vectors ? (full ? 'A' : 'S') : 'N';
    int ldvt = full ? n : k;
    int lwork = workSize(t, work -> Lapack.gesdd(t, jobz, m, n, a.address(), m, s.address(), u.address(), m,
        vh.address(), ldvt, work, -1, work, work));
    long larger = Math.max(m, n);
    long reals = !t.isComplex() ? 0
        : !vectors ? 7L * k : Math.max(5L * k * k + 5L * k, 2L * larger * k + 2L * k * k + k);
    long count = count(a, m, n);
    long bytes = MatrixLayout.bytes(a);
    long uBytes = vectors ? MatrixLayout.bytes(u) : 0;
    long vBytes = vectors ? MatrixLayout.bytes(vh) : 0;
    int[] codes = new int[Math.toIntExact(count)];
    Batches.run(count, 6.0 * m * n * k, (long) lwork * t.size() + reals * part + 32L * k, (begin, end, work) -> {
      long rwork = work + (long) lwork * t.size();
      long iwork = rwork + reals * part;
      for (long i = begin; i < end; i++) {
        long matrix = a.address() + i * bytes;
        codes[(int) i] = isFinite(t, matrix, (long) m * n)
            ? Lapack.gesdd(t, jobz, m, n, matrix, m, s.address() + i * k * part, u.address() + i * uBytes, m,
                vh.address() + i * vBytes, ldvt, work, lwork, rwork, iwork)
            : -4;
      }
    });
    check("linalg.svd", codes, given.dim() == 2);
    Reference.reachabilityFence(a);
  }

  // ---- least squares ---------------------------------------------------------------------------------------------

  private static void lstsq(Call c) {
    Tensor given = c.tensor("A");
    Tensor out = c.out();
    Tensor rank = c.out(1);
    Tensor s = c.out(2);
    int m = size(given, -2);
    int n = size(given, -1);
    int k = Math.min(m, n);
    int columns = size(out, -1);
    for (Tensor t : new Tensor[] {out, rank, s})
      Memory.fill(t.address(), t.numel() * t.dtype().size(), (byte) 0);
    String driver = c.string("driver");
    // Without unknowns B is what remains; gels answers zeros.
    if (out.numel() > 0 && (n > 0 || !driver.equals("gels"))) Copying.write(c.tensor("B"), out.narrow(-2, 0, m));
    if (given.numel() == 0 || columns == 0) return;
    Tensor a = columnMajorCopy(given);
    int ldb = size(out, -2);
    DType t = a.dtype();
    int part = t.toReal().size();
    double rcond = c.number("rcond");
    long[] sizes = lstsqSizes(t, driver, m, n, columns, a.address(), out.address(), ldb, s.address(), rcond);
    int lwork = (int) sizes[0];
    long reals = sizes[1];
    long integers = Math.max(n, sizes[2]);
    long count = count(a, m, n);
    long bytes = MatrixLayout.bytes(a);
    long outBytes = MatrixLayout.bytes(out);
    int[] codes = new int[Math.toIntExact(count)];
    long workBytes = (long) lwork * t.size() + reals * part + 4 * integers + 64;
    Batches.run(count, 2.0 * m * n * (k + columns), workBytes, (begin, end, work) -> {
      long rwork = work + (long) lwork * t.size();
      long iwork = rwork + reals * part;
      long found = iwork + 4 * integers;
      for (long i = begin; i < end; i++) {
        long matrix = a.address() + i * bytes;
        long b = out.address() + i * outBytes;
        long values = s.address() + i * k * part;
        if (driver.equals("gelsy")) Memory.fill(iwork, 4L * n, (byte) 0);
        codes[(int) i] = switch (driver) {
          case "gels" -> Lapack.gels(t, m, n, columns, matrix, m, b, ldb, work, lwork);
          case "gelsy" ->
            Lapack.gelsy(t, m, n, columns, matrix, m, b, ldb, iwork, rcond, found, work, lwork, rwork);
          case "gelsd" ->
            Lapack.gelsd(t, m, n, columns, matrix, m, b, ldb, values, rcond, found, work, lwork, rwork, iwork);
          default -> Lapack.gelss(t, m, n, columns, matrix, m, b, ldb, values, rcond, found, work, lwork, rwork);
        };
        if (!driver.equals("gels")) Memory.putLong(rank.address() + 8 * i, Memory.getInt(found));
      }
    });
    check("torch.linalg.lstsq", codes, given.dim() == 2);
    Reference.reachabilityFence(a);
  }

  /// The sizes of a driver's work spaces: elements, real numbers, integers.
  private static long[] lstsqSizes(DType t, String driver, int m, int n, int columns, long a, long b, int ldb, long s,
      double rcond) {
    long answers = ScratchMemory.allocate(256 + 4L * n);
    long rwork = answers + 64;
    long iwork = answers + 128;
    long rank = answers + 192;
    try {
      switch (driver) {
        case "gels" -> Lapack.gels(t, m, n, columns, a, m, b, ldb, answers, -1);
        case "gelsy" ->
          Lapack.gelsy(t, m, n, columns, a, m, b, ldb, answers + 256, rcond, rank, answers, -1, rwork);
        case "gelsd" ->
          Lapack.gelsd(t, m, n, columns, a, m, b, ldb, s, rcond, rank, answers, -1, rwork, iwork);
        default -> Lapack.gelss(t, m, n, columns, a, m, b, ldb, s, rcond, rank, answers, -1, rwork);
      }
      int lwork = Lapack.workSize(t, answers);
      boolean complex = t.isComplex();
      return switch (driver) {
        case "gelsy" -> new long[] {lwork, complex ? 2L * n : 0, n};
        case "gelsd" ->
          new long[] {lwork, complex ? Lapack.workSize(t, rwork) : 0, Math.max(1, Memory.getInt(iwork))};
        case "gelss" -> new long[] {lwork, complex ? 5L * Math.min(m, n) : 0, 0};
        default -> new long[] {lwork, 0, 0};
      };
    } finally {
      ScratchMemory.free(answers);
    }
  }
}
