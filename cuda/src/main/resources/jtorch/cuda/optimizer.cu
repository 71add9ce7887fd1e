// Steps of optimizers in one pass over the memory of all parameters. Before this come MOMENTUM, AMSGRAD and COUNTED:
// which lists there are behind those of parameters and gradients.

struct Arguments {
  // A learning rate in memory, what gradients are divided by, and a number that is not 0 where the step is left out; or 0.
  u64 rate_at, scale_at, found_at;
  f64 sign, rate, decay, beta1, beta2, epsilon;
  // 1 - beta1^step and sqrt(1 - beta2^step), where steps are not counted in memory.
  f64 correction, root;
  i64 decoupled, nesterov, fresh;
  Lists lists;
};

DEVICE bool is_left_out(const Arguments& a) { return a.found_at != 0 && *(const f32*) a.found_at != 0; }
DEVICE f64 rate_of(const Arguments& a) { return a.rate_at != 0 ? *(const f64*) a.rate_at : a.rate; }
DEVICE Number scale_of(const Arguments& a) { return a.scale_at != 0 ? (Number) *(const f32*) a.scale_at : (Number) 1; }

// g += decay * p; b = beta1 * b + rest1 * g; p -= rate * b
struct Sgd {
  Number sign, rate, decay, beta1, rest1, scale;
  bool scaled, nesterov, fresh;
  DEVICE_MEMBER_PLAIN void operator()(Number* x) const {
    if (scaled) x[1] /= scale;
    Number g = sign * x[1];
    if (decay != 0) g += decay * x[0];
#if MOMENTUM
    const Number b = fresh ? g : beta1 * x[2] + rest1 * g;
    x[2] = b;
    g = nesterov ? g + beta1 * b : b;
#endif
    x[0] -= rate * g;
  }
};

KERNEL(sgd, Arguments) {
  if (is_left_out(a)) return;
  Sgd step;
  step.sign = (Number) a.sign;
  step.rate = (Number) rate_of(a);
  step.decay = (Number) a.decay;
  step.beta1 = (Number) a.beta1;
  step.rest1 = (Number) a.beta2;
  step.scale = scale_of(a);
  step.scaled = a.scale_at != 0;
  step.nesterov = a.nesterov != 0;
  step.fresh = a.fresh != 0;
  each_element<2 + MOMENTUM>(a.lists, chunk_of(a.lists), 5 | (step.scaled ? 2 : 0), step);
}

#if LISTS > 3

// m += rest1 * (g - m); v = beta2 * v + rest2 * g * g; p -= size * m / (sqrt(v) / root + epsilon)
struct Adam {
  Number sign, decay, shrink, rest1, beta2, rest2, epsilon, size, root, scale;
  bool scaled;
  DEVICE_MEMBER_PLAIN void operator()(Number* x) const {
    if (scaled) x[1] /= scale;
    Number g = sign * x[1];
    x[0] *= shrink;
    if (decay != 0) g += decay * x[0];
    x[2] += rest1 * (g - x[2]);
    x[3] = beta2 * x[3] + rest2 * g * g;
    Number v = x[3];
#if AMSGRAD
    v = op_max(x[4], v);
    x[4] = v;
#endif
    x[0] -= size * (x[2] / (op_sqrt(v) / root + epsilon));
  }
};

KERNEL(adam, Arguments) {
  if (is_left_out(a)) return;
  const Chunk chunk = chunk_of(a.lists);
  const f64 rate = rate_of(a);
  f64 correction = a.correction;
  f64 root = a.root;
#if COUNTED
  const f64 number = (f64) *(const f32*) a.lists.at[4 + AMSGRAD][chunk.tensor];
  correction = 1 - pow(a.beta1, number);
  root = sqrt(1 - pow(a.beta2, number));
#endif
  Adam step;
  step.sign = (Number) a.sign;
  step.decay = a.decoupled ? (Number) 0 : (Number) a.decay;
  step.shrink = a.decoupled ? (Number) (1 - rate * a.decay) : (Number) 1;
  step.rest1 = (Number) (1 - a.beta1);
  step.beta2 = (Number) a.beta2;
  step.rest2 = (Number) (1 - a.beta2);
  step.epsilon = (Number) a.epsilon;
  step.size = (Number) (rate / correction);
  step.root = (Number) root;
  step.scale = scale_of(a);
  step.scaled = a.scale_at != 0;
  each_element<4 + AMSGRAD>(a.lists, chunk, 29 | (step.scaled ? 2 : 0), step);
}

#endif
