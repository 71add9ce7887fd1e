// Attention of halves on tensor cores, for heads of 32, 64, 96 or 128 elements (Dao, FlashAttention-2, 2023): scores,
// probabilities and their gradients stay in the registers of the warps that made them, which hold them as the next product
// wants its left operand.
//
// Back, a block has KEYS keys and meets one block of queries after the other; scores are made turned, [key, query], for the
// gradients of keys and values sum over queries. Those of queries sum over the keys of all blocks, by atomic operations in
// float32, in the order in which lanes hold them; FINISH brings them into place.
//
// Before this come T, M (of the mask), HAS_MASK, WIDTH, and KIND: 0 forward, 1 what the way back needs of each row, 2 back,
// 3 the gradients of queries in place.

#define PIECES (WIDTH / 8)
#define LOG2E 1.4426950408889634f
#define LANE ((int) threadIdx.x % 32)
#define WARP ((int) threadIdx.x / 32)

// Lanes that copy a row, 8 where its pieces lie in all banks.
#define LANES (PIECES % 8 == 0 ? 8 : 4)
#define LINE (WIDTH * 2)

// Rows from `first` on, on their way into a tile; zeros beyond the end.
template <int ROWS, int THREADS> DEVICE void fetch(Shared tile, const T* rows, i64 stride, int first, int count) {
  const int row = (int) threadIdx.x / LANES;
  const int piece = (int) threadIdx.x % LANES;
  const Shared to = tile + tile_place<PIECES>(row, piece);
  const T* from = rows + (first + row) * stride + piece * 8;
  UNROLL for (int i = 0; i < ROWS * LANES / THREADS; i++) {
    const bool there = first + row + i * (THREADS / LANES) < count;
    UNROLL for (int j = 0; j < PIECES / LANES; j++)
      copy_later(to + i * (THREADS / LANES) * LINE + j * LANES * 16, there ? from + j * LANES * 8 : rows, there);
    from += THREADS / LANES * stride;
  }
}

// 16 rows as a left operand, steps from 16 * step on.
DEVICE void left_rows(u32 (&x)[4], Shared tile, int row, int step) {
  load_matrices<false>(x, tile + row * LINE + tile_step<PIECES>(tile_place<PIECES>(LANE % 16, LANE / 16), step));
}

// 16 rows as columns of right operands: y[0] and y[1] of the first 8, y[2] and y[3] of the others.
DEVICE void right_columns(u32 (&y)[4], Shared tile, int row, int step) {
  load_matrices<false>(y, tile + row * LINE
      + tile_step<PIECES>(tile_place<PIECES>(LANE / 16 * 8 + LANE % 8, LANE / 8 % 2), step));
}

// 16 rows as rows of right operands: y[0] and y[1] of the 8 columns from 8 * piece on, y[2] and y[3] of the next 8.
DEVICE void right_rows(u32 (&y)[4], Shared tile, int row, int piece) {
  load_matrices<true>(y, tile + row * LINE + tile_step<PIECES>(tile_place<PIECES>(LANE % 16, LANE / 16), piece / 2));
}

template <int COUNT, int WIDE> DEVICE void clear(f32 (&sums)[COUNT][WIDE][4]) {
  UNROLL for (int i = 0; i < COUNT; i++) {
    UNROLL for (int j = 0; j < WIDE; j++) {
      UNROLL for (int e = 0; e < 4; e++) sums[i][j][e] = 0;
    }
  }
}

// Sums beside each other as a left operand.
DEVICE void rounded(u32 (&x)[4], const f32 (&left)[4], const f32 (&right)[4]) {
  x[0] = packed<T>(left[0], left[1]);
  x[1] = packed<T>(left[2], left[3]);
  x[2] = packed<T>(right[0], right[1]);
  x[3] = packed<T>(right[2], right[3]);
}

// Adds x times rows of a tile to sums of whole rows.
template <int COUNT> DEVICE void add_rows(f32 (&sums)[COUNT][PIECES][4], const u32 (&x)[COUNT][4], Shared tile,
    int row) {
  UNROLL for (int n = 0; n < PIECES; n += 2) {
    u32 y[4];
    right_rows(y, tile, row, n);
    UNROLL for (int m = 0; m < COUNT; m++) {
      multiply_add<T>(sums[m][n], x[m], y[0], y[1]);
      multiply_add<T>(sums[m][n + 1], x[m], y[2], y[3]);
    }
  }
}

