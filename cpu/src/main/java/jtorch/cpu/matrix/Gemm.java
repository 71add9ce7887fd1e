package jtorch.cpu.matrix;

import jtorch.DType;
import jtorch.cpu.Parallel;
import jtorch.cpu.Scratch;
import jtorch.cpu.VectorApi;
import jtorch.cpu.dnnl.Dnnl;
import jtorch.cpu.dnnl.Sgemm;
import jtorch.cpu.kernel.Rows;
import jtorch.memory.Memory;

/// Matrix products of float32, float64, int32 and int64, single or in batches: `C = alpha A B + beta C`.
///
/// float32 goes to oneDNN where it is there, but tiny products, for which the call costs more than the arithmetic; the
/// rest is done in Java. Work is split into tiles of C, so a result does not depend on which thread did what.
public final class Gemm {
  /// Multiply-adds worth handing to another thread: some ten microseconds.
  private static final long PIECE = 1 << 19;
  /// Pieces beyond one a thread even out the load, but each copies its parts of A and B anew.
  private static final long LARGE_PIECE = 16 * PIECE;
  /// oneDNN's sgemm is slow where A's rows are dotted with B's (B transposed) over a long k, so k is cut.
  private static final long LONGEST_DOT = 1024;
  /// Multiply-adds for which oneDNN's call would cost more than the arithmetic.
  private static final long TINY = 1 << 17;
  /// Multiply-adds that are so few that the order of the sums costs nothing.
  static final long FEW = 1 << 21;
  /// Elements of C that fit a second-level cache beside parts of A and B.
  private static final long CACHED = 1 << 17;

  private Gemm() {}

  /// What is added to the products: nothing, or a vector along the rows or columns of C.
  public enum Bias {
    NONE,
    /// One number for each row of C: m of them.
    ROW,
    /// One number for each column of C: n of them.
    COLUMN;

    private Bias transposed() {
      return this == ROW ? COLUMN : this == COLUMN ? ROW : NONE;
    }
  }

  /// Whether there is a product of these: always for the four types; for float16 and bfloat16 where oneDNN multiplies them
  /// faster than float32 and the matrices lie as BLAS wants them (then without factors and bias). Else convert to float32.
  public static boolean supports(DType type, GemmShape s) {
    return switch (type) {
      case FLOAT32, FLOAT64, INT32, INT64 -> true;
      case FLOAT16, BFLOAT16 -> s.k() > 0 && HalfProduct.isFast(type) && isStored(s.aRow(), s.aColumn(), s.m(), s.k())
          && isStored(s.bRow(), s.bColumn(), s.k(), s.n());
      default -> false;
    };
  }

  /// `C = alpha A B + beta C`. With `beta` 0, C is only written.
  public static void run(Scratch scratch, DType type, GemmShape shape, double alpha, long a, long b, double beta,
      long c) {
    run(scratch, type, shape, alpha, a, b, beta, c, Bias.NONE, 0);
  }

  /// `C = alpha A B + bias`.
  public static void run(Scratch scratch, DType type, GemmShape shape, double alpha, long a, long b, long c, Bias kind,
      long bias) {
    run(scratch, type, shape, alpha, a, b, 0, c, kind, bias);
  }

  /// `C = alpha A B + beta C` in the calling thread alone, for kernels that spread larger work over threads themselves.
  /// float32 or float64, one product, rows of C contiguous.
  public static void runHere(Scratch scratch, DType type, GemmShape shape, double alpha, long a, long b, double beta,
      long c) {
    if (shape.m() == 0 || shape.n() == 0) return;
    new Run(scratch, type, shape, alpha, a, b, beta, c, Bias.NONE, 0).part(0, 0, shape.m(), 0, shape.n());
  }

  private static void run(Scratch scratch, DType type, GemmShape shape, double alpha, long a, long b, double beta,
      long c,
      Bias kind, long bias) {
    if (!supports(type, shape) || type.size() == 2 && (alpha != 1 || beta != 0 || kind != Bias.NONE)) {
      throw new IllegalArgumentException(
          "no matrix product of " + type + " for " + shape + ", alpha " + alpha + ", beta "
              + beta + ", bias " + kind);
    }
    if (shape.cColumn() == 1 || shape.n() == 1) {
      new Run(scratch, type, shape, alpha, a, b, beta, c, kind, bias).start();
    } else {
      new Run(scratch, type, shape.transposed(), alpha, b, a, beta, c, kind.transposed(), bias).start();
    }
  }

