// Batch norm and its gradients in three passes each: sums of each channel in pieces, what follows from them for a channel,
// and the elements. Before this come the types Element, Weight, Statistic (as saved), Running and Number, and LAST: whether
// channels lie side by side in memory, else the places of a channel do.

struct Arguments {
  u64 in, grad, out, weight, bias, mean, rstd, running_mean, running_var;
  // What pieces found, and what the elements of a channel are changed by.
  u64 parts, factors;
  u64 weight_grad, bias_grad;
  i64 batch, channels, space, pieces;
  f64 momentum, eps;
  i64 training, packed;
};

#define WIDTH ((int) (16 / sizeof(Element)))

struct alignas(8) Factors { Number middle, scale, shift, slope; };

DEVICE Number or_one(u64 weight, i64 c) { return weight == 0 ? (Number) 1 : cast<Number>(((const Weight*) weight)[c]); }

// ---- sums ----------------------------------------------------------------------------------------------------------

// Mean and squares around it, of so many numbers.
struct Spread {
  struct alignas(8) Found { Number count, mean, squares; };
  DEVICE_MEMBER Found none() { Found f; f.count = 0; f.mean = 0; f.squares = 0; return f; }
  DEVICE_MEMBER_PLAIN Found operator()(Found a, Found b) const {
    if (b.count == 0) return a;
    if (a.count == 0) return b;
    Found f;
    f.count = a.count + b.count;
    const Number part = b.count / f.count;
    const Number delta = b.mean - a.mean;
    f.mean = a.mean + delta * part;
    f.squares = a.squares + b.squares + delta * delta * a.count * part;
    return f;
  }
  // A few numbers that were read together: their own mean first, so that there is one division for all.
  template <int N> DEVICE_MEMBER Found add(Found f, const Element* x, const Element*, Number) {
    Found pack;
    pack.count = (Number) N;
    pack.mean = 0;
    pack.squares = 0;
    UNROLL for (int j = 0; j < N; j++) pack.mean += cast<Number>(x[j]);
    pack.mean /= (Number) N;
    UNROLL for (int j = 0; j < N; j++) {
      const Number delta = cast<Number>(x[j]) - pack.mean;
      pack.squares += delta * delta;
    }
    return Spread()(f, pack);
  }
};

// Sums of gradients, and of their products with what is above the mean.
struct Slopes {
  struct alignas(8) Found { Number sum, product; };
  DEVICE_MEMBER Found none() { Found f; f.sum = 0; f.product = 0; return f; }
  DEVICE_MEMBER_PLAIN Found operator()(Found a, Found b) const {
    Found f;
    f.sum = a.sum + b.sum;
    f.product = a.product + b.product;
    return f;
  }
  template <int N> DEVICE_MEMBER Found add(Found f, const Element* x, const Element* g, Number mean) {
    UNROLL for (int j = 0; j < N; j++) {
      const Number grad = cast<Number>(g[j]);
      f.sum += grad;
      f.product += grad * (cast<Number>(x[j]) - mean);
    }
    return f;
  }
};

#if LAST

// A block has 32 channels, whose places its rows share.
template <typename Sums> DEVICE void sum_channels(const Arguments& a, bool with_grad) {
  __shared__ __align__(16) unsigned char room[256 * sizeof(typename Sums::Found)];
  typename Sums::Found* shared = (typename Sums::Found*) room;
  const i64 c = (i64) blockIdx.x * 32 + threadIdx.x;
  const i64 rows = a.batch * a.space;
  const i64 end = rows * (blockIdx.y + 1) / a.pieces;
  const Element* x = (const Element*) a.in;
  const Element* g = with_grad ? (const Element*) a.grad : x;
  typename Sums::Found found = Sums::none();
  if (c < a.channels) {
    const Number mean = with_grad ? cast<Number>(((const Statistic*) a.mean)[c]) : (Number) 0;
    for (i64 row = rows * blockIdx.y / a.pieces + threadIdx.y; row < end; row += blockDim.y)
      found = Sums::template add<1>(found, x + row * a.channels + c, g + row * a.channels + c, mean);
  }
  shared[threadIdx.y * 32 + threadIdx.x] = found;
  __syncthreads();
  if (threadIdx.y != 0 || c >= a.channels) return;
  for (int y = 1; y < (int) blockDim.y; y++) found = Sums()(found, shared[y * 32 + threadIdx.x]);
  ((typename Sums::Found*) a.parts)[blockIdx.y * a.channels + c] = found;
}

#else

// A block has one channel.
template <typename Sums> DEVICE void sum_channels(const Arguments& a, bool with_grad) {
  const i64 c = blockIdx.x;
  const int width = a.packed ? WIDTH : 1;
  const i64 across = a.space / width;
  const i64 units = a.batch * across;
  const i64 end = units * (blockIdx.y + 1) / a.pieces;
  const Element* x = (const Element*) a.in;
  const Element* g = with_grad ? (const Element*) a.grad : x;
  const Number mean = with_grad ? cast<Number>(((const Statistic*) a.mean)[c]) : (Number) 0;
  typename Sums::Found found = Sums::none();
  for (i64 unit = units * blockIdx.y / a.pieces + threadIdx.x; unit < end; unit += blockDim.x) {
    const i64 n = unit / across;
    const i64 at = (n * a.channels + c) * a.space + (unit - n * across) * width;
    if (a.packed) {
      const Pack<Element, WIDTH> v = *(const Pack<Element, WIDTH>*) (x + at);
      const Pack<Element, WIDTH> w = *(const Pack<Element, WIDTH>*) (g + at);
      found = Sums::template add<WIDTH>(found, v.at, w.at, mean);
    } else {
      found = Sums::template add<1>(found, x + at, g + at, mean);
    }
  }
  found = join_lanes(found, (int) threadIdx.x, (int) blockDim.x, 0, Sums::none(), Sums());
  if (threadIdx.x == 0) ((typename Sums::Found*) a.parts)[blockIdx.y * a.channels + c] = found;
}

