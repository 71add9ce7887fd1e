package jtorch.random;

import static jtorch.random.Draw.check;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jtorch.DType;
import jtorch.memory.Halves;
import jtorch.memory.Memory;

/// Distributions that take one uniform number an element: uniform, Bernoulli, exponential, geometric, Cauchy.
///
/// The uniform numbers are `u24`, the lower 24 bits of one output over 2^24, and `u53`, the lower 53 bits of two outputs
/// (the first one above) over 2^53. What is computed in double precision is then rounded to the dtype. Region that are
/// not contiguous are filled in the order of memory.
public final class Uniforms {
  private Uniforms() {}

  /// Numbers between `from` (inclusive) and `to` (exclusive): `u (to - from) + from` as one fused multiply-add, with u53
  /// for float64 and u24 in float32 arithmetic for the others; the parts of complex numbers one after the other. What
  /// rounds up to `to` becomes `from`. **As** `uniform_`.
  ///
  /// @throws IllegalArgumentException for other dtypes, bounds outside of the dtype, `from > to`
  public static void uniform(Generator generator, Region out, double from, double to) {
    checkUniform(out.dtype(), from, to);
    Region parts = out.parts();
    DType dtype = parts.dtype();
    if (dtype == DType.FLOAT64) {
      Draw.fill(generator, parts, (t, into, n) -> {
        t.uniforms53(into, n);
        for (int i = 0; i < n; i++) {
          double value = Math.fma(into[i], to - from, from);
          into[i] = value == to ? from : value;
        }
      });
    } else if (dtype == DType.FLOAT32 && parts.isContiguous()) {
      generator.exclusively(t -> floats(t, parts.address(), parts.count(), (float) from, (float) to));
    } else {
      var single = new float[(int) Math.min(parts.count(), MersenneTwister.CHUNK)];
      Draw.fill(generator, parts, (t, into, n) -> {
        between(t, single, n, dtype, (float) from, (float) to);
        for (int i = 0; i < n; i++) into[i] = single[i];
      });
    }
  }

  static void checkUniform(DType given, double from, double to) {
    check(given.isDifferentiable(), () -> "uniform_ is for floating and complex dtypes, not " + given);
    DType dtype = given.isComplex() ? given.toReal() : given;
    double largest = largest(dtype);
    check(Math.abs(from) <= largest, () -> "uniform_: from is out of bounds for " + dtype + ": " + from);
    check(Math.abs(to) <= largest, () -> "uniform_: to is out of bounds for " + dtype + ": " + to);
    check(from <= to, () -> "uniform_ draws from [from, to), but found from=" + from + " > to=" + to);
    check(to - from <= largest,
        () -> "uniform_: to - from must not exceed the largest " + dtype + ", but found from=" + from + ", to=" + to);
  }

  private static void floats(MersenneTwister twister, long address, long count, float from, float to) {
    var chunk = new float[(int) Math.min(count, MersenneTwister.CHUNK)];
    for (long left = count, at = address; left > 0; left -= chunk.length, at += 4L * chunk.length) {
      int n = (int) Math.min(left, chunk.length);
      between(twister, chunk, n, DType.FLOAT32, from, to);
      MemorySegment.copy(chunk, 0, Memory.ALL, ValueLayout.JAVA_FLOAT_UNALIGNED, at, n);
    }
  }

  /// In float32 arithmetic, rounded to the dtype.
  private static void between(MersenneTwister twister, float[] into, int n, DType dtype, float from, float to) {
    twister.uniforms24(into, n);
    float range = to - from;
    for (int i = 0; i < n; i++) into[i] = Math.fma(into[i], range, from);
    float first = Draw.round(from, dtype);
    float last = Draw.round(to, dtype);
    if (Draw.round(Math.fma(1 - 0x1p-24f, range, from), dtype) < last) {
      if (dtype == DType.FLOAT32) return;
      for (int i = 0; i < n; i++) into[i] = Draw.round(into[i], dtype);
      return;
    }
    // Even the largest uniform number may reach the end of the range.
    for (int i = 0; i < n; i++) {
      float value = Draw.round(into[i], dtype);
      into[i] = value == last ? first : value;
    }
  }

  private static double largest(DType dtype) {
    return switch (dtype) {
      case FLOAT16 -> 65504;
      case BFLOAT16 -> Halves.bfloat16ToFloat((short) 0x7F7F);
      case FLOAT32 -> Float.MAX_VALUE;
      default -> Double.MAX_VALUE;
    };
  }

  /// One where `u53 < p`, zero elsewhere, in any real dtype; two outputs an element, also for p = 0 and 1. **As**
  /// `bernoulli_(p)`.
  public static void bernoulli(Generator generator, Region out, double p) {
    checkBernoulli(out.dtype(), p);
    Draw.fill(generator, out, (t, into, n) -> {
      t.uniforms53(into, n);
      for (int i = 0; i < n; i++) into[i] = into[i] < p ? 1 : 0;
    });
  }

