// What CUDA has built in, for kernels that a C++ compiler makes to run on the processor under test. No headers: they would
// take most of the time.
//
// The blocks of a grid run one after another. The threads of a block do so too, unless the kernel has barriers: then each
// is a fiber that goes on to the next where it has to wait.

#define STAND_IN 1
#define DEVICE inline
#define DEVICE_MEMBER static inline
#define DEVICE_MEMBER_PLAIN inline
#define __align__(bytes) __attribute__((aligned(bytes)))
#define UNROLL
#define __shared__ static
#define __restrict__

extern "C" {
#define OF_ONE(name) double name(double); float name##f(float);
#define OF_TWO(name) double name(double, double); float name##f(float, float);
OF_ONE(floor) OF_ONE(ceil) OF_ONE(rint) OF_ONE(trunc) OF_ONE(sqrt) OF_ONE(exp) OF_ONE(exp2) OF_ONE(expm1) OF_ONE(log)
OF_ONE(log2) OF_ONE(log10) OF_ONE(log1p) OF_ONE(sin) OF_ONE(cos) OF_ONE(tan) OF_ONE(asin) OF_ONE(acos) OF_ONE(atan)
OF_ONE(sinh) OF_ONE(cosh) OF_ONE(tanh) OF_ONE(asinh) OF_ONE(acosh) OF_ONE(atanh) OF_ONE(erf) OF_ONE(erfc)
OF_ONE(lgamma) OF_ONE(fabs) OF_TWO(fmin) OF_TWO(fmax) OF_TWO(pow) OF_TWO(atan2) OF_TWO(hypot) OF_TWO(fmod)
OF_TWO(copysign) OF_TWO(nextafter)
double fma(double, double, double);
float fmaf(float, float, float);
double ldexp(double, int);
double frexp(double, int*);
void* malloc(unsigned long);
void free(void*);
void abort();
}

static inline float rsqrtf(float x) { return 1.0f / sqrtf(x); }
static inline double rsqrt(double x) { return 1.0 / sqrt(x); }
static inline float __uint_as_float(unsigned x) { return __builtin_bit_cast(float, x); }
static inline float __int_as_float(int x) { return __builtin_bit_cast(float, x); }
static inline unsigned __float_as_uint(float x) { return __builtin_bit_cast(unsigned, x); }
static inline int __float_as_int(float x) { return __builtin_bit_cast(int, x); }
static inline double __longlong_as_double(long long x) { return __builtin_bit_cast(double, x); }
static inline long long __double_as_longlong(double x) { return __builtin_bit_cast(long long, x); }
static inline unsigned __umulhi(unsigned a, unsigned b) { return (unsigned) ((unsigned long long) a * b >> 32); }
static inline float __logf(float x) { return logf(x); }
static inline float __expf(float x) { return expf(x); }
static inline float __tanf(float x) { return tanf(x); }
static inline void __sincosf(float x, float* sine, float* cosine) { *sine = sinf(x); *cosine = cosf(x); }
static inline void sincospi(double x, double* sine, double* cosine) {
  *sine = sin(x * 3.141592653589793);
  *cosine = cos(x * 3.141592653589793);
}
static inline int __popc(unsigned x) { return __builtin_popcount(x); }

static inline float stand_in_half_to_float(unsigned short half) {
  unsigned sign = (half & 0x8000u) << 16;
  unsigned exponent = half >> 10 & 31;
  unsigned mantissa = half & 0x3ff;
  if (exponent == 31) return __uint_as_float(sign | 0x7f800000 | mantissa << 13);
  if (exponent != 0) return __uint_as_float(sign | exponent + 112 << 23 | mantissa << 13);
  float small = mantissa * 0x1p-24f;
  return sign != 0 ? -small : small;
}

static inline unsigned short stand_in_float_to_half(float x) {
  unsigned bits = __float_as_uint(x);
  unsigned sign = bits >> 16 & 0x8000;
  unsigned magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  if (magnitude >= 0x47800000) return sign | 0x7c00;
  if (magnitude < 0x38800000) {
    float scaled = __uint_as_float(magnitude) + 0.5f;
    return sign | (__float_as_uint(scaled) - 0x3f000000);
  }
  unsigned rounded = magnitude + 0xfff + (magnitude >> 13 & 1);
  return sign | rounded - 0x38000000 >> 13;
}

struct dim3 { unsigned x, y, z; };
struct alignas(8) float2 { float x, y; };
struct alignas(16) float4 { float x, y, z, w; };

