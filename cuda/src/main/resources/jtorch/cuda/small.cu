// Matrices of up to 32 x 32, a block of 32 threads each: factors in shared memory, triangles with a thread for each right side.
// Columns lie side by side. Before this come the types Element and Real, and COMPLEX.

#define SIDE 32

#if COMPLEX
DEVICE Element times(Element x, Element y) { return Element{x.re * y.re - x.im * y.im, x.re * y.im + x.im * y.re}; }
DEVICE Element less(Element x, Element y) { return Element{x.re - y.re, x.im - y.im}; }
DEVICE Element conjugate(Element x) { return Element{x.re, -x.im}; }
DEVICE Element scaled(Element x, Real by) { return Element{x.re * by, x.im * by}; }
DEVICE Real real_part(Element x) { return x.re; }
DEVICE Element from_real(Real x) { return Element{x, 0}; }
DEVICE bool is_zero(Element x) { return x.re == 0 && x.im == 0; }
DEVICE Real length(Element x) { return (x.re < 0 ? -x.re : x.re) + (x.im < 0 ? -x.im : x.im); }
// By Smith's way, which neither overflows nor loses what is small.
DEVICE Element over(Element x, Element y) {
  if ((y.re < 0 ? -y.re : y.re) >= (y.im < 0 ? -y.im : y.im)) {
    const Real ratio = y.im / y.re;
    const Real whole = y.re + y.im * ratio;
    return Element{(x.re + x.im * ratio) / whole, (x.im - x.re * ratio) / whole};
  }
  const Real ratio = y.re / y.im;
  const Real whole = y.re * ratio + y.im;
  return Element{(x.re * ratio + x.im) / whole, (x.im * ratio - x.re) / whole};
}
#else
DEVICE Element times(Element x, Element y) { return x * y; }
DEVICE Element less(Element x, Element y) { return x - y; }
DEVICE Element conjugate(Element x) { return x; }
DEVICE Element scaled(Element x, Real by) { return x * by; }
DEVICE Real real_part(Element x) { return x; }
DEVICE Element from_real(Real x) { return x; }
DEVICE bool is_zero(Element x) { return x == 0; }
DEVICE Real length(Element x) { return x < 0 ? -x : x; }
DEVICE Element over(Element x, Element y) { return x / y; }
#endif

struct Factors {
  // Dense matrices of rows x columns, a code for each, and its exchanges, which may be 0.
  u64 matrices, codes, pivots;
  i64 rows, columns, upper;
};

// A = L L^H, or of the upper triangle U^H U with U = L^H.
BOUNDED_KERNEL(cholesky, Factors, SIDE) {
  __shared__ Element w[SIDE][SIDE + 1];
  const int n = (int) a.rows;
  const int row = threadIdx.x;
  Element* matrix = (Element*) a.matrices + (i64) blockIdx.x * n * n;
  for (int j = 0; row < n && j <= row; j++)
    w[row][j] = a.upper ? conjugate(matrix[j + row * n]) : matrix[row + j * n];
  int code = 0;
  for (int k = 0; k < n; k++) {
    __syncthreads();
    const Real pivot = real_part(w[k][k]);
    if (!(pivot > 0)) {
      code = k + 1;
      break;
    }
    const Real root = sqrt(pivot);
    __syncthreads();
    if (row == k) w[k][k] = from_real(root);
    if (row > k && row < n) w[row][k] = scaled(w[row][k], 1 / root);
    __syncthreads();
    for (int j = k + 1; row < n && j <= row; j++) w[row][j] = less(w[row][j], times(w[row][k], conjugate(w[j][k])));
  }
  for (int j = 0; row < n && j <= row; j++) {
    if (a.upper) matrix[j + row * n] = conjugate(w[row][j]);
    else matrix[row + j * n] = w[row][j];
  }
  if (row == 0) ((i32*) a.codes)[blockIdx.x] = code;
}

