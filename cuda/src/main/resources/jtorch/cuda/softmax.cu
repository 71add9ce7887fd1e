// Softmax along the middle of [outer, length, inner], and its gradient. Before this come the types Element and Number, and
// LOG: whether it is the logarithm. Lanes of a line stand along x where it lies side by side in memory, else along y.

struct Arguments {
  u64 in, grad, out;
  i64 lines, length, inner;
  i64 rows;
};

struct alignas(8) Exponentials { Number most, sum; };

struct JoinExponentials {
  DEVICE_MEMBER_PLAIN Exponentials operator()(Exponentials a, Exponentials b) const {
    if (b.sum == 0) return a;
    if (a.sum == 0) return b;
    Exponentials e;
    e.most = op_max(a.most, b.most);
    e.sum = (a.most == e.most ? a.sum : a.sum * op_exp(a.most - e.most))
        + (b.most == e.most ? b.sum : b.sum * op_exp(b.most - e.most));
    return e;
  }
};

struct Add {
  DEVICE_MEMBER_PLAIN Number operator()(Number a, Number b) const { return a + b; }
};

template <typename T, typename Join> DEVICE T joined(T value, bool rows, T start, Join join) {
  if (rows) return blockDim.x == 1 ? value : join_all(value, threadIdx.x, blockDim.x, threadIdx.y, start, join);
  if (blockDim.y == 1) return value;
  __shared__ __align__(16) unsigned char room[256 * sizeof(T)];
  T* shared = (T*) room;
  int mine = threadIdx.y * blockDim.x + threadIdx.x;
  __syncthreads();
  shared[mine] = value;
  for (int half = blockDim.y / 2; half > 0; half /= 2) {
    __syncthreads();
    if (threadIdx.y < half) shared[mine] = join(shared[mine], shared[mine + half * blockDim.x]);
  }
  __syncthreads();
  return shared[threadIdx.x];
}

#define LINE                                                                                                  \
  const bool rows = a.rows != 0;                                                                              \
  const i64 line = rows ? (i64) blockIdx.x * blockDim.y + threadIdx.y : (i64) blockIdx.x * blockDim.x + threadIdx.x; \
  const i64 first = rows ? threadIdx.x : threadIdx.y;                                                         \
  const i64 step = rows ? blockDim.x : blockDim.y;                                                            \
  const bool inside = line < a.lines;                                                                         \
  const i64 base = line / a.inner * a.length * a.inner + line % a.inner;

// A thread reads W elements at once.
template <int W> DEVICE void softmax_of_line(const Arguments& a) {
  LINE
  const Element* x = (const Element*) a.in + base;
  JoinExponentials join;
  Exponentials none;
  none.most = (Number) -INF64;
  none.sum = 0;
  Exponentials found = none;
  if (inside) {
    for (i64 k = first * W; k < a.length; k += step * W) {
      const Pack<Element, W> pack = read_pack<W>(x, k, a.inner);
      UNROLL for (int j = 0; j < W; j++) {
        Exponentials one;
        one.most = cast<Number>(pack.at[j]);
        one.sum = 1;
        found = join(found, one);
      }
    }
  }
  found = joined(found, rows, none, join);
  if (!inside) return;
  Element* out = (Element*) a.out + base;
  const Number log_sum = op_log(found.sum);
  for (i64 k = first * W; k < a.length; k += step * W) {
    Pack<Element, W> pack = read_pack<W>(x, k, a.inner);
    UNROLL for (int j = 0; j < W; j++) {
      const Number value = cast<Number>(pack.at[j]) - found.most;
      pack.at[j] = cast<Element>(LOG ? value - log_sum : op_exp(value) / found.sum);
    }
    write_pack<W>(out, k, a.inner, pack);
  }
}

// From the result, which stands in `in`.
template <int W> DEVICE void softmax_backward_of_line(const Arguments& a) {
  LINE
  const Element* y = (const Element*) a.in + base;
  const Element* g = (const Element*) a.grad + base;
  Add add;
  Number sum = 0;
  if (inside) {
    for (i64 k = first * W; k < a.length; k += step * W) {
      const Pack<Element, W> grads = read_pack<W>(g, k, a.inner);
      const Pack<Element, W> values = read_pack<W>(y, k, a.inner);
      UNROLL for (int j = 0; j < W; j++) {
        const Number grad = cast<Number>(grads.at[j]);
        sum += LOG ? grad : grad * cast<Number>(values.at[j]);
      }
    }
  }
  sum = joined(sum, rows, (Number) 0, add);
  if (!inside) return;
  Element* out = (Element*) a.out + base;
  for (i64 k = first * W; k < a.length; k += step * W) {
    const Pack<Element, W> grads = read_pack<W>(g, k, a.inner);
    Pack<Element, W> values = read_pack<W>(y, k, a.inner);
    UNROLL for (int j = 0; j < W; j++) {
      const Number grad = cast<Number>(grads.at[j]);
      const Number value = cast<Number>(values.at[j]);
      values.at[j] = cast<Element>(LOG ? grad - op_exp(value) * sum : value * (grad - sum));
    }
    write_pack<W>(out, k, a.inner, values);
  }
}

#define WIDTH ((int) (16 / sizeof(Element)))

DEVICE bool is_packed(const Arguments& a) {
  return a.rows != 0 && are_packed<Element>(a.in | a.grad | a.out, a.length);
}

BOUNDED_KERNEL(softmax, Arguments, 256) {
  if (is_packed(a)) softmax_of_line<WIDTH>(a);
  else softmax_of_line<1>(a);
}

BOUNDED_KERNEL(softmax_backward, Arguments, 256) {
  if (is_packed(a)) softmax_backward_of_line<WIDTH>(a);
  else softmax_backward_of_line<1>(a);
}
