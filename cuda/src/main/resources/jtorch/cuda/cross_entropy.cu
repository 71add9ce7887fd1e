// Cross entropy of contiguous [outer, classes, inner] from logits, and its gradient. Before this comes the type Element,
// float32 or float64.

struct Arguments {
  u64 in, target, weight, grad, sums, out;
  i64 columns, classes, inner, ignored;
  u64 problem;
};

// Whether a column has a class. One that lies outside is reported through a.problem, and counts as ignored.
DEVICE bool has_class(const Arguments& a, i64 target) {
  if (target == a.ignored) return false;
  if (target >= 0 && target < a.classes) return true;
  *(volatile u32*) a.problem = 1;
  return false;
}

DEVICE Element weight_of(const Arguments& a, i64 target) {
  return a.weight == 0 ? 1 : ((const Element*) a.weight)[target];
}

DEVICE Element lane_max(Element value) {
  for (int delta = 16; delta > 0; delta /= 2) {
    const Element other = __shfl_xor_sync(0xffffffffu, value, delta);
    value = other > value || other != other ? other : value;
  }
  return value;
}

DEVICE f64 lane_sum(f64 value) {
  for (int delta = 16; delta > 0; delta /= 2) value += __shfl_xor_sync(0xffffffffu, value, delta);
  return value;
}

DEVICE void write_loss(const Arguments& a, i64 column, const Element* x, Element most, f64 sum) {
  const f64 log_of_sum = log(sum);
  ((f64*) a.sums)[column] = most + log_of_sum;
  const i64 target = ((const i64*) a.target)[column];
  ((Element*) a.out)[column] = !has_class(a, target) ? (Element) 0
      : (Element) (weight_of(a, target) * ((f64) (most - x[target * a.inner]) + log_of_sum));
}

// A block for each row of logits that lie side by side.
BOUNDED_KERNEL(losses_of_rows, Arguments, 512) {
  __shared__ Element maxima[16];
  __shared__ f64 parts[16];
  const i64 row = blockIdx.x;
  const int warps = blockDim.x / 32;
  const Element* x = (const Element*) a.in + row * a.classes;
  Element most = (Element) -INF64;
  for (i64 k = threadIdx.x; k < a.classes; k += blockDim.x) most = x[k] > most || x[k] != x[k] ? x[k] : most;
  most = lane_max(most);
  if (threadIdx.x % 32 == 0) maxima[threadIdx.x / 32] = most;
  __syncthreads();
  for (int w = 0; w < warps; w++) most = maxima[w] > most || maxima[w] != maxima[w] ? maxima[w] : most;
  f64 sum = 0;
  for (i64 k = threadIdx.x; k < a.classes; k += blockDim.x) sum += op_exp(x[k] - most);
  sum = lane_sum(sum);
  if (threadIdx.x % 32 == 0) parts[threadIdx.x / 32] = sum;
  __syncthreads();
  if (threadIdx.x != 0) return;
  sum = 0;
  for (int w = 0; w < warps; w++) sum += parts[w];
  write_loss(a, row, x, most, sum);
}

// A thread for each column of logits whose neighbours lie side by side.
KERNEL(losses_of_columns, Arguments) {
  for (i64 i = thread_number(); i < a.columns; i += thread_count()) {
    const Element* x = (const Element*) a.in + i / a.inner * a.classes * a.inner + i % a.inner;
    Element most = (Element) -INF64;
    for (i64 k = 0; k < a.classes; k++) {
      const Element value = x[k * a.inner];
      most = value > most || value != value ? value : most;
    }
    f64 sum = 0;
    for (i64 k = 0; k < a.classes; k++) sum += op_exp(x[k * a.inner] - most);
    write_loss(a, i, x, most, sum);
  }
}

// (softmax x - onehot target) * weight[target] * grad
KERNEL(losses_backward, Arguments) {
  const i64 plane = a.classes * a.inner;
  const i64 count = a.columns * a.classes;
  for (i64 i = thread_number(); i < count; i += thread_count()) {
    const i64 column = i / plane * a.inner + i % a.inner;
    const i64 target = ((const i64*) a.target)[column];
    Element made = 0;
    if (has_class(a, target)) {
      // The logarithm in two parts, for the difference of large numbers keeps its digits so.
      const f64 shift = ((const f64*) a.sums)[column];
      const Element high = (Element) shift;
      const Element share = op_exp(((const Element*) a.in)[i] - high - (Element) (shift - high));
      const Element factor = ((const Element*) a.grad)[column] * weight_of(a, target);
      made = share * factor - (i % plane / a.inner == target ? factor : (Element) 0);
    }
    ((Element*) a.out)[i] = made;
  }
}
