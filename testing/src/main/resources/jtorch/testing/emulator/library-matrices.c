// What stands in for cuBLAS and cuSOLVER under test: their functions as `cublas_api.h` and `cusolverDn.h` declare them, by
// plain loops over matrices whose columns lie side by side. What the documentation leaves undefined is spoiled, and arguments
// that the real libraries refuse are refused.

typedef struct { int type; void* at; int64_t leading; } M;

static Z at(M m, int64_t i, int64_t j) { return get(m.type, m.at, i + j * m.leading); }
static void set(M m, int64_t i, int64_t j, Z value) { put(m.type, m.at, i + j * m.leading, value); }
static M matrix(int type, const void* address, int64_t leading) { return (M) {type, (void*) address, leading}; }
static Z* dense(int64_t count) { return calloc(count ? count : 1, sizeof(Z)); }

static int cholesky(M a, int64_t n, int upper) {
  for (int64_t j = 0; j < n; j++) {
    for (int64_t i = j; i < n; i++) {
      Z sum = upper ? at(a, j, i) : at(a, i, j);
      for (int64_t k = 0; k < j; k++)
        sum -= upper ? conj(at(a, k, j)) * at(a, k, i) : at(a, i, k) * conj(at(a, j, k));
      if (i == j) {
        if (!(creal(sum) > 0)) return (int) j + 1;
        set(a, j, j, sqrt(creal(sum)));
      } else if (upper) set(a, j, i, sum / at(a, j, j));
      else set(a, i, j, sum / at(a, j, j));
    }
  }
  return 0;
}

// As LAPACK chooses pivots.
static double length(Z x) { return fabs(creal(x)) + fabs(cimag(x)); }

static int lu(M a, int64_t m, int64_t n, int64_t* long_pivots, int* pivots) {
  int info = 0;
  for (int64_t k = 0; k < (m < n ? m : n); k++) {
    int64_t best = k;
    if (long_pivots != NULL || pivots != NULL)
      for (int64_t i = k + 1; i < m; i++)
        if (length(at(a, i, k)) > length(at(a, best, k))) best = i;
    if (long_pivots != NULL) long_pivots[k] = best + 1;
    if (pivots != NULL) pivots[k] = (int) best + 1;
    for (int64_t j = 0; j < n && best != k; j++) {
      Z kept = at(a, k, j);
      set(a, k, j, at(a, best, j));
      set(a, best, j, kept);
    }
    if (at(a, k, k) == 0) {
      if (info == 0) info = (int) k + 1;
      continue;
    }
    for (int64_t i = k + 1; i < m; i++) {
      set(a, i, k, at(a, i, k) / at(a, k, k));
      for (int64_t j = k + 1; j < n; j++) set(a, i, j, at(a, i, j) - at(a, i, k) * at(a, k, j));
    }
  }
  return info;
}

static Z operand(M a, int op, int64_t i, int64_t j) { return op == 0 ? at(a, i, j) : op == 1 ? at(a, j, i) : conj(at(a, j, i)); }

// X of op(A) X = B, in the place of B.
static void triangle(M a, int upper, int op, int unit, int64_t n, M b, int64_t columns) {
  int down = upper == (op != 0);
  for (int64_t c = 0; c < columns; c++) {
    for (int64_t step = 0; step < n; step++) {
      int64_t i = down ? step : n - 1 - step;
      Z sum = at(b, i, c);
      for (int64_t k = down ? 0 : i + 1; k < (down ? i : n); k++) sum -= operand(a, op, i, k) * at(b, k, c);
      set(b, i, c, unit ? sum : sum / operand(a, op, i, i));
    }
  }
}

// X of X op(A) = B.
static void triangle_right(M a, int upper, int op, int unit, int64_t n, M b, int64_t rows) {
  int up = upper == (op != 0);
  for (int64_t r = 0; r < rows; r++) {
    for (int64_t step = 0; step < n; step++) {
      int64_t j = up ? n - 1 - step : step;
      Z sum = at(b, r, j);
      for (int64_t k = up ? j + 1 : 0; k < (up ? n : j); k++) sum -= at(b, r, k) * operand(a, op, k, j);
      set(b, r, j, unit ? sum : sum / operand(a, op, j, j));
    }
  }
}

static void solve(M a, int op, int64_t n, const int64_t* long_pivots, const int* pivots, M b, int64_t columns) {
  for (int64_t step = 0; step < n && op == 0; step++) {
    int64_t other = (long_pivots ? long_pivots[step] : pivots[step]) - 1;
    for (int64_t c = 0; c < columns; c++) {
      Z kept = at(b, step, c);
      set(b, step, c, at(b, other, c));
      set(b, other, c, kept);
    }
  }
  triangle(a, op != 0, op, op == 0, n, b, columns);
  triangle(a, op == 0, op, op != 0, n, b, columns);
  for (int64_t step = n - 1; step >= 0 && op != 0; step--) {
    int64_t other = (long_pivots ? long_pivots[step] : pivots[step]) - 1;
    for (int64_t c = 0; c < columns; c++) {
      Z kept = at(b, step, c);
      set(b, step, c, at(b, other, c));
      set(b, other, c, kept);
    }
  }
}

