// Kernels that walk through lists of tensors: the i-th of each list belong together and are flat memory of one length. A
// block has a chunk of one tensor. Before this come the types Element and Number (the arithmetic's), LISTS, TENSORS (as
// many as fit into a kernel's arguments) and CHUNK.

#define WIDTH ((int) (16 / sizeof(Element)))

struct Lists {
  i64 tensors;
  u64 at[LISTS][TENSORS];
  i64 counts[TENSORS];
  // The number of each tensor's first block.
  i32 first[TENSORS + 1];
};

struct Chunk {
  int tensor;
  i64 begin, end;
};

// The chunk of this block: the last tensor whose first block is not behind it.
DEVICE Chunk chunk_of(const Lists& lists) {
  const int block = (int) blockIdx.x;
  int low = 0;
  int high = (int) lists.tensors - 1;
  while (low < high) {
    const int middle = (low + high + 1) / 2;
    if (lists.first[middle] <= block) low = middle;
    else high = middle - 1;
  }
  Chunk chunk;
  chunk.tensor = low;
  chunk.begin = (i64) (block - lists.first[low]) * CHUNK;
  const i64 end = chunk.begin + CHUNK;
  chunk.end = end < lists.counts[low] ? end : lists.counts[low];
  return chunk;
}

// Gives the elements at each place of the first N lists to `step`, which may change them, and writes back those lists
// whose bit is set in `written`.
template <int N, typename Step> DEVICE void each_element(const Lists& lists, const Chunk& chunk, u32 written, Step& step) {
  Element* at[N];
  bool packed = true;
  UNROLL for (int k = 0; k < N; k++) {
    at[k] = (Element*) lists.at[k][chunk.tensor];
    packed = packed && (lists.at[k][chunk.tensor] & 15) == 0;
  }
  for (i64 i = chunk.begin + (i64) threadIdx.x * WIDTH; i < chunk.end; i += (i64) blockDim.x * WIDTH) {
    const bool whole = packed && i + WIDTH <= chunk.end;
    Pack<Element, WIDTH> x[N];
    UNROLL for (int k = 0; k < N; k++) {
      if (whole) x[k] = *(const Pack<Element, WIDTH>*) (at[k] + i);
      else UNROLL for (int j = 0; j < WIDTH; j++) x[k].at[j] = at[k][i + j < chunk.end ? i + j : i];
    }
    UNROLL for (int j = 0; j < WIDTH; j++) {
      if (!whole && i + j >= chunk.end) continue;
      Number y[N];
      UNROLL for (int k = 0; k < N; k++) y[k] = cast<Number>(x[k].at[j]);
      step(y);
      UNROLL for (int k = 0; k < N; k++) x[k].at[j] = cast<Element>(y[k]);
    }
    UNROLL for (int k = 0; k < N; k++) {
      if ((written >> k & 1) == 0) continue;
      if (whole) *(Pack<Element, WIDTH>*) (at[k] + i) = x[k];
      else UNROLL for (int j = 0; j < WIDTH; j++) if (i + j < chunk.end) at[k][i + j] = x[k].at[j];
    }
  }
}
