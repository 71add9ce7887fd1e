// Numbers at equal distances. Before this come the types Element and Number, and COMPLEX.

#if !COMPLEX
struct Arguments {
  u64 out;
  i64 count;
  Number start, unused, step;
};

KERNEL(sequence, Arguments) {
  for (i64 i = thread_number(); i < a.count; i += thread_count())
    ((Element*) a.out)[i] = cast<Element>(a.start + (Number) i * a.step);
}
#endif

struct Spacing {
  u64 out;
  i64 count;
  f64 start, end, step, imaginary_start, imaginary_end, imaginary_step, base, logarithm;
  i64 powers;
};

// From both ends to the middle, so that both are met exactly.
DEVICE f64 spaced(i64 i, i64 count, f64 start, f64 end, f64 step) {
  return count == 1 || i < count / 2 ? start + step * (f64) i : end - step * (f64) (count - i - 1);
}

#if COMPLEX
DEVICE void put(c32* at, f64 re, f64 im) { *at = c32{cast<f16>(re), cast<f16>(im)}; }
DEVICE void put(c64* at, f64 re, f64 im) { *at = c64{(f32) re, (f32) im}; }
DEVICE void put(c128* at, f64 re, f64 im) { *at = c128{re, im}; }
#else
DEVICE void put(Element* at, f64 re, f64 im) { *at = cast<Element>(re); }
#endif

KERNEL(spacing, Spacing) {
  for (i64 i = thread_number(); i < a.count; i += thread_count()) {
    f64 re = spaced(i, a.count, a.start, a.end, a.step);
    f64 im = COMPLEX ? spaced(i, a.count, a.imaginary_start, a.imaginary_end, a.imaginary_step) : 0;
    if (a.powers) {
      const f64 magnitude = pow(a.base, re);
      const f64 angle = im * a.logarithm;
      re = angle == 0 ? magnitude : magnitude * cos(angle);
      im = angle == 0 ? 0 : magnitude * sin(angle);
    }
    put((Element*) a.out + i, re, im);
  }
}
