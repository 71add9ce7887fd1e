package jtorch.cpu.loop;

import jtorch.cpu.VectorApi;

/// Transcendental functions in float for scalar loops.
///
/// [VectorFloatFunctions] does the same steps in all lanes at once, so a result depends neither on an element's place nor
/// on whether a loop has been vectorized yet. For the same reason both are made of arithmetic alone: the Vector API's
/// own functions give other numbers in the interpreter than in compiled code. Errors stay below 4 units in the last
/// place, mostly below 2. The polynomials are minimax fits made for these classes.
final class FloatFunctions {
  /// Exponentials take `2^(k / STEPS)` from a table; in vectors the table is one register.
  static final int STEPS = VectorApi.PRESENT ? Vectors.floatLanes() : 16;
  static final int STEP_BITS = Integer.numberOfTrailingZeros(STEPS);
  static final float STEPS_PER_UNIT = (float) (STEPS / Math.log(2));
  static final float LN2 = (float) Math.log(2);
  static final float LN2_REST = (float) (Math.log(2) - LN2);
  /// Added to a small number it leaves its nearest integer in the low bits.
  static final float TO_INTEGER = 0x1.8p23f;
  /// Beyond these exponentials are 0 or infinite.
  static final float EXP_LEAST = -104;
  static final float EXP_MOST = 89;
  static final float EXP2_LEAST = -150;
  static final float EXP2_MOST = 128;
  static final float EXP_NORMAL = 87;
  /// Where `exp(x)` still is finite.
  static final float SIGMOID_END = 88.7f;
  /// Powers are computed this many octaves nearer to 1, so that they are normal numbers, and go where they belong last.
  static final int SHIFT = 64 << 23;
  static final float SHIFT_UP = 0x1p64f;
  static final float SHIFT_DOWN = 0x1p-64f;
  /// The bits of `2^(k / STEPS)`, less those that k adds when it is shifted into the exponent.
  static final int[] ROOTS = new int[STEPS];
  /// What the roots lack, relatively.
  static final float[] ROOTS_REST = new float[STEPS];

  static {
    for (int k = 0; k < STEPS; k++) {
      double root = Math.pow(2, (double) k / STEPS);
      ROOTS[k] = Float.floatToIntBits((float) root) - (k << (23 - STEP_BITS));
      ROOTS_REST[k] = (float) (root / (float) root - 1);
    }
  }

  static final int ROOT_OF_HALF = Float.floatToIntBits((float) Math.sqrt(0.5));
  static final int EXPONENT = 0xff800000;
  static final float LOG10_OF_2 = (float) Math.log10(2);
  static final float LOG10_OF_E = (float) Math.log10(Math.E);

  /// `log(1 + f) = f + f^2 (LOG2 + LOG3 f + ...)` between the square roots of 1/2 and 2.
  static final float LOG2 = -0.5f;
  static final float LOG3 = 0.3333333f;
  static final float LOG4 = -0.2500082f;
  static final float LOG5 = 0.20001227f;
  static final float LOG6 = -0.16623357f;
  static final float LOG7 = 0.14201757f;
  static final float LOG8 = -0.13160181f;
  static final float LOG9 = 0.12761578f;
  static final float LOG10 = -0.07634503f;

  /// A quarter turn in three parts, and the largest angle for which these are enough.
  static final float QUARTER = 0x1.921fb6p0f;
  static final float QUARTER_REST = -0x1.777a5cp-25f;
  static final float QUARTER_REST2 = -0x1.ee59dap-50f;
  static final float QUARTERS_PER_UNIT = (float) (2 / Math.PI);
  static final float LARGEST_ANGLE = 30000;
  static final float SIN3 = -0.16666654f;
  static final float SIN5 = 0.008332131f;
  static final float SIN7 = -0.00019510872f;
  static final float COS4 = 0.041666646f;
  static final float COS6 = -0.0013887306f;
  static final float COS8 = 2.4431241e-05f;

