// Elements and rows by number. Before this come the types Element, Index and Number, COMBINES, COMBINE(old,
// value), ADDS (whether the device adds by itself) and SCALED.
//
// A number outside of its dimension is reported through a.problem and touches nothing.

#define MOST_DIMS 12
#define MOST_INDICES 8

struct Arguments {
  u64 in, out, source, problem;
  i64 count, dims, indexed;
  // Whether negative numbers count from the end, and a number that is passed over.
  i64 negative, skipped;
  // For each dimension that an index tells: the index, the dimension's size, its stride in elements.
  u64 index[MOST_INDICES];
  i64 limits[MOST_INDICES], jumps[MOST_INDICES];
  // The innermost dimension first; strides in elements: of the tensor that is indexed (0 where an index tells), of the
  // indices, and of the other tensor.
  i64 sizes[MOST_DIMS], own[MOST_DIMS], indices[MOST_DIMS], other[MOST_DIMS];
  f64 value;
};

struct Places { i64 own, index, other; };

DEVICE Places places_of(const Arguments& a, i64 i) {
  Places p;
  p.own = 0;
  p.index = 0;
  p.other = 0;
  for (int d = 0; d < a.dims; d++) {
    const i64 rest = i / a.sizes[d];
    const i64 at = i - rest * a.sizes[d];
    i = rest;
    p.own += at * a.own[d];
    p.index += at * a.indices[d];
    p.other += at * a.other[d];
  }
  return p;
}

// Adds what the indices tell to the place in the tensor that is indexed; false where there is nothing to do.
DEVICE bool located(const Arguments& a, Places& p) {
  for (int k = 0; k < a.indexed; k++) {
    i64 n = (i64) ((const Index*) a.index[k])[p.index];
    if (n == a.skipped) return false;
    if (n < 0 && a.negative) n += a.limits[k];
    if (n < 0 || n >= a.limits[k]) {
      *(volatile u32*) a.problem = 1;
      return false;
    }
    p.own += n * a.jumps[k];
  }
  return true;
}

// out[i] = in[..., index[i], ...]
KERNEL(take, Arguments) {
  for (i64 i = thread_number(); i < a.count; i += thread_count()) {
    Places p = places_of(a, i);
    if (located(a, p)) ((Element*) a.out)[p.other] = ((const Element*) a.in)[p.own];
  }
}

// out[..., index[i], ...] = source[i]
KERNEL(give, Arguments) {
  for (i64 i = thread_number(); i < a.count; i += thread_count()) {
    Places p = places_of(a, i);
    if (located(a, p)) ((Element*) a.out)[p.own] = ((const Element*) a.source)[p.other];
  }
}

#if COMBINES

// Changes an element that several threads may change at once.
DEVICE void combine(Element* at, Number value) {
#if ADDS
  atomicAdd(at, (Element) value);
#else
  const int size = sizeof(Element);
  // The word around it is replaced as long as somebody else was faster.
  if (size == 8) {
    unsigned long long* word = (unsigned long long*) at;
    unsigned long long old = *word;
    unsigned long long seen;
    do {
      seen = old;
      Element e;
      COPY_BITS(&e, &seen, sizeof(Element));
      Element next = cast<Element>(COMBINE(cast<Number>(e), value));
      unsigned long long bits = 0;
      COPY_BITS(&bits, &next, sizeof(Element));
      old = atomicCAS(word, seen, bits);
    } while (old != seen);
    return;
  }
  const u64 address = (u64) at;
  u32* word = (u32*) (address & ~(u64) 3);
  const u32 shift = (u32) (address & 3) * 8;
  const u32 mask = size == 4 ? 0xffffffffu : (size == 2 ? 0xffffu : 0xffu) << shift;
  u32 old = *word;
  u32 seen;
  do {
    seen = old;
    u32 own = (seen & mask) >> shift;
    Element e;
    COPY_BITS(&e, &own, sizeof(Element));
    Element next = cast<Element>(COMBINE(cast<Number>(e), value));
    u32 bits = 0;
    COPY_BITS(&bits, &next, sizeof(Element));
    old = atomicCAS(word, seen, (seen & ~mask) | (bits << shift));
  } while (old != seen);
#endif
}

// out[..., index[i], ...] = COMBINE(out[..., index[i], ...], source[i] * value)
KERNEL(give_combined, Arguments) {
  for (i64 i = thread_number(); i < a.count; i += thread_count()) {
    Places p = places_of(a, i);
    if (!located(a, p)) continue;
    const Number x = cast<Number>(((const Element*) a.source)[p.other]);
    combine((Element*) a.out + p.own, SCALED ? x * cast<Number>(a.value) : x);
  }
}

#endif
