// One number for each element's own parameters: Poisson, gamma and binomial numbers, as cuRAND and PyTorch's GPU kernels
// draw them. Before this come the types Element and Real (float, or double for doubles).
//
// Sources: D. E. Knuth, The Art of Computer Programming 2 (1969); G. Marsaglia, W. W. Tsang, A simple method for generating
// gamma variables, ACM TOMS 26 (2000); W. Hoermann, The generation of binomial random variates, J. Stat. Comput. Simul. 46
// (1993).

// What an element's type makes of a number.
DEVICE Real own(Real x) { return wide(cast<Element>(x)); }

DEVICE f32 natural_log(f32 x) { return logf(x); }
DEVICE f64 natural_log(f64 x) { return log(x); }
DEVICE f32 natural_log1p(f32 x) { return log1pf(x); }
DEVICE f64 natural_log1p(f64 x) { return log1p(x); }
DEVICE f32 root(f32 x) { return sqrtf(x); }
DEVICE f64 root(f64 x) { return sqrt(x); }
DEVICE f32 power(f32 x, f32 y) { return powf(x, y); }
DEVICE f64 power(f64 x, f64 y) { return pow(x, y); }
DEVICE f32 upwards(f32 x) { return ceilf(x); }
DEVICE f64 upwards(f64 x) { return ceil(x); }
DEVICE f32 downwards(f32 x) { return floorf(x); }
DEVICE f64 downwards(f64 x) { return floor(x); }
DEVICE f32 magnitude(f32 x) { return fabsf(x); }
DEVICE f64 magnitude(f64 x) { return fabs(x); }

// ---- Poisson -------------------------------------------------------------------------------------------------------