  static void checkBernoulli(DType dtype, double p) {
    Draw.requireReal("bernoulli_", dtype);
    check(p >= 0 && p <= 1, () -> "bernoulli_ expects p to be in [0, 1], but got p=" + p);
  }

  /// One where a uniform number lies below the element's own probability: u53 for float64 probabilities, u24 for the
  /// others. **As** `bernoulli_(tensor)`, and as `bernoulli(tensor)` with a contiguous `out` of the probabilities' dtype,
  /// whatever their strides.
  public static void bernoulli(Generator generator, Region out, Region p) {
    Draw.requireReal("bernoulli_", out.dtype());
    Draw.requireFloating("bernoulli's probability", p.dtype());
    Draw.requireSameSizes("bernoulli", out, p);
    check(Draw.all(p, v -> v >= 0 && v <= 1),
        () -> "bernoulli: expected all p to be true probabilities, p >= 0 and p <= 1");
    if (p.dtype() == DType.FLOAT64) {
      Draw.map(generator, out, p, (t, v, same) -> t.uniform53() < v ? 1 : 0);
    } else {
      Draw.map(generator, out, p, (t, v, same) -> (t.next32() & 0xFFFFFF) * 0x1p-24f < v ? 1 : 0);
    }
  }

  /// `-1/lambda log(1 - u53)`. **As** `exponential_`.
  public static void exponential(Generator generator, Region out, double lambda) {
    checkExponential(out.dtype(), lambda);
    Draw.fill(generator, out, (t, into, n) -> {
      t.uniforms53(into, n);
      for (int i = 0; i < n; i++) into[i] = exponential(into[i], lambda);
    });
  }

  static void checkExponential(DType dtype, double lambda) {
    Draw.requireFloating("exponential_", dtype);
    check(lambda > 0, () -> "exponential_ expects lambda > 0.0, but found lambda=" + lambda);
  }

  static double exponential(double uniform, double lambda) {
    return -1 / lambda * CLibrary.log1p(-uniform);
  }

  /// The number of trials up to the first success: `ceil(log(u53) / log(1 - p))`. **As** `geometric_`.
  public static void geometric(Generator generator, Region out, double p) {
    checkGeometric(out.dtype(), p);
    double failure = CLibrary.log1p(-p);
    Draw.fill(generator, out, (t, into, n) -> {
      t.uniforms53(into, n);
      for (int i = 0; i < n; i++) into[i] = Math.ceil(CLibrary.log(into[i]) / failure);
    });
  }

  static void checkGeometric(DType dtype, double p) {
    check(dtype.isFloatingPoint() || dtype.isIntegral(),
        () -> "geometric_ is for floating and integer dtypes, not " + dtype);
    check(p > 0 && p < 1, () -> "geometric_ expects p to be in (0, 1), but got p=" + p);
  }

  /// `sigma tan(pi (u53 - 1/2)) + median`, the last two steps fused. **As** `cauchy_`.
  public static void cauchy(Generator generator, Region out, double median, double sigma) {
    checkCauchy(out.dtype(), sigma);
    Draw.fill(generator, out, (t, into, n) -> {
      t.uniforms53(into, n);
      for (int i = 0; i < n; i++) into[i] = Math.fma(sigma, CLibrary.tan(Math.PI * (into[i] - 0.5)), median);
    });
  }

  static void checkCauchy(DType dtype, double sigma) {
    Draw.requireFloating("cauchy_", dtype);
    check(sigma > 0, () -> "cauchy_ expects sigma > 0.0, but found sigma=" + sigma);
  }

  /// The slopes of a randomized leaky ReLU: for an input at or below zero `u53 (upper - lower) + lower`, with bounds
  /// rounded to the dtype first, else one. Only inputs at or below zero draw. **As** the noise of `rrelu_with_noise`.
  public static void leakySlopes(Generator generator, Region out, Region input, double lower, double upper) {
    Draw.requireFloating("rrelu", out.dtype());
    Draw.requireFloating("rrelu's input", input.dtype());
    Draw.requireSameSizes("rrelu", out, input);
    check(lower <= upper, () -> "rrelu: lower must not exceed upper, but found lower=" + lower + ", upper=" + upper);
    boolean wide = out.dtype() == DType.FLOAT64;
    double low = wide ? lower : Draw.round((float) lower, out.dtype());
    double high = wide ? upper : Draw.round((float) upper, out.dtype());
    Draw.map(generator, out, input, (t, x, same) -> x <= 0 ? t.uniform53() * (high - low) + low : 1);
  }
}
