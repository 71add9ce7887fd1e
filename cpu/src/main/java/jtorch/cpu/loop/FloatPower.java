package jtorch.cpu.loop;

import static jtorch.cpu.loop.DoubleFunctions.LN2;
import static jtorch.cpu.loop.DoubleFunctions.STEPS;
import static jtorch.cpu.loop.DoubleFunctions.STEPS_PER_UNIT;
import static jtorch.cpu.loop.DoubleFunctions.TO_INTEGER;

/// Powers, exponentials and logarithms of floats by way of double precision; [VectorFloatPower] has the powers in all lanes.
///
/// A float needs no double's last bits: the logarithm's error stays below 2^-42 of it, that of the exponential below
/// 2^-34, so that results, those of `exp(exponent * log(base))` too, are rounded as the exact ones nearly always.
public final class FloatPower {
  /// Where the power of a float surely is 0 or infinite.
  static final double LEAST = -110;
  static final double MOST = 90;

  /// `log((1 + s) / (1 - s)) = 2 s + s^3 (LOG0 + LOG1 s^2 + ...)` between the square roots of 1/2 and 2.
  static final double LOG0 = 0.6666666666737509;
  static final double LOG1 = 0.3999999879733759;
  static final double LOG2 = 0.2857175453591449;
  static final double LOG3 = 0.22191400830308503;
  static final double LOG4 = 0.19362653714202008;

  private FloatPower() {}

  private static double fma(double a, double b, double c) {
    return Math.fma(a, b, c);
  }

  /// @param base a float, not negative
  static double of(double base, double exponent) {
    return exp(log(base) * exponent);
  }

  /// The logarithm of a float that is not negative.
  public static double log(double x) {
    if (x == 0) return Double.NEGATIVE_INFINITY;
    if (!(x <= Double.MAX_VALUE)) return x;
    double f = DoubleFunctions.fractionLessOne(x);
    double s = f / (f + 2);
    double z = s * s;
    double p = fma(fma(fma(fma(LOG4, z, LOG3), z, LOG2), z, LOG1), z, LOG0);
    return fma(DoubleFunctions.exponent(x), LN2, fma(p, z, 2) * s);
  }

  /// The exponential; where it is no float, some number that is none either, or rounds to 0.
  public static double exp(double x) {
    double c = x > MOST ? MOST : x < LEAST ? LEAST : x;
    double rounded = fma(c, STEPS_PER_UNIT, TO_INTEGER);
    double r = fma(rounded - TO_INTEGER, -LN2 / STEPS, c);
    double p = 1 / 120.0;
    if (STEPS < 8) p = fma(fma(r, 1 / 5040.0, 1 / 720.0), r, p);
    p = fma(fma(fma(fma(p, r, 1 / 24.0), r, 1 / 6.0), r, 0.5), r, 1) * r;
    double root = Double.longBitsToDouble(DoubleFunctions.powerOfRoot(rounded));
    return fma(p, root, root);
  }
}
