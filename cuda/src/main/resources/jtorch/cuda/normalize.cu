// Rows brought to a mean of 0 and a variance of 1, or only to a mean square of 1, then weighted; and the gradient. Before
// this come the types Element, Weight, Statistic and Number, and CENTERED: whether the mean is taken away. A weight
// belongs to a place of a row, or where GROUPED is set to a channel of `space` places, of which a row has some.

struct Arguments {
  u64 in, weight, bias, out, mean, rstd, grad;
  u64 weight_parts, bias_parts;
  i64 rows, length, pieces;
  i64 channels, space;
  f64 eps;
};

struct alignas(8) Moments { Number mean, squares; f64 count; };

struct JoinMoments {
  DEVICE_MEMBER_PLAIN Moments operator()(Moments a, Moments b) const {
    if (b.count == 0) return a;
    if (a.count == 0) return b;
    Moments m;
    m.count = a.count + b.count;
    Number delta = b.mean - a.mean;
    m.mean = a.mean + delta * (Number) (b.count / m.count);
    m.squares = a.squares + b.squares + delta * delta * (Number) (a.count * b.count / m.count);
    return m;
  }
};

struct alignas(8) Pair { Number a, b; };

struct JoinPairs {
  DEVICE_MEMBER_PLAIN Pair operator()(Pair x, Pair y) const {
    Pair sum;
    sum.a = x.a + y.a;
    sum.b = x.b + y.b;
    return sum;
  }
};

// The weight's number of place k in a row.
DEVICE i64 number_of(const Arguments& a, i64 row, i64 k) {
#if GROUPED
  const i64 first = row * a.length / a.space % a.channels;
  return first + (a.length < 1LL << 31 ? (i64) ((u32) k / (u32) a.space) : k / a.space);
#else
  return k;
#endif
}

DEVICE Number weight_of(const Arguments& a, i64 row, i64 k) {
  return a.weight == 0 ? (Number) 1 : cast<Number>(((const Weight*) a.weight)[number_of(a, row, k)]);
}

#define WIDTH ((int) (16 / sizeof(Element)))

// A row is that of the threads along x, each of which reads W elements at once.
template <int W> DEVICE void normalize_row(const Arguments& a) {
  const i64 row = (i64) blockIdx.x * blockDim.y + threadIdx.y;
  const bool inside = row < a.rows;
  const Element* x = (const Element*) a.in + row * a.length;
  Number mean = 0;
  Number rstd;
  if (CENTERED) {
    JoinMoments join;
    Moments none;
    none.mean = 0;
    none.squares = 0;
    none.count = 0;
    Moments found = none;
    if (inside) {
      for (i64 k = (i64) threadIdx.x * W; k < a.length; k += (i64) blockDim.x * W) {
        const Pack<Element, W> pack = read_pack<W>(x, k, 1);
        UNROLL for (int j = 0; j < W; j++) {
          Number value = cast<Number>(pack.at[j]);
          found.count += 1;
          Number delta = value - found.mean;
          found.mean += delta / (Number) found.count;
          found.squares += delta * (value - found.mean);
        }
      }
    }
    if (blockDim.x > 1) found = join_all(found, threadIdx.x, blockDim.x, threadIdx.y, none, join);
    mean = found.mean;
    rstd = 1 / op_sqrt(found.squares / (Number) a.length + (Number) a.eps);
  } else {
    JoinPairs join;
    Pair none;
    none.a = 0;
    none.b = 0;
    Pair found = none;
    if (inside) {
      for (i64 k = (i64) threadIdx.x * W; k < a.length; k += (i64) blockDim.x * W) {
        const Pack<Element, W> pack = read_pack<W>(x, k, 1);
        UNROLL for (int j = 0; j < W; j++) {
          Number value = cast<Number>(pack.at[j]);
          found.a += value * value;
        }
      }
    }
    if (blockDim.x > 1) found = join_all(found, threadIdx.x, blockDim.x, threadIdx.y, none, join);
    rstd = 1 / op_sqrt(found.a / (Number) a.length + (Number) a.eps);
  }
  if (!inside) return;
  if (threadIdx.x == 0) {
    if (a.mean != 0) ((Statistic*) a.mean)[row] = cast<Statistic>(mean);
    ((Statistic*) a.rstd)[row] = cast<Statistic>(rstd);
  }
  Element* out = (Element*) a.out + row * a.length;
  for (i64 k = (i64) threadIdx.x * W; k < a.length; k += (i64) blockDim.x * W) {
    Pack<Element, W> pack = read_pack<W>(x, k, 1);
    UNROLL for (int j = 0; j < W; j++) {
      Number value = (cast<Number>(pack.at[j]) - mean) * rstd * weight_of(a, row, k + j);
      if (a.bias != 0) value += cast<Number>(((const Weight*) a.bias)[number_of(a, row, k + j)]);
      pack.at[j] = cast<Element>(value);
    }
    write_pack<W>(out, k, 1, pack);
  }
}

