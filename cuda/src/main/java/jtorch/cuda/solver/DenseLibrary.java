package jtorch.cuda.solver;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import jtorch.DType;
import jtorch.cuda.driver.CudaException;
import jtorch.cuda.driver.NativeLibrary;
import org.jspecify.annotations.Nullable;

/// cuBLAS or cuSOLVER with the handle of one device. Calls wait for each other, for the stream belongs to the handle.
///
/// Names of functions that come in four precisions have a `?` where S, D, C or Z stands, and a `$` for `or` or `un`.
///
/// **Source**: `cublas_api.h` and `cusolverDn.h` of CUDA 12.6; the functions are the same in 13.
public final class DenseLibrary {
  // ---- cublasFillMode_t, cublasDiagType_t, cublasSideMode_t, cublasOperation_t, cusolverEigMode_t ---------------------
  public static final int LOWER = 0;
  public static final int UPPER = 1;
  public static final int NON_UNIT = 0;
  public static final int UNIT = 1;
  public static final int LEFT = 0;
  public static final int RIGHT = 1;
  public static final int OP_N = 0;
  public static final int OP_T = 1;
  public static final int OP_C = 2;
  public static final int NO_VECTORS = 0;
  public static final int VECTORS = 1;

  private static final Map<String, String> CUBLAS = forms("cublasCreate_v2", "p", "cublasSetStream_v2", "pp",
      "cublas?getrfBatched", "pipippi", "cublas?getrsBatched", "piiipippipi", "cublas?trsm_v2", "piiiiiippipi",
      "cublas?trsmBatched", "piiiiiippipii", "cublas?geqrfBatched", "piipippi");

  private static final Map<String, String> CUSOLVER = forms("cusolverDnCreate", "p", "cusolverDnSetStream", "pp",
      "cusolverDnCreateParams", "p", "cusolverDnCreateGesvdjInfo", "p", "cusolverDnXpotrf_bufferSize", "ppiliplipp",
      "cusolverDnXpotrf", "ppilipliplplp", "cusolverDnXpotrs", "ppillipliplp", "cusolverDn?potrfBatched", "piipipi",
      "cusolverDnXgetrf_bufferSize", "pplliplipp", "cusolverDnXgetrf", "pplliplpiplplp", "cusolverDnXgetrs",
      "ppilliplpiplp", "cusolverDnXgeqrf_bufferSize", "pplliplipipp", "cusolverDnXgeqrf", "pplliplipiplplp",
      "cusolverDn?$gqr_bufferSize", "piiipipp", "cusolverDn?$gqr", "piiipippip", "cusolverDn?$mqr_bufferSize",
      "piiiiipippip", "cusolverDn?$mqr", "piiiiipippipip", "cusolverDnXsyevd_bufferSize", "ppiiliplipipp",
      "cusolverDnXsyevd", "ppiiliplipiplplp", "cusolverDnXsyevBatched_bufferSize", "ppiiliplipippl",
      "cusolverDnXsyevBatched", "ppiiliplipiplplpl", "cusolverDnXgeev_bufferSize", "ppiiliplipipliplipp",
      "cusolverDnXgeev", "ppiiliplipiplipliplplp", "cusolverDnXgesvd_bufferSize", "ppcclliplipipliplipp",
      "cusolverDnXgesvd", "ppcclliplipiplipliplplp", "cusolverDn?gesvdj_bufferSize", "piiiipippipipp",
      "cusolverDn?gesvdj", "piiiipippipipipp", "cusolverDn?gesvdjBatched_bufferSize", "piiipippipippi",
      "cusolverDn?gesvdjBatched", "piiipippipipippi");

  private static final List<String> STATUS = List.of("SUCCESS", "NOT_INITIALIZED", "ALLOC_FAILED", "INVALID_VALUE",
      "ARCH_MISMATCH", "MAPPING_ERROR", "EXECUTION_FAILED", "INTERNAL_ERROR", "MATRIX_TYPE_NOT_SUPPORTED",
      "NOT_SUPPORTED");
  private static final Map<Integer, String> CUBLAS_STATUS = Map.of(1, "NOT_INITIALIZED", 3, "ALLOC_FAILED", 7,
      "INVALID_VALUE", 8, "ARCH_MISMATCH", 11, "MAPPING_ERROR", 13, "EXECUTION_FAILED", 14, "INTERNAL_ERROR", 15,
      "NOT_SUPPORTED");

