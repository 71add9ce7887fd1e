// Reductions over any dimensions. Before this come the types In, Out, Number (the arithmetic's) and REDUCTION, the name of
// one of the structures below.
//
// The lanes of a block that work on one result stand along x where what is reduced lies side by side in memory (rows), and
// along y where results do (columns). Long reductions are cut into pieces, whose partial results a second kernel joins.

#define MOST_DIMS 12

struct Arguments {
  u64 in, out, places, partial;
  i64 outputs, length, pieces;
  i64 kept_dims, reduced_dims;
  // The innermost dimension first; strides in elements.
  i64 kept_sizes[MOST_DIMS], kept_strides[MOST_DIMS], reduced_sizes[MOST_DIMS], reduced_strides[MOST_DIMS];
  i64 rows;
  f64 p;
};

DEVICE i64 place_of(i64 index, i64 dims, const i64* sizes, const i64* strides) {
  if (dims == 1) return index * strides[0];
  i64 place = 0;
  for (int d = 0; d < dims; d++) {
    i64 rest = d + 1 == dims ? 0 : index / sizes[d];
    place += (index - rest * sizes[d]) * strides[d];
    index = rest;
  }
  return place;
}

template <typename T> DEVICE void put(u64 at, i64 index, T value) { ((T*) at)[index] = value; }

#if REAL

// As the result's type, for conversions come first.
DEVICE Number read(In x) { return cast<Number>(cast<Out>(x)); }

struct Sum {
  typedef Number Found;
  DEVICE_MEMBER Found start() { return (Number) 0; }
  DEVICE_MEMBER Found step(Found f, In x, i64, const Arguments&) { return f + read(x); }
  DEVICE_MEMBER Found join(Found a, Found b, f64) { return a + b; }
  DEVICE_MEMBER void end(const Arguments& a, i64 o, Found f) { put(a.out, o, cast<Out>(f)); }
};

struct Product {
  typedef Number Found;
  DEVICE_MEMBER Found start() { return (Number) 1; }
  DEVICE_MEMBER Found step(Found f, In x, i64, const Arguments&) { return f * read(x); }
  DEVICE_MEMBER Found join(Found a, Found b, f64) { return a * b; }
  DEVICE_MEMBER void end(const Arguments& a, i64 o, Found f) { put(a.out, o, cast<Out>(f)); }
};

// The extreme, and where it first stands; NaN is more extreme than anything.
struct Extreme {
  struct alignas(8) Found { Number value; i64 at; };
  DEVICE_MEMBER Found start() { Found f; f.value = (Number) 0; f.at = -1; return f; }
  DEVICE_MEMBER bool before(Number a, i64 i, Number b, i64 j) {
    bool nan_a = a != a;
    bool nan_b = b != b;
    if (nan_a || nan_b) return nan_a && (!nan_b || i < j);
    if (a == b) return i < j;
    return GREATEST ? a > b : a < b;
  }
  DEVICE_MEMBER Found step(Found f, In x, i64 at, const Arguments&) {
    Number value = cast<Number>(x);
    if (f.at < 0 || before(value, at, f.value, f.at)) { f.value = value; f.at = at; }
    return f;
  }
  DEVICE_MEMBER Found join(Found a, Found b, f64) {
    if (b.at < 0) return a;
    return a.at < 0 || before(b.value, b.at, a.value, a.at) ? b : a;
  }
  DEVICE_MEMBER void end(const Arguments& a, i64 o, Found f) {
    if (a.out != 0) put(a.out, o, cast<Out>(f.value));
    if (a.places != 0) put(a.places, o, f.at);
  }
};

#endif

struct Truth {
  typedef u32 Found;
  DEVICE_MEMBER Found start() { return ANY ? 0 : 1; }
  DEVICE_MEMBER Found step(Found f, In x, i64, const Arguments&) {
    u32 is = TRUE_OF(x) ? 1 : 0;
    return ANY ? f | is : f & is;
  }
  DEVICE_MEMBER Found join(Found a, Found b, f64) { return ANY ? a | b : a & b; }
  DEVICE_MEMBER void end(const Arguments& a, i64 o, Found f) { put(a.out, o, cast<Out>((i64) f)); }
};

#if FLOATING && REAL

struct Norm {
  typedef Number Found;
  DEVICE_MEMBER Found start() { return -1; }
  DEVICE_MEMBER Found step(Found f, In x, i64, const Arguments& a) {
    Number size = op_abs(cast<Number>(x));
    Number term = a.p == INF64 || a.p == -INF64 ? size : a.p == 0 ? (Number) (size != 0 ? 1 : 0) : a.p == 1 ? size
        : a.p == 2 ? size * size : op_pow(size, (Number) a.p);
    return f == -1 ? term : joined(f, term, a.p);
  }
  DEVICE_MEMBER Found join(Found x, Found y, f64 p) {
    return x == -1 ? y : y == -1 ? x : joined(x, y, p);
  }
  DEVICE_MEMBER Found joined(Found x, Found y, f64 p) {
    return p == INF64 ? op_max(x, y) : p == -INF64 ? op_min(x, y) : x + y;
  }
  DEVICE_MEMBER void end(const Arguments& a, i64 o, Found f) {
    if (f == -1) f = 0;
    bool plain = a.p == INF64 || a.p == -INF64 || a.p == 0 || a.p == 1;
    put(a.out, o, cast<Out>(plain ? f : a.p == 2 ? op_sqrt(f) : op_pow(f, (Number) (1 / a.p))));
  }
};