  /// `tanh(x) = x p(x^2) / q(x^2)` up to where the result rounds to 1.
  static final float TANH_END = 9.02f;
  static final float TANH_P1 = 0.13379718f;
  static final float TANH_P2 = 0.0034940357f;
  static final float TANH_P3 = 2.0583497e-05f;
  static final float TANH_P4 = 1.3319088e-08f;
  static final float TANH_Q1 = 0.46713033f;
  static final float TANH_Q2 = 0.025871078f;
  static final float TANH_Q3 = 0.00032830946f;
  static final float TANH_Q4 = 7.762027e-07f;

  /// `erf(x) = x p(x^2) / q(x^2)` up to where the result rounds to 1.
  static final float ERF_END = 3.92f;
  static final float ERF_P0 = 1.1283791f;
  static final float ERF_P1 = 0.19040747f;
  static final float ERF_P2 = 0.052748833f;
  static final float ERF_P3 = 0.0037656524f;
  static final float ERF_P4 = 0.00028488226f;
  static final float ERF_P5 = 2.050064e-06f;
  static final float ERF_Q1 = 0.502077f;
  static final float ERF_Q2 = 0.11410951f;
  static final float ERF_Q3 = 0.01496929f;
  static final float ERF_Q4 = 0.0011625417f;
  static final float ERF_Q5 = 3.8091446e-05f;

  private FloatFunctions() {}

  private static float fma(float a, float b, float c) {
    return Math.fma(a, b, c);
  }

  private static float clamp(float x, float least, float most) {
    return x > most ? most : x < least ? least : x;
  }

  // Exponential functions

  /// The bits of `2^(k / STEPS)` for the integer k that was rounded to by [#TO_INTEGER].
  private static int powerOfRoot(float rounded) {
    int k = Float.floatToRawIntBits(rounded);
    return ROOTS[k & (STEPS - 1)] + (k << (23 - STEP_BITS));
  }

  /// What is left of x without k steps.
  private static float restOfSteps(float x, float rounded) {
    float k = rounded - TO_INTEGER;
    return fma(k, -LN2_REST / STEPS, fma(k, -LN2 / STEPS, x));
  }

  /// `exp(r) - 1` for r within half a step.
  private static float smallExpm1(float r) {
    float p = 1f / 6;
    if (STEPS < 8) p = fma(fma(r, 1f / 120, 1f / 24), r, p);
    return fma(fma(p, r, 0.5f), r, 1) * r;
  }

  private static float shifted(int power, float small, boolean low) {
    float near = Float.intBitsToFloat(power + (low ? SHIFT : -SHIFT));
    return fma(small, near, near) * (low ? SHIFT_DOWN : SHIFT_UP);
  }

  static float exp(float x) {
    float c = clamp(x, EXP_LEAST, EXP_MOST);
    float rounded = fma(c, STEPS_PER_UNIT, TO_INTEGER);
    return shifted(powerOfRoot(rounded), smallExpm1(restOfSteps(c, rounded)), c < 0);
  }

  static float exp2(float x) {
    float c = clamp(x, EXP2_LEAST, EXP2_MOST);
    float rounded = fma(c, STEPS, TO_INTEGER);
    float fraction = fma(rounded - TO_INTEGER, -1f / STEPS, c);
    return shifted(powerOfRoot(rounded), smallExpm1(fraction * LN2), c < 0);
  }

  /// With half the power, which does not overflow before the result does.
  static float expm1(float x) {
    float c = clamp(x, -EXP_NORMAL, EXP_MOST);
    float rounded = fma(c, STEPS_PER_UNIT, TO_INTEGER);
    float half = Float.intBitsToFloat(powerOfRoot(rounded) - (1 << 23));
    float rest = ROOTS_REST[Float.floatToRawIntBits(rounded) & (STEPS - 1)];
    float r = restOfSteps(c, rounded);
    float small = fma((r * r) * (r * r), 1f / 24, smallExpm1(r) + rest);
    return fma(small, half, half - 0.5f) * 2;
  }

  /// `1 / (1 + exp(-x))`; 0 where the exponential is infinite.
  static float sigmoid(float x) {
    float c = clamp(x, -SIGMOID_END, EXP_NORMAL);
    float rounded = fma(c, -STEPS_PER_UNIT, TO_INTEGER);
    float power = Float.intBitsToFloat(powerOfRoot(rounded));
    float value = 1 / (fma(smallExpm1(restOfSteps(-c, rounded)), power, power) + 1);
    return x < -SIGMOID_END ? 0 : value;
  }

