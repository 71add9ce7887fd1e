// The operators of scalar expressions, by their names there: op_add, op_exp. Numbers are f32, f64, i64 or bool.

DEVICE f32 m_abs(f32 x) { return fabsf(x); }
DEVICE f64 m_abs(f64 x) { return fabs(x); }
DEVICE i64 m_abs(i64 x) { return x < 0 ? -x : x; }
DEVICE f32 m_fma(f32 a, f32 b, f32 c) { return fmaf(a, b, c); }
DEVICE f64 m_fma(f64 a, f64 b, f64 c) { return fma(a, b, c); }
DEVICE f32 m_copysign(f32 a, f32 b) { return copysignf(a, b); }
DEVICE f64 m_copysign(f64 a, f64 b) { return copysign(a, b); }
DEVICE bool m_isnan(f64 x) { return x != x; }
DEVICE bool m_isnan(f32 x) { return x != x; }
DEVICE bool m_isinf(f64 x) { return fabs(x) == INF64; }
DEVICE bool m_isinf(f32 x) { return fabsf(x) == INF32; }
DEVICE bool m_isfinite(f64 x) { return fabs(x) < INF64; }
DEVICE bool m_isfinite(f32 x) { return fabsf(x) < INF32; }
DEVICE f64 m_exp(f64 x) { return exp(x); }
DEVICE f64 m_log(f64 x) { return log(x); }
DEVICE f64 m_sqrt(f64 x) { return sqrt(x); }
DEVICE f64 m_sin(f64 x) { return sin(x); }
DEVICE f64 m_cos(f64 x) { return cos(x); }
DEVICE f64 m_tan(f64 x) { return tan(x); }
DEVICE f64 m_acos(f64 x) { return acos(x); }
DEVICE f64 m_floor(f64 x) { return floor(x); }
DEVICE f64 m_ceil(f64 x) { return ceil(x); }
DEVICE f64 m_pow(f64 a, f64 b) { return pow(a, b); }
DEVICE f64 m_log1p(f64 x) { return log1p(x); }
DEVICE f64 m_expm1(f64 x) { return expm1(x); }

#define BOTH(name, of_f32, of_f64)             \
  DEVICE f32 op_##name(f32 x) { return of_f32; } \
  DEVICE f64 op_##name(f64 x) { return of_f64; }

BOTH(neg, -x, -x)
BOTH(abs, fabsf(x), fabs(x))
BOTH(sign, (f32) ((x > 0) - (x < 0)), (f64) ((x > 0) - (x < 0)))
BOTH(sgn, (f32) ((x > 0) - (x < 0)), (f64) ((x > 0) - (x < 0)))
BOTH(floor, floorf(x), floor(x))
BOTH(ceil, ceilf(x), ceil(x))
BOTH(round, rintf(x), rint(x))
BOTH(trunc, truncf(x), trunc(x))
BOTH(frac, x - truncf(x), x - trunc(x))
BOTH(square, x * x, x * x)
BOTH(sqrt, sqrtf(x), sqrt(x))
BOTH(rsqrt, 1.0f / sqrtf(x), 1.0 / sqrt(x))
BOTH(reciprocal, 1.0f / x, 1.0 / x)
BOTH(exp, expf(x), exp(x))
BOTH(exp2, exp2f(x), exp2(x))
BOTH(expm1, expm1f(x), expm1(x))
BOTH(log, logf(x), log(x))
BOTH(log2, log2f(x), log2(x))
BOTH(log10, log10f(x), log10(x))
BOTH(log1p, log1pf(x), log1p(x))
BOTH(sin, sinf(x), sin(x))
BOTH(cos, cosf(x), cos(x))
BOTH(tan, tanf(x), tan(x))
BOTH(asin, asinf(x), asin(x))
BOTH(acos, acosf(x), acos(x))
BOTH(atan, atanf(x), atan(x))
BOTH(sinh, sinhf(x), sinh(x))
BOTH(cosh, coshf(x), cosh(x))
BOTH(tanh, tanhf(x), tanh(x))
BOTH(asinh, asinhf(x), asinh(x))
BOTH(acosh, acoshf(x), acosh(x))
BOTH(atanh, atanhf(x), atanh(x))
BOTH(sigmoid, 1.0f / (1.0f + expf(-x)), 1.0 / (1.0 + exp(-x)))
BOTH(erf, erff(x), erf(x))
BOTH(erfc, erfcf(x), erfc(x))
BOTH(lgamma, lgammaf(x), lgamma(x))
BOTH(conj, x, x)
BOTH(real, x, x)
BOTH(imag, 0.0f, 0.0)
BOTH(angle, x != x ? x : x < 0 ? (f32) PI64 : 0.0f, x != x ? x : x < 0 ? PI64 : 0.0)