// (I - t v v^H) C for rows i of C, where v is 1 at i and a's column i below.
static void reflect(M a, int64_t m, int64_t i, Z t, M c, int64_t first, int64_t columns) {
  for (int64_t j = first; j < columns; j++) {
    Z sum = at(c, i, j);
    for (int64_t r = i + 1; r < m; r++) sum += conj(at(a, r, i)) * at(c, r, j);
    sum *= t;
    set(c, i, j, at(c, i, j) - sum);
    for (int64_t r = i + 1; r < m; r++) set(c, r, j, at(c, r, j) - at(a, r, i) * sum);
  }
}

static void qr(M a, int64_t m, int64_t n, void* tau) {
  for (int64_t i = 0; i < (m < n ? m : n); i++) {
    double rest = 0;
    for (int64_t r = i + 1; r < m; r++) rest += creal(at(a, r, i) * conj(at(a, r, i)));
    Z alpha = at(a, i, i), t = 0;
    if (rest != 0 || cimag(alpha) != 0) {
      double beta = sqrt(rest + creal(alpha * conj(alpha)));
      if (creal(alpha) >= 0) beta = -beta;
      t = (beta - alpha) / beta;
      for (int64_t r = i + 1; r < m; r++) set(a, r, i, at(a, r, i) / (alpha - beta));
      set(a, i, i, beta);
      reflect(a, m, i, conj(t), a, i + 1, n);
    }
    put(a.type, tau, i, t);
  }
}

// Eigenvalues of a Hermitian matrix, ascending, and vectors as columns, by Jacobi's rotations.
static void jacobi(Z* h, int64_t n, double* values, Z* v) {
  for (int64_t i = 0; i < n * n; i++) v[i] = i / n == i % n;
  for (int sweep = 0; sweep < 60; sweep++) {
    double off = 0;
    for (int64_t p = 0; p < n; p++) {
      for (int64_t q = p + 1; q < n; q++) {
        double size = cabs(h[p + q * n]);
        off += size;
        if (size < 1e-300) continue;
        Z phase = h[p + q * n] / size;
        double theta = 0.5 * atan2(2 * size, creal(h[q + q * n]) - creal(h[p + p * n]));
        double c = cos(theta), s = sin(theta);
        for (int64_t k = 0; k < n; k++) {
          Z x = h[k + p * n], y = h[k + q * n];
          h[k + p * n] = c * x - s * conj(phase) * y;
          h[k + q * n] = s * phase * x + c * y;
          x = v[k + p * n], y = v[k + q * n];
          v[k + p * n] = c * x - s * conj(phase) * y;
          v[k + q * n] = s * phase * x + c * y;
        }
        for (int64_t k = 0; k < n; k++) {
          Z x = h[p + k * n], y = h[q + k * n];
          h[p + k * n] = c * x - s * phase * y;
          h[q + k * n] = s * conj(phase) * x + c * y;
        }
      }
    }
    if (off < 1e-290) break;
  }
  for (int64_t i = 0; i < n; i++) values[i] = creal(h[i + i * n]);
  for (int64_t i = 0; i < n; i++) {
    int64_t least = i;
    for (int64_t j = i + 1; j < n; j++) if (values[j] < values[least]) least = j;
    double kept = values[i];
    values[i] = values[least];
    values[least] = kept;
    for (int64_t k = 0; k < n && least != i; k++) {
      Z x = v[k + i * n];
      v[k + i * n] = v[k + least * n];
      v[k + least * n] = x;
    }
  }
}

static void eigh(int vectors, int upper, int64_t n, M a, int real, void* w) {
  Z* h = dense(n * n);
  Z* v = dense(n * n);
  double* values = calloc(n, sizeof(double));
  for (int64_t j = 0; j < n; j++)
    for (int64_t i = 0; i < n; i++) {
      int own = upper ? i <= j : i >= j;
      h[i + j * n] = i == j ? creal(at(a, i, i)) : own ? at(a, i, j) : conj(at(a, j, i));
    }
  jacobi(h, n, values, v);
  for (int64_t j = 0; j < n; j++) {
    put(real, w, j, values[j]);
    for (int64_t i = 0; i < n; i++) set(a, i, j, vectors ? v[i + j * n] : NAN);
  }
  free(h);
  free(v);
  free(values);
}