#ifdef HAS_MASK
DEVICE f32 mask_of(const Arguments& a, i64 b, i64 h, i64 row, i64 key) {
  return cast<f32>(((const M*) a.mask.at)[b * a.mask.batch + h * a.mask.head + row * a.mask.row + key]);
}
#endif

#if KIND == 0

#define ROWS 128
#define KEYS (WIDTH <= 64 ? 64 : 32)
#define THREADS 128
#define COUNT 2
#define STEPS (WIDTH / 16)
// The narrowest rows of queries stay in registers.
#ifdef HAS_MASK
#define HELD 0
#else
#define HELD (WIDTH <= 32)
#endif

BOUNDED_KERNEL(attention, Arguments, THREADS) {
  DYNAMIC_SHARED(memory);
  const Shared queries = shared(memory);
  const Shared keys = queries + ROWS * LINE;
  const Shared values = keys + KEYS * LINE;
  const int length = (int) a.length;
  const int key_count = (int) a.keys;
  const int own = WARP * 16 * COUNT;
  // The longest ones first.
  const int blocks = (length + ROWS - 1) / ROWS;
  const int pair = (int) blockIdx.x / blocks;
  const int block = (int) blockIdx.x % blocks;
  const int first = (a.causal ? blocks - 1 - block : block) * ROWS;
  const int until = a.causal && first + ROWS < key_count ? first + ROWS : key_count;
#ifdef HAS_MASK
  // Masks may be as far as a float goes, where a scale has no room.
  const f32 scale = (f32) a.scale;
#else
  const f32 scale = (f32) a.scale * LOG2E;
#endif
  const int b = pair / (int) a.heads;
  const int h = pair % (int) a.heads;
  const int key_head = h / (int) (a.heads / a.key_heads);
  const T* k = a.k.of(b, key_head);
  const T* v = a.v.of(b, key_head);
  fetch<ROWS, THREADS>(queries, a.q.of(b, h), a.q.row, first, length);
  fetch<KEYS, THREADS>(keys, k, a.k.row, 0, key_count);
  end_group();
  f32 out[COUNT][PIECES][4], most[COUNT][2], sum[COUNT][2];
  clear(out);
  UNROLL for (int m = 0; m < COUNT; m++) {
    UNROLL for (int half = 0; half < 2; half++) {
      most[m][half] = -INF32;
      sum[m][half] = 0;
    }
  }
#if HELD
  u32 x[STEPS][COUNT][4];
  await_groups<0>();
  __syncthreads();
  UNROLL for (int step = 0; step < STEPS; step++) {
    UNROLL for (int m = 0; m < COUNT; m++) left_rows(x[step][m], queries, own + 16 * m, step);
  }
#endif
  ROLLED for (int key = 0; key < until; key += KEYS) {
    await_groups<0>();
    __syncthreads();
    fetch<KEYS, THREADS>(values, v, a.v.row, key, key_count);
    end_group();
    f32 s[COUNT][KEYS / 8][4];
    clear(s);
    UNROLL_BY_4 for (int step = 0; step < STEPS; step++) {
#if !HELD
      u32 x[1][COUNT][4];
      UNROLL for (int m = 0; m < COUNT; m++) left_rows(x[0][m], queries, own + 16 * m, step);
#endif
      UNROLL for (int n = 0; n < KEYS / 8; n += 2) {
        u32 y[4];
        right_columns(y, keys, 8 * n, step);
        UNROLL for (int m = 0; m < COUNT; m++) {
          multiply_add<T>(s[m][n], x[HELD ? step : 0][m], y[0], y[1]);
          multiply_add<T>(s[m][n + 1], x[HELD ? step : 0][m], y[2], y[3]);
        }
      }
    }
    await_groups<0>();
    __syncthreads();
    if (key + KEYS < until) fetch<KEYS, THREADS>(keys, k, a.k.row, key + KEYS, key_count);
    end_group();
#ifdef HAS_MASK
    const bool plain = false;
#else
    const bool plain = key + KEYS <= key_count && !(a.causal && key + KEYS - 1 > first + own);
#endif
    if (!plain) {
      UNROLL for (int m = 0; m < COUNT; m++) {
        UNROLL for (int half = 0; half < 2; half++) {
          const int row = first + own + 16 * m + 8 * half + LANE / 4;
          const int column = key + LANE % 4 * 2;
          // So many of the columns from the lane's first one on are seen.
          const int seen = (a.causal && row < key_count ? row + 1 : key_count) - column;
          UNROLL for (int n = 0; n < KEYS / 8; n++) {
            UNROLL for (int side = 0; side < 2; side++) {
              f32& at = s[m][n][2 * half + side];
#ifdef HAS_MASK
              at = 8 * n + side < seen && row < length ? at * scale + mask_of(a, b, h, row, column + 8 * n + side)
                                                       : -INF32;
#else
              if (8 * n + side >= seen) at = -INF32;
#endif
            }
          }
        }
      }
    }
    UNROLL for (int m = 0; m < COUNT; m++) {
      UNROLL for (int half = 0; half < 2; half++) {
        f32 now = most[m][half];
        UNROLL for (int n = 0; n < KEYS / 8; n++) now = fmaxf(now, fmaxf(s[m][n][2 * half], s[m][n][2 * half + 1]));
        UNROLL for (int far = 1; far < 4; far *= 2) now = fmaxf(now, __shfl_xor_sync(0xffffffffu, now, far));
        // Of a row that has seen nothing yet, all powers are zero; NaN stays NaN.
        const f32 base = now == -INF32 ? 0.0f : now;
#ifdef HAS_MASK
        const f32 shrink = power_of_two((most[m][half] - base) * LOG2E);
#else
        const f32 shrink = power_of_two((most[m][half] - base) * scale);
        const f32 shift = base * scale;
#endif
        f32 added = 0;
        UNROLL for (int n = 0; n < KEYS / 8; n++) {
          UNROLL for (int e = 2 * half; e < 2 * half + 2; e++) {
#ifdef HAS_MASK
            s[m][n][e] = power_of_two((s[m][n][e] - base) * LOG2E);
#else
            s[m][n][e] = power_of_two(fmaf(s[m][n][e], scale, -shift));
#endif
            added += s[m][n][e];
          }
        }
        most[m][half] = now;
        sum[m][half] = sum[m][half] * shrink + added;
        UNROLL for (int n = 0; n < PIECES; n++) {
          out[m][n][2 * half] *= shrink;
          out[m][n][2 * half + 1] *= shrink;
        }
      }
    }
    UNROLL for (int step = 0; step < KEYS / 16; step++) {
      u32 weights[COUNT][4];
      UNROLL for (int m = 0; m < COUNT; m++) rounded(weights[m], s[m][2 * step], s[m][2 * step + 1]);
      add_rows(out, weights, values, 16 * step);
    }
  }
  await_groups<0>();
  // A warp's rows of queries were read by it alone; they become its rows of results.
  __syncwarp();
  UNROLL for (int m = 0; m < COUNT; m++) {
    UNROLL for (int half = 0; half < 2; half++) {
      UNROLL for (int far = 1; far < 4; far *= 2) sum[m][half] += __shfl_xor_sync(0xffffffffu, sum[m][half], far);
      const f32 factor = sum[m][half] == 0 ? 0.0f : 1 / sum[m][half];
      const int at = own + 16 * m + 8 * half + LANE / 4;
      if (LANE % 4 == 0 && first + at < length) {
#ifdef HAS_MASK
        const f64 high = (f64) most[m][half];
#else
        const f64 high = (f64) most[m][half] * a.scale;
#endif
        ((f64*) a.sums)[(i64) pair * length + first + at] = high + (f64) logf(sum[m][half]);
      }
      UNROLL for (int n = 0; n < PIECES; n++)
        *(u32*) (memory + tile_place<PIECES>(at, n) + LANE % 4 * 4) =
            packed<T>(out[m][n][2 * half] * factor, out[m][n][2 * half + 1] * factor);
    }
  }
  __syncwarp();
  T* to = (T*) a.out.of(b, h);
  UNROLL for (int i = 0; i < COUNT * PIECES / 2; i++) {
    const int e = LANE + i * 32;
    const int row = own + e / PIECES;
    if (first + row < length) *(Pack<u32, 4>*) (to + (first + row) * a.out.row + e % PIECES * 8) =
        *(const Pack<u32, 4>*) (memory + tile_place<PIECES>(row, e % PIECES));
  }
}