  // Logarithms: the exponent, and a polynomial in the fraction, which lies between the square roots of 1/2 and 2

  private static float exponent(float x) {
    return (Float.floatToRawIntBits(x) - ROOT_OF_HALF) >> 23;
  }

  private static float fractionLessOne(float x) {
    int bits = Float.floatToRawIntBits(x);
    return Float.intBitsToFloat(bits - ((bits - ROOT_OF_HALF) & EXPONENT)) - 1;
  }

  /// `log(1 + f) - f`.
  private static float logRest(float f) {
    float high = fma(fma(fma(fma(LOG10, f, LOG9), f, LOG8), f, LOG7), f, LOG6);
    return fma(fma(fma(fma(high, f, LOG5), f, LOG4), f, LOG3), f, LOG2) * (f * f);
  }

  /// Subnormal numbers made normal; the exponent then is too large by 23.
  private static float lifted(float x) {
    return x < Float.MIN_NORMAL ? x * 0x1p23f : x;
  }

  private static float liftedExponent(float x) {
    return x < Float.MIN_NORMAL ? exponent(lifted(x)) - 23 : exponent(x);
  }

  /// A logarithm with its values where there is no positive finite number.
  private static float ends(float logarithm, float x) {
    if (x == 0) return Float.NEGATIVE_INFINITY;
    return x < 0 ? Float.NaN : x <= Float.MAX_VALUE ? logarithm : x;
  }

  static float log(float x) {
    float f = fractionLessOne(lifted(x));
    float e = liftedExponent(x);
    return ends(fma(e, LN2, fma(e, LN2_REST, logRest(f)) + f), x);
  }

  static float log2(float x) {
    float f = fractionLessOne(lifted(x));
    return ends(fma(logRest(f) + f, 1 / LN2, liftedExponent(x)), x);
  }

  static float log10(float x) {
    float f = fractionLessOne(lifted(x));
    return ends(fma(logRest(f) + f, LOG10_OF_E, liftedExponent(x) * LOG10_OF_2), x);
  }

  /// The logarithm of `1 + x` as rounded, and what the rounding took away.
  static float log1p(float x) {
    float u = x + 1;
    float value = log(u);
    float corrected = value + (x - (u - 1)) / u;
    return Float.isNaN(corrected) ? value : corrected;
  }

  /// By way of double precision; the special cases are those of C.
  static float pow(float a, float b) {
    if (b == 0 || a == 1 || (a == -1 && Float.isInfinite(b))) return 1;
    boolean whole = ScalarFloats.trunc(b) == b;
    if (a < 0 && Float.isFinite(a) && !whole) return Float.NaN;
    float power = (float) FloatPower.of(Math.abs((double) a), b);
    boolean odd = whole && ScalarFloats.trunc(b * 0.5f) * 2 != b;
    return odd && ScalarFloats.signbit(a) ? -power : power;
  }

  // Circular functions: the angle without quarter turns, and polynomials for the sine and the cosine of the rest

  private static float quarters(float x) {
    return fma(x, QUARTERS_PER_UNIT, TO_INTEGER);
  }

  private static float restOfQuarters(float x) {
    float k = quarters(x) - TO_INTEGER;
    return fma(k, -QUARTER_REST2, fma(k, -QUARTER_REST, fma(k, -QUARTER, x)));
  }

  private static float smallSine(float r) {
    float u = r * r;
    return fma(fma(fma(SIN7, u, SIN5), u, SIN3), u * r, r);
  }

  private static float smallCosine(float r) {
    float u = r * r;
    return fma(fma(fma(fma(COS8, u, COS6), u, COS4), u, -0.5f), u, 1);
  }

  /// The sine of r and as many quarter turns as the bits say.
  private static float sineAfter(int quarters, float r) {
    float value = (quarters & 1) != 0 ? smallCosine(r) : smallSine(r);
    return Float.intBitsToFloat(Float.floatToRawIntBits(value) ^ ((quarters & 2) << 30));
  }

