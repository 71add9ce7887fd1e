// Random bits that are computed from their place: Philox4x32-10, as cuRAND's `curandStatePhilox4_32_10` numbers them, and
// cuRAND's uniform and normal numbers made of them, to the bit.
//
// Source: J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, Parallel random numbers: as easy as 1, 2, 3, SC11 (2011).

struct Words { u32 at[4]; };
struct Floats { f32 at[4]; };
struct Doubles { f64 at[2]; };
struct Longs { u64 at[2]; };

DEVICE Words philox_round(Words c, u32 key0, u32 key1) {
  const u32 m0 = 0xd2511f53u, m1 = 0xcd9e8d57u;
  return Words{{__umulhi(m1, c.at[2]) ^ c.at[1] ^ key0, m1 * c.at[2], __umulhi(m0, c.at[0]) ^ c.at[3] ^ key1, m0 * c.at[0]}};
}

// Ten rounds over a counter.
DEVICE Words philox_words(Words c, u32 key0, u32 key1) {
  UNROLL for (int round = 0; round < 10; round++) {
    c = philox_round(c, key0, key1);
    key0 += 0x9e3779b9u;
    key1 += 0xbb67ae85u;
  }
  return c;
}

// A sequence: the seed is the key, the number of the sequence the upper half of the counter, and the lower half counts
// blocks of four words.
struct Philox {
  u64 seed, sequence, block;
  Words words;
  int next;
  bool kept;
  f32 normal;

  // The next four words; those left of a block that was begun are passed over.
  DEVICE_MEMBER_PLAIN Words four() {
    return philox_words(Words{{(u32) block, (u32) (block++ >> 32), (u32) sequence, (u32) (sequence >> 32)}}, (u32) seed,
        (u32) (seed >> 32));
  }

  DEVICE_MEMBER_PLAIN u32 one() {
    if (next == 4) {
      words = four();
      next = 0;
    }
    return words.at[next++];
  }
};

// As `curand_init`; the offset is a multiple of four.
DEVICE Philox philox(u64 seed, u64 sequence, u64 offset) {
  Philox p;
  p.seed = seed;
  p.sequence = sequence;
  p.block = offset / 4;
  p.next = 4;
  p.kept = false;
  p.normal = 0;
  return p;
}

#define TWO_TO_MINUS_32 2.3283064365386963e-10f
#define TWO_TO_MINUS_53 1.1102230246251565e-16

// Uniform in (0, 1].
DEVICE f32 uniform(u32 x) { return fmaf((f32) x, TWO_TO_MINUS_32, TWO_TO_MINUS_32 / 2.0f); }

// The 53 bits of two words that overlap.
DEVICE f64 wide_bits(u32 x, u32 y) { return (f64) ((u64) x ^ ((u64) y << 21)); }

DEVICE f64 uniform(u32 x, u32 y) { return fma(wide_bits(x, y), TWO_TO_MINUS_53, TWO_TO_MINUS_53 / 2.0); }

// Box and Muller: the sine first.
DEVICE void normals(u32 x, u32 y, f32& first, f32& second) {
  const f32 turn = TWO_TO_MINUS_32 * 6.2831855f;
  const f32 angle = fmaf((f32) y, turn, turn / 2.0f);
  const f32 radius = sqrtf(-2.0f * logf(uniform(x)));
  __sincosf(angle, &first, &second);
  first *= radius;
  second *= radius;
}

DEVICE void normals(Words w, f64& first, f64& second) {
  const f64 half_turns = fma(wide_bits(w.at[2], w.at[3]), TWO_TO_MINUS_53 * 2.0, TWO_TO_MINUS_53);
  const f64 radius = sqrt(-2.0 * log(uniform(w.at[0], w.at[1])));
  sincospi(half_turns, &first, &second);
  first *= radius;
  second *= radius;
}

// `curand_normal`: the second number of a pair is kept for the next call.
DEVICE f32 next_normal(Philox& p) {
  if (p.kept) {
    p.kept = false;
    return p.normal;
  }
  const u32 x = p.one();
  const u32 y = p.one();
  f32 first;
  normals(x, y, first, p.normal);
  p.kept = true;
  return first;
}

// ---- what a draw of four words gives -------------------------------------------------------------------------------

DEVICE Words draw(Philox& p, Words*) { return p.four(); }

DEVICE Longs draw(Philox& p, Longs*) {
  const Words w = p.four();
  return Longs{{(u64) w.at[0] << 32 | w.at[1], (u64) w.at[2] << 32 | w.at[3]}};
}

DEVICE Floats draw_uniform(Philox& p, Floats*) {
  const Words w = p.four();
  return Floats{{uniform(w.at[0]), uniform(w.at[1]), uniform(w.at[2]), uniform(w.at[3])}};
}

DEVICE Doubles draw_uniform(Philox& p, Doubles*) {
  const Words w = p.four();
  return Doubles{{uniform(w.at[0], w.at[1]), uniform(w.at[2], w.at[3])}};
}

DEVICE Floats draw_normal(Philox& p, Floats*) {
  const Words w = p.four();
  Floats z;
  normals(w.at[0], w.at[1], z.at[0], z.at[1]);
  normals(w.at[2], w.at[3], z.at[2], z.at[3]);
  return z;
}

DEVICE Doubles draw_normal(Philox& p, Doubles*) {
  Doubles z;
  normals(p.four(), z.at[0], z.at[1]);
  return z;
}
