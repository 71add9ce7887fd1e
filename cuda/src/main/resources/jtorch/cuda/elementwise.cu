// The way to the elements of an element-wise kernel. Before this come the types T0 (written), T1, T2, ... (read), the
// function compute for one element, EACH_INPUT, COMPUTE, OPERANDS, WIDTH and ACCESS.

#define MOST_DIMS 12

#if ACCESS == 0

struct Arguments {
  i64 count;
  u64 at[OPERANDS];
  // Bit k: operand k is one element for all.
  u32 repeated;
  // Whether all others are aligned to so many elements as are handled at once.
  u32 aligned;
  Words words;
};

#define DECLARE(k)                  \
  const T##k* p##k = (const T##k*) a.at[k]; \
  const bool one##k = (a.repeated >> k & 1) != 0;

#define ONE_ELEMENT(k) p##k[one##k ? 0 : i]

KERNEL(elementwise, Arguments) {
  T0* out = (T0*) a.at[0];
  EACH_INPUT(DECLARE)
  const i64 step = thread_count() * WIDTH;
  for (i64 first = thread_number() * WIDTH; first < a.count; first += step) {
    if (a.aligned && first + WIDTH <= a.count) {
#define READ_PACK(k)                                                          \
  Pack<T##k, WIDTH> v##k;                                                     \
  if (one##k) {                                                               \
    UNROLL for (int j = 0; j < WIDTH; j++) v##k.at[j] = p##k[0];              \
  } else {                                                                    \
    v##k = *(const Pack<T##k, WIDTH>*) (p##k + first);                        \
  }
#define OF_PACK(k) v##k.at[j]
      EACH_INPUT(READ_PACK)
      Pack<T0, WIDTH> made;
      UNROLL for (int j = 0; j < WIDTH; j++) made.at[j] = COMPUTE(OF_PACK, a.words);
      *(Pack<T0, WIDTH>*) (out + first) = made;
    } else {
      for (i64 i = first; i < first + WIDTH && i < a.count; i++) out[i] = COMPUTE(ONE_ELEMENT, a.words);
    }
  }
}

#else

#if ACCESS == 1
typedef u32 place;
#else
typedef u64 place;
#endif

struct Arguments {
  i64 count;
  i64 dims;
  u64 at[OPERANDS];
  // The innermost dimension first.
  i64 sizes[MOST_DIMS];
  // In bytes, by operand, then by dimension.
  i64 strides[OPERANDS * MOST_DIMS];
  Words words;
};

#define OF_PLACE(k) (*(const T##k*) (a.at[k] + far[k]))

KERNEL(elementwise, Arguments) {
  for (i64 i = thread_number(); i < a.count; i += thread_count()) {
    i64 far[OPERANDS];
    UNROLL for (int k = 0; k < OPERANDS; k++) far[k] = 0;
    place rest = (place) i;
    for (int d = 0; d < a.dims; d++) {
      const place size = (place) a.sizes[d];
      const place index = d + 1 == a.dims ? rest : rest % size;
      rest /= size;
      UNROLL for (int k = 0; k < OPERANDS; k++) far[k] += (i64) index * a.strides[k * MOST_DIMS + d];
    }
    *(T0*) (a.at[0] + far[0]) = COMPUTE(OF_PLACE, a.words);
  }
}

#endif