#elif KIND == 1

#define THREADS 256

// Four lanes have a row.
BOUNDED_KERNEL(attention, Arguments, THREADS) {
  const i64 lines = a.batches * a.heads * a.padded;
  const i64 step = (i64) gridDim.x * (THREADS / 4);
  // All lanes of a warp stay for its last row.
  for (i64 begin = (i64) blockIdx.x * (THREADS / 4) + WARP * 8; begin < lines; begin += step) {
    const i64 line = begin + LANE / 4;
    const i64 pair = line / a.padded;
    const i64 row = line % a.padded;
    f32 centre = 0;
    if (row < a.length) {
      const T* grad = a.grad.of(pair / a.heads, pair % a.heads) + row * a.grad.row;
      const T* out = a.out.of(pair / a.heads, pair % a.heads) + row * a.out.row;
      UNROLL for (int piece = 0; piece < PIECES; piece += 4) {
        const Pack<T, 8> g = *(const Pack<T, 8>*) (grad + (piece + LANE % 4) * 8);
        const Pack<T, 8> o = *(const Pack<T, 8>*) (out + (piece + LANE % 4) * 8);
        UNROLL for (int i = 0; i < 8; i++) centre = fmaf(widen(g.at[i]), widen(o.at[i]), centre);
      }
    }
    UNROLL for (int far = 1; far < 4; far *= 2) centre += __shfl_xor_sync(0xffffffffu, centre, far);
    UNROLL for (int piece = 0; piece < WIDTH / 4; piece += 4)
      *(Pack<f32, 4>*) ((f32*) a.summed + line * WIDTH + (piece + LANE % 4) * 4) = Pack<f32, 4>{{0, 0, 0, 0}};
    if (LANE % 4 == 0) {
      // Of a row without keys, and of none, all powers are zero.
      const f64 sum = row < a.length ? ((const f64*) a.sums)[pair * a.length + row] : -INF64;
#ifdef HAS_MASK
      const f32 high = sum == -INF64 ? INF32 : (f32) sum;
      const f32 low = sum == -INF64 ? 0.0f : (f32) (sum - (f64) high);
#else
      const f32 high = sum == -INF64 ? INF32 : (f32) (sum * 1.4426950408889634);
      const f32 low = 0;
#endif
      ((Pack<f32, 4>*) a.centres)[line] = Pack<f32, 4>{{high, low, centre, 0}};
    }
  }
}