  private final NativeLibrary library;
  private final boolean solver;
  private final MemorySegment slot = Arena.ofAuto().allocate(16, 16);
  private final long handle;
  private final long parameters;
  private long rotations;

  private DenseLibrary(NativeLibrary library, boolean solver) {
    this.library = library;
    this.solver = solver;
    handle = made(solver ? "cusolverDnCreate" : "cublasCreate_v2");
    parameters = solver ? made("cusolverDnCreateParams") : 0;
  }

  /// For the device that is current in this thread; null where there is no library.
  public static @Nullable DenseLibrary cublas(@Nullable SymbolLookup symbols) {
    return symbols == null ? null : new DenseLibrary(new NativeLibrary("cuBLAS", symbols, CUBLAS), false);
  }

  /// For the device that is current in this thread; null where there is no library, or one older than CUDA 11.1.
  public static @Nullable DenseLibrary cusolver(@Nullable SymbolLookup symbols) {
    if (symbols == null) return null;
    var library = new NativeLibrary("cuSOLVER", symbols, CUSOLVER);
    return library.has("cusolverDnXgetrf") ? new DenseLibrary(library, true) : null;
  }

  private static Map<String, String> forms(String... pairs) {
    var forms = new HashMap<String, String>();
    for (int i = 0; i < pairs.length; i += 2) {
      for (DType dtype : new DType[] {DType.FLOAT32, DType.FLOAT64, DType.COMPLEX64, DType.COMPLEX128})
        forms.put(function(pairs[i], dtype), pairs[i + 1]);
    }
    return Map.copyOf(forms);
  }

  private static String function(String name, DType dtype) {
    if (name.indexOf('?') < 0) return name;
    String letter = switch (dtype) {
      case FLOAT32 -> "S";
      case FLOAT64 -> "D";
      case COMPLEX64 -> "C";
      default -> "Z";
    };
    return name.replace("?", letter).replace("$", dtype.isComplex() ? "un" : "or");
  }

  /// The number of a dtype in `cudaDataType`.
  public static int type(DType dtype) {
    return switch (dtype) {
      case FLOAT32 -> 0;
      case FLOAT64 -> 1;
      case COMPLEX64 -> 4;
      default -> 5;
    };
  }

  /// Whether this version has a function.
  public boolean has(String function) {
    return library.has(function);
  }

  /// cuSOLVER's options of the functions with 64-bit sizes.
  public long parameters() {
    return parameters;
  }

  /// cuSOLVER's options of Jacobi's rotations: its own tolerance, and singular values in order.
  public synchronized long rotations() {
    if (rotations == 0) rotations = made("cusolverDnCreateGesvdjInfo");
    return rotations;
  }

  private long made(String function) {
    slot.set(JAVA_LONG, 0, 0);
    check("linear algebra", function, library.call(function, slot.address()));
    return slot.get(JAVA_LONG, 0);
  }

  /// Calls a function, with the handle before its arguments, in a stream.
  ///
  /// @param operator for messages
  /// @throws CudaException if it fails
  public synchronized void call(String operator, long stream, DType dtype, String name, Object... arguments) {
    String function = function(name, dtype);
    String order = solver ? "cusolverDnSetStream" : "cublasSetStream_v2";
    check(operator, order, library.call(order, handle, stream));
    var all = new Object[arguments.length + 1];
    all[0] = handle;
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    check(operator, function, library.call(function, all));
  }

  private void check(String operator, String function, int status) {
    if (status == 0) return;
    String text = solver ? status < STATUS.size() ? STATUS.get(status) : null : CUBLAS_STATUS.get(status);
    throw new CudaException(library.name() + " error in " + operator + ": "
        + (text == null ? "status " + status : (solver ? "CUSOLVER_STATUS_" : "CUBLAS_STATUS_") + text) + " from "
        + function);
  }
}
