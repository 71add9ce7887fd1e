// Reductions of segments of a dimension, a thread for each segment and each of the elements beside it. Before this come the
// types Element and Number, and REDUCE: 0 sum, 1 mean, 2 max, 3 min, 4 product.

struct Arguments {
  u64 data, starts, out, grad, output;
  // Data as [outer, length, inner], starts as [outer, segments + 1].
  i64 outer, length, inner, segments;
  // What a reduction starts with, and whether the mean of nothing is not a number.
  f64 start;
  i64 undefined;
};

struct Segment { i64 first, from, to; };

DEVICE Segment segment_of(const Arguments& a, i64 at) {
  const i64 segment = at / a.inner;
  const i64* start = (const i64*) a.starts + segment / a.segments * (a.segments + 1) + segment % a.segments;
  return Segment{segment / a.segments * a.length * a.inner + at % a.inner, start[0], start[1]};
}

DEVICE Number joined(Number x, Number y) {
  return REDUCE == 2 ? op_max(x, y) : REDUCE == 3 ? op_min(x, y) : REDUCE == 4 ? x * y : x + y;
}

KERNEL(reduce, Arguments) {
  const i64 count = a.outer * a.segments * a.inner;
  for (i64 at = thread_number(); at < count; at += thread_count()) {
    const Segment s = segment_of(a, at);
    const Element* x = (const Element*) a.data + s.first;
    Number value = (Number) a.start;
    for (i64 k = s.from; k < s.to; k++) value = joined(value, cast<Number>(x[k * a.inner]));
    if (REDUCE == 1 && s.to > s.from) value /= (Number) (s.to - s.from);
    if (REDUCE == 1 && s.to <= s.from && a.undefined) value = cast<Number>(NAN64);
    ((Element*) a.out)[at] = cast<Element>(value);
  }
}

KERNEL(reduce_backward, Arguments) {
  const i64 count = a.outer * a.segments * a.inner;
  for (i64 at = thread_number(); at < count; at += thread_count()) {
    const Segment s = segment_of(a, at);
    const Element* x = (const Element*) a.data + s.first;
    Element* out = (Element*) a.out + s.first;
    const Number grad = cast<Number>(((const Element*) a.grad)[at]);
    const Number result = cast<Number>(((const Element*) a.output)[at]);
    Number share = REDUCE == 1 ? grad / (Number) (s.to - s.from) : grad;
    if (REDUCE == 2 || REDUCE == 3) {
      // To the elements that are the extreme, in equal shares; negative gradients whole, as in PyTorch.
      i64 extremes = 0;
      for (i64 k = s.from; k < s.to; k++) {
        const Number value = cast<Number>(x[k * a.inner]);
        extremes += value != value || value == result;
      }
      if (extremes > 1 && grad > 0) share = grad / (Number) extremes;
    }
    for (i64 k = s.from; k < s.to; k++) {
      const Number value = cast<Number>(x[k * a.inner]);
      Number own = share;
      if ((REDUCE == 2 || REDUCE == 3) && !(value != value || value == result)) own = 0;
      if (REDUCE == 4) {
        // The product of the others.
        Number others = result / value;
        if (value == 0 || value != value) {
          others = (Number) a.start;
          for (i64 j = s.from; j < s.to; j++) {
            if (j != k) others *= cast<Number>(x[j * a.inner]);
          }
        }
        own = grad * others;
      }
      out[k * a.inner] = cast<Element>(own);
    }
  }
}
