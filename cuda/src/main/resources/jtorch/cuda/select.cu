// Elements that are chosen by a flag, in order: how many a tile has, and then what is made of them. Before this come the
// types Flag and Element, and ACTION (0 coordinates of the chosen, 1 the next element of a source for each chosen).

#define THREADS 256
#define EACH 8
#define MOST_DIMS 12

struct Arguments {
  u64 flags, counts, out, source;
  i64 count, dims;
  // The innermost dimension first; strides in elements of the result.
  i64 sizes[MOST_DIMS], strides[MOST_DIMS];
};

#if COMPLEX
DEVICE bool is_chosen(const Arguments& a, i64 i) {
  const Flag x = ((const Flag*) a.flags)[i];
  return wide(x.re) != 0 || wide(x.im) != 0;
}
#else
DEVICE bool is_chosen(const Arguments& a, i64 i) { return wide(((const Flag*) a.flags)[i]) != 0; }
#endif

// How many threads of the block before this one say yes; `total` is how many do.
DEVICE int rank_of(bool yes, u32* warps, int* total) {
  const int lane = threadIdx.x % 32;
  const int warp = threadIdx.x / 32;
  const u32 votes = __ballot_sync(0xffffffffu, yes);
  __syncthreads();
  if (lane == 0) warps[warp] = __popc(votes);
  __syncthreads();
  int rank = __popc(votes & ((1u << lane) - 1));
  int sum = 0;
  for (int w = 0; w < THREADS / 32; w++) {
    if (w < warp) rank += warps[w];
    sum += warps[w];
  }
  *total = sum;
  return rank;
}

BOUNDED_KERNEL(count_chosen, Arguments, THREADS) {
  __shared__ u32 warps[THREADS / 32];
  i64 count = 0;
  const i64 tile = (i64) blockIdx.x * THREADS * EACH;
  for (int j = 0; j < EACH; j++) {
    const i64 i = tile + j * THREADS + threadIdx.x;
    int total;
    rank_of(i < a.count && is_chosen(a, i), warps, &total);
    count += total;
  }
  if (threadIdx.x == 0) ((i64*) a.counts)[blockIdx.x] = count;
}

// `counts` are those of all tiles up to each.
BOUNDED_KERNEL(take_chosen, Arguments, THREADS) {
  __shared__ u32 warps[THREADS / 32];
  i64 before = blockIdx.x == 0 ? 0 : ((const i64*) a.counts)[blockIdx.x - 1];
  const i64 tile = (i64) blockIdx.x * THREADS * EACH;
  for (int j = 0; j < EACH; j++) {
    const i64 i = tile + j * THREADS + threadIdx.x;
    const bool chosen = i < a.count && is_chosen(a, i);
    int total;
    const i64 rank = before + rank_of(chosen, warps, &total);
    before += total;
    if (!chosen) continue;
    i64 rest = i;
#if ACTION == 0
    for (int d = 0; d < a.dims; d++) {
      ((i64*) a.out)[rank * a.dims + a.dims - 1 - d] = rest % a.sizes[d];
      rest /= a.sizes[d];
    }
#else
    i64 place = 0;
    for (int d = 0; d < a.dims; d++) {
      place += rest % a.sizes[d] * a.strides[d];
      rest /= a.sizes[d];
    }
    ((Element*) a.out)[place] = ((const Element*) a.source)[rank];
#endif
  }
}
