package jtorch.cpu.lapack;

import java.lang.invoke.MethodHandle;
import jtorch.DType;
import jtorch.memory.Memory;

/// LAPACK's routines under their names without the precision, which the dtype says: `potrf` is `spotrf`, `dpotrf`,
/// `cpotrf` or `zpotrf`. Matrices are column-major at raw addresses; results are LAPACK's `info`.
///
/// Routines with work space are asked for its size with `lwork` -1: see [#workSize].
public final class Lapack {
  private static final int COLUMN_MAJOR = 102;

  private static final Routine POTRF = Routine.lapack("potrf", "cipi");
  private static final Routine POTRI = Routine.lapack("potri", "cipi");
  private static final Routine POTRS = Routine.lapack("potrs", "ciipipi");
  private static final Routine GETRF = Routine.lapack("getrf", "iipip");
  private static final Routine GETRS = Routine.lapack("getrs", "ciipippi");
  private static final Routine TRSM = Routine.blas("trsm", "iiiiiiirpipi", "iiiiiiippipi");
  private static final Routine GEQRF = Routine.lapack("geqrf", "iipippi");
  private static final Routine ORGQR = Routine.lapack("orgqr", "ungqr", "iiipippi");
  private static final Routine ORMQR = Routine.lapack("ormqr", "unmqr", "cciiipippipi");
  private static final Routine SYEVD = Routine.lapack("syevd", "heevd", "ccipippipi", "ccipippipipi");
  private static final Routine GEEV = Routine.lapack("geev", "geev", "ccipipppipipi", "ccipippipipip");
  private static final Routine GESDD = Routine.lapack("gesdd", "gesdd", "ciipippipipip", "ciipippipipipp");
  private static final Routine GELS = Routine.lapack("gels", "ciiipipipi");
  private static final Routine GELSY = Routine.lapack("gelsy", "gelsy", "iiipipiprppi", "iiipipiprppip");
  private static final Routine GELSD = Routine.lapack("gelsd", "gelsd", "iiipipiprppip", "iiipipiprppipp");
  private static final Routine GELSS = Routine.lapack("gelss", "gelss", "iiipipiprppi", "iiipipiprppip");
  private static final Routine SYTRF = Routine.lapack("sytrf", "cipippi");
  private static final Routine HETRF = Routine.lapack("sytrf", "hetrf", "cipippi");
  private static final Routine SYTRS = Routine.lapack("sytrs", "ciipippi");
  private static final Routine HETRS = Routine.lapack("sytrs", "hetrs", "ciipippi");

  private Lapack() {}

  /// The work size, in elements, that a query left at this address.
  public static int workSize(DType dtype, long work) {
    double size = dtype == DType.FLOAT32 || dtype == DType.COMPLEX64 ? Memory.getFloat(work) : Memory.getDouble(work);
    // Sizes above 2^24 are rounded to single precision, maybe down.
    return (int) Math.max(1, Math.ceil(size * (1 + 1e-6)));
  }

  // ---- Cholesky --------------------------------------------------------------------------------------------------

  /// The Cholesky factor in the triangle `uplo`, in place.
  public static int potrf(DType t, char uplo, int n, long a, int lda) {
    try {
      return (int) POTRF.of(t).invokeExact(COLUMN_MAJOR, (byte) uplo, n, a, lda);
    } catch (Throwable e) {
      throw OpenBlas.failure(e);
    }
  }

  /// The triangle `uplo` of the inverse from the Cholesky factor, in place.
  public static int potri(DType t, char uplo, int n, long a, int lda) {
    try {
      return (int) POTRI.of(t).invokeExact(COLUMN_MAJOR, (byte) uplo, n, a, lda);
    } catch (Throwable e) {
      throw OpenBlas.failure(e);
    }
  }

  /// Solves with the Cholesky factor; `b` becomes the solution.
  public static int potrs(DType t, char uplo, int n, int columns, long a, int lda, long b, int ldb) {
    try {
      return (int) POTRS.of(t).invokeExact(COLUMN_MAJOR, (byte) uplo, n, columns, a, lda, b, ldb);
    } catch (Throwable e) {
      throw OpenBlas.failure(e);
    }
  }