static dim3 gridDim, blockDim, blockIdx, threadIdx;
static const int warpSize = 32;
static unsigned char* stand_in_shared;
#define DYNAMIC_SHARED(name) unsigned char* name = stand_in_shared

typedef void (*StandInThread)(const void*);

#define KERNEL(name, Arguments)                                                                   \
  static void name##_thread(const Arguments& a);                                                  \
  extern "C" __attribute__((visibility("default"))) void name(const void* arguments, const unsigned* grid) {                             \
    stand_in_run([](const void* p) { name##_thread(*(const Arguments*) p); }, arguments, grid);    \
  }                                                                                               \
  static void name##_thread(const Arguments& a)
#define BOUNDED_KERNEL(name, Arguments, threads) KERNEL(name, Arguments)

// Threads take turns only where they wait, so nothing comes between.
template <typename T, typename V> static T atomicAdd(T* at, V value) { T old = *at; *at = (T) (old + value); return old; }
template <typename T, typename V> static T atomicMax(T* at, V value) { T old = *at; if (value > old) *at = value; return old; }
template <typename T, typename V> static T atomicMin(T* at, V value) { T old = *at; if (value < old) *at = value; return old; }
template <typename T, typename V> static T atomicExch(T* at, V value) { T old = *at; *at = value; return old; }
template <typename T> static T atomicCAS(T* at, T expected, T value) {
  T old = *at;
  if (old == expected) *at = value;
  return old;
}
static inline void __threadfence() {}

#ifndef BARRIERS

static void stand_in_run(StandInThread thread, const void* arguments, const unsigned* grid) {
  gridDim = {grid[0], grid[1], grid[2]};
  blockDim = {grid[3], grid[4], 1};
  for (blockIdx.z = 0; blockIdx.z < gridDim.z; blockIdx.z++)
    for (blockIdx.y = 0; blockIdx.y < gridDim.y; blockIdx.y++)
      for (blockIdx.x = 0; blockIdx.x < gridDim.x; blockIdx.x++)
        for (threadIdx.y = 0; threadIdx.y < blockDim.y; threadIdx.y++)
          for (threadIdx.x = 0; threadIdx.x < blockDim.x; threadIdx.x++) thread(arguments);
}

#else

#include <setjmp.h>
#include <ucontext.h>

// Begun by its context; from then on it goes to and fro by jumps, which ask the system for nothing.
struct Fiber {
  ucontext_t context;
  jmp_buf place;
  dim3 thread;
  bool begun;
  bool done;
  unsigned gathered;
};

struct Warp {
  unsigned long long slots[32];
  alignas(16) unsigned char gathered[2][32 * 32];
  int arrived;
  int generation;
};

static const int STACK = 96 << 10;
static Fiber fibers[1024];
static Warp warps[32];
static unsigned char* stacks;
static ucontext_t scheduler;
static int count, current, alive, arrived, generation, idle;
static StandInThread body;
static const void* body_arguments;

static void stand_in_enter(Fiber& fiber) {
  if (fiber.begun) _longjmp(fiber.place, 1);
  fiber.begun = true;
  setcontext(&fiber.context);
}

// Goes on to the next thread that is not done.
static void stand_in_yield() {
  if (++idle > 100000000) abort();
  int from = current;
  do current = current + 1 == count ? 0 : current + 1;
  while (fibers[current].done);
  if (current == from) return;
  threadIdx = fibers[current].thread;
  if (_setjmp(fibers[from].place) == 0) stand_in_enter(fibers[current]);
}

static void stand_in_entry() {
  body(body_arguments);
  int me = current;
  fibers[me].done = true;
  idle = 0;
  // Those that have ended are waited for no more.
  if (--alive > 0 && arrived == alive) {
    arrived = 0;
    generation++;
  }
  if (alive == 0) setcontext(&scheduler);
  do current = current + 1 == count ? 0 : current + 1;
  while (fibers[current].done);
  threadIdx = fibers[current].thread;
  stand_in_enter(fibers[current]);
}

static void __syncthreads() {
  int mine = generation;
  if (++arrived == alive) {
    arrived = 0;
    generation++;
    idle = 0;
  } else {
    while (generation == mine) stand_in_yield();
  }
}

static int stand_in_lane() { return current % 32; }

static void stand_in_warp_barrier(unsigned mask) {
  Warp& warp = warps[current / 32];
  int lanes = 0;
  for (int lane = 0; lane < 32; lane++) {
    int fiber = current / 32 * 32 + lane;
    if ((mask >> lane & 1) != 0 && fiber < count && !fibers[fiber].done) lanes++;
  }
  int mine = warp.generation;
  if (++warp.arrived == lanes) {
    warp.arrived = 0;
    warp.generation++;
    idle = 0;
  } else {
    while (warp.generation == mine) stand_in_yield();
  }
}

static void __syncwarp(unsigned mask = 0xffffffffu) { stand_in_warp_barrier(mask); }

template <typename T> static T stand_in_exchange(unsigned mask, T value, int source) {
  Warp& warp = warps[current / 32];
  __builtin_memcpy(&warp.slots[stand_in_lane()], &value, sizeof(T));
  stand_in_warp_barrier(mask);
  T got = value;
  if (source >= 0 && source < 32 && current / 32 * 32 + source < count)
    __builtin_memcpy(&got, &warp.slots[source], sizeof(T));
  stand_in_warp_barrier(mask);
  return got;
}

// What all lanes of a warp bring, until this lane's next but one: where an instruction belongs to the whole warp.
template <typename V> static const V* stand_in_gather(V value) {
  Warp& warp = warps[current / 32];
  V* all = (V*) warp.gathered[fibers[current].gathered++ & 1];
  all[stand_in_lane()] = value;
  stand_in_warp_barrier(0xffffffffu);
  return all;
}

template <typename T> static T __shfl_sync(unsigned mask, T value, int lane, int width = 32) {
  return stand_in_exchange(mask, value, stand_in_lane() / width * width + lane % width);
}
template <typename T> static T __shfl_xor_sync(unsigned mask, T value, int bits, int width = 32) {
  return stand_in_exchange(mask, value, stand_in_lane() ^ bits);
}
template <typename T> static T __shfl_down_sync(unsigned mask, T value, int delta, int width = 32) {
  int lane = stand_in_lane();
  return stand_in_exchange(mask, value, lane % width + delta < width ? lane + delta : lane);
}
template <typename T> static T __shfl_up_sync(unsigned mask, T value, int delta, int width = 32) {
  int lane = stand_in_lane();
  return stand_in_exchange(mask, value, lane % width - delta >= 0 ? lane - delta : lane);
}
static unsigned __ballot_sync(unsigned mask, bool value) {
  Warp& warp = warps[current / 32];
  warp.slots[stand_in_lane()] = value;
  stand_in_warp_barrier(mask);
  unsigned bits = 0;
  for (int lane = 0; lane < 32; lane++) {
    if ((mask >> lane & 1) != 0 && current / 32 * 32 + lane < count && warp.slots[lane] != 0) bits |= 1u << lane;
  }
  stand_in_warp_barrier(mask);
  return bits;
}

static void stand_in_block() {
  for (int i = 0; i < count; i++) {
    Fiber& f = fibers[i];
    f.begun = i == 0;
    f.done = false;
    f.gathered = 0;
    f.thread = {(unsigned) i % blockDim.x, (unsigned) i / blockDim.x, 0};
    getcontext(&f.context);
    f.context.uc_stack.ss_sp = stacks + (long) i * STACK;
    f.context.uc_stack.ss_size = STACK;
    f.context.uc_link = &scheduler;
    makecontext(&f.context, stand_in_entry, 0);
  }
  for (int w = 0; w < 32; w++) warps[w].arrived = 0;
  alive = count;
  arrived = 0;
  idle = 0;
  current = 0;
  threadIdx = fibers[0].thread;
  swapcontext(&scheduler, &fibers[0].context);
}

static void stand_in_run(StandInThread thread, const void* arguments, const unsigned* grid) {
  gridDim = {grid[0], grid[1], grid[2]};
  blockDim = {grid[3], grid[4], 1};
  count = (int) (blockDim.x * blockDim.y);
  body = thread;
  body_arguments = arguments;
  stacks = (unsigned char*) malloc((unsigned long) count * STACK);
  stand_in_shared = (unsigned char*) malloc(grid[5] + 16);
  for (blockIdx.z = 0; blockIdx.z < gridDim.z; blockIdx.z++)
    for (blockIdx.y = 0; blockIdx.y < gridDim.y; blockIdx.y++)
      for (blockIdx.x = 0; blockIdx.x < gridDim.x; blockIdx.x++) stand_in_block();
  free(stacks);
  free(stand_in_shared);
}

#endif
