// Products of matrices in tiles: a block makes TILE_M x TILE_N elements, TILE_K steps at a time through shared memory, and
// each of its threads PER_M x PER_N of them in registers. Where that is too few blocks, several share the steps, and their
// sums are added in order by a second kernel.
//
// Before this come Arguments, with rows, columns, depth (of one product), batch, part (steps of a block), splits and
// partial (sums of the parts); Left and Right, which bring elements; and store, which takes a sum.

#ifndef FINISH

#define TILE_COLUMNS (TILE_N / PER_N)
// So that packs of 16 bytes stay aligned, and columns of a tile do not meet in one bank.
#define GAP (16 / (int) sizeof(S))

struct alignas(16) Tiles {
  S left[TILE_K][TILE_M + GAP];
  S right[TILE_K][TILE_N + GAP];
};

BOUNDED_KERNEL(product, Arguments, THREADS) {
  __shared__ Tiles tiles;
  const int row = (int) threadIdx.x / TILE_COLUMNS * PER_M;
  const int column = (int) threadIdx.x % TILE_COLUMNS * PER_N;
  const i64 across = (a.columns + TILE_N - 1) / TILE_N;
  const i64 first_row = (i64) blockIdx.x / across * TILE_M;
  const i64 first_column = (i64) blockIdx.x % across * TILE_N;
  const i64 from = (i64) blockIdx.z * a.part;
  const i64 to = from + a.part < a.depth ? from + a.part : a.depth;
  for (i64 batch = blockIdx.y; batch < a.batch; batch += gridDim.y) {
    S sums[PER_M][PER_N];
    UNROLL for (int i = 0; i < PER_M; i++) {
      UNROLL for (int j = 0; j < PER_N; j++) sums[i][j] = Sums<S>::zero();
    }
    Left left;
    Right right;
    left.begin(a, batch, first_row, from);
    right.begin(a, batch, first_column, from);
    left.read(a, from, to);
    right.read(a, from, to);
    for (i64 k = from; k < to; k += TILE_K) {
      left.put(&tiles.left[0][0]);
      right.put(&tiles.right[0][0]);
      __syncthreads();
      // The next elements are on their way while these are multiplied.
      if (k + TILE_K < to) {
        left.read(a, k + TILE_K, to);
        right.read(a, k + TILE_K, to);
      }
      UNROLL for (int step = 0; step < TILE_K; step++) {
        const Pack<S, PER_M> x = *(const Pack<S, PER_M>*) &tiles.left[step][row];
        const Pack<S, PER_N> y = *(const Pack<S, PER_N>*) &tiles.right[step][column];
        UNROLL for (int i = 0; i < PER_M; i++) {
          UNROLL for (int j = 0; j < PER_N; j++) Sums<S>::multiply_add(sums[i][j], x.at[i], y.at[j]);
        }
      }
      __syncthreads();
    }
    UNROLL for (int i = 0; i < PER_M; i++) {
      UNROLL for (int j = 0; j < PER_N; j++) {
        const i64 r = first_row + row + i;
        const i64 c = first_column + column + j;
        if (r >= a.rows || c >= a.columns) continue;
        if (a.splits == 1) store(a, batch, r, c, sums[i][j]);
        else ((S*) a.partial)[(((i64) blockIdx.z * a.batch + batch) * a.rows + r) * a.columns + c] = sums[i][j];
      }
    }
  }
}

#else

KERNEL(product, Arguments) {
  const i64 matrix = a.rows * a.columns;
  const i64 count = matrix * a.batch;
  for (i64 i = thread_number(); i < count; i += thread_count()) {
    S sum = Sums<S>::zero();
    for (i64 split = 0; split < a.splits; split++) Sums<S>::plus(sum, ((const S*) a.partial)[split * count + i]);
    const i64 inside = i % matrix;
    store(a, i / matrix, inside / a.columns, inside % a.columns, sum);
  }
}

#endif