template <typename T> DEVICE bool op_isNan(T x) { return x != x; }
DEVICE bool op_isInf(f32 x) { return m_isinf(x); }
DEVICE bool op_isInf(f64 x) { return m_isinf(x); }
DEVICE bool op_isInf(i64) { return false; }
DEVICE bool op_isInf(bool) { return false; }
DEVICE bool op_isFinite(f32 x) { return m_isfinite(x); }
DEVICE bool op_isFinite(f64 x) { return m_isfinite(x); }
DEVICE bool op_isFinite(i64) { return true; }
DEVICE bool op_isFinite(bool) { return true; }
DEVICE bool op_signbit(f32 x) { return (__float_as_uint(x) >> 31) != 0; }
DEVICE bool op_signbit(f64 x) { return __double_as_longlong(x) < 0; }
DEVICE bool op_signbit(i64 x) { return x < 0; }
DEVICE bool op_signbit(bool) { return false; }

#define PAIR(name, of_f32, of_f64)                      \
  DEVICE f32 op_##name(f32 a, f32 b) { return of_f32; } \
  DEVICE f64 op_##name(f64 a, f64 b) { return of_f64; }

PAIR(add, a + b, a + b)
PAIR(sub, a - b, a - b)
PAIR(mul, a * b, a * b)
PAIR(div, a / b, a / b)
PAIR(min, a != a || a < b ? a : b != b ? b : a == b && op_signbit(a) ? a : b, a != a || a < b ? a : b != b ? b : a == b && op_signbit(a) ? a : b)
PAIR(max, a != a || a > b ? a : b != b ? b : a == b && op_signbit(b) ? a : b, a != a || a > b ? a : b != b ? b : a == b && op_signbit(b) ? a : b)
PAIR(fmin, fminf(a, b), fmin(a, b))
PAIR(fmax, fmaxf(a, b), fmax(a, b))
PAIR(pow, powf(a, b), pow(a, b))
PAIR(atan2, atan2f(a, b), atan2(a, b))
PAIR(hypot, hypotf(a, b), hypot(a, b))
PAIR(fmod, fmodf(a, b), fmod(a, b))
PAIR(copysign, copysignf(a, b), copysign(a, b))
PAIR(nextafter, nextafterf(a, b), nextafter(a, b))
PAIR(truncDivide, truncf(a / b), trunc(a / b))

template <typename T> DEVICE T remainder_of(T a, T b) {
  T modulus = op_fmod(a, b);
  return modulus != 0 && (b < 0) != (modulus < 0) ? modulus + b : modulus;
}

// Python's //: by way of the modulus, so that it fits together with the remainder.
template <typename T> DEVICE T floor_quotient(T a, T b) {
  if (b == 0) return a / b;
  T modulus = op_fmod(a, b);
  T quotient = (a - modulus) / b;
  if (modulus != 0 && (b < 0) != (modulus < 0)) quotient -= 1;
  if (quotient == 0) return op_copysign((T) 0, a / b);
  T whole = op_floor(quotient);
  return quotient - whole > (T) 0.5 ? whole + 1 : whole;
}

PAIR(remainder, remainder_of(a, b), remainder_of(a, b))
PAIR(floorDivide, floor_quotient(a, b), floor_quotient(a, b))

// ---- integers: a division by zero gives zero -----------------------------------------------------------------------

