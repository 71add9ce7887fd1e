// The numbers that sums of products are made in: S, wide enough for elements T. Products are fused with their sums, in the
// order of the steps, as MKL does for PyTorch: where sums cancel, only the same order gives the same digits. With ROUNDED
// every step is rounded, as in what PyTorch does not give to MKL.

template <typename N> DEVICE N fused(N x, N y, N sum) { return x * y + sum; }
#ifndef ROUNDED
DEVICE f32 fused(f32 x, f32 y, f32 sum) { return fmaf(x, y, sum); }
DEVICE f64 fused(f64 x, f64 y, f64 sum) { return fma(x, y, sum); }
#elif !defined(STAND_IN)
DEVICE f32 fused(f32 x, f32 y, f32 sum) { return __fadd_rn(sum, __fmul_rn(x, y)); }
DEVICE f64 fused(f64 x, f64 y, f64 sum) { return __dadd_rn(sum, __dmul_rn(x, y)); }
#endif

template <typename N> struct Sums {
  static DEVICE N zero() { return 0; }
  static DEVICE void plus(N& sum, N x) { sum += x; }
  static DEVICE void multiply_add(N& sum, N x, N y) { sum = fused(x, y, sum); }
  static DEVICE N scaled(N x, const f64* by) { return x * (N) by[0]; }
};

template <typename Z, typename R> struct ComplexSums {
  static DEVICE Z zero() { return Z{0, 0}; }
  static DEVICE void plus(Z& sum, Z x) {
    sum.re += x.re;
    sum.im += x.im;
  }
  static DEVICE void multiply_add(Z& sum, Z x, Z y) {
    sum.re = fused(-x.im, y.im, fused(x.re, y.re, sum.re));
    sum.im = fused(x.im, y.re, fused(x.re, y.im, sum.im));
  }
  static DEVICE Z scaled(Z x, const f64* by) {
    return Z{x.re * (R) by[0] - x.im * (R) by[1], x.re * (R) by[1] + x.im * (R) by[0]};
  }
};
template <> struct Sums<c64> : ComplexSums<c64, f32> {};
template <> struct Sums<c128> : ComplexSums<c128, f64> {};
