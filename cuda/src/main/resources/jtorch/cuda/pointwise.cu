// Functions of one element with two results. Before this comes the type Element.

struct Arguments {
  u64 in, mantissas, exponents;
  i64 count;
};

// x = mantissa * 2^exponent with a mantissa in [0.5, 1); zeros, infinities and NaN are their own, with exponent 0.
KERNEL(split, Arguments) {
  for (i64 i = thread_number(); i < a.count; i += thread_count()) {
    const f64 x = cast<f64>(((const Element*) a.in)[i]);
    int exponent = 0;
    f64 mantissa = x;
    if (x != 0 && x - x == 0) mantissa = frexp(x, &exponent);
    ((Element*) a.mantissas)[i] = cast<Element>(mantissa);
    ((i32*) a.exponents)[i] = exponent;
  }
}
