package jtorch.cpu.dnnl;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.invoke.MethodHandle;

/// oneDNN's BLAS-like product of float32 matrices, in the calling thread.
public final class Sgemm {
  private static final MethodHandle SGEMM = DnnlLibrary.bind("dnnl_sgemm", JAVA_INT, JAVA_BYTE, JAVA_BYTE,
      JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_FLOAT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_FLOAT, JAVA_LONG,
      JAVA_LONG);

  private Sgemm() {}

  /// `C = alpha op(A) op(B) + beta C` for row-major matrices: `op(A)` is m by k, `op(B)` k by n, C m by n; `op` transposes
  /// where asked; `lda`, `ldb`, `ldc` are the distances of rows as stored. With `beta` 0, C is only written.
  public static void run(boolean transposeA, boolean transposeB, long m, long n, long k, float alpha,
      long a, long lda, long b, long ldb, float beta, long c, long ldc) {
    DnnlLibrary.oneThread();
    int status;
    try {
      status = (int) SGEMM.invokeExact((byte) (transposeA ? 'T' : 'N'), (byte) (transposeB ? 'T' : 'N'), m, n, k, alpha,
          a, lda, b, ldb, beta, c, ldc);
    } catch (Throwable e) {
      throw DnnlLibrary.failure(e);
    }
    DnnlException.check(status, "dnnl_sgemm");
  }
}