#elif KIND == 2

#define ROWS 64
#define KEYS 128
// Queries whose scores are in registers at once.
#ifdef HAS_MASK
#define PART 16
#else
#define PART 32
#endif
#define WARPS (WIDTH <= 64 ? 4 : 8)
#define THREADS (WARPS * 32)
// What a warp has: so many times 16 keys, and of the gradients of queries so many times 16 rows and 8 columns.
#define COUNT (8 / WARPS)
#define OWN_ROWS (WIDTH % 64 == 0 ? 2 : 1)
#define OWN_COLUMNS (WIDTH == 96 ? 6 : 4)
#define STEPS (WIDTH / 16)

// Rows of one tile times rows of the other.
DEVICE void dots(f32 (&s)[COUNT][PART / 8][4], Shared left, int left_row, Shared right, int right_row) {
  clear(s);
  UNROLL_BY_4 for (int step = 0; step < STEPS; step++) {
    u32 x[COUNT][4];
    UNROLL for (int m = 0; m < COUNT; m++) left_rows(x[m], left, left_row + 16 * m, step);
    UNROLL for (int n = 0; n < PART / 8; n += 2) {
      u32 y[4];
      right_columns(y, right, right_row + 8 * n, step);
      UNROLL for (int m = 0; m < COUNT; m++) {
        multiply_add<T>(s[m][n], x[m], y[0], y[1]);
        multiply_add<T>(s[m][n + 1], x[m], y[2], y[3]);
      }
    }
  }
}

DEVICE void write(const f32 (&sums)[COUNT][PIECES][4], f32 factor, T* to, i64 stride, int first, int count) {
  UNROLL for (int m = 0; m < COUNT; m++) {
    UNROLL for (int half = 0; half < 2; half++) {
      const int row = first + 16 * m + 8 * half + LANE / 4;
      if (row >= count) continue;
      UNROLL for (int n = 0; n < PIECES; n++)
        *(u32*) (to + row * stride + 8 * n + LANE % 4 * 2) =
            packed<T>(sums[m][n][2 * half] * factor, sums[m][n][2 * half + 1] * factor);
    }
  }
}

// A stage has a block of queries, its gradients and what is known of its rows.
#define GRADS (ROWS * LINE)
#define LINES (2 * GRADS)
#define STAGE (LINES + ROWS * 16)

