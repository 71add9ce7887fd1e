// Attention whose memory is linear in the length (Dao et al., FlashAttention, 2022): a block of queries meets one block of
// keys after the other, with the running maximum and sum of each row; going back, scores are computed again from the saved
// logarithms of the sums. Rows pass through shared memory in pieces of PIECE elements, so heads may have any width; what is
// summed up stays in registers. No sums are added up atomically: the same call gives the same digits.
//
// Before this come the types T, S and M (of the mask), HAS_MASK, QUERY_PIECES and VALUE_PIECES (of a row), and KIND:
// 0 forward, 1 gradients of keys and values, 2 gradients of queries, 3 the sums of grad * out of each row.

#define PIECE 32
#define KEYS 32
#define ROWS (KIND == 0 ? 64 : 32)
#define THREADS 256
// A thread has every 16th row and every 16th column of a tile.
#define OWN_ROWS (ROWS / 16)
#define OWN_KEYS (KEYS / 16)
#define LINE (PIECE + 1)
#define ABSENT ((S) -INF64)

DEVICE f32 exponential(f32 x) { return expf(x); }
DEVICE f64 exponential(f64 x) { return exp(x); }

// The larger one, or NaN.
DEVICE S larger(S x, S y) { return x > y || x != x ? x : y; }

struct Tiles {
  S x[ROWS * LINE];
  S y[KEYS * LINE];
  S weights[ROWS * LINE];
#if KIND == 1 || KIND == 2
  S slopes[ROWS * LINE];
#endif
};

DEVICE int own_row() { return (int) threadIdx.x / 16; }
DEVICE int own_column() { return (int) threadIdx.x % 16; }

// Rows from `first` on, elements from `column` on; zeros beyond the ends.
template <int COUNT> DEVICE void load(S* tile, const T* rows, i64 stride, i64 first, i64 count, int column, i64 width) {
  UNROLL for (int e = (int) threadIdx.x; e < COUNT * PIECE; e += THREADS) {
    const i64 row = first + e / PIECE;
    const int c = column + e % PIECE;
    tile[e / PIECE * LINE + e % PIECE] = row < count && c < width ? cast<S>(rows[row * stride + c]) : (S) 0;
  }
}

// Products of rows with rows: of queries with keys, of gradients with values.
DEVICE void dots(S (&sums)[OWN_ROWS][OWN_KEYS], Tiles& tiles, const T* x, i64 x_stride, i64 x_first, i64 x_count,
    const T* y, i64 y_stride, i64 y_first, i64 y_count, i64 width) {
  UNROLL for (int i = 0; i < OWN_ROWS; i++) {
    UNROLL for (int j = 0; j < OWN_KEYS; j++) sums[i][j] = 0;
  }
  for (int column = 0; column < width; column += PIECE) {
    __syncthreads();
    load<ROWS>(tiles.x, x, x_stride, x_first, x_count, column, width);
    load<KEYS>(tiles.y, y, y_stride, y_first, y_count, column, width);
    __syncthreads();
    UNROLL for (int d = 0; d < PIECE; d++) {
      S left[OWN_ROWS];
      UNROLL for (int i = 0; i < OWN_ROWS; i++) left[i] = tiles.x[(own_row() + 16 * i) * LINE + d];
      UNROLL for (int j = 0; j < OWN_KEYS; j++) {
        const S right = tiles.y[(own_column() + 16 * j) * LINE + d];
        UNROLL for (int i = 0; i < OWN_ROWS; i++) Sums<S>::multiply_add(sums[i][j], left[i], right);
      }
    }
  }
}

// Adds rows of y, weighted: by a row of the weights, or by a column where they are turned.
template <int COUNT, int PIECES, bool TURNED> DEVICE void mix(S (&sums)[COUNT][2 * PIECES], const S* weights, S* tile,
    const T* y, i64 stride, i64 first, i64 count, i64 width) {
  UNROLL for (int piece = 0; piece < PIECES; piece++) {
    __syncthreads();
    load<32>(tile, y, stride, first, count, piece * PIECE, width);
    __syncthreads();
    UNROLL for (int k = 0; k < 32; k++) {
      UNROLL for (int i = 0; i < COUNT; i++) {
        const int own = own_row() + 16 * i;
        const S weight = weights[TURNED ? k * LINE + own : own * LINE + k];
        UNROLL for (int j = 0; j < 2; j++)
          Sums<S>::multiply_add(sums[i][2 * piece + j], weight, tile[k * LINE + own_column() + 16 * j]);
      }
    }
  }
}

template <int COUNT, int PIECES> DEVICE void write(const S (&sums)[COUNT][2 * PIECES], const S (&factors)[COUNT],
    T* to, i64 stride, i64 first, i64 count, i64 width) {
  UNROLL for (int i = 0; i < COUNT; i++) {
    const i64 row = first + own_row() + 16 * i;
    UNROLL for (int j = 0; j < 2 * PIECES; j++) {
      const int column = own_column() + 16 * j;
      if (row < count && column < width) to[row * stride + column] = cast<T>(sums[i][j] * factors[i]);
    }
  }
}

