package jtorch.cuda.blas;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongUnaryOperator;
import jtorch.DType;
import jtorch.cuda.driver.CudaException;
import org.jspecify.annotations.Nullable;

/// Matrix products of one device by cuBLASLt: `out = alpha a b + beta out`, or `+ bias` for each column.
///
/// The library knows columns that lie side by side. Rows of ours do, and what it sees as a matrix is the transpose of ours:
/// it is asked for `out^T = b^T a^T`, so our right operand is its first. What was found to be the fastest way for a shape is
/// kept. Calls wait for each other, which takes microseconds, for descriptors are changed by them.
public final class BlasProducts {
  private static final int MOST_PLANS = 1024;
  private static final long MOST_WORKSPACE = 32L << 20;
  private static final int MOST_ALIGNMENT = 256;

  /// Where an operand lies: distances of matrices in the batch, of rows and of columns, in elements.
  public record Strides(long batch, long row, long column) {}

  /// All that a plan depends on.
  ///
  /// @param dtype of elements: float16, bfloat16 (summed in float32), float32, float64, complex64, complex128
  /// @param bias whether one is added to each row of the result
  /// @param tensorFloat whether float32 may be cut to TF32
  /// @param aligned what the addresses of a, b, out and the bias are multiples of
  public record Shape(DType dtype, long batch, long m, long n, long k, Strides a, Strides b, Strides out, boolean bias,
      boolean tensorFloat, int aligned) {
    /// Whether rows or columns of every operand lie side by side.
    boolean isPossible() {
      return m > 0 && n > 0 && k > 0 && batch > 0 && batch <= Integer.MAX_VALUE && type(dtype) >= 0
          && (out.column == 1 || n == 1) && (out.row >= n || m == 1) && Side.of(b, k, n) != null
          && Side.of(a, m, k) != null;
    }
  }

  /// How a matrix of rows x columns is seen: the distance of its lines, and whether those are its columns.
  private record Side(long leading, boolean transposed) {
    static @Nullable Side of(Strides s, long rows, long columns) {
      if ((s.column == 1 || columns == 1) && (s.row >= columns || rows == 1))
        return new Side(Math.max(columns, rows == 1 ? 0 : s.row), false);
      if ((s.row == 1 || rows == 1) && (s.column >= rows || columns == 1))
        return new Side(Math.max(rows, columns == 1 ? 0 : s.column), true);
      return null;
    }
  }

  /// @param algorithm null where the library has none
  private record Plan(long desc, long first, long second, long result, @Nullable MemorySegment algorithm,
      long workspace) {}

  private final BlasLt library;
  private final Arena arena = Arena.ofAuto();
  private final MemorySegment slot = arena.allocate(16, 16);
  private final MemorySegment factors = arena.allocate(32, 16);
  private final long handle;
  private final Map<Shape, Plan> plans = new LinkedHashMap<>(64, 0.75f, true);

  /// @param library with its device current in this thread
  BlasProducts(BlasLt library) {
    this.library = library;
    check(library.create(slot.address()), "cublasLtCreate", "matrix products");
    handle = slot.get(JAVA_LONG, 0);
  }

  /// For the device that is current in this thread; null where there is no cuBLASLt, or `-Djtorch.cuda.blas=false`.
  public static @Nullable BlasProducts open() {
    if ("false".equals(System.getProperty("jtorch.cuda.blas"))) return null;
    CublasLt found = CublasLt.open();
    return found == null ? null : new BlasProducts(found);
  }

  /// The largest power of two up to 256 that divides all addresses.
  public static int alignment(long... addresses) {
    long bits = MOST_ALIGNMENT;
    for (long address : addresses) bits |= address;
    return (int) Long.lowestOneBit(bits);
  }

  private static int type(DType dtype) {
    return switch (dtype) {
      case FLOAT16 -> BlasLt.R_16F;
      case BFLOAT16 -> BlasLt.R_16BF;
      case FLOAT32 -> BlasLt.R_32F;
      case FLOAT64 -> BlasLt.R_64F;
      case COMPLEX64 -> BlasLt.C_32F;
      case COMPLEX128 -> BlasLt.C_64F;
      default -> -1;
    };
  }