  private record Run(Scratch scratch, DType type, GemmShape shape, double alpha, long a, long b, double beta, long c,
      Bias kind, long bias) {
    void start() {
      long work = shape.m() * shape.n() * Math.max(1, shape.k());
      long batch = shape.batch();
      if (batch == 0 || work == 0) {
        return;
      }
      int threads = Parallel.threads();
      if (threads == 1 || batch * work < 2 * PIECE) {
        for (long i = 0; i < batch; i++) {
          tile(i, 0, shape.m(), 0, shape.n());
        }
      } else if (batch >= 2L * threads || work < 2 * PIECE) {
        Parallel.run(batch, Math.max(1, PIECE / work), (begin, end) -> {
          for (long i = begin; i < end; i++) {
            tile(i, 0, shape.m(), 0, shape.n());
          }
        });
      } else {
        split(threads, work);
      }
    }

    /// Cuts each product into tiles as square as may be, for square ones read least of A and B.
    private void split(int threads, long work) {
      long pieces = Math.min(work >= 2 * threads * LARGE_PIECE ? 2L * threads : threads, work / PIECE);
      long down = 1;
      for (long i = 2; i <= pieces; i++) {
        if (pieces % i == 0 && edges(i, pieces / i) < edges(down, pieces / down)) {
          down = i;
        }
      }
      long height = roundUp(shape.m(), down);
      long width = roundUp(shape.n(), pieces / down);
      long rows = (shape.m() - 1) / height + 1;
      long columns = (shape.n() - 1) / width + 1;
      Parallel.run(shape.batch() * rows * columns, 1, (begin, end) -> {
        for (long i = begin; i < end; i++) {
          long row = i / columns % rows * height;
          long column = i % columns * width;
          tile(i / (rows * columns), row, Math.min(height, shape.m() - row), column,
              Math.min(width, shape.n() - column));
        }
      });
    }

    private long edges(long down, long across) {
      return roundUp(shape.m(), down) + roundUp(shape.n(), across);
    }

    /// The size of a part when `size` is cut in `parts`, in whole vectors.
    private static long roundUp(long size, long parts) {
      return ((size - 1) / parts / 16 + 1) * 16;
    }

    /// A tile; one with a bias in parts that stay in the cache between the product and adding the bias.
    private void tile(long index, long row, long m, long column, long n) {
      long height = kind == Bias.COLUMN ? Math.max(64, CACHED / n) : m;
      long width = kind == Bias.ROW ? Math.max(64, CACHED / m / 64 * 64) : n;
      for (long i = 0; i < m; i += height) {
        for (long j = 0; j < n; j += width) {
          part(index, row + i, Math.min(height, m - i), column + j, Math.min(width, n - j));
        }
      }
    }

    private void part(long index, long row, long m, long column, long n) {
      int bytes = type.size();
      long aTile = a + (index * shape.aBatch() + row * shape.aRow()) * bytes;
      long bTile = b + (index * shape.bBatch() + column * shape.bColumn()) * bytes;
      long cTile = c + (index * shape.cBatch() + row * shape.cRow() + column) * bytes;
      if (!VectorApi.PRESENT && type.size() > 2) scalar(m, n, aTile, bTile, cTile);
      else switch (type) {
        case FLOAT32 -> float32(m, n, aTile, bTile, cTile);
        case FLOAT64 -> float64(m, n, aTile, bTile, cTile);
        case INT32 -> IntProduct.run(scratch, m, n, shape.k(), (int) alpha, aTile, shape.aRow(), shape.aColumn(), bTile,
            shape.bRow(), shape.bColumn(), (int) beta, cTile, shape.cRow());
        case INT64 ->
          LongProduct.run(scratch, m, n, shape.k(), (long) alpha, aTile, shape.aRow(), shape.aColumn(), bTile,
              shape.bRow(), shape.bColumn(), (long) beta, cTile, shape.cRow());
        default ->
          HalfProduct.run(scratch, type, m, n, shape.k(), aTile, shape.aRow(), shape.aColumn(), bTile, shape.bRow(),
              shape.bColumn(), cTile, shape.cRow());
      }
      if (kind != Bias.NONE) {
        addBias(m, n, bias + (kind == Bias.ROW ? row : column) * bytes, cTile);
      }
    }

    private void addBias(long m, long n, long from, long to) {
      int bytes = type.size();
      for (long i = 0; i < m; i++) {
        long target = to + i * shape.cRow() * bytes;
        if (type == DType.FLOAT32 && kind == Bias.ROW) {
          Floats.add(target, Memory.getFloat(from + i * bytes), n);
        } else if (type == DType.FLOAT32) {
          Floats.add(target, from, n);
        } else {
          for (long j = 0; j < n; j++) {
            addElement(target + j * bytes, from + (kind == Bias.ROW ? i : j) * bytes);
          }
        }
      }
    }

    private void addElement(long target, long value) {
      switch (type) {
        case FLOAT64 -> Memory.putDouble(target, Memory.getDouble(target) + Memory.getDouble(value));
        case INT32 -> Memory.putInt(target, Memory.getInt(target) + Memory.getInt(value));
        default -> Memory.putLong(target, Memory.getLong(target) + Memory.getLong(value));
      }
    }

    private void scalar(long m, long n, long aTile, long bTile, long cTile) {
      if (type == DType.FLOAT32 && m * n * shape.k() > TINY && isBlas(m, n)) sgemm(m, n, aTile, bTile, cTile);
      else ScalarProduct.run(type, m, n, shape.k(), alpha, aTile, shape.aRow(), shape.aColumn(), bTile, shape.bRow(),
          shape.bColumn(), beta, cTile, shape.cRow());
    }

    private boolean isBlas(long m, long n) {
      return Dnnl.isAvailable() && shape.k() > 0 && isStored(shape.aRow(), shape.aColumn(), m, shape.k())
          && isStored(shape.bRow(), shape.bColumn(), shape.k(), n);
    }

    private void float32(long m, long n, long aTile, long bTile, long cTile) {
      long k = shape.k();
      boolean blas = isBlas(m, n);
      if (m == 1 && n == 1 && k > LONGEST_DOT && shape.aColumn() == 1 && shape.bRow() == 1) {
        double before = beta == 0 ? 0 : beta * Memory.getFloat(cTile);
        Memory.putFloat(cTile, (float) (alpha * Rows.of(type).dot(aTile, bTile, k, 0) + before));
      } else if (FloatProduct.isSmall(m, n, k, shape.bColumn())) {
        FloatProduct.small(m, n, k, (float) alpha, aTile, shape.aRow(), shape.aColumn(), bTile, shape.bRow(),
            (float) beta,
            cTile, shape.cRow());
      } else if (blas && m * n * k > TINY) {
        sgemm(m, n, aTile, bTile, cTile);
      } else {
        FloatProduct.run(scratch, m, n, k, (float) alpha, aTile, shape.aRow(), shape.aColumn(), bTile, shape.bRow(),
            shape.bColumn(), (float) beta, cTile, shape.cRow());
      }
    }

    private void float64(long m, long n, long aTile, long bTile, long cTile) {
      long k = shape.k();
      if (DoubleProduct.isSmall(m, n, k, shape.bColumn())) {
        DoubleProduct.small(m, n, k, alpha, aTile, shape.aRow(), shape.aColumn(), bTile, shape.bRow(), beta, cTile,
            shape.cRow());
      } else {
        DoubleProduct.run(scratch, m, n, k, alpha, aTile, shape.aRow(), shape.aColumn(), bTile, shape.bRow(),
            shape.bColumn(), beta, cTile, shape.cRow());
      }
    }

    private void sgemm(long m, long n, long aTile, long bTile, long cTile) {
      boolean transposeA = isTransposed(shape.aRow(), shape.aColumn(), m, shape.k());
      boolean transposeB = isTransposed(shape.bRow(), shape.bColumn(), shape.k(), n);
      long lda = transposeA ? Math.max(shape.aColumn(), m) : Math.max(shape.aRow(), shape.k());
      long ldb = transposeB ? Math.max(shape.bColumn(), shape.k()) : Math.max(shape.bRow(), n);
      long ldc = Math.max(shape.cRow(), n);
      long step = m * n * shape.k() <= FEW ? depth(shape.k()) : transposeB && !transposeA ? LONGEST_DOT : shape.k();
      for (long p = 0; p < shape.k(); p += step) {
        Sgemm.run(transposeA, transposeB, m, n, Math.min(step, shape.k() - p), (float) alpha,
            aTile + p * shape.aColumn() * 4, lda, bTile + p * shape.bRow() * 4, ldb, p == 0 ? (float) beta : 1, cTile,
            ldc);
      }
    }
  }

  /// The number of products that are summed in one go: all of them, the half, or 192. So MKL does it, and float32 results
  /// of small matrices are PyTorch's to the last digit.
  static long depth(long k) {
    return k <= 192 ? k : k < 384 ? k / 2 : 192;
  }

  /// Whether BLAS can read a matrix: rows or columns contiguous, and the others not overlapping.
  private static boolean isStored(long row, long column, long rows, long columns) {
    return (column == 1 || columns == 1) && (row >= columns || rows == 1)
        || (row == 1 || rows == 1) && (column >= rows || columns == 1);
  }

  private static boolean isTransposed(long row, long column, long rows, long columns) {
    return !((column == 1 || columns == 1) && (row >= columns || rows == 1));
  }
}
