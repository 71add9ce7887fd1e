// Tensors of random numbers, each number where PyTorch's kernels put it: thread t has sequence t, and of the numbers that
// it draws at once the k-th goes k times the number of threads further.
//
// Before this come the type Element (what is written), Real (float, or double for doubles), Drawn (what is drawn at once)
// and DISTRIBUTION.

#define UNIFORM 0
#define NORMAL 1
#define LOG_NORMAL 2
#define CAUCHY 3
#define EXPONENTIAL 4
#define GEOMETRIC 5
#define BERNOULLI 6
#define INTEGERS 7

// Fast functions for floats, exact ones for doubles: PyTorch's choice.
DEVICE f32 quick_log(f32 x) { return __logf(x); }
DEVICE f64 quick_log(f64 x) { return log(x); }
DEVICE f32 quick_log1p(f32 x) { return __logf(1.0f + x); }
DEVICE f64 quick_log1p(f64 x) { return log1p(x); }
DEVICE f32 quick_exp(f32 x) { return __expf(x); }
DEVICE f64 quick_exp(f64 x) { return exp(x); }
DEVICE f32 quick_tan(f32 x) { return __tanf(x); }
DEVICE f64 quick_tan(f64 x) { return tan(x); }
DEVICE f32 fused(f32 x, f32 y, f32 z) { return fmaf(x, y, z); }
DEVICE f64 fused(f64 x, f64 y, f64 z) { return fma(x, y, z); }
DEVICE f32 upwards(f32 x) { return ceilf(x); }
DEVICE f64 upwards(f64 x) { return ceil(x); }
DEVICE f32 half_epsilon(f32) { return 5.9604645e-8f; }
DEVICE f64 half_epsilon(f64) { return 1.1102230246251565e-16; }

// PyTorch keeps the fast tangent away from its poles.
DEVICE f32 inside(f32 u) {
  const f32 epsilon = 1.1920929e-7f;
  u = u > 1.0f - epsilon ? 1.0f - epsilon : u;
  return u < epsilon ? epsilon : u;
}
DEVICE f64 inside(f64 u) { return u; }

#if DISTRIBUTION == INTEGERS

template <typename T> DEVICE Element made(T bits, const Arguments& a) {
  const u64 x = a.range == 0 ? (u64) bits : (u64) bits % a.range;
  return cast<Element>((i64) (x + (u64) a.least));
}
#define DRAW draw

#else

DEVICE Element made(Real x, const Arguments& a) {
#if DISTRIBUTION == UNIFORM
  const Element from = cast<Element>(a.first);
  const Element to = cast<Element>(a.second);
  const Real range = wide(cast<Element>((Real) (wide(to) - wide(from))));
  const Element value = cast<Element>(fused(x, range, (Real) wide(from)));
  // From (0, 1] to [0, 1).
  return wide(value) == wide(to) ? from : value;
#elif DISTRIBUTION == NORMAL
  return cast<Element>(fused(x, (Real) a.second, (Real) a.first));
#elif DISTRIBUTION == LOG_NORMAL
  return cast<Element>(quick_exp(fused(x, (Real) a.second, (Real) a.first)));
#elif DISTRIBUTION == CAUCHY
  return cast<Element>(
      fused((Real) a.second, quick_tan((Real) PI64 * (inside(x) - (Real) 0.5)), (Real) a.first));
#elif DISTRIBUTION == EXPONENTIAL
  const Real tiny = half_epsilon(x);
  return cast<Element>((Real) -1.0 / (Real) a.first * (x >= (Real) 1.0 - tiny ? -tiny : quick_log(x)));
#elif DISTRIBUTION == GEOMETRIC
  return cast<Element>(upwards(quick_log(x) / quick_log1p(-(Real) a.first)));
#elif DISTRIBUTION == BERNOULLI
  return cast<Element>(x < (Real) a.first ? (Real) 1 : (Real) 0);
#endif
}
#if DISTRIBUTION == NORMAL || DISTRIBUTION == LOG_NORMAL
#define DRAW draw_normal
#else
#define DRAW draw_uniform
#endif

#endif

BOUNDED_KERNEL(fill, Arguments, 256) {
  Philox p = philox(a.seed, thread_number(), a.offset);
  const i64 step = thread_count();
  const int drawn = LENGTH(((Drawn*) 0)->at);
  for (i64 first = thread_number(); first < a.count; first += step * drawn) {
    const Drawn numbers = DRAW(p, (Drawn*) 0);
    UNROLL for (int k = 0; k < drawn; k++) {
      const i64 i = first + step * k;
      if (i < a.count) *(Element*) (a.at + far(a, i, 0)) = made(numbers.at[k], a);
    }
  }
}