  private static boolean isDouble(DType dtype) {
    return dtype.toReal() == DType.FLOAT64;
  }

  private static int scaleType(DType dtype) {
    return dtype.isHalf() ? BlasLt.R_32F : type(dtype);
  }

  /// Gives a product to a stream.
  ///
  /// @param operator for messages
  /// @param alpha real and imaginary part
  /// @param beta of what `out` holds; 0 means that it is not read
  /// @param workspace gives memory of so many bytes, for work in this stream
  /// @return false if the library cannot do it: nothing has happened then
  /// @throws CudaException if it fails
  public synchronized boolean run(String operator, Shape shape, double[] alpha, double[] beta, long a, long b,
      long bias, long out, LongUnaryOperator workspace, long stream) {
    if (!shape.isPossible()) return false;
    Plan plan = plans.get(shape);
    if (plan == null) {
      plan = plan(operator, shape, bias);
      plans.put(shape, plan);
      if (plans.size() > MOST_PLANS) drop(operator);
    }
    if (plan.algorithm == null) return false;
    if (shape.bias) pointer(operator, plan.desc, bias);
    number(shape.dtype, 0, alpha);
    number(shape.dtype, 16, beta);
    long room = plan.workspace == 0 ? 0 : workspace.applyAsLong(plan.workspace);
    int status = library.matmul(handle, plan.desc, factors.address(), b, plan.first, a, plan.second,
        factors.address() + 16, out, plan.result, out, plan.result, plan.algorithm.address(), room, plan.workspace,
        stream);
    check(status, "cublasLtMatmul", operator);
    return true;
  }

  /// A factor, in the type that sums are made in.
  private void number(DType dtype, int at, double[] value) {
    for (int part = 0; part < 2; part++) {
      if (isDouble(dtype)) factors.set(JAVA_DOUBLE, at + 8L * part, value[part]);
      else factors.set(JAVA_FLOAT, at + 4L * part, (float) value[part]);
    }
  }

  // ---- plans -----------------------------------------------------------------------------------------------------

  private Plan plan(String operator, Shape s, long bias) {
    Side right = java.util.Objects.requireNonNull(Side.of(s.b, s.k, s.n));
    Side left = java.util.Objects.requireNonNull(Side.of(s.a, s.m, s.k));
    int compute = isDouble(s.dtype) ? BlasLt.COMPUTE_64F
        : s.tensorFloat && !s.dtype.isHalf() ? BlasLt.COMPUTE_32F_FAST_TF32 : BlasLt.COMPUTE_32F;
    check(library.descCreate(slot.address(), compute, scaleType(s.dtype)), "cublasLtMatmulDescCreate", operator);
    long desc = slot.get(JAVA_LONG, 0);
    attribute(operator, desc, BlasLt.DESC_TRANSA, right.transposed ? BlasLt.OP_T : BlasLt.OP_N);
    attribute(operator, desc, BlasLt.DESC_TRANSB, left.transposed ? BlasLt.OP_T : BlasLt.OP_N);
    attribute(operator, desc, BlasLt.DESC_EPILOGUE, s.bias ? BlasLt.EPILOGUE_BIAS : BlasLt.EPILOGUE_DEFAULT);
    if (s.bias) pointer(operator, desc, bias);
    long first = right.transposed ? layout(operator, s, s.k, s.n, right.leading, s.b.batch)
        : layout(operator, s, s.n, s.k, right.leading, s.b.batch);
    long second = left.transposed ? layout(operator, s, s.m, s.k, left.leading, s.a.batch)
        : layout(operator, s, s.k, s.m, left.leading, s.a.batch);
    long result = layout(operator, s, s.n, s.m, s.m == 1 ? s.n : s.out.row, s.out.batch);
    return found(operator, s, desc, first, second, result);
  }

