// The operands and results of matrix products: out = alpha * left right + beta * added, any strides.

struct Arguments {
  i64 rows, columns, depth, batch, part, splits;
  u64 partial, left, right, added, out;
  // Of the batch, of rows and of columns, in elements.
  i64 left_strides[3], right_strides[3], added_strides[3], out_strides[3];
  f64 alpha[2], beta[2];
};

DEVICE void store(const Arguments& a, i64 batch, i64 row, i64 column, S sum) {
  if (a.alpha[0] != 1 || a.alpha[1] != 0) sum = Sums<S>::scaled(sum, a.alpha);
  if (a.added != 0) {
    S more = cast<S>(((const T*) a.added)[batch * a.added_strides[0] + row * a.added_strides[1]
        + column * a.added_strides[2]]);
    Sums<S>::plus(sum, a.beta[0] != 1 || a.beta[1] != 0 ? Sums<S>::scaled(more, a.beta) : more);
  }
  ((T*) a.out)[batch * a.out_strides[0] + row * a.out_strides[1] + column * a.out_strides[2]] = cast<T>(sum);
}

#ifndef FINISH

// A tile of one operand, WIDTH rows of the left one or columns of the right one: threads that follow each other read
// elements that do, whichever way they lie.
template <int WIDTH> struct Operand {
  static const int SLOTS = (WIDTH * TILE_K + THREADS - 1) / THREADS;
  const T* at;
  i64 first, count, stride, step;
  bool along;
  E held[SLOTS];

  DEVICE int width_of(int e) const { return along ? e / TILE_K : e % WIDTH; }
  DEVICE int step_of(int e) const { return along ? e % TILE_K : e / WIDTH; }

  DEVICE void read(const Arguments& a, i64 k, i64 end) {
    UNROLL for (int i = 0; i < SLOTS; i++) {
      const int e = (int) threadIdx.x + i * THREADS;
      const i64 place = first + width_of(e);
      const i64 s = k + step_of(e);
      held[i] = e < WIDTH * TILE_K && place < count && s < end ? bring(at[place * stride + s * step]) : nothing();
    }
  }

  DEVICE void put(E* tile) const {
    UNROLL for (int i = 0; i < SLOTS; i++) {
      const int e = (int) threadIdx.x + i * THREADS;
      if (e < WIDTH * TILE_K) tile[step_of(e) * (WIDTH + GAP) + width_of(e)] = held[i];
    }
  }
};

struct Left : Operand<TILE_M> {
  DEVICE void begin(const Arguments& a, i64 batch, i64 row, i64 from) {
    at = (const T*) a.left + batch * a.left_strides[0];
    first = row;
    count = a.rows;
    stride = a.left_strides[1];
    step = a.left_strides[2];
    along = step == 1;
  }
};

struct Right : Operand<TILE_N> {
  DEVICE void begin(const Arguments& a, i64 batch, i64 column, i64 from) {
    at = (const T*) a.right + batch * a.right_strides[0];
    first = column;
    count = a.columns;
    stride = a.right_strides[2];
    step = a.right_strides[1];
    along = step == 1 && stride != 1;
  }
};

#endif
