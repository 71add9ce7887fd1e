// Pooling over windows of [outer, depth, height, width, inner], where inner is 1 or, channels-last, the channels; dimensions
// that are not there have one element. Before this come the types Element and Number, and LEAST, the least Number.

struct Axis {
  // A kernel of 0 says that windows share the input evenly.
  i64 in, out, kernel, stride, padding, dilation;
};

struct Arguments {
  u64 in, out, places, samples;
  i64 count, inner, divisor, counts_padding;
  Axis axes[3];
};

DEVICE i64 window_start(const Axis& x, i64 o) {
  if (x.kernel == 0) return o * x.in / x.out;
  const i64 first = o * x.stride - x.padding;
  return first >= 0 ? first : first + (-first + x.dilation - 1) / x.dilation * x.dilation;
}

DEVICE i64 window_end(const Axis& x, i64 o) {
  if (x.kernel == 0) return ((o + 1) * x.in + x.out - 1) / x.out;
  const i64 end = o * x.stride - x.padding + x.dilation * (x.kernel - 1) + 1;
  return end < x.in ? end : x.in;
}

// Elements with as much padding as PyTorch counts.
DEVICE i64 window_size(const Axis& x, i64 o) {
  if (x.kernel == 0) return window_end(x, o) - window_start(x, o);
  const i64 first = o * x.stride - x.padding;
  const i64 end = first + x.kernel;
  return (end < x.in + x.padding ? end : x.in + x.padding) - first;
}

// By how much the elements of a window are divided.
DEVICE Number divisor_of(const Arguments& a, const i64* o) {
  if (a.divisor != 0) return (Number) a.divisor;
  i64 size = 1;
  for (int d = 0; d < 3; d++) {
    const i64 inputs = window_end(a.axes[d], o[d]) - window_start(a.axes[d], o[d]);
    size *= a.counts_padding ? window_size(a.axes[d], o[d]) : inputs > 0 ? inputs : 0;
  }
  return (Number) (size > 1 ? size : 1);
}

// The windows that an input belongs to: from the first to before the end.
DEVICE i64 first_window(const Axis& x, i64 i) {
  if (x.kernel == 0) return i * x.out / x.in;
  const i64 rest = i + x.padding - x.dilation * (x.kernel - 1) - 1;
  return rest < 0 ? 0 : rest / x.stride + 1;
}

DEVICE i64 end_window(const Axis& x, i64 i) {
  const i64 end = x.kernel == 0 ? ((i + 1) * x.out - 1) / x.in + 1 : (i + x.padding) / x.stride + 1;
  return end < x.out ? end : x.out;
}

struct Place { i64 base, at[3]; };

// Where element i of a tensor is whose space is `sizes`, and where its plane begins in one of the space `others`.
DEVICE Place place_of(const Arguments& a, i64 i, bool of_outputs) {
  Place p;
  const i64 inner = i % a.inner;
  i64 rest = i / a.inner;
  i64 volume = 1;
  for (int d = 2; d >= 0; d--) {
    const i64 size = of_outputs ? a.axes[d].out : a.axes[d].in;
    volume *= of_outputs ? a.axes[d].in : a.axes[d].out;
    p.at[d] = rest % size;
    rest /= size;
  }
  p.base = rest * volume * a.inner + inner;
  return p;
}

KERNEL(max_pool, Arguments) {
  const Element* in = (const Element*) a.in;
  for (i64 i = thread_number(); i < a.count; i += thread_count()) {
    const Place p = place_of(a, i, true);
    i64 start[3], end[3];
    for (int d = 0; d < 3; d++) {
      start[d] = window_start(a.axes[d], p.at[d]);
      end[d] = window_end(a.axes[d], p.at[d]);
    }
    const i64 height = a.axes[1].in;
    const i64 width = a.axes[2].in;
    i64 place = (start[0] * height + start[1]) * width + start[2];
    Number most = LEAST;
    for (i64 z = start[0]; z < end[0]; z += a.axes[0].dilation) {
      for (i64 y = start[1]; y < end[1]; y += a.axes[1].dilation) {
        for (i64 x = start[2]; x < end[2]; x += a.axes[2].dilation) {
          const i64 at = (z * height + y) * width + x;
          const Number value = cast<Number>(in[p.base + at * a.inner]);
          if (value > most || value != value) {
            most = value;
            place = at;
          }
        }
      }
    }
    ((Element*) a.out)[i] = cast<Element>(most);
    if (a.places != 0) ((i64*) a.places)[i] = place;
  }
}

// Each input looks through the windows that it belongs to for those whose maximum it is.
KERNEL(max_pool_backward, Arguments) {
  for (i64 i = thread_number(); i < a.count; i += thread_count()) {
    const Place p = place_of(a, i, false);
    const i64 own = (p.at[0] * a.axes[1].in + p.at[1]) * a.axes[2].in + p.at[2];
    Number sum = 0;
    for (i64 z = first_window(a.axes[0], p.at[0]); z < end_window(a.axes[0], p.at[0]); z++) {
      for (i64 y = first_window(a.axes[1], p.at[1]); y < end_window(a.axes[1], p.at[1]); y++) {
        for (i64 x = first_window(a.axes[2], p.at[2]); x < end_window(a.axes[2], p.at[2]); x++) {
          const i64 at = p.base + ((z * a.axes[1].out + y) * a.axes[2].out + x) * a.inner;
          if (((const i64*) a.places)[at] == own) sum += cast<Number>(((const Element*) a.in)[at]);
        }
      }
    }
    ((Element*) a.out)[i] = cast<Element>(sum);
  }
}