  /// A matrix of columns side by side.
  private long layout(String operator, Shape s, long rows, long columns, long leading, long batchStride) {
    check(library.layoutCreate(slot.address(), type(s.dtype), rows, columns, leading), "cublasLtMatrixLayoutCreate",
        operator);
    long layout = slot.get(JAVA_LONG, 0);
    if (s.batch > 1) {
      slot.set(JAVA_INT, 0, (int) s.batch);
      check(library.layoutSet(layout, BlasLt.LAYOUT_BATCH_COUNT, slot.address(), 4), "cublasLtMatrixLayoutSetAttribute",
          operator);
      slot.set(JAVA_LONG, 0, batchStride);
      check(library.layoutSet(layout, BlasLt.LAYOUT_STRIDED_BATCH_OFFSET, slot.address(), 8),
          "cublasLtMatrixLayoutSetAttribute", operator);
    }
    return layout;
  }

  private Plan found(String operator, Shape s, long desc, long first, long second, long result) {
    check(library.preferenceCreate(slot.address()), "cublasLtMatmulPreferenceCreate", operator);
    long preference = slot.get(JAVA_LONG, 0);
    try {
      slot.set(JAVA_LONG, 0, MOST_WORKSPACE);
      check(library.preferenceSet(preference, BlasLt.PREF_MAX_WORKSPACE_BYTES, slot.address(), 8),
          "cublasLtMatmulPreferenceSetAttribute", operator);
      slot.set(JAVA_INT, 0, s.aligned);
      for (int attribute : new int[] {BlasLt.PREF_MIN_ALIGNMENT_A_BYTES, BlasLt.PREF_MIN_ALIGNMENT_B_BYTES,
        BlasLt.PREF_MIN_ALIGNMENT_C_BYTES, BlasLt.PREF_MIN_ALIGNMENT_D_BYTES}) {
        check(library.preferenceSet(preference, attribute, slot.address(), 4), "cublasLtMatmulPreferenceSetAttribute",
            operator);
      }
      MemorySegment best = Arena.ofAuto().allocate(BlasLt.RESULT_BYTES, 16);
      slot.set(JAVA_INT, 0, 0);
      int status = library.heuristic(handle, desc, first, second, result, result, preference, 1, best.address(),
          slot.address());
      if (status != BlasLt.NOT_SUPPORTED) check(status, "cublasLtMatmulAlgoGetHeuristic", operator);
      boolean there = status == BlasLt.SUCCESS && slot.get(JAVA_INT, 0) > 0
          && best.get(JAVA_INT, BlasLt.RESULT_STATE) == BlasLt.SUCCESS;
      return new Plan(desc, first, second, result, there ? best : null,
          there ? best.get(JAVA_LONG, BlasLt.RESULT_WORKSPACE) : 0);
    } finally {
      check(library.preferenceDestroy(preference), "cublasLtMatmulPreferenceDestroy", operator);
    }
  }

  private void attribute(String operator, long desc, int attribute, int value) {
    slot.set(JAVA_INT, 0, value);
    check(library.descSet(desc, attribute, slot.address(), 4), "cublasLtMatmulDescSetAttribute", operator);
  }

  private void pointer(String operator, long desc, long address) {
    slot.set(JAVA_LONG, 0, address);
    check(library.descSet(desc, BlasLt.DESC_BIAS_POINTER, slot.address(), 8), "cublasLtMatmulDescSetAttribute",
        operator);
  }

  /// Forgets the plan that was not used for the longest time.
  private void drop(String operator) {
    var oldest = plans.entrySet().iterator();
    Plan plan = oldest.next().getValue();
    oldest.remove();
    for (long layout : new long[] {plan.first, plan.second, plan.result})
      check(library.layoutDestroy(layout), "cublasLtMatrixLayoutDestroy", operator);
    check(library.descDestroy(plan.desc), "cublasLtMatmulDescDestroy", operator);
  }

  private void check(int status, String function, String operator) {
    if (status != BlasLt.SUCCESS)
      throw new CudaException("cuBLASLt error in " + operator + ": " + library.status(status) + " from " + function);
  }
}
