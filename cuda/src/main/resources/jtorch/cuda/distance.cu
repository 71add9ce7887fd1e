// Distances between rows in a p-norm, and their gradients. Before this come the type Element (f32 or f64), the norm as
// NORM (0, 1, 2; 3 is the largest difference, 4 any other), and PAIRS: rows of one set, each pair once.

#define TILE 16

struct Arguments {
  u64 left, right, out, distances, grads;
  i64 batch, rows, columns, width;
  Element p;
};

// The place of the pair (i, j), i < j, among the pairs of n rows.
DEVICE i64 pair(i64 n, i64 i, i64 j) { return i * n - i * (i + 1) / 2 + j - i - 1; }

DEVICE void join(Element& sum, Element x, Element y, Element p) {
  const Element d = op_abs(x - y);
  if (NORM == 0) sum += d == 0 ? 0 : 1;
  else if (NORM == 1) sum += d;
  else if (NORM == 2) sum += d * d;
  else if (NORM == 3) sum = op_max(sum, d);
  else sum += op_pow(d, p);
}

// A block makes TILE x TILE distances, TILE columns of the rows at a time through shared memory.
BOUNDED_KERNEL(distances, Arguments, TILE * TILE) {
  __shared__ Element left[TILE][TILE + 1];
  __shared__ Element right[TILE][TILE + 1];
  const i64 across = (a.columns + TILE - 1) / TILE;
  const int x = (int) threadIdx.x;
  const int y = (int) threadIdx.y;
  const i64 first_row = (i64) blockIdx.x / across * TILE;
  const i64 first_column = (i64) blockIdx.x % across * TILE;
  if (PAIRS && first_column + TILE <= first_row) return;
  const i64 row = first_row + y;
  const i64 column = first_column + x;
  for (i64 batch = blockIdx.y; batch < a.batch; batch += gridDim.y) {
    const Element* from = (const Element*) a.left + batch * a.rows * a.width;
    const Element* to = (const Element*) a.right + batch * a.columns * a.width;
    Element sum = 0;
    for (i64 k = 0; k < a.width; k += TILE) {
      const bool inside = k + x < a.width;
      left[y][x] = inside && row < a.rows ? from[row * a.width + k + x] : 0;
      right[y][x] = inside && first_column + y < a.columns ? to[(first_column + y) * a.width + k + x] : 0;
      __syncthreads();
      for (int i = 0; i < TILE && k + i < a.width; i++) join(sum, left[y][i], right[x][i], a.p);
      __syncthreads();
    }
    if (row >= a.rows || column >= a.columns || (PAIRS && column <= row)) continue;
    if (NORM == 2) sum = op_sqrt(sum);
    else if (NORM == 4) sum = op_pow(sum, 1 / a.p);
    ((Element*) a.out)[PAIRS ? pair(a.rows, row, column) : (batch * a.rows + row) * a.columns + column] = sum;
  }
}

// What a distance's gradient adds to that of one element of the left row.
DEVICE Element slope(Element d, Element distance, Element grad, Element p) {
  if (NORM == 0 || (distance == 0 && NORM != 1 && NORM != 3)) return 0;
  const Element sign = (Element) (d > 0) - (Element) (d < 0);
  if (NORM == 1) return grad * sign;
  if (NORM == 2) return grad / distance * d;
  // Distances may have been rounded, so the largest difference is the one that rounds to it.
  if (NORM == 3) return op_abs(op_abs(d) - distance) <= op_abs(distance) * (Element) 1e-6 ? grad * sign : 0;
  return d == 0 ? 0 : grad / op_pow(distance, p - 1) * sign * op_pow(op_abs(d), p - 1);
}

// A thread for each element of the left rows.
KERNEL(slopes, Arguments) {
  const i64 count = a.batch * a.rows * a.width;
  for (i64 i = thread_number(); i < count; i += thread_count()) {
    const i64 row = i / a.width;
    const i64 k = i % a.width;
    const i64 own = row % a.rows;
    const Element x = ((const Element*) a.left)[i];
    const Element* others = (const Element*) a.right + row / a.rows * a.columns * a.width + k;
    Element sum = 0;
    for (i64 j = 0; j < a.columns; j++) {
      if (PAIRS && j == own) continue;
      const i64 at = !PAIRS ? row * a.columns + j : own < j ? pair(a.rows, own, j) : pair(a.rows, j, own);
      sum += slope(x - others[j * a.width], ((const Element*) a.distances)[at], ((const Element*) a.grads)[at], a.p);
    }
    ((Element*) a.out)[i] = sum;
  }
}