  static float sin(float x) {
    if (!(Math.abs(x) < LARGEST_ANGLE)) return (float) Math.sin(x);
    return sineAfter(Float.floatToRawIntBits(quarters(x)), restOfQuarters(x));
  }

  static float cos(float x) {
    if (!(Math.abs(x) < LARGEST_ANGLE)) return (float) Math.cos(x);
    return sineAfter(Float.floatToRawIntBits(quarters(x)) + 1, restOfQuarters(x));
  }

  static float tan(float x) {
    if (!(Math.abs(x) < LARGEST_ANGLE)) return (float) Math.tan(x);
    float sine = smallSine(restOfQuarters(x));
    float cosine = smallCosine(restOfQuarters(x));
    return (Float.floatToRawIntBits(quarters(x)) & 1) != 0 ? -cosine / sine : sine / cosine;
  }

  static float[] sines(float[] x) {
    for (int i = 0; i < x.length; i++) x[i] = sin(x[i]);
    return x;
  }

  static float[] cosines(float[] x) {
    for (int i = 0; i < x.length; i++) x[i] = cos(x[i]);
    return x;
  }

  static float[] tangents(float[] x) {
    for (int i = 0; i < x.length; i++) x[i] = tan(x[i]);
    return x;
  }

  // Functions with two levels

  static float tanh(float x) {
    float c = clamp(x, -TANH_END, TANH_END);
    float u = c * c;
    float p = fma(fma(fma(fma(TANH_P4, u, TANH_P3), u, TANH_P2), u, TANH_P1), u, 1);
    float q = fma(fma(fma(fma(TANH_Q4, u, TANH_Q3), u, TANH_Q2), u, TANH_Q1), u, 1);
    return c * p / q;
  }

  static float erf(float x) {
    float c = clamp(x, -ERF_END, ERF_END);
    float u = c * c;
    float p = fma(fma(fma(fma(fma(ERF_P5, u, ERF_P4), u, ERF_P3), u, ERF_P2), u, ERF_P1), u, ERF_P0);
    float q = fma(fma(fma(fma(fma(ERF_Q5, u, ERF_Q4), u, ERF_Q3), u, ERF_Q2), u, ERF_Q1), u, 1);
    return c * p / q;
  }

  // The odd polynomial of atan on [-1, 1], as in Sleef; the parts of pi/2 and pi.
  static final float ATAN3 = -0.33333102f;
  static final float ATAN5 = 0.19992696f;
  static final float ATAN7 = -0.14202736f;
  static final float ATAN9 = 0.10634793f;
  static final float ATAN11 = -0.07489009f;
  static final float ATAN13 = 0.042504989f;
  static final float ATAN15 = -0.015956903f;
  static final float ATAN17 = 0.0028236390f;
  static final float HALF_TURN = (float) Math.PI;
  static final float HALF_TURN_REST = (float) (Math.PI - (float) Math.PI);
  static final float QUARTER_TURN = HALF_TURN / 2;
  static final float QUARTER_TURN_REST = HALF_TURN_REST / 2;

  /// The angle of the smaller by the greater magnitude, put into its octant.
  static float atan2(float a, float b) {
    float y = Math.abs(a);
    float x = Math.abs(b);
    float least = Math.min(x, y);
    float most = Math.max(x, y);
    // Zeros have the angle 0, equal numbers (infinite ones too) 1/8 turn.
    float q = least == most ? most == 0 ? 0 : 1 : least / most;
    float u = q * q;
    float p = fma(fma(fma(fma(ATAN17, u, ATAN15), u, ATAN13), u, ATAN11), u, ATAN9);
    p = fma(fma(fma(p, u, ATAN7), u, ATAN5), u, ATAN3);
    float angle = fma(p * u, q, q);
    angle = y > x ? QUARTER_TURN - angle + QUARTER_TURN_REST : angle;
    angle = Float.floatToRawIntBits(b) < 0 ? HALF_TURN - angle + HALF_TURN_REST : angle;
    return Math.copySign(angle, a);
  }
}
