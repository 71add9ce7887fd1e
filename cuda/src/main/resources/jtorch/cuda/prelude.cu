// What every kernel begins with: types of elements, conversions between them, and the form of a kernel.
//
// Compiled by NVRTC without any header, and by a C++ compiler for the device that stands in for a GPU under test, which
// defines STAND_IN and what CUDA has built in.

#ifndef STAND_IN
#define DEVICE __device__ __forceinline__
#define DEVICE_MEMBER static __device__ __forceinline__
#define DEVICE_MEMBER_PLAIN __device__ __forceinline__
#define DYNAMIC_SHARED(name) extern __shared__ __align__(16) unsigned char name[]
#define UNROLL _Pragma("unroll")
// A kernel takes one structure by value, and reads it where the driver has put it.
#define KERNEL(name, Arguments) extern "C" __global__ void name(const __grid_constant__ Arguments a)
#define BOUNDED_KERNEL(name, Arguments, threads) \
  extern "C" __global__ void __launch_bounds__(threads) name(const __grid_constant__ Arguments a)
#endif

typedef signed char i8;
typedef unsigned char u8;
typedef short i16;
typedef unsigned short u16;
typedef int i32;
typedef unsigned int u32;
typedef long long i64;
typedef unsigned long long u64;
typedef float f32;
typedef double f64;

#define COPY_BITS(to, from, bytes)                                                       \
  do {                                                                                   \
    for (int b = 0; b < (int) (bytes); b++) ((u8*) (to))[b] = ((const u8*) (from))[b];   \
  } while (0)
#define LENGTH(array) ((int) (sizeof(array) / sizeof((array)[0])))
#define NAN64 __longlong_as_double(0x7ff8000000000000LL)
#define INF64 __longlong_as_double(0x7ff0000000000000LL)
#define NAN32 __int_as_float(0x7fc00000)
#define INF32 __int_as_float(0x7f800000)
#define PI64 3.141592653589793

// ---- elements that are not numbers of C++ --------------------------------------------------------------------------

struct alignas(2) f16 { u16 bits; };
struct alignas(2) bf16 { u16 bits; };
struct e5m2 { u8 bits; };
struct e4m3fn { u8 bits; };
struct e5m2fnuz { u8 bits; };
struct e4m3fnuz { u8 bits; };
struct e8m0fnu { u8 bits; };
struct alignas(4) c32 { f16 re, im; };
struct alignas(8) c64 { f32 re, im; };
struct alignas(16) c128 { f64 re, im; };

DEVICE f32 widen(f16 x) {
#ifdef STAND_IN
  return stand_in_half_to_float(x.bits);
#else
  f32 wide;
  asm("cvt.f32.f16 %0, %1;" : "=f"(wide) : "h"(x.bits));
  return wide;
#endif
}

DEVICE f32 widen(bf16 x) { return __uint_as_float((u32) x.bits << 16); }

DEVICE f16 narrow_f16(f32 x) {
  f16 narrow;
#ifdef STAND_IN
  narrow.bits = stand_in_float_to_half(x);
#else
  asm("cvt.rn.f16.f32 %0, %1;" : "=h"(narrow.bits) : "f"(x));
  // One NaN, whatever the device makes of it.
  if (x != x) narrow.bits = (u16) (0x7e00 | (__float_as_uint(x) >> 16 & 0x8000));
#endif
  return narrow;
}

