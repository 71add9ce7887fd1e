// Running totals along the middle of [outer, length, inner]. Before this come the types In, Out and Number, KIND (0 sum,
// 1 product, 2 extreme, 3 logarithm of the sum of exponentials), GREATEST, FLOATING and COMPLEX.
//
// A line is cut into pieces where there are few lines: the pieces' totals first, then what each begins with, then the pieces.

#define THREADS 256
#define EACH 4

struct Arguments {
  u64 in, out, places, starts;
  i64 lines, length, inner;
  i64 pieces, piece;
  // 0: the totals of the pieces, 1: the elements.
  i64 writes;
};

// ---- what is carried from element to element -----------------------------------------------------------------------

#if KIND == 2

struct State { Number value; i64 at; };

DEVICE State nothing() { State s; s.value = 0; s.at = -1; return s; }

DEVICE State read(const In* in, i64 place, i64 k) { State s; s.value = cast<Number>(in[place]); s.at = k; return s; }

// The later one of equals; NaN stays, and only another one is told.
DEVICE State join(State a, State b) {
  if (a.at < 0) return b;
  if (b.at < 0) return a;
#if FLOATING
  if (b.value != b.value) return b;
  if (a.value != a.value) return a;
#endif
  return (GREATEST ? b.value >= a.value : b.value <= a.value) ? b : a;
}

DEVICE void write(const Arguments& a, i64 place, State s) {
  ((Out*) a.out)[place] = cast<Out>(s.value);
  ((i64*) a.places)[place] = s.at;
}

#elif COMPLEX

struct State { Number re, im; };

DEVICE State read(const In* in, i64 place, i64) {
  State s;
  s.re = cast<Number>(in[place].re);
  s.im = cast<Number>(in[place].im);
  return s;
}

DEVICE void write(const Arguments& a, i64 place, State s) {
  Out made;
  made.re = cast<Part>(s.re);
  made.im = cast<Part>(s.im);
  ((Out*) a.out)[place] = made;
}

#if KIND == 3

DEVICE State nothing() { State s; s.re = (Number) -INF64; s.im = 0; return s; }

DEVICE State join(State a, State b) {
  State s;
  if (a.re != a.re || a.im != a.im || b.re != b.re || b.im != b.im) {
    s.re = s.im = (Number) NAN64;
    return s;
  }
  State least = b.re < a.re ? b : a;
  State most = b.re < a.re ? a : b;
  if (m_isinf(most.re) && least.re == most.re) {
    if (least.re < 0) return least;
    // The sum of two infinite numbers in their directions.
    Number re = least.re * op_cos(least.im) + most.re * op_cos(most.im);
    Number im = least.re * op_sin(least.im) + most.re * op_sin(most.im);
    s.re = op_log(op_hypot(re, im));
    s.im = op_atan2(im, re);
    return s;
  }
  Number scale = op_exp(least.re - most.re);
  Number re = scale * op_cos(least.im - most.im);
  Number im = scale * op_sin(least.im - most.im);
  s.re = (Number) 0.5 * op_log1p(re * (2 + re) + im * im) + most.re;
  s.im = op_atan2(im, 1 + re) + most.im;
  return s;
}

#else

DEVICE State nothing() { State s; s.re = KIND; s.im = 0; return s; }

DEVICE State join(State a, State b) {
  State s;
  s.re = KIND == 0 ? a.re + b.re : a.re * b.re - a.im * b.im;
  s.im = KIND == 0 ? a.im + b.im : a.re * b.im + a.im * b.re;
  return s;
}

#endif

#else

struct State { Number value; };

DEVICE State read(const In* in, i64 place, i64) {
  State s;
  s.value = cast<Number>(cast<Out>(in[place]));
  return s;
}

DEVICE void write(const Arguments& a, i64 place, State s) { ((Out*) a.out)[place] = cast<Out>(s.value); }

#if KIND == 3

DEVICE State nothing() { State s; s.value = (Number) -INF64; return s; }

DEVICE State join(State a, State b) {
  State s;
  if (a.value != a.value || b.value != b.value) {
    s.value = (Number) NAN64;
    return s;
  }
  Number least = b.value < a.value ? b.value : a.value;
  Number most = b.value < a.value ? a.value : b.value;
  s.value = least == most && m_isinf(least) ? least : op_log1p(op_exp(least - most)) + most;
  return s;
}

#else

DEVICE State nothing() { State s; s.value = KIND; return s; }