  // ---- LU --------------------------------------------------------------------------------------------------------

  /// The factors L and U with row exchanges, in place.
  public static int getrf(DType t, int m, int n, long a, int lda, long pivots) {
    try {
      return (int) GETRF.of(t).invokeExact(COLUMN_MAJOR, m, n, a, lda, pivots);
    } catch (Throwable e) {
      throw OpenBlas.failure(e);
    }
  }

  /// Solves with the factors of `getrf`: A X = B (`N`), with the transpose (`T`) or the adjoint (`C`).
  public static int getrs(DType t, char trans, int n, int columns, long a, int lda, long pivots, long b, int ldb) {
    try {
      return (int) GETRS.of(t).invokeExact(COLUMN_MAJOR, (byte) trans, n, columns, a, lda, pivots, b, ldb);
    } catch (Throwable e) {
      throw OpenBlas.failure(e);
    }
  }

  // ---- triangles -------------------------------------------------------------------------------------------------

  /// Solves `op(A) X = B`, or `X op(A) = B` on the right, with a triangle A; b becomes the solution. Both matrices are
  /// row-major or both column-major.
  ///
  /// @param one the address of the number 1 of the dtype
  public static void trsm(DType t, boolean rowMajor, boolean left, boolean upper, boolean transpose, boolean unit,
      int m,
      int n, long one, long a, int lda, long b, int ldb) {
    int order = rowMajor ? 101 : COLUMN_MAJOR;
    int side = left ? 141 : 142;
    int triangle = upper ? 121 : 122;
    int operation = transpose ? 112 : 111;
    int diagonal = unit ? 132 : 131;
    MethodHandle trsm = TRSM.of(t);
    try {
      switch (t) {
        case FLOAT32 -> trsm.invokeExact(order, side, triangle, operation, diagonal, m, n, 1f, a, lda, b, ldb);
        case FLOAT64 -> trsm.invokeExact(order, side, triangle, operation, diagonal, m, n, 1d, a, lda, b, ldb);
        default -> trsm.invokeExact(order, side, triangle, operation, diagonal, m, n, one, a, lda, b, ldb);
      }
    } catch (Throwable e) {
      throw OpenBlas.failure(e);
    }
  }

  // ---- QR --------------------------------------------------------------------------------------------------------

  /// R and, below the diagonal, the Householder vectors of Q; in place.
  public static int geqrf(DType t, int m, int n, long a, int lda, long tau, long work, int lwork) {
    try {
      return (int) GEQRF.of(t).invokeExact(COLUMN_MAJOR, m, n, a, lda, tau, work, lwork);
    } catch (Throwable e) {
      throw OpenBlas.failure(e);
    }
  }

  /// The first n columns of the product of k Householder reflectors, in place.
  public static int orgqr(DType t, int m, int n, int k, long a, int lda, long tau, long work, int lwork) {
    try {
      return (int) ORGQR.of(t).invokeExact(COLUMN_MAJOR, m, n, k, a, lda, tau, work, lwork);
    } catch (Throwable e) {
      throw OpenBlas.failure(e);
    }
  }

  /// Multiplies c by the product of k Householder reflectors from the side `L` or `R`.
  public static int ormqr(DType t, char side, char trans, int m, int n, int k, long a, int lda, long tau, long c,
      int ldc, long work, int lwork) {
    try {
      return (int) ORMQR.of(t).invokeExact(COLUMN_MAJOR, (byte) side, (byte) trans, m, n, k, a, lda, tau, c, ldc, work,
          lwork);
    } catch (Throwable e) {
      throw OpenBlas.failure(e);
    }
  }

  // ---- eigenvalues and singular values ---------------------------------------------------------------------------