DEVICE i64 op_neg(i64 x) { return (i64) (0 - (u64) x); }
DEVICE i64 op_abs(i64 x) { return x < 0 ? op_neg(x) : x; }
DEVICE i64 op_sign(i64 x) { return (x > 0) - (x < 0); }
DEVICE i64 op_sgn(i64 x) { return op_sign(x); }
DEVICE i64 op_floor(i64 x) { return x; }
DEVICE i64 op_ceil(i64 x) { return x; }
DEVICE i64 op_round(i64 x) { return x; }
DEVICE i64 op_trunc(i64 x) { return x; }
DEVICE i64 op_conj(i64 x) { return x; }
DEVICE i64 op_real(i64 x) { return x; }
DEVICE i64 op_bitNot(i64 x) { return ~x; }
DEVICE i64 op_add(i64 a, i64 b) { return (i64) ((u64) a + (u64) b); }
DEVICE i64 op_sub(i64 a, i64 b) { return (i64) ((u64) a - (u64) b); }
DEVICE i64 op_mul(i64 a, i64 b) { return (i64) ((u64) a * (u64) b); }
DEVICE i64 op_square(i64 x) { return op_mul(x, x); }
DEVICE i64 op_div(i64 a, i64 b) { return b == 0 ? 0 : b == -1 ? op_neg(a) : a / b; }
DEVICE i64 op_truncDivide(i64 a, i64 b) { return op_div(a, b); }
DEVICE i64 op_fmod(i64 a, i64 b) { return b == 0 || b == -1 ? 0 : a % b; }
DEVICE i64 op_remainder(i64 a, i64 b) {
  i64 rest = op_fmod(a, b);
  return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
}
DEVICE i64 op_floorDivide(i64 a, i64 b) {
  i64 quotient = op_div(a, b);
  return op_fmod(a, b) != 0 && (a < 0) != (b < 0) ? quotient - 1 : quotient;
}
DEVICE i64 op_pow(i64 base, i64 exponent) {
  if (exponent < 0) return base == 1 ? 1 : base == -1 ? ((exponent & 1) == 0 ? 1 : -1) : 0;
  i64 result = 1;
  for (; exponent != 0; exponent >>= 1, base = op_mul(base, base)) {
    if ((exponent & 1) != 0) result = op_mul(result, base);
  }
  return result;
}
DEVICE i64 op_min(i64 a, i64 b) { return a < b ? a : b; }
DEVICE i64 op_max(i64 a, i64 b) { return a > b ? a : b; }
DEVICE i64 op_fmin(i64 a, i64 b) { return a < b ? a : b; }
DEVICE i64 op_fmax(i64 a, i64 b) { return a > b ? a : b; }
DEVICE i64 op_bitAnd(i64 a, i64 b) { return a & b; }
DEVICE i64 op_bitOr(i64 a, i64 b) { return a | b; }
DEVICE i64 op_bitXor(i64 a, i64 b) { return a ^ b; }
DEVICE i64 op_shiftLeft(i64 a, i64 b) { return b >= 0 && b < 64 ? (i64) ((u64) a << b) : 0; }
DEVICE i64 op_shiftRight(i64 a, i64 b) { return a >> (b >= 0 && b < 64 ? b : 63); }
DEVICE i64 op_gcd(i64 a, i64 b) {
  while (a != 0) {
    i64 rest = op_fmod(b, a);
    b = a;
    a = rest;
  }
  return op_abs(b);
}
DEVICE i64 op_lcm(i64 a, i64 b) {
  i64 divisor = op_gcd(a, b);
  return divisor == 0 ? 0 : op_abs(op_mul(a / divisor, b));
}

// ---- bools: sums are "or", products "and", and false is less than true ---------------------------------------------

DEVICE bool op_abs(bool x) { return x; }
DEVICE bool op_sign(bool x) { return x; }
DEVICE bool op_sgn(bool x) { return x; }
DEVICE bool op_square(bool x) { return x; }
DEVICE bool op_bitNot(bool x) { return !x; }
DEVICE bool op_conj(bool x) { return x; }
DEVICE bool op_real(bool x) { return x; }
DEVICE bool op_add(bool a, bool b) { return a || b; }
DEVICE bool op_mul(bool a, bool b) { return a && b; }
DEVICE bool op_pow(bool a, bool b) { return a || !b; }
DEVICE bool op_min(bool a, bool b) { return a && b; }
DEVICE bool op_max(bool a, bool b) { return a || b; }
DEVICE bool op_fmin(bool a, bool b) { return a && b; }
DEVICE bool op_fmax(bool a, bool b) { return a || b; }
DEVICE bool op_bitAnd(bool a, bool b) { return a && b; }
DEVICE bool op_bitOr(bool a, bool b) { return a || b; }
DEVICE bool op_bitXor(bool a, bool b) { return a != b; }

// ---- truths --------------------------------------------------------------------------------------------------------

template <typename T> DEVICE bool op_lt(T a, T b) { return a < b; }
template <typename T> DEVICE bool op_le(T a, T b) { return a <= b; }
template <typename T> DEVICE bool op_gt(T a, T b) { return a > b; }
template <typename T> DEVICE bool op_ge(T a, T b) { return a >= b; }
template <typename T> DEVICE bool op_eq(T a, T b) { return a == b; }
template <typename T> DEVICE bool op_ne(T a, T b) { return a != b; }
DEVICE bool op_and(bool a, bool b) { return a && b; }
DEVICE bool op_or(bool a, bool b) { return a || b; }
DEVICE bool op_xor(bool a, bool b) { return a != b; }
