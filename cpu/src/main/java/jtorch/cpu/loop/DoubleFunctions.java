package jtorch.cpu.loop;

import jtorch.cpu.VectorApi;

/// Transcendental functions in double for scalar loops; [VectorDoubleFunctions] does the same in all lanes, as
/// [FloatFunctions] tells. Errors stay below 2 units in the last place, those of tanh and log1p below 4.
final class DoubleFunctions {
  static final int STEPS = VectorApi.PRESENT ? Math.min(8, Vectors.floatLanes() / 2) : 8;
  static final int STEP_BITS = Integer.numberOfTrailingZeros(STEPS);
  static final double LN2 = 0x1.62e42fefa39efp-1;
  static final double LN2_REST = 0x1.abc9e3b39803fp-56;
  static final double STEPS_PER_UNIT = STEPS / LN2;
  static final double TO_INTEGER = 0x1.8p52;
  static final double EXP_LEAST = -746;
  static final double EXP_MOST = 710;
  static final double EXP_NORMAL = 708;
  static final long SHIFT = 512L << 52;
  static final double SHIFT_UP = 0x1p512;
  static final double SHIFT_DOWN = 0x1p-512;
  static final long[] ROOTS = new long[STEPS];
  static final double[] ROOTS_REST = new double[STEPS];

  static {
    // 2^(k / 8), and what these lack, relatively.
    double[] roots = {0x1.0p0, 0x1.172b83c7d517bp+0, 0x1.306fe0a31b715p+0, 0x1.4bfdad5362a27p+0, 0x1.6a09e667f3bcdp+0,
      0x1.8ace5422aa0dbp+0, 0x1.ae89f995ad3adp+0, 0x1.d5818dcfba487p+0};
    double[] rests = {0, -0x1.01b15eaa59348p-55, 0x1.34d754db0abb6p-55, 0x1.690cebb7aafb0p-56, -0x1.3b3efbf5e2228p-54,
      0x1.db72fc1f0eab4p-55, 0x1.c1a7792cb3387p-55, 0x1.4a385a63d07a7p-56};
    for (int k = 0; k < STEPS; k++) {
      ROOTS[k] = Double.doubleToLongBits(roots[8 / STEPS * k]) - ((long) k << (52 - STEP_BITS));
      ROOTS_REST[k] = rests[8 / STEPS * k];
    }
  }

  static final long ROOT_OF_HALF = Double.doubleToLongBits(Math.sqrt(0.5));
  static final long EXPONENT = 0xfffL << 52;

  /// `log((1 + s) / (1 - s)) = 2 s + s (LOG2 s^2 + LOG4 s^4 + ...)`.
  static final double LOG2 = 0.6666666666666666;
  static final double LOG4 = 0.40000000000006286;
  static final double LOG6 = 0.2857142856907376;
  static final double LOG8 = 0.22222222648652012;
  static final double LOG10 = 0.18181775515218304;
  static final double LOG12 = 0.1538709736539647;
  static final double LOG14 = 0.1324996710609443;
  static final double LOG16 = 0.13252713364679247;

  private DoubleFunctions() {}

  private static double fma(double a, double b, double c) {
    return Math.fma(a, b, c);
  }

  private static double clamp(double x, double least, double most) {
    return x > most ? most : x < least ? least : x;
  }

  static long powerOfRoot(double rounded) {
    long k = Double.doubleToRawLongBits(rounded);
    return ROOTS[(int) k & (STEPS - 1)] + (k << (52 - STEP_BITS));
  }

  private static double restOfSteps(double x, double rounded) {
    double k = rounded - TO_INTEGER;
    return fma(k, -LN2_REST / STEPS, fma(k, -LN2 / STEPS, x));
  }

  /// `exp(r) - 1` by Taylor's series, and what the root lacks.
  private static double smallExpm1(double r, double rounded) {
    double p = 1 / 5040.0;
    if (STEPS < 8) {
      double high = fma(fma(r, 1 / 39916800.0, 1 / 3628800.0), r, 1 / 362880.0);
      p = fma(fma(high, r, 1 / 40320.0), r, p);
    }
    p = fma(fma(fma(p, r, 1 / 720.0), r, 1 / 120.0), r, 1 / 24.0);
    return fma(fma(fma(p, r, 1 / 6.0), r, 0.5), r, 1) * r
        + ROOTS_REST[(int) Double.doubleToRawLongBits(rounded) & (STEPS - 1)];
  }

  static double exp(double x) {
    double c = clamp(x, EXP_LEAST, EXP_MOST);
    double rounded = fma(c, STEPS_PER_UNIT, TO_INTEGER);
    double near = Double.longBitsToDouble(powerOfRoot(rounded) + (c < 0 ? SHIFT : -SHIFT));
    return fma(smallExpm1(restOfSteps(c, rounded), rounded), near, near) * (c < 0 ? SHIFT_DOWN : SHIFT_UP);
  }

  static double expm1(double x) {
    double c = clamp(x, -EXP_NORMAL, EXP_MOST);
    double rounded = fma(c, STEPS_PER_UNIT, TO_INTEGER);
    double half = Double.longBitsToDouble(powerOfRoot(rounded) - (1L << 52));
    return fma(smallExpm1(restOfSteps(c, rounded), rounded), half, half - 0.5) * 2;
  }

  static double sigmoid(double x) {
    return 1 / (exp(-x) + 1);
  }

  static double tanh(double x) {
    double m = expm1(Math.abs(x) * -2);
    return Math.copySign(m / (m + 2), x);
  }

  static double exponent(double x) {
    return (double) ((Double.doubleToRawLongBits(x) - ROOT_OF_HALF) >> 52);
  }

  static double fractionLessOne(double x) {
    long bits = Double.doubleToRawLongBits(x);
    return Double.longBitsToDouble(bits - ((bits - ROOT_OF_HALF) & EXPONENT)) - 1;
  }

  /// By `log(1 + f) = 2 atanh(s) = f - s (f - r)` with `s = f / (2 + f)`.
  private static double normalLog(double x, double exponent) {
    double f = fractionLessOne(x);
    double s = f / (f + 2);
    double z = s * s;
    double high = fma(fma(fma(LOG16, z, LOG14), z, LOG12), z, LOG10);
    double r = fma(fma(fma(fma(high, z, LOG8), z, LOG6), z, LOG4), z, LOG2) * z;
    return fma(exponent, LN2, fma(exponent, LN2_REST, s * (r - f)) + f);
  }

  static double log(double x) {
    if (x >= Double.MIN_NORMAL && x <= Double.MAX_VALUE) return normalLog(x, exponent(x));
    if (x == 0) return Double.NEGATIVE_INFINITY;
    double lifted = x * 0x1p54;
    return x < 0 ? Double.NaN : x <= Double.MAX_VALUE ? normalLog(lifted, exponent(lifted) - 54) : x;
  }

  static double log1p(double x) {
    double u = x + 1;
    double value = log(u);
    double corrected = value + (x - (u - 1)) / u;
    return Double.isNaN(corrected) ? value : corrected;
  }
}
