// Elements E of tiles in shared memory: sums' numbers, where threads multiply them; on tensor cores (TENSOR) halves as they
// are, or floats cut to TF32.

#ifndef TENSOR
typedef S E;
DEVICE E bring(T x) { return cast<S>(x); }
DEVICE E nothing() { return Sums<S>::zero(); }
#elif defined(TF32)
typedef u32 E;
DEVICE E bring(T x) { return rounded_to_tf32(x); }
DEVICE E nothing() { return 0; }
#else
typedef T E;
DEVICE E bring(T x) { return x; }
DEVICE E nothing() { return E{0}; }
#endif

// So that packs of 16 bytes stay aligned, and columns of a tile do not meet in one bank; nor do the four rows that lanes read
// one number of each at a time.
#ifdef TF32
#define GAP 8
#else
#define GAP (16 / (int) sizeof(E))
#endif
