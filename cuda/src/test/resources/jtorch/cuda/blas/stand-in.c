// What stands in for cuBLASLt under test: its functions as `cublasLt.h` declares them, for matrices of double in the
// processor's memory. Attributes of another size than the documentation says are refused.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { SUCCESS = 0, INVALID_VALUE = 7, R_64F = 1, COMPUTE_64F = 70 };

typedef struct { int transposed_a, transposed_b, epilogue; const double* bias; } Desc;
typedef struct { uint64_t rows, columns; int64_t leading, batch_stride; int32_t batches; } Layout;
typedef struct { uint64_t algorithm[8]; size_t workspace; int state; float waves; int reserved[4]; } Result;

const char* cublasLtGetStatusString(int status) { return status == INVALID_VALUE ? "an invalid value" : "another status"; }

int cublasLtCreate(void** handle) {
  *handle = malloc(1);
  return SUCCESS;
}

int cublasLtMatmulDescCreate(Desc** desc, int compute, int scale) {
  if (compute != COMPUTE_64F || scale != R_64F) return INVALID_VALUE;
  *desc = calloc(1, sizeof(Desc));
  return SUCCESS;
}

int cublasLtMatmulDescSetAttribute(Desc* desc, int attribute, const void* value, size_t bytes) {
  if (attribute == 3 && bytes == 4) desc->transposed_a = *(const int32_t*) value;
  else if (attribute == 4 && bytes == 4) desc->transposed_b = *(const int32_t*) value;
  else if (attribute == 7 && bytes == 4) desc->epilogue = *(const int32_t*) value;
  else if (attribute == 8 && bytes == 8) desc->bias = *(const double* const*) value;
  else return INVALID_VALUE;
  return SUCCESS;
}

int cublasLtMatmulDescDestroy(Desc* desc) {
  free(desc);
  return SUCCESS;
}

int cublasLtMatrixLayoutCreate(Layout** layout, int type, uint64_t rows, uint64_t columns, int64_t leading) {
  if (type != R_64F || leading < (int64_t) rows) return INVALID_VALUE;
  *layout = calloc(1, sizeof(Layout));
  **layout = (Layout) {rows, columns, leading, 0, 1};
  return SUCCESS;
}

int cublasLtMatrixLayoutSetAttribute(Layout* layout, int attribute, const void* value, size_t bytes) {
  if (attribute == 5 && bytes == 4) layout->batches = *(const int32_t*) value;
  else if (attribute == 6 && bytes == 8) layout->batch_stride = *(const int64_t*) value;
  else return INVALID_VALUE;
  return SUCCESS;
}

int cublasLtMatrixLayoutDestroy(Layout* layout) {
  free(layout);
  return SUCCESS;
}

int cublasLtMatmulPreferenceCreate(void** preference) {
  *preference = malloc(1);
  return SUCCESS;
}

int cublasLtMatmulPreferenceSetAttribute(void* preference, int attribute, const void* value, size_t bytes) {
  size_t expected = attribute == 1 ? 8 : attribute >= 5 && attribute <= 8 ? 4 : 0;
  return bytes == expected && value != NULL && preference != NULL ? SUCCESS : INVALID_VALUE;
}

int cublasLtMatmulPreferenceDestroy(void* preference) {
  free(preference);
  return SUCCESS;
}

int cublasLtMatmulAlgoGetHeuristic(void* handle, Desc* desc, Layout* a, Layout* b, Layout* c, Layout* d,
    void* preference, int wanted, Result* results, int* found) {
  if (!handle || !desc || !a || !b || !c || !d || !preference || wanted != 1) return INVALID_VALUE;
  memset(results, 0, sizeof(Result));
  results->algorithm[7] = 42;
  results->workspace = 64;
  *found = 1;
  return SUCCESS;
}

int cublasLtMatmul(void* handle, Desc* desc, const double* alpha, const double* a, Layout* of_a, const double* b,
    Layout* of_b, const double* beta, const double* c, Layout* of_c, double* d, Layout* of_d, const uint64_t* algorithm,
    void* workspace, size_t bytes, void* stream) {
  if (!handle || algorithm[7] != 42 || !workspace || bytes != 64 || stream != (void*) 5) return INVALID_VALUE;
  memset(workspace, 0, bytes);
  for (int n = 0; n < of_d->batches; n++) {
    for (uint64_t column = 0; column < of_d->columns; column++) {
      for (uint64_t row = 0; row < of_d->rows; row++) {
        double sum = 0;
        uint64_t depth = desc->transposed_a ? of_a->rows : of_a->columns;
        for (uint64_t k = 0; k < depth; k++) {
          int64_t left = desc->transposed_a ? row * of_a->leading + k : k * of_a->leading + row;
          int64_t right = desc->transposed_b ? k * of_b->leading + column : column * of_b->leading + k;
          sum += a[n * of_a->batch_stride + left] * b[n * of_b->batch_stride + right];
        }
        double made = *alpha * sum;
        if (*beta != 0) made += *beta * c[n * of_c->batch_stride + column * of_c->leading + row];
        if (desc->epilogue == 4) made += desc->bias[row];
        d[n * of_d->batch_stride + column * of_d->leading + row] = made;
      }
    }
  }
  return SUCCESS;
}
