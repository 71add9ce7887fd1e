// Sampling of [batch, channels, *space] at the points of a grid [batch, points, DIMS], x first. Before this come the types
// Element and Number, DIMS (2 or 3) and MODE (0 linear, 1 nearest, 2 cubic).
//
// Halves are rounded after each step, and steps have PyTorch's order: a different last bit may choose another element.

#define EACH (MODE == 0 ? 2 : MODE == 1 ? 1 : 4)
#define A ((Number) -0.75)

struct Arguments {
  u64 in, grid, grad, out, grad_in, grad_grid;
  i64 batch, channels, points;
  // The width first.
  i64 sizes[3];
  // 0 zeros, 1 the border, 2 reflected.
  i64 padding, aligned;
};

DEVICE Number rounded(Number x) { return cast<Number>(cast<Element>(x)); }

// What one axis of a point has: elements (-1 outside), weights, and their slopes.
struct Taps {
  i64 at[EACH];
  Number weight[EACH], slope[EACH], factor;
};

DEVICE Number outer(Number x) {
  const Number v = rounded(rounded(rounded(A * x) - 5 * A) * x);
  return rounded(rounded(rounded(v + 8 * A) * x) - 4 * A);
}

DEVICE Number inner(Number x) {
  return rounded(rounded(rounded(rounded(rounded((A + 2) * x) - (A + 3)) * x) * x) + 1);
}

DEVICE Number outer_slope(Number x) {
  return rounded(rounded(rounded(rounded(3 * A * x) - 10 * A) * x) + 8 * A);
}

DEVICE Number inner_slope(Number x) {
  return rounded(rounded(rounded(3 * (A + 2) * x) - 2 * (A + 3)) * x);
}

DEVICE Number unnormalize(const Arguments& a, Number v, i64 size) {
  const Number shifted = rounded(v + 1);
#if DIMS == 3
  return a.aligned ? rounded(rounded(shifted / 2) * (Number) (size - 1))
      : rounded(rounded(rounded(shifted * (Number) size) - 1) / 2);
#else
  return a.aligned ? rounded(shifted * rounded((Number) (size - 1) / 2))
      : rounded(rounded(shifted * rounded((Number) size / 2)) - (Number) 0.5);
#endif
}

DEVICE bool is_odd(Number whole) { return whole - 2 * op_floor(whole / 2) != 0; }

DEVICE Number clip(Number v, i64 size) {
  if (v != v) return DIMS == 3 ? (Number) (size - 1) : (Number) 0;
  const Number last = (Number) (size - 1);
  return v < 0 ? (Number) 0 : v > last ? last : v;
}

DEVICE Number reflect(const Arguments& a, Number v, i64 size) {
  const Number low = a.aligned ? (Number) 0 : (Number) -0.5;
  const Number span = (Number) (a.aligned ? size - 1 : size);
  if (span == 0) return 0;
  const Number distance = op_abs(rounded(v - low));
#if DIMS == 3
  const Number extra = op_fmod(distance, span);
  return is_odd(op_floor(rounded(distance / span))) ? rounded(rounded(span - extra) + low) : rounded(extra + low);
#else
  const Number twice = 2 * span;
  const Number turns = op_trunc(rounded(distance / twice));
  const Number extra = rounded(distance - rounded(turns * twice));
  const Number back = rounded(twice - extra);
  return rounded((extra < back ? extra : back) + low);
#endif
}

DEVICE Number pad(const Arguments& a, Number v, i64 size) {
  return a.padding == 0 ? v : clip(a.padding == 1 ? v : reflect(a, v, size), size);
}

// How the coordinate changes with what it was before padding.
DEVICE Number pad_slope(const Arguments& a, Number v, i64 size) {
  if (a.padding == 0) return 1;
  Number sign = 1;
  Number inside = v;
  if (a.padding == 2) {
    const Number low = a.aligned ? (Number) 0 : (Number) -0.5;
    const Number span = (Number) (a.aligned ? size - 1 : size);
    if (span == 0) return 0;
    sign = v < low ? -1 : 1;
    if (is_odd(op_floor(op_abs(v - low) / span))) sign = -sign;
    inside = reflect(a, v, size);
  }
  return inside > 0 && inside < (Number) (size - 1) ? sign : (Number) 0;
}

DEVICE i64 within(Number place, i64 size) { return place >= 0 && place < (Number) size ? (i64) place : -1; }

