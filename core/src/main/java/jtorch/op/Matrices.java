package jtorch.op;

import java.util.Arrays;
import java.util.Locale;
import jtorch.DType;
import jtorch.Device;
import jtorch.LinAlgException;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.memory.Memory;

/// What the topics of linear algebra share: checks in PyTorch's words, batches, LAPACK's layout, LAPACK's answers.
///
/// Matrices are the last two dimensions, the others are the batch. LAPACK wants columns contiguous, so results are
/// column-major, as PyTorch's are.
public final class Matrices {
  private Matrices() {}

  // ---- checks ----------------------------------------------------------------------------------------------------

  /// At least two dimensions.
  static void check(String name, Tensor matrix, String argument) {
    if (matrix.dim() < 2) throw Check.of(name).because("The input tensor %s must have at least 2 dimensions.", argument)
        .tensor(argument, matrix).shapeFailure();
  }

  static void checkSquare(String name, Tensor matrix) {
    checkSquare(name, matrix, "A");
  }

  static void checkSquare(String name, Tensor matrix, String argument) {
    check(name, matrix, argument);
    if (matrix.size(-1) != matrix.size(-2)) throw Check.of(name)
        .because("%s must be batches of square matrices, but they are %d by %d matrices", argument, matrix.size(-2),
            matrix.size(-1))
        .tensor(argument, matrix).shapeFailure();
  }

  /// Floating or complex, and of single or double precision.
  static void checkPrecise(String name, Tensor t) {
    checkFloating(name, t);
    if (t.dtype().isHalf()) throw Check.of(name).because("Low precision dtypes not supported. Got %s", t.dtype())
        .hint("convert with to(DType.FLOAT32) first").failure();
  }

  static void checkFloating(String name, Tensor t) {
    if (!t.dtype().isDifferentiable()) throw Check.of(name)
        .because("Expected a floating point or complex tensor as input. Got %s", t.dtype()).failure();
  }

  static void checkSameDType(String name, String first, Tensor a, String second, Tensor b) {
    if (a.dtype() != b.dtype()) throw Check.of(name)
        .because("Expected %s and %s to have the same dtype, but found %s of type %s and %s of type %s instead", first,
            second, first, a.dtype(), second, b.dtype())
        .failure();
  }

  /// A fits B in `A X = B`, or in `X A = B`.
  static void checkEquation(String name, Tensor a, Tensor b, boolean left) {
    checkSquare(name, a);
    check(name, b, "B");
    if (left ? a.size(-2) != b.size(-2) : a.size(-1) != b.size(-1)) throw Check.of(name)
        .because("Incompatible shapes of A and B for the equation %s (%dx%d and %dx%d)", left ? "AX = B" : "XA = B",
            a.size(-2), a.size(-1), b.size(-2), b.size(-1))
        .tensor("A", a).tensor("B", b).shapeFailure();
  }

  // ---- batches ---------------------------------------------------------------------------------------------------

  /// The sizes before the last `count` dimensions.
  static long[] batch(Tensor t, int count) {
    return Arrays.copyOf(t.sizes(), t.dim() - count);
  }

  static long[] batch(Tensor t) {
    return batch(t, 2);
  }

  static long[] sizes(long[] batch, long... last) {
    long[] all = Arrays.copyOf(batch, batch.length + last.length);
    System.arraycopy(last, 0, all, batch.length, last.length);
    return all;
  }

  /// The batch of both.
  static long[] broadcast(String name, long[] a, long[] b) {
    long[] joined = Elementwise.broadcastShapes(a, b);
    if (joined == null) throw Check.of(name)
        .because("the batch dimensions cannot be broadcast: %s and %s", Arrays.toString(a), Arrays.toString(b))
        .shapeFailure();
    return joined;
  }

  static long[] broadcast(String name, Tensor a, Tensor b) {
    return broadcast(name, batch(a), batch(b));
  }

  /// A tensor whose matrices are repeated over a larger batch, without a copy.
  static Tensor expand(Tensor t, long[] batch) {
    long[] sizes = sizes(batch, t.size(-2), t.size(-1));
    return Arrays.equals(sizes, t.sizes()) ? t : t.expand(sizes);
  }

  // ---- layout ----------------------------------------------------------------------------------------------------

