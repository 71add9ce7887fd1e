// Places in sorted sequences, and counts by bin. Before this come the type Element, BINS (0 equal bins of a range, 1 the
// element's own number, 2 between edges), and FLOATING.

#define THREADS 256
#define MOST_DIMS 16
// So many bins are counted in a block's own memory first.
#define LOCAL_BINS 2048

struct Arguments {
  u64 in, out, weights, sequence, sorter;
  i64 count, length, per_row, right, small;
  i64 bins, dims, even;
  f64 least, most;
  u64 edges[MOST_DIMS];
  i64 sizes[MOST_DIMS];
};

// Written so that NaN goes to the end.
KERNEL(search_sorted, Arguments) {
  for (i64 i = thread_number(); i < a.count; i += thread_count()) {
    const i64 row = i / a.per_row * a.length;
    const Element* sequence = (const Element*) a.sequence + row;
    const auto wanted = wide(((const Element*) a.in)[i]);
    i64 low = 0;
    i64 rest = a.length;
    while (rest > 0) {
      const i64 half = rest / 2;
      const i64 at = a.sorter == 0 ? low + half : ((const i64*) a.sorter)[row + low + half];
      const auto there = wide(sequence[at]);
      if (a.right ? !(there > wanted) : !(there >= wanted)) {
        low += half + 1;
        rest -= half + 1;
      } else {
        rest = half;
      }
    }
    if (a.small) ((i32*) a.out)[i] = (i32) low;
    else ((i64*) a.out)[i] = low;
  }
}

// The bin of an element, or of a point; -1 outside.
DEVICE i64 bin_of(const Arguments& a, i64 i) {
#if BINS == 0
  const auto value = wide(((const Element*) a.in)[i]);
  if (!(value >= a.least && value <= a.most)) return -1;
#if FLOATING == 64
  const i64 bin = (i64) ((value - a.least) * a.bins / (a.most - a.least));
#else
  const i64 bin = (i64) ((f32) ((f32) (value - a.least) * (f32) a.bins) / (f32) (a.most - a.least));
#endif
  return bin < a.bins ? bin : a.bins - 1;
#elif BINS == 1
  return cast<i64>(((const Element*) a.in)[i]);
#else
  i64 bin = 0;
  for (int d = 0; d < a.dims; d++) {
    const Element* edge = (const Element*) a.edges[d];
    const i64 last = a.sizes[d] - 1;
    const f64 value = wide(((const Element*) a.in)[i * a.dims + d]);
    if (!(value >= edge[0] && value <= edge[last])) return -1;
    i64 at = 0;
    if (a.even) {
      // Close to an edge the rounded quotient may be off by one.
      at = (i64) ((value - edge[0]) * last / ((f64) edge[last] - edge[0]));
      at = at < 0 ? 0 : at > last ? last : at;
      while (at > 0 && edge[at] > value) at--;
      while (at < last && edge[at + 1] <= value) at++;
    } else {
      // The last edge that is not above.
      i64 rest = last;
      while (rest > 0) {
        const i64 half = (rest + 1) / 2;
        if (edge[at + half] <= value) {
          at += half;
          rest -= half;
        } else {
          rest = half - 1;
        }
      }
    }
    bin = bin * last + (at < last ? at : last - 1);
  }
  return bin;
#endif
}

BOUNDED_KERNEL(count_bins, Arguments, THREADS) {
  __shared__ u32 local[LOCAL_BINS];
  const bool near = a.bins <= LOCAL_BINS;
  for (int b = threadIdx.x; near && b < a.bins; b += THREADS) local[b] = 0;
  __syncthreads();
  for (i64 i = thread_number(); i < a.count; i += thread_count()) {
    const i64 bin = bin_of(a, i);
    if (bin < 0) continue;
    if (near) atomicAdd(&local[bin], 1u);
    else atomicAdd((u64*) a.out + bin, 1ull);
  }
  __syncthreads();
  for (int b = threadIdx.x; near && b < a.bins; b += THREADS) {
    if (local[b] != 0) atomicAdd((u64*) a.out + b, (u64) local[b]);
  }
}

// Weights are added up in float64, in no certain order.
KERNEL(sum_bins, Arguments) {
  for (i64 i = thread_number(); i < a.count; i += thread_count()) {
    const i64 bin = bin_of(a, i);
    if (bin >= 0) atomicAdd((f64*) a.out + bin, ((const f64*) a.weights)[i]);
  }
}
