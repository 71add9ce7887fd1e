// Tensor cores (sm_80 and up): products of small matrices that the 32 lanes of a warp hold together, and the ways of their
// elements from global to shared memory and from there to the lanes. Facts: PTX ISA, "Matrix Fragments for mma.m16n8k16 with
// floating point type", "Matrix Fragments for mma.m16n8k8", ldmatrix, cp.async.
//
// Who holds what, with g = lane / 4 and t = lane % 4. Of halves, two in a register, the lower one first:
//
//   left, 16 x 16     x[0]: row g, columns 2t and 2t + 1; x[1]: row g + 8; x[2], x[3]: the same, 8 columns further
//   right, 16 x 8     y[0]: rows 2t and 2t + 1 of column g; y[1]: 8 rows further
//   sum, 16 x 8       z[0], z[1]: row g, columns 2t and 2t + 1; z[2], z[3]: row g + 8
//
// Two sums beside each other, rounded to halves, are therefore a left operand. Of TF32, one in a register:
//
//   left, 16 x 8      x[0]: row g, column t; x[1]: row g + 8; x[2], x[3]: the same, 4 columns further
//   right, 8 x 8      y[0]: row t of column g; y[1]: 4 rows further
//
// For the stand-in each of these is written as the documentation says it, lane by lane.

// Loops that would take more registers than there are, were they written out.
#ifdef STAND_IN
#define ROLLED
#define UNROLL_BY_4
#else
#define ROLLED _Pragma("unroll 1")
#define UNROLL_BY_4 _Pragma("unroll 4")
#endif

DEVICE u32 pair_of(u16 low, u16 high) { return (u32) low | (u32) high << 16; }

// Two numbers rounded to halves, the first one in the lower bits.
template <typename T> DEVICE u32 packed(f32 low, f32 high);
#ifdef STAND_IN
template <> DEVICE u32 packed<f16>(f32 low, f32 high) { return pair_of(narrow_f16(low).bits, narrow_f16(high).bits); }
template <> DEVICE u32 packed<bf16>(f32 low, f32 high) { return pair_of(narrow_bf16(low).bits, narrow_bf16(high).bits); }

// 2^x.
DEVICE f32 power_of_two(f32 x) { return exp2f(x); }

struct MatrixRow { const u16* at; };
struct LeftAndRight { u32 x[4], y[2]; };

typedef u64 Shared;
DEVICE Shared shared(const void* at) { return (u64) at; }

template <bool TURNED> DEVICE void load_matrices(u32 (&to)[4], Shared row) {
  const MatrixRow* rows = stand_in_gather(MatrixRow{(const u16*) row});
  const int lane = stand_in_lane();
  for (int i = 0; i < 4; i++) {
    const MatrixRow* of = rows + 8 * i;
    const int near = lane / 4, far = lane % 4 * 2;
    to[i] = TURNED ? pair_of(of[far].at[near], of[far + 1].at[near]) : pair_of(of[near].at[far], of[near].at[far + 1]);
  }
}

template <typename T> DEVICE f32 half_of(u32 bits, int which) { return widen(T{(u16) (bits >> 16 * which)}); }

template <typename T> DEVICE void multiply_add(f32 (&z)[4], const u32 (&x)[4], u32 y0, u32 y1) {
  const LeftAndRight* all = stand_in_gather(LeftAndRight{{x[0], x[1], x[2], x[3]}, {y0, y1}});
  const int lane = stand_in_lane();
  for (int i = 0; i < 4; i++) {
    const int row = lane / 4 + i / 2 * 8;
    const int column = lane % 4 * 2 + i % 2;
    for (int k = 0; k < 16; k++) {
      const u32 left = all[row % 8 * 4 + k % 8 / 2].x[row / 8 + k / 8 * 2];
      const u32 right = all[column * 4 + k % 8 / 2].y[k / 8];
      z[i] += half_of<T>(left, k % 2) * half_of<T>(right, k % 2);
    }
  }
}

// A float rounded to the 10 bits of mantissa that TF32 has, halves away from zero.
DEVICE u32 rounded_to_tf32(f32 x) {
  const u32 bits = __float_as_uint(x);
  return (bits & 0x7f800000) == 0x7f800000 ? bits : (bits + 0x1000) & 0xffffe000;
}

DEVICE void multiply_add_tf32(f32 (&z)[4], const u32 (&x)[4], u32 y0, u32 y1) {
  const LeftAndRight* all = stand_in_gather(LeftAndRight{{x[0], x[1], x[2], x[3]}, {y0, y1}});
  const int lane = stand_in_lane();
  for (int i = 0; i < 4; i++) {
    const int row = lane / 4 + i / 2 * 8;
    const int column = lane % 4 * 2 + i % 2;
    for (int k = 0; k < 8; k++) {
      z[i] += __uint_as_float(all[row % 8 * 4 + k % 4].x[row / 8 + k / 4 * 2] & 0xffffe000)
          * __uint_as_float(all[column * 4 + k % 4].y[k / 4] & 0xffffe000);
    }
  }
}

DEVICE void copy_later(Shared to, const void* from, bool there) {
  for (int i = 0; i < 4; i++) ((u32*) to)[i] = there ? ((const u32*) from)[i] : 0;
}
DEVICE void end_group() {}
template <int LEFT> DEVICE void await_groups() {}

