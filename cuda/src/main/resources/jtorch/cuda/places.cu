// What kernels of random numbers take, and where elements lie that are counted in the order of memory.

#define MOST_DIMS 12

struct Arguments {
  u64 seed, offset;
  i64 count, dims;
  u64 at, other, mask;
  // The innermost dimension first; strides in bytes, of what is written and of what is read.
  i64 sizes[MOST_DIMS];
  i64 strides[2 * MOST_DIMS];
  f64 first, second;
  i64 least;
  u64 range;
};

// Where the i-th element lies.
DEVICE i64 far(const Arguments& a, i64 i, int operand) {
  i64 away = 0;
  for (int d = 0; d < a.dims; d++) {
    const i64 rest = d + 1 == a.dims ? 0 : i / a.sizes[d];
    away += (i - rest * a.sizes[d]) * a.strides[operand * MOST_DIMS + d];
    i = rest;
  }
  return away;
}