  /// Eigenvalues w, and with `V` the vectors in place, of a symmetric or Hermitian matrix. Only complex matrices use
  /// `rwork`. A query leaves the sizes of the three work spaces in their first elements.
  public static int heevd(DType t, char jobz, char uplo, int n, long a, int lda, long w, long work, int lwork,
      long rwork, int lrwork, long iwork, int liwork) {
    MethodHandle heevd = SYEVD.of(t);
    try {
      return t.isComplex()
          ? (int) heevd.invokeExact(COLUMN_MAJOR, (byte) jobz, (byte) uplo, n, a, lda, w, work, lwork, rwork, lrwork,
              iwork, liwork)
          : (int) heevd.invokeExact(COLUMN_MAJOR, (byte) jobz, (byte) uplo, n, a, lda, w, work, lwork, iwork, liwork);
    } catch (Throwable e) {
      throw OpenBlas.failure(e);
    }
  }

  /// Eigenvalues and, with `V`, right vectors of a real matrix: real and imaginary parts apart.
  public static int geevReal(DType t, char vectors, int n, long a, int lda, long wr, long wi, long vr, int ldvr,
      long work, int lwork) {
    try {
      return (int) GEEV.of(t).invokeExact(COLUMN_MAJOR, (byte) 'N', (byte) vectors, n, a, lda, wr, wi, 0L, 1, vr, ldvr,
          work, lwork);
    } catch (Throwable e) {
      throw OpenBlas.failure(e);
    }
  }

  /// Eigenvalues and, with `V`, right vectors of a complex matrix; `rwork` has 2 n real numbers.
  public static int geevComplex(DType t, char vectors, int n, long a, int lda, long w, long vr, int ldvr, long work,
      int lwork, long rwork) {
    try {
      return (int) GEEV.of(t).invokeExact(COLUMN_MAJOR, (byte) 'N', (byte) vectors, n, a, lda, w, 0L, 1, vr, ldvr, work,
          lwork, rwork);
    } catch (Throwable e) {
      throw OpenBlas.failure(e);
    }
  }

  /// Singular values s, and as `jobz` says no (`N`), the first (`S`) or all (`A`) singular vectors.
  public static int gesdd(DType t, char jobz, int m, int n, long a, int lda, long s, long u, int ldu, long vt,
      int ldvt, long work, int lwork, long rwork, long iwork) {
    MethodHandle gesdd = GESDD.of(t);
    try {
      return t.isComplex()
          ? (int) gesdd.invokeExact(COLUMN_MAJOR, (byte) jobz, m, n, a, lda, s, u, ldu, vt, ldvt, work, lwork, rwork,
              iwork)
          : (int) gesdd.invokeExact(COLUMN_MAJOR, (byte) jobz, m, n, a, lda, s, u, ldu, vt, ldvt, work, lwork, iwork);
    } catch (Throwable e) {
      throw OpenBlas.failure(e);
    }
  }

  // ---- least squares ---------------------------------------------------------------------------------------------

  /// Least squares of matrices of full rank, by QR.
  public static int gels(DType t, int m, int n, int columns, long a, int lda, long b, int ldb, long work, int lwork) {
    try {
      return (int) GELS.of(t).invokeExact(COLUMN_MAJOR, (byte) 'N', m, n, columns, a, lda, b, ldb, work, lwork);
    } catch (Throwable e) {
      throw OpenBlas.failure(e);
    }
  }

  /// Least squares by QR with pivoting; `pivots` has n integers, 0 for columns that may move.
  public static int gelsy(DType t, int m, int n, int columns, long a, int lda, long b, int ldb, long pivots,
      double rcond, long rank, long work, int lwork, long rwork) {
    MethodHandle gelsy = GELSY.of(t);
    try {
      return switch (t) {
        case FLOAT32 ->
          (int) gelsy.invokeExact(COLUMN_MAJOR, m, n, columns, a, lda, b, ldb, pivots, (float) rcond, rank,
              work, lwork);
        case FLOAT64 -> (int) gelsy.invokeExact(COLUMN_MAJOR, m, n, columns, a, lda, b, ldb, pivots, rcond, rank, work,
            lwork);
        case COMPLEX64 -> (int) gelsy.invokeExact(COLUMN_MAJOR, m, n, columns, a, lda, b, ldb, pivots, (float) rcond,
            rank, work, lwork, rwork);
        default -> (int) gelsy.invokeExact(COLUMN_MAJOR, m, n, columns, a, lda, b, ldb, pivots, rcond, rank, work,
            lwork, rwork);
      };
    } catch (Throwable e) {
      throw OpenBlas.failure(e);
    }
  }