template <int COUNT, int WIDTH> DEVICE void clear(S (&sums)[COUNT][WIDTH]) {
  UNROLL for (int i = 0; i < COUNT; i++) {
    UNROLL for (int j = 0; j < WIDTH; j++) sums[i][j] = 0;
  }
}

// What the softmax takes; -inf for what a query does not see.
DEVICE S score(const Arguments& a, i64 b, i64 h, i64 row, i64 key, S product) {
  if (row >= a.length || key >= a.keys || (a.causal && key > row)) return ABSENT;
  S score = product * (S) a.scale;
#ifdef HAS_MASK
  score += cast<S>(((const M*) a.mask.at)[b * a.mask.batch + h * a.mask.head + row * a.mask.row + key]);
#endif
  return score;
}

#if KIND == 0

BOUNDED_KERNEL(attention, Arguments, THREADS) {
  __shared__ Tiles tiles;
  const i64 first = (i64) blockIdx.x * ROWS;
  for (i64 pair = blockIdx.y; pair < a.batches * a.heads; pair += gridDim.y) {
    const i64 b = pair / a.heads;
    const i64 h = pair % a.heads;
    const i64 key_head = h / (a.heads / a.key_heads);
    S most[OWN_ROWS], sum[OWN_ROWS], out[OWN_ROWS][2 * VALUE_PIECES];
    clear(out);
    UNROLL for (int i = 0; i < OWN_ROWS; i++) {
      most[i] = ABSENT;
      sum[i] = 0;
    }
    const i64 until = a.causal && first + ROWS < a.keys ? first + ROWS : a.keys;
    for (i64 key = 0; key < until; key += KEYS) {
      S scores[OWN_ROWS][OWN_KEYS];
      dots(scores, tiles, a.q.of(b, h), a.q.row, first, a.length, a.k.of(b, key_head), a.k.row, key, a.keys, a.width);
      UNROLL for (int i = 0; i < OWN_ROWS; i++) {
        S now = most[i];
        UNROLL for (int j = 0; j < OWN_KEYS; j++) {
          scores[i][j] = score(a, b, h, first + own_row() + 16 * i, key + own_column() + 16 * j, scores[i][j]);
          now = larger(scores[i][j], now);
        }
        UNROLL for (int far = 8; far > 0; far /= 2) now = larger(__shfl_xor_sync(0xffffffffu, now, far), now);
        const bool none = now == ABSENT;
        const S shrink = none ? (S) 1 : exponential(most[i] - now);
        S added = 0;
        UNROLL for (int j = 0; j < OWN_KEYS; j++) {
          const S weight = none ? (S) 0 : exponential(scores[i][j] - now);
          tiles.weights[(own_row() + 16 * i) * LINE + own_column() + 16 * j] = weight;
          added += weight;
        }
        UNROLL for (int far = 8; far > 0; far /= 2) added += __shfl_xor_sync(0xffffffffu, added, far);
        most[i] = now;
        sum[i] = sum[i] * shrink + added;
        UNROLL for (int j = 0; j < 2 * VALUE_PIECES; j++) out[i][j] *= shrink;
      }
      mix<OWN_ROWS, VALUE_PIECES, false>(out, tiles.weights, tiles.y, a.v.of(b, key_head), a.v.row, key, a.keys,
          a.value_width);
    }
    S factors[OWN_ROWS];
    UNROLL for (int i = 0; i < OWN_ROWS; i++) {
      factors[i] = sum[i] == 0 ? (S) 0 : 1 / sum[i];
      const i64 row = first + own_row() + 16 * i;
      if (own_column() == 0 && row < a.length)
        ((f64*) a.sums)[pair * a.length + row] = (f64) most[i] + log((f64) sum[i]);
    }
    write<OWN_ROWS, VALUE_PIECES>(out, factors, (T*) a.out.of(b, h), a.out.row, first, a.length, a.value_width);
  }
}

#elif KIND == 3

BOUNDED_KERNEL(attention, Arguments, THREADS) {
  const int lane = (int) threadIdx.x % 32;
  const i64 step = (i64) gridDim.x * (THREADS / 32);
  for (i64 line = (i64) blockIdx.x * (THREADS / 32) + threadIdx.x / 32; line < a.batches * a.heads * a.length; line += step) {
    const i64 row = line % a.length;
    const i64 h = line / a.length % a.heads;
    const i64 b = line / a.length / a.heads;
    const T* grad = a.grad.of(b, h) + row * a.grad.row;
    const T* out = a.out.of(b, h) + row * a.out.row;
    S sum = 0;
    for (i64 d = lane; d < a.value_width; d += 32) Sums<S>::multiply_add(sum, cast<S>(grad[d]), cast<S>(out[d]));
    UNROLL for (int far = 16; far > 0; far /= 2) sum += __shfl_xor_sync(0xffffffffu, sum, far);
    if (lane == 0) ((S*) a.centres)[line] = sum;
  }
}