  /// Undefined content, columns contiguous.
  static Tensor columnMajor(long[] sizes, DType dtype, Device device) {
    int n = sizes.length;
    long[] strides = Tensor.contiguousStrides(sizes);
    strides[n - 2] = 1;
    strides[n - 1] = Math.max(1, sizes[n - 2]);
    return Torch.emptyStrided(sizes, strides, dtype, device);
  }

  /// Whether each row of the matrices is contiguous and they follow each other without gaps.
  public static boolean isRowMajor(Tensor t) {
    return t.isContiguous();
  }

  /// Whether a factorization of this tensor's matrices is one of their transposes, which lie column-major in its memory:
  /// that saves a copy with transposition.
  public static boolean factorsTransposed(Tensor t) {
    return isRowMajor(t) && !t.dtype().isComplex();
  }

  static Tensor eye(Tensor like, long n) {
    return eye(like, n, n);
  }

  static Tensor eye(Tensor like, long n, long m) {
    return Torch.eye(n, m, o -> o.dtype(like.dtype()).device(like.device()));
  }

  /// The largest relative rounding error of the dtype's real numbers.
  static double epsilon(DType dtype) {
    return switch (dtype.toReal()) {
      case FLOAT64 -> 0x1p-52;
      case FLOAT32 -> 0x1p-23;
      case FLOAT16 -> 0x1p-10;
      default -> 0x1p-7;
    };
  }

  /// Whether matrices are of single precision, and small and few enough to be worked on in double precision, where that costs next to
  /// nothing and badly conditioned ones keep their digits.
  public static boolean deservesDouble(Tensor t) {
    return t.dtype().toReal() == DType.FLOAT32 && t.dim() >= 2 && t.size(-1) <= 32 && t.size(-2) <= 32
        && t.numel() <= 1 << 14;
  }

  /// In double precision if it deserves that.
  static Tensor widened(Tensor t) {
    return deservesDouble(t) ? t.to(doubled(t.dtype())) : t;
  }

  /// The same kind of number in double precision.
  public static DType doubled(DType dtype) {
    return dtype == DType.COMPLEX64 ? DType.COMPLEX128 : dtype == DType.FLOAT32 ? DType.FLOAT64 : dtype;
  }

  // ---- answers ---------------------------------------------------------------------------------------------------

  /// Throws in PyTorch's words if a matrix was not factored: its `info` (int32) is not 0.
  ///
  /// @param name of the function called, as `linalg.inv`: it decides what is said
  /// @param single whether there was no batch, so that the message names no element
  /// @throws LinAlgException for the first such matrix
  public static void checkInfo(String name, Tensor info, boolean single) {
    Tensor dense = info.contiguous().to(Device.CPU);
    for (long i = 0; i < dense.numel(); i++) {
      int code = Memory.getInt(dense.address() + 4 * i);
      if (code == 0) continue;
      String element = single ? "" : "(Batch element %d): ".formatted(i);
      throw new LinAlgException(name + ": " + element + reason(name, code));
    }
  }

  private static String reason(String name, int code) {
    String kind = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    if (code < 0) {
      return kind.startsWith("svd")
          ? "The algorithm failed to converge because the input matrix contained non-finite values."
          : "Argument %d has illegal value".formatted(-code);
    }
    return switch (kind) {
      case "inv", "inv_ex", "inverse", "cholesky_inverse" ->
        "The diagonal element %d is zero, the inversion could not be completed because the input matrix is singular."
            .formatted(code);
      case "solve", "solve_ex" -> "The solver failed because the input matrix is singular.";
      case "cholesky", "cholesky_ex" ->
        "The factorization could not be completed because the input is not positive-definite (the leading minor of order %d is not positive-definite)."
            .formatted(code);
      case "svd" ->
        "The algorithm failed to converge because the input matrix is ill-conditioned or has too many repeated singular values (error code: %d)."
            .formatted(code);
      case "eig", "eigh", "eigvals" ->
        "The algorithm failed to converge because the input matrix is ill-conditioned or has too many repeated eigenvalues (error code: %d)."
            .formatted(code);
      case "lstsq" ->
        "The least squares solution could not be computed because the input matrix does not have full rank (error code: %d)."
            .formatted(code);
      case "lu_factor", "lu_factor_ex" ->
        "U[%d,%d] is zero and using it on lu_solve would result in a division by zero. If you still want to perform the factorization, consider calling linalg.lu(A, pivot) or linalg.lu_factor_ex(A, pivot)"
            .formatted(code, code);
      default -> "The factorization could not be completed: D[%d,%d] is zero.".formatted(code, code);
    };
  }
}
