// Stable sorting of lines by keys: numbers without sign in the order of the elements, the greatest for NaN, and for each the
// place where its element was. Before this come the types Element and Key, KEY_BITS and FLOATING.

#define THREADS 256
#define EACH 8
#define DIGITS 256
#define WARPS (THREADS / 32)
#define ALL_LANES 0xffffffffu
#define GREATEST_KEY ((Key) ~(Key) 0 >> (8 * sizeof(Key) - KEY_BITS))

struct Arguments {
  u64 in, keys, order, other_keys, other_order, counts, values, places;
  i64 lines, length, tiles;
  // Of how many elements each line of the result consists, and where the first of them is.
  i64 taken, first;
  i64 descending, shift;
};

// ---- keys ----------------------------------------------------------------------------------------------------------

#if FLOATING

DEVICE u32 bits_of(f16 x) { return x.bits; }
DEVICE u32 bits_of(bf16 x) { return x.bits; }
DEVICE u32 bits_of(f32 x) { return __float_as_uint(x); }
DEVICE u64 bits_of(f64 x) { return (u64) __double_as_longlong(x); }

DEVICE Key key_of(Element x, bool descending) {
  const Key sign = (Key) 1 << (KEY_BITS - 1);
  const auto value = wide(x);
  Key bits = value == 0 ? 0 : (Key) bits_of(x);
  Key key = value != value ? GREATEST_KEY : (bits & sign) != 0 ? GREATEST_KEY - bits : bits | sign;
  return descending ? GREATEST_KEY - key : key;
}

#else

DEVICE Key key_of(Element x, bool descending) {
  const bool has_sign = (Element) -1 < (Element) 0;
  Key key = ((Key) x ^ (has_sign ? (Key) 1 << (KEY_BITS - 1) : 0)) & GREATEST_KEY;
  return descending ? GREATEST_KEY - key : key;
}

#endif

KERNEL(make_keys, Arguments) {
  for (i64 i = thread_number(); i < a.lines * a.length; i += thread_count()) {
    ((Key*) a.keys)[i] = key_of(((const Element*) a.in)[i], a.descending != 0);
    ((u32*) a.order)[i] = (u32) (i % a.length);
  }
}

// ---- short lines: a block for each ---------------------------------------------------------------------------------

// Keys and places together are all different, so that a network that is not stable leaves equal keys in order.
BOUNDED_KERNEL(sort_short, Arguments, 512) {
  __shared__ Key keys[1024];
  __shared__ u32 order[1024];
  const i64 line = blockIdx.x;
  const int padded = 2 * blockDim.x;
  for (int i = threadIdx.x; i < padded; i += blockDim.x) {
    keys[i] = i < a.length ? key_of(((const Element*) a.in)[line * a.length + i], a.descending != 0) : GREATEST_KEY;
    order[i] = i;
  }
  for (int size = 2; size <= padded; size *= 2) {
    for (int step = size / 2; step > 0; step /= 2) {
      __syncthreads();
      const int t = threadIdx.x;
      const int low = t / step * step * 2 + t % step;
      const int high = low + step;
      const bool up = (low & size) == 0;
      const bool greater = keys[low] > keys[high] || (keys[low] == keys[high] && order[low] > order[high]);
      if (greater == up) {
        const Key key = keys[low];
        keys[low] = keys[high];
        keys[high] = key;
        const u32 place = order[low];
        order[low] = order[high];
        order[high] = place;
      }
    }
  }
  __syncthreads();
  for (int i = threadIdx.x; i < a.length; i += blockDim.x) {
    ((Key*) a.keys)[line * a.length + i] = keys[i];
    ((u32*) a.order)[line * a.length + i] = order[i];
  }
}

// ---- long lines: digit by digit, the lowest first ------------------------------------------------------------------

// How often each digit is in each tile: [lines, DIGITS, tiles].
BOUNDED_KERNEL(count_digits, Arguments, THREADS) {
  __shared__ u32 counts[DIGITS];
  const i64 line = (i64) blockIdx.x / a.tiles;
  const i64 tile = (i64) blockIdx.x % a.tiles;
  const Key* keys = (const Key*) a.keys + line * a.length;
  counts[threadIdx.x] = 0;
  __syncthreads();
  for (int j = 0; j < EACH; j++) {
    const i64 i = (tile * EACH + j) * THREADS + threadIdx.x;
    if (i < a.length) atomicAdd(&counts[(u32) (keys[i] >> a.shift) & (DIGITS - 1)], 1u);
  }
  __syncthreads();
  ((i32*) a.counts)[(line * DIGITS + threadIdx.x) * a.tiles + tile] = (i32) counts[threadIdx.x];
}

