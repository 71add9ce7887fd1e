// The numbers that sums of products are made in: S, wide enough for elements T.

template <typename N> struct Sums {
  static DEVICE N zero() { return 0; }
  static DEVICE void plus(N& sum, N x) { sum += x; }
  static DEVICE void multiply_add(N& sum, N x, N y) { sum += x * y; }
  static DEVICE N scaled(N x, const f64* by) { return x * (N) by[0]; }
};

template <typename Z, typename R> struct ComplexSums {
  static DEVICE Z zero() { return Z{0, 0}; }
  static DEVICE void plus(Z& sum, Z x) {
    sum.re += x.re;
    sum.im += x.im;
  }
  static DEVICE void multiply_add(Z& sum, Z x, Z y) {
    sum.re += x.re * y.re;
    sum.re -= x.im * y.im;
    sum.im += x.re * y.im;
    sum.im += x.im * y.re;
  }
  static DEVICE Z scaled(Z x, const f64* by) {
    return Z{x.re * (R) by[0] - x.im * (R) by[1], x.re * (R) by[1] + x.im * (R) by[0]};
  }
};
template <> struct Sums<c64> : ComplexSums<c64, f32> {};
template <> struct Sums<c128> : ComplexSums<c128, f64> {};
