// Random numbers that belong to elements of another tensor: probabilities, dropout, slopes; and those that order keys and
// choose categories. Before this come the types Element, Real, Drawn and Given, and VECTOR.

// One where a number does not exceed the element's probability: four neighbours a thread. `other` has the probabilities.
BOUNDED_KERNEL(bernoulli, Arguments, 512) {
  for (i64 first = thread_number() * 4; first < a.count; first += thread_count() * 4) {
    Philox p = philox(a.seed, thread_number(), a.offset);
    const Words w = p.four();
    for (int k = 0; k < 4 && first + k < a.count; k++) {
      const auto probability = wide(*(const Given*) (a.other + far(a, first + k, 1)));
      *(Element*) (a.at + far(a, first + k, 0)) = cast<Element>(uniform(w.at[k]) <= probability ? 1 : 0);
    }
  }
}

// x * (u < keep) / keep and the mask. `first` is the share that is kept.
DEVICE void drop(const Arguments& a, i64 i, f32 u) {
  const Real keep = (Real) a.first;
  const Real scale = (Real) (1.0 / keep);
  const bool kept = u < keep;
  const Element x = ((const Element*) a.other)[i];
  ((Element*) a.at)[i] = cast<Element>((Real) wide(x) * (kept ? 1.0f : 0.0f) * scale);
  ((bool*) a.mask)[i] = kept;
}

// All tensors are alike in memory, without gaps.
BOUNDED_KERNEL(dropout, Arguments, 256) {
  Philox p = philox(a.seed, thread_number(), a.offset);
#if VECTOR > 1
  // Several neighbours a thread; of two, two of four numbers are used.
  for (i64 first = thread_number() * VECTOR; first < a.count; first += thread_count() * VECTOR) {
    UNROLL for (int block = 0; block < VECTOR; block += 4) {
      const Words w = p.four();
      UNROLL for (int k = 0; k < 4 && block + k < VECTOR; k++) drop(a, first + block + k, uniform(w.at[k]));
    }
  }
#else
  const i64 step = thread_count();
  for (i64 first = thread_number(); first < a.count; first += step * 4) {
    const Words w = p.four();
    UNROLL for (int k = 0; k < 4; k++) {
      if (first + step * k < a.count) drop(a, first + step * k, uniform(w.at[k]));
    }
  }
#endif
}

// The slope of each element at or below zero, one for the others. `first` is the least slope, `second` how far they go.
BOUNDED_KERNEL(slopes, Arguments, 256) {
  Philox p = philox(a.seed, thread_number(), a.offset);
  const i64 step = thread_count();
  const int drawn = LENGTH(((Drawn*) 0)->at);
  for (i64 first = thread_number(); first < a.count; first += step * drawn) {
    const Drawn numbers = draw_uniform(p, (Drawn*) 0);
    UNROLL for (int k = 0; k < drawn; k++) {
      const i64 i = first + step * k;
      if (i >= a.count) continue;
      const f64 u = wide(cast<Element>(numbers.at[k]));
      const bool below = wide(((const Element*) a.other)[i]) <= 0;
      ((Element*) a.at)[i] = cast<Element>(below ? fma(u, a.second, a.first) : 1.0);
    }
  }
}

// Shuffles numbers whose keys are equal: the first thread of each such run draws for all of it. `at` has the numbers,
// `other` the sorted keys.
BOUNDED_KERNEL(shuffle_equal, Arguments, 512) {
  const i64 first = thread_number();
  const Given* keys = (const Given*) a.other;
  if (first >= a.count - 1 || wide(keys[first]) != wide(keys[first + 1])) return;
  if (first != 0 && wide(keys[first]) == wide(keys[first - 1])) return;
  int length = 1;
  while (first + length < a.count && wide(keys[first + length]) == wide(keys[first])) length++;
  i64* numbers = (i64*) a.at + first;
  Philox p = philox(a.seed, first, a.offset);
  for (int i = length - 1; i > 0; i--) {
    const u32 j = p.one() % (u32) (i + 1);
    const i64 number = numbers[i];
    numbers[i] = numbers[j];
    numbers[j] = number;
  }
}

// Categories by weight: the first whose running sum is not below a number. `other` has the running sums, `mask` the
// weights, `least` is the number of samples a row, `range` of categories, `count` of rows.
BOUNDED_KERNEL(choose, Arguments, 128) {
  const int thread = (int) (blockIdx.y * gridDim.x * blockDim.x + blockIdx.x * blockDim.x + threadIdx.x);
  const i64 sample = thread_number();
  if (sample >= a.least) return;
  Philox p = philox(a.seed, (u64) (i64) thread, a.offset);
  const int categories = (int) a.range;
  for (i64 row = blockIdx.y; row < a.count; row += gridDim.y) {
    const Real u = wide(cast<Element>(uniform(p.four().at[0])));
    const Element* sums = (const Element*) a.other + row * categories;
    const Element* weights = (const Element*) a.mask + row * categories;
    int low = 0;
    int high = categories;
    while (low < high) {
      const int middle = low + (high - low) / 2;
      if (wide(sums[middle]) < u) low = middle + 1;
      else high = middle;
    }
    if (low == categories) low = categories - 1;
    while (low >= 1 && wide(weights[low]) == 0) low--;
    ((i64*) a.at)[row * a.least + sample] = low;
  }
}