// Orthonormal columns for those that are zero, from `done` on.
static void complete(Z* u, int64_t m, int64_t done, int64_t columns) {
  for (int64_t j = done, unit = 0; j < columns; unit++) {
    for (int64_t i = 0; i < m; i++) u[i + j * m] = i == unit;
    double norm = 0;
    for (int twice = 0; twice < 2; twice++)
      for (int64_t k = 0; k < j; k++) {
        Z sum = 0;
        for (int64_t i = 0; i < m; i++) sum += conj(u[i + k * m]) * u[i + j * m];
        for (int64_t i = 0; i < m; i++) u[i + j * m] -= sum * u[i + k * m];
      }
    for (int64_t i = 0; i < m; i++) norm += creal(u[i + j * m] * conj(u[i + j * m]));
    if (norm < 1e-4) continue;
    for (int64_t i = 0; i < m; i++) u[i + j * m] /= sqrt(norm);
    j++;
  }
}

// U (m x m), S, V (n x n) of an m x n matrix with m >= n.
static void svd(const Z* a, int64_t m, int64_t n, Z* u, double* s, Z* v) {
  Z* h = dense(n * n);
  for (int64_t i = 0; i < n; i++)
    for (int64_t j = 0; j < n; j++)
      for (int64_t k = 0; k < m; k++) h[i + j * n] += conj(a[k + i * m]) * a[k + j * m];
  Z* ascending = dense(n * n);
  double* values = calloc(n, sizeof(double));
  jacobi(h, n, values, ascending);
  int64_t rank = 0;
  for (int64_t j = 0; j < n; j++) {
    memcpy(v + j * n, ascending + (n - 1 - j) * n, sizeof(Z) * n);
    double norm = 0;
    for (int64_t i = 0; i < m; i++) {
      u[i + j * m] = 0;
      for (int64_t k = 0; k < n; k++) u[i + j * m] += a[i + k * m] * v[k + j * n];
      norm += creal(u[i + j * m] * conj(u[i + j * m]));
    }
    s[j] = sqrt(norm);
    if (rank == j && s[j] > 1e-14 * s[0]) {
      for (int64_t i = 0; i < m; i++) u[i + j * m] /= s[j];
      rank++;
    }
  }
  complete(u, m, rank, m);
  free(h);
  free(ascending);
  free(values);
}

// Of any m x n matrix; u is m x m, v n x n.
static void any_svd(M a, int64_t m, int64_t n, Z* u, double* s, Z* v) {
  Z* b = dense(m * n);
  for (int64_t j = 0; j < n; j++)
    for (int64_t i = 0; i < m; i++) {
      if (m >= n) b[i + j * m] = at(a, i, j);
      else b[j + i * n] = conj(at(a, i, j));
      set(a, i, j, NAN);
    }
  if (m >= n) svd(b, m, n, u, s, v);
  else svd(b, n, m, v, s, u);
  free(b);
}

// Eigenvalues and vectors of any matrix: Rayleigh quotients until the last row is done, then vectors of the triangle.
static void eig(Z* t, int64_t n, Z* values, Z* vectors) {
  Z* q = dense(n * n);
  for (int64_t i = 0; i < n; i++) q[i + i * n] = 1;
  double scale = 0;
  for (int64_t i = 0; i < n * n; i++) scale += cabs(t[i]);
  // Hessenberg's form, by Gauss-free rotations; then QR steps on the active part.
  for (int64_t end = n - 1, step = 0; end > 0 && step < 10000; step++) {
    double rest = 0;
    for (int64_t j = 0; j < end; j++) rest += cabs(t[end + j * n]);
    if (rest <= 1e-15 * scale) {
      for (int64_t j = 0; j < end; j++) t[end + j * n] = 0;
      end--;
      continue;
    }
    Z shift = t[end + end * n];
    if (step % 11 == 10) shift += rest * (1 + 0.5 * I);
    else {
      // Wilkinson's: the eigenvalue of the last two rows that is next to the corner.
      Z a = t[end - 1 + (end - 1) * n], b = t[end - 1 + end * n], c = t[end + (end - 1) * n], d = shift;
      Z root = csqrt((a - d) * (a - d) / 4 + b * c), middle = (a + d) / 2;
      shift = cabs(middle + root - d) < cabs(middle - root - d) ? middle + root : middle - root;
    }
    // t - shift = G R by rotations of rows, R G + shift by the same of columns.
    int64_t size = end + 1;
    for (int64_t i = 0; i < size; i++) t[i + i * n] -= shift;
    Z* c = dense(size * size);
    Z* s = dense(size * size);
    for (int64_t j = 0; j < size; j++)
      for (int64_t i = j + 1; i < size; i++) {
        Z x = t[j + j * n], y = t[i + j * n];
        double norm = sqrt(creal(x * conj(x)) + creal(y * conj(y)));
        c[j + i * size] = norm == 0 ? 1 : x / norm;
        s[j + i * size] = norm == 0 ? 0 : y / norm;
        for (int64_t k = 0; k < n; k++) {
          Z up = t[j + k * n], down = t[i + k * n];
          if (k < j) continue;
          t[j + k * n] = conj(c[j + i * size]) * up + conj(s[j + i * size]) * down;
          t[i + k * n] = -s[j + i * size] * up + c[j + i * size] * down;
        }
      }
    for (int64_t j = 0; j < size; j++)
      for (int64_t i = j + 1; i < size; i++)
        for (int64_t k = 0; k < n; k++) {
          Z cc = c[j + i * size], ss = s[j + i * size];
          if (k < size) {
            Z left = t[k + j * n], right = t[k + i * n];
            t[k + j * n] = left * cc + right * ss;
            t[k + i * n] = -left * conj(ss) + right * conj(cc);
          }
          Z left = q[k + j * n], right = q[k + i * n];
          q[k + j * n] = left * cc + right * ss;
          q[k + i * n] = -left * conj(ss) + right * conj(cc);
        }
    for (int64_t i = 0; i < size; i++) t[i + i * n] += shift;
    free(c);
    free(s);
  }
  for (int64_t j = 0; j < n; j++) {
    values[j] = t[j + j * n];
    Z* x = dense(n);
    x[j] = 1;
    for (int64_t i = j - 1; i >= 0; i--) {
      Z sum = 0;
      for (int64_t k = i + 1; k <= j; k++) sum += t[i + k * n] * x[k];
      Z apart = t[i + i * n] - values[j];
      x[i] = -sum / (cabs(apart) < 1e-14 * scale ? 1e-14 * scale : apart);
    }
    double norm = 0;
    for (int64_t i = 0; i < n; i++) {
      vectors[i + j * n] = 0;
      for (int64_t k = 0; k <= j; k++) vectors[i + j * n] += q[i + k * n] * x[k];
      norm += creal(vectors[i + j * n] * conj(vectors[i + j * n]));
    }
    int64_t largest = 0;
    for (int64_t i = 1; i < n; i++) if (cabs(vectors[i + j * n]) > cabs(vectors[largest + j * n])) largest = i;
    Z turn = vectors[largest + j * n] / cabs(vectors[largest + j * n]);
    for (int64_t i = 0; i < n; i++) vectors[i + j * n] /= sqrt(norm) * turn;
    free(x);
  }
  free(q);
}