// `counts` are added up along each line. Each warp has elements that follow each other, and counts them in order.
BOUNDED_KERNEL(move_digits, Arguments, THREADS) {
  __shared__ u32 counters[WARPS][DIGITS];
  __shared__ i64 starts[DIGITS];
  const i64 line = (i64) blockIdx.x / a.tiles;
  const i64 tile = (i64) blockIdx.x % a.tiles;
  const int lane = threadIdx.x % 32;
  const int warp = threadIdx.x / 32;
  const Key* keys = (const Key*) a.keys + line * a.length;
  const u32* order = (const u32*) a.order + line * a.length;
  const i64* up_to = (const i64*) a.counts + line * DIGITS * a.tiles;
  const i64 mine = threadIdx.x * a.tiles + tile;
  starts[threadIdx.x] = mine == 0 ? 0 : up_to[mine - 1];
  for (int w = 0; w < WARPS; w++) counters[w][threadIdx.x] = 0;
  __syncthreads();
  Key own[EACH];
  u32 rank[EACH];
  const i64 base = (tile * WARPS + warp) * EACH * 32;
  for (int j = 0; j < EACH; j++) {
    const i64 i = base + j * 32 + lane;
    const bool inside = i < a.length;
    own[j] = inside ? keys[i] : 0;
    const u32 digit = (u32) (own[j] >> a.shift) & (DIGITS - 1);
    // The lanes with the same digit.
    u32 same = __ballot_sync(ALL_LANES, inside);
    for (int b = 0; b < 8; b++) {
      const bool bit = (digit >> b & 1) != 0;
      const u32 votes = __ballot_sync(ALL_LANES, inside && bit);
      same &= bit ? votes : ~votes;
    }
    const u32 before = same & ((1u << lane) - 1);
    rank[j] = counters[warp][digit] + __popc(before);
    __syncwarp();
    if (inside && before == 0) counters[warp][digit] += __popc(same);
    __syncwarp();
  }
  __syncthreads();
  u32 sum = 0;
  for (int w = 0; w < WARPS; w++) {
    const u32 count = counters[w][threadIdx.x];
    counters[w][threadIdx.x] = sum;
    sum += count;
  }
  __syncthreads();
  for (int j = 0; j < EACH; j++) {
    const i64 i = base + j * 32 + lane;
    if (i >= a.length) continue;
    const u32 digit = (u32) (own[j] >> a.shift) & (DIGITS - 1);
    const i64 to = line * a.length + starts[digit] + counters[warp][digit] + rank[j];
    ((Key*) a.other_keys)[to] = own[j];
    ((u32*) a.other_order)[to] = order[i];
  }
}

// ---- what sorted lines are good for --------------------------------------------------------------------------------

// The first elements of each line.
KERNEL(take_sorted, Arguments) {
  for (i64 i = thread_number(); i < a.lines * a.taken; i += thread_count()) {
    const i64 line = i / a.taken;
    const u32 place = ((const u32*) a.order)[line * a.length + a.first + i % a.taken];
    ((Element*) a.values)[i] = ((const Element*) a.in)[line * a.length + place];
    ((i64*) a.places)[i] = place;
  }
}

// The first place whose key is not below, or is above.
DEVICE i64 bound(const Key* keys, i64 length, Key key, bool above) {
  i64 low = 0;
  i64 rest = length;
  while (rest > 0) {
    const i64 half = rest / 2;
    if (above ? keys[low + half] <= key : keys[low + half] < key) {
      low += half + 1;
      rest -= half + 1;
    } else {
      rest = half;
    }
  }
  return low;
}

// The middle one of each line: the first NaN where there is one, or, if `first` is 1, of the numbers alone.
KERNEL(take_middle, Arguments) {
  for (i64 line = thread_number(); line < a.lines; line += thread_count()) {
    const Key* keys = (const Key*) a.keys + line * a.length;
    const i64 numbers = FLOATING ? bound(keys, a.length, GREATEST_KEY, false) : a.length;
    const bool nan = numbers < a.length && a.first == 0;
    const i64 at = nan ? numbers : numbers == 0 ? 0 : (numbers - 1) / 2;
    const u32 place = ((const u32*) a.order)[line * a.length + at];
    ((Element*) a.values)[line] = ((const Element*) a.in)[line * a.length + place];
    ((i64*) a.places)[line] = place;
  }
}