// Functions of the device's own precision, in which cuRAND's rejection is computed.
#ifdef STAND_IN
DEVICE f32 rough_root_inverse(f32 x) { return 1.0f / sqrtf(x); }
DEVICE f32 rough_exp2(f32 x) { return exp2f(x); }
DEVICE f32 rough_log2(f32 x) { return log2f(x); }
DEVICE f32 rough_inverse(f32 x) { return 1.0f / x; }
#else
#define ROUGH(name, instruction)                               \
  DEVICE f32 name(f32 x) {                                     \
    f32 y;                                                     \
    asm(instruction ".approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x)); \
    return y;                                                  \
  }
ROUGH(rough_root_inverse, "rsqrt")
ROUGH(rough_exp2, "ex2")
ROUGH(rough_log2, "lg2")
ROUGH(rough_inverse, "rcp")
#endif
DEVICE f32 rough_exp(f32 x) { return rough_exp2((f32) (x * 1.4426950408889634074)); }
DEVICE f32 rough_log(f32 x) { return (f32) (rough_log2(x) * 0.69314718055994530942); }

// The regularized incomplete gamma function and its inverse, approximated by a logistic curve.
struct Logistic {
  f32 slope, shift;
};
DEVICE Logistic logistic(f32 rate) {
  return Logistic{1.43248035075540910f * rough_root_inverse(rate - 0.12400979329415655f) + 0.00025361074907033f,
      0.21096734870196546f * rough_root_inverse(rate - 1.97381164089999420f) + 0.94201734077887530f};
}
DEVICE f32 incomplete_gamma(f32 rate, f32 x) {
  const Logistic l = logistic(rate);
  f32 t = rate - x;
  t = l.slope * t - l.shift;
  t = 1.0f + rough_exp(t);
  t = t * t;
  return rough_inverse(t);
}
DEVICE f32 incomplete_gamma_inverse(f32 rate, f32 y) {
  const Logistic l = logistic(rate);
  f32 t = rough_root_inverse(y) - 1.0f;
  t = rough_log(t);
  t = l.shift + t;
  return -t * rough_inverse(l.slope) + rate;
}

// log((n - 1)!), by Stirling's series where n > 8.
DEVICE f64 log_factorial_before(int n) {
  if (n <= 8) {
    f64 product = 1;
    for (int i = 2; i < n; i++) product *= i;
    return log(product);
  }
  const f64 x = fabs((f32) n);
  f64 s = 1.0 / x;
  f64 t = s * s;
  f64 sum = -0.1633436431e-2;
  sum = sum * t + 0.83645878922e-3;
  sum = sum * t - 0.5951896861197e-3;
  sum = sum * t + 0.793650576493454e-3;
  sum = sum * t - 0.277777777735865004e-2;
  sum = sum * t + 0.833333333333331018375e-1;
  sum = sum * s + 0.918938533204672;
  s = 0.5 * log(x);
  t = x - 0.5;
  s = s * t;
  t = s - x;
  s = s + sum;
  return t + s;
}

DEVICE u32 poisson_by_product(Philox& p, f32 rate) {
  u32 k = 0;
  f32 product = expf(rate);
  do {
    k++;
    product *= uniform(p.one());
  } while (product > 1.0);
  return k - 1;
}

DEVICE u32 poisson_by_rejection(Philox& p, f32 rate) {
  const f32 log_rate = rough_log(rate);
  while (true) {
    const f32 y = uniform(p.one());
    const f32 x = floorf(incomplete_gamma_inverse(rate, y));
    f32 z = uniform(p.one());
    const f32 chance = (incomplete_gamma(rate, x + 1.0f) - incomplete_gamma(rate, x)) * 1.3f;
    z = z * chance;
    const f32 t = rough_exp(-rate + x * log_rate - (f32) log_factorial_before((int) (1.0f + x)));
    if (z < t && chance >= 1e-20) return (u32) x;
  }
}

BOUNDED_KERNEL(poisson, Arguments, 512) {
  const i64 i = thread_number();
  if (i >= a.count) return;
  const f64 rate = wide(((const Element*) a.other)[i]);
  Philox p = philox(a.seed, i, a.offset);
  u32 k;
  if (rate < 64) {
    k = poisson_by_product(p, (f32) rate);
  } else if (rate > 4000) {
    f64 z, other;
    normals(p.four(), z, other);
    k = (u32) (sqrt(rate) * z + rate + 0.5);
  } else {
    k = poisson_by_rejection(p, (f32) rate);
  }
  ((Element*) a.at)[i] = cast<Element>((i64) k);
}

// ---- gamma ---------------------------------------------------------------------------------------------------------

DEVICE Real gamma_number(Philox& p, Real alpha) {
  Real scale = 1.0f;
  if (alpha < 1.0f) {
    if (alpha == 0.0f) return 0;
    scale *= power(1 - (Real) uniform(p.one()), 1.0f / alpha);
    alpha = own(alpha + 1.0f);
  }
  const Real d = alpha - 1.0f / 3.0f;
  if (!(d > 0)) return (Real) NAN64;
  const Real c = 1.0f / root(9.0f * d);
  while (true) {
    Real x, y;
    do {
      x = next_normal(p);
      y = 1.0f + c * x;
    } while (y <= 0);
    const Real v = y * y * y;
    const Real u = 1 - (Real) uniform(p.one());
    const Real xx = x * x;
    if (u < 1.0f - 0.0331f * xx * xx) return own(scale * d * v);
    if (natural_log(u) < 0.5f * xx + d * (1.0f - v + natural_log(v))) return own(scale * d * v);
  }
}

// `first` is the smallest normal number of the type.
BOUNDED_KERNEL(gammas, Arguments, 256) {
  const i64 i = thread_number();
  if (i >= a.count) return;
  Philox p = philox(a.seed, i, a.offset);
  const Real alpha = wide(((const Element*) a.other)[i]);
  const Real sample = gamma_number(p, alpha);
  ((Element*) a.at)[i] = cast<Element>((Real) a.first > sample ? (Real) a.first : sample);
}

// ---- binomial ------------------------------------------------------------------------------------------------------

// The lower 24 bits of a word, in [0, 1).
DEVICE Real fraction(Philox& p) { return (f32) (p.one() & 0xffffff) * 5.9604644775390625e-8f; }

DEVICE Real stirling_tail(Real k) {
  const Real tails[] = {0.0810614667953272, 0.0413406959554092, 0.0276779256849983, 0.02079067210376509,
      0.0166446911898211, 0.0138761288230707, 0.0118967099458917, 0.0104112652619720, 0.00925546218271273,
      0.00833056343336287};
  if (k < LENGTH(tails)) return tails[(int) k];
  const Real square = (k + 1) * (k + 1);
  return (1.0 / 12 - (1.0 / 360 - 1.0 / 1260 / square) / square) / (k + 1);
}

// By sums of geometric numbers.
DEVICE Real few(Philox& p, Real count, Real chance) {
  const Real log_failure = natural_log1p(-chance);
  Real trials = 0;
  Real successes = 0;
  while (true) {
    trials += upwards(natural_log(fraction(p)) / log_failure);
    if (trials > count) return successes;
    successes = own(successes + 1);
  }
}

// By transformed rejection.
DEVICE Real many(Philox& p, Real count, Real chance) {
  const Real mean = own(count * chance);
  const Real failure = own(1 - chance);
  const Real deviation = root(own(mean * failure));
  const Real b = 1.15 + 2.53 * deviation;
  const Real a = -0.0873 + 0.0248 * b + 0.01 * chance;
  const Real c = mean + 0.5;
  const Real accepted = 0.92 - 4.2 / b;
  const Real odds = own(chance / failure);
  const Real alpha = (2.83 + 5.1 / b) * deviation;
  const Real mode = downwards(own(own(count + 1) * chance));
  while (true) {
    const Real u = fraction(p) - 0.5;
    Real v = fraction(p);
    const Real us = 0.5 - magnitude(u);
    const Real k = own(downwards((2 * a / us + b) * u + c));
    if (k < 0 || k > count) continue;
    if (us >= 0.07 && v <= accepted) return k;
    v = natural_log(v * alpha / (a / (us * us) + b));
    const Real rest = own(count - k);
    const Real bound = (mode + 0.5) * natural_log((mode + 1) / (odds * (count - mode + 1)))
        + own(count + 1) * natural_log((count - mode + 1) / own(rest + 1))
        + (k + 0.5) * natural_log(odds * own(rest + 1) / own(k + 1))
        + stirling_tail(mode) + stirling_tail(count - mode) - stirling_tail(k) - stirling_tail(rest);
    if (v <= bound) return k;
  }
}

DEVICE Real binomial_number(Philox& p, Real count, Real chance) {
  if (count != count || chance != chance) return (Real) NAN64;
  if (count <= 0 || chance <= 0) return 0;
  if (chance >= 1) return count;
  const Real rarer = chance <= 0.5 ? chance : own(1 - chance);
  const Real k = own(count * rarer) >= 10 ? many(p, count, rarer) : few(p, count, rarer);
  return chance <= 0.5 ? k : own(count - k);
}

// Eight elements a thread, as far apart as a block is wide; they share its sequence. `other` has the counts, `mask` the
// probabilities.
BOUNDED_KERNEL(binomials, Arguments, 128) {
  Philox p = philox(a.seed, thread_number(), a.offset);
  const i64 base = (i64) blockIdx.x * blockDim.x * 8;
  for (int k = 0; k < 8; k++) {
    const i64 i = base + threadIdx.x + k * (i64) blockDim.x;
    if (i >= a.count) return;
    const Real count = wide(((const Element*) a.other)[i]);
    const Real chance = wide(((const Element*) a.mask)[i]);
    ((Element*) a.at)[i] = cast<Element>(binomial_number(p, count, chance));
  }
}
