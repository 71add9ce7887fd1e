// Connectionist temporal classification: a block for each sequence, its threads for states or classes, one step after the
// other. Before this comes the type Number, float32 or float64. Each step is rounded in PyTorch's order, for the logarithms
// are large and what is made of them is small.

#define NEVER ((Number) -INF64)

struct Arguments {
  // Labels with blanks around them [batch, states]; of each sequence how many steps and how many states it has.
  u64 logits, labels, lengths, losses, alpha, grads, beta, out;
  i64 steps, batch, classes, states, zero_infinity;
};

// exp(v - most), without the function where its value is known.
DEVICE Number share(Number v, Number most) {
  if (v == NEVER) return 0;
  return v == most && most < (Number) INF64 ? (Number) 1 : (Number) exp((f64) (v - most));
}

// log(exp(x) + exp(y) + exp(z))
DEVICE Number join(Number x, Number y, Number z) {
  Number most = x > y ? x : y;
  most = z > most ? z : most;
  if (x != x || y != y || z != z) return (Number) NAN64;
  if (most == NEVER) return NEVER;
  const Number sum = share(x, most) + share(y, most) + share(z, most);
  return sum == 1 ? most : (Number) log((f64) sum) + most;
}

#define SEQUENCE                                                                       \
  const i64 b = blockIdx.x;                                                            \
  const i64 length = ((const i64*) a.lengths)[b];                                      \
  const i64 last = ((const i64*) a.lengths)[a.batch + b] - 1;                          \
  const i32* label = (const i32*) a.labels + b * a.states;                             \
  Number* alpha = (Number*) a.alpha + b * a.steps * a.states;

#define LOGIT(t, k) ((const Number*) a.logits)[((t) * a.batch + b) * a.classes + (k)]

BOUNDED_KERNEL(ctc_forward, Arguments, 256) {
  SEQUENCE
  Number* loss = (Number*) a.losses + b;
  for (i64 i = threadIdx.x; i < a.steps * a.states; i += blockDim.x) alpha[i] = NEVER;
  __syncthreads();
  if (length == 0) {
    if (threadIdx.x == 0) *loss = last == 0 ? (Number) 0 : (Number) INF64;
    return;
  }
  for (i64 s = threadIdx.x; s <= last && s < 2; s += blockDim.x) alpha[s] = LOGIT(0, label[s]);
  for (i64 t = 1; t < length; t++) {
    __syncthreads();
    const Number* before = alpha + (t - 1) * a.states;
    for (i64 s = threadIdx.x; s <= last; s += blockDim.x) {
      const Number one = s > 0 ? before[s - 1] : NEVER;
      const Number two = s > 1 && label[s - 2] != label[s] ? before[s - 2] : NEVER;
      alpha[t * a.states + s] = join(before[s], one, two) + LOGIT(t, label[s]);
    }
  }
  __syncthreads();
  if (threadIdx.x != 0) return;
  const Number* end = alpha + (length - 1) * a.states;
  *loss = -(last == 0 ? end[0] : join(end[last], end[last - 1], NEVER));
}

// `beta` has room for two steps of each sequence; `out` holds zeros.
BOUNDED_KERNEL(ctc_backward, Arguments, 256) {
  SEQUENCE
  const Number loss = ((const Number*) a.losses)[b];
  const Number grad = ((const Number*) a.grads)[b];
  if (a.zero_infinity && loss == (Number) INF64) return;
  for (i64 t = length - 1; t >= 0; t--) {
    Number* now = (Number*) a.beta + (2 * b + t % 2) * a.states;
    const Number* after = (const Number*) a.beta + (2 * b + (t + 1) % 2) * a.states;
    const bool at_end = t == length - 1;
    for (i64 s = threadIdx.x; s <= last; s += blockDim.x) {
      if (at_end) {
        now[s] = s >= last - 1 ? LOGIT(t, label[s]) : NEVER;
        continue;
      }
      const Number one = s < last ? after[s + 1] : NEVER;
      const Number two = s < last - 1 && label[s + 2] != label[s] ? after[s + 2] : NEVER;
      now[s] = join(after[s], one, two) + LOGIT(t, label[s]);
    }
    __syncthreads();
    for (i64 k = threadIdx.x; k < a.classes; k += blockDim.x) {
      Number sum = NEVER;
      for (i64 s = last; s >= 0 && !(at_end && s < last - 1); s--) {
        if (label[s] != k) continue;
        const Number both = alpha[t * a.states + s] + now[s];
        sum = sum == NEVER ? both : join(sum, both, NEVER);
      }
      const Number logit = LOGIT(t, k);
      const Number part = sum == NEVER && loss < (Number) INF64 && logit > NEVER ? (Number) 0
          : (Number) exp((f64) (sum + loss - logit));
      ((Number*) a.out)[(t * a.batch + b) * a.classes + k] = ((Number) exp((f64) logit) - part) * grad;
    }
    __syncthreads();
  }
}
