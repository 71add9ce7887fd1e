// What the threads of a block find together.

// The value of a lane some places further, of any type made of 4-byte words.
template <typename T> DEVICE T shuffle_down(T value, int delta, int width) {
  T got;
  const u32* from = (const u32*) &value;
  u32* to = (u32*) &got;
  UNROLL for (int w = 0; w < (int) (sizeof(T) / 4); w++) to[w] = __shfl_down_sync(0xffffffffu, from[w], delta, width);
  return got;
}

// Joins the values of `lanes` threads (a power of two) that stand side by side: `lane` is the number of this one among
// them, `group` that of their group in the block. The result is the first lane's.
template <typename T, typename Join>
DEVICE T join_lanes(T value, int lane, int lanes, int group, T start, Join join) {
  __shared__ __align__(16) unsigned char room[32 * sizeof(T)];
  T* shared = (T*) room;
  int width = lanes < 32 ? lanes : 32;
  for (int delta = width / 2; delta > 0; delta /= 2) value = join(value, shuffle_down(value, delta, width));
  if (lanes > 32) {
    int warps = lanes / 32;
    __syncthreads();
    if (lane % 32 == 0) shared[group * warps + lane / 32] = value;
    __syncthreads();
    value = lane < warps ? shared[group * warps + lane] : start;
    // The first warp of each group joins what the warps have found.
    for (int delta = 16; delta > 0; delta /= 2) value = join(value, shuffle_down(value, delta, 32));
  }
  return value;
}

// The same, and the result is every lane's.
template <typename T, typename Join>
DEVICE T join_all(T value, int lane, int lanes, int group, T start, Join join) {
  __shared__ __align__(16) unsigned char room[32 * sizeof(T)];
  T* shared = (T*) room;
  value = join_lanes(value, lane, lanes, group, start, join);
  __syncthreads();
  if (lane == 0) shared[group] = value;
  __syncthreads();
  return shared[group];
}