// ---- cuBLAS ----------------------------------------------------------------------------------------------------------

enum { BAD = 7 };

const char* cublasGetStatusString(int status) { return status == BAD ? "an invalid value" : "another status"; }

int cublasCreate_v2(void** handle) {
  *handle = malloc(1);
  return 0;
}

int cublasSetStream_v2(void* handle, Stream stream) { return handle == NULL ? 1 : 0; }

static int getrf_batched(int type, int n, void* const a[], int lda, int* pivots, int* info, int count) {
  if (n < 0 || lda < n || count < 0) return BAD;
  for (int i = 0; i < count; i++) info[i] = lu(matrix(type, a[i], lda), n, n, NULL, pivots ? pivots + (int64_t) i * n : NULL);
  return 0;
}

static int getrs_batched(int type, int op, int n, int columns, const void* const a[], int lda, const int* pivots,
    void* const b[], int ldb, int* info, int count) {
  *info = 0;
  if (lda < n || ldb < n || pivots == NULL) return BAD;
  for (int i = 0; i < count; i++)
    solve(matrix(type, a[i], lda), op, n, NULL, pivots + (int64_t) i * n, matrix(type, b[i], ldb), columns);
  return 0;
}

static int trsm(int type, int side, int uplo, int op, int diag, int m, int n, const void* alpha, const void* a, int lda,
    void* b, int ldb) {
  if (lda < (side ? n : m) || ldb < m || get(type, alpha, 0) != 1) return BAD;
  if (side) triangle_right(matrix(type, a, lda), uplo, op, diag, n, matrix(type, b, ldb), m);
  else triangle(matrix(type, a, lda), uplo, op, diag, m, matrix(type, b, ldb), n);
  return 0;
}

static int geqrf_batched(int type, int m, int n, void* const a[], int lda, void* const tau[], int* info, int count) {
  *info = 0;
  if (lda < m) return BAD;
  for (int i = 0; i < count; i++) qr(matrix(type, a[i], lda), m, n, tau[i]);
  return 0;
}

