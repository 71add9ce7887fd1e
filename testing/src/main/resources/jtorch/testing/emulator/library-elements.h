// What the libraries that stand in for NVIDIA's begin with: elements of any type, computed with in double precision.
#include <complex.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef double complex Z;
typedef void* Stream;

enum { R_16F = 2, C_16F = 6, R_32F = 0, C_32F = 4, R_64F = 1, C_64F = 5 };

// ---- elements --------------------------------------------------------------------------------------------------------

static int size_of(int type) {
  switch (type) {
    case R_16F: return 2;
    case R_32F: case C_16F: return 4;
    case C_64F: return 16;
    default: return 8;
  }
}

static Z get(int type, const void* at, int64_t i) {
  switch (type) {
    case R_16F: return (double) ((const _Float16*) at)[i];
    case C_16F: return (double) ((const _Float16*) at)[2 * i] + I * (double) ((const _Float16*) at)[2 * i + 1];
    case R_32F: return ((const float*) at)[i];
    case C_32F: return ((const float*) at)[2 * i] + I * ((const float*) at)[2 * i + 1];
    case R_64F: return ((const double*) at)[i];
    default: return ((const double*) at)[2 * i] + I * ((const double*) at)[2 * i + 1];
  }
}

static void put(int type, void* at, int64_t i, Z value) {
  switch (type) {
    case R_16F: ((_Float16*) at)[i] = (_Float16) creal(value); break;
    case C_16F: ((_Float16*) at)[2 * i] = (_Float16) creal(value); ((_Float16*) at)[2 * i + 1] = (_Float16) cimag(value); break;
    case R_32F: ((float*) at)[i] = (float) creal(value); break;
    case C_32F: ((float*) at)[2 * i] = (float) creal(value); ((float*) at)[2 * i + 1] = (float) cimag(value); break;
    case R_64F: ((double*) at)[i] = creal(value); break;
    default: ((double*) at)[2 * i] = creal(value); ((double*) at)[2 * i + 1] = cimag(value);
  }
}