// The most frequent of each line, of several the smallest, with the last of its places: a block for each line.
BOUNDED_KERNEL(take_frequent, Arguments, THREADS) {
  __shared__ i64 most[THREADS];
  __shared__ i64 at[THREADS];
  const int thread = threadIdx.x;
  const i64 line = blockIdx.x;
  const Key* keys = (const Key*) a.keys + line * a.length;
  most[thread] = 0;
  at[thread] = 0;
  for (i64 i = thread; i < a.length; i += THREADS) {
    if (i + 1 < a.length && keys[i] == keys[i + 1]) continue;
    const i64 count = i + 1 - bound(keys, i + 1, keys[i], false);
    if (count > most[thread]) {
      most[thread] = count;
      at[thread] = i;
    }
  }
  for (int half = THREADS / 2; half > 0; half /= 2) {
    __syncthreads();
    const int other = thread + half;
    if (thread < half && (most[other] > most[thread] || (most[other] == most[thread] && at[other] < at[thread]))) {
      most[thread] = most[other];
      at[thread] = at[other];
    }
  }
  if (thread != 0) return;
  const u32 place = ((const u32*) a.order)[line * a.length + at[0]];
  ((Element*) a.values)[line] = ((const Element*) a.in)[line * a.length + place];
  ((i64*) a.places)[line] = place;
}

// Whether a sorted element is another than the one before. NaN is another always.
KERNEL(find_heads, Arguments) {
  const Key* keys = (const Key*) a.keys;
  for (i64 i = thread_number(); i < a.length; i += thread_count())
    ((bool*) a.values)[i] = i == 0 || keys[i] != keys[i - 1] || (FLOATING && keys[i] == GREATEST_KEY);
}

// One element of each group from the places of the heads; how many each has, where that is asked for.
KERNEL(write_groups, Arguments) {
  const i64* heads = (const i64*) a.places;
  for (i64 g = thread_number(); g < a.taken; g += thread_count()) {
    ((Element*) a.values)[g] = ((const Element*) a.in)[((const u32*) a.order)[heads[g]]];
    if (a.counts != 0) ((i64*) a.counts)[g] = (g + 1 < a.taken ? heads[g + 1] : a.length) - heads[g];
  }
}

// The group of each element, from the numbers of heads up to each sorted one.
KERNEL(write_inverse, Arguments) {
  for (i64 i = thread_number(); i < a.length; i += thread_count())
    ((i64*) a.values)[((const u32*) a.order)[i]] = ((const i64*) a.places)[i] - 1;
}

// Whether each of `length` elements is among the `taken` sorted keys.
KERNEL(find_members, Arguments) {
  const Key* keys = (const Key*) a.keys;
  for (i64 i = thread_number(); i < a.length; i += thread_count()) {
    const Key key = key_of(((const Element*) a.in)[i], false);
    const i64 at = bound(keys, a.taken, key, false);
    const bool found = at < a.taken && keys[at] == key && !(FLOATING && key == GREATEST_KEY);
    ((bool*) a.values)[i] = found != (a.first != 0);
  }
}

// ---- rows: `length` of `taken` elements, in the order of their first elements that differ ---------------------------

// A row that is not there comes after all others, and of equal ones the first one first.
DEVICE bool row_after(const Arguments& a, u32 one, u32 other) {
  if (one >= a.length || other >= a.length) return one > other;
  const Element* x = (const Element*) a.in + one * a.taken;
  const Element* y = (const Element*) a.in + other * a.taken;
  for (i64 j = 0; j < a.taken; j++) {
    const Key left = key_of(x[j], false);
    const Key right = key_of(y[j], false);
    if (left != right) return left > right;
  }
  return one > other;
}

// One step of a network: `first` is the length of the runs that become sorted, `shift` the distance of what is compared.
KERNEL(sort_rows, Arguments) {
  u32* order = (u32*) a.order;
  for (i64 t = thread_number(); t < a.tiles / 2; t += thread_count()) {
    const i64 low = t / a.shift * a.shift * 2 + t % a.shift;
    const i64 high = low + a.shift;
    const u32 one = order[low];
    const u32 other = order[high];
    if (row_after(a, one, other) != ((low & a.first) == 0)) continue;
    order[low] = other;
    order[high] = one;
  }
}

KERNEL(find_row_heads, Arguments) {
  const u32* order = (const u32*) a.order;
  for (i64 i = thread_number(); i < a.length; i += thread_count()) {
    bool head = i == 0;
    for (i64 j = 0; j < a.taken && !head; j++) {
      const Key key = key_of(((const Element*) a.in)[order[i] * a.taken + j], false);
      head = key != key_of(((const Element*) a.in)[order[i - 1] * a.taken + j], false)
          || (FLOATING && key == GREATEST_KEY);
    }
    ((bool*) a.values)[i] = head;
  }
}

// The first row of each group of `taken`, and how many it has.
KERNEL(write_row_groups, Arguments) {
  const i64* heads = (const i64*) a.places;
  for (i64 g = thread_number(); g < a.taken; g += thread_count()) {
    ((i64*) a.values)[g] = ((const u32*) a.order)[heads[g]];
    ((i64*) a.counts)[g] = (g + 1 < a.taken ? heads[g + 1] : a.length) - heads[g];
  }
}