#define CUBLAS(L, type)                                                                                                 \
  int cublas##L##getrfBatched(void* handle, int n, void* const a[], int lda, int* p, int* info, int count) {            \
    return getrf_batched(type, n, a, lda, p, info, count);                                                              \
  }                                                                                                                     \
  int cublas##L##getrsBatched(void* handle, int op, int n, int nrhs, const void* const a[], int lda, const int* p,      \
      void* const b[], int ldb, int* info, int count) {                                                                 \
    return getrs_batched(type, op, n, nrhs, a, lda, p, b, ldb, info, count);                                            \
  }                                                                                                                     \
  int cublas##L##trsm_v2(void* handle, int side, int uplo, int op, int diag, int m, int n, const void* alpha,           \
      const void* a, int lda, void* b, int ldb) {                                                                       \
    return trsm(type, side, uplo, op, diag, m, n, alpha, a, lda, b, ldb);                                               \
  }                                                                                                                     \
  int cublas##L##trsmBatched(void* handle, int side, int uplo, int op, int diag, int m, int n, const void* alpha,       \
      const void* const a[], int lda, void* const b[], int ldb, int count) {                                            \
    int status = 0;                                                                                                     \
    for (int i = 0; i < count && !status; i++)                                                                          \
      status = trsm(type, side, uplo, op, diag, m, n, alpha, a[i], lda, b[i], ldb);                                     \
    return status;                                                                                                      \
  }                                                                                                                     \
  int cublas##L##geqrfBatched(void* handle, int m, int n, void* const a[], int lda, void* const tau[], int* info,       \
      int count) {                                                                                                      \
    return geqrf_batched(type, m, n, a, lda, tau, info, count);                                                         \
  }

CUBLAS(S, R_32F)
CUBLAS(D, R_64F)
CUBLAS(C, C_32F)
CUBLAS(Z, C_64F)

// ---- cuSOLVER --------------------------------------------------------------------------------------------------------

enum { INVALID = 3, WORK = 64 };

int cusolverDnCreate(void** handle) {
  *handle = malloc(1);
  return 0;
}

int cusolverDnSetStream(void* handle, Stream stream) { return handle == NULL ? 1 : 0; }

int cusolverDnCreateParams(void** params) {
  *params = malloc(1);
  return 0;
}

int cusolverDnCreateGesvdjInfo(void** info) {
  *info = malloc(1);
  return 0;
}

static int sizes(size_t* device, size_t* host) {
  *device = WORK;
  *host = WORK;
  return 0;
}

// Whether both work areas are as large as was asked for; they are spoiled.
static int working(void* device, size_t device_bytes, void* host, size_t host_bytes) {
  if (device == NULL || host == NULL || device_bytes < WORK || host_bytes < WORK) return 0;
  memset(device, 0x7f, WORK);
  memset(host, 0x7f, WORK);
  return 1;
}

int cusolverDnXpotrf_bufferSize(void* handle, void* params, int uplo, int64_t n, int type, const void* a, int64_t lda,
    int compute, size_t* device, size_t* host) {
  return type != compute || lda < n ? INVALID : sizes(device, host);
}

int cusolverDnXpotrf(void* handle, void* params, int uplo, int64_t n, int type, void* a, int64_t lda, int compute,
    void* device, size_t device_bytes, void* host, size_t host_bytes, int* info) {
  if (!working(device, device_bytes, host, host_bytes) || type != compute || lda < n) return INVALID;
  *info = cholesky(matrix(type, a, lda), n, uplo);
  return 0;
}

int cusolverDnXpotrs(void* handle, void* params, int uplo, int64_t n, int64_t nrhs, int type, const void* a, int64_t lda,
    int b_type, void* b, int64_t ldb, int* info) {
  if (type != b_type || lda < n || ldb < n) return INVALID;
  triangle(matrix(type, a, lda), uplo, uplo ? 2 : 0, 0, n, matrix(type, b, ldb), nrhs);
  triangle(matrix(type, a, lda), uplo, uplo ? 0 : 2, 0, n, matrix(type, b, ldb), nrhs);
  *info = 0;
  return 0;
}

int cusolverDnXgetrf_bufferSize(void* handle, void* params, int64_t m, int64_t n, int type, const void* a, int64_t lda,
    int compute, size_t* device, size_t* host) {
  return type != compute || lda < m ? INVALID : sizes(device, host);
}

int cusolverDnXgetrf(void* handle, void* params, int64_t m, int64_t n, int type, void* a, int64_t lda, int64_t* pivots,
    int compute, void* device, size_t device_bytes, void* host, size_t host_bytes, int* info) {
  if (!working(device, device_bytes, host, host_bytes) || type != compute || lda < m) return INVALID;
  *info = lu(matrix(type, a, lda), m, n, pivots, NULL);
  return 0;
}

int cusolverDnXgetrs(void* handle, void* params, int op, int64_t n, int64_t nrhs, int type, const void* a, int64_t lda,
    const int64_t* pivots, int b_type, void* b, int64_t ldb, int* info) {
  if (type != b_type || lda < n || ldb < n || pivots == NULL) return INVALID;
  solve(matrix(type, a, lda), op, n, pivots, NULL, matrix(type, b, ldb), nrhs);
  *info = 0;
  return 0;
}

int cusolverDnXgeqrf_bufferSize(void* handle, void* params, int64_t m, int64_t n, int type, const void* a, int64_t lda,
    int tau_type, const void* tau, int compute, size_t* device, size_t* host) {
  return type != compute || type != tau_type || lda < m ? INVALID : sizes(device, host);
}