DEVICE void fetch_stage(Shared stage, const Arguments& a, i64 b, i64 h, int first) {
  fetch<ROWS, THREADS>(stage, a.q.of(b, h), a.q.row, first, (int) a.length);
  fetch<ROWS, THREADS>(stage + GRADS, a.grad.of(b, h), a.grad.row, first, (int) a.length);
  if ((int) threadIdx.x < ROWS) copy_later(stage + LINES + threadIdx.x * 16,
      (const Pack<f32, 4>*) a.centres + (b * a.heads + h) * a.padded + first + threadIdx.x, true);
}

BOUNDED_KERNEL(attention, Arguments, THREADS) {
  DYNAMIC_SHARED(memory);
  // Keys, values, two stages, and gradients of scores as [key, query].
  const Shared keys = shared(memory);
  const Shared values = keys + KEYS * LINE;
  const Shared stages = values + KEYS * LINE;
  const Shared slopes = stages + 2 * STAGE;
  const int length = (int) a.length;
  const int key_count = (int) a.keys;
  const int own = WARP * 16 * COUNT;
  const int blocks = (key_count + KEYS - 1) / KEYS;
  const int pair = (int) blockIdx.x / blocks;
  const int key = (int) blockIdx.x % blocks * KEYS;
  const int group = (int) (a.heads / a.key_heads);
  // Queries before a key do not see it.
  const int begin = a.causal ? key / ROWS * ROWS : 0;
#ifdef HAS_MASK
  const f32 scale = (f32) a.scale;
#else
  const f32 scale = (f32) a.scale * LOG2E;
#endif
  const int b = pair / (int) a.key_heads;
  const int key_head = pair % (int) a.key_heads;
  f32 dk[COUNT][PIECES][4], dv[COUNT][PIECES][4];
  clear(dk);
  clear(dv);
  const int end = (key_head + 1) * group;
  int h = begin < length ? key_head * group : end;
  int first = begin;
  int stage = 0;
  fetch<KEYS, THREADS>(keys, a.k.of(b, key_head), a.k.row, key, key_count);
  fetch<KEYS, THREADS>(values, a.v.of(b, key_head), a.v.row, key, key_count);
  if (h < end) fetch_stage(stages, a, b, h, first);
  end_group();
  ROLLED while (h < end) {
    int next = first + ROWS;
    int next_head = h;
    if (next >= length) {
      next = begin;
      next_head++;
    }
    if (next_head < end) fetch_stage(stages + (stage ^ 1) * STAGE, a, b, next_head, next);
    end_group();
    await_groups<1>();
    __syncthreads();
    const Shared queries = stages + stage * STAGE;
    const Shared grads = queries + GRADS;
    const Pack<f32, 4>* lines = (const Pack<f32, 4>*) (memory + 2 * KEYS * LINE + stage * STAGE + LINES);
#ifdef HAS_MASK
    const bool plain = false;
#else
    const bool plain = key + KEYS <= key_count && !(a.causal && key + KEYS - 1 > first);
#endif
    ROLLED for (int part = 0; part < ROWS; part += PART) {
      f32 s[COUNT][PART / 8][4], d[COUNT][PART / 8][4];
      dots(s, keys, own, queries, part);
      UNROLL for (int n = 0; n < PART / 8; n++) {
        UNROLL for (int side = 0; side < 2; side++) {
          const int column = part + 8 * n + LANE % 4 * 2 + side;
          const f32 high = lines[column].at[0];
#ifdef HAS_MASK
          const f32 low = lines[column].at[1];
#endif
          UNROLL for (int m = 0; m < COUNT; m++) {
            UNROLL for (int half = 0; half < 2; half++) {
              f32& at = s[m][n][2 * half + side];
              const int place = key + own + 16 * m + 8 * half + LANE / 4;
#ifdef HAS_MASK
              const bool seen = place < key_count && first + column < length;
              at = seen ? power_of_two((at * scale + mask_of(a, b, h, first + column, place) - high - low) * LOG2E)
                        : 0.0f;
#else
              at = power_of_two(fmaf(at, scale, -high));
              // Queries of the block that do not see the key.
              if (!plain && column < (place >= key_count ? ROWS : a.causal ? place - first : 0)) at = 0;
#endif
            }
          }
        }
      }
      UNROLL for (int step = 0; step < PART / 16; step++) {
        u32 weights[COUNT][4];
        UNROLL for (int m = 0; m < COUNT; m++) rounded(weights[m], s[m][2 * step], s[m][2 * step + 1]);
        add_rows(dv, weights, grads, part + 16 * step);
      }
      dots(d, values, own, grads, part);
      UNROLL for (int n = 0; n < PART / 8; n++) {
        UNROLL for (int side = 0; side < 2; side++) {
          const f32 centre = lines[part + 8 * n + LANE % 4 * 2 + side].at[2];
          UNROLL for (int m = 0; m < COUNT; m++) {
            UNROLL for (int half = 0; half < 2; half++) {
              const int e = 2 * half + side;
              d[m][n][e] = s[m][n][e] * (d[m][n][e] - centre);
            }
          }
        }
      }
      UNROLL for (int step = 0; step < PART / 16; step++) {
        u32 x[COUNT][4];
        UNROLL for (int m = 0; m < COUNT; m++) {
          rounded(x[m], d[m][2 * step], d[m][2 * step + 1]);
          UNROLL for (int i = 0; i < 4; i++)
            *(u32*) (memory + 2 * KEYS * LINE + 2 * STAGE + tile_place<ROWS / 8>(own + 16 * m + i % 2 * 8 + LANE / 4,
                part / 8 + 2 * step + i / 2) + LANE % 4 * 4) = x[m][i];
        }
        add_rows(dk, x, queries, part + 16 * step);
      }
    }
    __syncthreads();
    const int row = WARP / (PIECES / OWN_COLUMNS) * 16 * OWN_ROWS;
    const int piece = WARP % (PIECES / OWN_COLUMNS) * OWN_COLUMNS;
    f32 dq[OWN_ROWS][OWN_COLUMNS][4];
    clear(dq);
    UNROLL_BY_4 for (int step = 0; step < KEYS / 16; step++) {
      u32 x[OWN_ROWS][4];
      UNROLL for (int m = 0; m < OWN_ROWS; m++)
        load_matrices<true>(x[m], slopes + tile_place<ROWS / 8>(16 * step + LANE / 16 * 8 + LANE % 8,
            row / 8 + 2 * m + LANE / 8 % 2));
      UNROLL for (int n = 0; n < OWN_COLUMNS; n += 2) {
        u32 y[4];
        right_rows(y, keys, 16 * step, piece + n);
        UNROLL for (int m = 0; m < OWN_ROWS; m++) {
          multiply_add<T>(dq[m][n], x[m], y[0], y[1]);
          multiply_add<T>(dq[m][n + 1], x[m], y[2], y[3]);
        }
      }
    }
    UNROLL for (int m = 0; m < OWN_ROWS; m++) {
      f32* numbers = (f32*) a.summed + (((i64) b * a.heads + h) * a.padded + first + row + 16 * m) * WIDTH + piece * 128;
      UNROLL for (int n = 0; n < OWN_COLUMNS; n++) add_to(numbers + n * 128, dq[m][n]);
    }
    h = next_head;
    first = next;
    stage ^= 1;
  }
  // Keys that no query sees are still on their way.
  await_groups<0>();
  write(dk, (f32) a.scale, (T*) a.dk.of(b, key_head), a.dk.row, key + own, key_count);
  write(dv, 1, (T*) a.dv.of(b, key_head), a.dv.row, key + own, key_count);
}

#else

#define THREADS 256

// A warp has 16 rows of a head.
BOUNDED_KERNEL(attention, Arguments, THREADS) {
  const i64 tiles = a.batches * a.heads * (a.padded / 16);
  const i64 step = (i64) gridDim.x * (THREADS / 32);
  for (i64 tile = (i64) blockIdx.x * (THREADS / 32) + WARP; tile < tiles; tile += step) {
    const i64 pair = tile / (a.padded / 16);
    const i64 first = tile % (a.padded / 16) * 16;
    T* to = (T*) a.dq.of(pair / a.heads, pair % a.heads);
    UNROLL for (int n = 0; n < PIECES; n++) {
      const f32* numbers = (const f32*) a.summed + (tile * PIECES + n) * 128;
      UNROLL for (int half = 0; half < 2; half++) {
        const i64 row = first + LANE / 4 + 8 * half;
        if (row < a.length) *(u32*) (to + row * a.dq.row + 8 * n + LANE % 4 * 2) =
            packed<T>(number_of_lane(numbers, 2 * half) * (f32) a.scale,
                number_of_lane(numbers, 2 * half + 1) * (f32) a.scale);
      }
    }
  }
}

#endif
