// Functions of one float as PyTorch computes them.
//
// The same steps as jtorch.expr.SinglePrecision: change both.

namespace SinglePrecision {

constexpr float PSI_10 = 2.2517525890667211f;
// `B(2k) / (2k)`, the highest k first.
const float STIRLING[] = {1.0f / 12, -691.0f / 32760, 1.0f / 132, -1.0f / 240, 1.0f / 252, -1.0f / 120, 1.0f / 12};

template <int N>
DEVICE float polynomial(const float (&coefficients)[N], float x);
DEVICE float digamma(float x);
DEVICE float trigamma(float x);
DEVICE float polygamma(float n, float x);
DEVICE float zeta(float x, float q);
DEVICE float erfcx(float x);
DEVICE float logNdtr(float x);
DEVICE float xlog1py(float a, float b);
DEVICE float i0(float x);
DEVICE float i0e(float x);
DEVICE float i1(float x);
DEVICE float i1e(float x);
template <int N>
DEVICE float chebyshev(const double (&c)[N], int terms, float twice);

template <int N>
DEVICE float polynomial(const float (&coefficients)[N], float x) {
  float p = coefficients[0];
  for (int i = 1; i < LENGTH(coefficients); i++) p = m_fma(p, x, coefficients[i]);
  return p;
}

DEVICE float digamma(float x) {
  if (x == 0) return m_copysign(INF32, -x);
  if (x < 0) {
    float fraction = fmodf(x, 1);
    if (fraction == 0) return NAN32;
    return digamma(1 - x) - (float) (PI64 / m_tan(PI64 * fraction));
  }
  float sum = 0;
  for (; x < 10; x++) sum -= 1 / x;
  if (x == 10) return sum + PSI_10;
  float tail = 0;
  if (x < 1e17f) {
    float u = 1 / (x * x);
    for (float c : STIRLING) tail = tail * u + c;
    tail *= u;
  }
  return sum + (float) m_log(x) - 0.5f / x - tail;
}

DEVICE float trigamma(float x) {
  float sum = 0;
  float at = x;
  if (x < 0.5f) {
    float sine = (float) m_sin((float) PI64 * x);
    sum = -((float) PI64 * (float) PI64 / (sine * sine));
    at = 1 - x;
  }
  for (int i = 0; i < 6; i++, at++) sum += 1 / (at * at);
  float u = 1 / (at * at);
  float tail = m_fma(u, m_fma(-u, m_fma(-u, 1.0f / 42, 1.0f / 30), 1.0f / 6), 1 + 1 / (2 * at));
  sum += tail / at;
  return x < 0.5f ? -sum : sum;
}

DEVICE float polygamma(float n, float x) {
  if (n == 0) return digamma(x);
  if (n == 1) return trigamma(x);
  float factorial = (float) m_exp((float) SpecialFunctions::lgamma(n + 1));
  return ((i64) n % 2 == 0 ? -factorial : factorial) * zeta(n + 1, x);
}

// The first term is a float, the others are doubles.
DEVICE float zeta(float x, float q) {
  if (!(x > 1) || q <= 0 && q == rint(q)) return (float) SpecialFunctions::zeta(x, q);
  return (float) ((float) SpecialFunctions::pow(q, -x) + SpecialFunctions::zeta(x, q + 1.0));
}

// `exp(x^2) erfc(x)`, in double at an argument that has been through `400 / (4 + x)` in float.
DEVICE float erfcx(float x) {
  if (x < -26.7f) return INF32;
  float a = m_abs(x);
  if (x < 0) {
    double twice = 2 * m_exp(x * x);
    return (float) (x < -6.1f ? twice : twice - erfcx(a));
  }
  if (a > 50) {
    double square = a * a;
    return (float) (0.56418958354775628695 * (square * (square + 4.5) + 2) / (a * (square * (square + 5) + 3.75)));
  }
  return (float) SpecialFunctions::erfcx(400.0 / (400 / (4 + a)) - 4);
}

DEVICE float logNdtr(float x) {
  float t = x * (float) m_sqrt(0.5);
  if (x < -1) return m_fma(-t, t, (float) m_log(erfcx(-t) / 2));
  return log1pf(-erfcf(t) / 2);
}

DEVICE float xlog1py(float a, float b) {
  return a == 0 && !m_isnan(b) ? 0 : a * log1pf(b);
}

DEVICE float i0(float x) {
  float a = m_abs(x);
  float exp = (float) m_exp(a);
  if (a <= 8) return exp * chebyshev(SpecialFunctions::I0_NEAR, 30, a / 2 - 2);
  return exp * chebyshev(SpecialFunctions::I0_FAR, 25, 32 / a - 2) / (float) m_sqrt(a);
}

DEVICE float i0e(float x) {
  float a = m_abs(x);
  if (a <= 8) return chebyshev(SpecialFunctions::I0_NEAR, 30, a / 2 - 2);
  return chebyshev(SpecialFunctions::I0_FAR, 25, 32 / a - 2) / (float) m_sqrt(a);
}

DEVICE float i1(float x) {
  float a = m_abs(x);
  float exp = (float) m_exp(a);
  float value = a <= 8 ? exp * a * chebyshev(SpecialFunctions::I1_NEAR, 17, a / 2 - 2)
      : exp * chebyshev(SpecialFunctions::I1_FAR, 7, 32 / a - 2) / (float) m_sqrt(a);
  return x < 0 ? -value : value;
}

DEVICE float i1e(float x) {
  float a = m_abs(x);
  float scaled = a <= 8 ? chebyshev(SpecialFunctions::I1_NEAR, 17, a / 2 - 2) * a
      : chebyshev(SpecialFunctions::I1_FAR, 7, 32 / a - 2) / (float) m_sqrt(a);
  return x < 0 ? -scaled : scaled;
}

// The first terms of a series, by Clenshaw's recurrence in twice the argument.
template <int N>
DEVICE float chebyshev(const double (&c)[N], int terms, float twice) {
  float current = 0;
  float next = 0;
  float afterNext = 0;
  for (int k = terms - 1; k >= 0; k--) {
    afterNext = next;
    next = current;
    current = m_fma(twice, next, -afterNext) + (float) (k == 0 ? 2 * c[0] : c[k]);
  }
  return 0.5f * (current - afterNext);
}

}