int cusolverDnXgeqrf(void* handle, void* params, int64_t m, int64_t n, int type, void* a, int64_t lda, int tau_type,
    void* tau, int compute, void* device, size_t device_bytes, void* host, size_t host_bytes, int* info) {
  if (!working(device, device_bytes, host, host_bytes) || type != compute || type != tau_type || lda < m) return INVALID;
  qr(matrix(type, a, lda), m, n, tau);
  *info = 0;
  return 0;
}

static int real_of(int type) { return type == C_32F ? R_32F : type == C_64F ? R_64F : type; }

int cusolverDnXsyevd_bufferSize(void* handle, void* params, int jobz, int uplo, int64_t n, int type, const void* a,
    int64_t lda, int w_type, const void* w, int compute, size_t* device, size_t* host) {
  return type != compute || w_type != real_of(type) || lda < n ? INVALID : sizes(device, host);
}

int cusolverDnXsyevd(void* handle, void* params, int jobz, int uplo, int64_t n, int type, void* a, int64_t lda, int w_type,
    void* w, int compute, void* device, size_t device_bytes, void* host, size_t host_bytes, int* info) {
  if (!working(device, device_bytes, host, host_bytes) || type != compute || w_type != real_of(type)) return INVALID;
  eigh(jobz, uplo, n, matrix(type, a, lda), w_type, w);
  *info = 0;
  return 0;
}

int cusolverDnXsyevBatched_bufferSize(void* handle, void* params, int jobz, int uplo, int64_t n, int type, const void* a,
    int64_t lda, int w_type, const void* w, int compute, size_t* device, size_t* host, int64_t count) {
  return type != compute || w_type != real_of(type) || lda < n ? INVALID : sizes(device, host);
}

int cusolverDnXsyevBatched(void* handle, void* params, int jobz, int uplo, int64_t n, int type, void* a, int64_t lda,
    int w_type, void* w, int compute, void* device, size_t device_bytes, void* host, size_t host_bytes, int* info,
    int64_t count) {
  if (!working(device, device_bytes, host, host_bytes) || type != compute || w_type != real_of(type)) return INVALID;
  for (int64_t i = 0; i < count; i++) {
    eigh(jobz, uplo, n, matrix(type, (char*) a + i * lda * n * size_of(type), lda), w_type,
        (char*) w + i * n * size_of(w_type));
    info[i] = 0;
  }
  return 0;
}

int cusolverDnXgesvd_bufferSize(void* handle, void* params, signed char jobu, signed char jobvt, int64_t m, int64_t n,
    int type, const void* a, int64_t lda, int s_type, const void* s, int u_type, const void* u, int64_t ldu, int vt_type,
    const void* vt, int64_t ldvt, int compute, size_t* device, size_t* host) {
  return m < n || type != compute || type != u_type || type != vt_type || s_type != real_of(type) ? INVALID
      : sizes(device, host);
}

int cusolverDnXgesvd(void* handle, void* params, signed char jobu, signed char jobvt, int64_t m, int64_t n, int type,
    void* a, int64_t lda, int s_type, void* s, int u_type, void* u, int64_t ldu, int vt_type, void* vt, int64_t ldvt,
    int compute, void* device, size_t device_bytes, void* host, size_t host_bytes, int* info) {
  if (!working(device, device_bytes, host, host_bytes) || m < n || lda < m) return INVALID;
  if (jobu != jobvt || (jobu != 'N' && (ldu < m || ldvt < n))) return INVALID;
  Z* left = dense(m * m);
  Z* right = dense(n * n);
  double* values = calloc(n, sizeof(double));
  any_svd(matrix(type, a, lda), m, n, left, values, right);
  for (int64_t j = 0; j < n; j++) put(s_type, s, j, values[j]);
  if (jobu != 'N') {
    for (int64_t j = 0; j < (jobu == 'A' ? m : n); j++)
      for (int64_t i = 0; i < m; i++) set(matrix(type, u, ldu), i, j, left[i + j * m]);
    for (int64_t j = 0; j < n; j++)
      for (int64_t i = 0; i < n; i++) set(matrix(type, vt, ldvt), j, i, conj(right[i + j * n]));
  }
  free(left);
  free(right);
  free(values);
  *info = 0;
  return 0;
}

static int gesvdj(int type, int jobz, int econ, int m, int n, void* a, int lda, void* s, void* u, int ldu, void* v, int ldv,
    int* info) {
  if (lda < m || ldu < m || ldv < n) return INVALID;
  int64_t k = m < n ? m : n;
  Z* left = dense((int64_t) m * m);
  Z* right = dense((int64_t) n * n);
  double* values = calloc(k, sizeof(double));
  // A matrix that begins with 12345 stands for those for which the rotations come to no end.
  int endless = get(type, a, 0) == 12345;
  any_svd(matrix(type, a, lda), m, n, left, values, right);
  for (int64_t j = 0; j < k; j++) put(real_of(type), s, j, endless ? NAN : values[j]);
  if (jobz) {
    for (int64_t j = 0; j < (econ ? k : m); j++)
      for (int64_t i = 0; i < m; i++) set(matrix(type, u, ldu), i, j, left[i + j * m]);
    for (int64_t j = 0; j < (econ ? k : n); j++)
      for (int64_t i = 0; i < n; i++) set(matrix(type, v, ldv), i, j, right[i + j * n]);
  }
  free(left);
  free(right);
  free(values);
  *info = endless ? (int) k + 1 : 0;
  return 0;
}

