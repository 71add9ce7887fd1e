// Products of matrices in tiles: a block makes TILE_M x TILE_N elements, TILE_K steps at a time through shared memory, and
// each of its threads PER_M x PER_N of them in registers, or each of its 8 warps a part on tensor cores (TENSOR). Where that
// is too few blocks, several share the steps, and their sums are added in order by a second kernel.
//
// Before this come Arguments, with rows, columns, depth (of one product), batch, part (steps of a block), splits and
// partial (sums of the parts); Left and Right, which bring elements E; and store, which takes a sum.

#ifndef FINISH

struct alignas(16) Tiles {
  E left[TILE_K][TILE_M + GAP];
  E right[TILE_K][TILE_N + GAP];
};

DEVICE void give(const Arguments& a, i64 batch, i64 row, i64 column, S sum) {
  if (row >= a.rows || column >= a.columns) return;
  if (a.splits == 1) store(a, batch, row, column, sum);
  else ((S*) a.partial)[(((i64) blockIdx.z * a.batch + batch) * a.rows + row) * a.columns + column] = sum;
}

#ifdef TENSOR

#define LANE ((int) threadIdx.x % 32)
#define OWN_M (TILE_M / 2)
#define OWN_N (TILE_N / 4)
#define ROW_TILES (OWN_M / 16)
#define COLUMN_TILES (OWN_N / 8)

// What a warp makes: OWN_M x OWN_N elements, held as `mma.cu` tells.
struct Part {
  int row, column;
  f32 sums[ROW_TILES][COLUMN_TILES][4];

  DEVICE void begin() {
    row = (int) threadIdx.x / 32 / 4 * OWN_M;
    column = (int) threadIdx.x / 32 % 4 * OWN_N;
    UNROLL for (int i = 0; i < ROW_TILES; i++) {
      UNROLL for (int j = 0; j < COLUMN_TILES; j++) {
        UNROLL for (int e = 0; e < 4; e++) sums[i][j][e] = 0;
      }
    }
  }

  DEVICE void add(const Tiles& tiles) {
#ifdef TF32
    UNROLL for (int step = 0; step < TILE_K; step += 8) {
      u32 x[ROW_TILES][4];
      UNROLL for (int i = 0; i < ROW_TILES; i++) {
        UNROLL for (int e = 0; e < 4; e++)
          x[i][e] = tiles.left[step + LANE % 4 + e / 2 * 4][row + 16 * i + LANE / 4 + e % 2 * 8];
      }
      UNROLL for (int j = 0; j < COLUMN_TILES; j++) {
        const u32 y0 = tiles.right[step + LANE % 4][column + 8 * j + LANE / 4];
        const u32 y1 = tiles.right[step + LANE % 4 + 4][column + 8 * j + LANE / 4];
        UNROLL for (int i = 0; i < ROW_TILES; i++) multiply_add_tf32(sums[i][j], x[i], y0, y1);
      }
    }
#else
    UNROLL for (int step = 0; step < TILE_K; step += 16) {
      u32 x[ROW_TILES][4];
      UNROLL for (int i = 0; i < ROW_TILES; i++)
        load_matrices<true>(x[i], shared(&tiles.left[step + LANE / 16 * 8 + LANE % 8][row + 16 * i + LANE / 8 % 2 * 8]));
      UNROLL for (int j = 0; j < COLUMN_TILES; j += 2) {
        u32 y[4];
        load_matrices<true>(y, shared(&tiles.right[step + LANE % 16][column + 8 * j + LANE / 16 * 8]));
        UNROLL for (int i = 0; i < ROW_TILES; i++) {
          multiply_add<T>(sums[i][j], x[i], y[0], y[1]);
          multiply_add<T>(sums[i][j + 1], x[i], y[2], y[3]);
        }
      }
    }
#endif
  }

  DEVICE void end(const Arguments& a, i64 batch, i64 first_row, i64 first_column) const {
    UNROLL for (int i = 0; i < ROW_TILES; i++) {
      UNROLL for (int j = 0; j < COLUMN_TILES; j++) {
        UNROLL for (int e = 0; e < 4; e++)
          give(a, batch, first_row + row + 16 * i + LANE / 4 + e / 2 * 8,
              first_column + column + 8 * j + LANE % 4 * 2 + e % 2, sums[i][j][e]);
      }
    }
  }
};

#else

#define TILE_COLUMNS (TILE_N / PER_N)

// What a thread makes.
struct Part {
  int row, column;
  S sums[PER_M][PER_N];

  DEVICE void begin() {
    row = (int) threadIdx.x / TILE_COLUMNS * PER_M;
    column = (int) threadIdx.x % TILE_COLUMNS * PER_N;
    UNROLL for (int i = 0; i < PER_M; i++) {
      UNROLL for (int j = 0; j < PER_N; j++) sums[i][j] = Sums<S>::zero();
    }
  }

  DEVICE void add(const Tiles& tiles) {
    UNROLL for (int step = 0; step < TILE_K; step++) {
      const Pack<S, PER_M> x = *(const Pack<S, PER_M>*) &tiles.left[step][row];
      const Pack<S, PER_N> y = *(const Pack<S, PER_N>*) &tiles.right[step][column];
      UNROLL for (int i = 0; i < PER_M; i++) {
        UNROLL for (int j = 0; j < PER_N; j++) Sums<S>::multiply_add(sums[i][j], x.at[i], y.at[j]);
      }
    }
  }

  DEVICE void end(const Arguments& a, i64 batch, i64 first_row, i64 first_column) const {
    UNROLL for (int i = 0; i < PER_M; i++) {
      UNROLL for (int j = 0; j < PER_N; j++) give(a, batch, first_row + row + i, first_column + column + j, sums[i][j]);
    }
  }
};

#endif

BOUNDED_KERNEL(product, Arguments, THREADS) {
  __shared__ Tiles tiles;
  const i64 across = (a.columns + TILE_N - 1) / TILE_N;
  const i64 first_row = (i64) blockIdx.x / across * TILE_M;
  const i64 first_column = (i64) blockIdx.x % across * TILE_N;
  const i64 from = (i64) blockIdx.z * a.part;
  const i64 to = from + a.part < a.depth ? from + a.part : a.depth;
  for (i64 batch = blockIdx.y; batch < a.batch; batch += gridDim.y) {
    Part part;
    part.begin();
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
      part.add(tiles);
      __syncthreads();
    }
    part.end(a, batch, first_row, first_column);
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
