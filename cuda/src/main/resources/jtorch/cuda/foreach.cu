// What is done to many tensors at once: a number added or multiplied, scaled gradients brought back, norms.

struct Arguments {
  // A number in memory and its place; where an infinity is told of; where norms of chunks and of tensors go.
  u64 number_at, found_at, parts, norms;
  // The number's type, by the order below.
  i64 number_type;
  f64 order;
  Lists lists;
};

// Float32, float64 and 64-bit integers.
DEVICE Number number_of(const Arguments& a) {
  return a.number_type == 0 ? (Number) *(const f32*) a.number_at : a.number_type == 1 ? (Number) *(const f64*) a.number_at
      : (Number) *(const i64*) a.number_at;
}

struct Multiply {
  Number by;
  DEVICE_MEMBER_PLAIN void operator()(Number* x) const { x[0] *= by; }
};

struct Add {
  Number more;
  DEVICE_MEMBER_PLAIN void operator()(Number* x) const { x[0] += more; }
};

// An infinity is told of by whoever finds it: all write the same.
struct Unscale {
  Number by;
  f32* found;
  DEVICE_MEMBER_PLAIN void operator()(Number* x) const {
    if (!op_isFinite(x[0])) *found = 1;
    if (by != 1) x[0] *= by;
  }
};

KERNEL(multiply, Arguments) {
  Multiply step;
  step.by = number_of(a);
  each_element<1>(a.lists, chunk_of(a.lists), 1, step);
}

KERNEL(add, Arguments) {
  Add step;
  step.more = number_of(a);
  each_element<1>(a.lists, chunk_of(a.lists), 1, step);
}

KERNEL(unscale, Arguments) {
  Unscale step;
  step.by = number_of(a);
  step.found = (f32*) a.found_at;
  each_element<1>(a.lists, chunk_of(a.lists), 1, step);
}

struct JoinNorms {
  bool most;
  DEVICE_MEMBER_PLAIN Number operator()(Number x, Number y) const { return most ? op_max(x, y) : x + y; }
};

struct Measure {
  JoinNorms join;
  bool squared;
  Number sum;
  DEVICE_MEMBER_PLAIN void operator()(Number* x) {
    const Number size = op_abs(x[0]);
    sum = join(sum, squared ? size * size : size);
  }
};

// Each chunk's sum of absolute values or squares, or its greatest absolute value.
BOUNDED_KERNEL(measure, Arguments, 512) {
  Measure step;
  step.join.most = a.order == INF64;
  step.squared = a.order == 2;
  step.sum = 0;
  each_element<1>(a.lists, chunk_of(a.lists), 0, step);
  const Number sum = join_lanes(step.sum, (int) threadIdx.x, (int) blockDim.x, 0, (Number) 0, step.join);
  if (threadIdx.x == 0) ((Number*) a.parts)[blockIdx.x] = sum;
}

// A block joins the chunks of a tensor.
BOUNDED_KERNEL(join_measures, Arguments, 512) {
  JoinNorms join;
  join.most = a.order == INF64;
  Number sum = 0;
  for (int k = a.lists.first[blockIdx.x] + (int) threadIdx.x; k < a.lists.first[blockIdx.x + 1]; k += (int) blockDim.x)
    sum = join(sum, ((const Number*) a.parts)[k]);
  sum = join_lanes(sum, (int) threadIdx.x, (int) blockDim.x, 0, (Number) 0, join);
  if (threadIdx.x == 0) ((Element*) a.norms)[blockIdx.x] = cast<Element>(a.order == 2 ? op_sqrt(sum) : sum);
}

struct Scale {
  u64 scale, tracker, found;
  f64 growth, backoff;
  i64 interval;
};

// One thread: the scale of a loss after a step.
KERNEL(update_scale, Scale) {
  f32* scale = (f32*) a.scale;
  i32* tracker = (i32*) a.tracker;
  if (*(const f32*) a.found != 0) {
    *scale = (f32) (*scale * a.backoff);
    *tracker = 0;
    return;
  }
  const i32 steps = *tracker + 1;
  if (steps < a.interval) {
    *tracker = steps;
    return;
  }
  const f32 grown = (f32) (*scale * a.growth);
  if (op_isFinite(grown)) *scale = grown;
  *tracker = 0;
}