// A real matrix's vectors of a conjugate pair are the real and imaginary part of the first, side by side.
int cusolverDnXgeev_bufferSize(void* handle, void* params, int jobvl, int jobvr, int64_t n, int type, const void* a,
    int64_t lda, int w_type, const void* w, int vl_type, const void* vl, int64_t ldvl, int vr_type, const void* vr,
    int64_t ldvr, int compute, size_t* device, size_t* host) {
  return jobvl != 0 || vr_type != type || vl_type != type || compute != type || ldvr < n || ldvl < 1 ? INVALID
      : sizes(device, host);
}

int cusolverDnXgeev(void* handle, void* params, int jobvl, int jobvr, int64_t n, int type, void* a, int64_t lda, int w_type,
    void* w, int vl_type, void* vl, int64_t ldvl, int vr_type, void* vr, int64_t ldvr, int compute, void* device,
    size_t device_bytes, void* host, size_t host_bytes, int* info) {
  if (!working(device, device_bytes, host, host_bytes) || jobvl != 0 || lda < n || ldvr < n) return INVALID;
  if (w_type != (type == R_32F ? C_32F : type == R_64F ? C_64F : type)) return INVALID;
  int real = type == real_of(type);
  Z* t = dense(n * n);
  Z* values = dense(n);
  Z* vectors = dense(n * n);
  for (int64_t j = 0; j < n; j++)
    for (int64_t i = 0; i < n; i++) {
      t[i + j * n] = at(matrix(type, a, lda), i, j);
      set(matrix(type, a, lda), i, j, NAN);
    }
  eig(t, n, values, vectors);
  double scale = 0;
  for (int64_t j = 0; j < n; j++) scale += cabs(values[j]);
  char* done = calloc(n, 1);
  int64_t next = 0;
  for (int64_t j = 0; j < n; j++) {
    if (done[j]) continue;
    int pair = real && fabs(cimag(values[j])) > 1e-9 * scale;
    if (pair) {
      for (int64_t o = j + 1; o < n; o++)
        if (!done[o] && cabs(values[o] - conj(values[j])) < 1e-7 * scale) {
          done[o] = 1;
          break;
        }
    }
    int turned = pair && cimag(values[j]) < 0;
    Z value = !real || pair ? turned ? conj(values[j]) : values[j] : creal(values[j]);
    put(w_type, w, next, value);
    if (pair) put(w_type, w, next + 1, conj(value));
    for (int64_t i = 0; i < n && jobvr; i++) {
      Z x = vectors[i + j * n];
      set(matrix(type, vr, ldvr), i, next, real ? creal(x) : x);
      if (pair) set(matrix(type, vr, ldvr), i, next + 1, turned ? -cimag(x) : cimag(x));
    }
    next += pair ? 2 : 1;
  }
  free(t);
  free(values);
  free(vectors);
  free(done);
  *info = next == n ? 0 : 1;
  return 0;
}

static int orgqr(int type, int m, int n, int k, void* a, int lda, const void* tau, int* info) {
  if (lda < m || n > m || k > n || k < 1) return INVALID;
  M q = matrix(type, a, lda);
  Z* kept = dense((int64_t) m * n);
  M vectors = matrix(C_64F, kept, m);
  for (int64_t j = 0; j < n; j++)
    for (int64_t i = 0; i < m; i++) {
      set(vectors, i, j, at(q, i, j));
      set(q, i, j, i == j);
    }
  for (int64_t i = k - 1; i >= 0; i--) reflect(vectors, m, i, get(type, tau, i), q, 0, n);
  free(kept);
  *info = 0;
  return 0;
}

static int ormqr(int type, int side, int op, int m, int n, int k, const void* a, int lda, const void* tau, void* c, int ldc,
    int* info) {
  int order = side ? n : m;
  if (lda < order || ldc < m || k < 1 || k > order || (op == 1 && type != real_of(type))) return INVALID;
  // C Q is (Q^H C^H)^H.
  int rows = side ? n : m, columns = side ? m : n;
  Z* kept = dense((int64_t) rows * columns);
  M b = matrix(C_64F, kept, rows);
  for (int64_t j = 0; j < columns; j++)
    for (int64_t i = 0; i < rows; i++) set(b, i, j, side ? conj(at(matrix(type, c, ldc), j, i)) : at(matrix(type, c, ldc), i, j));
  int adjoint = side ? op == 0 : op != 0;
  for (int64_t step = 0; step < k; step++) {
    int64_t i = adjoint ? step : k - 1 - step;
    Z t = get(type, tau, i);
    reflect(matrix(type, a, lda), rows, i, adjoint ? conj(t) : t, b, 0, columns);
  }
  for (int64_t j = 0; j < columns; j++)
    for (int64_t i = 0; i < rows; i++) {
      if (side) set(matrix(type, c, ldc), j, i, conj(at(b, i, j)));
      else set(matrix(type, c, ldc), i, j, at(b, i, j));
    }
  free(kept);
  *info = 0;
  return 0;
}