// P A = L U with the largest element of a column exchanged to the diagonal.
BOUNDED_KERNEL(lu, Factors, SIDE) {
  __shared__ Element w[SIDE][SIDE + 1];
  const int m = (int) a.rows;
  const int n = (int) a.columns;
  const int lane = threadIdx.x;
  const int steps = m < n ? m : n;
  Element* matrix = (Element*) a.matrices + (i64) blockIdx.x * m * n;
  for (int j = 0; lane < m && j < n; j++) w[lane][j] = matrix[lane + j * m];
  int code = 0;
  for (int k = 0; k < steps; k++) {
    __syncthreads();
    int best = k;
    for (int i = k + 1; a.pivots != 0 && i < m; i++) {
      if (length(w[i][k]) > length(w[best][k])) best = i;
    }
    __syncthreads();
    if (a.pivots != 0 && lane == 0) ((i32*) a.pivots)[(i64) blockIdx.x * steps + k] = best + 1;
    if (best != k && lane < n) {
      const Element kept = w[k][lane];
      w[k][lane] = w[best][lane];
      w[best][lane] = kept;
    }
    __syncthreads();
    if (is_zero(w[k][k])) {
      if (code == 0) code = k + 1;
      continue;
    }
    if (lane > k && lane < m) {
      w[lane][k] = over(w[lane][k], w[k][k]);
      for (int j = k + 1; j < n; j++) w[lane][j] = less(w[lane][j], times(w[lane][k], w[k][j]));
    }
  }
  __syncthreads();
  for (int j = 0; lane < m && j < n; j++) matrix[lane + j * m] = w[lane][j];
  if (lane == 0) ((i32*) a.codes)[blockIdx.x] = code;
}

struct Triangles {
  // The addresses of n x n triangles and of what they divide, a pair for each block.
  u64 triangles, targets;
  i64 leading, n;
  // How many vectors, the distance of their elements, and of the vectors.
  i64 vectors, step, apart;
  i64 transposed, conjugated, lower, unit;
};

BOUNDED_KERNEL(triangle, Triangles, SIDE) {
  __shared__ Element w[SIDE][SIDE + 1];
  const int n = (int) a.n;
  const Element* given = ((const Element* const*) a.triangles)[blockIdx.x];
  Element* target = ((Element* const*) a.targets)[blockIdx.x];
  for (int e = threadIdx.x; e < n * n; e += SIDE) {
    const int i = e % n;
    const int j = e / n;
    const Element value = a.transposed ? given[j + i * a.leading] : given[i + j * a.leading];
    w[i][j] = a.conjugated ? conjugate(value) : value;
  }
  __syncthreads();
  for (i64 v = threadIdx.x; v < a.vectors; v += SIDE) {
    Element* x = target + v * a.apart;
    for (int s = 0; s < n; s++) {
      const int i = a.lower ? s : n - 1 - s;
      Element sum = x[i * a.step];
      for (int j = a.lower ? 0 : i + 1; j < (a.lower ? i : n); j++) sum = less(sum, times(w[i][j], x[j * a.step]));
      x[i * a.step] = a.unit ? sum : over(sum, w[i][i]);
    }
  }
}

struct Exchanges {
  // The addresses of matrices of n rows, and the exchanges of each block's.
  u64 targets, pivots;
  i64 n, columns, backwards;
};

BOUNDED_KERNEL(exchange, Exchanges, SIDE) {
  Element* target = ((Element* const*) a.targets)[blockIdx.x];
  const i32* pivots = (const i32*) a.pivots + (i64) blockIdx.x * a.n;
  for (i64 column = threadIdx.x; column < a.columns; column += SIDE) {
    Element* x = target + column * a.n;
    for (i64 s = 0; s < a.n; s++) {
      const i64 k = a.backwards ? a.n - 1 - s : s;
      const i64 other = (i64) pivots[k] - 1;
      if (other < 0 || other >= a.n) continue;
      const Element kept = x[k];
      x[k] = x[other];
      x[other] = kept;
    }
  }
}