// Adds the gradient of each output of windows anywhere to the input that it came from: out, which holds zeros, is of Numbers.
KERNEL(max_pool_scatter, Arguments) {
  for (i64 i = thread_number(); i < a.count; i += thread_count()) {
    const Place p = place_of(a, i, true);
    const i64 at = ((const i64*) a.places)[i];
    atomicAdd((Number*) a.out + p.base + at * a.inner, cast<Number>(((const Element*) a.in)[i]));
  }
}

KERNEL(average_pool, Arguments) {
  const Element* in = (const Element*) a.in;
  for (i64 i = thread_number(); i < a.count; i += thread_count()) {
    const Place p = place_of(a, i, true);
    Number sum = 0;
    for (i64 z = window_start(a.axes[0], p.at[0]); z < window_end(a.axes[0], p.at[0]); z++) {
      for (i64 y = window_start(a.axes[1], p.at[1]); y < window_end(a.axes[1], p.at[1]); y++) {
        for (i64 x = window_start(a.axes[2], p.at[2]); x < window_end(a.axes[2], p.at[2]); x++)
          sum += cast<Number>(in[p.base + ((z * a.axes[1].in + y) * a.axes[2].in + x) * a.inner]);
      }
    }
    ((Element*) a.out)[i] = cast<Element>(sum / divisor_of(a, p.at));
  }
}

// Each input gathers from the windows that it belongs to, so nothing is added at random.
KERNEL(average_pool_backward, Arguments) {
  const Element* grad = (const Element*) a.in;
  for (i64 i = thread_number(); i < a.count; i += thread_count()) {
    const Place p = place_of(a, i, false);
    Number sum = 0;
    i64 o[3];
    for (o[0] = first_window(a.axes[0], p.at[0]); o[0] < end_window(a.axes[0], p.at[0]); o[0]++) {
      for (o[1] = first_window(a.axes[1], p.at[1]); o[1] < end_window(a.axes[1], p.at[1]); o[1]++) {
        for (o[2] = first_window(a.axes[2], p.at[2]); o[2] < end_window(a.axes[2], p.at[2]); o[2]++) {
          const i64 at = (o[0] * a.axes[1].out + o[1]) * a.axes[2].out + o[2];
          sum += cast<Number>(grad[p.base + at * a.inner]) / divisor_of(a, o);
        }
      }
    }
    ((Element*) a.out)[i] = cast<Element>(sum);
  }
}

#if SAMPLES

DEVICE Number rounded(Number x) { return cast<Number>(cast<Element>(x)); }

// Where a window begins whose place is drawn at random, each step rounded as PyTorch's arithmetic is.
DEVICE i64 random_start(const Axis& x, i64 o, Number sample) {
  if (o == x.out - 1) return x.in - x.kernel;
  const Number alpha = rounded((Number) (x.in - x.kernel) / (Number) (x.out - 1));
  const Number end = rounded(rounded((Number) o + sample) * alpha);
  return (i64) (int) end - (i64) (int) rounded(sample * alpha);
}

// `divisor` is the number of dimensions: planes draw the width's number first, volumes the depth's.
KERNEL(fractional_max_pool, Arguments) {
  const i64 n = a.divisor;
  for (i64 i = thread_number(); i < a.count; i += thread_count()) {
    const Place p = place_of(a, i, true);
    const i64 height = a.axes[1].in;
    const i64 width = a.axes[2].in;
    const i64 plane = p.base / (a.axes[0].in * height * width);
    i64 start[3] = {0, 0, 0};
    for (int k = 0; k < n; k++) {
      const int d = 3 - (int) n + k;
      const Number sample = cast<Number>(((const Element*) a.samples)[plane * n + (n == 2 ? 1 - k : k)]);
      start[d] = random_start(a.axes[d], p.at[d], sample);
    }
    i64 place = (start[0] * height + start[1]) * width + start[2];
    Number most = LEAST;
    for (i64 z = start[0]; z < start[0] + a.axes[0].kernel; z++) {
      for (i64 y = start[1]; y < start[1] + a.axes[1].kernel; y++) {
        for (i64 x = start[2]; x < start[2] + a.axes[2].kernel; x++) {
          const i64 at = (z * height + y) * width + x;
          const Number value = cast<Number>(((const Element*) a.in)[p.base + at]);
          if (value > most || value != value) {
            most = value;
            place = at;
          }
        }
      }
    }
    ((Element*) a.out)[i] = cast<Element>(most);
    ((i64*) a.places)[i] = place;
  }
}

#endif
