// The margin loss of several labels, a block for each row. Before this comes the type Element, which is float or double.
//
// A row's targets are the classes before its first negative number; one outside of the classes is reported through a.problem
// and counts as none.

struct Arguments {
  u64 x, target, out, is_target, grad, problem;
  i64 classes;
  // From one row's gradient to the next, and what each is multiplied by.
  i64 step;
  f64 share;
};

DEVICE i64 least(i64 x, i64 y) { return x < y ? x : y; }
DEVICE Element plus(Element x, Element y) { return x + y; }

#define ROW                                                                                             \
  const Element* x = (const Element*) a.x + (i64) blockIdx.x * a.classes;                               \
  const i64* target = (const i64*) a.target + (i64) blockIdx.x * a.classes;                             \
  i64 first = a.classes;                                                                                \
  for (i64 i = threadIdx.x; i < a.classes; i += blockDim.x) {                                           \
    if (target[i] < 0) first = least(first, i);                                                         \
    if (target[i] < -1 || target[i] >= a.classes) *(volatile u32*) a.problem = 1;                       \
  }                                                                                                     \
  const i64 labels = join_all(first, (int) threadIdx.x, (int) blockDim.x, 0, a.classes, least);

// How often a class is a target.
DEVICE i64 times(const i64* target, i64 labels, i64 of) {
  i64 count = 0;
  for (i64 t = 0; t < labels; t++) count += target[t] == of;
  return count;
}

KERNEL(margins, Arguments) {
  ROW
  Element sum = 0;
  for (i64 d = threadIdx.x; d < a.classes; d += blockDim.x) {
    const bool one = times(target, labels, d) > 0;
    ((Element*) a.is_target)[(i64) blockIdx.x * a.classes + d] = one ? 1 : 0;
    if (one) continue;
    for (i64 t = 0; t < labels; t++) {
      if (target[t] >= a.classes) continue;
      const Element margin = 1 - x[target[t]] + x[d];
      sum += margin > 0 || margin != margin ? margin : 0;
    }
  }
  sum = join_lanes(sum, (int) threadIdx.x, (int) blockDim.x, 0, (Element) 0, plus);
  if (threadIdx.x == 0) ((Element*) a.out)[blockIdx.x] = sum / (Element) a.classes;
}

KERNEL(margins_backward, Arguments) {
  ROW
  const Element grad = ((const Element*) a.grad)[(i64) blockIdx.x * a.step] * (Element) a.share;
  for (i64 d = threadIdx.x; d < a.classes; d += blockDim.x) {
    const i64 own = times(target, labels, d);
    i64 sum = 0;
    if (own == 0) {
      for (i64 t = 0; t < labels; t++) sum += target[t] < a.classes && !(1 - x[target[t]] + x[d] <= 0);
    } else {
      for (i64 e = 0; e < a.classes; e++) sum += times(target, labels, e) == 0 && !(1 - x[d] + x[e] <= 0);
      sum *= -own;
    }
    ((Element*) a.out)[(i64) blockIdx.x * a.classes + d] = (Element) sum * grad;
  }
}
