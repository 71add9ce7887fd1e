// Convolutions and both of their gradients as products of matrices that are nowhere written down: elements of the right
// one are read where the kernel's window lies, or are 0 outside.
//
// Steps and columns are places: digits of SPATIAL dimensions, and an outer one. The right operand is read at
// (column * column_factor + step * step_factor + shift) / divisor, if that is whole and within the limit:
//
//             left    right   out   rows    columns      steps        place in the right operand
// forward     w       x       y     K       n, y's       c, window    o * stride + r * dilation - padding
// input       w       dy      dx    C       n, x's       k, window    (i - r * dilation + padding) / stride
// weight      dy      x       dw    K       c, window    n, y's       r * dilation + o * stride - padding

struct Arguments {
  // The batch is that of the groups.
  i64 rows, columns, depth, batch, part, splits;
  u64 partial, left, right, bias, out;
  // In elements: of a group, of a row, of the outer digit of a step, of the others.
  i64 left_group, left_row, left_outer, left_at[SPATIAL];
  // Of a group, of the outer digits of a column and of a step, of places.
  i64 right_group, right_column, right_outer, right_at[SPATIAL];
  // Of a group, of a row, of the outer digit of a column, of the others.
  i64 out_group, out_row, out_outer, out_at[SPATIAL];
  i64 step_sizes[SPATIAL], column_sizes[SPATIAL];
  i64 column_factor[SPATIAL], step_factor[SPATIAL], shift[SPATIAL], divisor[SPATIAL], limit[SPATIAL];
};

struct Digits {
  int outer;
  int at[SPATIAL];

  DEVICE void set(i64 number, const i64* sizes) {
    UNROLL for (int d = SPATIAL - 1; d >= 0; d--) {
      at[d] = (int) (number % sizes[d]);
      number /= sizes[d];
    }
    outer = (int) number;
  }

  DEVICE void add(const Digits& more, const i64* sizes) {
    int carry = 0;
    UNROLL for (int d = SPATIAL - 1; d >= 0; d--) {
      at[d] += more.at[d] + carry;
      carry = at[d] >= (int) sizes[d];
      if (carry) at[d] -= (int) sizes[d];
    }
    outer += more.outer + carry;
  }
};

DEVICE void store(const Arguments& a, i64 group, i64 row, i64 column, S sum) {
  Digits digits;
  digits.set(column, a.column_sizes);
  i64 place = group * a.out_group + row * a.out_row + digits.outer * a.out_outer;
  UNROLL for (int d = 0; d < SPATIAL; d++) place += digits.at[d] * a.out_at[d];
  if (a.bias != 0) Sums<S>::plus(sum, cast<S>(((const T*) a.bias)[group * a.rows + row]));
  ((T*) a.out)[place] = cast<T>(sum);
}

#ifndef FINISH

struct Left {
  static const int SLOTS = (TILE_M * TILE_K + THREADS - 1) / THREADS;
  const T* at;
  i64 first;
  Digits advance, step;
  E held[SLOTS];

  // Neighbouring threads read neighbouring steps, and each of them the same step of several rows.
  static DEVICE int row_of(int e) { return e / TILE_K; }
  static DEVICE int step_of(int e) { return e % TILE_K; }

  DEVICE void begin(const Arguments& a, i64 group, i64 row, i64 from) {
    at = (const T*) a.left + group * a.left_group;
    first = row;
    advance.set(TILE_K, a.step_sizes);
    step.set(from + step_of((int) threadIdx.x), a.step_sizes);
  }

  DEVICE void read(const Arguments& a, i64 k, i64 end) {
    const bool inside = k + step_of((int) threadIdx.x) < end;
    i64 place = step.outer * a.left_outer;
    UNROLL for (int d = 0; d < SPATIAL; d++) place += step.at[d] * a.left_at[d];
    UNROLL for (int i = 0; i < SLOTS; i++) {
      const int e = (int) threadIdx.x + i * THREADS;
      const i64 row = first + row_of(e);
      const bool there = inside && e < TILE_M * TILE_K && row < a.rows;
      held[i] = there ? bring(at[row * a.left_row + place]) : nothing();
    }
    step.add(advance, a.step_sizes);
  }

  DEVICE void put(E* tile) const {
    UNROLL for (int i = 0; i < SLOTS; i++) {
      const int e = (int) threadIdx.x + i * THREADS;
      if (e < TILE_M * TILE_K) tile[step_of(e) * (TILE_M + GAP) + row_of(e)] = held[i];
    }
  }
};

// Along the steps, a thread reads the same step of several columns; else several steps of one column.
struct Right {
  static const int SLOTS = (TILE_N * TILE_K + THREADS - 1) / THREADS;
#ifdef ALONG_STEPS
  static const int COLUMNS = SLOTS;
  static const int APART = TILE_K;
  static DEVICE int column_of(int e) { return e / TILE_K; }
  static DEVICE int step_of(int e) { return e % TILE_K; }
#else
  static const int COLUMNS = 1;
  static const int APART = THREADS / TILE_N;
  static DEVICE int column_of(int e) { return e % TILE_N; }
  static DEVICE int step_of(int e) { return e / TILE_N; }
#endif
  const T* at[COLUMNS];
  bool there[COLUMNS];
  int origin[COLUMNS][SPATIAL];
  Digits advance, step;
  E held[SLOTS];

  DEVICE void begin(const Arguments& a, i64 group, i64 column, i64 from) {
    advance.set(APART, a.step_sizes);
    step.set(from + step_of((int) threadIdx.x), a.step_sizes);
    UNROLL for (int i = 0; i < COLUMNS; i++) {
      const int e = (int) threadIdx.x + i * THREADS;
      Digits digits;
      digits.set(column + column_of(e), a.column_sizes);
      there[i] = e < TILE_N * TILE_K && column + column_of(e) < a.columns;
      at[i] = (const T*) a.right + group * a.right_group + digits.outer * a.right_column;
      UNROLL for (int d = 0; d < SPATIAL; d++)
        origin[i][d] = digits.at[d] * (int) a.column_factor[d] + (int) a.shift[d];
    }
  }

  DEVICE void read(const Arguments& a, i64 k, i64 end) {
    UNROLL for (int i = 0; i < SLOTS; i++) {
      const int c = COLUMNS == 1 ? 0 : i;
      bool inside = there[c] && k + step_of((int) threadIdx.x + i * THREADS) < end;
      i64 place = step.outer * a.right_outer;
      UNROLL for (int d = 0; d < SPATIAL; d++) {
        int spot = origin[c][d] + step.at[d] * (int) a.step_factor[d];
#ifdef DIVIDED
        inside = inside && spot >= 0 && spot % (int) a.divisor[d] == 0;
        spot /= (int) a.divisor[d];
#endif
        inside = inside && (u32) spot < (u32) a.limit[d];
        place += spot * a.right_at[d];
      }
      held[i] = inside ? bring(at[c][place]) : nothing();
      if (COLUMNS == 1 || i == SLOTS - 1) step.add(advance, a.step_sizes);
    }
  }

  DEVICE void put(E* tile) const {
    UNROLL for (int i = 0; i < SLOTS; i++) {
      const int e = (int) threadIdx.x + i * THREADS;
      if (e < TILE_N * TILE_K) tile[step_of(e) * (TILE_N + GAP) + column_of(e)] = held[i];
    }
  }
};

#endif