template <int W> DEVICE void normalize_row_backward(const Arguments& a) {
  const i64 row = (i64) blockIdx.x * blockDim.y + threadIdx.y;
  const bool inside = row < a.rows;
  const Element* x = (const Element*) a.in + row * a.length;
  const Element* g = (const Element*) a.grad + row * a.length;
  const Number mean = inside && CENTERED ? cast<Number>(((const Statistic*) a.mean)[row]) : 0;
  const Number rstd = inside ? cast<Number>(((const Statistic*) a.rstd)[row]) : 0;
  JoinPairs join;
  Pair none;
  none.a = 0;
  none.b = 0;
  Pair sums = none;
  if (inside) {
    for (i64 k = (i64) threadIdx.x * W; k < a.length; k += (i64) blockDim.x * W) {
      const Pack<Element, W> grads = read_pack<W>(g, k, 1);
      const Pack<Element, W> pack = read_pack<W>(x, k, 1);
      UNROLL for (int j = 0; j < W; j++) {
        Number grad = cast<Number>(grads.at[j]) * weight_of(a, row, k + j);
        sums.a += grad;
        sums.b += grad * (cast<Number>(pack.at[j]) - mean) * rstd;
      }
    }
  }
  if (blockDim.x > 1) sums = join_all(sums, threadIdx.x, blockDim.x, threadIdx.y, none, join);
  if (!inside) return;
  const Number middle = CENTERED ? sums.a / (Number) a.length : 0;
  const Number slope = sums.b / (Number) a.length;
  Element* out = (Element*) a.out + row * a.length;
  for (i64 k = (i64) threadIdx.x * W; k < a.length; k += (i64) blockDim.x * W) {
    const Pack<Element, W> grads = read_pack<W>(g, k, 1);
    Pack<Element, W> pack = read_pack<W>(x, k, 1);
    UNROLL for (int j = 0; j < W; j++) {
      Number grad = cast<Number>(grads.at[j]) * weight_of(a, row, k + j);
      pack.at[j] = cast<Element>((grad - middle - (cast<Number>(pack.at[j]) - mean) * rstd * slope) * rstd);
    }
    write_pack<W>(out, k, 1, pack);
  }
}

BOUNDED_KERNEL(normalize, Arguments, 256) {
  if (are_packed<Element>(a.in | a.out, a.length)) normalize_row<WIDTH>(a);
  else normalize_row<1>(a);
}

BOUNDED_KERNEL(normalize_backward, Arguments, 256) {
  if (are_packed<Element>(a.in | a.grad | a.out, a.length)) normalize_row_backward<WIDTH>(a);
  else normalize_row_backward<1>(a);
}

#if GROUPED

// The gradients of weight and bias: a block has a channel.
BOUNDED_KERNEL(group_weights, Arguments, 256) {
  const i64 c = blockIdx.x;
  const i64 batch = a.rows * a.length / (a.channels * a.space);
  JoinPairs join;
  Pair sums;
  sums.a = 0;
  sums.b = 0;
  const Pair none = sums;
  for (i64 n = 0; n < batch; n++) {
    const i64 at = (n * a.channels + c) * a.space;
    const i64 row = at / a.length;
    const Number mean = cast<Number>(((const Statistic*) a.mean)[row]);
    const Number rstd = cast<Number>(((const Statistic*) a.rstd)[row]);
    for (i64 k = threadIdx.x; k < a.space; k += blockDim.x) {
      const Number grad = cast<Number>(((const Element*) a.grad)[at + k]);
      sums.a += grad;
      sums.b += grad * (cast<Number>(((const Element*) a.in)[at + k]) - mean) * rstd;
    }
  }
  sums = join_lanes(sums, (int) threadIdx.x, (int) blockDim.x, 0, none, join);
  if (threadIdx.x != 0) return;
  ((Element*) a.weight_parts)[c] = cast<Element>(sums.b);
  ((Element*) a.bias_parts)[c] = cast<Element>(sums.a);
}

#else

// The gradients of weight and bias: sums over rows, of which each piece has some. A thread has a column.
KERNEL(normalize_weights, Arguments) {
  const i64 k = thread_number();
  if (k >= a.length) return;
  const i64 end = a.rows * (blockIdx.y + 1) / a.pieces;
  Number weight = 0;
  Number bias = 0;
  for (i64 row = a.rows * blockIdx.y / a.pieces; row < end; row++) {
    Number grad = cast<Number>(((const Element*) a.grad)[row * a.length + k]);
    Number mean = CENTERED ? cast<Number>(((const Statistic*) a.mean)[row]) : 0;
    Number rstd = cast<Number>(((const Statistic*) a.rstd)[row]);
    weight += grad * (cast<Number>(((const Element*) a.in)[row * a.length + k]) - mean) * rstd;
    bias += grad;
  }
  ((Number*) a.weight_parts)[blockIdx.y * a.length + k] = weight;
  if (a.bias_parts != 0) ((Number*) a.bias_parts)[blockIdx.y * a.length + k] = bias;
}

#endif
