package jtorch.cuda.blas;

/// The functions of cuBLASLt that are used, with its own arguments: pointers are addresses, results are statuses, 0 for
/// success. An interface, so that calls can be checked without the library.
///
/// **Source**: `cublasLt.h` of CUDA 12.9; all of it is the same in 13.
interface BlasLt {
  int SUCCESS = 0;
  int NOT_SUPPORTED = 15;

  // ---- cudaDataType_t --------------------------------------------------------------------------------------------
  int R_32F = 0;
  int R_64F = 1;
  int R_16F = 2;
  int C_32F = 4;
  int C_64F = 5;
  int R_16BF = 14;

  // ---- cublasComputeType_t ---------------------------------------------------------------------------------------
  int COMPUTE_32F = 68;
  int COMPUTE_64F = 70;
  int COMPUTE_32F_FAST_TF32 = 77;

  // ---- cublasLtMatmulDescAttributes_t and their values -----------------------------------------------------------
  int DESC_TRANSA = 3;
  int DESC_TRANSB = 4;
  int DESC_EPILOGUE = 7;
  int DESC_BIAS_POINTER = 8;
  int OP_N = 0;
  int OP_T = 1;
  int EPILOGUE_DEFAULT = 1;
  int EPILOGUE_BIAS = 4;

  // ---- cublasLtMatrixLayoutAttribute_t ---------------------------------------------------------------------------
  int LAYOUT_BATCH_COUNT = 5;
  int LAYOUT_STRIDED_BATCH_OFFSET = 6;

  // ---- cublasLtMatmulPreferenceAttributes_t ----------------------------------------------------------------------
  int PREF_MAX_WORKSPACE_BYTES = 1;
  int PREF_MIN_ALIGNMENT_A_BYTES = 5;
  int PREF_MIN_ALIGNMENT_B_BYTES = 6;
  int PREF_MIN_ALIGNMENT_C_BYTES = 7;
  int PREF_MIN_ALIGNMENT_D_BYTES = 8;

  // ---- cublasLtMatmulHeuristicResult_t ---------------------------------------------------------------------------
  /// `uint64_t algo.data[8]; size_t workspaceSize; cublasStatus_t state; float wavesCount; int reserved[4]`
  int RESULT_BYTES = 96;
  int RESULT_WORKSPACE = 64;
  int RESULT_STATE = 72;

  String status(int status);

  int create(long handle);

  int descCreate(long desc, int computeType, int scaleType);

  int descSet(long desc, int attribute, long value, long bytes);

  int descDestroy(long desc);

  int layoutCreate(long layout, int type, long rows, long columns, long leadingDimension);

  int layoutSet(long layout, int attribute, long value, long bytes);

  int layoutDestroy(long layout);

  int preferenceCreate(long preference);

  int preferenceSet(long preference, int attribute, long value, long bytes);

  int preferenceDestroy(long preference);

  int heuristic(long handle, long desc, long a, long b, long c, long d, long preference, int wanted, long results,
      long found);

  int matmul(long handle, long desc, long alpha, long a, long aLayout, long b, long bLayout, long beta, long c,
      long cLayout, long d, long dLayout, long algorithm, long workspace, long workspaceBytes, long stream);
}