// Welford's mean and sum of squares.
struct Variance {
  struct alignas(8) Found { Number mean, squares; f64 count; };
  DEVICE_MEMBER Found start() { Found f; f.mean = 0; f.squares = 0; f.count = 0; return f; }
  DEVICE_MEMBER Found step(Found f, In x, i64, const Arguments&) {
    Number value = cast<Number>(x);
    f.count += 1;
    Number delta = value - f.mean;
    f.mean += delta / (Number) f.count;
    f.squares += delta * (value - f.mean);
    return f;
  }
  DEVICE_MEMBER Found join(Found a, Found b, f64) {
    if (b.count == 0) return a;
    if (a.count == 0) return b;
    Found f;
    f.count = a.count + b.count;
    Number delta = b.mean - a.mean;
    f.mean = a.mean + delta * (Number) (b.count / f.count);
    f.squares = a.squares + b.squares + delta * delta * (Number) (a.count * b.count / f.count);
    return f;
  }
  // p is the correction, the mean goes where places would.
  DEVICE_MEMBER void end(const Arguments& a, i64 o, Found f) {
    f64 divisor = f.count - a.p;
    put(a.out, o, cast<Out>(f.squares / (Number) (divisor > 0 ? divisor : 0)));
    put(a.places, o, cast<Out>(f.count == 0 ? (Number) NAN64 : f.mean));
  }
};

#endif

typedef REDUCTION Reduction;
typedef Reduction::Found Found;

// How partial results are joined may depend on the parameter.
struct Joining {
  f64 p;
  DEVICE_MEMBER_PLAIN Found operator()(Found x, Found y) const { return Reduction::join(x, y, p); }
};

DEVICE Found joined_in_block(Found found, bool rows, int lane, int lanes, f64 p) {
  Joining join;
  join.p = p;
  if (lanes == 1) return found;
  if (rows) return join_lanes(found, lane, lanes, threadIdx.y, Reduction::start(), join);
  __shared__ __align__(16) unsigned char room[256 * sizeof(Found)];
  Found* shared = (Found*) room;
  int mine = threadIdx.y * blockDim.x + threadIdx.x;
  shared[mine] = found;
  for (int half = lanes / 2; half > 0; half /= 2) {
    __syncthreads();
    if (lane < half) shared[mine] = join(shared[mine], shared[mine + half * blockDim.x]);
  }
  return shared[mine];
}

#define TOGETHER 4

BOUNDED_KERNEL(reduce, Arguments, 256) {
  const bool rows = a.rows != 0;
  const int lane = rows ? threadIdx.x : threadIdx.y;
  const int lanes = rows ? blockDim.x : blockDim.y;
  const i64 output = rows ? (i64) blockIdx.x * blockDim.y + threadIdx.y : (i64) blockIdx.x * blockDim.x + threadIdx.x;
  Found found = Reduction::start();
  if (output < a.outputs) {
    const In* from = (const In*) a.in + place_of(output, a.kept_dims, a.kept_sizes, a.kept_strides);
    const i64 end = a.length * (blockIdx.y + 1) / a.pieces;
    i64 r = a.length * blockIdx.y / a.pieces + lane;
    // Several reads are on their way at once.
    for (; r + (TOGETHER - 1) * (i64) lanes < end; r += TOGETHER * (i64) lanes) {
      In x[TOGETHER];
      UNROLL for (int k = 0; k < TOGETHER; k++)
        x[k] = from[place_of(r + k * (i64) lanes, a.reduced_dims, a.reduced_sizes, a.reduced_strides)];
      UNROLL for (int k = 0; k < TOGETHER; k++) found = Reduction::step(found, x[k], r + k * (i64) lanes, a);
    }
    for (; r < end; r += lanes)
      found = Reduction::step(found, from[place_of(r, a.reduced_dims, a.reduced_sizes, a.reduced_strides)], r, a);
  }
  found = joined_in_block(found, rows, lane, lanes, a.p);
  if (lane == 0 && output < a.outputs) {
    if (a.pieces == 1) Reduction::end(a, output, found);
    else ((Found*) a.partial)[output * a.pieces + blockIdx.y] = found;
  }
}

// A block a result.
BOUNDED_KERNEL(join_pieces, Arguments, 256) {
  Found found = Reduction::start();
  Joining join;
  join.p = a.p;
  const Found* from = (const Found*) a.partial + blockIdx.x * a.pieces;
  for (i64 k = threadIdx.x; k < a.pieces; k += blockDim.x) found = join(found, from[k]);
  found = joined_in_block(found, true, threadIdx.x, blockDim.x, a.p);
  if (threadIdx.x == 0) Reduction::end(a, blockIdx.x, found);
}