#define CUSOLVER(L, type, org, orm)                                                                                     \
  int cusolverDn##L##potrfBatched(void* handle, int uplo, int n, void* a[], int lda, int* info, int count) {            \
    if (lda < n) return INVALID;                                                                                        \
    for (int i = 0; i < count; i++) info[i] = cholesky(matrix(type, a[i], lda), n, uplo);                               \
    return 0;                                                                                                           \
  }                                                                                                                     \
  int cusolverDn##L##org##_bufferSize(void* handle, int m, int n, int k, const void* a, int lda, const void* tau,       \
      int* lwork) {                                                                                                     \
    *lwork = 8;                                                                                                         \
    return 0;                                                                                                           \
  }                                                                                                                     \
  int cusolverDn##L##org(void* handle, int m, int n, int k, void* a, int lda, const void* tau, void* work, int lwork,   \
      int* info) {                                                                                                      \
    if (work == NULL || lwork < 8) return INVALID;                                                                      \
    return orgqr(type, m, n, k, a, lda, tau, info);                                                                     \
  }                                                                                                                     \
  int cusolverDn##L##orm##_bufferSize(void* handle, int side, int op, int m, int n, int k, const void* a, int lda,      \
      const void* tau, const void* c, int ldc, int* lwork) {                                                            \
    *lwork = 8;                                                                                                         \
    return 0;                                                                                                           \
  }                                                                                                                     \
  int cusolverDn##L##orm(void* handle, int side, int op, int m, int n, int k, const void* a, int lda, const void* tau,  \
      void* c, int ldc, void* work, int lwork, int* info) {                                                             \
    if (work == NULL || lwork < 8) return INVALID;                                                                      \
    return ormqr(type, side, op, m, n, k, a, lda, tau, c, ldc, info);                                                   \
  }                                                                                                                     \
  int cusolverDn##L##gesvdj_bufferSize(void* handle, int jobz, int econ, int m, int n, const void* a, int lda,          \
      const void* s, const void* u, int ldu, const void* v, int ldv, int* lwork, void* params) {                        \
    *lwork = 8;                                                                                                         \
    return params == NULL ? INVALID : 0;                                                                                \
  }                                                                                                                     \
  int cusolverDn##L##gesvdj(void* handle, int jobz, int econ, int m, int n, void* a, int lda, void* s, void* u, int ldu, \
      void* v, int ldv, void* work, int lwork, int* info, void* params) {                                               \
    if (work == NULL || lwork < 8 || params == NULL) return INVALID;                                                    \
    return gesvdj(type, jobz, econ, m, n, a, lda, s, u, ldu, v, ldv, info);                                             \
  }                                                                                                                     \
  int cusolverDn##L##gesvdjBatched_bufferSize(void* handle, int jobz, int m, int n, const void* a, int lda,             \
      const void* s, const void* u, int ldu, const void* v, int ldv, int* lwork, void* params, int count) {             \
    *lwork = 8;                                                                                                         \
    return m > 32 || n > 32 || params == NULL ? INVALID : 0;                                                            \
  }                                                                                                                     \
  int cusolverDn##L##gesvdjBatched(void* handle, int jobz, int m, int n, void* a, int lda, void* s, void* u, int ldu,   \
      void* v, int ldv, void* work, int lwork, int* info, void* params, int count) {                                    \
    if (m > 32 || n > 32 || work == NULL || lwork < 8 || params == NULL) return INVALID;                                \
    int status = 0, k = m < n ? m : n;                                                                                  \
    for (int64_t i = 0; i < count && !status; i++)                                                                      \
      status = gesvdj(type, jobz, 0, m, n, (char*) a + i * lda * n * size_of(type), lda,                                \
          (char*) s + i * k * size_of(real_of(type)), (char*) u + i * ldu * m * size_of(type), ldu,                     \
          (char*) v + i * ldv * n * size_of(type), ldv, info + i);                                                      \
    return status;                                                                                                      \
  }

CUSOLVER(S, R_32F, orgqr, ormqr)
CUSOLVER(D, R_64F, orgqr, ormqr)
CUSOLVER(C, C_32F, ungqr, unmqr)
CUSOLVER(Z, C_64F, ungqr, unmqr)