DEVICE Taps locate(const Arguments& a, Number coordinate, i64 size) {
  Taps taps;
  Number at = unnormalize(a, coordinate, size);
  taps.factor = (Number) (a.aligned ? size - 1 : size) / 2;
#if MODE != 2
  taps.factor *= pad_slope(a, at, size);
  at = pad(a, at, size);
#endif
#if MODE == 1
  taps.at[0] = within(op_round(at), size);
  taps.weight[0] = 1;
  taps.slope[0] = 0;
#else
  const Number below = op_floor(at);
  const Number rest = rounded(at - below);
#if MODE == 0
  taps.at[0] = within(below, size);
  taps.at[1] = within(below + 1, size);
  taps.weight[0] = DIMS == 3 ? rounded(below + 1 - at) : rounded(1 - rest);
  taps.weight[1] = rest;
  taps.slope[0] = -1;
  taps.slope[1] = 1;
#else
  for (int i = 0; i < 4; i++) taps.at[i] = within(pad(a, below - 1 + i, size), size);
  taps.weight[0] = outer(rounded(rest + 1));
  taps.weight[1] = inner(rest);
  taps.weight[2] = inner(rounded(1 - rest));
  taps.weight[3] = outer(rounded(2 - rest));
  taps.slope[0] = outer_slope(rounded(rest + 1));
  taps.slope[1] = inner_slope(rest);
  taps.slope[2] = -inner_slope(rounded(1 - rest));
  taps.slope[3] = -outer_slope(rounded(2 - rest));
#endif
#endif
  return taps;
}

// Calls `each(place, weight, i, j, k)` for all elements around a point that are inside.
#define EACH_TAP(x, y, z, each)                                                                            \
  for (int k = 0; k < (DIMS == 3 ? EACH : 1); k++) {                                                       \
    for (int j = 0; j < EACH; j++) {                                                                       \
      for (int i = 0; i < EACH; i++) {                                                                     \
        const i64 at_z = DIMS == 3 ? z.at[k] : 0;                                                          \
        if (x.at[i] < 0 || y.at[j] < 0 || at_z < 0) continue;                                              \
        const i64 place = (at_z * a.sizes[1] + y.at[j]) * a.sizes[0] + x.at[i];                            \
        Number weight = rounded(x.weight[i] * y.weight[j]);                                                \
        if (DIMS == 3) weight = rounded(weight * z.weight[k]);                                             \
        each                                                                                               \
      }                                                                                                    \
    }                                                                                                      \
  }

#define POINT                                                                                              \
  const i64 sample = n / a.points;                                                                         \
  const i64 point = n % a.points;                                                                          \
  const i64 space = a.sizes[0] * a.sizes[1] * a.sizes[2];                                                  \
  const Element* grid = (const Element*) a.grid + n * DIMS;                                                \
  const Taps x = locate(a, cast<Number>(grid[0]), a.sizes[0]);                                             \
  const Taps y = locate(a, cast<Number>(grid[1]), a.sizes[1]);                                             \
  const Taps z = DIMS == 3 ? locate(a, cast<Number>(grid[DIMS - 1]), a.sizes[2]) : x;

KERNEL(sample_grid, Arguments) {
  for (i64 n = thread_number(); n < a.batch * a.points; n += thread_count()) {
    POINT
    for (i64 c = sample * a.channels; c < (sample + 1) * a.channels; c++) {
      const Element* in = (const Element*) a.in + c * space;
      Number sum = 0;
      EACH_TAP(x, y, z, { sum = rounded(sum + rounded(cast<Number>(in[place]) * weight)); })
      ((Element*) a.out)[c * a.points + point] = cast<Element>(sum);
    }
  }
}

// The gradients of the input, which holds zeros and is of Numbers, and of the grid; those that are not wanted are 0.
KERNEL(sample_grid_backward, Arguments) {
  for (i64 n = thread_number(); n < a.batch * a.points; n += thread_count()) {
    POINT
    Number sums[3] = {0, 0, 0};
    for (i64 c = sample * a.channels; c < (sample + 1) * a.channels; c++) {
      const Element* in = (const Element*) a.in + c * space;
      Number* grad_in = (Number*) a.grad_in + c * space;
      const Number grad = cast<Number>(((const Element*) a.grad)[c * a.points + point]);
      EACH_TAP(x, y, z, {
        if (a.grad_in != 0) atomicAdd(&grad_in[place], grad * weight);
        if (a.grad_grid != 0) {
          const Number value = cast<Number>(in[place]) * grad;
          const Number of_z = DIMS == 3 ? z.weight[k] : (Number) 1;
          sums[0] += value * x.slope[i] * y.weight[j] * of_z;
          sums[1] += value * x.weight[i] * y.slope[j] * of_z;
          if (DIMS == 3) sums[2] += value * x.weight[i] * y.weight[j] * z.slope[k];
        }
      })
    }
    if (a.grad_grid == 0) continue;
    Element* to = (Element*) a.grad_grid + n * DIMS;
    to[0] = cast<Element>(sums[0] * x.factor);
    to[1] = cast<Element>(sums[1] * y.factor);
    if (DIMS == 3) to[DIMS - 1] = cast<Element>(sums[2] * z.factor);
  }
}