  /// Least squares by singular values, divide and conquer.
  public static int gelsd(DType t, int m, int n, int columns, long a, int lda, long b, int ldb, long s, double rcond,
      long rank, long work, int lwork, long rwork, long iwork) {
    MethodHandle gelsd = GELSD.of(t);
    try {
      return switch (t) {
        case FLOAT32 -> (int) gelsd.invokeExact(COLUMN_MAJOR, m, n, columns, a, lda, b, ldb, s, (float) rcond, rank,
            work, lwork, iwork);
        case FLOAT64 -> (int) gelsd.invokeExact(COLUMN_MAJOR, m, n, columns, a, lda, b, ldb, s, rcond, rank, work,
            lwork, iwork);
        case COMPLEX64 -> (int) gelsd.invokeExact(COLUMN_MAJOR, m, n, columns, a, lda, b, ldb, s, (float) rcond, rank,
            work, lwork, rwork, iwork);
        default -> (int) gelsd.invokeExact(COLUMN_MAJOR, m, n, columns, a, lda, b, ldb, s, rcond, rank, work, lwork,
            rwork, iwork);
      };
    } catch (Throwable e) {
      throw OpenBlas.failure(e);
    }
  }

  /// Least squares by singular values.
  public static int gelss(DType t, int m, int n, int columns, long a, int lda, long b, int ldb, long s, double rcond,
      long rank, long work, int lwork, long rwork) {
    MethodHandle gelss = GELSS.of(t);
    try {
      return switch (t) {
        case FLOAT32 -> (int) gelss.invokeExact(COLUMN_MAJOR, m, n, columns, a, lda, b, ldb, s, (float) rcond, rank,
            work, lwork);
        case FLOAT64 -> (int) gelss.invokeExact(COLUMN_MAJOR, m, n, columns, a, lda, b, ldb, s, rcond, rank, work,
            lwork);
        case COMPLEX64 -> (int) gelss.invokeExact(COLUMN_MAJOR, m, n, columns, a, lda, b, ldb, s, (float) rcond, rank,
            work, lwork, rwork);
        default -> (int) gelss.invokeExact(COLUMN_MAJOR, m, n, columns, a, lda, b, ldb, s, rcond, rank, work, lwork,
            rwork);
      };
    } catch (Throwable e) {
      throw OpenBlas.failure(e);
    }
  }

  // ---- LDL -------------------------------------------------------------------------------------------------------

  /// The factors L and D of a symmetric or, if asked, Hermitian matrix from its lower triangle, in place.
  public static int sytrf(DType t, boolean hermitian, int n, long a, int lda, long pivots, long work, int lwork) {
    try {
      return (int) (hermitian ? HETRF : SYTRF).of(t).invokeExact(COLUMN_MAJOR, (byte) 'L', n, a, lda, pivots, work,
          lwork);
    } catch (Throwable e) {
      throw OpenBlas.failure(e);
    }
  }

  /// Solves with the factors of `sytrf`; `b` becomes the solution.
  public static int sytrs(DType t, boolean hermitian, int n, int columns, long a, int lda, long pivots, long b,
      int ldb) {
    try {
      return (int) (hermitian ? HETRS : SYTRS).of(t).invokeExact(COLUMN_MAJOR, (byte) 'L', n, columns, a, lda, pivots,
          b,
          ldb);
    } catch (Throwable e) {
      throw OpenBlas.failure(e);
    }
  }
}