#endif

BOUNDED_KERNEL(spread, Arguments, 256) { sum_channels<Spread>(a, false); }

BOUNDED_KERNEL(slopes, Arguments, 256) { sum_channels<Slopes>(a, true); }

template <typename Sums> DEVICE typename Sums::Found of_channel(const Arguments& a, i64 c) {
  typename Sums::Found found = Sums::none();
  for (i64 p = 0; p < a.pieces; p++)
    found = Sums()(found, ((const typename Sums::Found*) a.parts)[p * a.channels + c]);
  return found;
}

// ---- channels ------------------------------------------------------------------------------------------------------

DEVICE void move(u64 running, i64 c, f64 momentum, Number to) {
  if (running == 0) return;
  Running* at = (Running*) running + c;
  *at = cast<Running>(cast<Number>(*at) * (Number) (1 - momentum) + to * (Number) momentum);
}

// Normalisation is by the statistics that are saved: those of halves are rounded, and the sum of squares before.
KERNEL(statistics, Arguments) {
  const i64 c = thread_number();
  if (c >= a.channels) return;
  Number mean;
  Number rstd;
  if (a.training) {
    const Spread::Found found = of_channel<Spread>(a, c);
    mean = cast<Number>(cast<Statistic>(found.mean));
    const Number variance = cast<Number>(cast<Statistic>(found.squares)) / found.count;
    rstd = cast<Number>(cast<Statistic>(1 / op_sqrt(variance + (Number) a.eps)));
    ((Statistic*) a.mean)[c] = cast<Statistic>(mean);
    ((Statistic*) a.rstd)[c] = cast<Statistic>(rstd);
    move(a.running_mean, c, a.momentum, found.mean);
    move(a.running_var, c, a.momentum, found.squares / (found.count - 1));
  } else {
    mean = cast<Number>(((const Running*) a.running_mean)[c]);
    rstd = 1 / op_sqrt(cast<Number>(((const Running*) a.running_var)[c]) + (Number) a.eps);
  }
  Factors f;
  f.middle = mean;
  f.scale = rstd * or_one(a.weight, c);
  f.shift = a.bias == 0 ? (Number) 0 : cast<Number>(((const Weight*) a.bias)[c]);
  f.slope = 0;
  ((Factors*) a.factors)[c] = f;
}

// (g - mean(g) - (x - mean) rstd^2 mean(g (x - mean))) rstd weight; the means are 0 where statistics are constants.
KERNEL(gradients, Arguments) {
  const i64 c = thread_number();
  if (c >= a.channels) return;
  const Slopes::Found found = of_channel<Slopes>(a, c);
  const Number rstd = cast<Number>(((const Statistic*) a.rstd)[c]);
  ((Statistic*) a.weight_grad)[c] = cast<Statistic>(found.product * rstd);
  ((Statistic*) a.bias_grad)[c] = cast<Statistic>(found.sum);
  const Number count = (Number) (a.batch * a.space);
  Factors f;
  f.middle = cast<Number>(((const Statistic*) a.mean)[c]);
  f.scale = rstd * or_one(a.weight, c);
  f.shift = a.training ? found.sum / count : (Number) 0;
  f.slope = a.training ? found.product / count * rstd * rstd : (Number) 0;
  ((Factors*) a.factors)[c] = f;
}

// ---- elements ------------------------------------------------------------------------------------------------------

struct Forward {
  DEVICE_MEMBER Number of(Number x, Number, const Factors& f) { return (x - f.middle) * f.scale + f.shift; }
};

struct Back {
  DEVICE_MEMBER Number of(Number x, Number g, const Factors& f) {
    return (g - f.shift - (x - f.middle) * f.slope) * f.scale;
  }
};

DEVICE i64 channel_of(const Arguments& a, i64 i) {
  if (LAST) return i % a.channels;
  // Division of small numbers is much faster.
  return a.batch * a.channels * a.space < 1LL << 31 ? (i64) ((u32) i / (u32) a.space % (u32) a.channels)
      : i / a.space % a.channels;
}

template <typename Way> DEVICE void each_element(const Arguments& a, bool with_grad) {
  const i64 count = a.batch * a.channels * a.space;
  const Element* x = (const Element*) a.in;
  const Element* g = with_grad ? (const Element*) a.grad : x;
  const Factors* factors = (const Factors*) a.factors;
  Element* out = (Element*) a.out;
  if (!a.packed) {
    for (i64 i = thread_number(); i < count; i += thread_count())
      out[i] = cast<Element>(Way::of(cast<Number>(x[i]), cast<Number>(g[i]), factors[channel_of(a, i)]));
    return;
  }
  for (i64 i = thread_number() * WIDTH; i < count; i += thread_count() * WIDTH) {
    const Pack<Element, WIDTH> v = *(const Pack<Element, WIDTH>*) (x + i);
    const Pack<Element, WIDTH> w = *(const Pack<Element, WIDTH>*) (g + i);
    const i64 c = channel_of(a, i);
    Pack<Element, WIDTH> made;
    UNROLL for (int j = 0; j < WIDTH; j++)
      made.at[j] = cast<Element>(Way::of(cast<Number>(v.at[j]), cast<Number>(w.at[j]), factors[LAST ? c + j : c]));
    *(Pack<Element, WIDTH>*) (out + i) = made;
  }
}

KERNEL(transform, Arguments) { each_element<Forward>(a, false); }

KERNEL(transform_back, Arguments) { each_element<Back>(a, true); }
