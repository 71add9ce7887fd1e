package jtorch.cpu.matrix;

/// The shape of `batch` matrix products `C = A B`, A m by k, B k by n, C m by n, and where their elements lie: distances,
/// in elements, of matrices in the batch, of rows and of columns.
///
/// A and B may be transposed or have any other distances, 0 among them (broadcast); of C's rows or columns one must be
/// contiguous.
public record GemmShape(long batch, long m, long n, long k, long aBatch, long aRow, long aColumn, long bBatch,
    long bRow, long bColumn, long cBatch, long cRow, long cColumn) {
  public GemmShape {
    if (batch < 0 || m < 0 || n < 0 || k < 0) {
      throw new IllegalArgumentException(
          "negative size in product " + batch + " x [" + m + ", " + k + "] [" + k + ", " + n + "]");
    }
    if (cColumn != 1 && n > 1 && cRow != 1 && m > 1) {
      throw new IllegalArgumentException("neither rows nor columns of C are contiguous: " + cRow + ", " + cColumn);
    }
  }

  /// One product of contiguous row-major matrices.
  public static GemmShape of(long m, long n, long k) {
    return new GemmShape(1, m, n, k, m * k, k, 1, k * n, n, 1, m * n, n, 1);
  }

  public GemmShape a(long row, long column) {
    return new GemmShape(batch, m, n, k, aBatch, row, column, bBatch, bRow, bColumn, cBatch, cRow, cColumn);
  }

  public GemmShape b(long row, long column) {
    return new GemmShape(batch, m, n, k, aBatch, aRow, aColumn, bBatch, row, column, cBatch, cRow, cColumn);
  }

  public GemmShape c(long row, long column) {
    return new GemmShape(batch, m, n, k, aBatch, aRow, aColumn, bBatch, bRow, bColumn, cBatch, row, column);
  }

  public GemmShape batch(long count, long a, long b, long c) {
    return new GemmShape(count, m, n, k, a, aRow, aColumn, b, bRow, bColumn, c, cRow, cColumn);
  }

  /// The same products as `C' = B' A'`.
  GemmShape transposed() {
    return new GemmShape(batch, n, m, k, bBatch, bColumn, bRow, aBatch, aColumn, aRow, cBatch, cColumn, cRow);
  }
}