// Adds the sums of a lane to the 128 numbers of a warp.
DEVICE void add_to(f32* numbers, const f32 (&sums)[4]) {
  for (int i = 0; i < 4; i++) numbers[stand_in_lane() * 4 + i] += sums[i];
}
DEVICE f32 number_of_lane(const f32* numbers, int i) { return numbers[stand_in_lane() * 4 + i]; }

#else

template <> DEVICE u32 packed<f16>(f32 low, f32 high) {
  u32 both;
  asm("cvt.rn.f16x2.f32 %0, %1, %2;" : "=r"(both) : "f"(high), "f"(low));
  return both;
}
template <> DEVICE u32 packed<bf16>(f32 low, f32 high) {
  u32 both;
  asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(both) : "f"(high), "f"(low));
  return both;
}

DEVICE f32 power_of_two(f32 x) {
  f32 power;
  asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(power) : "f"(x));
  return power;
}

// An address in shared memory.
typedef u32 Shared;
DEVICE Shared shared(const void* at) { return (u32) __cvta_generic_to_shared(at); }

// Four matrices of 8 x 8 halves: lane 8 i + r knows where row r of matrix i begins, and gets of each two neighbours of row g,
// or, TURNED, of column g.
template <bool TURNED> DEVICE void load_matrices(u32 (&to)[4], Shared row) {
  if (TURNED) {
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0, %1, %2, %3}, [%4];"
        : "=r"(to[0]), "=r"(to[1]), "=r"(to[2]), "=r"(to[3]) : "r"(row));
  } else {
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];"
        : "=r"(to[0]), "=r"(to[1]), "=r"(to[2]), "=r"(to[3]) : "r"(row));
  }
}

// z += x y
template <typename T> DEVICE void multiply_add(f32 (&z)[4], const u32 (&x)[4], u32 y0, u32 y1);
template <> DEVICE void multiply_add<f16>(f32 (&z)[4], const u32 (&x)[4], u32 y0, u32 y1) {
  asm("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
      : "+f"(z[0]), "+f"(z[1]), "+f"(z[2]), "+f"(z[3]) : "r"(x[0]), "r"(x[1]), "r"(x[2]), "r"(x[3]), "r"(y0), "r"(y1));
}
template <> DEVICE void multiply_add<bf16>(f32 (&z)[4], const u32 (&x)[4], u32 y0, u32 y1) {
  asm("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
      : "+f"(z[0]), "+f"(z[1]), "+f"(z[2]), "+f"(z[3]) : "r"(x[0]), "r"(x[1]), "r"(x[2]), "r"(x[3]), "r"(y0), "r"(y1));
}

DEVICE u32 rounded_to_tf32(f32 x) {
  u32 bits;
  asm("cvt.rna.tf32.f32 %0, %1;" : "=r"(bits) : "f"(x));
  return bits;
}

DEVICE void multiply_add_tf32(f32 (&z)[4], const u32 (&x)[4], u32 y0, u32 y1) {
  asm("mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
      : "+f"(z[0]), "+f"(z[1]), "+f"(z[2]), "+f"(z[3]) : "r"(x[0]), "r"(x[1]), "r"(x[2]), "r"(x[3]), "r"(y0), "r"(y1));
}

// 16 bytes from global to shared memory, which come some time before the group that they are of is awaited; zeros where
// nothing is there.
DEVICE void copy_later(Shared to, const void* from, bool there) {
  asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;"
      :: "r"(to), "l"(__cvta_generic_to_global(from)), "r"(there ? 16 : 0) : "memory");
}
DEVICE void end_group() { asm volatile("cp.async.commit_group;" ::: "memory"); }
// Waits until all groups of this thread but the last LEFT ones are there.
template <int LEFT> DEVICE void await_groups() { asm volatile("cp.async.wait_group %0;" :: "n"(LEFT) : "memory"); }

#if __CUDA_ARCH__ >= 900
DEVICE void add_to(f32* numbers, const f32 (&sums)[4]) {
  asm volatile("red.global.add.v4.f32 [%0], {%1, %2, %3, %4};"
      :: "l"(__cvta_generic_to_global(numbers + threadIdx.x % 32 * 4)), "f"(sums[0]), "f"(sums[1]), "f"(sums[2]),
         "f"(sums[3]) : "memory");
}
DEVICE f32 number_of_lane(const f32* numbers, int i) { return numbers[threadIdx.x % 32 * 4 + i]; }
#else
DEVICE void add_to(f32* numbers, const f32 (&sums)[4]) {
  UNROLL for (int i = 0; i < 4; i++) atomicAdd(numbers + i * 32 + threadIdx.x % 32, sums[i]);
}
DEVICE f32 number_of_lane(const f32* numbers, int i) { return numbers[i * 32 + threadIdx.x % 32]; }
#endif
#endif

// Tiles of halves in rows of PIECES times 8. Where pieces lie in a row changes from row to row with a period of 8, so that the
// same piece of eight rows lies in all banks; places are counted in bytes.
template <int PIECES> DEVICE int tile_place(int row, int piece) {
  return (row * PIECES + (PIECES % 8 == 0 ? piece ^ (row & 7) : piece ^ (row >> 1 & 3))) * 16;
}

// The place of piece 2 * step + side, from that of piece `side`.
template <int PIECES> DEVICE int tile_step(int place, int step) {
  return PIECES % 8 == 0 ? (place ^ (step & 3) * 32) + (step >> 2) * 128 : (place ^ (step & 1) * 32) + (step >> 1) * 64;
}
