package jtorch.cuda.blas;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import jtorch.cuda.driver.CudaException;
import jtorch.cuda.driver.CudaLibraries;
import org.jspecify.annotations.Nullable;

/// NVIDIA's library, by the FFM API.
final class CublasLt implements BlasLt {
  private final SymbolLookup library;
  private final MethodHandle status;
  private final MethodHandle create;
  private final MethodHandle descCreate;
  private final MethodHandle descSet;
  private final MethodHandle descDestroy;
  private final MethodHandle layoutCreate;
  private final MethodHandle layoutSet;
  private final MethodHandle layoutDestroy;
  private final MethodHandle preferenceCreate;
  private final MethodHandle preferenceSet;
  private final MethodHandle preferenceDestroy;
  private final MethodHandle heuristic;
  private final MethodHandle matmul;

  CublasLt(SymbolLookup library) {
    this.library = library;
    status = bind("cublasLtGetStatusString", JAVA_LONG, JAVA_INT);
    create = bind("cublasLtCreate", JAVA_INT, JAVA_LONG);
    descCreate = bind("cublasLtMatmulDescCreate", JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT);
    descSet = bind("cublasLtMatmulDescSetAttribute", JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG);
    descDestroy = bind("cublasLtMatmulDescDestroy", JAVA_INT, JAVA_LONG);
    layoutCreate =
        bind("cublasLtMatrixLayoutCreate", JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    layoutSet = bind("cublasLtMatrixLayoutSetAttribute", JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG);
    layoutDestroy = bind("cublasLtMatrixLayoutDestroy", JAVA_INT, JAVA_LONG);
    preferenceCreate = bind("cublasLtMatmulPreferenceCreate", JAVA_INT, JAVA_LONG);
    preferenceSet =
        bind("cublasLtMatmulPreferenceSetAttribute", JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG);
    preferenceDestroy = bind("cublasLtMatmulPreferenceDestroy", JAVA_INT, JAVA_LONG);
    heuristic = bind("cublasLtMatmulAlgoGetHeuristic", JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
        JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG);
    matmul = bind("cublasLtMatmul", JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
        JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
  }

  /// The library of this machine; null where there is none.
  static @Nullable CublasLt open() {
    CudaLibraries.Found found = CudaLibraries.find(CudaLibraries.CUBLAS_LT);
    return found == null ? null : new CublasLt(found.symbols());
  }

  private MethodHandle bind(String name, ValueLayout result, MemoryLayout... arguments) {
    MemorySegment function =
        library.find(name).orElseThrow(() -> new CudaException("cuBLASLt lacks the function " + name));
    return Linker.nativeLinker().downcallHandle(function, FunctionDescriptor.of(result, arguments));
  }

  private static CudaException failure(Throwable thrown) {
    if (thrown instanceof Error e) throw e;
    return new CudaException("a call of cuBLASLt failed", thrown);
  }

  @Override
  public String status(int code) {
    try {
      long text = (long) status.invokeExact(code);
      return text == 0 ? "status " + code
          : MemorySegment.ofAddress(text).reinterpret(Long.MAX_VALUE).getString(0) + " (" + code + ")";
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  @Override
  public int create(long handle) {
    try {
      return (int) create.invokeExact(handle);
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  @Override
  public int descCreate(long desc, int computeType, int scaleType) {
    try {
      return (int) descCreate.invokeExact(desc, computeType, scaleType);
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  private static int set(MethodHandle function, long of, int attribute, long value, long bytes) {
    try {
      return (int) function.invokeExact(of, attribute, value, bytes);
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  private static int one(MethodHandle function, long argument) {
    try {
      return (int) function.invokeExact(argument);
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  @Override
  public int descSet(long desc, int attribute, long value, long bytes) {
    return set(descSet, desc, attribute, value, bytes);
  }

  @Override
  public int descDestroy(long desc) {
    return one(descDestroy, desc);
  }

  @Override
  public int layoutCreate(long layout, int type, long rows, long columns, long leadingDimension) {
    try {
      return (int) layoutCreate.invokeExact(layout, type, rows, columns, leadingDimension);
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  @Override
  public int layoutSet(long layout, int attribute, long value, long bytes) {
    return set(layoutSet, layout, attribute, value, bytes);
  }

  @Override
  public int layoutDestroy(long layout) {
    return one(layoutDestroy, layout);
  }

  @Override
  public int preferenceCreate(long preference) {
    return one(preferenceCreate, preference);
  }

  @Override
  public int preferenceSet(long preference, int attribute, long value, long bytes) {
    return set(preferenceSet, preference, attribute, value, bytes);
  }

  @Override
  public int preferenceDestroy(long preference) {
    return one(preferenceDestroy, preference);
  }

  @Override
  public int heuristic(long handle, long desc, long a, long b, long c, long d, long preference, int wanted,
      long results, long found) {
    try {
      return (int) heuristic.invokeExact(handle, desc, a, b, c, d, preference, wanted, results, found);
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  @Override
  public int matmul(long handle, long desc, long alpha, long a, long aLayout, long b, long bLayout, long beta, long c,
      long cLayout, long d, long dLayout, long algorithm, long workspace, long workspaceBytes, long stream) {
    try {
      return (int) matmul.invokeExact(handle, desc, alpha, a, aLayout, b, bLayout, beta, c, cLayout, d, dLayout,
          algorithm, workspace, workspaceBytes, stream);
    } catch (Throwable e) {
      throw failure(e);
    }
  }
}