#else

// Probabilities of a tile, and the gradients of its scores.
DEVICE void slopes(const Arguments& a, Tiles& tiles, i64 b, i64 h, i64 key_head, i64 first, i64 key) {
  S scores[OWN_ROWS][OWN_KEYS], slopes[OWN_ROWS][OWN_KEYS];
  dots(scores, tiles, a.q.of(b, h), a.q.row, first, a.length, a.k.of(b, key_head), a.k.row, key, a.keys, a.width);
  dots(slopes, tiles, a.grad.of(b, h), a.grad.row, first, a.length, a.v.of(b, key_head), a.v.row, key, a.keys,
      a.value_width);
  UNROLL for (int i = 0; i < OWN_ROWS; i++) {
    const i64 row = first + own_row() + 16 * i;
    const i64 line = (b * a.heads + h) * a.length + row;
    const f64 sum = row < a.length ? ((const f64*) a.sums)[line] : -INF64;
    const S centre = row < a.length ? ((const S*) a.centres)[line] : (S) 0;
    const S high = (S) sum;
    const S low = (S) (sum - (f64) high);
    UNROLL for (int j = 0; j < OWN_KEYS; j++) {
      const S s = score(a, b, h, row, key + own_column() + 16 * j, scores[i][j]);
      const S weight = s == ABSENT || sum == -INF64 ? (S) 0 : exponential(s - high - low);
      const int at = (own_row() + 16 * i) * LINE + own_column() + 16 * j;
      tiles.weights[at] = weight;
      tiles.slopes[at] = weight == 0 ? (S) 0 : weight * (slopes[i][j] - centre);
    }
  }
}

#if KIND == 1

BOUNDED_KERNEL(attention, Arguments, THREADS) {
  __shared__ Tiles tiles;
  const i64 key = (i64) blockIdx.x * KEYS;
  const i64 group = a.heads / a.key_heads;
  for (i64 pair = blockIdx.y; pair < a.batches * a.key_heads; pair += gridDim.y) {
    const i64 b = pair / a.key_heads;
    const i64 key_head = pair % a.key_heads;
    S dk[OWN_KEYS][2 * QUERY_PIECES], dv[OWN_KEYS][2 * VALUE_PIECES];
    clear(dk);
    clear(dv);
    for (i64 h = key_head * group; h < (key_head + 1) * group; h++) {
      // Queries before a key do not see it.
      for (i64 first = a.causal ? key / ROWS * ROWS : 0; first < a.length; first += ROWS) {
        slopes(a, tiles, b, h, key_head, first, key);
        mix<OWN_KEYS, VALUE_PIECES, true>(dv, tiles.weights, tiles.x, a.grad.of(b, h), a.grad.row, first, a.length,
            a.value_width);
        mix<OWN_KEYS, QUERY_PIECES, true>(dk, tiles.slopes, tiles.x, a.q.of(b, h), a.q.row, first, a.length, a.width);
      }
    }
    const S ones[OWN_KEYS] = {1, 1};
    const S scales[OWN_KEYS] = {(S) a.scale, (S) a.scale};
    write<OWN_KEYS, QUERY_PIECES>(dk, scales, (T*) a.dk.of(b, key_head), a.dk.row, key, a.keys, a.width);
    write<OWN_KEYS, VALUE_PIECES>(dv, ones, (T*) a.dv.of(b, key_head), a.dv.row, key, a.keys, a.value_width);
  }
}

#else

BOUNDED_KERNEL(attention, Arguments, THREADS) {
  __shared__ Tiles tiles;
  const i64 first = (i64) blockIdx.x * ROWS;
  const i64 until = a.causal && first + ROWS < a.keys ? first + ROWS : a.keys;
  for (i64 pair = blockIdx.y; pair < a.batches * a.heads; pair += gridDim.y) {
    const i64 b = pair / a.heads;
    const i64 h = pair % a.heads;
    const i64 key_head = h / (a.heads / a.key_heads);
    S dq[OWN_ROWS][2 * QUERY_PIECES];
    clear(dq);
    for (i64 key = 0; key < until; key += KEYS) {
      slopes(a, tiles, b, h, key_head, first, key);
      mix<OWN_ROWS, QUERY_PIECES, false>(dq, tiles.slopes, tiles.y, a.k.of(b, key_head), a.k.row, key, a.keys,
          a.width);
    }
    const S scales[OWN_ROWS] = {(S) a.scale, (S) a.scale};
    write<OWN_ROWS, QUERY_PIECES>(dq, scales, (T*) a.dq.of(b, h), a.dq.row, first, a.length, a.width);
  }
}

#endif
#endif