DEVICE bf16 narrow_bf16(f32 x) {
  bf16 narrow;
  u32 bits = __float_as_uint(x);
  narrow.bits = x != x ? 0x7fc0 : (u16) ((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
  return narrow;
}

// Numbers of a sign, some bits of exponent and some of mantissa: the value of the bits as a float, and the nearest bits.
DEVICE f32 widen_small(u32 bits, int exponent_bits, int mantissa_bits, int bias) {
  u32 exponent = (bits >> mantissa_bits) & ((1u << exponent_bits) - 1);
  u32 mantissa = bits & ((1u << mantissa_bits) - 1);
  f32 value = exponent == 0
      ? (f32) mantissa * __uint_as_float((u32) (127 + 1 - bias - mantissa_bits) << 23)
      : __uint_as_float(((exponent + 127 - bias) << 23) | (mantissa << (23 - mantissa_bits)));
  return (bits & 0x80) != 0 ? -value : value;
}

// Rounds to the nearest, halves to even; what is too large gives bits beyond the largest number.
DEVICE u32 narrow_small(f32 magnitude, int mantissa_bits, int bias) {
  u32 bits = __float_as_uint(magnitude);
  int exponent = (int) (bits >> 23) - 127 + bias;
  int drop = 23 - mantissa_bits;
  if (exponent <= 0) {
    // A subnormal: so many units of the smallest one. Adding a power of two rounds at that unit.
    f32 unit = __uint_as_float((u32) (127 + 1 - bias - mantissa_bits) << 23);
    f32 rounder = unit * 8388608.0f;
    return __float_as_uint(magnitude + rounder) - __float_as_uint(rounder);
  }
  bits += (1u << (drop - 1)) - 1 + ((bits >> drop) & 1);
  return (bits >> drop) - ((u32) (127 - bias) << mantissa_bits);
}

DEVICE f32 widen(e5m2 x) {
  if ((x.bits & 0x7c) == 0x7c) {
    if ((x.bits & 3) != 0) return NAN32;
    return (x.bits & 0x80) != 0 ? -INF32 : INF32;
  }
  return widen_small(x.bits, 5, 2, 15);
}

DEVICE f32 widen(e4m3fn x) { return (x.bits & 0x7f) == 0x7f ? NAN32 : widen_small(x.bits, 4, 3, 7); }
DEVICE f32 widen(e5m2fnuz x) { return x.bits == 0x80 ? NAN32 : widen_small(x.bits, 5, 2, 16); }
DEVICE f32 widen(e4m3fnuz x) { return x.bits == 0x80 ? NAN32 : widen_small(x.bits, 4, 3, 8); }

DEVICE f32 widen(e8m0fnu x) {
  if (x.bits == 0xff) return NAN32;
  return x.bits == 0 ? __uint_as_float(0x00400000) : __uint_as_float((u32) x.bits << 23);
}

DEVICE u8 sign_bit(f32 x) { return (u8) ((__float_as_uint(x) >> 24) & 0x80); }

DEVICE e5m2 narrow_e5m2(f32 x) {
  u32 bits = x != x ? 0x7f : narrow_small(fabsf(x), 2, 15);
  return e5m2{(u8) (sign_bit(x) | (x != x ? 0x7f : bits > 0x7c ? 0x7c : bits))};
}

DEVICE e4m3fn narrow_e4m3fn(f32 x) {
  u32 bits = x != x ? 0x7f : narrow_small(fabsf(x), 3, 7);
  return e4m3fn{(u8) (sign_bit(x) | (x != x ? 0x7f : bits > 0x7e ? 0x7e : bits))};
}

DEVICE e5m2fnuz narrow_e5m2fnuz(f32 x) {
  u32 bits = x != x ? 0x80 : narrow_small(fabsf(x), 2, 16);
  return e5m2fnuz{(u8) (bits > 0x7f ? 0x80 : bits == 0 ? 0 : sign_bit(x) | bits)};
}

DEVICE e4m3fnuz narrow_e4m3fnuz(f32 x) {
  u32 bits = x != x ? 0x80 : narrow_small(fabsf(x), 3, 8);
  return e4m3fnuz{(u8) (bits > 0x7f ? 0x80 : bits == 0 ? 0 : sign_bit(x) | bits)};
}

DEVICE e8m0fnu narrow_e8m0fnu(f32 x) {
  u32 bits = __float_as_uint(x);
  u32 exponent = (bits >> 23) & 0xff;
  if (exponent == 0xff) return e8m0fnu{0xff};
  // Upwards where more than the half is left, or the half and the exponent is odd or not the least.
  bool guard = (bits & 0x400000) != 0;
  bool sticky = (bits & 0x3fffff) != 0;
  bool odd = exponent > 0;
  return e8m0fnu{(u8) (guard && (odd || sticky) ? exponent + 1 : exponent)};
}

// ---- conversions: cast<To>(from), as PyTorch's ---------------------------------------------------------------------

template <typename T> DEVICE T wide(T x) { return x; }
DEVICE f32 wide(f16 x) { return widen(x); }
DEVICE f32 wide(bf16 x) { return widen(x); }
DEVICE f32 wide(e5m2 x) { return widen(x); }
DEVICE f32 wide(e4m3fn x) { return widen(x); }
DEVICE f32 wide(e5m2fnuz x) { return widen(x); }
DEVICE f32 wide(e4m3fnuz x) { return widen(x); }
DEVICE f32 wide(e8m0fnu x) { return widen(x); }

// Floats reach narrow integers by way of wide ones, so that they wrap.
template <typename To> struct Cast {
  template <typename From> static DEVICE To of(From x) { return (To) x; }
};
template <> struct Cast<bool> {
  template <typename From> static DEVICE bool of(From x) { return x != 0; }
};
template <> struct Cast<u8> {
  template <typename From> static DEVICE u8 of(From x) { return (u8) (i64) x; }
};
template <> struct Cast<i8> {
  template <typename From> static DEVICE i8 of(From x) { return (i8) (i64) x; }
};
template <> struct Cast<u16> {
  template <typename From> static DEVICE u16 of(From x) { return (u16) (i64) x; }
};
template <> struct Cast<i16> {
  template <typename From> static DEVICE i16 of(From x) { return (i16) (i64) x; }
};
template <> struct Cast<u32> {
  template <typename From> static DEVICE u32 of(From x) { return (u32) (i64) x; }
};
template <> struct Cast<u64> {
  template <typename From> static DEVICE u64 of(From x) { return (u64) (i64) x; }
};
template <> struct Cast<f16> {
  template <typename From> static DEVICE f16 of(From x) { return narrow_f16((f32) x); }
};
template <> struct Cast<bf16> {
  template <typename From> static DEVICE bf16 of(From x) { return narrow_bf16((f32) x); }
};
template <> struct Cast<e5m2> {
  template <typename From> static DEVICE e5m2 of(From x) { return narrow_e5m2((f32) x); }
};
template <> struct Cast<e4m3fn> {
  template <typename From> static DEVICE e4m3fn of(From x) { return narrow_e4m3fn((f32) x); }
};
template <> struct Cast<e5m2fnuz> {
  template <typename From> static DEVICE e5m2fnuz of(From x) { return narrow_e5m2fnuz((f32) x); }
};
template <> struct Cast<e4m3fnuz> {
  template <typename From> static DEVICE e4m3fnuz of(From x) { return narrow_e4m3fnuz((f32) x); }
};
template <> struct Cast<e8m0fnu> {
  template <typename From> static DEVICE e8m0fnu of(From x) { return narrow_e8m0fnu((f32) x); }
};

template <typename To, typename From> DEVICE To cast(From x) { return Cast<To>::of(wide(x)); }

// ---- several elements at once --------------------------------------------------------------------------------------

template <typename T, int N> struct alignas(sizeof(T) * N <= 16 ? sizeof(T) * N : 16) Pack { T at[N]; };

// W elements from place k of a line on: those of 16 bytes at once, which lie side by side, or one, a stride from the next.
template <int W, typename T> DEVICE Pack<T, W> read_pack(const T* line, i64 k, i64 stride) {
  Pack<T, W> pack;
  if (W == 1) pack.at[0] = line[k * stride];
  else pack = *(const Pack<T, W>*) (line + k);
  return pack;
}

template <int W, typename T> DEVICE void write_pack(T* line, i64 k, i64 stride, const Pack<T, W>& pack) {
  if (W == 1) line[k * stride] = pack.at[0];
  else *(Pack<T, W>*) (line + k) = pack;
}

// Whether all lines of that length begin at a multiple of 16 bytes, where the first does, and end at one.
template <typename T> DEVICE bool are_packed(u64 first, i64 length) {
  return first % 16 == 0 && length % (i64) (16 / sizeof(T)) == 0;
}

DEVICE i64 thread_number() { return (i64) blockIdx.x * blockDim.x + threadIdx.x; }
DEVICE i64 thread_count() { return (i64) gridDim.x * blockDim.x; }
