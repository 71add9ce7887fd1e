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

#define GAP_OF_TILE (16 / (int) sizeof(S))

struct Left {
  static const int SLOTS = (TILE_M * TILE_K + THREADS - 1) / THREADS;
  const T* at;
  i64 first;
  Digits advance;
  Digits steps[SLOTS];
  S held[SLOTS];

  // Neighbouring threads read neighbouring steps.
  static DEVICE int row_of(int e) { return e / TILE_K; }
  static DEVICE int step_of(int e) { return e % TILE_K; }

  DEVICE void begin(const Arguments& a, i64 group, i64 row, i64 from) {
    at = (const T*) a.left + group * a.left_group;
    first = row;
    advance.set(TILE_K, a.step_sizes);
    UNROLL for (int i = 0; i < SLOTS; i++) steps[i].set(from + step_of((int) threadIdx.x + i * THREADS), a.step_sizes);
  }

  DEVICE void read(const Arguments& a, i64 k, i64 end) {
    UNROLL for (int i = 0; i < SLOTS; i++) {
      const int e = (int) threadIdx.x + i * THREADS;
      const i64 row = first + row_of(e);
      held[i] = Sums<S>::zero();
      if (e < TILE_M * TILE_K && row < a.rows && k + step_of(e) < end) {
        i64 place = row * a.left_row + steps[i].outer * a.left_outer;
        UNROLL for (int d = 0; d < SPATIAL; d++) place += steps[i].at[d] * a.left_at[d];
        held[i] = cast<S>(at[place]);
      }
      steps[i].add(advance, a.step_sizes);
    }
  }

  DEVICE void put(S* tile) const {
    UNROLL for (int i = 0; i < SLOTS; i++) {
      const int e = (int) threadIdx.x + i * THREADS;
      if (e < TILE_M * TILE_K) tile[step_of(e) * (TILE_M + GAP_OF_TILE) + row_of(e)] = held[i];
    }
  }
};

struct Right {
  static const int SLOTS = (TILE_N * TILE_K + THREADS - 1) / THREADS;
  const T* at[SLOTS];
  bool there[SLOTS];
  int origin[SLOTS][SPATIAL];
  Digits advance;
  Digits steps[SLOTS];
  S held[SLOTS];

#ifdef ALONG_STEPS
  static DEVICE int column_of(int e) { return e / TILE_K; }
  static DEVICE int step_of(int e) { return e % TILE_K; }
#else
  static DEVICE int column_of(int e) { return e % TILE_N; }
  static DEVICE int step_of(int e) { return e / TILE_N; }
#endif

  DEVICE void begin(const Arguments& a, i64 group, i64 column, i64 from) {
    advance.set(TILE_K, a.step_sizes);
    UNROLL for (int i = 0; i < SLOTS; i++) {
      const int e = (int) threadIdx.x + i * THREADS;
      Digits digits;
      digits.set(column + column_of(e), a.column_sizes);
      there[i] = e < TILE_N * TILE_K && column + column_of(e) < a.columns;
      at[i] = (const T*) a.right + group * a.right_group + digits.outer * a.right_column;
      UNROLL for (int d = 0; d < SPATIAL; d++)
        origin[i][d] = digits.at[d] * (int) a.column_factor[d] + (int) a.shift[d];
      steps[i].set(from + step_of(e), a.step_sizes);
    }
  }

  DEVICE void read(const Arguments& a, i64 k, i64 end) {
    UNROLL for (int i = 0; i < SLOTS; i++) {
      bool inside = there[i] && k + step_of((int) threadIdx.x + i * THREADS) < end;
      i64 place = steps[i].outer * a.right_outer;
      UNROLL for (int d = 0; d < SPATIAL; d++) {
        int spot = origin[i][d] + steps[i].at[d] * (int) a.step_factor[d];
#ifdef DIVIDED
        inside = inside && spot >= 0 && spot % (int) a.divisor[d] == 0;
        spot /= (int) a.divisor[d];
#endif
        inside = inside && (u32) spot < (u32) a.limit[d];
        place += spot * a.right_at[d];
      }
      held[i] = inside ? cast<S>(at[i][place]) : Sums<S>::zero();
      steps[i].add(advance, a.step_sizes);
    }
  }

  DEVICE void put(S* tile) const {
    UNROLL for (int i = 0; i < SLOTS; i++) {
      const int e = (int) threadIdx.x + i * THREADS;
      if (e < TILE_N * TILE_K) tile[step_of(e) * (TILE_N + GAP_OF_TILE) + column_of(e)] = held[i];
    }
  }
};

#endif
