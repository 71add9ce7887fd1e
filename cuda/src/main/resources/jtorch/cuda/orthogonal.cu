// Orthogonal polynomials of a whole degree.
//
// The same steps as jtorch.expr.OrthogonalPolynomials: change both.

namespace OrthogonalPolynomials {


DEVICE bool even(i64 n);
DEVICE float chebyshev(float twice, float first, i64 n);
DEVICE double chebyshev(double twice, double first, i64 n);
DEVICE float chebyshevPolynomialT(float x, float degree);
DEVICE double chebyshevPolynomialT(double x, double degree);
DEVICE float chebyshevPolynomialU(float x, float degree);
DEVICE double chebyshevPolynomialU(double x, double degree);
DEVICE float chebyshevPolynomialV(float x, float degree);
DEVICE double chebyshevPolynomialV(double x, double degree);
DEVICE float chebyshevPolynomialW(float x, float degree);
DEVICE double chebyshevPolynomialW(double x, double degree);
DEVICE float shiftedChebyshevPolynomialT(float x, float degree);
DEVICE double shiftedChebyshevPolynomialT(double x, double degree);
DEVICE float shiftedChebyshevPolynomialU(float x, float degree);
DEVICE double shiftedChebyshevPolynomialU(double x, double degree);
DEVICE float shiftedChebyshevPolynomialV(float x, float degree);
DEVICE double shiftedChebyshevPolynomialV(double x, double degree);
DEVICE float shiftedChebyshevPolynomialW(float x, float degree);
DEVICE double shiftedChebyshevPolynomialW(double x, double degree);
DEVICE float hermitePolynomialH(float x, float degree);
DEVICE double hermitePolynomialH(double x, double degree);
DEVICE float hermitePolynomialHe(float x, float degree);
DEVICE double hermitePolynomialHe(double x, double degree);
DEVICE float laguerrePolynomialL(float x, float degree);
DEVICE double laguerrePolynomialL(double x, double degree);
DEVICE float legendrePolynomialP(float x, float degree);
DEVICE double legendrePolynomialP(double x, double degree);

DEVICE bool even(i64 n) {
  return (n & 1) == 0;
}

// The recurrence `r = twice * q - p` from degree 1 on, which all Chebyshev polynomials share.
DEVICE float chebyshev(float twice, float first, i64 n) {
  float p = 1;
  float q = first;
  for (i64 k = 2; k <= n && !m_isnan(q); k++) {
    float r = m_fma(twice, q, -p);
    p = q;
    q = r;
  }
  return q;
}

DEVICE double chebyshev(double twice, double first, i64 n) {
  double p = 1;
  double q = first;
  for (i64 k = 2; k <= n && !m_isnan(q); k++) {
    double r = m_fma(twice, q, -p);
    p = q;
    q = r;
  }
  return q;
}

// The Chebyshev polynomial of the first kind.
DEVICE float chebyshevPolynomialT(float x, float degree) {
  i64 n = (i64) degree;
  if (n < 0) return 0;
  if (m_abs(x) == 1) return x > 0 || even(n) ? 1 : -1;
  if (n > 6 && m_abs(x) < 1) {
    float angle = (float) m_acos(x);
    return (float) m_cos(n * angle);
  }
  if (n == 0) return 1;
  return chebyshev(x + x, x, n);
}

DEVICE double chebyshevPolynomialT(double x, double degree) {
  i64 n = (i64) degree;
  if (n < 0) return 0;
  if (m_abs(x) == 1) return x > 0 || even(n) ? 1 : -1;
  if (n > 6 && m_abs(x) < 1) {
    double angle = m_acos(x);
    return m_cos(n * angle);
  }
  if (n == 0) return 1;
  return chebyshev(x + x, x, n);
}

// The Chebyshev polynomial of the second kind.
DEVICE float chebyshevPolynomialU(float x, float degree) {
  i64 n = (i64) degree;
  if (n < 0) return 0;
  if (m_abs(x) == 1) return x > 0 || even(n) ? n + 1 : -(n + 1);
  if (n > 8 && m_abs(x) < 1) {
    float angle = (float) m_acos(x);
    float sin = (float) m_sin(angle);
    return sin != 0 ? (float) m_sin((n + 1) * angle) / sin : (n + 1) * (float) m_cos((n + 1) * angle) / x;
  }
  if (n == 0) return 1;
  return chebyshev(x + x, x + x, n);
}

DEVICE double chebyshevPolynomialU(double x, double degree) {
  i64 n = (i64) degree;
  if (n < 0) return 0;
  if (m_abs(x) == 1) return x > 0 || even(n) ? n + 1 : -(n + 1);
  if (n > 8 && m_abs(x) < 1) {
    double angle = m_acos(x);
    double sin = m_sin(angle);
    return sin != 0 ? m_sin((n + 1) * angle) / sin : (n + 1) * m_cos((n + 1) * angle) / x;
  }
  if (n == 0) return 1;
  return chebyshev(x + x, x + x, n);
}

// The Chebyshev polynomial of the third kind.
DEVICE float chebyshevPolynomialV(float x, float degree) {
  i64 n = (i64) degree;
  if (n < 0) return 0;
  if (m_abs(x) == 1) return x > 0 ? 1 : even(n) ? n + n + 1 : -(n + n + 1);
  if (n > 8 && m_abs(x) < 1) {
    float angle = (float) m_acos(x);
    if ((float) m_sin(angle / 2) != 1) return (float) m_cos((n + 0.5f) * angle) / (float) m_cos(angle / 2);
    return even(n) ? n + n + 1 : -(n + n + 1);
  }
  if (n == 0) return 1;
  return chebyshev(x + x, x + x - 1, n);
}

DEVICE double chebyshevPolynomialV(double x, double degree) {
  i64 n = (i64) degree;
  if (n < 0) return 0;
  if (m_abs(x) == 1) return x > 0 ? 1 : even(n) ? n + n + 1 : -(n + n + 1);
  if (n > 8 && m_abs(x) < 1) {
    double angle = m_acos(x);
    if (m_sin(angle / 2) != 1) return m_cos((n + 0.5) * angle) / m_cos(angle / 2);
    return even(n) ? n + n + 1 : -(n + n + 1);
  }
  if (n == 0) return 1;
  return chebyshev(x + x, x + x - 1, n);
}

// The Chebyshev polynomial of the fourth kind.
DEVICE float chebyshevPolynomialW(float x, float degree) {
  i64 n = (i64) degree;
  if (n < 0) return 0;
  if (m_abs(x) == 1) return x > 0 ? n + n + 1 : even(n) ? 1 : -1;
  if (n > 8 && m_abs(x) < 1) {
    float angle = (float) m_acos(x);
    if ((float) m_cos(angle / 2) != 1) return (float) m_sin((n + 0.5f) * angle) / (float) m_sin(angle / 2);
    return x > 0 ? n + n + 1 : even(n) ? 1 : -1;
  }
  if (n == 0) return 1;
  return chebyshev(x + x, x + x + 1, n);
}

DEVICE double chebyshevPolynomialW(double x, double degree) {
  i64 n = (i64) degree;
  if (n < 0) return 0;
  if (m_abs(x) == 1) return x > 0 ? n + n + 1 : even(n) ? 1 : -1;
  if (n > 8 && m_abs(x) < 1) {
    double angle = m_acos(x);
    if (m_cos(angle / 2) != 1) return m_sin((n + 0.5) * angle) / m_sin(angle / 2);
    return x > 0 ? n + n + 1 : even(n) ? 1 : -1;
  }
  if (n == 0) return 1;
  return chebyshev(x + x, x + x + 1, n);
}

// The Chebyshev polynomial of the first kind, of `2 x - 1`.
DEVICE float shiftedChebyshevPolynomialT(float x, float degree) {
  i64 n = (i64) degree;
  if (n < 0) return 0;
  if (x == 1) return 1;
  if (x == 0) return even(n) ? 1 : -1;
  float t = x + x - 1;
  if (n > 6 && m_abs(t) < 1) {
    float angle = (float) m_acos(t);
    return (float) m_cos(n * angle);
  }
  if (n == 0) return 1;
  return chebyshev(t + t, t, n);
}

DEVICE double shiftedChebyshevPolynomialT(double x, double degree) {
  i64 n = (i64) degree;
  if (n < 0) return 0;
  if (x == 1) return 1;
  if (x == 0) return even(n) ? 1 : -1;
  double t = x + x - 1;
  if (n > 6 && m_abs(t) < 1) {
    double angle = m_acos(t);
    return m_cos(n * angle);
  }
  if (n == 0) return 1;
  return chebyshev(t + t, t, n);
}

// The Chebyshev polynomial of the second kind, of `2 x - 1`.
DEVICE float shiftedChebyshevPolynomialU(float x, float degree) {
  i64 n = (i64) degree;
  if (n < 0) return 0;
  if (x == 1) return n + 1;
  if (x == 0) return even(n) ? n + 1 : -(n + 1);
  float t = x + x - 1;
  if (n > 6 && m_abs(t) < 1) {
    float angle = (float) m_acos(t);
    float sin = (float) m_sin(angle);
    return sin != 0 ? (float) m_sin((n + 1) * angle) / sin : (n + 1) * (float) m_cos((n + 1) * angle) / t;
  }
  if (n == 0) return 1;
  return chebyshev(t + t, t + t, n);
}

DEVICE double shiftedChebyshevPolynomialU(double x, double degree) {
  i64 n = (i64) degree;
  if (n < 0) return 0;
  if (x == 1) return n + 1;
  if (x == 0) return even(n) ? n + 1 : -(n + 1);
  double t = x + x - 1;
  if (n > 6 && m_abs(t) < 1) {
    double angle = m_acos(t);
    double sin = m_sin(angle);
    return sin != 0 ? m_sin((n + 1) * angle) / sin : (n + 1) * m_cos((n + 1) * angle) / t;
  }
  if (n == 0) return 1;
  return chebyshev(t + t, t + t, n);
}

// The Chebyshev polynomial of the third kind, of `2 x - 1`.
DEVICE float shiftedChebyshevPolynomialV(float x, float degree) {
  i64 n = (i64) degree;
  if (n < 0) return 0;
  if (x == 1) return 1;
  if (x == 0) return even(n) ? n + n + 1 : -(n + n + 1);
  float t = x + x - 1;
  if (n > 6 && m_abs(t) < 1) {
    float angle = (float) m_acos(t);
    if ((float) m_sin(angle / 2) != 1) return (float) m_cos((n + 0.5f) * angle) / (float) m_cos(angle / 2);
    return even(n) ? n + n + 1 : -(n + n + 1);
  }
  if (n == 0) return 1;
  return chebyshev(t + t, t + t - 1, n);
}

DEVICE double shiftedChebyshevPolynomialV(double x, double degree) {
  i64 n = (i64) degree;
  if (n < 0) return 0;
  if (x == 1) return 1;
  if (x == 0) return even(n) ? n + n + 1 : -(n + n + 1);
  double t = x + x - 1;
  if (n > 6 && m_abs(t) < 1) {
    double angle = m_acos(t);
    if (m_sin(angle / 2) != 1) return m_cos((n + 0.5) * angle) / m_cos(angle / 2);
    return even(n) ? n + n + 1 : -(n + n + 1);
  }
  if (n == 0) return 1;
  return chebyshev(t + t, t + t - 1, n);
}

// The Chebyshev polynomial of the fourth kind, of `2 x - 1`.
DEVICE float shiftedChebyshevPolynomialW(float x, float degree) {
  i64 n = (i64) degree;
  if (n < 0) return 0;
  if (x == 1) return n + n + 1;
  if (x == 0) return even(n) ? 1 : -1;
  float t = x + x - 1;
  if (n > 4 && m_abs(t) < 1) {
    float angle = (float) m_acos(t);
    if ((float) m_cos(angle / 2) != 1) return (float) m_sin((n + 0.5f) * angle) / (float) m_sin(angle / 2);
    return even(n) ? 1 : -1;
  }
  if (n == 0) return 1;
  return chebyshev(t + t, t + t + 1, n);
}

DEVICE double shiftedChebyshevPolynomialW(double x, double degree) {
  i64 n = (i64) degree;
  if (n < 0) return 0;
  if (x == 1) return n + n + 1;
  if (x == 0) return even(n) ? 1 : -1;
  double t = x + x - 1;
  if (n > 4 && m_abs(t) < 1) {
    double angle = m_acos(t);
    if (m_cos(angle / 2) != 1) return m_sin((n + 0.5) * angle) / m_sin(angle / 2);
    return even(n) ? 1 : -1;
  }
  if (n == 0) return 1;
  return chebyshev(t + t, t + t + 1, n);
}

// The physicists' Hermite polynomial; NaN for degrees above 128.
DEVICE float hermitePolynomialH(float x, float degree) {
  if (!m_isfinite(degree)) return 0;
  i64 n = (i64) degree;
  if (n < 0) return 0;
  if (n == 0) return 1;
  if (n > 128) return NAN32;
  float p = 1;
  float q = x + x;
  for (i64 k = 2; k < n + n; k += 2) {
    float r = m_fma(x + x, q, -(k * p));
    p = q;
    q = r;
  }
  return q;
}

// The physicists' Hermite polynomial; NaN for degrees above 512.
DEVICE double hermitePolynomialH(double x, double degree) {
  if (!m_isfinite(degree)) return 0;
  i64 n = (i64) degree;
  if (n < 0) return 0;
  if (n == 0) return 1;
  if (n > 512) return NAN64;
  double p = 1;
  double q = x + x;
  for (i64 k = 2; k < n + n; k += 2) {
    double r = m_fma(x + x, q, -(k * p));
    p = q;
    q = r;
  }
  return q;
}

// The probabilists' Hermite polynomial; NaN for degrees above 128.
DEVICE float hermitePolynomialHe(float x, float degree) {
  i64 n = (i64) degree;
  if (n < 0) return 0;
  if (n == 0) return 1;
  if (n > 128) return NAN32;
  float p = 1;
  float q = x;
  for (i64 k = 1; k < n; k++) {
    float r = m_fma(x, q, -(k * p));
    p = q;
    q = r;
  }
  return q;
}

// The probabilists' Hermite polynomial; NaN for degrees above 512.
DEVICE double hermitePolynomialHe(double x, double degree) {
  i64 n = (i64) degree;
  if (n < 0) return 0;
  if (n == 0) return 1;
  if (n > 512) return NAN64;
  double p = 1;
  double q = x;
  for (i64 k = 1; k < n; k++) {
    double r = m_fma(x, q, -(k * p));
    p = q;
    q = r;
  }
  return q;
}

DEVICE float laguerrePolynomialL(float x, float degree) {
  i64 n = (i64) degree;
  if (n < 0) return 0;
  if (n == 0 || x == 0) return 1;
  float p = 1;
  float q = 1 - x;
  for (i64 k = 1; k < n && !m_isnan(q); k++) {
    float r = m_fma(k + k + (1 - x), q, -(k * p)) / (k + 1);
    p = q;
    q = r;
  }
  return q;
}

DEVICE double laguerrePolynomialL(double x, double degree) {
  i64 n = (i64) degree;
  if (n < 0) return 0;
  if (n == 0 || x == 0) return 1;
  double p = 1;
  double q = 1 - x;
  for (i64 k = 1; k < n && !m_isnan(q); k++) {
    double r = m_fma(k + k + (1 - x), q, -(k * p)) / (k + 1);
    p = q;
    q = r;
  }
  return q;
}

DEVICE float legendrePolynomialP(float x, float degree) {
  i64 n = (i64) degree;
  if (n < 0) return 0;
  if (m_abs(x) == 1) return x > 0 || even(n) ? 1 : -1;
  if (n == 0) return 1;
  float p = 1;
  float q = x;
  for (i64 k = 1; k < n && !m_isnan(q); k++) {
    float r = m_fma((k + k + 1) * x, q, -(k * p)) / (k + 1);
    p = q;
    q = r;
  }
  return q;
}

DEVICE double legendrePolynomialP(double x, double degree) {
  i64 n = (i64) degree;
  if (n < 0) return 0;
  if (m_abs(x) == 1) return x > 0 || even(n) ? 1 : -1;
  if (n == 0) return 1;
  double p = 1;
  double q = x;
  for (i64 k = 1; k < n && !m_isnan(q); k++) {
    double r = m_fma((k + k + 1) * x, q, -(k * p)) / (k + 1);
    p = q;
    q = r;
  }
  return q;
}

}