DEVICE State join(State a, State b) {
  State s;
  s.value = KIND == 0 ? a.value + b.value : a.value * b.value;
  return s;
}

#endif
#endif

// ---- lines that lie side by side -----------------------------------------------------------------------------------

DEVICE State state_above(State value, int delta) {
  State got;
  const u32* from = (const u32*) &value;
  u32* to = (u32*) &got;
  UNROLL for (int w = 0; w < (int) (sizeof(State) / 4); w++) to[w] = __shfl_up_sync(0xffffffffu, from[w], delta);
  return got;
}

// A block for each piece of a line. Elements go through shared memory, so that neighbouring threads read neighbours and
// each still has some that follow each other.
BOUNDED_KERNEL(scan_rows, Arguments, THREADS) {
  __shared__ State room[THREADS * EACH];
  __shared__ State warps[THREADS / 32];
  const int thread = threadIdx.x;
  const int lane = thread % 32;
  const i64 line = (i64) blockIdx.x / a.pieces;
  const i64 piece = (i64) blockIdx.x % a.pieces;
  const i64 base = line * a.length;
  const i64 first = piece * a.piece;
  const i64 end = first + a.piece < a.length ? first + a.piece : a.length;
  State carry = a.writes && a.pieces > 1 ? ((const State*) a.starts)[blockIdx.x] : nothing();
  for (i64 tile = first; tile < end; tile += THREADS * EACH) {
    for (int j = 0; j < EACH; j++) {
      i64 k = tile + j * THREADS + thread;
      room[j * THREADS + thread] = k < end ? read((const In*) a.in, base + k, k) : nothing();
    }
    __syncthreads();
    State own[EACH];
    State total = nothing();
    for (int j = 0; j < EACH; j++) {
      total = join(total, room[thread * EACH + j]);
      own[j] = total;
    }
    State upTo = total;
    for (int delta = 1; delta < 32; delta *= 2) {
      State before = state_above(upTo, delta);
      if (lane >= delta) upTo = join(before, upTo);
    }
    State before = state_above(upTo, 1);
    if (lane == 31) warps[thread / 32] = upTo;
    __syncthreads();
    State start = carry;
    for (int w = 0; w < THREADS / 32; w++) {
      if (w == thread / 32) break;
      start = join(start, warps[w]);
    }
    if (lane > 0) start = join(start, before);
    for (int w = 0; w < THREADS / 32; w++) carry = join(carry, warps[w]);
    for (int j = 0; j < EACH; j++) room[thread * EACH + j] = join(start, own[j]);
    __syncthreads();
    if (a.writes) {
      for (int j = 0; j < EACH; j++) {
        i64 k = tile + j * THREADS + thread;
        if (k < end) write(a, base + k, room[j * THREADS + thread]);
      }
      __syncthreads();
    }
  }
  if (!a.writes && thread == 0) ((State*) a.starts)[blockIdx.x] = carry;
}

// ---- lines whose neighbours lie side by side -----------------------------------------------------------------------

// A thread for each piece of a line; pieces stand as [outer, piece, inner].
BOUNDED_KERNEL(scan_columns, Arguments, THREADS) {
  const i64 i = thread_number();
  if (i >= a.lines * a.pieces) return;
  const i64 inner = i % a.inner;
  const i64 piece = i / a.inner % a.pieces;
  const i64 base = i / a.inner / a.pieces * a.length * a.inner + inner;
  const i64 first = piece * a.piece;
  const i64 end = first + a.piece < a.length ? first + a.piece : a.length;
  State carry = a.writes && a.pieces > 1 ? ((const State*) a.starts)[i] : nothing();
  for (i64 k = first; k < end; k++) {
    carry = join(carry, read((const In*) a.in, base + k * a.inner, k));
    if (a.writes) write(a, base + k * a.inner, carry);
  }
  if (!a.writes) ((State*) a.starts)[i] = carry;
}

// Of the pieces' totals [outer, pieces, inner] what comes before each.
BOUNDED_KERNEL(scan_starts, Arguments, THREADS) {
  const i64 i = thread_number();
  if (i >= a.lines) return;
  State* at = (State*) a.starts + i / a.inner * a.pieces * a.inner + i % a.inner;
  State carry = nothing();
  for (i64 p = 0; p < a.pieces; p++) {
    State total = at[p * a.inner];
    at[p * a.inner] = carry;
    carry = join(carry, total);
  }
}
